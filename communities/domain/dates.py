"""What a community shows of its meetings, which belong to an app above it: it asks, and that app answers."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Subquery

from cmtl.questions import Question
from communities.models import Community, Membership


@dataclass(frozen=True)
class Date:
    """A meeting, as far as its community shows it."""

    starts: dt.datetime  # by the clock of the community
    title: str
    heading: str  # the title, or what is said while there is none
    mode: str
    address: str
    expects_members: bool  # meant for all of them, and counted in their attendance


@dataclass(frozen=True)
class First:
    """The meeting that a community begins with."""

    starts: dt.datetime
    blocks: int
    minutes: int
    invited_at: dt.datetime | None
    is_past: bool
    agenda: str  # addresses
    invite: str


coming: Question[[Community, int | None], list[Date]] = Question()  # the earliest first; so many at most, or all
held: Question[[Community], list[Date]] = Question()  # the earliest first
held_on: Question[[Community, dt.date], Date | None] = Question()  # by the clock of the community
how_many_held: Question[[Community], int] = Question()
how_many_coming: Question[[Community], int] = Question()
has_begun: Question[[Community], bool] = Question()  # a first meeting, held or going on
took_part: Question[[Membership], bool] = Question()  # whether anything is recorded of them at any meeting
next_start: Question[[], Subquery] = Question()  # the start of the next meeting, on each row of a queryset
opens_in_room: Question[[], Subquery] = Question()  # whether the first one has a room; None where none is planned
first: Question[[Community], First | None] = Question()
