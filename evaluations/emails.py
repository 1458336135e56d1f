"""The mails of evaluations."""

from django.urls import reverse

from communities.models import Membership
from evaluations import voting
from evaluations.models import Survey
from meetings import links
from outbox.models import Category, Message
from outbox.post import absolute, queue

REMINDER = "evaluations/emails/survey_reminder.html"


def survey_reminder(survey: Survey, membership: Membership) -> Message | None:
    """To someone who was there and has not answered yet."""
    meeting = survey.meeting
    token = links.token_for(meeting, membership)
    return queue(
        membership.user,
        REMINDER,
        {
            "meeting": meeting,
            "community": meeting.community,
            "survey": survey,
            "local_close": survey.closes_at.astimezone(meeting.zone),
            "address": absolute(reverse("evaluations:ballot", args=[token])),
        },
        key=f"survey-reminder:{survey.pk}",
        category=Category.SURVEYS,
        reason=voting.reason_of(survey),
        sender_list=meeting.community.sender_list,
        priority=Message.Priority.SURVEY,
        not_after=survey.closes_at,
    )
