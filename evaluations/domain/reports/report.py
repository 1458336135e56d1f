"""The contents of an annual report: a community's year gathered once, kept as JSON, told the same ever after."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from cmtl import languages
from cmtl.json_dataclasses import from_json, to_json
from communities.models import Community, Outcome, Partner, RecordSheet
from communities.models.profiles import Profile
from evaluations.domain import indicators
from evaluations.domain.reports import gathering, quoting
from evaluations.domain.reports.annual_answers import AnnualAnswers, annual_answers
from evaluations.domain.reports.contributions import Contributions, contributions_of
from evaluations.domain.reports.costs import Costs, costs_of
from evaluations.domain.reports.follow_up_count import FollowUpCount, follow_up_count
from evaluations.domain.reports.parts import (
    Change,
    CoOrganiser,
    Discussed,
    MeetingHighlights,
    OutcomeSummary,
    PooledCosts,
    RatedFactor,
    RatedObjective,
    ToldInfluence,
)
from evaluations.domain.reports.year_answers import Answered, year_answers
from evaluations.domain.reports.year_before import YearBefore, year_before
from evaluations.models import AnnualReport


@dataclass(frozen=True)
class CommunityYear:
    """All a report says, but for the words people write in it."""

    name: str
    profile: str
    programme: str
    programme_objectives: str
    purpose: str
    territory: str
    facilitators: tuple[str, ...]
    expects_everyone: bool
    is_of_individuals: bool
    threshold: int
    gathered_on: dt.date
    figures: indicators.Year
    answers: tuple[Answered, ...]
    objectives: tuple[RatedObjective, ...]
    topics: tuple[Discussed, ...]
    kept: tuple[MeetingHighlights, ...]
    unshared: int = 0  # meetings whose notes the group has not read: left out
    method: int = indicators.METHOD
    outcomes: tuple[OutcomeSummary, ...] = ()  # none in reports published before the register
    co_organisers: tuple[CoOrganiser, ...] = ()
    time: indicators.TimeSpent = field(default_factory=indicators.TimeSpent)
    influences: tuple[ToldInfluence, ...] = ()
    annual: AnnualAnswers = field(default_factory=AnnualAnswers)
    testimonials: tuple[quoting.Quote, ...] = ()
    before: YearBefore | None = None  # none in reports published before the two stood side by side, as those below
    contributions: Contributions = field(default_factory=Contributions)
    costs: Costs = field(default_factory=Costs)
    pooled: PooledCosts = field(default_factory=PooledCosts)
    factors: tuple[RatedFactor, ...] = ()
    follow_ups: FollowUpCount = field(default_factory=FollowUpCount)
    changes: tuple[Change, ...] = ()
    funders: tuple[CoOrganiser, ...] = ()
    under_way: tuple[Change, ...] = ()  # none in reports published before the page for members
    family: str = ""  # of Concertation Montréal's projects

    @classmethod
    def gather(
        cls, community: Community, year: int, today: dt.date | None = None, *, quoted: Collection[int] = ()
    ) -> "CommunityYear":
        """`quoted` are the testimonials that whoever writes the report chose."""
        today = today or timezone.localdate()
        counted = indicators.over([community], (year - 1, year), today=today, in_depth=True)[community.pk]
        figures = counted[year]
        sheet = RecordSheet.of(community)
        kept, unshared = gathering.highlights_of(community, year)
        annual, attained = annual_answers(community, year)
        objectives = tuple(gathering.rated_objectives(community, year, figures.surveys, attained))
        beside = {objective.wording for objective in objectives}
        elsewhere = [said for wording, said in attained.items() if wording not in beside]
        annual = replace(annual, questions=(*elsewhere, *annual.questions))
        return cls(
            name=community.name,
            profile=community.profile,
            programme=community.programme.name if community.programme else "",
            programme_objectives=community.programme.objectives if community.programme else "",
            purpose=community.purpose,
            territory=", ".join(sheet.reaches),
            facilitators=gathering.led_by(community, year),
            expects_everyone=community.expects_everyone,
            is_of_individuals=community.is_of_individuals,
            threshold=community.anonymity_threshold,
            gathered_on=today,
            figures=figures,
            answers=tuple(year_answers(figures.surveys, community)),
            objectives=objectives,
            topics=tuple(gathering.topics_of(community, year)),
            kept=tuple(kept),
            unshared=unshared,
            co_organisers=tuple(gathering.partners_with(Partner.Role.CO_ORGANISER, community, year)),
            outcomes=tuple(gathering.outcomes_of(community, year)),
            influences=tuple(gathering.influences_of(community, year)),
            annual=annual,
            testimonials=quoting.quotes(community, quoted),
            time=indicators.time_spent([turnout.meeting for turnout in figures.turnouts]),
            before=year_before(community, counted[year - 1]),
            contributions=contributions_of(figures),
            costs=costs_of(community, figures),
            pooled=gathering.pooled_costs(community, year),
            factors=gathering.rated_factors(community, year),
            follow_ups=follow_up_count(community, year),
            changes=gathering.changes_done(community, year),
            funders=tuple(gathering.partners_with(Partner.Role.FUNDER, community, year)),
            under_way=gathering.changes_under_way(community),
            family=sheet.family,
        )

    def to_json(self) -> dict:
        return to_json(self)

    @classmethod
    def from_json(cls, kept: dict) -> "CommunityYear":
        return from_json(cls, kept)

    @property
    def profile_label(self) -> str:
        return str(Profile(self.profile).label)

    @property
    def decisions(self) -> list[str]:
        """The latest three, for the page that says it all."""
        return [text for meeting in self.kept for text in meeting.decisions][-3:]

    @property
    def decided(self) -> list[tuple[str, dt.date]]:
        """Each decision with its day, the latest first."""
        return [(text, meeting.day) for meeting in reversed(self.kept) for text in reversed(meeting.decisions)]

    @property
    def quotes(self) -> list[tuple[str, dt.date]]:
        """What meetings left, the latest first, one a meeting."""
        return [(meeting.highlights[-1], meeting.day) for meeting in reversed(self.kept) if meeting.highlights]

    @property
    def funds(self) -> int:
        """What was obtained, in cents: what was only filed is asked for."""
        return sum(outcome.amount or 0 for outcome in self.outcomes if outcome.is_obtained)

    @property
    def funds_asked(self) -> int:
        return sum(outcome.amount or 0 for outcome in self.outcomes if not outcome.is_obtained)

    @property
    def key_figures(self) -> list[indicators.Measure]:
        """Five: presence, reach or assiduity as the group's policy asks, core, response; organisations where any."""
        codes = ["P1", "P3" if self.expects_everyone else "P2", "P4", "P9" if self.is_of_individuals else "P8", "P11s"]
        return [self.figures.by_code[code] for code in codes if code in self.figures.by_code]

    @property
    def numbered_funders(self) -> list[tuple[CoOrganiser, int]]:
        """Each with its place among the logos (`told_logos`), the co-organisers first."""
        return [(one, number) for number, one in enumerate(self.funders, len(self.co_organisers))]

    @property
    def keys(self) -> list[tuple[indicators.Measure, indicators.Measure | None]]:
        """Each key figure with that of the year before, where it is known."""
        before = self.before.figures.by_code if self.before else {}
        known = {code: measure for code, measure in before.items() if measure.is_known}
        return [(measure, known.get(measure.code)) for measure in self.key_figures]

    @property
    def participation(self) -> list[indicators.Measure]:
        return [m for m in self.figures.measures if not m.indicator.is_on_answers]

    @property
    def tells_around(self) -> bool:
        """Neither in reports kept before these figures, nor while nothing was held."""
        return bool(self.figures.around) and bool(self.figures.held)

    @property
    def response_rates(self) -> list[indicators.Measure]:
        return [m for m in self.figures.measures if m.indicator.is_on_answers]

    @property
    def expected(self) -> list[OutcomeSummary]:
        return [outcome for outcome in self.outcomes if outcome.is_expected]

    @property
    def unexpected(self) -> list[OutcomeSummary]:
        return [outcome for outcome in self.outcomes if not outcome.is_expected]

    @property
    def what_helped(self) -> list[ToldInfluence]:
        return [one for one in self.influences if one.helped]

    @property
    def what_hindered(self) -> list[ToldInfluence]:
        return [one for one in self.influences if not one.helped]

    @property
    def outcomes_by_kind(self) -> list[tuple[str, int]]:
        return _by_choice(Outcome.Kind, [outcome.kind for outcome in self.outcomes])

    @property
    def advances(self) -> list[tuple[str, int]]:
        """What partners who already shared a project gained for it."""
        return _by_choice(Outcome.Advance, [outcome.advance for outcome in self.outcomes])

    @property
    def modes(self) -> list[tuple[str, int]]:
        """How many meetings in each mode."""
        found: dict[str, int] = defaultdict(int)
        for turnout in self.figures.turnouts:
            found[turnout.mode_label] += 1
        return list(found.items())


def pdf_source(community: Community, year: int, report: AnnualReport | None = None) -> tuple[str, dict]:
    """Template and context of the PDF: of the report as published or, before that, as it would be."""
    if report is None:
        report = AnnualReport.objects.published().filter(community=community, year=year).first()
    report = report or AnnualReport(community=community, year=year)
    told = told_by(report)
    language = languages.active()
    return "evaluations/reports/report_pdf.html", {
        "report": report,
        "told": told,
        "year": str(year),
        "language": language,
        "on_paper": True,
    }


def told_by(report: AnnualReport) -> CommunityYear:
    """Frozen once published, live before. Of testimonials, those alone that may be shown today."""
    if report.published_at and report.figures:
        told = CommunityYear.from_json(report.figures)
        return replace(told, testimonials=quoting.still(report.community, told.testimonials))
    return CommunityYear.gather(report.community, report.year, quoted=report.quoted)


def told_logos(report: AnnualReport) -> tuple[CoOrganiser, ...]:
    """Those of `told_by`, co-organisers then funders, without gathering the year for them."""
    if report.published_at and report.figures:
        told = CommunityYear.from_json(report.figures)
        return (*told.co_organisers, *told.funders)
    roles = (Partner.Role.CO_ORGANISER, Partner.Role.FUNDER)
    return tuple(one for role in roles for one in gathering.partners_with(role, report.community, report.year))


def _by_choice(choices: Any, found: list[str]) -> list[tuple[str, int]]:
    """How many of each, in the order of the choices, those without any left out."""
    return [(str(one.label), found.count(one.value)) for one in choices if one.value in found]
