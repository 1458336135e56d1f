"""The console of a meeting: what those who run it see of it, each part read only if it is drawn."""

from functools import cached_property

from meetings.domain import recordings
from meetings.domain.agenda import rules_display
from meetings.domain.attendance import attendance, check_in_codes, typed_names
from meetings.domain.attendance.roster import Roster, roster_of
from meetings.domain.live import live_breakouts, notes, topic_vote, turns
from meetings.domain.live.timing import PROPOSED_BEFORE, Timing, end_of, timing_of
from meetings.models import AgendaItem, Meeting, Note, Topic

RECENT = 40  # lines
MOST_TOPICS = 40  # of the backlog


class Console:
    """What one person may see and do there; `whole`, with the lines that the recent ones leave out."""

    def __init__(self, meeting: Meeting, user, *, whole: bool = False) -> None:
        self.meeting = meeting
        self.whole = whole
        self.user = user
        may = {perm: user.has_perm(f"meetings.{perm}", meeting) for perm in ("drive", "take_notes")}
        self.may_drive = may["drive"]
        self.drives = may["drive"] and meeting.is_live
        self.writes = may["take_notes"] and meeting.is_live
        self.may_record = user.has_perm("meetings.record", meeting)
        self.may_follow_up = user.has_perm("meetings.follow_up", meeting)
        writes = user.has_perm(attendance.permission(meeting), meeting) and bool(meeting.started_at)
        self.ticks = writes and not meeting.closed_at
        self.corrects = writes and bool(meeting.closed_at)  # on the roster's own page, where the reason is asked

    @cached_property
    def timing(self) -> Timing:
        return timing_of(self.meeting, list(self.meeting.agenda.all()))

    @cached_property
    def roster(self) -> Roster:
        return roster_of(self.meeting)

    @cached_property
    def notes(self) -> list[Note]:
        """But those a sub-group has not brought back yet."""
        in_order = self.meeting.notes.brought_back().order_by("written_at", "pk")
        return list(in_order.select_related("author", "assignee__user", "item", "group"))

    @property
    def recent(self) -> list[Note]:
        """The page is drawn again at each change: the earlier ones come when asked for."""
        return self.notes if self.whole else self.notes[-RECENT:]

    @property
    def earlier(self) -> int:
        return len(self.notes) - len(self.recent)

    @cached_property
    def highlights(self) -> list[Note]:
        kept = (Note.Kind.HIGHLIGHT, Note.Kind.IDEA, Note.Kind.DECISION)
        return [note for note in self.notes if note.kind in kept]

    @cached_property
    def topics(self) -> list[Topic]:
        """With the minutes each has taken; while the group chooses, what it can choose from is in its own panel."""
        found = self.meeting.topics.order_by("proposed_on", "pk")
        if self.choice.is_choosing:
            found = found.exclude(state__in=Topic.WAITING)
        spent: dict[int | None, int] = {}
        for block in self.timing.blocks:
            spent[block.item.topic_id] = spent.get(block.item.topic_id, 0) + (block.item.actual_minutes or 0)
        topics = list(found)
        for topic in topics:
            topic.spent = spent.get(topic.pk, 0)  # type: ignore[attr-defined]  # for the page only
        return topics

    @cached_property
    def choice(self) -> topic_vote.Choice:
        return topic_vote.Choice(self.meeting, self.timing.current)

    @cached_property
    def typed(self) -> typed_names.Typed:
        return typed_names.Typed(self.meeting)

    @cached_property
    def voices(self) -> list[turns.Voice]:
        there = [row.membership for row in self.roster.rows if row.is_present]
        return turns.voices(self.meeting, sorted(there, key=lambda m: (m.user.sort_key, m.pk)))

    @property
    def heard(self) -> list[turns.Voice]:
        return [voice for voice in self.voices if voice.was_heard]

    @property
    def not_heard(self) -> list[turns.Voice]:
        return [voice for voice in self.voices if not voice.was_heard]

    @cached_property
    def groups(self) -> live_breakouts.Groups:
        return live_breakouts.Groups(self.meeting)

    @cached_property
    def not_asked_about_recording(self) -> int:
        """People who came in while it is recorded, and have not said whether they agree."""
        return recordings.arrivals_not_asked(self.meeting) if self.meeting.is_live else 0

    @cached_property
    def rules_read(self) -> int:
        return self.meeting.rules_read.count() if self.rules else 0

    @cached_property
    def _backlog(self) -> list[Topic]:
        return list(self.meeting.community.topics.waiting().filter(meeting=None).wanted_first()[: MOST_TOPICS + 1])

    @property
    def backlog(self) -> list[Topic]:
        """The most wanted: the page is drawn again at each change."""
        return self._backlog[:MOST_TOPICS]

    @property
    def backlog_goes_on(self) -> bool:
        return len(self._backlog) > MOST_TOPICS

    @cached_property
    def next_meeting(self) -> Meeting | None:
        return Meeting.objects.next_after(self.meeting)

    @cached_property
    def people(self) -> list:
        """Who may take an action."""
        return list(attendance.people_of(self.meeting).only("community", "user__first_name", "user__last_name"))

    @cached_property
    def facilitators(self) -> list:
        return list(self.meeting.facilitators.all())

    @property
    def tab(self) -> str:
        """What the open block calls for, beside the notes."""
        if self.meeting.in_groups:
            return "groups"
        if self._kind == AgendaItem.Kind.TOPICS or self.timing.current and self.timing.current.topic_id:
            return "topics"
        return "evaluation" if self._kind == AgendaItem.Kind.EVALUATION else "presence"

    @property
    def recalls(self) -> bool:
        """The open block is that of the purpose and the rules."""
        return self._kind == AgendaItem.Kind.FRAME

    @property
    def sums_up(self) -> bool:
        """The highlights are read aloud, and the group says what it keeps."""
        return self._kind == AgendaItem.Kind.SYNTHESIS

    @property
    def looks_ahead(self) -> bool:
        """Who does what, what comes next, and when."""
        return self._kind == AgendaItem.Kind.NEXT

    @property
    def to_do(self) -> list[Note]:
        return [note for note in self.notes if note.kind == Note.Kind.ACTION]

    @property
    def to_discuss(self) -> list[Note]:
        return [note for note in self.notes if note.kind == Note.Kind.TOPIC]

    @property
    def _kind(self) -> str:
        return self.timing.current.kind if self.timing.current else ""

    @cached_property
    def rules(self) -> list:
        return rules_display.rules_at(self.meeting) if self.recalls else []

    @cached_property
    def objectives(self) -> list[str]:
        return rules_display.objectives_of(self.meeting) if self.recalls else []

    @property
    def discussed(self) -> int:
        return sum(topic.state == Topic.State.DISCUSSED for topic in self.topics)

    @property
    def evaluation_done(self) -> bool:
        return bool(self.timing.evaluation and self.timing.evaluation.started_at)

    @property
    def propose_at(self):
        return end_of(self.meeting) - PROPOSED_BEFORE

    @property
    def kinds(self) -> list[tuple]:
        signs = {kind: sign for sign, kind in notes.SIGNS.items()}
        return [(kind.value, kind.label, signs[kind]) for kind in Note.Kind]

    @property
    def qr(self) -> str:
        return check_in_codes.qr_of(self.meeting)

    @property
    def short_address(self) -> str:
        return check_in_codes.short_address()
