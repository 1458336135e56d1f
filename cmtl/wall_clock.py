"""The clock on the wall of a community: the instant it shows, and a form that asks for one."""

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cmtl.inputs import ClockField, DayInput

LATEST_YEAR = 2200  # beyond, a date is a slip of the finger


def at_wall_clock(day: dt.date, clock: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """The instant a clock on the wall shows this; the first one when it shows it twice. In the night the clocks go
    forward, one hour is never shown: refused."""
    there = dt.datetime.combine(day, clock, tzinfo=zone)
    instant = there.astimezone(dt.UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != there.replace(tzinfo=None):
        raise ValidationError(
            gettext("On %(day)s the clocks go forward: %(time)s does not exist that night."),
            params={"day": date_format(day, "DATE_FORMAT"), "time": time_format(clock, "TIME_FORMAT")},
        )
    return instant


class WallClockForm(forms.Form):
    """A day and an hour; `starts_at` is their instant."""

    day = forms.DateField(label=_("Date"), widget=DayInput)
    starts = ClockField(label=_("Time"))

    def __init__(self, *args: Any, zone: zoneinfo.ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict:
        super().clean()
        data = self.cleaned_data
        if "day" in data and data["day"].year > LATEST_YEAR:
            self.add_error("day", gettext("This date is out of reach."))
        elif "day" in data and "starts" in data:
            try:
                data["starts_at"] = at_wall_clock(data["day"], data["starts"], self.zone)
            except ValidationError as error:
                self.add_error("starts", error)
            except (OverflowError, ValueError):
                self.add_error("day", gettext("This date is out of reach."))
        return data
