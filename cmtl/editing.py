"""Two people who change one thing: a page carries a fingerprint of what it showed, and saving compares."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import models

from cmtl.parts import row_with


class Conflict(Exception):
    """Somebody else saved first; `theirs` is what is stored now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("changed in between")
        self.theirs = theirs


def fingerprint(rows: Iterable) -> str:
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:16]


def values(thing: models.Model, fields: Iterable[str]) -> list:
    return [row_with(thing, name).serializable_value(name) for name in fields]


def seen(thing: models.Model, fields: Iterable[str]) -> str:
    """What a page shows of one thing."""
    return fingerprint(values(thing, fields))


def seen_rows(rows: Iterable[models.Model], fields: Iterable[str]) -> str:
    """What a page shows of a list."""
    return fingerprint([row.pk, *values(row, fields)] for row in rows)
