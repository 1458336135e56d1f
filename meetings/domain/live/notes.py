"""Lines captured during a meeting: written once whatever is sent twice, changed without writing over each other."""

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cmtl.signed_tokens import SignedJson
from communities.models import Membership
from meetings.domain.live import topic_vote
from meetings.domain.live.live_session import refuse_if_over
from meetings.domain.topics import topics
from meetings.models import AgendaItem, Meeting, MeetingGroup, Note, Topic

# The first character of a line says what it is, for those who would rather not leave the keyboard.
SIGNS = {
    "*": Note.Kind.HIGHLIGHT,
    "#": Note.Kind.IDEA,
    "!": Note.Kind.DECISION,
    ">": Note.Kind.ACTION,
    "?": Note.Kind.TOPIC,
    "+": Note.Kind.RESOURCE,
    "=": Note.Kind.PRACTICE,
    "~": Note.Kind.OFF_RECORD,
}
_removed = SignedJson("removed-note", dt.timedelta(days=1))


def read_line(line: str, kind: str) -> tuple[str, str]:
    """The kind and the text of a line as typed; its first character, when it is a sign, wins over the kind chosen."""
    text = " ".join(line.split())
    if text[:1] in SIGNS:
        return SIGNS[text[0]], text[1:].strip()
    return kind, text


@transaction.atomic
def add(
    meeting: Meeting,
    *,
    key: uuid.UUID,
    kind: str,
    text: str,
    by: User,
    assignee: Membership | None = None,
    due_on: dt.date | None = None,
    group: MeetingGroup | None = None,
) -> Note:
    """The key is chosen by the page, once per line: a line sent again after a lost answer is the same note."""
    refuse_if_over(meeting)
    _refuse_off_record(meeting, kind)
    fields = {"meeting": meeting, "kind": kind, "text": text, "author": by, "item": meeting.current_item}
    fields["group"] = group
    if kind == Note.Kind.ACTION:
        fields |= {"assignee": assignee, "due_on": due_on}
    note, is_new = Note.objects.get_or_create(key=key, defaults=fields)
    if note.meeting_id != meeting.pk:
        raise ValidationError(_("This line belongs to another meeting."))
    if is_new:
        meeting.touch()
        _suggest(note)
    return note


@transaction.atomic
def edit(
    note: Note,
    version: int,
    *,
    kind: str,
    text: str,
    assignee: Membership | None = None,
    due_on: dt.date | None = None,
) -> bool:
    """Write it over the version one had read. False when someone else has changed it in between: theirs stays."""
    refuse_if_over(note.meeting)
    _refuse_off_record(note.meeting, kind)
    if kind != Note.Kind.ACTION:
        assignee = due_on = None
    wanted = {"kind": kind, "text": text, "assignee": assignee, "due_on": due_on}
    known = Note.objects.filter(pk=note.pk, version=version).exclude(**wanted)
    changed = known.update(**wanted, version=F("version") + 1)
    note.refresh_from_db()
    if not changed:
        return all(getattr(note, name) == value for name, value in wanted.items())
    note.meeting.touch()
    _suggest(note)
    if kind == Note.Kind.OFF_RECORD:
        _unsuggest(note)
    return True


@transaction.atomic
def remove(note: Note) -> str:
    """Take a line away, with the topic it had put in the backlog if nothing was done with it.
    What comes back is the line, sealed, for whoever wants to undo that."""
    meeting, topic = note.meeting, note.topic
    sealed = _removed.make(
        {
            "meeting": meeting.pk,
            "key": str(note.key),
            "kind": note.kind,
            "text": note.text,
            "item": note.item_id,
            "group": note.group_id,
            "assignee": note.assignee_id,
            "due_on": note.due_on.isoformat() if note.due_on else None,
            "author": note.author_id,
            "written_at": note.written_at.isoformat(),
        }
    )
    note.delete()
    _drop_untouched(topic, meeting)
    meeting.touch()
    return sealed


@transaction.atomic
def restore(meeting: Meeting, sealed: str) -> Note:
    """Undo a removal; undoing twice does nothing."""
    kept: Any = _removed.verify(sealed) or {}
    if kept.get("meeting") != meeting.pk:
        raise ValidationError(_("This line can no longer be put back."))
    _refuse_off_record(meeting, kept["kind"])
    note, is_new = Note.objects.get_or_create(
        key=kept["key"],
        defaults={
            "meeting": meeting,
            "kind": kept["kind"],
            "text": kept["text"],
            "item": meeting.agenda.filter(pk=kept["item"]).first(),
            "group": meeting.groups.filter(pk=kept.get("group")).first(),
            "assignee": meeting.community.memberships.filter(pk=kept["assignee"]).first(),
            "due_on": kept["due_on"] and dt.date.fromisoformat(kept["due_on"]),
            "author": User.objects.filter(pk=kept["author"]).first(),
            "written_at": dt.datetime.fromisoformat(kept["written_at"]),
        },
    )
    if is_new:
        meeting.touch()
        _suggest(note)
    return note


def _suggest(note: Note) -> None:
    """A suggested topic joins the community's backlog, once; one that stands there already in the same words, be it
    chosen or announced, is it, and stays where it is."""
    if note.kind != Note.Kind.TOPIC or note.topic_id:
        return
    community = note.meeting.community
    day = timezone.localdate(timezone=note.meeting.zone)
    source = Topic.Source.MEETING
    note.topic, _new = topics.propose(community, note.text[:200], source=source, proposed_on=day)
    note.save(update_fields=["topic"])
    if note.item and note.item.kind == AgendaItem.Kind.TOPICS and note.topic.meeting is None:
        topic_vote.bring(note.meeting, note.topic)  # the group is choosing: it can choose it


def _unsuggest(note: Note) -> None:
    topic, note.topic = note.topic, None
    note.save(update_fields=["topic"])
    _drop_untouched(topic, note.meeting)


def _drop_untouched(topic: Topic | None, meeting: Meeting) -> None:
    """The topic a line had put in the backlog, if nothing was done with it."""
    if topic is None or topic.state != Topic.State.PROPOSED or topic.meeting_id not in (None, meeting.pk):
        return
    moved = topic.events.exclude(meeting=meeting, state=Topic.State.PROPOSED)
    used = any(found.exists() for found in (topic.notes, topic.topic_votes, topic.supports, moved))
    if topic.source == Topic.Source.MEETING and not used:
        topic.delete()


def _refuse_off_record(meeting: Meeting, kind: str) -> None:
    """What was not to be recorded was erased at closing: none comes after."""
    if kind == Note.Kind.OFF_RECORD and meeting.closed_at:
        raise ValidationError(_("The meeting is closed: a line not to be recorded is not kept."))
