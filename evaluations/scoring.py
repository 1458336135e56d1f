"""Answers into figures: pure, and careful that no figure lets anyone be told apart.

Under the survey's threshold nothing is shown at all. Under ten answers a scale shows its share and median only; and
whatever the number, an option that fewer than three people chose is never counted alone: it is grouped with others
so that its number cannot be found by subtracting either (from n, or from the share of those who agree).
"""

import hashlib
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluations.models import Question
from evaluations.questionnaires import NO_OPINION, Asked

FEWEST_SHOWN = 3  # people: an option with fewer is grouped
DETAIL_FROM = 10  # answers: under that, a scale has no distribution
AGREES = ("3", "4")  # « plutôt + tout à fait »
Scale = Question.Scale


@dataclass(frozen=True)
class Bar:
    """One option, or several grouped. `count` is None for « fewer than three » (each, where several are grouped)."""

    labels: tuple[str, ...]
    count: int | None
    n: int

    @property
    def is_group(self) -> bool:
        return len(self.labels) > 1

    @property
    def share(self) -> int | None:
        return None if self.count is None else percent(self.count, self.n)


@dataclass(frozen=True)
class Result:
    """What is released of one question. `n` leaves out those without an opinion; None when too few answered it."""

    question: Asked
    n: int | None
    bars: list[Bar] = field(default_factory=list)
    favourable: int | None = None
    median: float | None = None
    median_label: str = ""

    @property
    def is_shown(self) -> bool:
        return self.n is not None


def results(questions: Iterable[Asked], answers: Sequence[dict[str, Any]], threshold: int) -> list[Result] | None:
    """Of each question that is not a text; None under the threshold: no partial sums either."""
    if len(answers) < threshold:
        return None
    return [result(question, answers, threshold) for question in questions if not question.is_text]


def result(question: Asked, answers: Sequence[dict[str, Any]], threshold: int) -> Result:
    given = given_to(question.code, answers)
    if len(given) < threshold:
        return Result(question, None)
    counts = Counter(value for one in given for value in (one if isinstance(one, list) else [one]))
    labels = dict(question.options)
    labels.pop(NO_OPINION, None)
    n = len(given)
    if question.is_many:
        return Result(question, n, [_alone(label, counts[value], n) for value, label in labels.items()])
    if question.scale == Scale.CHOICE:
        return Result(question, n, grouped(list(labels.items()), counts, n))
    bars: list[Bar] = []
    if question.scale == Scale.AGREEMENT:
        if n >= DETAIL_FROM:
            pairs = list(labels.items())
            bars = grouped(pairs[:2], counts, n) + grouped(pairs[2:], counts, n)
        return Result(question, n, bars, favourable=favourable_share(given))
    if n >= DETAIL_FROM:
        bars = grouped(list(labels.items()), counts, n)
    middle = median_step(given)
    label = labels.get(str(round(middle)), "") if middle == round(middle) else ""
    return Result(question, n, bars, median=middle, median_label=label)


def given_to(code: str, answers: Iterable[dict[str, Any]]) -> list[Any]:
    """What was answered to a question, without those who skipped it or had no opinion."""
    return [a[code] for a in answers if a.get(code) not in (None, "", [], NO_OPINION)]


def favourable_share(values: Sequence[str]) -> int | None:
    """« Plutôt » and « tout à fait d'accord », of those who had an opinion. No mean is taken of an agreement."""
    return percent(sum(value in AGREES for value in values), len(values)) if values else None


def median_step(values: Iterable[str]) -> float:
    return statistics.median(int(value) for value in values)


def percent(part: int, whole: int) -> int:
    """Halves go up, as people round."""
    return int(100 * part / whole + 0.5) if whole else 0


def grouped(options: Sequence[tuple[str, str]], counts: Counter, n: int) -> list[Bar]:
    """Exclusive options whose total may be known: those under three go together. They take the next smallest along
    when they could be found by subtraction: when there is only one of them, or when all of them must be two.
    An option nobody chose hides no one."""
    small = {value for value, _label in options if counts[value] < FEWEST_SHOWN}
    others = sorted((value for value, _label in options if value not in small), key=lambda value: counts[value])
    total = sum(counts[value] for value in small)
    if not total:
        small = set()
    is_few = len(small) > 1 and total < len(small) * (FEWEST_SHOWN - 1)
    if small and not is_few and others:
        small.add(others[0])
    bars = [Bar((label,), counts[value], n) for value, label in options if value not in small]
    if small:
        labels = tuple(label for value, label in options if value in small)
        bars.append(Bar(labels, None if is_few else sum(counts[value] for value in small), n))
    return bars


def _alone(label: str, count: int, n: int) -> Bar:
    """An option among several that one may tick: no total is known, so each one stands by itself."""
    return Bar((label,), count if count >= FEWEST_SHOWN else None, n)


def comments(code: str, answers: Sequence[dict[str, Any]], threshold: int) -> list[str]:
    """The words given to a text question, detached from everything, in an order that only the words decide."""
    if len(answers) < threshold:
        return []
    return sorted((text.strip() for text in given_to(code, answers) if text.strip()), key=digest)


def digest(text: str) -> str:
    """A name for a comment that tells nothing of when or by whom."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def all_above(wishes: Iterable[str], threshold: int, key) -> list[str]:
    """What at least `threshold` people wished, in nearly the same words; most wished first."""
    said: dict[str, list[str]] = {}
    for wish in wishes:
        if wish.strip():
            said.setdefault(key(wish), []).append(wish.strip())
    enough = sorted((words for words in said.values() if len(words) >= threshold), key=len, reverse=True)
    return [words[0] for words in enough]
