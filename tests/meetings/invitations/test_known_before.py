"""Two younger columns are filled, for older meetings, with what is known of them and nothing else."""

import datetime as dt
import importlib

import pytest
from django.utils import timezone

from communities.models import Community
from meetings.domain.followup import minutes
from meetings.domain.invitations import invitations
from meetings.models import Meeting, Minutes
from outbox.models import Message
from tests import factories as make
from tests.migrating import at

known_before = importlib.import_module("meetings.migrations.0004_known_before")


pytestmark = pytest.mark.long


@pytest.mark.django_db(transaction=True)
def test_the_topic_of_an_older_meeting_was_announced_by_the_first_mail_that_said_it_or_earlier(community, nadia):
    """Mails were rows of another shape then. One mail said the topic, one another topic, one was destroyed."""
    older, elsewhere, unsaid = (make.a_meeting(community, title=title) for title in ("Le répit", "L’école", "Le deuil"))
    announced_at = timezone.now() - dt.timedelta(days=30)
    make.a_topic(community, "L’école", meeting=elsewhere, state="announced", announced_at=announced_at)
    invitations.invite(older), invitations.invite(elsewhere), invitations.invite(unsaid)
    Message.objects.update(queued_at=timezone.now() - dt.timedelta(days=21))
    Message.objects.about(unsaid).update(text="Sujet à venir", subject="Invitation")
    Meeting.objects.update(topic_announced_at=None)
    written_at = Message.objects.about(older).get().queued_at
    filed = dict(Message.objects.values_list("pk", "about_id"))

    then = at(("outbox", "0001_initial"))
    for pk, number in filed.items():
        mail = then.get_model("outbox", "Message").objects.filter(pk=pk)
        mail.update(kind="meetings/emails/invitation.html", reason=f"meeting:{number}")
    known_before.say_since_when(then, None)
    at()

    known = dict(Meeting.objects.values_list("pk", "topic_announced_at"))
    assert known == {older.pk: written_at, elsewhere.pk: announced_at, unsaid.pk: None}


@pytest.mark.django_db(transaction=True)
def test_a_meeting_closed_before_keeps_what_its_community_keeps_now(community):
    Community.objects.filter(pk=community.pk).update(minutes_level="synthesis")
    closed = make.a_meeting(community, timezone.now() - dt.timedelta(days=9), closed_at=timezone.now())
    coming = make.a_meeting(community)

    known_before.keep_the_level(at(("meetings", "0011_plain_names")), None)  # the level was in the meeting's own row
    at()
    Community.objects.filter(pk=community.pk).update(minutes_level="full")

    assert minutes.level_of(Meeting.objects.get(pk=closed.pk)) == "synthesis"
    assert Minutes.of(Meeting.objects.get(pk=coming.pk)).level == ""
