"""The communities that a coordinator follows: first those that need somebody, then those that follow their course."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.models import Community, RoleAssignment
from evaluations.domain.overview.board import Rated, in_words, rated
from evaluations.models import AnnualReport, Factor, FactorRating
from evaluations.web.today.page import CommunityLine, Today
from evaluations.web.today.to_do import LATE, SOON, ToDo
from meetings.models import Meeting

MOST = 3  # things to do in the card of a community; its page has the others


@dataclass
class Followed:
    """A community as its coordinator reads it in the morning."""

    line: CommunityLine
    factors: list[Rated]
    leads: list[str] = field(default_factory=list)
    next_meeting: Meeting | None = None
    report: tuple[str, str] = ("", "")  # the kind of chip, and its words
    to_do: list[ToDo] = field(default_factory=list)

    @property
    def community(self) -> Community:
        return self.line.community

    @property
    def needs_somebody(self) -> bool:
        return bool(self.line.decline) or any(item.urgency != SOON for item in self.to_do)

    @property
    def urgency(self) -> tuple:
        """The worst first: a decline, then what is late, then how much there is to do."""
        late = sum(item.urgency == LATE for item in self.to_do)
        return (not self.line.decline, -late, -len(self.to_do), self.community.name)

    @property
    def factors_label(self) -> str:
        return in_words(self.factors)

    @property
    def shown(self) -> list[ToDo]:
        return self.to_do[:MOST]

    @property
    def diagnosis(self) -> str:
        return reverse("evaluations:diagnosis", args=[self.community.pk])


class FollowedCommunities:
    """All of them, in five questions whatever their number."""

    def __init__(self, today: Today) -> None:
        self.today = today
        self.year = timezone.localdate(today.now).year - 1

    @cached_property
    def followed(self) -> list[Followed]:
        communities = [line.community for line in self.today.lines]
        factors, leads, coming = _factors(communities), _leads(communities), _coming(communities, self.today)
        published = self._published(communities)
        to_do = defaultdict(list)
        for item in self.today.to_do:
            to_do[item.community_id].append(item)
        found = [
            Followed(
                line,
                factors[line.community.pk],
                leads[line.community.pk],
                coming.get(line.community.pk),
                self._report(line.community, published),
                to_do[line.community.pk],
            )
            for line in self.today.lines
        ]
        return sorted(found, key=lambda followed: followed.urgency)

    @property
    def needing(self) -> list[Followed]:
        return [followed for followed in self.followed if followed.needs_somebody]

    @property
    def calm(self) -> list[Followed]:
        return [followed for followed in self.followed if not followed.needs_somebody]

    @property
    def elsewhere(self) -> list[ToDo]:
        """What belongs to no community that is shown."""
        shown = {followed.community.pk for followed in self.followed}
        return [item for item in self.today.to_do if item.community_id not in shown]

    def _published(self, communities: list[Community]) -> set[int]:
        reports = AnnualReport.objects.published().filter(community__in=communities, year=self.year)
        return set(reports.values_list("community", flat=True))

    def _report(self, community: Community, published: set[int]) -> tuple[str, str]:
        if community.pk in published:
            return "ok", pgettext("report", "published")
        return ("warn", _("to publish")) if community.lacks_report else ("", _("no meeting"))


def _factors(communities: list[Community]) -> dict[int, list[Rated]]:
    ratings = FactorRating.objects.filter(community__in=communities).order_by("rated_on", "pk")
    latest = {(rating.community_id, rating.factor): rating for rating in ratings}
    return {c.pk: [rated(factor, latest.get((c.pk, factor))) for factor in Factor] for c in communities}


def _leads(communities: list[Community]) -> dict[int, list[str]]:
    found = defaultdict(list)
    roles = RoleAssignment.objects.leading_for_good().filter(community__in=communities).select_related("user")
    for role in roles.order_by("pk"):
        found[role.community_id].append(role.user.full_name)
    return found


def _coming(communities: list[Community], today: Today) -> dict[int, Meeting]:
    coming = Meeting.objects.upcoming(today.now).filter(community__in=communities).order_by("-starts_at")
    return {meeting.community_id: meeting for meeting in coming.select_related("community")}
