"""Answers into figures, and what is never shown."""

from collections import Counter

import pytest

from evaluations import scoring
from evaluations.questionnaires import END_OF_MEETING_V1, Asked


def a_question(code):
    fields = next(q for q in END_OF_MEETING_V1 if q["code"] == code)
    options = tuple((o["value"], o["en"]) for o in fields.get("options", []))
    return Asked(code, fields["scale"], fields["wording_en"], options, False)


def of(code, values, threshold=5):
    return scoring.result(a_question(code), [{code: v} for v in values], threshold)


def test_under_the_threshold_nothing_is_told_not_even_in_part():
    answers = [{"R1": "5"}] * 4

    assert scoring.results([a_question("R1")], answers, 5) is None
    assert scoring.comments("R5B", [{"R5B": "Bravo"}] * 4, 5) == []


def test_a_question_that_few_answered_is_kept_back_alone():
    answers = [{"R1": "5", "R2": "0"}] * 3 + [{"R1": "4", "R2": "4"}] * 4

    first, second = scoring.results([a_question("R1"), a_question("R2")], answers, 5)

    assert first.is_shown
    assert not second.is_shown


def test_the_median_and_the_share_leave_out_those_without_an_opinion():
    assert of("R1", ["1", "4", "4", "5", "5"]).median == 4
    share = of("R2", ["3", "4", "4", "1", "2", "0", "0"])
    assert (share.n, share.favourable) == (5, 60)


def test_a_median_between_two_steps_has_no_words():
    middle = of("R1", ["3", "3", "3", "4", "4", "4"])

    assert (middle.median, middle.median_label) == (3.5, "")


@pytest.mark.parametrize("n", range(5, 10))
def test_from_five_to_nine_answers_a_scale_has_no_distribution(n):
    assert of("R1", ["4"] * n).bars == []
    assert of("R2", ["4"] * n).bars == []
    assert of("R1", ["4"] * n).median == 4


def test_from_ten_answers_it_has_one():
    bars = of("R1", ["5"] * 6 + ["4"] * 4).bars

    assert [(bar.labels, bar.count) for bar in bars[-2:]] == [
        (("gave me back more than the time I gave",), 4),
        (("gave me back much more",), 6),
    ]


def test_options_with_fewer_than_three_people_are_grouped():
    bars = of("R3", ["1"] * 7 + ["2"] * 2 + ["3"]).bars

    assert bars[0].count == 7
    assert bars[1].count is None
    assert len(bars[1].labels) == 3


def test_an_option_alone_under_three_takes_another_along_so_that_nobody_can_subtract():
    bars = scoring.grouped([("1", "a"), ("2", "b"), ("3", "c")], Counter({"1": 6, "2": 4, "3": 1}), 11)

    assert [(bar.labels, bar.count) for bar in bars] == [(("a",), 6), (("b", "c"), 5)]


def test_options_nobody_chose_hide_no_one():
    bars = scoring.grouped([("1", "a"), ("2", "b")], Counter({"1": 10}), 10)

    assert [bar.count for bar in bars] == [10, 0]


def distributions(options, n):
    """Every way n people may share themselves out."""
    if len(options) == 1:
        yield {options[0]: n}
        return
    for count in range(n + 1):
        for others in distributions(options[1:], n - count):
            yield {options[0]: count, **others}


def may_be(bars, counts, labels):
    """Whether these numbers agree with what the page tells."""
    for bar in bars:
        grouped = [counts[labels[label]] for label in bar.labels]
        if (bar.count is None and max(grouped) >= 3) or (bar.count is not None and sum(grouped) != bar.count):
            return False
    return True


@pytest.mark.parametrize("code", ["R1", "R2", "R3"])
@pytest.mark.parametrize("n", [10, 11])
def test_nobody_can_subtract_their_way_to_an_option_chosen_by_one_or_two(code, n):
    """For every way n people may answer: with the bars, n and the share, another number fits as well."""
    labels = {label: value for value, label in a_question(code).options if value != "0"}
    ways = list(distributions(sorted(labels.values()), n))
    for counts in ways:
        result = of(code, [value for value, k in counts.items() for _ in range(k)])
        agree = counts["3"] + counts["4"]
        fitting = [
            way for way in ways if may_be(result.bars, way, labels) and (code != "R2" or way["3"] + way["4"] == agree)
        ]
        for value, count in counts.items():
            assert count not in (1, 2) or {way[value] for way in fitting} != {count}, counts


def test_comments_come_in_an_order_that_only_their_words_decide():
    said = [{"R5B": f"Phrase {n}"} for n in range(8)]

    shown = scoring.comments("R5B", said, 5)

    assert shown == scoring.comments("R5B", said[::-1], 5)
    assert shown != [f"Phrase {n}" for n in range(8)]
    assert sorted(shown) == [f"Phrase {n}" for n in range(8)]


def test_several_choices_stand_each_by_itself():
    bars = of("R4", [["1", "2"]] * 4 + [["1"]] * 2).bars

    assert [bar.count for bar in bars[:3]] == [6, 4, None]
    assert bars[0].share == 100
