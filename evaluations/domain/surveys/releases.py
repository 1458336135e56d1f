"""What may be told of a survey: computed once, at closing, frozen, and read by every page, year, report and export.

A release names nobody and holds, for each question, groups of answers with their number, or the range in which it
lies (`evaluations.domain.surveys.disclosure` chose which). Adding releases up tells nothing more than each of them
does.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evaluations.domain.surveys import disclosure, scoring
from evaluations.domain.surveys.options import NO_OPINION
from evaluations.domain.surveys.questionnaires import (
    AT_MOST,
    IMPROVEMENT,
    TOPIC_WISH,
    Asked,
    asked,
)
from evaluations.models import Question, Release, Response, Survey

Scale = Question.Scale
OF_A_MEETING = TOPIC_WISH, IMPROVEMENT  # told apart: the first as wishes, the second with other meetings’


@dataclass(frozen=True)
class Group:
    """Answers told together, and how many people chose one of them: from `low` to `high`."""

    values: tuple[str, ...]
    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Told:
    """What is told of one question, of `n` people who answered the survey. No groups: nothing could be told."""

    code: str
    scale: str
    n: int
    groups: tuple[Group, ...]

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Told":
        groups = tuple(Group(tuple(g["values"]), g["low"], g["high"]) for g in kept["groups"])
        return cls(kept["code"], kept["scale"], kept["n"], groups)

    def to_json(self) -> dict[str, Any]:
        groups = [{"values": list(g.values), "low": g.low, "high": g.high} for g in self.groups]
        return {"code": self.code, "scale": self.scale, "n": self.n, "groups": groups}

    @property
    def takes_several(self) -> bool:
        return self.scale == Scale.CHOICES

    def number_of(self, values: Iterable[str]) -> tuple[int, int] | None:
        """How many chose one of these, where the groups tell it: the least and the most."""
        wanted = set(values)
        inside = [group for group in self.groups if set(group.values) <= wanted]
        if not inside or {value for group in inside for value in group.values} != wanted:
            return None
        return sum(group.low for group in inside), min(self.n, sum(group.high for group in inside))


# ---------------------------------------------------------------- made


def release(survey: Survey, answers: Sequence[dict[str, Any]]) -> Release | None:
    """The release of a survey that closes with these answers; None under its threshold."""
    figures = figures_of(asked(survey), answers, survey.threshold)
    return Release(survey=survey, figures=figures) if figures else None


def pooled(answers: dict[str, list[Any]], n: int) -> list[dict[str, Any]]:
    """As many answers as were given, from what was said to each question: which go together, nobody knows."""
    return [{code: values[place] for code, values in answers.items() if place < len(values)} for place in range(n)]


def figures_of(questions: Iterable[Asked], answers: Sequence[dict[str, Any]], threshold: int) -> dict[str, Any] | None:
    """As JSON: what is told of each question, the topics wished for, and what was written in an annual evaluation, in
    an order that only the words decide."""
    if len(answers) < threshold:
        return None
    questions = list(questions)
    told = [
        released_counts(question, answers, threshold)
        for question in questions
        if not question.is_text and not _tells_who_answered(question, answers, threshold)
    ]
    wishes = scoring.comments(TOPIC_WISH, answers, threshold)
    texts = [question.code for question in questions if question.is_text and question.code not in OF_A_MEETING]
    words = {"words": {code: scoring.comments(code, answers, threshold) for code in texts}} if texts else {}
    return {"n": len(answers), "questions": [one.to_json() for one in told], "wishes": wishes, **words}


def _tells_who_answered(question: Asked, answers: Sequence[dict[str, Any]], threshold: int) -> bool:
    """Of what only some are asked, the number of those who were is told too. Where they are few, or where one or two
    others answered, it would say of somebody who is known whether they answered at all."""
    if not question.asked_of_some:
        return False
    asked = sum(question.code in answer for answer in answers)
    return asked < threshold or disclosure.is_few(len(answers) - asked)


def released_counts(question: Asked, answers: Sequence[dict[str, Any]], threshold: int) -> Told:
    """What is told of one question. Of one that not everybody was asked, over those who were: a reader who knows how
    many they are could otherwise take the others away from « the others », and see one person left."""
    if question.asked_of_some:
        answers = [answer for answer in answers if question.code in answer]
    n = len(answers)
    if n < threshold:
        return Told(question.code, question.scale, n, ())
    given = [answer.get(question.code) for answer in answers]
    values = [value for value, _label in question.options if value != NO_OPINION]
    if question.is_many:
        return Told(question.code, question.scale, n, _several(question, values, given))
    counts = Counter(value for value in given if value in values)
    numbers = tuple(counts[value] for value in values)
    has_aside = not question.is_required or NO_OPINION in question.values or sum(numbers) < n
    if has_aside:
        values, numbers = [*values, NO_OPINION], (*numbers, n - sum(numbers))
    form = disclosure.choose_form(str(question.scale), numbers, has_aside=has_aside, least=threshold)
    return Told(question.code, question.scale, n, _groups(form, values, numbers))


def _groups(form: disclosure.Form, values: Sequence[str], numbers: tuple[int, ...]) -> tuple[Group, ...]:
    if isinstance(form, disclosure.Merged):
        pairs = zip(form.blocks, form.value(numbers), strict=True)
        return tuple(Group(tuple(values[place] for place in block), number, number) for block, number in pairs)
    if isinstance(form, disclosure.Range):
        low, high = form.value(numbers)
        n = sum(numbers)
        inside = tuple(values[place] for place in form.block)
        outside = tuple(value for value in values if value not in inside)
        return Group(inside, low, high), Group(outside, n - high, n - low)
    return ()


def _several(question: Asked, values: Sequence[str], given: Sequence[Any]) -> tuple[Group, ...]:
    counts = Counter(value for some in given for value in some or ())
    ranges = disclosure.ranges_of_several(
        tuple(counts[value] for value in values), len(given), at_least=int(question.is_required), at_most=AT_MOST
    )
    return tuple(Group((value,), low, high) for value, (low, high) in zip(values, ranges or (), strict=False))


def one_by_one(survey: Survey, answers: Iterable[dict[str, Any]]) -> list[Response]:
    """Each answer to each question in a row of its own, in the order of fresh random ids: no row holds two answers."""
    rows = [Response(survey=survey, code=code, value=value) for one in answers for code, value in one.items()]
    return sorted(rows, key=lambda row: row.id)


# ---------------------------------------------------------------- read


def told_by(figures: dict[str, Any]) -> list[Told]:
    return [Told.from_json(kept) for kept in figures["questions"]]


def added(several: Sequence[Told]) -> Told:
    """The same question over several releases: answers that one of them tells together are told together."""
    known = [told for told in several if told.groups]
    n = sum(told.n for told in known)
    latest = several[-1]
    blocks = _joined([set(group.values) for told in known for group in told.groups])
    groups = []
    for block in blocks:
        inside = [group for told in known for group in told.groups if set(group.values) <= block]
        groups.append(Group(_in_order(block, known), sum(g.low for g in inside), sum(g.high for g in inside)))
    return Told(latest.code, latest.scale, n, tuple(groups))


def _joined(sets: Iterable[set[str]]) -> list[set[str]]:
    """The finest blocks that cut none of these sets."""
    blocks: list[set[str]] = []
    for one in sets:
        touched = [block for block in blocks if block & one]
        blocks = [block for block in blocks if block not in touched]
        blocks.append(one.union(*touched))
    return blocks


def _in_order(block: set[str], several: Sequence[Told]) -> tuple[str, ...]:
    """Answers in the order of the questionnaire; those without an opinion last."""
    return tuple(sorted(block, key=lambda value: (value == NO_OPINION, value)))
