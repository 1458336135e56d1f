"""Models that leave one community as a file and come into another, shown before they are written."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.models import Policies
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
