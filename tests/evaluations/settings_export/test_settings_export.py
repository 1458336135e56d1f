"""Models that leave one community as a file and come into another, shown before they are written."""

import json
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities.domain.community import copying
from communities.models import Community, Policies, Role
from evaluations.domain import settings_export
from evaluations.domain.surveys import questionnaires
from meetings.domain.agenda import agendas
from tests import factories as make
from tests.forms import submit


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/modeles/"


def a_file(**parts):
    whole = {"format": settings_export.FORMAT, "version": settings_export.VERSION, **parts}
    return SimpleUploadedFile("modeles.json", json.dumps(whole).encode())


RULE = {"theme": "respect", "text": "On discute des idées."}
BLOCKS = [
    {"kind": "exchange", "title": "Échange", "minutes": 40},
    {"kind": "evaluation", "title": "Évaluation", "minutes": 5},
]


def test_what_leaves_one_community_comes_into_another(signed_in, sandrine, community, address):
    make.a_rule(community, "Ce qui se dit ici reste ici.", theme="confidentiality")
    meeting = make.a_meeting(community)
    agendas.default_agenda(meeting)
    other = make.a_community("Ailleurs")
    make.a_role(sandrine, community=other)
    client = signed_in(sandrine)

    left = client.get(f"/communautes/{community.pk}/modeles.json").content
    shown = submit(client, f"/communautes/{other.pk}/modeles/", {"file": SimpleUploadedFile("m.json", left)})
    assert not other.rules.exists()

    submit(client, shown, action=f"/communautes/{other.pk}/modeles/appliquer/")
    other.refresh_from_db()
    assert other.rules.get().text == "Ce qui se dit ici reste ici."
    assert [b["title"] for b in Policies.of(other).agenda_model] == [i.title for i in meeting.agenda.all()]


def test_the_name_that_a_file_gives_itself_is_shown_without_what_cannot_be_written(signed_in, sandrine, address):
    page = submit(signed_in(sandrine), address, {"file": a_file(community="Chez \ud800nous", rules=[RULE])})

    assert page.status_code == 200
    assert "Chez nous" in page.content.decode()


def test_a_rule_we_have_is_not_added_again(sandrine, community):
    found = settings_export.parse_models(a_file(rules=[RULE, RULE | {"text": "Une autre."}]).read())

    for _twice in range(2):
        settings_export.apply_settings(community, found, rules={0}, agenda=False, by=sandrine)

    assert [r.text for r in community.rules.all()] == ["On discute des idées."]
    assert community.rules_versions.get().adopted_by == sandrine


def test_a_meeting_starts_from_the_model_at_its_own_length(community):
    Policies.write(community, agenda_model=BLOCKS)

    blocks = agendas.default_agenda(make.a_meeting(community))

    assert [(b.title, b.minutes) for b in blocks] == [("Échange", 55), ("Évaluation", 5)]


def test_the_questions_of_a_file_are_compared_and_never_replace_ours(signed_in, sandrine, address):
    ours = questionnaires.current().questions.order_by("position").first()
    theirs = {"code": ours.code, "wording_fr": "Autrement dit", "wording_en": ours.wording_en}

    page = submit(signed_in(sandrine), address, {"file": a_file(questions=[theirs])}).content.decode()

    assert "Autrement dit" in page
    assert settings_export.Question.objects.filter(wording_fr="Autrement dit").count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"pas du json",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"format": "autre", "version": 1}',
        b'{"format": "cmtl-models", "version": 2}',
        b'{"format": "cmtl-models", "version": 1, "rules": "x"}',
        b'{"format": "cmtl-models", "version": 1, "rules": [1]}',
        b'{"format": "cmtl-models", "version": 1, "rules": [{"theme": "respect"}]}',
        b'{"format": "cmtl-models", "version": 1, "rules": [{"theme": "respect", "text": "half a sign: \\ud800"}]}',
        b'{"format": "cmtl-models", "version": 1, "rules": [{"theme": ["respect"], "text": "x"}]}',
        b'{"format": "cmtl-models", "version": 1, "rules": [{"theme": "inconnu", "text": "x"}]}',
        b'{"format": "cmtl-models", "version": 1, "agenda": [{"kind": "exchange", "title": "x", "minutes": "5"}]}',
        b'{"format": "cmtl-models", "version": 1, "agenda": [{"kind": "exchange", "title": "x", "minutes": true}]}',
        b'{"format": "cmtl-models", "version": 1, "agenda": [{"kind": "exchange", "title": "x", "minutes": 1e9}]}',
        b"x" * (settings_export.MAX_BYTES + 1),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(content, db):
    with pytest.raises(ValidationError):
        settings_export.parse_models(content)


def test_a_wrong_file_comes_back_with_its_reason(signed_in, sandrine, community, address):
    response = submit(signed_in(sandrine), address, {"file": SimpleUploadedFile("m.json", b"pas du json")})

    assert response.status_code == 422
    assert signed_in(sandrine).post(f"{address}appliquer/", {"models": "pas du json", "rule": "0"}).status_code == 302
    assert not community.rules.exists()


# ------------------------------------------------------------ a whole community, copied


@pytest.fixture
def rich(community, sandrine, nadia):
    """With rules, an objective, settings and an agenda of its own."""
    make.an_objective(community, "Sortir de l’isolement")
    Policies.write(community, target_max=14, agenda_model=[{"kind": "exchange", "title": "Marche", "minutes": 60}])
    make.an_agenda_model(community, "Deux temps")
    make.a_meeting(community)
    return community


def copy_by(client, user, community):
    client.force_login(user)
    page = reverse("evaluations:models", args=[community.pk])
    return submit(client, page, action=reverse("evaluations:copy_community", args=[community.pk]), follow=True)


def test_a_community_is_copied_with_its_settings_and_nobody(client, rich, philippe):
    copy_by(client, philippe, rich)

    made = Community.objects.exclude(pk=rich.pk).get(programme=rich.programme)
    assert made.name == "Constellation (copie)"
    assert [o.wording for o in made.objectives.all()] == ["Sortir de l’isolement"]
    assert (made.policies.target_max, made.policies.agenda_model[0]["title"]) == (14, "Marche")
    assert [model.name for model in made.agenda_models.all()] == ["Deux temps"]
    assert not made.memberships.exists()
    assert not made.meetings.exists()
    assert not made.role_assignments.exists()
    assert made.status == Community.Status.LAUNCH


def test_a_copied_community_is_taken_back_in_a_press_until_somebody_is_in_it(client, rich, philippe):
    page = copy_by(client, philippe, rich)
    submit(client, page, button="undo")
    assert list(Community.objects.filter(programme=rich.programme)) == [rich]

    page = copy_by(client, philippe, rich)
    made = Community.objects.exclude(pk=rich.pk).get(programme=rich.programme)
    make.a_member(made)
    submit(client, page, button="undo")
    assert Community.objects.filter(pk=made.pk).exists()


def test_only_a_copy_is_taken_away_and_only_with_its_own_token(rich, philippe):
    made = settings_export.copy_community(rich, uuid.uuid4(), by=philippe)
    for community, token in ((rich, copying.JUST_COPIED.make(made.pk)), (made, ""), (made, "autre")):
        with pytest.raises(ValidationError):
            copying.undo_copied_community(community, token, by=philippe)
    copying.undo_copied_community(made, copying.JUST_COPIED.make(made.pk), by=philippe)


def test_a_copy_in_which_something_was_written_since_is_not_taken_away(rich, philippe):
    for use in (make.a_meeting, make.a_topic, make.a_call):
        made = settings_export.copy_community(rich, uuid.uuid4(), by=philippe)
        use(made)
        with pytest.raises(ValidationError, match="a servi depuis"):
            copying.undo_copied_community(made, copying.JUST_COPIED.make(made.pk), by=philippe)
        assert Community.objects.filter(pk=made.pk).exists()


def test_pressed_again_the_copy_stays_as_it_has_become(rich, philippe):
    key = uuid.uuid4()
    made = settings_export.copy_community(rich, key, by=philippe)
    Policies.write(made, target_max=9)
    made.agenda_models.all().delete()

    assert settings_export.copy_community(rich, key, by=philippe) == made
    made.refresh_from_db()
    assert Policies.of(made).target_max == 9
    assert not made.agenda_models.exists()


def test_a_coordinator_of_another_programme_who_facilitates_here_copies_nothing(client, rich):
    elsewhere = make.a_person("Quentin")
    make.a_role(elsewhere, Role.COORDINATOR, programme=make.a_programme("Ailleurs"))
    make.a_role(elsewhere, community=rich)
    client.force_login(elsewhere)
    assert "copier" not in client.get(reverse("evaluations:models", args=[rich.pk])).text

    pressed = client.post(reverse("evaluations:copy_community", args=[rich.pk]), {"key": uuid.uuid4()})

    assert pressed.status_code == 403
    assert Community.objects.filter(programme=rich.programme).count() == 1


def test_who_may_not_found_a_community_copies_none(client, rich, sandrine):
    client.force_login(sandrine)
    page = client.get(reverse("evaluations:models", args=[rich.pk]))
    assert page.status_code == 200
    assert "copier" not in page.text
