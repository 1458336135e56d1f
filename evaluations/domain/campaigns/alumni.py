"""What a community asks of those who left one year and three years ago, once a year and all together: so few leave
at a time that, asked one by one, nobody could be told anything.

It is a campaign as the annual one is, with its ballot box, its threshold and its release. Who is asked is known by
number only.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from communities.domain.members import asked_later, consents
from communities.models import LEADING, Community, Membership, Purpose, RoleAssignment
from evaluations.domain.campaigns import campaigns
from evaluations.domain.surveys.eligible import SOON_AGAIN
from evaluations.models import Campaign

REMINDERS = 1


def fresh(community: Community, today: dt.date | None = None) -> Campaign:
    """The next time to prepare, not saved: as soon as people are there, a year after the last at the earliest."""
    last = community.campaigns.of_alumni().first()  # type: ignore[attr-defined]
    today = today or timezone.localdate()
    lasts = last.closes_on - last.opens_on if last else campaigns.LASTS
    opens_on = max(today, last.opens_on + dt.timedelta(weeks=52)) if last else today
    opens_on = campaigns.when_people_are_here(opens_on, lasts)
    year = max(opens_on.year, last.year + 1) if last else opens_on.year
    return Campaign(
        kind=Campaign.Kind.ALUMNI,
        community=community,
        year=year,
        opens_on=opens_on,
        closes_on=opens_on + lasts,
        reminders=REMINDERS,
        words=last.words if last else "",
    )


@dataclass(frozen=True)
class Awaited:
    """Of one community, how many would be asked today."""

    n: int
    threshold: int
    last_on: dt.date | None  # when they were asked the last time

    @property
    def is_due(self) -> bool:
        """Enough of them to tell something, and a year after the last time."""
        return self.is_enough and not self.again_on

    @property
    def is_enough(self) -> bool:
        """Fewer are not counted on a page: one would see who agreed."""
        return self.n >= self.threshold

    @property
    def again_on(self) -> dt.date | None:
        """The first day of the next time, while it is to come."""
        day = self.last_on + SOON_AGAIN if self.last_on else None
        return day if day and timezone.localdate() < day else None


def agreeing(community: Community) -> int:
    """How many agree to be asked later, gone already or not, and are still to be asked."""
    return asked_later.waiting().filter(community=community).count()


def awaited(community: Community) -> Awaited:
    return awaited_in([community])[community.pk]


def awaited_in(communities: Iterable[Community]) -> dict[int, Awaited]:
    """In three questions for all of them; one only where nobody agreed."""
    communities = list(communities)
    today, places = timezone.localdate(), [community.pk for community in communities]
    gone: dict[int, list[tuple[int, dt.date]]] = defaultdict(list)
    agreed = asked_later.agreeing().filter(community__in=places, gone_on__isnull=False)
    for place, person, day in agreed.order_by().values_list("community", "user", "gone_on"):
        gone[place].append((person, day))
    last: dict[int, dt.date] = {}
    leading: set[tuple[int | None, int]] = set()
    if gone:
        opened = Campaign.objects.of_alumni().filter(community__in=places, survey__isnull=False)
        last = dict(
            opened.order_by().values("community").annotate(last=Max("opens_on")).values_list("community", "last")
        )
        held = RoleAssignment.objects.in_force().filter(role__in=LEADING, community__in=places)
        leading = set(held.values_list("community", "user"))
    return {
        community.pk: Awaited(
            sum(
                asked_later.is_asked(day, today, last.get(community.pk)) and (community.pk, person) not in leading
                for person, day in gone[community.pk]
            ),
            community.anonymity_threshold,
            last.get(community.pk),
        )
        for community in communities
    }


# ---------------------------------------------------------------- by name, apart from any answer (N4)


@transaction.atomic
def wish_for_news(membership: Membership) -> None:
    """To today's sentence, from today on: what was agreed to before leaving may be near its end."""
    consents.withdraw_consent(membership, Purpose.ALUMNI_CONTACT)
    consents.give(membership, Purpose.ALUMNI_CONTACT)


def decline_news(membership: Membership) -> None:
    consents.withdraw_consent(membership, Purpose.ALUMNI_CONTACT)


class Choices:
    """What somebody who left agrees to."""

    def __init__(self, membership: Membership) -> None:
        given = consents.granted_among([membership])[membership.pk]
        self.news = Purpose.ALUMNI_CONTACT in given
        self.is_asked = Purpose.ALUMNI_SURVEY in given
        self.of_news = consents.wording_of(Purpose.ALUMNI_CONTACT)
