"""What came out of a community, as one thread: the decisions of its meetings and the outcomes of its register."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from cmtl import money
from communities.models import Community, Outcome
from meetings.domain.followup.decisions import last_decisions
from meetings.models import Note

SHOWN = 5


@dataclass(frozen=True)
class ThreadEntry:
    day: dt.date
    kind: str
    detail: str
    words: str
    address: str
    is_outcome: bool = False


def thread(community: Community, user: User) -> list[ThreadEntry]:
    """What this person may read of it, the latest first."""
    outcomes = Outcome.objects.visible_to(user).kept().filter(community=community)[:SHOWN]
    decisions = last_decisions(community, user)
    entries = [*map(_of_outcome, outcomes), *map(_of_decision, decisions)]
    return sorted(entries, key=lambda entry: entry.day, reverse=True)[:SHOWN]


def _of_outcome(outcome: Outcome) -> ThreadEntry:
    kind = _("Outcome") if outcome.is_expected else _("Unexpected outcome")
    detail = [outcome.get_kind_display(), money.shown(outcome.amount) if outcome.amount else ""]
    words = ", ".join(filter(None, detail))
    return ThreadEntry(outcome.happened_on, kind, words, outcome.title, outcome.get_absolute_url(), is_outcome=True)


def _of_decision(note: Note) -> ThreadEntry:
    meeting = note.meeting
    return ThreadEntry(meeting.local_start.date(), _("Decision"), "", note.text, meeting.get_absolute_url())
