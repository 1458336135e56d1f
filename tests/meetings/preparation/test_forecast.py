"""How many will come: a range that replies and history move the right way, and that never tells of one person."""

import random

import pytest

from meetings.domain.preparation.forecast import ANSWERED, Past, forecast

ANSWERS = (*ANSWERED, "silent")
EVENINGS = range(60)  # seeds: each makes a crowd and a history


def drawn(seed):
    """Some crowd, some history of up to six meetings, and whether there is still time to answer."""
    chance = random.Random(seed)
    largest = chance.choice([1, 5, 40])
    crowd = {answer: chance.randint(0, largest) for answer in ANSWERS}
    history = []
    for _meeting in range(chance.randint(0, 6)):
        said = {answer: chance.randint(0, 40) for answer in ANSWERS}
        history.append(Past(said, {answer: chance.randint(0, n) for answer, n in said.items()}))
    return crowd, history, chance.random() < 0.5


def range_of(found):
    return [found.low, found.likely, found.high]


@pytest.mark.parametrize("seed", EVENINGS)
def test_the_range_is_ordered_and_between_nobody_and_everybody(seed):
    counts, history, more_expected = drawn(seed)
    found = forecast(counts, history, more_expected=more_expected)

    assert 0 <= found.low <= found.likely <= found.high <= sum(counts.values())
    assert sum(found.groups.values()) == sum(counts.values())


@pytest.mark.parametrize("seed", EVENINGS)
def test_somebody_silent_who_says_yes_lowers_nothing(seed):
    counts, history, more_expected = drawn(seed)
    counts["silent"] += 1
    before = forecast(counts, history, more_expected=more_expected)
    counts = {**counts, "silent": counts["silent"] - 1, "yes": counts["yes"] + 1}
    after = forecast(counts, history, more_expected=more_expected)

    assert all(now >= then for now, then in zip(range_of(after), range_of(before), strict=True))


@pytest.mark.parametrize("seed", EVENINGS)
def test_one_more_person_who_says_yes_lowers_nothing(seed):
    counts, history, more_expected = drawn(seed)
    before = forecast(counts, history, more_expected=more_expected)
    after = forecast({**counts, "yes": counts["yes"] + 1}, history, more_expected=more_expected)

    assert all(now >= then for now, then in zip(range_of(after), range_of(before), strict=True))


@pytest.mark.parametrize("seed", EVENINGS)
def test_no_rate_is_shown_that_would_tell_of_few_people(seed):
    _counts, history, _more = drawn(seed)
    found = forecast({"yes": 3}, history)

    assert all(rate.said >= 5 for rate in found.rates if rate.is_shown)
    assert all(0 <= rate.expected <= 1 for rate in found.rates)


def test_a_group_whose_yes_means_half_is_expected_by_half():
    kept = [Past({"yes": 20, "silent": 10}, {"yes": 10, "silent": 0})] * 6

    found = forecast({"yes": 20, "silent": 10}, kept)

    assert found.low <= 11 <= found.high < 16
    assert found.rates[0].percent in (51, 52)


def test_without_history_most_of_those_who_said_yes_are_expected():
    found = forecast({"yes": 16}, [])

    assert found.low < 12 < found.high
    assert not any(rate.is_shown for rate in found.rates)


def test_before_any_reply_people_come_as_they_usually_do():
    usual = [Past({"yes": 12, "no": 8, "silent": 20}, {"yes": 10, "silent": 2})] * 6

    found = forecast({"silent": 40}, usual, more_expected=True)

    assert found.low < 12 < found.high


def test_a_large_community_is_counted_too():
    found = forecast({"yes": 400, "maybe": 100, "silent": 1500, "no": 50}, [])

    assert 300 < found.low < found.high < 700


# ------------------------------------------------------------ whom its topics call


@pytest.mark.parametrize("seed", EVENINGS)
def test_somebody_called_who_says_yes_lowers_nothing(seed):
    counts, history, more_expected = drawn(seed)
    counts["silent"] += 1
    called = random.Random(seed).randint(1, counts["silent"])
    before = forecast(counts, history, more_expected=more_expected, called=called)
    counts = {**counts, "silent": counts["silent"] - 1, "yes": counts["yes"] + 1}
    after = forecast(counts, history, more_expected=more_expected, called=called - 1)

    assert sum(before.groups.values()) == sum(after.groups.values())
    assert all(now >= then for now, then in zip(range_of(after), range_of(before), strict=True))


def test_those_whom_a_topic_calls_are_expected_though_silent():
    without = forecast({"yes": 4, "silent": 30}, [])
    with_them = forecast({"yes": 4, "silent": 30}, [], called=10)

    assert with_them.groups["later"] == 10
    assert with_them.likely > without.likely


# ------------------------------------------------------------ where everyone committed


def test_where_everyone_committed_silence_is_not_an_absence():
    open_to_all = forecast({"silent": 20}, [])
    committed = forecast({"committed": 20}, [], is_committed=True)

    assert open_to_all.likely < 5
    assert committed.likely >= 16
    assert committed.groups["committed"] == 20


def test_somebody_committed_who_says_no_is_expected_no_more():
    before = forecast({"committed": 10, "yes": 10}, [], is_committed=True)
    after = forecast({"committed": 5, "yes": 10, "no": 5}, [], is_committed=True)

    assert before.likely - after.likely in (4, 5)


def test_silence_means_what_it_turned_out_to_mean_here():
    half = [Past({"yes": 10, "silent": 10}, {"yes": 10, "silent": 2})] * 6

    found = forecast({"committed": 20}, half, is_committed=True)

    assert 3 <= found.likely <= 8


@pytest.mark.parametrize("seed", EVENINGS)
def test_somebody_committed_who_says_yes_lowers_nothing(seed):
    counts, history, more_expected = drawn(seed)
    counts |= {"committed": counts["silent"] + 1, "silent": 0}
    before = forecast(counts, history, more_expected=more_expected, is_committed=True)
    counts |= {"committed": counts["committed"] - 1, "yes": counts["yes"] + 1}
    after = forecast(counts, history, more_expected=more_expected, is_committed=True)

    assert sum(before.groups.values()) == sum(after.groups.values())
    assert all(now >= then for now, then in zip(range_of(after), range_of(before), strict=True))
