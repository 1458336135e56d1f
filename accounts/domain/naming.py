"""Finding a person in what others wrote: by their whole name or address, which is certain, or by a part of the name,
which somebody has to judge."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import User, normalised

BETWEEN = r"[\s\-‐‑–’',.]+"  # « Marie-Ève Roy », « Roy, Marie Ève »
SHORTEST = 3  # an initial, or « Le », is no name to look for
SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]?")


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    is_certain: bool


def plainly(text: str) -> str:
    return normalised(text).replace("œ", "oe")  # a capital one too


class Naming:
    """The ways one person can be named."""

    def __init__(self, first: str, last: str, addresses: Iterable[str] = ()) -> None:
        self.first, self.last = first.strip(), last.strip()
        self.addresses = sorted({a.lower() for a in addresses if a})

    @classmethod
    def of(cls, person: User) -> "Naming":
        others = person.emailaddress_set.values_list("email", flat=True)
        return cls(person.first_name, person.last_name, [person.email or "", *others])

    @cached_property
    def certain(self) -> re.Pattern[str] | None:
        both = [f"{self.first} {self.last}", f"{self.last} {self.first}"] if self.first and self.last else []
        alone = [] if self.last else [self.first]  # known by one name: that is the whole of it
        return _pattern([*both, *alone, *self.addresses])

    @cached_property
    def possible(self) -> re.Pattern[str] | None:
        return _pattern([part for part in (self.last, self.first) if len(part) >= SHORTEST])

    def found_in(self, text: str, *, surely: bool = False) -> list[Found]:
        """Where it stands, accents, case and hyphens aside, as whole words; in the order of the text."""
        plain, places = _plain(text)
        found = _spans(self.certain, plain, places, True)
        if not surely:
            taken = [(f.start, f.end) for f in found]
            others = _spans(self.possible, plain, places, False)
            found += [o for o in others if not any(s <= o.start and o.end <= e for s, e in taken)]
        return sorted(found, key=lambda f: f.start)

    def names(self, text: str) -> bool:
        return bool(self.found_in(text, surely=True))

    def replaced(self, text: str, by: str, *, surely: bool = True) -> str:
        for found in reversed(self.found_in(text, surely=surely)):
            text = text[: found.start] + by + text[found.end :]
        return text

    def within(self, value: Any) -> bool:
        """Whether a value of a JSON field names the person, wherever in it, keys included."""
        if isinstance(value, str):
            return self.names(value)
        if isinstance(value, dict):
            return any(self.within(part) for pair in value.items() for part in pair)
        return isinstance(value, list) and any(self.within(part) for part in value)

    def replaced_within(self, value: Any, by: str) -> Any:
        if isinstance(value, str):
            return self.replaced(value, by)
        if isinstance(value, dict):
            return {key: self.replaced_within(part, by) for key, part in value.items()}
        return [self.replaced_within(part, by) for part in value] if isinstance(value, list) else value

    @property
    def in_database(self) -> str:
        """A regular expression that every database reads, and that each text naming the person matches, whatever the
        accents of the letters; some that do not name them match it too."""
        longest = [max(re.split(BETWEEN, plainly(part)), key=len) for part in (self.first, self.last) if part]
        words = ["".join(_any_accent(letter) for letter in re.findall("oe|.", word)) for word in longest if word]
        return "|".join([*words, *map(re.escape, self.addresses)])


def sentence_at(text: str, found: Found) -> tuple[int, int]:
    """Where the sentence around it begins and ends."""
    for match in SENTENCE.finditer(text):
        if match.start() <= found.start < match.end():
            return match.start(), max(match.end(), found.end)
    return 0, len(text)


ACCENTED = {
    "a": "aàâäáãå",
    "c": "cç",
    "e": "eéèêë",
    "i": "iîïíì",
    "n": "nñ",
    "o": "oôöóòõ",
    "u": "uùûüú",
    "y": "yÿý",
}


def _any_accent(letter: str) -> str:
    if letter == "oe":
        return "(?:[œŒ]|[oO][eE])"
    known = ACCENTED.get(letter)
    return f"[{known}{known.upper()}][\u0300-\u036f]*" if known else re.escape(letter)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    wanted = [BETWEEN.join(re.escape(w) for w in re.split(BETWEEN, plainly(n)) if w) for n in names if n.strip()]
    return re.compile(r"(?<!\w)(?:" + "|".join(wanted) + r")(?!\w)") if wanted else None


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without accents or case, and where each of its letters stands in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = plainly(letter) if not letter.isspace() else " "
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), [*places, len(text)]


def _spans(pattern: re.Pattern[str] | None, plain: str, places: list[int], is_certain: bool) -> list[Found]:
    matches = pattern.finditer(plain) if pattern else ()
    return [Found(places[m.start()], places[m.end() - 1] + 1, is_certain) for m in matches]
