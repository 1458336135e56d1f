"""Changing what two people may be changing at once.

A page carries a fingerprint of what it showed. Saving locks the community, compares, and refuses when somebody else
saved in between; the page then shows both, and the person decides.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action
from cmtl import parts
from cmtl.editing import Conflict, seen, seen_rows, values
from communities.models import Community


@transaction.atomic
def revise(community: Community, changes: dict, *, shown: str) -> None:
    """Save the changes, if the community is still as it was shown."""
    theirs = _as_shown(community, changes, shown)
    if changes.get("anonymity_threshold", theirs.anonymity_threshold) < theirs.anonymity_threshold:
        raise ValidationError(_("The anonymity threshold may be raised, never lowered."))
    save(theirs, changes)


@transaction.atomic
def revise_part(thing: models.Model, changes: dict, *, shown: str) -> None:
    """Save the changes to one thing of a community (a partner, a budget line), if it still is as it was shown."""
    save(_as_shown(thing, changes, shown), changes)


def _as_shown(thing: models.Model, changes: dict, shown: str) -> Any:
    theirs = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    if seen(theirs, changes) != shown:
        raise Conflict(theirs)
    return theirs


def save(thing: models.Model, changes: dict) -> None:
    """The audit log says which fields changed; what is saved as it stands leaves no line, and makes no row."""
    changed = audit.what_changes(thing, changes)
    if changed:
        community = thing if isinstance(thing, Community) else None
        audit.write(Action.SETTINGS_CHANGED, about=thing, community=community, changed=changed)
        parts.write(thing, {name: changes[name] for name in changed})


RESOURCE_PERSON_FIELDS = ["name", "organisation", "subject", "contact", "is_active"]
TEAM_BUILDING_STEP_FIELDS = ["kind", "is_planned", "how", "done_on"]


def locked_rows(community: Community, rows: models.QuerySet, fields: list[str], shown: str) -> list:
    Community.objects.select_for_update().get(pk=community.pk)
    theirs = list(rows)
    if seen_rows(theirs, fields) != shown:
        raise Conflict(theirs)
    return theirs


def save_rows(
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
    theirs = locked_rows(community, manager.all(), fields, shown)
    save_rows(manager, theirs, rows, fields)
