"""What is told of a question gives nobody away: every way people may answer, grouped by what a reader would see."""

from collections import defaultdict
from itertools import combinations

import pytest

from evaluations.domain.surveys.disclosure import (
    Merged,
    Nothing,
    Range,
    chooser,
    compositions,
    is_few,
    ranges_of_several,
)

LEAST = 5
KINDS = [("steps", 5, False), ("steps", 5, True), ("agreement", 4, True), ("agreement", 4, False), ("choice", 4, False)]


def told(form, counts):
    return form, form.value(counts)


def given_away(tell, n, places):
    """What a reader can be sure of: a display, and answers that one or two people chose, or all but one or two."""
    seen = defaultdict(list)
    for counts in compositions(n, places):
        seen[tell(counts)].append(counts)
    sets = [some for size in range(1, places) for some in combinations(range(places), size)]
    return [
        (display, some)
        for display, ways in seen.items()
        for some in sets
        if all(is_few(sum(counts[place] for place in some)) for counts in ways)
    ]


@pytest.mark.parametrize("n", [*range(5, 10), *(pytest.param(n, marks=pytest.mark.long) for n in range(10, 21))])
@pytest.mark.parametrize(("kind", "answers", "has_aside"), KINDS)
def test_no_set_of_answers_is_known_to_hold_one_or_two_people(kind, answers, has_aside, n):
    choose = chooser(kind, answers, n, has_aside, LEAST).choose

    assert given_away(lambda counts: told(choose(counts), counts), n, answers + has_aside) == []


@pytest.mark.parametrize("n", [6, 9])
def test_the_same_audit_finds_what_exact_bars_give_away(n):
    assert given_away(lambda counts: counts, n, 4)


@pytest.mark.parametrize("n", [6, 9])
def test_the_same_audit_finds_what_the_choice_of_a_form_gives_away(n):
    """The control of the harder half: each form looks safe by itself, and which one was chosen says the rest."""
    forms = chooser("steps", 5, n, False, LEAST).forms

    def first_that_looks_safe(counts):
        return told(next(form for form in forms if not form.is_plainly_unsafe(form.value(counts))), counts)

    merged_only = [form for form in forms if isinstance(form, Merged | Nothing)]

    def first_merged(counts):
        return told(next(form for form in merged_only if not form.is_plainly_unsafe(form.value(counts))), counts)

    assert given_away(first_that_looks_safe, n, 5) or given_away(first_merged, n, 5)


@pytest.mark.parametrize(
    ("kind", "counts", "has_aside", "expected"),
    [
        ("agreement", (0, 0, 4, 5, 0), True, (Merged, (0, 0, 4, 5, 0))),
        ("agreement", (0, 1, 3, 5, 0), True, (Range, (6, 8))),
        ("agreement", (0, 0, 2, 7, 0), True, (Merged, (0, 0, 9, 0))),
        ("steps", (0, 1, 2, 4, 2), False, (Range, (6, 8))),
        ("steps", (0, 0, 0, 0, 9), False, (Merged, (0, 0, 0, 0, 9))),
        ("agreement", (1, 0, 2, 1, 5), True, (Nothing, ())),
    ],
)
def test_the_most_telling_form_is_chosen(kind, counts, has_aside, expected):
    form = chooser(kind, len(counts) - has_aside, sum(counts), has_aside, LEAST).choose(counts)

    assert (type(form), form.value(counts)) == expected


@pytest.mark.parametrize("n", range(5, 21))
def test_of_several_choices_no_answer_is_known_to_be_chosen_by_one_or_two(n):
    for number in range(n + 1):
        low, high = ranges_of_several((number, n, n, 0, 0), n, at_least=1, at_most=3)[0]

        assert low <= number <= high
        assert not all(is_few(one) or is_few(n - one) for one in range(low, high + 1)) or low == 0 or high == n


def test_when_everyone_ticked_three_the_sum_would_give_a_number_away():
    """Nine people, three choices each: 26 told elsewhere would leave one at most for the last answer."""
    assert ranges_of_several((9, 9, 4, 4, 1), 9, at_least=1, at_most=3) == [(7, 9), (7, 9), (4, 4), (4, 4), (0, 2)]
    assert ranges_of_several((9, 9, 4, 0, 1), 9, at_least=1, at_most=3)[-1] == (1, 3), "the control"


def test_a_large_room_is_decided_at_once():
    form = chooser("steps", 5, 60, False, LEAST).choose((1, 2, 20, 25, 12))

    assert isinstance(form, Range | Merged)
