"""All published figures together: is the number of people who chose some answers known to be one or two, or all but one
or two? The attacker also knows by which rules figures are made, and that nothing else would have been shown so."""

import csv
import io
import itertools
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from evaluations.domain import archive as archiving
from evaluations.domain.reports import publishing
from evaluations.domain.surveys import releases
from evaluations.domain.surveys.disclosure import Counts, compositions
from evaluations.domain.surveys.options import NO_OPINION
from evaluations.domain.surveys.questionnaires import Asked, asked
from evaluations.models import CommunityArchive

Groups = frozenset[tuple[frozenset[str], int, int]]  # answers told together, and the least and the most of people
Publish = Callable[["Told", Counts], Groups]
FEW = {1, 2}


@dataclass(frozen=True)
class Told:
    """One question of one survey, as published. Of several choices, each answer is a question by itself."""

    code: str
    values: tuple[str, ...]
    n: int
    groups: Groups
    question: Asked | None = None

    def allows(self, counts: Counts) -> bool:
        number = dict(zip(self.values, counts, strict=True))
        return all(low <= sum(number[value] for value in values) <= high for values, low, high in self.groups)

    def number_of(self, wanted: Iterable[str], counts: Counts) -> int:
        return sum(number for value, number in zip(self.values, counts, strict=True) if value in wanted)


@dataclass(frozen=True)
class InTheYear:
    """How many chose some answers to a question, over the surveys of the year."""

    code: str
    values: frozenset[str]
    n: int
    low: int
    high: int


# ---------------------------------------------------------------- the attack


def links(surveys: Sequence[Sequence[Told]], year: Iterable[InTheYear], publish: Publish) -> tuple[int, int]:
    """Questions of which something of one or two people is known; of how many."""
    possible = {(place, told): possible_counts(told, publish) for place, some in enumerate(surveys) for told in some}
    for line in year:
        _narrow(possible, _those_of(line, possible), line)
    return sum(_is_known(ways) for ways in possible.values()), len(possible)


def _those_of(line: InTheYear, possible: dict) -> list[tuple[int, Told]]:
    """The surveys that a number of the year is the sum of: the number of people says which. None where it leaves a
    doubt."""
    told = [one for one in possible if one[1].code == line.code and one[1].groups]
    sets = [some for size in range(1, len(told) + 1) for some in itertools.combinations(told, size)]
    fitting = [some for some in sets if sum(one[1].n for one in some) == line.n]
    return list(fitting[0]) if len(fitting) == 1 else []


def possible_counts(told: Told, publish: Publish) -> list[Counts]:
    """Every way to answer that would have been published like this."""
    ways = (counts for counts in compositions(told.n, len(told.values)) if told.allows(counts))
    if told.question is None:
        return list(ways)
    published = _published_by(publish, replace(told, code="", groups=frozenset(), question=_nameless(told.question)))
    return [counts for counts in ways if published[counts] == told.groups]


@lru_cache(maxsize=256)
def _published_by(publish: Publish, told: "Told") -> dict[Counts, Groups]:
    """What is published of each way to answer: the same for all questions of one scale and of as many people."""
    return {counts: publish(told, counts) for counts in compositions(told.n, len(told.values))}


def _nameless(question: Asked) -> Asked:
    return replace(question, code="", wording="", options=tuple((value, "") for value, _label in question.options))


def _narrow(possible: dict, those: list[tuple[int, Told]], line: InTheYear) -> None:
    """Leave out what no answers to the other surveys would bring to the year's number."""
    sums = {one: {one[1].number_of(line.values, counts) for counts in possible[one]} for one in those}
    for one in those:
        others = [numbers for other, numbers in sums.items() if other != one]
        beside = {sum(numbers) for numbers in itertools.product(*others)}
        possible[one] = [
            counts
            for counts in possible[one]
            if any(line.low <= one[1].number_of(line.values, counts) + number <= line.high for number in beside)
        ]
        assert possible[one], f"published figures that contradict each other: {one}, {line}"


def _is_known(ways: list[Counts]) -> bool:
    """Of some answers, which are not all: whatever was answered, one or two people chose them."""
    places = range(len(ways[0]))
    some = (chosen for size in range(1, len(ways[0])) for chosen in itertools.combinations(places, size))
    return any(all(sum(counts[place] for place in chosen) in FEW for counts in ways) for chosen in some)


# ---------------------------------------------------------------- what is published


class Published:
    """Of the surveys of one community: by their pages' files, by the year's report, and by its archive."""

    def __init__(self, rooms: Sequence) -> None:
        self.questions = {question.code: question for question in asked(rooms[0].survey)}
        community, by = rooms[0].community, rooms[0].facilitator
        archive = self._archive(community)
        self.surveys = [self._survey(room, archive[room.meeting.title]) for room in rooms]
        report = publishing.publish(community, rooms[0].meeting.local_start.year, by=by)
        self.year = list(self._year(json.loads(json.dumps(report.figures))))

    def _survey(self, room, archived: list[list[str]]) -> list[Told]:
        lines = _table(room, f"/rencontres/{room.meeting.pk}/evaluation.csv")
        return _all_told(self.questions, [*lines, *archived])

    @staticmethod
    def _archive(community) -> dict[str, list[list[str]]]:
        """Meeting → its lines of the table of evaluations."""
        made = io.BytesIO()
        archiving.write_archive(CommunityArchive.objects.create(community=community), made, lambda *_: None)
        lines: dict[str, list[list[str]]] = {}
        with zipfile.ZipFile(made) as files:
            (name,) = [name for name in files.namelist() if name.endswith("/evaluations.csv")]
            table = csv.reader(io.StringIO(files.read(name).decode("utf-8-sig")), delimiter=";")
            for _day, title, *told in list(table)[1:]:
                lines.setdefault(title, []).append(told)
        return lines

    def _year(self, figures: dict) -> Iterator[InTheYear]:
        for answered in figures["answers"]:
            for line in answered["lines"]:
                values = line["value"].split()
                code = answered["code"] + (f":{values[0]}" if answered["takes_several"] else "")
                yield InTheYear(code, frozenset(values), answered["n"], line["low"], line["high"])
        worth = figures["figures"]["satisfaction"]
        most = worth["worth"] if worth["worth_most"] is None else worth["worth_most"]
        if worth["n"]:
            yield InTheYear("R1", frozenset("345"), worth["n"], worth["worth"], most)


def of_year(year) -> list[Told]:
    """Of an annual evaluation, by its page's file."""
    lines = _table(year, f"/evaluations-annuelles/{year.campaign.pk}.csv")
    return _all_told({question.code: question for question in year.questions}, lines)


def _table(occasion, address: str) -> list[list[str]]:
    status, page = occasion.facilitates().get(address)
    assert status == 200, status
    return list(csv.reader(io.StringIO(page.lstrip("\ufeff")), delimiter=";"))[1:]


def _all_told(questions: dict[str, Asked], lines: Iterable[list[str]]) -> list[Told]:
    known: dict[tuple[str, int], set] = {}
    for code, _wording, n, label, number, *_share in filter(None, lines):
        group = _group(questions[code], label, number)
        known.setdefault((code, int(n)), set()).update([group] if group else [])
    return [told for (code, n), groups in known.items() for told in _told(questions[code], n, groups)]


def _group(question: Asked, label: str, number: str) -> tuple | None:
    """None where the page says that nothing is shown."""
    if not number:
        return None
    named = {words: value for value, words in question.options}
    values = frozenset(named.get(words, NO_OPINION) for words in label.split(" / "))
    low, _to, high = number.partition(" à ")
    return values, int(low), int(high or low)


def _told(question: Asked, n: int, groups: set) -> Iterator[Told]:
    values = tuple(value for value, _label in question.options)
    if not question.is_required and NO_OPINION not in values:
        values += (NO_OPINION,)  # of those who passed
    if not question.is_many:
        yield Told(question.code, values, n, frozenset(groups), question)
        return
    for chosen, low, high in groups:
        (value,) = chosen
        yield Told(f"{question.code}:{value}", (value, "others"), n, frozenset([(chosen, low, high)]))


def as_we_publish(told: Told, counts: Counts) -> Groups:
    """What a release tells of these counts."""
    values = (value for value, number in zip(told.values, counts, strict=True) for _one in range(number))
    made = releases.released_counts(told.question, [{told.question.code: value} for value in values], 5)
    return frozenset((frozenset(group.values), group.low, group.high) for group in made.groups)


# ---------------------------------------------------------------- the control


def unchecked(questions: Iterable[Asked], answers: Sequence[dict]) -> list[Told]:
    """Every number as it is."""
    told = []
    for question in questions:
        values = tuple(value for value, _label in question.options)
        if question.is_many or question.is_text:
            continue
        counts = Counter(answer.get(question.code) for answer in answers)
        if counts[None] == 0:
            exact = _exact(values, tuple(counts[value] for value in values))
            told.append(Told(question.code, values, len(answers), exact, question))
    return told


def as_they_are(told: Told, counts: Counts) -> Groups:
    return _exact(told.values, counts)


def _exact(values: tuple[str, ...], counts: Counts) -> Groups:
    return frozenset((frozenset([value]), number, number) for value, number in zip(values, counts, strict=True))
