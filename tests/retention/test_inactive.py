"""Nobody loses an account without having been told thirty days before; whoever comes back keeps it."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from accounts.models import ERASED_NAME, User
from cmtl import retention
from communities.domain.members import consents
from communities.models import Anonymisation, Community, DestructionRequest, InactivityNotice, Purpose
from meetings.domain.retention import inactive
from meetings.models import Attendance, Note
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make

NOW = timezone.now()
TWO_YEARS = 730


def ago(days):
    return NOW - dt.timedelta(days=days)


def gone(name, days, **fields):
    """Somebody who signed in for the last time that long ago, and is a member of nothing."""
    return make.a_person(
        name, "Laframboise", email=f"{name.lower()}@exemple.quebec", joined_at=ago(1500), last_login=ago(days), **fields
    )


def run(days_from_now=0):
    return inactive.tend(NOW + dt.timedelta(days=days_from_now))


def told():
    return set(InactivityNotice.objects.values_list("user__first_name", flat=True))


def erased(person):
    return User.objects.get(pk=person.pk).erased_at is not None


def test_the_notice_comes_thirty_days_before_and_once(db):
    gone("Maude", TWO_YEARS - 29), gone("Julien", TWO_YEARS - 31)

    run()
    run()

    assert told() == {"Maude"}
    [mail] = Message.objects.all()
    assert mail.to == "maude@exemple.quebec"
    assert "effacé" in mail.subject
    assert mail_types.cancel_reason(mail) is None


def test_the_mail_says_a_day_that_is_never_before_the_erasing(db):
    person = gone("Maude", TWO_YEARS + 300)
    with translation.override("fr-ca"):
        run()
        assert run(29) == 0
        assert not erased(person)

        assert run(31) == 1
    assert erased(person)


def test_who_was_told_thirty_days_ago_is_erased_and_the_neighbour_is_not(db):
    maude, julien = gone("Maude", TWO_YEARS + 1), gone("Julien", TWO_YEARS - 40)
    run()

    assert run(30) == 1

    assert erased(maude)
    assert not erased(julien)
    assert User.objects.get(pk=maude.pk).first_name == ERASED_NAME
    [line] = Anonymisation.objects.all()
    assert (line.kind, line.people, line.community) == ("accounts", 1, None)
    assert not Message.objects.filter(to="maude@exemple.quebec").exists()


def test_nobody_is_erased_without_a_notice(db):
    """The control of the test above: without the notice, nothing is erased."""
    person = gone("Maude", TWO_YEARS + 400)

    assert inactive.erase_told(NOW + dt.timedelta(days=400)) == 0
    assert not erased(person)


def test_whoever_signs_in_after_the_notice_keeps_everything(db):
    maude = gone("Maude", TWO_YEARS + 1)
    run()
    mail = Message.objects.get()
    User.objects.filter(pk=maude.pk).update(last_login=NOW + dt.timedelta(days=10))

    assert run(31) == 0

    assert not erased(maude)
    assert told() == set()
    assert mail_types.cancel_reason(mail) == "no longer useful"


@pytest.fixture
def past(programme):
    return make.a_community("Pères isolés", programme=programme, status=Community.Status.ARCHIVED)


@pytest.mark.parametrize("act", ["came", "wrote", "agreed", "joined", "asked"])
def test_what_a_person_did_lately_counts_as_activity(past, act):
    maude, julien = gone("Maude", 900), gone("Julien", 900)
    member = make.a_member(past, maude, joined_on=ago(1000).date())
    make.a_member(past, julien, joined_on=ago(1000).date())
    meeting = make.a_meeting(past, ago(100))
    if act == "came":
        make.an_attendance(meeting, member, Attendance.Status.PRESENT)
    elif act == "wrote":
        make.a_note(meeting, "Bonjour", kind=Note.Kind.HIGHLIGHT, author=maude, written_at=ago(100))
    elif act == "agreed":
        consents.give(member, Purpose.PHOTO)
    elif act == "joined":
        make.a_member(make.a_community("Autre", status="archived"), maude, joined_on=ago(100).date())
    else:
        DestructionRequest.objects.create(user=maude, asked_at=ago(100), cancelled_at=ago(90))

    run()

    assert told() == {"Julien"}


@pytest.mark.parametrize("tie", ["member", "paused", "invited", "role", "staff", "officer", "request"])
def test_whoever_is_expected_somewhere_is_not_inactive(community, past, tie):
    maude, julien = gone("Maude", 900), gone("Julien", 900)
    make.a_member(past, julien, joined_on=ago(1000).date())
    statuses = {"member": "active", "paused": "paused", "invited": "invited"}
    if tie in statuses:
        make.a_member(community, maude, status=statuses[tie], joined_on=ago(1000).date())
    elif tie == "role":
        make.a_role(maude, community=past)
    elif tie == "request":
        DestructionRequest.objects.create(user=maude, asked_at=ago(900))
    else:
        field = {"staff": "is_staff", "officer": "is_privacy_officer"}[tie]
        User.objects.filter(pk=maude.pk).update(**{field: True})

    run()

    assert told() == {"Julien"}


def test_a_person_without_an_address_is_on_the_list_all_the_same(db):
    person = gone("Maude", 900)
    User.objects.filter(pk=person.pk).update(email=None)
    run()
    assert told() == {"Maude"}
    assert not Message.objects.exists()

    assert run(31) == 1


def test_presences_of_the_erased_are_still_counted(past):
    maude = gone("Maude", 900)
    meeting = make.a_meeting(past, ago(1200))
    make.an_attendance(meeting, make.a_member(past, maude, joined_on=ago(1400).date()), Attendance.Status.PRESENT)
    run()

    assert run(31) == 1

    assert meeting.attendances.present().count() == 1


def test_the_table_says_the_notice_that_is_given():
    with translation.override("en"):
        assert f"{retention.NOTICE.days} days" in retention.period("inactive_accounts").until
