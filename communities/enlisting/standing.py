"""A membership as it stands: what undoing compares and restores, and whether anything else speaks of it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db import models

from communities.models import ImportedLine, Membership, Pause, Representation

KEPT_FIELDS = [
    "status", "organisation_id", "represents_since", "title", "region", "joined_on", "left_on", "paused_on",
]  # fmt: skip
HISTORY = (ImportedLine, Pause, Representation)  # what hangs from a membership and is not a use of it


def as_is(membership: Membership, *, with_person: bool = False) -> dict:
    """What undoing compares, and restores."""
    values = {name: getattr(membership, name) for name in KEPT_FIELDS}
    if with_person:
        values |= {"person": [membership.user.email, membership.user.first_name, membership.user.last_name]}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def in_use(model: type[models.Model], pks: Iterable[int], *ignored: type[models.Model]) -> Counter:
    """How many rows of any table point at each of these. One query a table: it asks Django what points at a model,
    since what people do with a membership is the business of apps above this one."""
    counts: Counter = Counter()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in ignored:
            continue
        rows = relation.field.model._base_manager.filter(**{f"{relation.field.name}__in": list(pks)})
        counts.update(rows.values_list(relation.field.attname, flat=True))
    return counts
