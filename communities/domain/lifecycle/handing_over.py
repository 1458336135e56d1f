"""Handing a community over to its members: those chosen facilitate it, those who led stop on a date, and the
programme no longer writes by itself (guide, p. 10). Undone the same day, everything is as before."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.lifecycle import life
from communities.models import LEADING, Community, HandOver, Membership, Role, RoleAssignment

Status = Community.Status
FROM = (Status.LAUNCH, Status.ACTIVE, Status.DORMANT, Status.CLOSING)


def may_begin(community: Community) -> bool:
    return community.status in FROM


def candidates(community: Community) -> QuerySet[Membership]:
    """Members who can sign in: someone without an address could not take over."""
    return community.memberships.current().exclude(user__email=None).select_related("user", "organisation")


def leaving(community: Community, successors: Iterable[int] = ()) -> list[RoleAssignment]:
    """Roles of those who lead now and are not among the people (users) who take over."""
    leading = RoleAssignment.objects.in_force().filter(community=community, role__in=LEADING)
    return list(leading.exclude(user__in=list(successors)).select_related("user").order_by("user__sort_key"))


@transaction.atomic
def hand_over(
    community: Community, members: list[Membership], *, ends_on: dt.date, by: User, reason: str = ""
) -> HandOver | None:
    """Pressed twice, it is done once."""
    kept = Community.objects.select_for_update().get(pk=community.pk)
    if kept.status == Status.SELF_RUN:
        return None
    if not may_begin(kept):
        raise ValidationError(_("A community in this state is not handed over."))
    if not members:
        raise ValidationError(_("Choose at least one member who takes over."))
    if ends_on < timezone.localdate():
        raise ValidationError(_("This day is past."))
    successors = [m.user_id for m in members]
    touched = [*leaving(kept, successors), *_dated(kept, successors)]
    done = HandOver.objects.create(
        community=kept,
        by=by,
        grants_end_on=ends_on,
        was=kept.status,
        ended={str(g.pk): g.ends_on.isoformat() if g.ends_on else None for g in touched},
    )
    for assignment in touched:
        stays = assignment.user_id in successors
        last = None if stays else min(ends_on, assignment.ends_on or ends_on)
        RoleAssignment.objects.filter(pk=assignment.pk).update(ends_on=last)
        audit.write(
            Action.ROLE_GIVEN if stays else Action.ROLE_ENDED, by=by, about=assignment, role=assignment.role, until=last
        )
    HandOver.objects.filter(pk=done.pk).update(given=_appoint(kept, successors, by))
    audit.write(Action.HANDED_OVER, by=by, about=done, until=ends_on, people=len(members))
    life.record(kept, Status.SELF_RUN, by=by, reason=reason)
    Community.objects.filter(pk=kept.pk).update(handed_over_at=done.at)
    community.status, community.handed_over_at = kept.status, done.at
    return done


def _dated(community: Community, users: list[int]) -> list[RoleAssignment]:
    """Those who take over and facilitate already, until a date."""
    mine = RoleAssignment.objects.in_force().filter(community=community, role=Role.FACILITATOR, user__in=users)
    return list(mine.exclude(ends_on=None))


def _appoint(community: Community, users: list[int], by: User) -> list[int]:
    """The grants made; those who facilitate already keep theirs. What ran out by itself leaves its place."""
    roles = RoleAssignment.objects.filter(community=community, role=Role.FACILITATOR, user__in=users, ended_at=None)
    roles.filter(ends_on__lt=timezone.localdate()).update(ended_at=timezone.now())
    already = set(roles.values_list("user", flat=True))
    today = timezone.localdate()
    fresh = [pk for pk in users if pk not in already]
    given = [
        RoleAssignment.objects.create(
            community=community, user_id=pk, role=Role.FACILITATOR, granted_by=by, starts_on=today
        )
        for pk in fresh
    ]
    for assignment in given:
        audit.write(Action.ROLE_GIVEN, by=by, about=assignment, role=assignment.role)
    return [assignment.pk for assignment in given]


def to_undo(community: Community) -> HandOver | None:
    """The hand-over of today, while the community has not moved since."""
    if community.status != Status.SELF_RUN:
        return None
    last = community.hand_overs.filter(undone_at=None).first()
    is_of_today = last is not None and timezone.localdate(last.at) == timezone.localdate()
    return last if is_of_today else None


@transaction.atomic
def undo_hand_over(community: Community, *, by: User) -> None:
    """As before: the roles given are withdrawn, those that ended go on. Undone twice, nothing more happens."""
    kept = Community.objects.select_for_update().get(pk=community.pk)
    done = to_undo(kept)
    if done is None:
        if kept.status == Status.SELF_RUN:
            raise ValidationError(_("A hand-over is undone the same day only. The community can still be reopened."))
        return
    audit.write(Action.HANDED_OVER, by=by, about=done, undone=True)
    for assignment in RoleAssignment.objects.filter(pk__in=done.given).select_related("user"):
        audit.write(Action.ROLE_ENDED, by=by, about=assignment, role=assignment.role)
    RoleAssignment.objects.filter(pk__in=done.given).delete()
    for pk, end in done.ended.items():
        RoleAssignment.objects.filter(pk=pk).update(ends_on=dt.date.fromisoformat(end) if end else None)
    HandOver.objects.filter(pk=done.pk).update(undone_at=timezone.now())
    life.record(kept, done.was, by=by, reason=_("Hand-over undone"))
    Community.objects.filter(pk=kept.pk).update(handed_over_at=None)
