"""Writing the notes of individual follow-ups, naming who else reads them, and opening them with a reason.

The audit log says that a note was written, read or opened, and by whom: never of whom it speaks.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import retention
from cmtl.editing import Conflict, seen
from cmtl.encrypted import readable
from communities.models import Community, Membership, Role, RoleAssignment
from evaluations.domain.follow_ups import mails
from evaluations.models import FollowUpReader, FollowUpReading, IndividualFollowUp
from meetings.domain.retention import anonymising

SHORTEST_REASON = 20  # letters: « urgent » explains nothing to the author
State = IndividualFollowUp.State


@transaction.atomic
def write(membership: Membership, *, by: User, **fields: Any) -> IndividualFollowUp:
    """Sent twice in a day, the same is one."""
    Membership.objects.select_for_update().get(pk=membership.pk)
    for known in membership.individual_follow_ups.filter(author=by, began_on=timezone.localdate()):
        if all(getattr(known, name) == value for name, value in _dated(fields).items()):
            return known
    follow_up = IndividualFollowUp.objects.create(
        community_id=membership.community_id, membership=membership, author=by, **_dated(fields)
    )
    log_act(Action.FOLLOW_UP_WRITTEN, follow_up, by)
    return follow_up


@transaction.atomic
def plan(membership: Membership, *, by: User, **fields: Any) -> None:
    """Pressed twice, it is one: a conversation of theirs that is open stays the only one."""
    Membership.objects.select_for_update().get(pk=membership.pk)
    if not membership.individual_follow_ups.open().filter(author=by).exists():
        write(membership, by=by, **fields)


@transaction.atomic
def revise(follow_up: IndividualFollowUp, changes: dict[str, Any], *, shown: str) -> None:
    """By its author, over what their page had shown: another window of theirs may have saved since (`Conflict`)."""
    theirs = IndividualFollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if seen(theirs, changes) != shown:
        raise Conflict(theirs)
    changed = {name: new for name, new in _dated(changes).items() if new != readable(getattr(theirs, name))}
    for name, new in changed.items():  # what cannot be read is shown empty, and stays as it is held
        setattr(theirs, name, new)
    if changed:
        theirs.save(update_fields=list(changed))
        log_act(Action.FOLLOW_UP_WRITTEN, theirs, follow_up.author)


def _dated(fields: dict[str, Any]) -> dict[str, Any]:
    """What was held without saying when was held today."""
    if fields.get("state") == State.HELD and not fields.get("on"):
        return {**fields, "on": timezone.localdate()}
    return fields


@transaction.atomic
def destroy(follow_up: IndividualFollowUp, *, by: User) -> None:
    log_act(Action.FOLLOW_UP_DESTROYED, follow_up, by)
    follow_up.delete()


@transaction.atomic
def finish_next_step(follow_up: IndividualFollowUp, *, by: User) -> None:
    IndividualFollowUp.objects.filter(pk=follow_up.pk).update(is_next_step_done=True)
    log_act(Action.FOLLOW_UP_WRITTEN, follow_up, by)


# ---------------------------------------------------------------- who else reads them


def possible_readers(follow_up: IndividualFollowUp) -> QuerySet[User]:
    """Who leads there for good, and the privacy officers; neither its author nor the person it speaks of."""
    leading = RoleAssignment.objects.leading_for_good().reaching(follow_up.community)
    known = Q(pk__in=leading.values("user")) | Q(is_privacy_officer=True)
    unsuited = [follow_up.author_id, follow_up.membership.user_id]
    named = follow_up.readers.values("user")
    return User.objects.filter(known, is_active=True).exclude(pk__in=unsuited).exclude(pk__in=named)


@transaction.atomic
def name_reader(follow_up: IndividualFollowUp, reader: User, *, by: User) -> None:
    """They are told by a mail that names nobody but the author; named twice, told once."""
    row, is_new = FollowUpReader.objects.get_or_create(follow_up=follow_up, user=reader)
    if is_new:
        log_act(Action.FOLLOW_UP_SHARED, follow_up, by)
        mails.tell_reader(row)


@transaction.atomic
def remove_reader(follow_up: IndividualFollowUp, number: int, *, by: User) -> None:
    """From now on they read it no more."""
    if follow_up.readers.filter(pk=number).delete()[0]:
        log_act(Action.FOLLOW_UP_UNSHARED, follow_up, by)


@transaction.atomic
def note_reading(follow_up: IndividualFollowUp, *, by: User) -> None:
    """One line an hour, that the author sees; reading one's own is no reading."""
    if by.pk == follow_up.author_id:
        return
    lately = timezone.now() - audit.READ_AGAIN_AFTER
    if not follow_up.readings.filter(reader=by, at__gt=lately).exists():
        FollowUpReading.objects.create(follow_up=follow_up, reader=by)
    audit.write_read(Action.FOLLOW_UP_READ, by=by, about=follow_up, community=follow_up.community_id)


@transaction.atomic
def open_notes(membership: Membership, because: str, *, by: User) -> list[IndividualFollowUp]:
    """Of one person, by who coordinates, when it cannot wait: a reason is kept, and each author told at once.

    Raises ValidationError for a reason of a word, and for one's own notes.
    """
    because = " ".join(because.split())
    if len(because) < SHORTEST_REASON:
        raise ValidationError(
            ngettext(
                "Say why in %(n)s letter at least: the author will read it.",
                "Say why in %(n)s letters at least: the author will read it.",
                SHORTEST_REASON,
            )
            % {"n": SHORTEST_REASON}
        )
    if membership.user_id == by.pk:
        raise ValidationError(_("These notes would be about you: ask the privacy officer for them."))
    audit.write(Action.FOLLOW_UP_OPENED, by=by, community=membership.community_id)  # found or not
    written = IndividualFollowUp.objects.filter(membership=membership).select_related("author", "community")
    found = list(written.exclude(author=by))
    readings = [FollowUpReading(follow_up=one, reader=by, because=because) for one in found]
    FollowUpReading.objects.bulk_create(readings)
    for one, reading in zip(found, readings, strict=True):
        mails.tell_author(one, reading)
    return found


# ---------------------------------------------------------------- what is due, what has had its time


def to_hold(author: User, communities: Iterable[Community]) -> QuerySet[IndividualFollowUp]:
    """Their own that are foreseen, or have a next step to do, the oldest day first."""
    left = Q(state=State.PLANNED) | (~Q(next_step="") & Q(is_next_step_done=False))
    mine = IndividualFollowUp.objects.written_by(author).filter(left, community__in=[c.pk for c in communities])
    return mine.select_related("community", "membership__user").order_by("on", "next_step_on", "pk")


@retention.applies("follow_ups")
def destroy_expired(now: dt.datetime | None = None) -> int:
    """Of those who left, and of communities that are archived, once the period is over. How many."""
    before = retention.period("follow_ups").start(now or timezone.now())
    left = Q(membership__status=Membership.Status.ALUMNI, membership__left_on__lt=timezone.localdate(before))
    archived = Q(community__in=anonymising.archived_before(before).values("pk"))
    expired = IndividualFollowUp.objects.filter(left | archived | _led_by_their_author_no_more_since(before))
    return expired.delete()[1].get(IndividualFollowUp._meta.label, 0)


def _led_by_their_author_no_more_since(before: dt.datetime) -> Q:
    """Nobody reads them any more, and a hand-over leaves them with the community."""
    theirs = RoleAssignment.objects.filter(
        Q(community=OuterRef("community")) | Q(programme=OuterRef("community__programme")),
        user=OuterRef("author"),
        role__in=(Role.FACILITATOR, Role.COORDINATOR),
    )
    lately = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate(before))
    return ~Q(Exists(theirs.filter(lately, Q(ended_at=None) | Q(ended_at__gte=before))))


def log_act(action: Action, follow_up: IndividualFollowUp, by: User) -> None:
    audit.write(action, by=by, about=follow_up, community=follow_up.community_id)
