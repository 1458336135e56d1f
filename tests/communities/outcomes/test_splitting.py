"""Costs shared to the cent."""

import random

import pytest

from communities.models.cost_sharing import split


def test_nine_organisations_share_one_expert():
    """Les filles et le code: 760 $ that none could pay alone."""
    parts = split(760_00, [1] * 9)

    assert parts == [84_45] * 4 + [84_44] * 5
    assert sum(parts) == 760_00


def test_parts_that_differ_follow_the_weights():
    assert split(1000_00, [2, 1, 1]) == [500_00, 250_00, 250_00]
    assert split(100, [1, 0, 2]) == [33, 0, 67]


@pytest.mark.parametrize("weights", [[], [0], [0, 0]])
def test_nobody_pays_where_nobody_has_a_part(weights):
    assert split(500, weights) == [0] * len(weights)


def test_whatever_the_total_and_the_weights_the_parts_add_up():
    """Each part is within a cent of what is due, more weight never pays less, and a second look finds the same."""
    rng = random.Random(20261123)
    for _ in range(3000):
        total = rng.choice([0, 1, 2, 99, 100, 101, rng.randrange(10**4), rng.randrange(10**12)])
        weights = [rng.choice([1, 1, rng.randrange(0, 1000)]) for _ in range(rng.randrange(1, 40))]
        parts = split(total, weights)
        if any(weights):
            assert sum(parts) == total
            assert all(abs(p * sum(weights) - total * w) < sum(weights) for p, w in zip(parts, weights, strict=True))
            by_weight = sorted(zip(weights, parts, strict=True))
            assert all(a[1] <= b[1] for a, b in zip(by_weight, by_weight[1:], strict=False) if a[0] < b[0])
        assert all(part >= 0 for part in parts)
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
        assert split(total, weights) == parts
