"""The follow-up of a meeting: drafted from what was noted, edited by a person, and sent when that person presses.

Its text is plain: a line followed by lines that begin with a dash is their heading. Each person gets it in a shell of
their own language, once; whoever is added to the recipients later gets the same text.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import editing
from communities.models import Membership
from meetings.domain.attendance import absences
from meetings.domain.followup import minutes
from meetings.domain.invitations.invitations import meeting_of
from meetings.domain.links import links
from meetings.models import Absence, Attendance, FollowUp, Meeting, Minutes, Note
from outbox.domain import taking_back
from outbox.domain.mail_types import MailType, queue_all
from outbox.domain.post import absolute
from outbox.models import Category, Message, MessageQuerySet

FOLLOW_UP = MailType("follow-up", "meetings/emails/follow_up.html", Category.FOLLOW_UPS)
TRIAL = MailType("follow-up-trial", FOLLOW_UP.template)
PRESENT, ABSENT, EVERYONE = "present", "absent", "everyone"
DASH = "– "
DASHES = ("– ", "- ", "• ", "* ")

# ---------------------------------------------------------------- what it says


def text_of(meeting: Meeting) -> str:
    """As last saved; before that, drafted anew from what is noted."""
    return FollowUp.of(meeting).text or draft(meeting)


def draft(meeting: Meeting) -> str:
    """What was said, decided and promised, and when the group meets next. A line that the synthesis already says is
    not said twice; an action is, for who does it and by when."""
    synthesis = Minutes.of(meeting).synthesis
    said, notes = synthesis.casefold(), defaultdict(list)
    for note in meeting.notes.told().select_related("assignee__user", "group"):
        if note.kind == Note.Kind.ACTION or note.text.casefold().rstrip(". ") not in said:
            notes[note.kind].append(note)
    parts = [
        synthesis.strip(),
        _section(_("What we keep"), [*notes[Note.Kind.HIGHLIGHT], *notes[Note.Kind.IDEA]]),
        _section(_("What we decided"), notes[Note.Kind.DECISION]),
        _section(_("Who does what"), notes[Note.Kind.ACTION]),
        _section(_("Good practice"), notes[Note.Kind.PRACTICE]),
        _section(_("Resources"), notes[Note.Kind.RESOURCE]),
        _next_date(meeting),
    ]
    return "\n\n".join(part for part in parts if part)


def _section(heading: str, notes: Iterable[Note]) -> str:
    lines = [DASH + _line(note) for note in notes]
    return "\n".join([heading, *lines]) if lines else ""


def _line(note: Note) -> str:
    who = note.assignee.user.full_name if note.assignee else note.group.name if note.group else ""
    by = _("by %(day)s") % {"day": date_format(note.due_on, "MONTH_DAY_FORMAT")} if note.due_on else ""
    detail = ", ".join(filter(None, [who, by]))
    return _("%(action)s (%(detail)s)") % {"action": note.text, "detail": detail} if detail else note.text


def _next_date(meeting: Meeting) -> str:
    coming = Meeting.objects.next_after(meeting)
    if coming is None:
        return ""
    return f"{_('Next meeting')}\n{DASH}" + _("%(when)s: %(topic)s") % {"when": coming.when, "topic": coming.heading}


@dataclass
class Block:
    """A paragraph, or a heading with the list under it."""

    heading: str = ""
    paragraph: str = ""
    items: list[str] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    for part in text.split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        items = [line[2:].strip() for line in lines if line.startswith(DASHES)]
        words = [line for line in lines if not line.startswith(DASHES)]
        if items and len(words) == 1:
            yield Block(heading=words[0], items=items)
        elif lines:
            yield Block(paragraph="\n".join(words), items=items)


def save(meeting: Meeting, text: str, version: int, absent: str = "") -> bool:
    """Write it over the version one had read; False when someone else has written since. Saving the same words twice
    is no conflict. `absent` is the word that opens it for those who were not there."""
    text, absent, kept = text.strip(), absent.strip(), FollowUp.of(meeting)
    if (kept.text, kept.words_to_absent) == (text, absent):
        return True
    saved = editing.write_over(FollowUp.row_of(meeting), version, text=text, words_to_absent=absent)
    meeting.refresh_from_db()
    return saved


# ---------------------------------------------------------------- who gets it


def audience(meeting: Meeting, whom: str) -> list[Membership]:
    """Those recorded present; those invited to meetings who were not; or both."""
    present = Attendance.objects.filter(meeting=meeting, status=Attendance.Status.PRESENT).values("membership")
    people = meeting.people.exclude(status=Membership.Status.ALUMNI).select_related("user", "community")
    here = Q(pk__in=present)
    away = ~here & Q(status__in=Membership.INVITABLE)
    return list(people.filter({PRESENT: here, ABSENT: away}.get(whom, here | away)))


@transaction.atomic
def send(meeting: Meeting, whom: str) -> int:
    """Write to each of them once; to how many. Asked again, it writes to those who were not written to yet."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("community").get(pk=meeting.pk)
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if not meeting.started_at:
        raise ValidationError(_("This meeting has not taken place yet."))
    if not FollowUp.of(meeting).text:
        raise ValidationError(_("Write a few words first."))
    context, standing = _context(meeting), dict(meeting.attendances.values_list("membership", "status"))
    sent = queue_all(_mail(meeting, m, context, standing.get(m.pk, "")) for m in audience(meeting, whom))
    FollowUp.objects.filter(meeting=meeting, sent_at=None).update(sent_at=timezone.now())
    audit.write(Action.PUBLISHED, about=meeting, what="follow_up", mails=sent)
    return sent


@transaction.atomic
def take_back_follow_up(meeting: Meeting) -> int:
    """As if nobody had pressed, while no mail has begun to leave; how many were to leave."""
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)  # no colleague sends meanwhile
    taken_back = taking_back.take_back_mails(mails_of_follow_up(meeting))
    FollowUp.objects.filter(meeting=meeting).update(sent_at=None)
    audit.write(Action.PUBLISHED, about=meeting, what="follow_up", undone=True)
    return taken_back


def mails_of_follow_up(meeting: Meeting) -> MessageQuerySet:
    return Message.objects.about(meeting).of_type(FOLLOW_UP)


def _mail(meeting: Meeting, membership: Membership, context: dict, standing: str) -> Message | None:
    """Those who were not there read other first words and, where they are recorded absent, are asked why."""
    address = links.guest_address(meeting, membership)
    was_there = standing == Attendance.Status.PRESENT or meeting.closed_at is None
    asks_why = meeting.closed_at is not None and standing in absences.AWAY
    return FOLLOW_UP.compose(
        membership.user,
        {**context, "address": address, "was_there": was_there, "asks_why": asks_why},
        key=f"follow-up:{meeting.pk}",
        about=meeting,
        sender_list=meeting.community.sender_list,
    )


def _context(meeting: Meeting, words: str = "") -> dict:
    words = words or text_of(meeting)
    return {
        "meeting": meeting,
        "community": meeting.community,
        "words": words,
        "blocks": list(blocks(words)),
        "absent": FollowUp.of(meeting).words_to_absent,
        "reasons": Absence.Reason,
        "has_minutes": minutes.are_published(meeting),
    }


def preview(meeting: Meeting, language: str, *, was_there: bool = True, words: str = "") -> dict[str, str]:
    """As it will be read in that language, without anyone's own address in it; `words`, where they were read."""
    reader = User(first_name="", language=language)
    extra = {
        "user": reader,
        "unsubscribe_url": absolute("/…"),
        "address": absolute("/r/…/"),
        "was_there": was_there,
        "asks_why": not was_there,
    }
    return FOLLOW_UP.rendered({**_context(meeting, words), **extra}, language)


def try_out(meeting: Meeting, person: User, *, was_there: bool) -> Message | None:
    """To oneself alone, as those present or absent will read it; its links lead nowhere. It leaves at every press."""
    if not person.email:
        raise ValidationError(_("Your account has no e-mail address."))
    mail = preview(meeting, person.language, was_there=was_there)
    with translation.override(person.language):
        subject = _("[Test] %(subject)s") % {"subject": mail["subject"]}
    key = f"follow-up-trial:{uuid.uuid4()}"
    return TRIAL.queue_rendered(person, {**mail, "subject": subject}, to=person.email, key=key)


# ---------------------------------------------------------------- what became of it


def deliveries(meeting: Meeting) -> list[Message]:
    """Those that failed first, then by name."""
    mails = mails_of_follow_up(meeting).select_related("recipient").listed()
    return sorted(mails.order_by("recipient__sort_key", "pk"), key=lambda mail: mail.state != "failed")


def send_again(meeting: Meeting) -> int:
    """To those alone whose mail the relay refused; how many."""
    return mails_of_follow_up(meeting).try_again()


@FOLLOW_UP.cancelled_if
def follow_up_cancel_reason(message: Message) -> str | None:
    meeting = meeting_of(message)
    if meeting is None or meeting.cancelled_at:
        return gettext_noop("the meeting was cancelled")
    here = meeting.community.memberships.exclude(status=Membership.Status.ALUMNI)
    if not here.filter(user=message.recipient_id).exists():
        return gettext_noop("no longer in the community")
    return None
