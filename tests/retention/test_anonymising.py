"""Two years after it was archived a community has no names left, its figures are the same, and its neighbours keep
everything."""

import datetime as dt

import pytest
from django.apps import apps
from django.core import serializers
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.models.erased import name_of, pointing_at, said_of
from communities.domain.members import consents
from communities.models import Anonymisation, Community, Consent, Membership, Purpose, StatusChange
from evaluations.domain import indicators
from meetings.domain.retention import anonymising
from meetings.models import Attendance, Meeting, Note, Reply
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on

NOW = timezone.now()
NAMES = ("Zoltane", "Wilfridine", "zoltane@exemple.quebec", "wilfridine@exemple.quebec", "514 555-0199")


def ago(days):
    return NOW - dt.timedelta(days=days)


def archived(community, days):
    Community.objects.filter(pk=community.pk).update(status=Community.Status.ARCHIVED)
    StatusChange.objects.create(community=community, was="active", became="archived", at=ago(days))
    return community


def peopled(community, people):
    """Two meetings of some years ago: everybody came to the first, half to the second."""
    members = [
        make.a_member(
            community,
            person,
            organisation=f"Organisme {n}",
            title="Directrice",
            phone="514 555-0199",
            joined_on=ago(1500),
        )
        for n, person in enumerate(people)
    ]
    for place, day in enumerate((1200, 1100)):
        meeting = make.a_meeting(community, ago(day), closed_at=ago(day), started_at=ago(day))
        for n, member in enumerate(members):
            came = place == 0 or n % 2 == 0
            make.an_attendance(meeting, member, "present" if came else "absent", recorded_by=members[0].user)
            Reply.objects.create(meeting=meeting, membership=member, answer="yes", wish="Parler de moi")
        make.a_note(meeting, "Une décision", kind=Note.Kind.DECISION, author=members[1].user, assignee=members[0])
        for member in members:
            key = f"invitation:{meeting.pk}:0:{member.user_id}"
            Message.objects.create(
                recipient=member.user,
                key=key,
                kind="invitation",
                about_kind="meetings.meeting",
                about_id=meeting.pk,
                message_id=key,
                sent_at=ago(day),
            )
    consents.give(members[0], Purpose.PHOTO)
    return members


@pytest.fixture
def people(db):
    return [
        make.a_person(name, "Laframboise", email=f"{name.lower()}@exemple.quebec") for name in ("Zoltane", "Wilfridine")
    ]


@pytest.fixture
def old(people, programme):
    community = make.a_community("Pères isolés", programme=programme)
    community.people = peopled(community, people)
    return archived(community, 731)


@pytest.fixture
def neighbour(people, programme):
    """The same two people, archived too, a little later."""
    community = make.a_community("Écoles vertes", programme=programme)
    community.people = peopled(community, people)
    return archived(community, 729)


def rows_of(community):
    """All that hangs from a community, as the database has it."""
    found = []
    for model in apps.get_models():
        path = "pk" if model is Community else anonymising.path_to_community(model)
        if path:
            rows = model._base_manager.filter(**{path: community.pk}).order_by("pk")
            found.append(serializers.serialize("json", rows.distinct()))
    users = User.objects.filter(memberships__community=community).order_by("pk")
    return "".join([*found, serializers.serialize("json", users)])


def figures(community):
    """A year's figures; who each person is does not count, how many do."""
    year = indicators.counting.of([community], ago(1100).year, in_depth=True)[community.pk]
    values = [(m.code, m.value, m.n) for m in year.measures]
    return values, year.turnouts, year.members, len(year.people), len(year.organisations)


def test_what_is_over_loses_its_names_and_keeps_its_figures(old, neighbour):
    before, of_neighbour = figures(old), rows_of(neighbour)
    assert before[0], "the control: there are figures"
    assert before[3] == 2
    assert any(name in rows_of(old) for name in NAMES), "the control: the names are there to be found"

    assert anonymising.anonymise_due(NOW) == 1

    left = rows_of(old)
    assert [name for name in NAMES if name in left] == []
    assert figures(Community.objects.get(pk=old.pk)) == before
    assert rows_of(neighbour) == of_neighbour
    assert all(user.email for user in User.objects.filter(memberships__community=neighbour))


def test_nothing_ties_a_nameless_record_to_the_person_or_to_another_community(old, neighbour, people):
    anonymising.anonymise_due(NOW)

    nameless = set(old.memberships.values_list("user", flat=True))
    assert len(nameless) == 2
    assert nameless.isdisjoint({person.pk for person in people})
    assert Membership.objects.filter(user__in=nameless).count() == 2
    assert not Attendance.objects.filter(meeting__community=old).exclude(recorded_by=None).exists()
    assert not Note.objects.filter(meeting__community=old).exclude(author=None, assignee=None).exists()
    assert not Message.objects.about_any(Meeting, old.meetings.values("pk")).exists()
    assert not Consent.objects.filter(membership__community=old).exists()
    assert Consent.objects.filter(membership__community=neighbour).count() == 1
    assert Message.objects.about_any(Meeting, neighbour.meetings.values("pk")).count() == 4


def test_an_organisation_of_one_person_would_name_them(old):
    for n in range(2):
        make.a_member(old, make.a_person(f"Grand{n}"), organisation="Grande ville")
    three = [make.a_member(old, make.a_person(f"Trois{n}"), organisation="Trois rivières") for n in range(3)]
    before = old.memberships.values("organisation").distinct().count()

    anonymising.anonymise_due(NOW)

    names = set(old.memberships.values_list("organisation__name", flat=True))
    assert {name for name in names if not name.startswith("Organisme sans nom")} >= {"Trois rivières"}
    assert not names & {"Grande ville", "Organisme 0", "Organisme 1"}
    assert old.memberships.values("organisation").distinct().count() == before
    assert three[0].organisation.memberships.count() == 3


def test_a_community_reopened_or_archived_lately_keeps_its_names(old, neighbour):
    Community.objects.filter(pk=old.pk).update(status=Community.Status.ACTIVE)
    before = rows_of(old), rows_of(neighbour)

    assert anonymising.anonymise_due(NOW) == 0

    assert (rows_of(old), rows_of(neighbour)) == before


def test_one_archived_twice_counts_from_the_last_time(old):
    StatusChange.objects.create(community=old, was="dormant", became="archived", at=ago(10))

    assert anonymising.anonymise_due(NOW) == 0


@pytest.mark.parametrize(("ended", "done"), [(740, 1), (700, 0), (None, 0)])
def test_where_nobody_wrote_when_it_was_archived_its_planned_end_counts(programme, people, ended, done):
    community = make.a_community("Sans journal", ends_on=ago(ended).date() if ended else None, status="archived")
    peopled(community, people)

    assert anonymising.anonymise_due(NOW) == done


def test_done_twice_it_is_one_line_of_the_register(old):
    anonymising.anonymise_due(NOW)
    assert anonymising.anonymise_due(NOW) == 0
    assert anonymising.anonymise(old) is None

    [line] = Anonymisation.objects.all()
    assert (line.kind, line.community, line.people, line.analysed_on) == ("community", old, 2, None)
    assert all([line.description, line.purposes, line.techniques, line.protection])
    assert "moins de 3 personnes" in line.techniques


def test_stopped_midway_nothing_is_done(old, monkeypatch):
    before = rows_of(old)

    def stopped(*_args):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(anonymising, "forget_mails", stopped)
        with pytest.raises(RuntimeError):
            anonymising.anonymise(old)
    assert rows_of(old) == before
    assert not Anonymisation.objects.exists()

    anonymising.anonymise(old)
    assert Anonymisation.objects.count() == 1


# Relations to a person that say nothing of a community: they go with the account.
OF_NO_COMMUNITY = {
    *("accounts.User_groups.groups", "accounts.User_user_permissions.user_permissions", "communities.KeptApart.by"),
    *("communities.Merge.by", "communities.DestructionRequest.user", "communities.DestructionRequest.substitute"),
    *("communities.TextDecision.by", "outbox.Unsubscription.user", "account.EmailAddress.user"),
    *("accounts.AuditName.user", "communities.Incident.written_by", "evaluations.SelfAssessment.author"),
    *("mfa.Authenticator.user", "usersessions.UserSession.user", "communities.InactivityNotice.user"),
    "evaluations.Questionnaire.made_by",
}


def test_who_did_what_is_cut_wherever_a_row_is_of_a_community():
    """A table made tomorrow is reached through its own relations, or named above."""
    without = set()
    for relation in pointing_at(User):
        model, name = relation.related_model, name_of(relation)
        said = said_of(model)
        if name in (*said.cut, *said.deleted_with) and anonymising.path_to_community(model) is None:
            without.add(f"{model._meta.label}.{name}")

    assert without == OF_NO_COMMUNITY


# ---------------------------------------------------------------- the register's pages


@pytest.fixture
def ines(db):
    return make.a_person("Inès", "Roy", email="ines@exemple.quebec", is_privacy_officer=True)


def test_the_officer_reads_the_register_and_writes_the_analysis(client, old, ines, ada, signed_in):
    anonymising.anonymise_due(NOW)
    line = Anonymisation.objects.get()
    signed_in(ines)
    page = client.get(reverse("communities:anonymisations")).content.decode()
    assert "Pères isolés" in page
    assert "risques à analyser" in page

    address = line.get_absolute_url()
    tomorrow = form_on(client.get(address), ["analysed_on"])
    tomorrow.fill({"analysed_on": (timezone.localdate() + dt.timedelta(days=1)).isoformat()})
    assert tomorrow.press(client).status_code == 422
    done = form_on(client.get(address), ["analysed_on"])
    done.fill({"analysed_on": timezone.localdate().isoformat(), "analysis": "Deux textes à relire"})
    assert done.press(client).status_code == 302

    line.refresh_from_db()
    assert (line.analysed_on, line.analysis, line.analysed_by) == (timezone.localdate(), "Deux textes à relire", ines)
    assert "risques à analyser" not in client.get(reverse("communities:anonymisations")).content.decode()
    rows = client.get(reverse("communities:download_anonymisations")).content.decode("utf-8-sig")
    assert "Pères isolés" in rows
    assert "Deux textes à relire" in rows
    assert "Zoltane" not in rows
    assert signed_in(ada).get(address).status_code == 200


def test_those_who_coordinate_or_belong_do_not_read_the_register(client, old, philippe, nadia, sandrine, signed_in):
    anonymising.anonymise_due(NOW)
    for person in (philippe, nadia, sandrine):
        signed_in(person)
        assert client.get(reverse("communities:anonymisations")).status_code == 403
        assert client.get(Anonymisation.objects.get().get_absolute_url()).status_code == 403
        assert client.get(reverse("communities:download_anonymisations")).status_code == 403
