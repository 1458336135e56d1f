"""Two people who change one thing: a page carries what it showed, a version or a fingerprint, and saving compares."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F

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


def write_over(row: models.QuerySet, version: int, **fields: Any) -> bool:
    """Write a row over the version one had read. False when somebody else has written in between: theirs stays. What
    is written already makes no version, and is no conflict."""
    changed = row.filter(version=version).exclude(**fields)
    return bool(changed.update(**fields, version=F("version") + 1)) or row.filter(**fields).exists()
