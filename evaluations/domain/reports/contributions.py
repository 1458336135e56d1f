"""Whose time it took, from where people came, and what meeting online spared: of the meetings of a year that count."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import normalised
from communities.models import Membership, Organisation
from communities.models.territories import REGIONS
from evaluations.domain.indicators import Year
from evaluations.domain.indicators.measures import FEWEST
from evaluations.domain.indicators.year import Presence
from meetings.models import Meeting

HOME = "06"  # Montréal, where the meetings in person are held
# From the main town of each region to Montréal, in kilometres by road.
ROADS = {
    "01": 540, "02": 465, "03": 255, "04": 140, "05": 155, "06": 10, "07": 200, "08": 635, "09": 670, "10": 700,
    "11": 930, "12": 250, "13": 20, "14": 75, "15": 60, "16": 25, "17": 115,
}  # fmt: skip
SPEED = 70  # km/h, towns and highways together
PER_KM = 50  # cents


@dataclass(frozen=True)
class OrganisationHours:
    name: str
    minutes: int
    meetings: int


@dataclass(frozen=True)
class RegionReach:
    name: str
    people: int


@dataclass(frozen=True)
class Travel:
    """What people did not travel, as an estimate: a return trip from the main town of their region for each presence
    online. `people` is of how many different people."""

    people: int = 0
    presences: int = 0
    kilometres: int = 0
    unknown: int = 0  # presences online of people whose region is not written

    @property
    def is_told(self) -> bool:
        return self.people >= FEWEST and self.kilometres > 0

    @property
    def minutes(self) -> int:
        return round(self.kilometres / SPEED) * 60

    @property
    def cents(self) -> int:
        """To the nearest ten dollars: it is an estimate."""
        return round(self.kilometres * PER_KM / 1000) * 1000


@dataclass(frozen=True)
class Contributions:
    hours: tuple[OrganisationHours, ...] = ()  # in the order of the alphabet: nobody is ranked
    without_organisation: int = 0  # minutes
    guests: int = 0  # minutes of guests, counted by head
    regions: tuple[RegionReach, ...] = ()  # those of five people or more, most people first
    few: tuple[str, ...] = ()  # the others, told together or not at all (`few_named`)
    few_people: int = 0
    unknown: int = 0  # people whose region is not written
    new_outside: int | None = None  # organisations from outside Montréal, met for the first time
    travel: Travel = field(default_factory=Travel)

    @property
    def total(self) -> int:
        """In minutes."""
        return sum(one.minutes for one in self.hours) + self.without_organisation + self.guests

    @property
    def rows_of_two(self) -> list[list[tuple[str, int]]]:
        """Name and minutes, two a row, down the page then across; the last row is filled."""
        every = [(one.name, one.minutes) for one in self.hours]
        every += [(_("Members without an organisation"), self.without_organisation)] * bool(self.without_organisation)
        every += [(_("Guests, counted by head"), self.guests)] * bool(self.guests)
        half = -(-len(every) // 2)
        right = [*every[half:], ("", 0)]
        return [[left, right[place]] for place, left in enumerate(every[:half])]

    @property
    def few_named(self) -> tuple[str, ...]:
        """Those of few people, where together they are many enough for none to be known to be of one or two: of as
        many people as regions, each has one; of one more, none has three."""
        return self.few if self.few_people >= max(FEWEST, len(self.few) + 2) else ()

    @property
    def elsewhere(self) -> int:
        """People of regions that are not named, told with those whose region is not written."""
        return self.unknown + (0 if self.few_named else self.few_people)

    @property
    def number_of_regions(self) -> int:
        return len(self.regions) + len(self.few_named)


def contributions_of(figures: Year) -> Contributions:
    """From the presences that were read with the figures, in two queries."""
    came = figures.presences
    if not came:
        return Contributions(guests=figures.guest_minutes)
    members = {presence.membership for presence in came}
    regions = _regions(members)
    people = Counter(regions[pk] for pk in members if pk in regions)
    told = {number: n for number, n in people.items() if n >= FEWEST}
    few = sorted(number for number in people if number not in told)
    return Contributions(
        hours=tuple(_hours(came)),
        without_organisation=sum(presence.minutes for presence in came if not presence.organisation),
        guests=figures.guest_minutes,
        regions=tuple(RegionReach(REGIONS[number], n) for number, n in sorted(told.items(), key=lambda one: -one[1])),
        few=tuple(REGIONS[number] for number in few),
        few_people=sum(people[number] for number in few),
        unknown=len(members) - sum(people.values()),
        new_outside=_new_outside(figures, regions),
        travel=_travel(came, regions),
    )


def _hours(came: Iterable[Presence]) -> Iterable[OrganisationHours]:
    minutes: dict[int, int] = defaultdict(int)
    meetings: dict[int, set[int]] = defaultdict(set)
    for presence in came:
        if presence.organisation:
            minutes[presence.organisation] += presence.minutes
            meetings[presence.organisation].add(presence.meeting)
    for organisation in Organisation.objects.filter(pk__in=minutes).order_by("sort_key", "pk"):
        yield OrganisationHours(organisation.name, minutes[organisation.pk], len(meetings[organisation.pk]))


def _regions(members: set[int]) -> dict[int, str]:
    """Membership → the number of its region, where what is written is one of Québec's."""
    numbers = {normalised(name): number for number, name in REGIONS.items()}
    written = Membership.objects.filter(pk__in=members).exclude(region="").values_list("pk", "region")
    return {pk: numbers[normalised(region)] for pk, region in written if normalised(region) in numbers}


def _new_outside(figures: Year, regions: dict[int, str]) -> int | None:
    """None where no region is known: « none » would be a claim."""
    if not regions:
        return None
    outside = {
        presence.organisation
        for presence in figures.presences
        if presence.organisation and regions.get(presence.membership, HOME) != HOME
    }
    return len(outside & figures.new_organisations)


def _travel(came: Iterable[Presence], regions: dict[int, str]) -> Travel:
    """Of meetings held online alone: at a hybrid one, nobody can say who was in the room in every record."""
    online = [presence for presence in came if presence.mode == Meeting.Mode.ONLINE]
    known = [presence for presence in online if presence.membership in regions]
    return Travel(
        people=len({presence.membership for presence in known}),
        presences=len(known),
        kilometres=sum(2 * ROADS[regions[presence.membership]] for presence in known),
        unknown=len(online) - len(known),
    )
