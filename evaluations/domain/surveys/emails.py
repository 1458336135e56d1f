"""The mails of evaluations."""

from django.urls import reverse

from communities.models import Membership, SurveySettings
from evaluations.models import Survey
from meetings.domain.links import links
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Category, Message

REMINDER = MailType(
    "survey-reminder",
    "evaluations/emails/survey_reminder.html",
    category=Category.SURVEYS,
    priority=Message.Priority.SURVEY,
)


def survey_reminder(survey: Survey, membership: Membership) -> Message | None:
    """To someone who was there and has not answered yet."""
    meeting, most = survey.its_meeting, SurveySettings.of(survey.community).survey_reminders
    token = links.guest_token(meeting, membership)
    return REMINDER.queue(
        membership.user,
        {
            "meeting": meeting,
            "community": meeting.community,
            "survey": survey,
            "is_only": most == 1,
            "is_last": survey.reminders_sent >= most,
            "local_close": survey.closes_at.astimezone(meeting.zone),
            "address": absolute(reverse("evaluations:ballot", args=[token])),
        },
        key=f"survey-reminder:{survey.pk}" + (f":{survey.reminders_sent}" if survey.reminders_sent > 1 else ""),
        about=survey,  # not the meeting, whose deliveries people read
        sender_list=meeting.community.sender_list,
        not_after=survey.closes_at,
    )
