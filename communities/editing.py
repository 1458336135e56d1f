"""Changing what two people may be changing at once.

A page carries a fingerprint of what it showed. Saving locks the community, compares, and refuses when somebody else
saved in between; the page then shows both, and the person decides.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Action, User
from communities import operating_rules
from communities.models import Community, Objective, OutOfReach, RulesVersion


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
    theirs = _as_shown(community, changes, shown)
    if changes.get("anonymity_threshold", theirs.anonymity_threshold) < theirs.anonymity_threshold:
        raise ValidationError(_("The anonymity threshold may be raised, never lowered."))
    _save(theirs, changes)


@transaction.atomic
def revise_part(thing: models.Model, changes: dict, *, shown: str) -> None:
    """Save the changes to one thing of a community (a partner, a budget line), if it still is as it was shown."""
    _save(_as_shown(thing, changes, shown), changes)


def _as_shown(thing: models.Model, changes: dict, shown: str) -> Any:
    theirs = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    if seen(theirs, changes) != shown:
        raise Conflict(theirs)
    return theirs


def _save(thing: models.Model, changes: dict) -> None:
    """The audit log says which fields changed; what is saved as it stands leaves no line."""
    changed = audit.what_changes(thing, changes)
    if changed:
        community = thing if isinstance(thing, Community) else None
        audit.write(Action.SETTINGS_CHANGED, about=thing, community=community, changed=changed)
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(changes))


OBJECTIVE_FIELDS = list(Objective.FIELDS)
RULE_FIELDS = ["theme", "text", "is_active"]
OUT_OF_REACH_FIELDS = ["wording", "reason"]
RESOURCE_PERSON_FIELDS = ["name", "organisation", "subject", "contact", "is_active"]
LINK_STEP_FIELDS = ["kind", "is_planned", "how", "done_on"]


@transaction.atomic
def set_objectives(
    community: Community, rows: list[dict], *, shown: str, by: User, settings: dict[str, Any] | None = None
) -> None:
    """Rows with a `pk` change that objective, whose earlier words are kept; the others are new. All are reviewed today.

    `settings` are those of the page: how often to review, and the frame of what members propose.
    """
    theirs = _locked(community, community.objectives.all(), OBJECTIVE_FIELDS, shown)
    _save_rows(
        community.objectives,
        theirs,
        rows,
        OBJECTIVE_FIELDS,
        add={"reviewed_on": timezone.localdate()},
        change=lambda objective, new: objective.revise(new, by=by),
    )
    if settings:
        _save(Community.objects.get(pk=community.pk), settings)


@transaction.atomic
def set_rules(
    community: Community, rows: list[dict], *, shown: str, each_time: bool, by: User, minor: bool = False
) -> RulesVersion | None:
    """Saves the rules and adopts them as they now are: a new version, unless it is a minor correction."""
    theirs = _locked(community, community.rules.all(), RULE_FIELDS, shown)
    operating_rules.ensure_version(community)
    _save_rows(community.rules, theirs, rows, RULE_FIELDS)
    _save(Community.objects.get(pk=community.pk), {"shows_rules_each_time": each_time})
    return operating_rules.adopt(community, by=by, minor=minor)


@transaction.atomic
def set_out_of_reach(community: Community, rows: list[dict], *, shown: str) -> None:
    """A row emptied of its words is no longer said."""
    theirs = _locked(community, community.out_of_reach.all(), OUT_OF_REACH_FIELDS, shown)
    emptied = [row["pk"] for row in rows if row.get("pk") and not row["wording"]]
    if community.out_of_reach.filter(pk__in=emptied).delete()[0]:
        audit.write(Action.SETTINGS_CHANGED, about=community, community=community, part=OutOfReach._meta.model_name)
    _save_rows(community.out_of_reach, theirs, [row for row in rows if row["wording"]], OUT_OF_REACH_FIELDS)


def _locked(community: Community, rows: models.QuerySet, fields: list[str], shown: str) -> list:
    Community.objects.select_for_update().get(pk=community.pk)
    theirs = list(rows)
    if seen_rows(theirs, fields) != shown:
        raise Conflict(theirs)
    return theirs


def _save_rows(
    manager: models.Manager,
    stored: list,
    rows: list[dict],
    fields: list[str],
    *,
    add: dict | None = None,
    change: Callable[[Any, dict], None] | None = None,
) -> None:
    """Rows that changed are written, and the audit log says that the list did."""
    by_pk, written = {row.pk: row for row in stored}, 0
    last = max((row.position for row in stored), default=-1)
    for row in rows:
        new = {name: row[name] for name in fields}
        kept = by_pk.get(row.get("pk"))
        written += kept is None or values(kept, fields) != list(new.values())
        if kept is None:
            last += 1
            manager.create(position=last, **new, **(add or {}))
        elif values(kept, fields) != list(new.values()):
            if change:
                change(kept, new)
            else:
                manager.filter(pk=kept.pk).update(**new)
    if written:
        community = manager.instance  # type: ignore[attr-defined]
        part = manager.model._meta.model_name
        audit.write(Action.SETTINGS_CHANGED, about=community, community=community, part=part, rows=written)


@transaction.atomic
def set_rows(community: Community, manager: models.Manager, rows: list[dict], fields: list[str], *, shown: str) -> None:
    """A list of which nothing follows: the resource persons, the plan of the links."""
    theirs = _locked(community, manager.all(), fields, shown)
    _save_rows(manager, theirs, rows, fields)
