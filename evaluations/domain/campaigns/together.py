"""The annual evaluations of all the communities one coordinates: launched in one press, each on its own dates, then
read side by side on the questions that all of them asked, grouped by profile and never ranked (E22)."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.domain.charter import objectives
from communities.models import Community, Objective, Policies
from communities.models.profiles import by_profile
from evaluations.domain.campaigns import campaigns
from evaluations.domain.campaigns.results import CampaignResults
from evaluations.domain.surveys import eligible
from evaluations.domain.surveys.results import Shown
from evaluations.models import AnnualReport, Campaign

# Of every theme but the facilitation, which reaches whoever facilitates first.
COMPARED = ("M2A", "M11", "M12", "M13", "M15", "M20", "M21")
MEANWHILE = _("Somebody prepared it meanwhile: its dates are theirs. Look again, then launch it.")


@dataclass
class Line:
    """One community in the year that is launched: its campaign, which is not saved while nobody prepared it."""

    community: Community
    campaign: Campaign
    asked: int
    objectives: list[Objective] = field(default_factory=list)
    report: AnnualReport | None = None  # the last one published: what it decided for this year

    @property
    def is_new(self) -> bool:
        return self.campaign.pk is None

    @property
    def can_be_launched(self) -> bool:
        return self.is_new or (self.campaign.is_prepared and not self.campaign.waits_for_its_day())

    @property
    def warnings(self) -> list[str]:
        return list(campaigns.warnings_of_dates(self.campaign))

    @property
    def review_is_due(self) -> bool:
        months, today = Policies.of(self.community).objectives_reviewed_every, timezone.localdate()
        return any(objectives.review_due_on(one.reviewed_on, months) <= today for one in self.objectives)


def lines_of(user: User) -> list[Line]:
    """Of the living communities whose campaigns this person runs, by name; the questions asked do not follow their
    number."""
    found = Community.objects.active().led_by(user).select_related("programme", "policies").order_by("name")
    pursued = Objective.objects.filter(state=Objective.State.ACTIVE).order_by("pk")
    started = Campaign.objects.annual().select_related("survey__ballot_box")
    published = AnnualReport.objects.published().order_by("-year", "-version")
    communities = found.prefetch_related(
        Prefetch("objectives", pursued, to_attr="pursued"),
        Prefetch("campaigns", started, to_attr="started"),
        Prefetch("reports", published, to_attr="published"),
    )
    run = [one for one in communities if user.has_perm("evaluations.run_campaign", one)]
    asked = eligible.how_many_in(run)
    return [_line(community, asked.get(community.pk, 0)) for community in run]


def _line(community: Any, asked: int) -> Line:
    campaign = next((one for one in community.started if not one.is_closed), None)
    campaign = campaign or campaigns.following(community, community.started[0] if community.started else None)
    campaign.community = community
    report = community.published[0] if community.published else None
    return Line(community, campaign, asked, community.pursued, report)


@transaction.atomic
def launch(line: Line, opens_on: dt.date, closes_on: dt.date, *, reviewed: bool, by: User) -> bool:
    """Prepare it if nobody did, on these dates, and launch it; whether it is open now. `reviewed`: the objectives that
    it asks of were read again, and stay as they are. Refuses where a colleague chose other dates since the line was
    read."""
    typed = {"opens_on": opens_on, "closes_on": closes_on}
    campaign, read = line.campaign, (line.campaign.opens_on, line.campaign.closes_on)
    if line.is_new:
        more = {name: getattr(campaign, name) for name in ("words", "reminders", "days_between")}
        campaign, read = campaigns.prepare(line.community, campaign.year, {**typed, **more}, by), (opens_on, closes_on)
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if (held.opens_on, held.closes_on) != read:
        raise ValidationError(MEANWHILE)
    Campaign.objects.filter(pk=held.pk, survey=None).update(**typed)
    if reviewed:
        objectives.review(line.community, by=by, faults={})
    return campaigns.launch(campaign, by)


# ---------------------------------------------------------------- read side by side


def years_told(user: User) -> list[int]:
    """Those of which something is told, the last first."""
    return list(
        Campaign.objects.annual().told().visible_to(user).order_by("-year").values_list("year", flat=True).distinct()
    )


@dataclass(frozen=True)
class Told:
    """One community's year: the compared questions, in the order of the columns; an empty one was not told."""

    campaign: Campaign
    cells: list[str]


class SideBySide:
    """The closed evaluations of one year that this person may read."""

    def __init__(self, user: User, year: int) -> None:
        told = Campaign.objects.annual().told().visible_to(user).filter(year=year).order_by("community__name")
        rows = told.select_related("community", "survey__release", "survey__questionnaire")
        self.told = [one for one in rows if user.has_perm("evaluations.read_figures", one.community)]

    @cached_property
    def _results(self) -> list[dict[str, Shown]]:
        return [{one.told.code: one for one in CampaignResults(campaign).shown} for campaign in self.told]

    @cached_property
    def wordings(self) -> dict[str, str]:
        """Code → wording of the compared questions that at least one of them asked, in the order of the columns."""
        asked = {code: shown.question.wording for some in self._results for code, shown in some.items()}
        return {code: asked[code] for code in COMPARED if code in asked}

    @property
    def groups(self) -> list[tuple[str, list[Told]]]:
        told = [
            Told(campaign, [shown[code].headline if code in shown else "" for code in self.wordings])
            for campaign, shown in zip(self.told, self._results, strict=True)
        ]
        return by_profile(told, lambda one: one.campaign.community)
