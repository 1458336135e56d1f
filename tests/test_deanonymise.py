"""What `make deanonymise` rests on: chance, and attacks that find what is there and nothing else."""

import random

import pytest

from evaluations.domain.surveys.questionnaires import Asked
from tests.deanonymise import attacks, chance, figures
from tests.deanonymise.attacks import Case

PEOPLE = list(range(1, 41))
WORDS = {
    person: f"sujet{word}" for person, word in zip(PEOPLE, random.Random(1).sample(range(1000, 9999), 40), strict=True)
}


@pytest.fixture
def case():
    """Forty people, who answered in an order of their own."""
    order = random.Random(2).sample(PEOPLE, 40)
    return Case(
        survey=1,
        people=order,
        truth=WORDS,
        keys={person: {f"/r/lien{person}~/"} for person in PEOPLE},
        asked_more=order[3:5],
        more="R7",
        chosen=order[:2],
        seed=3,
    )


def right(case, guesses):
    return [case.right(guess) for guess in guesses]


def mixed(case):
    return random.Random(4).sample(case.marks, 40)


def test_chance_is_the_binomial_law_s():
    assert chance.interval(1000, 1 / 40) == (13, 39)
    assert chance.interval(50, 1 / 40) == (0, 5)
    assert chance.interval(2000, 1 / 40) == (33, 69)
    assert chance.interval(2000, 1 / 40, ways=32) == (27, 77), "wider, and far from a control that finds a thousand"


def test_a_guess_is_no_better_than_chance_and_names_each_answer_once(case):
    guess = case.at_random(case.people)

    assert sorted(guess.values()) == case.marks
    assert case.right(guess) < 7


def test_rows_in_the_order_of_voting_are_found_and_mixed_ones_are_not(case):
    in_line = [(f"(1,{WORDS[person]})",) for person in case.people]
    mixed_up = [(f"(1,{word})",) for word in mixed(case)]

    found = right(case, attacks.in_order(case, [in_line, mixed_up, [("(2,nothing)",)]], case.people))

    assert found[0] == 40
    assert found[1] < 7
    assert len(found) == 2, "a table without answers is no guess"


def test_transactions_tell_when_and_one_transaction_tells_nothing(case):
    in_turn = [(number, WORDS[person]) for number, person in enumerate(case.people)]
    at_once = [(7, WORDS[person]) for person in case.people]

    one, other = right(case, attacks.by_transaction(case, [random.Random(5).sample(in_turn, 40), at_once]))

    assert one == 40
    assert other < 7


def test_a_request_just_after_an_answer_is_found_and_one_before_all_of_them_tells_nothing(case):
    asked = [(10 * number + 1, person) for number, person in enumerate(case.people[:8], 1)]
    in_turn = [(10 * number, WORDS[person]) for number, person in enumerate(case.people, 1)]
    at_once = [(900, WORDS[person]) for person in case.people]

    one, other = right(case, attacks.by_requests(case, asked, [in_turn, at_once]))

    assert one == 8
    assert other < 4


def test_answers_written_in_the_order_of_sealed_ids_are_found(case):
    ids = {person: f"{random.Random(person).getrandbits(128):032x}" for person in PEOPLE}
    votes = [[f"INSERT: id[uuid]:{ids[person]} sealed"] for person in case.people]
    opened = [f"INSERT: said:{WORDS[person]}" for person in sorted(PEOPLE, key=lambda person: ids[person])]
    mixed_up = [f"INSERT: said:{word}" for word in mixed(case)]

    assert right(case, attacks.by_sealed_ids(case, [*votes, opened])) == [40]
    assert right(case, attacks.by_sealed_ids(case, [*votes, mixed_up]))[0] < 7


def test_two_dumps_tell_a_vote_in_clear_or_by_the_place_of_its_id(case):
    one, other = case.chosen
    place = case.marks.index(WORDS[one])
    sealed = f"{(place << 128) // 40 + 9:032x}"

    in_clear = attacks.by_dumps(case, {other: ("a\n", f"a\n{WORDS[other]}\n")}, "")
    by_id = attacks.by_dumps(case, {one: ("a\n", f"a\n{sealed}\tsealed\n")}, "\n".join(case.marks))

    assert right(case, in_clear) == right(case, by_id) == [1]


def test_a_log_with_a_link_and_an_answer_tells_and_one_with_routes_does_not(case):
    telling = [f"POST /r/lien{person}~/ R5A={WORDS[person]}" for person in PEOPLE]
    quiet = ["400 Bad Request: POST /r/<str:token>/"] * 40

    assert right(case, attacks.by_logs(case, {"web": telling})) == [40]
    assert right(case, attacks.by_logs(case, {"web": quiet}))[0] < 7


def test_a_row_with_what_only_the_room_was_asked_tells_whose_it_is(case):
    together = [str({"R5A": WORDS[person], **({"R7": 3} if person in case.asked_more else {})}) for person in PEOPLE]

    (guess,) = attacks.by_shape(case, [[(row,) for row in together]])

    assert set(guess.values()) == {WORDS[person] for person in case.asked_more}


# ---------------------------------------------------------------- figures

R1 = Asked("R1", "steps", "Le temps…", tuple((str(n), f"réponse {n}") for n in range(1, 6)), is_required=True)
VALUES = ("1", "2", "3", "4", "5")


def told(*groups, n=9):
    """By a publisher without rules: any numbers that these groups allow may be published in them."""
    return figures.Told("R1", VALUES, n, frozenset((frozenset(values), low, high) for values, low, high in groups))


def test_one_person_alone_is_known_and_a_side_of_several_is_not():
    alone = told(("12", 1, 1), ("345", 8, 8))
    several = told(("12", 4, 4), ("345", 5, 5))

    assert figures.links([[alone]], (), figures.as_they_are) == (1, 1)
    assert figures.links([[several]], (), figures.as_they_are) == (0, 1)


def test_the_year_less_what_is_known_of_one_meeting_tells_the_other():
    known, hidden = told(("12", 4, 4), ("345", 5, 5)), told(("12", 0, 9))
    year = [figures.InTheYear("R1", frozenset("12"), 18, 5, 5)]

    assert figures.links([[known], [hidden]], [], figures.as_they_are) == (0, 2)
    assert figures.links([[known], [hidden]], year, figures.as_they_are) == (1, 2)


def test_what_our_releases_tell_is_understood_with_its_rules():
    """Two of nine found it of little use: what is published leaves other numbers possible."""
    counts = (2, 0, 3, 0, 4)
    one = figures.Told("R1", VALUES, 9, frozenset(), R1)
    published = figures.Told("R1", VALUES, 9, figures.as_we_publish(one, counts), R1)

    possible = figures.possible_counts(published, figures.as_we_publish)

    assert counts in possible
    assert {sum(ways[:2]) for ways in possible} - {1, 2}
    assert figures.links([[published]], (), figures.as_we_publish) == (0, 1)
