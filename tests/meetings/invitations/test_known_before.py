"""Two younger columns are filled, for older meetings, with what is known of them and nothing else."""

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.utils import timezone

from communities.models import Community
from meetings.domain.followup import minutes
from meetings.domain.invitations import invitations
from meetings.models import Meeting
from outbox.models import Message
from tests import factories as make

known_before = importlib.import_module("meetings.migrations.0004_known_before")


@pytest.fixture
def older(community, nadia):
    """Invited to three weeks ago, before the column was there."""
    meeting = make.a_meeting(community, title="Le répit")
    invitations.invite(meeting)
    Message.objects.update(queued_at=timezone.now() - dt.timedelta(days=21))
    Meeting.objects.update(topic_announced_at=None)
    return meeting


def since_when(meeting):
    known_before.say_since_when(apps, None)
    return Meeting.objects.get(pk=meeting.pk).topic_announced_at


def test_the_first_mail_that_says_the_topic_is_its_day(older):
    assert since_when(older) == Message.objects.get().queued_at


def test_a_topic_announced_before_any_mail_is_earlier(older, community):
    announced_at = timezone.now() - dt.timedelta(days=30)
    make.a_topic(community, "Le répit", meeting=older, state="announced", announced_at=announced_at)

    assert since_when(older) == announced_at


def test_a_mail_that_said_another_topic_and_a_mail_destroyed_say_nothing(older):
    Message.objects.update(text="Sujet à venir", subject="Invitation")

    assert since_when(older) is None


def test_a_meeting_closed_before_keeps_what_its_community_keeps_now(community):
    Community.objects.filter(pk=community.pk).update(minutes_level="synthesis")
    closed = make.a_meeting(community, timezone.now() - dt.timedelta(days=9), closed_at=timezone.now())
    coming = make.a_meeting(community)

    known_before.keep_the_level(apps, None)
    Community.objects.filter(pk=community.pk).update(minutes_level="full")

    assert minutes.level_of(Meeting.objects.get(pk=closed.pk)) == "synthesis"
    assert Meeting.objects.get(pk=coming.pk).minutes_level == ""
