"""Who speaks for an organisation, from when to when: changing the person, naming a substitute, taking part alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl.editing import Conflict, seen
from cmtl.questions import Question
from communities.domain.members import directory
from communities.models import Community, Membership, Organisation, Representation

SHOWN = [
    "organisation", "as_individual", "seat", "represents_since", "person_type",
    "manager_name", "manager_contact", "hours_are_work",
]  # fmt: skip


def shown(membership: Membership) -> str:
    return seen(membership, SHOWN)


@transaction.atomic
def correct(membership: Membership, changes: dict, *, on: dt.date | None, seen_before: str) -> None:
    """Change what is written of a member and their organisation. With a day, another organisation begins then and the
    former stays in the history; without one, the organisation was a mistake and is written over."""
    theirs = _locked(membership.pk)
    if shown(theirs) != seen_before:
        raise Conflict(theirs)
    alone = changes["as_individual"]
    organisation = None if alone else Organisation.named(changes["organisation"])
    if on:
        refuse_day(on, theirs)
        theirs.represent(organisation, on=on, seat=changes["seat"], as_individual=alone)
    else:
        theirs.organisation, theirs.seat, theirs.as_individual = organisation, changes["seat"], alone
    for name in ("person_type", "manager_name", "manager_contact", "hours_are_work"):
        setattr(theirs, name, changes[name])
    theirs.save(update_fields=SHOWN)
    if shown(theirs) != seen_before:
        audit.write(Action.PERSON_CORRECTED, about=theirs, part="representation")


@transaction.atomic
def replace(former: Membership, successor: dict, *, on: dt.date, stays: bool) -> Membership:
    """Another person speaks for the organisation from that day. The former one leaves, or stays as an individual."""
    Community.objects.select_for_update().get(pk=former.community_id)
    former = _locked(former.pk)
    organisation = _represented(former)
    refuse_day(on, former)
    new = _who(former, successor, organisation)
    seat = former.seat
    if stays:
        former.represent(None, on=on, as_individual=True)
    else:
        former.become(Membership.Status.ALUMNI, on=on)
    return _take_up(new, organisation, on, seat)


@transaction.atomic
def name_substitute(main: Membership, substitute: dict, *, on: dt.date) -> Membership:
    """Someone comes when the representative cannot: the presence of either counts for the organisation."""
    Community.objects.select_for_update().get(pk=main.community_id)
    main = _locked(main.pk)
    organisation = _represented(main)
    refuse_day(on)
    return _take_up(_who(main, substitute, organisation), organisation, on, Membership.Seat.SUBSTITUTE)


@transaction.atomic
def forget_representation(past: Representation) -> None:
    """It was a mistake: what followed it began when it did."""
    membership = _locked(past.membership_id)
    if membership.represents_since == past.ends_on:
        membership.represents_since = past.starts_on
        membership.save(update_fields=["represents_since"])
    else:
        following = membership.representations.filter(starts_on=past.ends_on)
        following.update(starts_on=past.starts_on)
    audit.write(Action.PERSON_CORRECTED, about=membership, part="representation")
    past.delete()


def refuse_day(on: dt.date, former: Membership | None = None) -> None:
    if on > timezone.localdate():
        raise ValidationError({"on": _("Choose today or a day that is past.")})
    if former and former.represents_since and on < former.represents_since:
        raise ValidationError({"on": _("This is before the person began to represent the organisation.")})


def _locked(pk: int) -> Membership:
    rows = Membership.objects.select_for_update(of=["self"]).select_related("user", "organisation", "community")
    return rows.get(pk=pk)


def _represented(membership: Membership) -> Organisation:
    if membership.organisation is None or membership.status == Membership.Status.ALUMNI:
        raise ValidationError(_("%(person)s no longer represents an organisation here.") % {"person": membership.user})
    return membership.organisation


def _who(beside: Membership, chosen: dict, organisation: Organisation) -> Membership:
    """The member chosen, or the new person described."""
    if listed := chosen.get("listed"):
        if listed.pk == beside.pk:
            raise ValidationError({"listed": _("Choose somebody else.")})
        return _locked(listed.pk)
    membership, _known = directory.add(
        beside.community,
        first_name=chosen["first_name"],
        last_name=chosen["last_name"],
        email=chosen["email"],
        organisation=organisation.name,
        language=beside.user.language or User.Language.FRENCH,
        status=Membership.Status.ACTIVE,
        title=chosen.get("title", ""),
    )
    return membership


def _take_up(membership: Membership, organisation: Organisation, on: dt.date, seat: str) -> Membership:
    if membership.joined_on is None or membership.joined_on > on:
        membership.joined_on = on
        membership.save(update_fields=["joined_on"])
    audit.write(Action.PERSON_CORRECTED, about=membership, part="representation", on=on, seat=seat)
    membership.represent(organisation, on=on, seat=seat)
    membership.become(Membership.Status.ACTIVE, on=on)
    return membership


# ------------------------------------------------------------ reading the history


def representation_history(
    memberships: Iterable[Membership], past: Iterable[Representation], organisation: Organisation
) -> list:
    """Everybody who spoke for one organisation, those who do now first, then the latest: one line each time."""
    lines = [
        RepresentationPeriod(
            m, m.seat, m.represents_since or m.joined_on, m.left_on if m.status == Membership.Status.ALUMNI else None
        )
        for m in memberships
        if m.organisation_id == organisation.pk
    ]
    lines += [
        RepresentationPeriod(r.membership, r.seat, r.starts_on or r.membership.joined_on, r.ends_on, past=r)
        for r in past
    ]
    return sorted(
        lines, key=lambda t: (t.is_over, t.seat, -(t.until or t.since or dt.date.min).toordinal(), t.membership.pk)
    )


class RepresentationPeriod:
    """One person's time for an organisation."""

    def __init__(self, membership, seat, since, until, past=None) -> None:
        self.membership, self.seat, self.since, self.until, self.past = membership, seat, since, until, past

    @property
    def is_over(self) -> bool:
        return self.past is not None or self.membership.status == Membership.Status.ALUMNI

    @property
    def is_substitute(self) -> bool:
        return self.seat == Membership.Seat.SUBSTITUTE


def by_membership(past: Iterable[Representation]) -> dict[int, list[Representation]]:
    found: dict[int, list[Representation]] = defaultdict(list)
    for one in past:
        found[one.membership_id].append(one)
    return found


def organisation_on(
    day: dt.date, organisation: int | None, since: dt.date | None, past: Iterable[Representation]
) -> int | None:
    """Whom a presence of that day counts for. Without dates, the organisation has always been the same."""
    for one in past:
        if one.covers(day):
            return one.organisation_id
    return organisation if since is None or day >= since else None


meetings_attended: Question[[Organisation, list[int]], dict[int, tuple[int, int]]] = Question()
