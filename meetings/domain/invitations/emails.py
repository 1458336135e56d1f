"""The mails of a date: the invitation, its reminders, what changed, what was called off. Each is known by the meeting
and its sequence, so that what is no longer true can be told apart from what is."""

import datetime as dt
import uuid
import zoneinfo
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Community, Membership, Policies
from meetings.domain import improvements
from meetings.domain.agenda import rules_display
from meetings.domain.invitations.calendar import calendar_for, organiser_of
from meetings.domain.invitations.wording import Opening, Wordings, languages_for
from meetings.domain.links import links
from meetings.models import Improvement, Invitation, MailWording, Meeting, Reply
from outbox.domain.mail_types import MailType, queue_all
from outbox.domain.post import absolute
from outbox.models import Category, Message

Kind = MailWording.Kind
REMINDS = {"yes": Kind.COMING, "maybe": Kind.HESITATING, "silent": Kind.SILENT}
Priority = Message.Priority
INVITATION = MailType("invitation", "meetings/emails/invitation.html", Category.INVITATIONS)
REMINDER = MailType("reminder", "meetings/emails/reminder.html", Category.REMINDERS, Priority.REMINDER)
MOVED = MailType("moved", "meetings/emails/moved.html", Category.INVITATIONS)
CANCELLED = MailType("cancelled", "meetings/emails/cancelled.html", priority=Priority.CANCELLATION)
SIGNED_UP = MailType("signed-up", "meetings/emails/signed_up.html")
SEAT_FREED = MailType("seat-freed", "meetings/emails/seat_freed.html")
WORDING_TEST = MailType("wording-test", INVITATION.template)
TELL_THE_DATE = (INVITATION, MOVED)
ABOUT_A_DATE = (INVITATION, REMINDER, MOVED, SIGNED_UP, SEAT_FREED)


def invitations(
    meeting: Meeting, memberships: list[Membership], words: str = "", changes: list[Improvement] | None = None
) -> int:
    """How many were written; those who already have this date get nothing more."""
    shared = {"words": words, "organiser": organiser_of(meeting), **about(meeting)}
    return queue_all(
        _compose(
            INVITATION,
            Kind.INVITATION,
            meeting,
            membership,
            key=f"invitation:{meeting.pk}:{meeting.sequence}",
            calendar_method="REQUEST",
            context={**shared, "changes": changes if membership.status in Membership.CURRENT else []},
            not_after=meeting.ends_at,
        )
        for membership in memberships
    )


def moved(meeting: Meeting, was: Meeting, changed: list[str], *, asks_again: bool = False) -> None:
    """Those told of it, whatever they had answered: a new date can change the answer. Whoever joined since, and has no
    mail yet, is invited to the new date as anyone who joins late."""
    said = {"was": was, "changed": changed, "asks_again": asks_again}
    shared = {"organiser": organiser_of(meeting), **said, **about(meeting)}
    queue_all(
        _compose(
            MOVED,
            Kind.MOVED,
            meeting,
            membership,
            key=f"moved:{meeting.pk}:{meeting.sequence}",
            calendar_method="REQUEST",
            context=shared,
            not_after=meeting.ends_at,
        )
        for membership in people_to_notify(meeting)
    )


def cancelled(meeting: Meeting) -> None:
    """A service message: no preference keeps it back, since people would come for nothing."""
    shared = {"organiser": organiser_of(meeting), **about(meeting)}
    queue_all(
        _compose(
            CANCELLED,
            Kind.CANCELLED,
            meeting,
            membership,
            key=f"cancelled:{meeting.pk}:{meeting.sequence}",
            calendar_method="CANCEL",
            context=shared,
            not_after=meeting.ends_at,
        )
        for membership in people_to_notify(meeting)
    )


def reminders(meeting: Meeting, due: list[tuple[Membership, str]], *, moment: str) -> int:
    """To each person with their answer; `moment` is « days » or « hours ». The words differ with both."""
    shared = about(meeting)
    return queue_all(
        _compose(
            REMINDER,
            Kind.SOON if moment == "hours" else REMINDS[answer],
            meeting,
            membership,
            key=f"reminder:{meeting.pk}:{meeting.sequence}:{moment}",
            context={"moment": moment, "answer": answer, **shared},
            facts={"moment": moment},
            not_after=meeting.starts_at,
        )
        for membership, answer in due
    )


def signed_up(meeting: Meeting, membership: Membership) -> Message | None:
    """To somebody who typed their address on the public page of a training: their own page, and the calendar file."""
    return _post(
        SIGNED_UP,
        meeting,
        membership,
        key=f"signed-up:{meeting.pk}:{meeting.sequence}",
        calendar_method="REQUEST",
        context={},
        not_after=meeting.ends_at,
    )


def seat_freed(meeting: Meeting, membership: Membership, turn: int) -> Message | None:
    """To the next in line; `turn` is when they entered it, so that each wait is ended by one mail."""
    return _post(
        SEAT_FREED,
        meeting,
        membership,
        key=f"seat:{meeting.pk}:{meeting.sequence}:{turn}",
        context={},
        not_after=meeting.starts_at,
    )


def people_to_notify(meeting: Meeting) -> QuerySet[Membership]:
    """Whom a change or a cancellation concerns: a mail said the date to them, whatever became of it, or they answered.
    Not whoever joined since, nor a community that was never told."""
    mails = Message.objects.about(meeting).of_type(*ABOUT_A_DATE)
    answered = Reply.objects.filter(meeting=meeting, membership=OuterRef("pk"))
    known = people_told(meeting).filter(Exists(mails.filter(recipient=OuterRef("user"))) | Exists(answered))
    return known.exclude(user__email=None).select_related("user", "community")


def invited_to(meeting: Meeting) -> list[Membership]:
    return list(people_told(meeting).exclude(user__email=None).select_related("user", "community"))


def people_told(meeting: Meeting) -> QuerySet[Membership]:
    """Those invited as people of the community, and whoever signed up from outside."""
    signed_up = Exists(Reply.objects.filter(meeting=meeting, membership=OuterRef("pk")))
    from_outside = Q(signed_up, status=Membership.Status.ELIGIBLE) | links.came_back_for(meeting)
    return meeting.people.filter(Q(status__in=Membership.INVITABLE) | from_outside)


def about(meeting: Meeting) -> dict[str, Any]:
    """What is the same for everyone, asked once."""
    return {
        "objectives": rules_display.objectives_of(meeting, at_most=3),
        "camera_rule": rules_display.camera_rule(meeting),
        "wordings": Wordings(meeting.community),
    }


def preview(
    meeting: Meeting,
    language: str,
    words: str = "",
    *,
    kind: str = Kind.INVITATION,
    wording: MailWording | None = None,
    reader: User | None = None,
    alone: bool = False,
    tells_changes: bool | None = None,
) -> dict[str, str]:
    """A mail as it will be read (`subject`, `text` and `html`), without anyone's own address in it; in the words
    given, else those kept; with what has changed, as said here or as kept; `alone`, in this one language whatever the
    community chose."""
    community, shared = meeting.community, about(meeting)
    reader = reader or User(first_name="", language=language, time_zone=community.time_zone)
    mail, particular = _example(kind, meeting)
    if tells_changes is None:
        tells_changes = Invitation.of(meeting).tells_changes
    context = {
        "user": reader,
        "unsubscribe_url": "" if reader.pk else absolute("/…"),
        "meeting": meeting,
        "community": community,
        "address": absolute(_own_page(meeting) if reader.pk else "/r/…/"),
        "words": words,
        "changes": improvements.to_tell(meeting) if tells_changes and mail is INVITATION else [],
        "other_zone": False,
        "languages": [language] if alone else languages_for(community, language),
        "opening": Opening(kind, meeting, reader, wording or shared["wordings"].get(kind)),
        **shared,
        **particular,
    }
    return mail.rendered(context, language, reader.time_zone)


def example_of(community: Community) -> Meeting:
    """The next date or, while there is none, an invented one that is written nowhere."""
    coming = Meeting.objects.upcoming().for_everyone().filter(community=community).first()
    if coming is None:
        noon = timezone.localtime(timezone.now() + dt.timedelta(days=14), zoneinfo.ZoneInfo(community.time_zone))
        starts_at = noon.replace(hour=12, minute=0, second=0, microsecond=0)
        length = dt.timedelta(minutes=Policies.of(community).meeting_minutes)
        coming = Meeting(title=_("Our next topic"), starts_at=starts_at, ends_at=starts_at + length)
        coming.announced = []
    coming.community = community
    coming.cancelled_because = coming.cancelled_because or _("what you will have said")
    return coming


def _own_page(meeting: Meeting) -> str:
    """Where the links of a test lead whoever leads."""
    return meeting.get_absolute_url() if meeting.pk else meeting.community.get_absolute_url()


def send_test(user: User, community: Community, wording: MailWording) -> Message | None:
    """To the person who writes the words, marked as a test; filed under no meeting, it counts as no invitation."""
    meeting = example_of(community)
    mail = preview(meeting, user.language, kind=wording.kind, wording=wording, reader=user)
    subject = f"[Test] {mail['subject']}"
    return WORDING_TEST.queue_rendered(
        user, {**mail, "subject": subject}, to=user.email or "", key=f"mail-test:{uuid.uuid4()}"
    )


def _example(kind: str, meeting: Meeting) -> tuple[MailType, dict[str, Any]]:
    """The mail of this wording, with what it says besides the meeting."""
    answers: dict[str, str] = {of: answer for answer, of in REMINDS.items()}
    if kind in answers:
        return REMINDER, {"moment": "days", "answer": answers[kind]}
    others: dict[str, tuple[MailType, dict[str, Any]]] = {
        Kind.SOON: (REMINDER, {"moment": "hours", "answer": "yes"}),
        Kind.MOVED: (MOVED, {"was": meeting, "changed": ["place"], "asks_again": True}),
        Kind.CANCELLED: (CANCELLED, {}),
    }
    return others.get(kind, (INVITATION, {}))


def _post(mail: MailType, meeting: Meeting, membership: Membership, **options: Any) -> Message | None:
    """One mail of those that no wording of a community changes."""
    message = _compose(mail, "", meeting, membership, **options)
    queue_all([message])
    return message


def _compose(
    mail: MailType,
    kind: str,
    meeting: Meeting,
    membership: Membership,
    *,
    context: dict[str, Any],
    facts: dict[str, Any] | None = None,
    calendar_method: str = "",
    **options: Any,
) -> Message | None:
    user, community = membership.user, meeting.community
    if not user.email:
        return None
    calendar = ""
    if calendar_method:
        calendar = calendar_for(meeting, membership, method=calendar_method, organiser=context.get("organiser", ""))
    shared = {
        "meeting": meeting,
        "community": community,
        "membership": membership,
        "address": links.guest_address(meeting, membership),
        "other_zone": user.time_zone != community.time_zone,
        "languages": languages_for(community, user.language),
        "opening": context["wordings"].opening(kind, meeting, user) if kind else None,
    }
    return mail.compose(
        user,
        {**shared, **context},
        about=meeting,
        facts={"sequence": meeting.sequence, **(facts or {})},
        sender_list=community.sender_list,
        calendar=calendar,
        calendar_method=calendar_method,
        **options,
    )
