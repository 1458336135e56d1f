"""Where a community reaches: its members, or the organisations they stand for, by administrative region."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from communities.models import Community, Membership
from communities.models.territories import REGIONS, SHORT_NAMES, region_of

MONTREAL = "06"
LEVELS = (0, 1, 3, 6, 11)  # from how many on a tile is darker: few, several, many


@dataclass(frozen=True)
class Tile:
    """One region of the map, at its place (see `.tile-06` in life.css)."""

    number: str
    n: int

    @property
    def name(self) -> str:
        return REGIONS[self.number]

    @property
    def short(self) -> str:
        return SHORT_NAMES[self.number]

    @property
    def level(self) -> int:
        return sum(self.n >= least for least in LEVELS) - 1


@dataclass(frozen=True)
class Reach:
    tiles: list[Tile]
    unknown: int  # no region said, or none that is known
    is_of_people: bool

    @property
    def known(self) -> int:
        return sum(tile.n for tile in self.tiles)

    @property
    def reached(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.n]

    @property
    def outside(self) -> int:
        """Out of the region of Montréal."""
        return sum(tile.n for tile in self.tiles if tile.number != MONTREAL)


def reach_of(community: Community) -> Reach:
    """By the region written for each active member, or else that of their organisation. An organisation with people in
    two regions is in both."""
    rows = Membership.objects.active().filter(community=community).order_by()
    named: defaultdict[int, set[str | None]] = defaultdict(set)
    people: Counter[str | None] = Counter()
    for region, organisation, territory in rows.values_list("region", "organisation", "organisation__territory"):
        where = region_of(region) or region_of(territory or "")
        people[where] += 1
        if organisation:
            named[organisation].add(where)
    counted = people if community.is_of_individuals else _of_organisations(named)
    tiles = [Tile(number, counted[number]) for number in REGIONS]
    return Reach(tiles, counted[None], community.is_of_individuals)


def _of_organisations(named: dict[int, set[str | None]]) -> Counter[str | None]:
    """What is not known of one of its people says nothing where another's region is."""
    counted: Counter[str | None] = Counter()
    for regions in named.values():
        counted.update((regions - {None}) or {None})
    return counted
