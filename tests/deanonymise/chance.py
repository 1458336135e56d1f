"""What guessing alone brings: how many of so many guesses are right."""

from math import exp, lgamma, log, log1p

OUTSIDE = 0.005  # of the probability, below the interval and above it: 99 % lie inside


def interval(attempts: int, chance: float, ways: int = 1) -> tuple[int, int]:
    """The binomial one: fewer right guesses than the first, or more than the second, come once in two hundred each.

    Of several `ways` tried at once, once in two hundred for any of them (Bonferroni): thirty-two, each by itself,
    would cry wolf in one run of four.
    """
    below = 0.0
    low = None
    for right in range(attempts + 1):
        below += _probability(right, attempts, chance)
        if low is None and below > OUTSIDE / ways:
            low = right
        if below >= 1 - OUTSIDE / ways:
            return low or 0, right
    return low or 0, attempts


def _probability(right: int, attempts: int, chance: float) -> float:
    ways = lgamma(attempts + 1) - lgamma(right + 1) - lgamma(attempts - right + 1)
    return exp(ways + right * log(chance) + (attempts - right) * log1p(-chance))
