"""How dates and times read.

French has one ordinal in its dates, « 1er décembre »; Django's `S` knows those of English only. With this one, the
formats of both languages say `jS` or not as they please, and nothing else has to know.
"""

from django.utils import dateformat, translation

_english = dateformat.DateFormat.S


def _ordinal(self) -> str:
    if not (translation.get_language() or "").startswith("fr"):
        return _english(self)
    return "er" if self.data.day == 1 else ""


dateformat.DateFormat.S = _ordinal  # type: ignore[method-assign]
