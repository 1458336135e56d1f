"""Changing what two people may be changing at once.

A page carries a fingerprint of what it showed. Saving locks the community, compares, and refuses when somebody else
saved in between; the page then shows both, and the person decides.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, Objective, Rule


class Conflict(Exception):
    """Somebody else saved first; `theirs` is what is stored now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("changed in between")
        self.theirs = theirs


def fingerprint(rows: Iterable) -> str:
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:16]


def values(thing: models.Model, fields: Iterable[str]) -> list:
    return [thing.serializable_value(name) for name in fields]


def seen(thing: models.Model, fields: Iterable[str]) -> str:
    """What a page shows of one thing."""
    return fingerprint(values(thing, fields))


def seen_rows(rows: Iterable[models.Model], fields: Iterable[str]) -> str:
    """What a page shows of a list."""
    return fingerprint([row.pk, *values(row, fields)] for row in rows)


@transaction.atomic
def revise(community: Community, changes: dict, *, shown: str) -> None:
    """Save the changes, if the community is still as it was shown."""
    theirs = Community.objects.select_for_update().get(pk=community.pk)
    if seen(theirs, changes) != shown:
        raise Conflict(theirs)
    if changes["anonymity_threshold"] < theirs.anonymity_threshold:
        raise ValidationError(_("The anonymity threshold may be raised, never lowered."))
    for name, value in changes.items():
        setattr(theirs, name, value)
    theirs.save(update_fields=list(changes))


OBJECTIVE_FIELDS = ["kind", "wording", "indicator", "state"]
RULE_FIELDS = ["theme", "text", "is_active"]


@transaction.atomic
def set_objectives(community: Community, rows: list[dict], *, shown: str) -> None:
    """Rows with a `pk` change that objective; the others are new. One that changes is reviewed today."""
    theirs = _locked(community, community.objectives.all(), OBJECTIVE_FIELDS, shown)
    _save_rows(Objective, community, theirs, rows, OBJECTIVE_FIELDS, {"reviewed_on": timezone.localdate()})


@transaction.atomic
def set_rules(community: Community, rows: list[dict], *, shown: str, each_time: bool) -> None:
    theirs = _locked(community, community.rules.all(), RULE_FIELDS, shown)
    _save_rows(Rule, community, theirs, rows, RULE_FIELDS, {})
    Community.objects.filter(pk=community.pk).update(shows_rules_each_time=each_time)


def _locked(community: Community, rows: models.QuerySet, fields: list[str], shown: str) -> list:
    Community.objects.select_for_update().get(pk=community.pk)
    theirs = list(rows)
    if seen_rows(theirs, fields) != shown:
        raise Conflict(theirs)
    return theirs


def _save_rows(model, community: Community, stored: list, rows: list[dict], fields: list[str], stamp: dict) -> None:
    by_pk = {row.pk: row for row in stored}
    last = max((row.position for row in stored), default=-1)
    for row in rows:
        new = {name: row[name] for name in fields}
        kept = by_pk.get(row.get("pk"))
        if kept is None:
            last += 1
            model.objects.create(community=community, position=last, **new, **stamp)
        elif values(kept, fields) != list(new.values()):
            model.objects.filter(pk=kept.pk).update(**new, **stamp)
