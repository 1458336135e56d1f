"""Lists of small forms in one page: dates to plan, blocks of an agenda."""

from typing import Any

from django import forms
from django.utils.functional import cached_property

from cmtl.numbers import parse_int

MOST_ROWS = 30


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
        if not 0 <= place < len(self.rows):
            return
        if verb == "remove":
            del self.rows[place]
        other = place + {"up": -1, "down": 1}.get(verb, 0)
        if other != place and 0 <= other < len(self.rows):
            self.rows[place], self.rows[other] = self.rows[other], self.rows[place]
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
