"""The mails of evaluations."""

from django.urls import reverse

from communities.models import Membership
from evaluations.domain.surveys import collection
from evaluations.models import Survey
from meetings.domain.links import links
from outbox.domain.post import absolute, queue
from outbox.models import Category, Message

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
        reason=collection.reason_of(survey),
        sender_list=meeting.community.sender_list,
        priority=Message.Priority.SURVEY,
        not_after=survey.closes_at,
    )
