"""Dates as people type them: one by one, or the second Tuesday of each month."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cmtl.inputs import ClockField, DayInput
from cmtl.wall_clock import LATEST_YEAR, WallClockForm, at_wall_clock
from meetings.domain.scheduling import planning


class DateForm(WallClockForm):
    """One date of a series, with what is to be said of it as typed."""

    @cached_property
    def typed_day(self) -> dt.date | None:
        """The date as typed, to say which day of the week it is."""
        return self._typed("day")

    @cached_property
    def typed_start(self) -> dt.datetime | None:
        """The instant as typed, as far as it can be read."""
        day, starts = self.typed_day, self._typed("starts")
        try:
            is_near = day and day.year <= LATEST_YEAR
            return at_wall_clock(day, starts, self.zone) if is_near and starts else None
        except (ValidationError, OverflowError, ValueError):
            return None

    @property
    def warning(self) -> str | None:
        return planning.past_warning(self.typed_start, self.zone) if self.typed_start else None

    def _typed(self, name: str) -> Any:
        try:
            return self.fields[name].to_python(self[name].value())
        except ValidationError:
            return None


class PlannedDateForm(DateForm):
    """A date with its own topic, where the programme of the year is set ahead."""

    title = forms.CharField(
        label=_("Topic"), max_length=160, required=False, widget=forms.TextInput(attrs={"list": "topics"})
    )


class SeriesForm(forms.Form):
    """« The second Tuesday of the month, from September to June, at noon »: turned into dates that can be edited."""

    RANKS = [
        (1, pgettext_lazy("of the month", "first")),
        (2, pgettext_lazy("of the month", "second")),
        (3, pgettext_lazy("of the month", "third")),
        (4, pgettext_lazy("of the month", "fourth")),
        (5, pgettext_lazy("of the month", "last")),
    ]
    DAYS = [
        (0, _("Monday")),
        (1, _("Tuesday")),
        (2, _("Wednesday")),
        (3, _("Thursday")),
        (4, _("Friday")),
        (5, _("Saturday")),
        (6, _("Sunday")),
    ]
    EVERY = [(1, _("every month")), (2, _("every two months")), (3, _("every three months"))]

    rank = forms.TypedChoiceField(label=_("Which"), choices=RANKS, coerce=int, initial=2)
    weekday = forms.TypedChoiceField(label=_("Day of the week"), choices=DAYS, coerce=int, initial=1)
    every = forms.TypedChoiceField(label=_("How often"), choices=EVERY, coerce=int, initial=1)
    since = forms.DateField(label=pgettext_lazy("series", "From"), widget=DayInput)
    until = forms.DateField(label=pgettext_lazy("series", "Until"), widget=DayInput)
    at = ClockField(label=_("Time"), initial=dt.time(12))

    def clean(self) -> dict:
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The end comes before the beginning."))
        elif since and until and (until - since).days > 3 * 366:
            self.add_error("until", gettext("Three years at most in one go."))
        return data

    @classmethod
    def kept(cls, data: Any) -> "SeriesForm":
        """What was typed, without remarks."""
        return cls(initial={name: data.get(f"series-{name}", "") for name in cls.base_fields}, prefix="series")

    def dates(self) -> list[dict]:
        data = self.cleaned_data
        days = planning.days_of(
            rank=data["rank"], weekday=data["weekday"], since=data["since"], until=data["until"], every=data["every"]
        )
        return [{"day": day.isoformat(), "starts": data["at"].strftime("%H:%M")} for day in days]
