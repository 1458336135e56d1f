"""How dates and times read, where French and English differ by more than a format.

French has one ordinal in its dates, « 1er décembre », and no zeros on the hour, « 12 h » but « 12 h 30 »; Django's `S`
and `f` know English only. With these, the formats of both languages use them as they please.
"""

from django.utils import dateformat

from cmtl import languages

_english_ordinal, _english_time = dateformat.DateFormat.S, dateformat.TimeFormat.f


def _ordinal(self) -> str:
    if languages.is_english():
        return _english_ordinal(self)
    return "er" if self.data.day == 1 else ""


def _time(self) -> str:
    if languages.is_english():
        return str(_english_time(self))
    hour = f"{self.data.hour}\xa0h"
    return f"{hour}\xa0{self.data.minute:02}" if self.data.minute else hour


dateformat.DateFormat.S = _ordinal  # type: ignore[method-assign]
dateformat.TimeFormat.f = _time  # type: ignore[method-assign]
