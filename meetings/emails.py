"""The mails of a date: the invitation, its reminders, what changed, what was called off. Each is known by the meeting
and its sequence, so that what is no longer true can be told apart from what is."""

from typing import Any

from django.conf import settings
from django.template import loader
from django.utils import timezone, translation

from accounts.models import User
from communities.models import Membership
from meetings import links, recalling
from meetings.calendar import calendar_for
from meetings.models import Meeting
from outbox.models import Category, Message
from outbox.post import absolute, queue

INVITATION = "meetings/emails/invitation.html"
REMINDER = "meetings/emails/reminder.html"
MOVED = "meetings/emails/moved.html"
CANCELLED = "meetings/emails/cancelled.html"
ABOUT_A_DATE = (INVITATION, REMINDER, MOVED)


def invitation(meeting: Meeting, membership: Membership, words: str = "") -> Message | None:
    return _post(
        INVITATION,
        meeting,
        membership,
        key=f"invitation:{meeting.pk}:{meeting.sequence}",
        category=Category.INVITATIONS,
        calendar_method="REQUEST",
        context={"words": words, **about(meeting)},
        not_after=meeting.ends_at,
    )


def moved(meeting: Meeting, was: Meeting, changed: list[str]) -> None:
    """Everyone invited, whatever they had answered: a new date can change the answer."""
    context = {"was": was, "changed": changed, **about(meeting)}
    for membership in invited_to(meeting):
        _post(
            MOVED,
            meeting,
            membership,
            key=f"moved:{meeting.pk}:{meeting.sequence}",
            category=Category.INVITATIONS,
            calendar_method="REQUEST",
            context=context,
            not_after=meeting.ends_at,
        )


def cancelled(meeting: Meeting) -> None:
    """A service message: no preference keeps it back, since people would come for nothing."""
    for membership in invited_to(meeting):
        _post(
            CANCELLED,
            meeting,
            membership,
            key=f"cancelled:{meeting.pk}:{meeting.sequence}",
            category=Category.SERVICE,
            calendar_method="CANCEL",
            context={},
            not_after=meeting.ends_at,
            priority=Message.Priority.CANCELLATION,
        )


def reminder(meeting: Meeting, membership: Membership, *, moment: str, answer: str) -> Message | None:
    """`moment` is « days » or « hours »; the words differ with what the person answered."""
    return _post(
        REMINDER,
        meeting,
        membership,
        key=f"reminder:{meeting.pk}:{meeting.sequence}:{moment}",
        category=Category.REMINDERS,
        context={"moment": moment, "answer": answer},
        not_after=meeting.starts_at,
        priority=Message.Priority.REMINDER,
    )


def invited_to(meeting: Meeting) -> list[Membership]:
    people = meeting.community.memberships.invitable().exclude(user__email=None)
    return list(people.select_related("user", "community"))


def about(meeting: Meeting) -> dict[str, Any]:
    """What is the same for everyone, asked once."""
    return {"objectives": recalling.objectives_of(meeting, at_most=3)}


def preview(meeting: Meeting, language: str, words: str = "") -> dict[str, str]:
    """The invitation as it will be read, without anyone's own address in it."""
    reader = User(first_name="", language=language, time_zone=meeting.community.time_zone)
    context = {
        "user": reader,
        "unsubscribe_url": absolute("/…"),
        "site_url": settings.SITE_URL,
        "privacy_officer": settings.PRIVACY_OFFICER,
        "meeting": meeting,
        "community": meeting.community,
        "address": absolute("/r/…/"),
        "words": words,
        "other_zone": False,
        **about(meeting),
    }
    with translation.override(language), timezone.override(reader.time_zone):
        parts = {part: loader.get_template(f"{INVITATION}#{part}") for part in ("subject", "text")}
        return {part: template.render(context).strip() for part, template in parts.items()}


def _post(
    template: str,
    meeting: Meeting,
    membership: Membership,
    *,
    context: dict[str, Any],
    calendar_method: str = "",
    **options: Any,
) -> Message | None:
    user, community = membership.user, meeting.community
    calendar = calendar_for(meeting, membership, method=calendar_method) if calendar_method else ""
    shared = {
        "meeting": meeting,
        "community": community,
        "membership": membership,
        "address": links.address_for(meeting, membership),
        "other_zone": user.time_zone != community.time_zone,
    }
    return queue(
        user,
        template,
        {**shared, **context},
        reason=meeting.reason,
        sender_list=community.sender_list,
        calendar=calendar,
        calendar_method=calendar_method,
        **options,
    )
