"""Models have been renamed: their rows, and what was written with their former names, are there as before."""

import hashlib

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.domain import audit
from accounts.models import Action
from cmtl.renamed import FORMER_LABELS, current_label
from communities.domain.duplicates import merging
from communities.domain.privacy import audit_reading, follow_on
from communities.domain.roles import role_emails
from communities.models import ExcludedExpectation, Kind, Merge, RoleAssignment
from evaluations.domain.surveys import collection
from meetings.models import JoinClick
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import a_room
from tests.migrating import at

BEFORE = [
    ("communities", "0011_incidents_have_an_end"),
    ("meetings", "0010_encrypt_needs"),
    ("evaluations", "0014_cleaned_at"),
]


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return sorted(map(repr, cursor.fetchall()))


def table(label):
    return apps.get_model(label)._meta.db_table


def former_table(label):
    return FORMER_LABELS[label].lower().replace(".", "_")


def written_with_its_former_name(journal):
    former = {label.lower(): old.lower() for label, old in FORMER_LABELS.items()}
    return [{**step, "model": former.get(step["model"], step["model"])} for step in journal]


def test_each_name_leads_to_a_model_and_no_former_one_does():
    for label, former in FORMER_LABELS.items():
        assert apps.get_model(current_label(former.lower()))._meta.label == label
        with pytest.raises(LookupError):
            apps.get_model(former)
    assert current_label("meetings.meeting") == "meetings.meeting", "control: a model that kept its name"


@pytest.fixture
def rows(transactional_db):
    """Two rows of each, of two communities."""
    for name in ("Constellation", "Écoles vertes"):
        community = make.a_community(name)
        meeting, members = a_room(community)
        topic, member = make.a_topic(community), members[0]
        role_emails.appointed(make.a_role(member.user, community=community), community, by=members[1].user)
        make.a_warning_set_aside(community, reason="Trop loin")
        community.excluded_expectations.create(wording="Tout savoir")
        community.team_building_steps.create(kind="pairs", how="Au dîner")
        meeting.topic_votes.create(topic=topic, membership=member)
        meeting.speaking_turns.create(membership=member, seconds=40)
        meeting.join_clicks.create(membership=member)
        item = meeting.agenda.create(title="Tour", minutes=8, position=90)
        item.continue_votes.create(membership=member, goes_on=True, asked_at=meeting.ends_at)
        survey = collection.open_for(meeting, by=None)
        survey.ballot_box.ballots.create(sealed=b"sealed")
    yield lambda named: {label: rows_of(named(label)) for label in FORMER_LABELS}
    at()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_every_row_keeps_every_value(rows):
    now, ballots = rows(table), rows_of("evaluations_sealedballot")
    assert {label: len(found) for label, found in now.items()} == dict.fromkeys(FORMER_LABELS, 2)

    at(*BEFORE)
    assert rows(former_table) == now
    at()

    assert rows(table) == now
    assert rows_of("evaluations_sealedballot") == ballots


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_mail_of_a_role_withdrawn_meanwhile_is_cancelled_and_its_neighbours_leaves(rows):
    ours, theirs = Message.objects.filter(kind="appointed").order_by("pk")
    at(*BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT about_kind FROM outbox_message WHERE kind = 'appointed'")
        assert cursor.fetchall() == [("communities.grant",)]
    at()
    RoleAssignment.objects.filter(pk=ours.about_id).update(ended_at=timezone.now())

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (mail_types.cancel_reason(ours), mail_types.cancel_reason(theirs)) == ("the role was withdrawn", None)


def test_a_merge_made_before_is_taken_back(community, sandrine):
    """She had pressed « Join » under the record typed at the door; the neighbour's press is not touched."""
    zoe, walk_in, nadia = (make.a_member(community, make.a_person(name)) for name in ("Zoé", "zoe", "Nadia"))
    meeting = make.a_meeting(community)
    for member in (walk_in, nadia):
        meeting.join_clicks.create(membership=member)
    done = merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)
    journal = written_with_its_former_name(done.journal)
    assert "meetings.joinpress" in {step["model"] for step in journal}
    Merge.objects.filter(pk=done.pk).update(journal=journal)

    merging.undo_merge(Merge.objects.get(pk=done.pk))

    assert set(JoinClick.objects.values_list("membership", flat=True)) == {walk_in.pk, nadia.pk}


@pytest.mark.parametrize("part", ["outofreach", "excludedexpectation"])
def test_the_audit_log_says_both_names_in_words(community, sandrine, part):
    line = audit.write(Action.SETTINGS_CHANGED, by=sandrine, about=community, community=community, part=part)
    unknown = audit.write(Action.SETTINGS_CHANGED, by=sandrine, about=community, community=community, part="other")

    assert "ce qui est hors de portée" in str(list(audit_reading._details(line)))
    assert list(audit_reading._details(unknown)) == ["other"], "control: what has no words is read as it is"


def test_what_was_decided_of_a_sentence_is_found_again(community):
    row = ExcludedExpectation.objects.create(community=community, wording="Que Nadia réponde à tout")

    decided = hashlib.sha256(f"communities.OutOfReach {row.pk} wording {row.wording}".encode()).hexdigest()

    assert follow_on.print_of(row, "wording", row.wording) == decided
    assert follow_on.print_of(row, "reason", row.wording) != decided
