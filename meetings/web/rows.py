"""Lists of small forms in one page: dates to plan, blocks of an agenda."""

import re
from typing import Any

from django import forms
from django.utils.functional import cached_property

from cmtl.numbers import parse_int

MOST_ROWS = 30
MOVES = re.compile(r"(up|down)-(\d{1,3})|move-(\d{1,3})-(\d{1,3})")


def places(step: str) -> tuple[int, int]:
    """From where to where a button moves a line: « up-2 », « down-2 », « move-4-1 »; (0, 0) moves nothing."""
    found = MOVES.fullmatch(step)
    if not found:
        return 0, 0
    way, place, dragged, dropped = found.groups()
    if dragged:
        return int(dragged), int(dropped)
    other = int(place) + {"up": -1, "down": 1}[way]
    return (int(place), other) if other >= 0 else (0, 0)


class Rows:
    """A list of small forms that a page lengthens, shortens and reorders, with or without JavaScript: each button is
    a submit named `step` (« add », « remove-2 », « up-2 », « down-2 »), and what was typed comes back."""

    def __init__(self, form_class: type[forms.Form], rows: list[dict], **kwargs: Any) -> None:
        self.rows = rows[:MOST_ROWS]
        self.last_touched: int | None = None
        self.form_class, self.kwargs, self.checked = form_class, kwargs, False

    @classmethod
    def read(cls, form_class: type[forms.Form], data: Any, **kwargs: Any) -> "Rows":
        count = min(parse_int(data.get("rows", "")), MOST_ROWS)
        rows = [{name: data.get(f"{n}-{name}", "") for name in form_class.base_fields} for n in range(count)]
        return cls(form_class, rows, **kwargs)

    def take(self, step: str, blank: dict) -> None:
        """Do what a button says; unknown words and numbers do nothing."""
        verb, _dash, number = step.partition("-")
        place = parse_int(number, -1)
        if verb == "add" and len(self.rows) < MOST_ROWS:
            self.rows.append(blank)
            self.last_touched = len(self.rows) - 1
        if verb == "remove" and 0 <= place < len(self.rows):
            del self.rows[place]
        self.move(step)

    def move(self, step: str) -> None:
        place, other = places(step)
        if place != other and max(place, other) < len(self.rows):
            self.rows.insert(other, self.rows.pop(place))
            self.last_touched = other

    def join(self, found: list[dict]) -> int:
        """After those that are there; how many found no room."""
        room = MOST_ROWS - len(self.rows)
        self.rows = [*self.rows, *found[:room]]
        return max(0, len(found) - room)

    @cached_property
    def lines(self) -> list[forms.Form]:
        return [self._form(n, row) for n, row in enumerate(self.rows)]

    def _form(self, n: int, row: dict) -> forms.Form:
        sent = {f"{n}-{name}": value for name, value in row.items()} if self.checked else None
        return self.form_class(sent, initial=row, prefix=str(n), **self.kwargs)

    def is_valid(self) -> bool:
        """From here on remarks are shown; until it is asked, what is typed is only kept."""
        self.checked = True
        self.__dict__.pop("lines", None)
        return not [form for form in self.lines if not form.is_valid()]

    @property
    def cleaned(self) -> list[dict]:
        return [form.cleaned_data for form in self.lines]
