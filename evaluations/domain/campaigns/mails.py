"""The mails of a campaign: the one that asks, and its reminders; to the members, or to those who left."""

from django.utils.translation import gettext_noop

from communities.models import Membership
from evaluations.domain.campaigns.links import ballot_address, news_address
from evaluations.domain.surveys import due, eligible
from evaluations.models import Campaign, Survey
from outbox.domain.mail_types import MailType, queue_all
from outbox.models import Category, Message

ASK = MailType(
    "annual-evaluation",
    "evaluations/emails/annual_evaluation.html",
    category=Category.SURVEYS,
    priority=Message.Priority.SURVEY,
)
REMINDER = MailType(
    "annual-reminder",
    "evaluations/emails/annual_reminder.html",
    category=Category.SURVEYS,
    priority=Message.Priority.SURVEY,
)
ASK_ALUMNI = MailType(
    "alumni-survey",
    "evaluations/emails/alumni_survey.html",
    category=Category.SURVEYS,
    priority=Message.Priority.SURVEY,
)
ALUMNI_REMINDER = MailType(
    "alumni-reminder",
    "evaluations/emails/alumni_reminder.html",
    category=Category.SURVEYS,
    priority=Message.Priority.SURVEY,
)


def ask_all(campaign: Campaign) -> int:
    """To everyone who is asked and has an address; how many."""
    people = eligible.asked_in(campaign).select_related("user", "community").exclude(user__email=None)
    kind = ASK_ALUMNI if campaign.is_of_alumni else ASK
    key = f"{kind.slug}:{campaign.pk}"
    return queue_all(_mail(kind, campaign, membership, key=key, about=campaign) for membership in people)


def remind_silent(campaign: Campaign) -> int:
    """To those who have not answered; how many."""
    kind = ALUMNI_REMINDER if campaign.is_of_alumni else REMINDER
    key = f"{kind.slug}:{campaign.pk}:{campaign.reminders_sent}"
    about = campaign.survey  # its mails are deleted at closing: they tell who had not answered
    return queue_all(
        _mail(kind, campaign, membership, key=key, about=about) for membership in due.silent(campaign.survey)
    )


def _mail(kind: MailType, campaign: Campaign, membership: Membership, *, key: str, about: Campaign | Survey):
    return kind.compose(
        membership.user,
        {
            "campaign": campaign,
            "community": campaign.community,
            "survey": campaign.survey,
            "local_close": campaign.survey.closes_at.astimezone(campaign.zone),
            "is_last": campaign.reminders_sent >= campaign.reminders,
            "address": ballot_address(campaign, membership),
            "news": news_address(campaign, membership) if campaign.is_of_alumni else "",
        },
        key=key,
        about=about,
        sender_list=campaign.community.sender_list,
        not_after=campaign.survey.closes_at,
    )


@ASK_ALUMNI.cancelled_if
@ASK.cancelled_if
def ask_cancel_reason(message: Message) -> str | None:
    campaign = message.row_in(Campaign.objects.opened().select_related("community"))
    if campaign is None:
        return gettext_noop("the evaluation is closed")
    if not campaign.may_write:
        return gettext_noop("the community is at rest")
    if not eligible.asked_in(campaign).filter(user=message.recipient_id).exists():
        return gettext_noop("no longer useful")
    return None


REMINDER.cancelled_if(due.survey_reminder_cancel_reason)
ALUMNI_REMINDER.cancelled_if(due.survey_reminder_cancel_reason)
