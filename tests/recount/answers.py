"""R1 to R7, pools, the signs of life that members' answers tell, and early warnings, counted again: what each person
answered, against the figures (« 12 », « 9 à 11 ») that a page gives."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.recount.tables import Row, Tables

NO_OPINION = "0"
SILENT = "sans avis ou sans réponse"
WORTH = ("3", "4", "5")
AGREES = ("3", "4")


@dataclass
class Said:
    """What was answered to one evaluation, or to those that were told together: `n` people, and each question's
    values, which go together with nothing."""

    n: int
    values: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, Row] = field(default_factory=dict)  # code → what its release tells of it, where it tells something

    @classmethod
    def of(cls, answers: Iterable[dict[str, Any]], figures: dict[str, Any]) -> "Said":
        answers = list(answers)
        said = cls(len(answers), told=told_in(figures))
        for one in answers:
            for code, value in one.items():
                said.values[code].append(value)
        return said

    def people(self, code: str, of_some: bool) -> int:
        return len(self.values[code]) if of_some else self.n

    def counts(self, code: str, of_some: bool) -> Counter[str]:
        """How many chose each answer; silence goes with « sans avis »."""
        found: Counter[str] = Counter()
        for value in self.values[code]:
            found.update(value if isinstance(value, list) else [value])
        found[NO_OPINION] += self.people(code, of_some) - len(self.values[code])
        return found


def told_in(figures: dict[str, Any]) -> dict[str, Row]:
    return {one["code"]: one for one in figures["questions"] if one["groups"]}


def released(tables: Tables, survey: Row) -> Said | None:
    """From the rows that its closing left, one for each answer to each question."""
    figures = next((r["figures"] for r in tables.releases if r["survey_id"] == survey["id"]), None)
    if figures is None:
        return None
    said = Said(survey["answers_in_session"] + survey["answers_after"], told=told_in(figures))
    for row in tables.responses:
        if row["survey_id"] == survey["id"]:
            said.values[row["code"]].append(row["value"])
    return said


def values_of(label: str, question: Row) -> list[str]:
    """« Plutôt d’accord / Tout à fait d’accord »: the values of these words."""
    words = {option["fr"]: option["value"] for option in question["options"]}
    found, rest = [], label
    for text in sorted(words, key=len, reverse=True):
        if re.search(rf"(^| / ){re.escape(text)}( / |$)", rest):
            found.append(words[text])
            rest = rest.replace(text, "", 1)
    if SILENT in rest.lower() or re.search(r"sans avis", rest.lower()):
        found.append(NO_OPINION)
    return found


@dataclass
class Counted:
    """One question over several evaluations."""

    n: int
    counts: Counter[str]
    evaluations: int


def over(several: Iterable[Said], code: str, *, of_some: bool = False) -> Counted:
    some = [said for said in several if code in said.told]
    counts = sum((said.counts(code, of_some) for said in some), Counter())
    return Counted(sum(said.people(code, of_some) for said in some), counts, len(some))


def is_within(shown: str, count: int) -> bool:
    """« 9 à 11 », « 12 »."""
    low, _to, high = shown.partition(" à ")
    return int(low) <= count <= int(high or low)


def share_is_within(shown: str, count: int, n: int) -> bool:
    """« 61 % à 74 % », « 74 % »."""
    numbers = [int(one) for one in re.findall(r"(\d+) %", shown)]
    return bool(numbers) and numbers[0] <= math.floor(100 * count / n + 0.5) <= numbers[-1]


def between(said: Row, values: tuple[str, ...]) -> tuple[int, int] | None:
    """What a release tells of these answers, at least and at most; None where it tells them with others."""
    inside = [group for group in said["groups"] if set(group["values"]) <= set(values)]
    if {value for group in inside for value in group["values"]} != set(values):
        return None
    return sum(g["low"] for g in inside), min(said["n"], sum(g["high"] for g in inside))


def falls(told: list[Row], values: tuple[str, ...]) -> tuple[tuple[int, int, int], tuple[int, int, int]] | None:
    """Of the meetings that tell it, oldest first: (low, high, n) before and since, where an early warning stands:
    over three meetings against the three to six before, surely ten points lower, at two of the three at least."""
    known = [(*found, one["n"]) for one in told if (found := between(one, values))][-9:]
    if len(known) < 6:
        return None
    before, since = (tuple(map(sum, zip(*some, strict=True))) for some in (known[:-3], known[-3:]))
    floor = before[0] / before[2]
    if since[1] / since[2] > floor - 0.1 or sum(high / n < floor for _low, high, n in known[-3:]) < 2:
        return None
    return before, since
