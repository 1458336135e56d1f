"""Two records made one: everything follows, and for a day one press puts everything back."""

import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import User
from communities.domain.duplicates import merging
from communities.models import Kind, Membership, Merge, Organisation, Role
from evaluations.domain.surveys import collection
from evaluations.domain.surveys.collection import Outcome, open_for
from evaluations.models import BallotBox, Receipt, Survey
from meetings.domain.invitations import replies
from meetings.domain.links import links
from meetings.models import Attendance
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, opened
from tests.forms import form_on, submit

UNDONE_APART = ("communities.Merge", "sessions.Session", "usersessions.UserSession")


def snapshot() -> dict:
    """Every row of every table of ours, as the database has it; the audit log only grows."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.label in UNDONE_APART or model._meta.db_table.startswith("accounts_audit"):
                continue
            columns = ", ".join(connection.ops.quote_name(f.column) for f in model._meta.concrete_fields)
            cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(model._meta.db_table)}")
            rows[model._meta.db_table] = sorted(map(repr, cursor.fetchall()))
    return rows


@pytest.fixture
def zoe(community):
    """On the list."""
    return make.a_member(community, make.a_person("Zoé", "Çelik"), organisation="Coop")


@pytest.fixture
def walk_in(community):
    """The same, who typed her name at the door."""
    return make.a_member(
        community, make.a_person("zoe", "celik", email=None), status="eligible", joined_on=None, region="Laval"
    )


@pytest.fixture
def a_full_life(community, sandrine, zoe, walk_in):
    """Everything that can hang from both, some of it in conflict."""
    now = timezone.now()
    both, one, going = (
        make.a_meeting(community, now + dt.timedelta(days=n, minutes=-5), started_at=now) for n in range(3)
    )
    make.an_attendance(both, zoe, Attendance.Status.ABSENT)
    make.an_attendance(both, walk_in, Attendance.Status.PRESENT)
    make.an_attendance(one, walk_in, Attendance.Status.PRESENT)
    replies.answer(one, zoe, "no")
    replies.answer(one, walk_in, "yes", wish="Les toits verts")
    one.facilitators.add(walk_in.user, sandrine)
    both.facilitators.add(walk_in.user, zoe.user)
    make.a_note(one, assignee=walk_in, author=walk_in.user)
    survey = open_for(going, sandrine)
    for member in (zoe, walk_in):
        collection.answer(survey, member, ANSWERS, in_session=True)
    walk_in.represent(Organisation.named("Jardin"), on=dt.date(2024, 1, 1))
    walk_in.represent(Organisation.named("Serre"), on=dt.date(2025, 1, 1))
    elsewhere = make.a_community("Sœur", programme=community.programme)
    make.a_role(sandrine, community=elsewhere)
    make.a_member(elsewhere, walk_in.user)
    Message.objects.create(recipient=walk_in.user, to="z@exemple.quebec", key="k1", kind="x", category="service")
    return both


def test_everything_follows_and_present_beats_absent(a_full_life, sandrine, zoe, walk_in):
    merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)

    zoe.refresh_from_db()
    assert not User.objects.filter(pk=walk_in.user_id).exists()
    assert zoe.attendances.filter(status="present").count() == 2
    assert zoe.attendances.count() == 2
    assert zoe.replies.get().answer == "yes"
    assert zoe.actions.count() == 1
    assert zoe.user.memberships.count() == 2
    assert zoe.user.messages.count() == 1
    assert Receipt.objects.count() == 2, "they name nobody: whose they are is known once both are opened"
    assert (zoe.status, zoe.region, zoe.organisation.name) == ("active", "Laval", "Coop")
    assert zoe.representations.count() == 1


def test_undone_everything_is_as_it_was(a_full_life, sandrine, zoe, walk_in, signed_in):
    client = signed_in(sandrine)
    before = snapshot()

    done = merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=["first_name", "last_name"], by=sandrine)
    assert snapshot() != before
    submit(client, "/doublons/", action=f"/fusions/{done.pk}/annuler/")

    after = snapshot()
    assert {table for table in before if before[table] != after[table]} == set()
    assert not Merge.objects.exists()


def test_whoever_answered_before_being_merged_answers_once(community, sandrine, zoe, walk_in):
    meeting, (neighbour, *_others) = a_room(community)
    survey = open_for(meeting, sandrine)
    collection.answer(survey, walk_in, {**ANSWERS, "R5A": "Avant"}, in_session=True)

    done = merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)

    assert "receipt" not in str(done.journal), "the journal would tell who has answered"
    assert collection.answer(survey, zoe, ANSWERS, in_session=True) is Outcome.ALREADY
    assert collection.answer(survey, neighbour, ANSWERS, in_session=True) is Outcome.STORED
    assert (Receipt.objects.count(), BallotBox.objects.get().count) == (2, 2)
    merging.undo_merge(done)
    assert collection.answer(survey, walk_in, ANSWERS, in_session=True) is Outcome.ALREADY
    assert collection.answer(survey, zoe, ANSWERS, in_session=True) is Outcome.STORED


def test_of_two_records_that_had_both_answered_closing_keeps_one_ballot(community, sandrine, zoe, walk_in):
    meeting, members = a_room(community)
    survey = open_for(meeting, sandrine)
    for n, member in enumerate([zoe, walk_in, *members[:4]]):
        collection.answer(survey, member, {**ANSWERS, "R5A": str(n)}, in_session=n != 1)
    assert len({ballot.seat for ballot in opened(survey)}) == 6
    merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)

    collection.close(survey)

    survey.refresh_from_db()
    assert survey.ballots_dropped == 1
    assert survey.answers_in_session + survey.answers_after == survey.release.figures["n"] == 5
    said = set(survey.responses.filter(code="R5A").values_list("value", flat=True))
    assert said in ({"0", "2", "3", "4", "5"}, {"1", "2", "3", "4", "5"})
    assert Survey.objects.get().answers_in_session == (5 if "0" in said else 4)


def test_organisations_become_one_and_two_again(community, sandrine):
    one = make.a_member(community, organisation="Concertation Montréal").organisation
    other = make.a_member(community, organisation="CMTL").organisation
    Organisation.objects.filter(pk=other.pk).update(kind="roundtable", has_paid_staff=True)
    other.refresh_from_db()
    before = snapshot()

    done = merging.merge(Kind.ORGANISATION, one, other, taken=["name", "kind", "has_paid_staff"], by=sandrine)

    one.refresh_from_db()
    assert (one.name, one.sort_key, one.kind, one.memberships.count()) == ("CMTL", "cmtl", "roundtable", 2)
    merging.undo_merge(done)
    assert snapshot() == before


def test_later_changes_survive_the_undoing(sandrine, zoe, walk_in):
    done = merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)
    Membership.objects.filter(pk=zoe.pk).update(title="directrice")

    merging.undo_merge(done)

    zoe.refresh_from_db()
    assert (zoe.title, zoe.region) == ("directrice", "")


def test_after_a_day_it_can_no_longer_be_undone_and_is_forgotten(sandrine, zoe, walk_in):
    done = merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)

    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        with pytest.raises(ValidationError):
            merging.undo_merge(done)
        merging.forget_over()

    assert not Merge.objects.exists()


def test_undone_twice_is_undone_once(signed_in, sandrine, zoe, walk_in):
    done = merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)
    client = signed_in(sandrine)

    undoing = form_on(client.get("/doublons/"), action=f"/fusions/{done.pk}/annuler/")
    assert undoing.press(client).status_code == 302
    assert undoing.press(client).status_code == 404


def test_links_already_sent_go_on_opening(meeting, sandrine, zoe, walk_in):
    Membership.objects.filter(pk=walk_in.pk).update(status="invited")
    token = links.guest_token(meeting, walk_in)

    merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)

    assert links.guest_of_link(token).membership == zoe


def test_an_account_is_kept_never_absorbed(signed_in, sandrine, zoe, walk_in):
    User.objects.filter(pk=walk_in.user_id).update(last_login=timezone.now())
    client = signed_in(sandrine)

    with pytest.raises(ValidationError, match="account|compte"):
        merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)
    turned = client.get(f"/doublons/personnes/{zoe.user_id}/{walk_in.user_id}/")
    assert turned["Location"] == f"/doublons/personnes/{walk_in.user_id}/{zoe.user_id}/"


def test_two_accounts_are_refused_with_a_sentence(signed_in, sandrine, community, zoe, walk_in):
    User.objects.filter(pk=walk_in.user_id).update(last_login=timezone.now())
    make.a_role(zoe.user, Role.NOTE_TAKER, community=community)
    address = f"/doublons/personnes/{zoe.user_id}/{walk_in.user_id}/"

    page = signed_in(sandrine).get(address)
    sent = signed_in(sandrine).post(address, follow=True)

    assert page.context["refusal"]
    assert str(next(iter(sent.context["messages"]))) == page.context["refusal"]
    assert User.objects.filter(pk=walk_in.user_id).exists()


def test_what_belongs_to_an_account_is_never_changed_by_merging(sandrine, zoe, walk_in):
    User.objects.filter(pk=zoe.user_id).update(last_login=timezone.now())
    person = User.objects.get(pk=zoe.user_id)

    merging.merge(Kind.PERSON, person, walk_in.user, taken=["first_name", "email"], by=sandrine)

    person.refresh_from_db()
    assert (person.first_name, person.email) == ("Zoé", zoe.user.email)


def test_someone_listed_where_one_does_not_manage_is_not_absorbed(sandrine, zoe, walk_in):
    make.a_member(make.a_community(), walk_in.user)

    with pytest.raises(ValidationError):
        merging.merge(Kind.PERSON, zoe.user, walk_in.user, taken=[], by=sandrine)


def test_the_address_of_the_other_may_be_taken(signed_in, sandrine, community, walk_in):
    listed = make.a_member(community, make.a_person("Zoé", "Çelik", email="zoe@exemple.quebec"))

    address = f"/doublons/personnes/{walk_in.user_id}/{listed.user_id}/"
    submit(signed_in(sandrine), address, {"email": "absorbed", "first_name": "absorbed"})

    kept = User.objects.get(pk=walk_in.user_id)
    assert (kept.email, kept.first_name, kept.sort_key) == ("zoe@exemple.quebec", "Zoé", "celik zoe")


@pytest.mark.parametrize("path", ["personnes", "organisations", "autre"])
def test_what_one_may_not_correct_does_not_exist(signed_in, sandrine, zoe, path):
    away = make.a_member(make.a_community(), organisation="Ailleurs")
    first, second = (zoe.user_id, away.user_id) if path == "personnes" else (zoe.organisation_id, away.organisation_id)

    assert signed_in(sandrine).get(f"/doublons/{path}/{first}/{second}/").status_code == 404
