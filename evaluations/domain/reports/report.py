"""The contents of an annual report: a community's year gathered once, kept as JSON, told the same ever after."""

import base64
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cmtl import languages
from cmtl.json_dataclasses import from_json, to_json
from communities.models import Community, Objective, Outcome, Partner, RecordSheet
from communities.models.profiles import Profile
from evaluations.domain import indicators
from evaluations.domain.reports import quoting
from evaluations.domain.reports.annual_answers import AnnualAnswers, annual_answers
from evaluations.domain.reports.year_answers import Answered, answers_by_objective, year_answers
from evaluations.models import AnnualReport, Factor, Influence, ObjectiveRating
from meetings.domain.followup import minutes
from meetings.models import FollowUp, Meeting, Note, Topic

TOLD = (Note.Kind.HIGHLIGHT, Note.Kind.IDEA, Note.Kind.DECISION, Note.Kind.RESOURCE)


@dataclass(frozen=True)
class RatedObjective:
    wording: str
    kind: str
    indicator: str
    reviewed_on: dt.date
    level: str = ""
    comment: str = ""
    asked: tuple[Answered, ...] = ()  # the community's own questions about it
    members: tuple[Answered, ...] = ()  # how far along members say it is, once a year

    @property
    def kind_label(self) -> str:
        return str(Objective.Kind(self.kind).label)

    @property
    def level_label(self) -> str:
        return str(ObjectiveRating.Level(self.level).label) if self.level else ""


@dataclass(frozen=True)
class Discussed:
    title: str
    source: str
    day: dt.date | None

    @property
    def source_label(self) -> str:
        """Nothing for what was heard in an individual follow-up: among few, the source alone would tell who."""
        return "" if self.source == Topic.Source.FOLLOW_UP else str(Topic.Source(self.source).label)


@dataclass(frozen=True)
class MeetingHighlights:
    """What a meeting left, that its group has read."""

    title: str
    day: dt.date
    highlights: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutcomeSummary:
    """One outcome of the register, as its members read it there; `amount` is in cents."""

    title: str
    kind: str
    stage: str
    day: dt.date
    is_expected: bool
    amount: int | None = None
    advance: str = ""

    @property
    def kind_label(self) -> str:
        return str(Outcome.Kind(self.kind).label)

    @property
    def stage_label(self) -> str:
        return str(Outcome.Stage(self.stage).label)


@dataclass(frozen=True)
class ToldInfluence:
    """What helped or hindered, as whoever wrote the report took it; never who noted it."""

    kind: str
    text: str
    factor: str = ""

    @property
    def factor_label(self) -> str:
        return str(Factor(self.factor).label) if self.factor else ""


@dataclass(frozen=True)
class CoOrganiser:
    """An organisation that animates with ours; its logo is kept as it was the day the figures were frozen."""

    name: str
    png: str = ""  # base64, 60 kB at most before it (communities.domain.organisations.logos)

    @property
    def address(self) -> str:
        """The picture itself, for the PDF, which fetches nothing."""
        return f"data:image/png;base64,{self.png}"


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

    @classmethod
    def gather(
        cls, community: Community, year: int, today: dt.date | None = None, *, quoted: Collection[int] = ()
    ) -> "CommunityYear":
        """`quoted` are the testimonials that whoever writes the report chose."""
        today = today or timezone.localdate()
        figures = indicators.of([community], year, today=today, in_depth=True)[community.pk]
        kept, unshared = _highlights(community, year)
        annual, attained = annual_answers(community, year)
        objectives = tuple(_objectives(community, year, figures.surveys, attained))
        beside = {objective.wording for objective in objectives}
        elsewhere = [said for wording, said in attained.items() if wording not in beside]
        annual = replace(annual, questions=(*elsewhere, *annual.questions))
        return cls(
            name=community.name,
            profile=community.profile,
            programme=community.programme.name if community.programme else "",
            programme_objectives=community.programme.objectives if community.programme else "",
            purpose=community.purpose,
            territory=", ".join(RecordSheet.of(community).reaches),
            facilitators=tuple(person.full_name for person in community.facilitators().distinct()),
            expects_everyone=community.expects_everyone,
            is_of_individuals=community.is_of_individuals,
            threshold=community.anonymity_threshold,
            gathered_on=today,
            figures=figures,
            answers=tuple(year_answers(figures.surveys, community)),
            objectives=objectives,
            topics=tuple(_topics(community, year)),
            kept=tuple(kept),
            unshared=unshared,
            co_organisers=tuple(_co_organisers(community, year)),
            outcomes=tuple(_outcomes(community, year)),
            influences=tuple(_influences(community, year)),
            annual=annual,
            testimonials=quoting.quotes(community, quoted),
            time=indicators.time_spent([turnout.meeting for turnout in figures.turnouts]),
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
    def key_figures(self) -> list[indicators.Measure]:
        """Five: presence, reach or assiduity as the group's policy asks, core, response; organisations where any."""
        codes = ["P1", "P3" if self.expects_everyone else "P2", "P4", "P9" if self.is_of_individuals else "P8", "P11s"]
        return [self.figures.by_code[code] for code in codes if code in self.figures.by_code]

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
        return [one for one in self.influences if one.kind == Influence.Kind.HELPED]

    @property
    def what_hindered(self) -> list[ToldInfluence]:
        return [one for one in self.influences if one.kind == Influence.Kind.HINDERED]

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
    }


def told_by(report: AnnualReport) -> CommunityYear:
    """Frozen once published, live before. Of testimonials, those alone that may be shown today."""
    if report.published_at and report.figures:
        told = CommunityYear.from_json(report.figures)
        return replace(told, testimonials=quoting.still(report.community, told.testimonials))
    return CommunityYear.gather(report.community, report.year, quoted=report.quoted)


def told_logos(report: AnnualReport) -> tuple[CoOrganiser, ...]:
    """Those of `told_by`, without gathering the year for them."""
    if report.published_at and report.figures:
        return CommunityYear.from_json(report.figures).co_organisers
    return tuple(_co_organisers(report.community, report.year))


def _co_organisers(community: Community, year: int) -> Iterable[CoOrganiser]:
    partners = community.partners.during(year).filter(role=Partner.Role.CO_ORGANISER)
    for partner in partners.select_related("organisation"):
        yield CoOrganiser(partner.organisation.name, base64.b64encode(bytes(partner.logo or b"")).decode())


def _objectives(
    community: Community, year: int, surveys: tuple[int, ...], attained: dict[str, Answered]
) -> Iterable[RatedObjective]:
    """Those pursued that year: the active ones, and any that was rated."""
    asked = answers_by_objective(community, year, surveys)
    ratings = {r.objective_id: r for r in ObjectiveRating.objects.filter(objective__community=community, year=year)}
    for objective in community.objectives.filter(Q(state=Objective.State.ACTIVE) | Q(pk__in=ratings)):
        rating = ratings.get(objective.pk)
        yield RatedObjective(
            objective.wording,
            objective.kind,
            objective.indicator,
            objective.reviewed_on,
            rating.level if rating else "",
            rating.comment if rating else "",
            tuple(asked.get(objective.pk, ())),
            (attained[objective.wording],) if objective.wording in attained else (),
        )


def _topics(community: Community, year: int) -> Iterable[Discussed]:
    first, last = _bounds(community, year)
    discussed = community.topics.filter(state=Topic.State.DISCUSSED, discussed_at__range=(first, last))
    for topic in discussed.order_by("discussed_at", "pk"):
        yield Discussed(topic.title, topic.source, timezone.localdate(topic.discussed_at, first.tzinfo))


def _outcomes(community: Community, year: int) -> Iterable[OutcomeSummary]:
    """Those of the year that members see in the register, oldest first."""
    of_year = community.outcomes.kept().filter(happened_on__year=year, is_shared=True)
    for outcome in of_year.order_by("happened_on", "pk"):
        yield OutcomeSummary(
            outcome.title,
            outcome.kind,
            outcome.stage,
            outcome.happened_on,
            outcome.is_expected,
            outcome.amount,
            outcome.advance,
        )


def _influences(community: Community, year: int) -> Iterable[ToldInfluence]:
    """Those that whoever writes the report ticked, oldest first."""
    told = community.influences.during(year).filter(is_in_report=True).order_by("noted_on", "pk")
    for influence in told:
        yield ToldInfluence(influence.kind, influence.text, influence.factor)


def _by_choice(choices: Any, found: list[str]) -> list[tuple[str, int]]:
    """How many of each, in the order of the choices, those without any left out."""
    return [(str(one.label), found.count(one.value)) for one in choices if one.value in found]


def _highlights(community: Community, year: int) -> tuple[list[MeetingHighlights], int]:
    """Highlights of meetings whose follow-up was sent, or whose notes are shared by rule. What stayed in the
    facilitators' log stays there, and nothing that names who does what is taken: neither actions nor suggestions."""
    held = community.meetings.held().filter(starts_at__range=_bounds(community, year)).order_by("starts_at")
    meetings = list(held.select_related("minutes", "follow_up"))
    notes: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for meeting, kind, text in (
        Note.objects.told().filter(meeting__in=meetings, kind__in=TOLD).values_list("meeting_id", "kind", "text")
    ):
        notes[meeting][kind].append(text)
    written = [m for m in meetings if m.pk in notes]
    kept = [
        _highlights_of(m, notes[m.pk], community)
        for m in written
        if FollowUp.of(m).sent_at or minutes.level_of(m) != minutes.Level.LOG
    ]
    return kept, len(written) - len(kept)


def _highlights_of(meeting: Meeting, notes: dict[str, list[str]], community: Community) -> MeetingHighlights:
    meeting.community = community  # its zone and heading are asked of it
    highlights, ideas, decisions, resources = (tuple(notes[kind]) for kind in TOLD)
    return MeetingHighlights(meeting.heading, meeting.local_start.date(), highlights, ideas, decisions, resources)


def _bounds(community: Community, year: int) -> tuple[dt.datetime, dt.datetime]:
    """The year's first and last instants where the community lives."""
    zone = Meeting(community=community).zone
    return dt.datetime(year, 1, 1, tzinfo=zone), dt.datetime(year, 12, 31, 23, 59, 59, 999999, tzinfo=zone)
