"""Sharing a cost so that the parts add up to it, to the cent."""

from collections.abc import Sequence


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Cents for each, in proportion to the weights (largest remainder). The same list always gives the same parts:
    of equal remainders, those who come first pay the cent. Nobody is asked for anything where all weights are zero."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    first = sorted(range(len(parts)), key=lambda i: (-remainders[i], i))
    for i in first[: total - sum(parts)]:
        parts[i] += 1
    return parts
