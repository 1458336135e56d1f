"""A budget as it is read: its own lines, and the trainings, whose cost is written with their meeting and only there."""

import datetime as dt
from dataclasses import dataclass, field

from cmtl.questions import Question
from communities.models import BudgetLine, Community


@dataclass(frozen=True)
class Entry:
    """One thing with what it should cost and what it did, in cents; `address` is where it is changed."""

    label: str
    category: str
    planned: int
    spent: int
    on: dt.date | None
    address: str
    said: list[str] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        return self.planned - self.spent


@dataclass(frozen=True)
class Budget:
    entries: list[Entry]

    @property
    def planned(self) -> int:
        return sum(entry.planned for entry in self.entries)

    @property
    def spent(self) -> int:
        return sum(entry.spent for entry in self.entries)

    @property
    def remaining(self) -> int:
        return self.planned - self.spent


of_trainings: Question[[Community], list[Entry]] = Question()


def budget_of(community: Community) -> Budget:
    """In two queries; by date, those without one first."""
    lines = community.budget_lines.select_related("assignment__user")
    entries = [*map(_of_line, lines), *of_trainings(community)]
    return Budget(sorted(entries, key=lambda entry: entry.on or dt.date.min))


def _of_line(line: BudgetLine) -> Entry:
    said = [line.assignment.user.full_name, line.assignment.contract] if line.assignment else []
    return Entry(
        label=line.label,
        category=line.get_category_display(),
        planned=line.planned,
        spent=line.spent,
        on=line.on,
        address=line.get_absolute_url(),
        said=list(filter(None, said)),
    )
