"""Which figures of a question may be shown, so that nobody can work out what one or two people answered.

The counts of a one-choice question are shown in the most telling of several forms, tried in a fixed order: every
answer alone, neighbours merged, how many are on the favourable side, a range of that number, nothing. A reader knows
the order too, and draws conclusions from the form itself: « they merged these two, so one of them must be small ».
So a form is kept only if, among all the counts that would have been shown in exactly this way, no answer, no set of
answers, and nothing that remains beside them, is known to have been chosen by one or two people. What cannot be
decided is refused.

Numbers only: the questions, and the words on screen, are in `evaluations.domain.surveys.releases`. In the vocabulary
of statistical offices this is disclosure control by coarsening, with a check against the inference from the coarsening
itself.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

FEWEST = 3  # people: nobody may be known to be one of fewer
SMALL = 12  # answers: with more, some range is told whatever they are (shown up to twenty by the tests)
HALVES = {"agreement", "frequency", "progress", "satisfied"}  # scales whose second half is favourable
LARGE = 20  # answers; with more, questions of many forms are told in fewer of them
MOST_TRIED, MOST_TRIED_OF_MANY = 30_000, 3_000  # counts looked at before a form is refused as undecided
MANY = 100  # answers

Counts = tuple[int, ...]  # how many chose each answer, in the order of the question
Block = tuple[int, ...]  # places of answers that are told together


def is_few(number: int) -> bool:
    return 0 < number < FEWEST


@dataclass(frozen=True)
class Merged:
    """The exact number of each block of answers; a block of one is an answer told alone. Where one side (`side`) or
    the other holds one to three people, the numbers are left to a range: three must stay possible there."""

    blocks: tuple[Block, ...]
    side: Block = ()

    def value(self, counts: Counts) -> tuple[int, ...]:
        return tuple(sum(counts[place] for place in block) for block in self.blocks)

    def is_plainly_unsafe(self, value: tuple) -> bool:
        inside = sum(number for block, number in zip(self.blocks, value, strict=True) if set(block) <= set(self.side))
        split = self.side and (0 < inside <= FEWEST or 0 < sum(value) - inside <= FEWEST)
        return bool(split) or any(is_few(number) for number in value)

    @cached_property
    def tells_each(self) -> bool:
        """Each answer alone: a reader knows the counts, and works out nothing more."""
        return all(len(block) == 1 for block in self.blocks)

    def all_with(self, value: tuple, _n: int, _places: int) -> Iterator[Counts]:
        return _fill(self.blocks, value)


@dataclass(frozen=True)
class Range:
    """In which range the number of one block lies. `starts` are where each range begins, from 0."""

    block: Block
    starts: tuple[int, ...]

    def value(self, counts: Counts) -> tuple[int, int]:
        number = sum(counts[place] for place in self.block)
        above = [start for start in self.starts if start > number]
        return max(start for start in self.starts if start <= number), (min(above) if above else sum(counts) + 1) - 1

    def is_plainly_unsafe(self, _value: tuple) -> bool:
        return False

    def all_with(self, value: tuple, n: int, places: int) -> Iterator[Counts]:
        others = tuple(place for place in range(places) if place not in self.block)
        for number in range(value[0], value[1] + 1):
            yield from _fill((self.block, others), (number, n - number))


@dataclass(frozen=True)
class Nothing:
    """Only how many people answered the survey."""

    def value(self, _counts: Counts) -> tuple[()]:
        return ()

    def is_plainly_unsafe(self, _value: tuple) -> bool:
        return False

    def all_with(self, _value: tuple, n: int, places: int) -> Iterator[Counts]:
        return compositions(n, places)


Form = Merged | Range | Nothing


class Chooser:
    """The choice of a form for one kind of question and one number of answers. Nothing is told of counts whose last
    place holds more than `most_aside`: too few people had an opinion."""

    def __init__(self, forms: Sequence[Form], n: int, places: int, most_aside: int) -> None:
        self.forms, self.n, self.places, self.most_aside = forms, n, places, most_aside
        self._most_tried = MOST_TRIED if n <= MANY else MOST_TRIED_OF_MANY
        self._kept: dict[tuple[int, tuple], bool] = {}

    def choose(self, counts: Counts) -> Form:
        """The first form that is kept for these counts; the last one tells nothing."""
        return next((form for rank, form in enumerate(self.forms) if self._keeps(rank, counts)), self.forms[-1])

    @property
    def hides_all_at_last(self) -> bool:
        """Whether telling nothing tells nothing: so it is unless too few counts are left for it."""
        return self._is_safe(len(self.forms) - 1, ())

    def _keeps(self, rank: int, counts: Counts) -> bool:
        form = self.forms[rank]
        if counts[-1] > self.most_aside:
            return isinstance(form, Nothing)
        value = form.value(counts)
        if form.is_plainly_unsafe(value):
            return False
        if (rank, value) not in self._kept:
            self._kept[rank, value] = self._is_safe(rank, value)
        return self._kept[rank, value]

    def _is_safe(self, rank: int, value: tuple) -> bool:
        """Whether the counts that would be shown so leave every set of answers a number other than one or two."""
        form = self.forms[rank]
        if isinstance(form, Merged) and form.tells_each:
            return True
        waiting, is_empty = self._sets, True
        is_last = isinstance(form, Nothing)
        for tried, counts in enumerate(form.all_with(value, self.n, self.places)):
            if tried == self._most_tried:
                return False
            if counts[-1] > self.most_aside and not is_last:
                continue
            if self._is_shown_before(rank, counts):
                continue  # in more detail: a reader knows that it is not these
            is_empty = False
            waiting = [places for places in waiting if is_few(sum(counts[place] for place in places))]
            if not waiting:
                return True
        return is_empty

    def _is_shown_before(self, rank: int, counts: Counts) -> bool:
        keeps = self._keeps
        for earlier in range(rank):  # noqa: SIM110 - asked millions of times: a generator doubles its cost
            if keeps(earlier, counts):
                return True
        return False

    @cached_property
    def _sets(self) -> list[Block]:
        """Every set of answers but the empty one and the whole: what remains beside a set is a set too."""
        every = range(self.places)
        return [places for size in range(1, self.places) for places in itertools.combinations(every, size)]


@lru_cache(maxsize=256)
def chooser(kind: str, answers: int, n: int, has_aside: bool, least: int) -> Chooser:
    """For a scale of `answers` ordered steps (`steps`, `agreement`…), or for a `choice` without order. With `has_aside`
    the last place counts those who had no opinion or passed the question, and `least` others are needed."""
    side = _favourable(kind, answers)
    clear, across = _partitions(answers, side)
    if n > (LARGE if has_aside else MANY) and answers >= 4 and kind not in HALVES:
        clear, across = [clear[0], clear[-1]], []  # all of them would be weighed for minutes, the ballot box held
    forms: list[Form] = [*_merged(clear, side, answers, has_aside)]
    forms += [Range(side, starts) for starts in _ranges(n)]
    forms += [replace(form, side=()) for form in _merged(across, side, answers, has_aside)]
    most_aside = n - least if has_aside else n
    found = Chooser((*forms, Nothing()), n, answers + has_aside, most_aside)
    while n <= SMALL and not found.hides_all_at_last:
        forms.pop()  # whatever the counts: what is told of few people then joins what nothing is told of
        found = Chooser((*forms, Nothing()), n, answers + has_aside, most_aside)
    return found


def _favourable(kind: str, answers: int) -> Block:
    """« It was worth it » and above, « somewhat or strongly agree »; of a choice without order, the first answer."""
    starts = answers // 2 if kind in HALVES else {"steps": 2, "extent": 3}.get(kind, 0)
    return tuple(range(starts, answers)) if starts else (0,)


def choose_form(kind: str, counts: Counts, *, has_aside: bool, least: int) -> Form:
    """The form in which the counts of a one-choice question are shown; `least` is the threshold of the survey."""
    return chooser(kind, len(counts) - has_aside, sum(counts), has_aside, least).choose(counts)


# ---------------------------------------------------------------- several choices


def ranges_of_several(counts: Counts, n: int, *, at_least: int, at_most: int) -> list[tuple[int, int]] | None:
    """How many people chose each answer of a question that takes several, each against `n`: the range in which it lies,
    of one number or more. None where the sum of choices (`at_least` to `at_most` a person) narrows one too far."""
    for starts in _ranges(n):
        told = [_range_with(starts, count, n) for count in counts]
        if all(_is_wide(*_narrowed(told, place, n, at_least, at_most), n) for place in range(len(told))):
            return told
    return None


def _range_with(starts: Sequence[int], number: int, n: int) -> tuple[int, int]:
    first = max(start for start in starts if start <= number)
    return first, min((start for start in starts if start > number), default=n + 1) - 1


def _narrowed(told: list[tuple[int, int]], place: int, n: int, at_least: int, at_most: int) -> tuple[int, int]:
    low, high = told[place]
    others = [bounds for other, bounds in enumerate(told) if other != place]
    low = max(low, at_least * n - sum(most for _least, most in others))
    return low, min(high, at_most * n - sum(least for least, _most in others))


def _is_wide(low: int, high: int, n: int) -> bool:
    numbers = range(low, high + 1)
    return any(not is_few(number) for number in numbers) and any(not is_few(n - number) for number in numbers)


# ---------------------------------------------------------------- the forms, most telling first


def _partitions(answers: int, favourable: Block) -> tuple[list[tuple[Block, ...]], list[tuple[Block, ...]]]:
    """Ways to merge neighbours, fewest merged first, then the evenest: those that keep the favourable side apart, and
    those that do not."""
    found = sorted(
        (blocks for blocks in _neighbours(answers) if len(blocks) > 1),
        key=lambda blocks: (-len(blocks), max(len(block) for block in blocks), blocks),
    )
    side = set(favourable)
    clear = [blocks for blocks in found if all(set(block) <= side or not set(block) & side for block in blocks)]
    return clear, [blocks for blocks in found if blocks not in clear]


def _neighbours(answers: int) -> Iterator[tuple[Block, ...]]:
    for size in range(answers):
        for cuts in itertools.combinations(range(1, answers), size):
            edges = (0, *cuts, answers)
            yield tuple(tuple(range(first, end)) for first, end in itertools.pairwise(edges))


def _merged(partitions: list[tuple[Block, ...]], side: Block, aside: int, has_aside: bool) -> list[Merged]:
    """Those without an opinion are told alone, then with the others who are not favourable."""
    if not has_aside:
        return [Merged(blocks, side) for blocks in partitions]
    alone = [Merged((*blocks, (aside,)), side) for blocks in partitions]
    return alone + [Merged(_with_aside(blocks, side, aside), side) for blocks in partitions]


def _with_aside(blocks: tuple[Block, ...], side: Block, aside: int) -> tuple[Block, ...]:
    """Those without an opinion are told with the first block that is not favourable: « the others »."""
    others = [place for place, block in enumerate(blocks) if not set(block) & set(side)]
    joined = others[0] if others else len(blocks) - 1
    return tuple((*block, aside) if place == joined else block for place, block in enumerate(blocks))


def _ranges(n: int) -> list[tuple[int, ...]]:
    """Where ranges begin, most telling first: nobody · 1 to 3 · each number · all but 1 to 3 · everybody; then
    fewer than 3 · each number · all but fewer than 3; then under and over a half."""
    inner = tuple(range(4, n - 3))
    fine = (0, 1, *inner, max(n - 3, 4), n) if n >= 7 else ()
    plain = tuple(sorted({0, *range(FEWEST, n - FEWEST + 1), n - FEWEST + 1}))
    return [starts for starts in (fine, plain, (0, (n + 1) // 2)) if starts]


# ---------------------------------------------------------------- counting


def compositions(total: int, places: int) -> Iterator[Counts]:
    """Every way to share a total between places."""
    if places <= 1:
        if places or not total:
            yield (total,) * places
        return
    for first in range(total + 1):
        for rest in compositions(total - first, places - 1):
            yield (first, *rest)


def _fill(blocks: tuple[Block, ...], sums: Iterable[int]) -> Iterator[Counts]:
    """Every way to fill these blocks; first those with one or two people somewhere: the others are told alone."""
    order = [place for block in blocks for place in block]
    ways = [
        sorted(compositions(number, len(block)), key=lambda counts: not any(map(is_few, counts)))
        for block, number in zip(blocks, sums, strict=True)
    ]
    for parts in itertools.product(*ways):
        flat = dict(zip(order, itertools.chain.from_iterable(parts), strict=True))
        yield tuple(flat[place] for place in range(len(order)))
