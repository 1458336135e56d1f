"""Members who facilitate with the team: named for one meeting, prepared with, never assigned.

« La crainte d'alourdir la tâche des participantes et des participants fait en sorte que ce rôle est rarement
partagé » (guide, p. 14): how often each has done it is shown to whoever names them.
"""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action
from cmtl.wall_clock import at_wall_clock
from communities.models import Membership
from meetings.models import Meeting

EARLIER = dt.timedelta(days=7)
SHORTEST = 30  # minutes


def shared_with(user) -> set[int]:
    """The meetings this person co-facilitates now, asked once per request (see `communities.models.roles_of`)."""
    if not hasattr(user, "_shared_meetings"):
        user._shared_meetings = set(Meeting.objects.co_facilitated_by(user).values_list("pk", flat=True))
    return user._shared_meetings


def candidates(meeting: Meeting) -> QuerySet[Membership]:
    """Active members with how often they have co-facilitated (`times`, `last_time`) this meeting left out, the least
    burdened first; whoever takes the notes is not proposed."""
    before = Q(co_facilitated__cancelled_at=None, co_facilitated__closed_at__isnull=False)
    others = before & ~Q(co_facilitated=meeting.pk)
    people = meeting.community.memberships.filter(Q(status=Membership.Status.ACTIVE) | Q(co_facilitated=meeting.pk))
    return (
        people.exclude(user=meeting.note_taker_id or 0)
        .select_related("user", "organisation")
        .annotate(
            times=Count("co_facilitated", filter=others, distinct=True),
            last_time=Max("co_facilitated__starts_at", filter=others),
        )
        .order_by("times", "user__sort_key", "pk")
        .distinct()
    )


@transaction.atomic
def name(meeting: Meeting, memberships: Iterable[Membership]) -> None:
    """These members, and no others, co-facilitate it."""
    if not Meeting.objects.planned().filter(pk=meeting.pk).update(revision=F("revision") + 1):
        raise ValidationError(_("This meeting is over: who facilitates it no longer changes."))
    before, named = set(meeting.co_facilitators.all()), set(memberships)
    meeting.co_facilitators.set(named)
    for action, changed in ((Action.ROLE_GIVEN, named - before), (Action.ROLE_ENDED, before - named)):
        for membership in changed:
            audit.write(action, about=membership, role="co_facilitator", meeting=meeting.pk)


@transaction.atomic
def volunteer(meeting: Meeting, membership: Membership, *, offers: bool) -> None:
    """A member offers to co-facilitate, or takes it back; nothing follows until someone of the team names them."""
    if not Meeting.objects.planned().filter(pk=meeting.pk, started_at=None, starts_at__gt=timezone.now()).exists():
        raise ValidationError(_("This meeting has begun or is over."))
    if offers:
        meeting.volunteers.add(membership)
    else:
        meeting.volunteers.remove(membership)


def preparatory_start(meeting: Meeting) -> dt.datetime:
    """A week before, at the same hour on the wall."""
    start = meeting.local_start
    return at_wall_clock(start.date() - EARLIER, start.time(), meeting.zone)


def may_be_prepared(meeting: Meeting) -> bool:
    """There is time for a preparatory meeting, and none is planned yet."""
    has_time = meeting.is_open and not meeting.prepares_id and preparatory_start(meeting) > timezone.now()
    return has_time and not meeting.preparatory_meetings.filter(cancelled_at=None).exists()


@transaction.atomic
def plan_preparatory(meeting: Meeting) -> tuple[Meeting, bool]:
    """Where those who co-facilitate prepare with the team, and whether it is new: pressed twice, it is one."""
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    planned = meeting.preparatory_meetings.filter(cancelled_at=None).first()
    if planned:
        return planned, False
    if not meeting.co_facilitators.exists():
        raise ValidationError(_("Name the members who co-facilitate first: they are who is invited."))
    if not meeting.is_open or preparatory_start(meeting) <= timezone.now():
        raise ValidationError(_("A week before is already past: plan another date yourself."))
    start = preparatory_start(meeting)
    prepared = Meeting.objects.create(
        community=meeting.community,
        kind=Meeting.Kind.PREPARATORY,
        mode=Meeting.Mode.ONLINE,
        title=(_("Preparing: %(meeting)s") % {"meeting": meeting.heading})[:160],
        objective=_("Agree on who does what, on the topics and on the agenda."),
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=max(SHORTEST, min(meeting.length_in_minutes, 60))),
        link=meeting.link,
        prepares=meeting,
    )
    prepared.facilitators.set(meeting.facilitators.all())
    return prepared, True


def takes_part(meeting: Meeting, person) -> bool:
    """Whether somebody is expected as a participant, or facilitates: the notes are better entrusted to another."""
    if person is None:
        return False
    if meeting.facilitators.filter(pk=person.pk).exists():
        return True
    return meeting.community.memberships.active().filter(user=person).exists()
