"""At how many meetings an organisation was represented."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Prefetch, Q

from communities.domain.organisations import representing
from communities.models import Membership, Organisation, Representation
from meetings.models import Attendance, Meeting


def meetings_attended(organisation: Organisation, communities: list[int]) -> dict[int, tuple[int, int]]:
    """Community → meetings where any of its representatives of that day was present, of all that were recorded since
    it has been represented."""
    past = list(Representation.objects.filter(membership__community__in=communities).order_by("ends_on", "pk"))
    concerned = {p.membership_id for p in past if p.organisation_id == organisation.pk}
    theirs = Q(organisation=organisation) | Q(pk__in=concerned)
    people = {m.pk: m for m in Membership.objects.filter(theirs, community__in=communities)}
    history = representing.by_membership(past)
    began = _began(people.values(), history, organisation)
    present = Attendance.objects.filter(membership__in=people, status=Attendance.Status.PRESENT)
    is_recorded = Q(attendances__status=Attendance.Status.PRESENT) | Q(attendance_confirmed_at__isnull=False)
    recorded = Meeting.objects.held().regular().filter(is_recorded, community__in=communities).distinct()
    recorded = recorded.select_related("community").prefetch_related(Prefetch("attendances", present, "here"))
    counts: dict[int, list[int]] = {pk: [0, 0] for pk in communities}
    for meeting in recorded:
        day = meeting.local_start.date()
        came = any(
            representing.organisation_on(day, people[pk].organisation_id, people[pk].represents_since, history[pk])
            == organisation.pk
            for pk in (attendance.membership_id for attendance in meeting.here)
        )
        if came or began[meeting.community_id] <= day:
            counts[meeting.community_id][1] += 1
            counts[meeting.community_id][0] += came
    return {pk: (came, held) for pk, (came, held) in counts.items()}


def _began(members: Iterable[Membership], history: dict, organisation: Organisation) -> dict[int, dt.date]:
    """The first day it was represented in each community."""
    found: dict[int, dt.date] = defaultdict(lambda: dt.date.max)
    for m in members:
        days = [p.starts_on or m.joined_on for p in history[m.pk] if p.organisation_id == organisation.pk]
        if m.organisation_id == organisation.pk:
            days.append(m.represents_since or m.joined_on)
        found[m.community_id] = min([found[m.community_id], *(d for d in days if d)])
    return found
