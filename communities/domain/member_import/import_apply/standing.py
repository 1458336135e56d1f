"""A membership as it stands: what undoing compares and restores, and whether anything else speaks of it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from django.db import models

from accounts.models import User
from communities.models import Community, ImportedLine, MemberImport, Membership, Pause, Representation
from outbox.models import Message

KEPT_FIELDS = [
    "status", "organisation_id", "represents_since", "title", "region", "phone", "joined_on", "left_on", "paused_on",
]  # fmt: skip
HISTORY = (ImportedLine, Pause, Representation)  # what hangs from a membership and is not a use of it


def as_is(membership: Membership, *, with_person: bool = False) -> dict:
    """What undoing compares, and restores."""
    values = {name: getattr(membership, name) for name in KEPT_FIELDS}
    if with_person:
        values |= {"person": [membership.user.email, membership.user.first_name, membership.user.last_name]}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def used_here(community: Community, memberships: Iterable[Membership]) -> Counter:
    """How many things speak of each membership, or of its person in this community: roles held here, what they wrote
    here, and the community's mail to them, which points at the person alone."""
    people = {m.user_id: m.pk for m in memberships}
    counts = in_use(Membership, people.values(), *HISTORY)
    mails = Message.objects.filter(recipient__in=people, sender_list=community.sender_list)
    for user in [*_users_of_rows_here(community, people), *mails.order_by().values_list("recipient", flat=True)]:
        counts[people[user]] += 1
    return counts


def _users_of_rows_here(community: Community, users: Iterable[int]) -> Iterator[int]:
    """A person for each row that points at both them and the community, but for memberships and lists."""
    for relation in User._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model = relation.field.model
        if model in (Membership, MemberImport):
            continue
        if any(f.name == "community" and f.related_model is Community for f in model._meta.concrete_fields):
            rows = model._base_manager.filter(community=community, **{f"{relation.field.name}__in": list(users)})
            yield from rows.order_by().values_list(relation.field.attname, flat=True)


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
