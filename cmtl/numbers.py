"""Numbers that pages send: what somebody typed into an address is never an error, only a number of nothing."""

from collections.abc import Iterable


def parse_int(text: str, default: int = 0) -> int:
    """The number that the digits say, if a database could hold it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else default


def parse_ints(texts: Iterable[str]) -> list[int]:
    """Those that are numbers, in their order."""
    return [int(text) for text in texts if parse_int(text, -1) >= 0]


def year_in(text: str, default: int) -> int:
    year = parse_int(text)
    return year if 2000 <= year <= 2200 else default
