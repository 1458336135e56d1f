"""Declaring who may do what, and what only reads."""

import rules

READING: set[str] = set()  # names of permissions


def add_perm(name: str, predicate: rules.Predicate, *, reads: bool = False) -> None:
    """`reads`: it changes nothing, so it stands where all else is refused (an archived community)."""
    rules.add_perm(name, predicate)
    if reads:
        READING.add(name)
