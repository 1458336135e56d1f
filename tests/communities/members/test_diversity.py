"""The profiles of a group say how many, never who: nothing under the threshold, nothing by subtraction."""

import random
from collections import Counter

from communities.domain.members import diversity
from tests import factories as make


def test_small_categories_are_counted_together(community):
    for region, people in (("Laval", 7), ("Montréal", 6), ("Estrie", 3), ("Gaspésie", 2)):
        for _n in range(people):
            make.a_member(community, region=region)

    (regions,) = diversity.facets_of(community)

    assert regions.shares == [("Laval", 7), ("Montréal", 6), ("", 5)]


def test_a_remainder_of_one_takes_the_smallest_category_with_it():
    assert diversity.grouped(Counter({"Laval": 9, "Montréal": 6, "Estrie": 1}), 5) == [("Laval", 9), ("", 7)]


def test_nothing_is_said_of_four_people(community):
    for _n in range(4):
        make.a_member(community, region="Laval")

    assert diversity.facets_of(community) == []


def test_whatever_the_group_no_count_is_under_the_threshold():
    chance = random.Random(2026)
    for _n in range(3000):
        threshold = chance.randint(5, 9)
        counts = Counter(
            {chance.choice(["", *"ABCDEFGH"]): chance.randint(0, 15) for _n in range(chance.randint(1, 9))}
        )
        shares = diversity.grouped(counts, threshold)

        named = {label: n for label, n in shares if label}
        rest = sum(n for label, n in shares if not label)
        assert sum(n for _label, n in shares) == sum(counts.values())
        assert all(n >= threshold for n in named.values())
        assert rest == 0 or rest >= threshold or not named
        assert all(counts[label] == n for label, n in named.items())
