"""Who may answer the evaluation of a meeting, of a year, or after having left, and whose answers count."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from django.db.models import Max, QuerySet
from django.utils import timezone

from communities.domain.members import asked_later
from communities.models import LEADING, Community, FormerMembership, Membership, RoleAssignment
from evaluations.domain.surveys.sealing import Ballot
from evaluations.models import Campaign, Survey
from meetings.domain.attendance.roster import staff_of
from meetings.models import Attendance, Meeting, RoomSeat

SOON_AGAIN = dt.timedelta(weeks=48)  # between two times that those who left are asked


def people_at(meeting: Meeting) -> QuerySet[Attendance]:
    """Those recorded present, without those who run the meeting, whose presence stays to be confirmed included."""
    return meeting.attendances.present().exclude(membership__user__in=staff_of(meeting))


def confirmed_at(meeting: Meeting) -> QuerySet[Attendance]:
    """The denominator of every rate, and the only ones whose typed name counts."""
    return people_at(meeting) & Attendance.objects.confirmed()


def members_of(community: Community) -> QuerySet[Membership]:
    """Who is asked once a year: its active members, but those who facilitate it: the others then speak freely."""
    return community.memberships.active().exclude(user__in=community.facilitators())


def asked_in(campaign: Campaign) -> QuerySet[Membership]:
    if not campaign.is_of_alumni:
        return members_of(campaign.community)
    asked = asked_later.asked_of(campaign.community, _asked_until(campaign), asked_last_on(campaign))
    return asked.exclude(user__in=campaign.community.facilitators())


def _asked_until(campaign: Campaign) -> dt.date:
    """The day it opened. One that is only prepared counts as if it opened today, whatever day is written on it: moved
    back and forth, that day would tell on which one somebody who agreed reaches their time."""
    return timezone.localdate(timezone=campaign.zone) if campaign.is_prepared else campaign.opens_on


def asked_last_on(campaign: Campaign) -> dt.date | None:
    """When its community asked those who left, before this time: whoever was asked then is asked again two years
    later, and not now. What was opened before it comes before it, whatever day was planned."""
    before = Campaign.objects.of_alumni().filter(community=campaign.community, survey__isnull=False)
    before = before.exclude(pk=campaign.pk)
    if not campaign.is_prepared:
        before = before.filter(survey__opened_at__lt=campaign.survey.opened_at)
    return before.aggregate(Max("opens_on"))["opens_on__max"]


def asked_again_on(campaign: Campaign) -> dt.date | None:
    """The first day when those who left may be asked again; None where they never were."""
    last = asked_last_on(campaign)
    return last + SOON_AGAIN if last else None


def how_many_in(communities: Iterable[Community]) -> dict[int, int]:
    """Community → how many `members_of` it are, in two questions for all of them."""
    communities = list(communities)
    leading = RoleAssignment.objects.in_force().filter(role__in=LEADING, community__in=communities)
    facilitate = set(leading.values_list("community", "user"))
    active = Membership.objects.active().filter(community__in=communities).values_list("community", "user")
    return Counter(community for community, user in active if (community, user) not in facilitate)


def how_many(survey: Survey) -> int:
    """People who could answer, as far as it is known while it is open."""
    if survey.campaign:
        return asked_in(survey.campaign).count()
    return people_at(survey.its_meeting).count()


def how_many_confirmed(survey: Survey) -> int:
    """The denominator of its rate."""
    return how_many(survey) if survey.campaign else confirmed_at(survey.its_meeting).count()


def who_count(survey: Survey, ballots: Iterable[Ballot]) -> list[Ballot]:
    """One ballot a person, two records of whom may have been merged since.

    A personal link proves who answers. A name typed in the room does not: its ballot counts if the presence of whoever
    it stands for is confirmed, and if that person has not answered by their own link."""
    ballots = list(ballots)
    person_of = people_behind(ballots)
    here = set(confirmed_at(survey.meeting).values_list("membership", flat=True)) if survey.meeting else set()
    kept: dict[object, Ballot] = {}
    for ballot in sorted(ballots, key=lambda ballot: ballot.room_seat is not None):  # personal links first
        person = person_of(ballot)
        if ballot.room_seat is None or person in here:
            kept.setdefault(person or object(), ballot)
    return list(kept.values())


def people_behind(ballots: Sequence[Ballot]) -> Callable[[Ballot], int | None]:
    """From a ballot to its membership of today; None for surveys opened before ballots told it."""
    former = FormerMembership.objects.filter(number__in=[ballot.seat for ballot in ballots if ballot.seat])
    merged_into = dict(former.values_list("number", "membership_id"))
    seats = RoomSeat.objects.filter(pk__in=[ballot.room_seat for ballot in ballots if ballot.room_seat])
    in_room = dict(seats.values_list("pk", "membership_id"))

    def person_of(ballot: Ballot) -> int | None:
        if ballot.room_seat is not None:
            return in_room.get(ballot.room_seat)
        return ballot.seat and merged_into.get(ballot.seat, ballot.seat)

    return person_of
