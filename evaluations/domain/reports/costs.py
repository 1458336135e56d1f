"""What a year cost, in sums that say nothing of what one person is paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from communities.domain.partners import budgeting
from communities.models import BudgetLine, Community
from evaluations.domain.indicators import Turnout, Year
from meetings.models import Meeting

Category = BudgetLine.Category
OF_BEING_THERE = (Category.ROOM, Category.CATERING, Category.TRAVEL)


@dataclass(frozen=True)
class Costs:
    """In cents. `shared` is what no meeting alone was spent for: it is divided between all those held."""

    planned: int = 0
    spent: int = 0
    in_person_spent: int = 0
    online_spent: int = 0
    in_person: int = 0  # meetings held, those where some were in a room included
    online: int = 0
    undated: int = 0  # lines of the budget that say no day: of no year
    is_one_fee: bool = False  # all of it is what one person is paid: nothing is told

    @property
    def is_told(self) -> bool:
        return bool(self.planned or self.spent) and not self.is_one_fee

    @property
    def held(self) -> int:
        return self.in_person + self.online

    @property
    def per_meeting(self) -> int | None:
        return _dollars(self.spent / self.held) if self.held else None

    @property
    def per_in_person(self) -> int | None:
        return self._each(self.in_person_spent, self.in_person)

    @property
    def per_online(self) -> int | None:
        return self._each(self.online_spent, self.online)

    def _each(self, own: int, meetings: int) -> int | None:
        """With its part of what is shared; only where there were both, since otherwise it is what each meeting cost."""
        if not self.in_person or not self.online:
            return None
        shared = self.spent - self.in_person_spent - self.online_spent
        return _dollars(own / meetings + shared / self.held)


def _dollars(cents: float) -> int:
    """To the dollar: it is a mean."""
    return round(cents / 100) * 100


@dataclass(frozen=True)
class _Line:
    planned: int
    spent: int
    is_in_person: bool | None  # None: of no meeting alone
    is_fee: bool = False


def costs_of(community: Community, figures: Year) -> Costs:
    """Lines dated in the year, and the trainings held or foreseen then; two queries."""
    return _Ledger(community, figures).costs()


class _Ledger:
    def __init__(self, community: Community, figures: Year) -> None:
        self.community, self.figures = community, figures
        self.lines_of_budget = list(community.budget_lines.all())

    @cached_property
    def held(self) -> tuple[Turnout, ...]:
        return (*self.figures.turnouts, *self.figures.apart)

    @cached_property
    def rooms(self) -> dict:
        """Day → whether people met in a room."""
        return {turnout.day: turnout.mode != Meeting.Mode.ONLINE for turnout in self.held}

    def costs(self) -> Costs:
        lines = [*self._lines(), *self._trainings()]
        in_room = sum(self.rooms[turnout.day] for turnout in self.held)
        return Costs(
            planned=sum(line.planned for line in lines),
            spent=sum(line.spent for line in lines),
            in_person_spent=sum(line.spent for line in lines if line.is_in_person),
            online_spent=sum(line.spent for line in lines if line.is_in_person is False),
            in_person=in_room,
            online=len(self.held) - in_room,
            undated=sum(line.on is None for line in self.lines_of_budget),
            is_one_fee=len(lines) == 1 and lines[0].is_fee,
        )

    def _lines(self) -> Iterable[_Line]:
        for line in self.lines_of_budget:
            if line.on and line.on.year == self.figures.year:
                is_in_person = True if line.category in OF_BEING_THERE else self.rooms.get(line.on)
                is_fee = bool(line.assignment_id) or line.category == Category.EXTERNAL_FACILITATOR
                yield _Line(line.planned, line.spent, is_in_person, is_fee)

    def _trainings(self) -> Iterable[_Line]:
        """Their cost is written with their meeting, and only there."""
        for entry in budgeting.of_trainings(self.community):
            if entry.on and entry.on.year == self.figures.year:
                yield _Line(entry.planned, entry.spent, self.rooms.get(entry.on))
