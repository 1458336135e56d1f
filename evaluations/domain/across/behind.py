"""What is behind a figure: the meetings, the people or the organisations it was counted from, for those who may see
them. Behind a figure of answers stand the releases alone, where each tells what it may."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import User
from communities.models import Community, Membership, Organisation
from evaluations.domain import indicators
from evaluations.domain.across import definitions
from evaluations.domain.across.definitions import Definition
from evaluations.domain.across.multiples import WORTH, Figure
from evaluations.domain.indicators import INDICATORS, Turnout, Year
from evaluations.domain.reports.frozen import as_published
from evaluations.models import Survey
from meetings.models import Meeting

OF_PEOPLE = ("P2", "P3", "P4")  # counted over members: those who came at least once are named, and nothing more


@dataclass(frozen=True)
class Counted:
    """A meeting of the year, and its page where one may open it."""

    turnout: Turnout
    address: str


@dataclass(frozen=True)
class Behind:
    community: Community
    user: User
    definition: Definition
    year: Year
    before: Year
    now: Figure = field(repr=False)

    @classmethod
    def of(cls, community: Community, code: str, year: int, user: User) -> "Behind | None":
        """None where there is no such figure, or none for such a community."""
        if code != WORTH and code not in INDICATORS:
            return None
        years = as_published(indicators.over([community], (year - 1, year)))[community.pk]
        figure = Figure.of(years[year], code)
        if figure is None:
            return None
        return cls(community, user, definitions.of_code(code), years[year], years[year - 1], figure)

    @property
    def is_frozen(self) -> bool:
        """The figure is that of a published report; the meetings below are as they are recorded today."""
        return self.year.published_held is not None

    @property
    def then(self) -> Figure | None:
        found = Figure.of(self.before, self.definition.code)
        return found if found and found.between else None

    @property
    def target(self) -> str:
        """Only where members commit to every meeting."""
        measure = self.year.by_code.get(self.definition.code)
        return measure.target if measure and self.community.expects_everyone else ""

    # ------------------------------------------------------------ attendance

    @cached_property
    def meetings(self) -> list[Counted]:
        """Those that count, oldest first; nothing for a figure of answers."""
        return [] if self.definition.is_on_answers else self._with_pages(self.year.turnouts)

    @cached_property
    def apart(self) -> list[Counted]:
        """Held, and not counted: trainings, preparatory meetings."""
        return [] if self.definition.is_on_answers else self._with_pages(self.year.apart)

    def _with_pages(self, turnouts: Sequence[Turnout]) -> list[Counted]:
        if not turnouts:
            return []
        seen = Meeting.objects.visible_to(self.user).in_bulk([t.meeting for t in turnouts])
        return [Counted(t, seen[t.meeting].get_absolute_url() if t.meeting in seen else "") for t in turnouts]

    @cached_property
    def people(self) -> list[Membership]:
        """Who came at least once, by name, for those who read attendance name by name: never how often, which would
        be a mark on somebody."""
        sees = self.user.has_perm("communities.see_contacts", self.community)
        if self.definition.code not in OF_PEOPLE or not sees:
            return []
        came = Membership.objects.filter(community=self.community, user__in=self.year.people)
        return list(came.select_related("user", "organisation").order_by("user__sort_key", "pk"))

    @cached_property
    def organisations(self) -> list[Organisation]:
        if self.definition.code != "P8" or not self.user.has_perm("communities.see_people", self.community):
            return []
        return list(Organisation.objects.filter(pk__in=self.year.organisations).order_by("sort_key", "pk"))

    # ------------------------------------------------------------ answers

    @cached_property
    def releases(self) -> list[Survey]:
        """The evaluations of the year that were released, alone or with others; each page tells what it may."""
        if not self.definition.is_on_answers:
            return []
        told = Survey.objects.filter(pk__in=self.year.surveys).select_related("meeting__community")
        return list(told.order_by("meeting__starts_at"))
