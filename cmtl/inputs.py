"""Days and hours as browsers ask for them, and as people type them where a browser does not."""

import datetime as dt
from typing import Any

from django import forms


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class ClockField(forms.TimeField):
    """« 12:00 », and « 12 h » or « 13h30 » where the browser offers no clock."""

    widget = ClockInput

    def to_python(self, value: Any) -> dt.time | None:
        if isinstance(value, str):
            hours, _h, minutes = value.lower().replace("\xa0", " ").partition("h")
            if _h:
                value = f"{hours.strip()}:{minutes.strip() or '00'}"
        return super().to_python(value)
