"""Writing in a community's register: outcomes, needs held in common, practice cards.

All three are recorded once however often the form is sent, revised only by someone who saw what is stored, and removed
for as long as nobody puts them back.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cmtl.editing import Conflict, fingerprint
from communities.models import Community, Need, Outcome, Party, PracticeCard

Entry = Outcome | Need | PracticeCard


def stored(entry: Entry) -> dict:
    """What the form of an entry shows, as plain values."""
    return {name: _stored(entry, name) for name in entry.WRITTEN}


def _stored(entry: Entry, name: str) -> Any:
    if entry._meta.get_field(name).many_to_many:
        return sorted(getattr(entry, name).order_by().values_list("pk", flat=True)) if entry.pk else []
    return entry.serializable_value(name)


def entry_shown(entry: Entry) -> str:
    return fingerprint(stored(entry).items())


@transaction.atomic
def record(model: Any, community: Community, fields: dict, *, key, by: User) -> Any:
    """A form sent twice records once: the second time says what the first one made."""
    several, single = _apart(model, fields)
    entry, is_new = model.objects.get_or_create(
        creation_key=key, defaults={**single, "community": community, "created_by": by}
    )
    if entry.community_id != community.pk or entry.created_by_id != by.pk:
        raise ValidationError(_("This form was already sent. Open a new one."))
    if is_new:
        _set_several(entry, several)
        if isinstance(entry, Outcome):
            entry.stage_changes.create(stage=entry.stage, by=by)
    return entry


@transaction.atomic
def revise(entry: Entry, changes: dict, *, shown: str, by: User) -> None:
    theirs = type(entry).objects.select_for_update().get(pk=entry.pk)
    if theirs.removed_at:
        raise ValidationError(_("Someone removed this in between. Put it back first."))
    if entry_shown(theirs) != shown:
        raise Conflict(theirs)
    if isinstance(theirs, Outcome) and changes["stage"] != theirs.stage:
        theirs.stage_changes.create(stage=changes["stage"], by=by)
    several, single = _apart(type(entry), changes)
    for name, value in single.items():
        setattr(theirs, name, value)
    theirs.save(update_fields=list(single))
    _set_several(theirs, several)


def remove(entry: Entry, now: dt.datetime | None = None) -> None:
    """Out of every list and report, until `restore`."""
    type(entry).objects.kept().filter(pk=entry.pk).update(removed_at=now or timezone.now())


def restore_entry(entry: Entry) -> None:
    type(entry).objects.filter(pk=entry.pk).update(removed_at=None)


def _apart(model: Any, fields: dict) -> tuple[dict, dict]:
    several = {name: value for name, value in fields.items() if model._meta.get_field(name).many_to_many}
    return several, {name: value for name, value in fields.items() if name not in several}


def _set_several(entry: Entry, several: dict) -> None:
    for name, things in several.items():
        getattr(entry, name).set(things)


# ------------------------------------------------------------ who needs, who offers, who pays what


def possible_parties(community: Community) -> dict[str, str]:
    """Code → name: the organisations of the current members, then the members themselves."""
    memberships = list(community.memberships.current().select_related("user", "organisation"))
    organisations = {m.organisation for m in memberships if m.organisation}
    found = {f"o{o.pk}": o.name for o in sorted(organisations, key=lambda o: o.sort_key)}
    return found | {f"m{m.pk}": m.user.full_name for m in memberships}


def party_of(community: Community, user: User) -> str:
    """The code of what this person speaks for: their organisation, or themselves."""
    membership = community.memberships.current().filter(user=user).first()
    if membership is None:
        return ""
    return f"o{membership.organisation_id}" if membership.organisation_id else f"m{membership.pk}"


def join_need(need: Need, side: str, code: str, offer: str = "") -> Party:
    """Joining twice changes only what is offered. `code` is one of `possible_parties`."""
    who = {"organisation_id" if code[0] == "o" else "membership_id": int(code[1:])}
    party, is_new = Party.objects.get_or_create(
        need=need, side=side, **{"organisation_id": None, "membership_id": None, **who}, defaults={"offer": offer}
    )
    if not is_new and offer:
        party.offer = offer
        party.save(update_fields=["offer"])
    return party


def seen_split(need: Need) -> str:
    return fingerprint([need.cost, need.is_split_by_share, *((party.pk, party.weight) for party in need.needing)])


@transaction.atomic
def share_cost(need: Need, cost: int | None, weights: dict[int, int], *, by_share: bool, shown: str) -> None:
    """`weights`: party → parts. Refused when somebody joined, left or changed the cost in between."""
    theirs = Need.objects.select_for_update().get(pk=need.pk)
    if seen_split(theirs) != shown:
        raise Conflict(theirs)
    theirs.cost, theirs.is_split_by_share = cost, by_share
    theirs.save(update_fields=["cost", "is_split_by_share"])
    paying = theirs.needing
    for party in paying:
        party.weight = weights.get(party.pk, party.weight)
    Party.objects.bulk_update(paying, ["weight"])
