"""A kind of data held about one person, and what it holds of them."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext

from accounts.models import User
from cmtl import retention

Columns = dict[str, str | Promise]  # name in the files → heading
Rows = Iterable[Iterable[Any]]

AFTER_THE_PROGRAMME = retention.said("attendance")
WHILE_ACTIVE = retention.said("inactive_accounts")


@dataclass(frozen=True)
class Section:
    """One kind of data. `name` is that of its file; names of columns never change with the language."""

    name: str
    title: str | Promise
    purpose: str | Promise
    kept: str | Promise
    columns: Columns
    read: Callable[[User], Rows]
    most: int = 5  # lines on the page; the files have all
    is_for_them_alone: bool = False  # neither shown to, nor taken by, whoever serves them


@dataclass(frozen=True)
class SectionRows:
    """A section with what it holds of one person."""

    section: Section
    rows: list[list[Any]]

    @property
    def shown(self) -> list[list[tuple[str | Promise, str]]]:
        """The last lines as a page says them, empty cells left out."""
        headings = list(self.section.columns.values())
        last = self.rows[-self.section.most :][::-1]
        return [[(h, said) for h, cell in zip(headings, row, strict=True) if (said := said_of(cell))] for row in last]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - self.section.most)


def coded(choices: type[TextChoices], value: str) -> str:
    """The choice, which says its word on a page and its code in a file; what is no choice any more as it is."""
    return choices(value) if value in choices.values else value


def said_of(cell: Any) -> str:
    """Dates in words; codes as they are kept, which is what is held."""
    if isinstance(cell, dt.datetime):
        return date_format(timezone.localtime(cell), "DATETIME_FORMAT")
    if isinstance(cell, dt.date):
        return date_format(cell, "DATE_FORMAT")
    if isinstance(cell, bool):
        return gettext("Yes") if cell else gettext("No")
    if isinstance(cell, TextChoices):
        return str(cell.label)
    return "" if cell is None else str(cell)
