"""Partners that join a community, change and leave it, and what is foreseen with an external evaluator."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.domain import audit
from accounts.models import Action
from cmtl import editing
from communities.models import Community, ForeseenEvaluation, Organisation, Partner

EVALUATION_FIELDS = ["is_foreseen", "team", "cost", "starts_on", "ends_on"]


@transaction.atomic
def add_partner(
    community: Community, *, organisation: str, role: str, ends_on: dt.date | None = None, **fields
) -> tuple[Partner, bool]:
    """The organisation is found by its name, or made; in the same role already, nothing is added."""
    return Partner.objects.get_or_create(
        community=community,
        organisation=Organisation.named(organisation),
        role=role,
        ends_on=ends_on,
        defaults=fields,
    )


def set_logo(partner: Partner, logo: bytes | None) -> None:
    Partner.objects.filter(pk=partner.pk).update(logo=logo, logo_changed_at=timezone.now())


@transaction.atomic
def foresee(community: Community, changes: dict, *, shown: str) -> None:
    """What is foreseen, written over what one had read: nothing yet, the first time."""
    Community.objects.select_for_update().get(pk=community.pk)
    theirs = foreseen(community)
    changed = audit.what_changes(theirs, changes)
    if editing.seen(theirs, EVALUATION_FIELDS) != shown:
        raise editing.Conflict(theirs)
    for name, value in changes.items():
        setattr(theirs, name, value)
    theirs.save()
    if changed:
        audit.write(Action.SETTINGS_CHANGED, about=theirs, changed=changed)


def foreseen(community: Community) -> ForeseenEvaluation:
    """What is stored, or the blank that stands for nothing decided."""
    return ForeseenEvaluation.objects.filter(community=community).first() or ForeseenEvaluation(community=community)
