"""How alive a community is: six signs, and six factors of success, each with its source and its n (guide, p. 22).

Figures speak of the last two years at most, the present one first; beside each factor stands what those who
facilitate think of it, dated. Nothing here is good or bad by itself: a small group is normal (domain.md, decision 4).
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from communities.models import Community, Membership, Objective, Policies, Rule, RulesAcknowledgement, RulesVersion
from evaluations.domain import indicators
from evaluations.domain.campaigns.results import FACILITATION, CampaignResults
from evaluations.domain.charts import Course, course
from evaluations.domain.indicators import Measure, Year
from evaluations.domain.reports.frozen import as_published
from evaluations.domain.reports.year_answers import told_over_years
from evaluations.domain.rubric import Grade, grades_of, sentence_of
from evaluations.domain.surveys.releases import Told
from evaluations.models import AnnualReport, Factor, FactorRating
from meetings.models import Meeting, Note

YEARS = 9  # « au cours des neuf dernières années »
AS_WISHED = ("1", "4")  # R3: spoke as much as wished, or preferred to listen
LEAD = "2"  # R4: « une piste pour un problème précis »
ASKED = "R3", "R4"
WITHOUT_FEAR, AGREES = "M11", ("3", "4")
UNKNOWN = "–"
OF_THE_YEAR = WITHOUT_FEAR, "M2A", "M2B", "M8"


@dataclass(frozen=True)
class Evidence:
    """One figure: what it is, its value, where it comes from and over how many."""

    name: str
    value: str
    source: str
    is_known: bool = True
    course: Course | None = None  # over the years

    @classmethod
    def of(cls, measure: Measure, source: str) -> "Evidence":
        over = f"{source} · {measure.over}" if measure.is_known else source
        return cls(measure.name, measure.shown, over, measure.is_known)


@dataclass
class FactorLine:
    """One factor: its evidence, and the ratings of those who facilitate, latest first."""

    factor: Factor
    evidence: list[Evidence]
    ratings: list[FactorRating] = field(default_factory=list)

    @property
    def grades(self) -> list[Grade]:
        return grades_of(self.factor)

    @property
    def means(self) -> str:
        """What the level it was rated at last looks like."""
        return str(sentence_of(self.latest)) if self.latest else ""

    @property
    def latest(self) -> FactorRating | None:
        return self.ratings[0] if self.ratings else None

    @property
    def before(self) -> list[FactorRating]:
        return self.ratings[1:]


@dataclass(frozen=True)
class YearLine:
    """One measure, year by year."""

    name: str
    definition: str
    cells: list[str]
    course: Course | None
    code: str = ""
    years: tuple[int, ...] = ()

    @property
    def told(self) -> list[tuple[str, int]]:
        """Each cell with its year, for the page of the figure; 0 where there is none to open."""
        has_page = bool(self.code)
        return [
            (cell, year if has_page and cell != UNKNOWN else 0)
            for cell, year in zip(self.cells, self.years, strict=True)
        ]


class Board:
    """Everything of the page; its queries follow neither years, nor meetings, nor people."""

    def __init__(self, community: Community, today: dt.date | None = None) -> None:
        self.community, self.today = community, today or timezone.localdate()
        self.years = self._years()
        self.year = self._shown_year()
        self.told = told_over_years({year.year: year.surveys for year in self.years}, ASKED)
        self.surveys_source = _("end-of-meeting evaluations of %(year)s") % {"year": self.year.year}
        self.attendance_source = _("attendance of %(year)s") % {"year": self.year.year}

    def _years(self) -> list[Year]:
        """Those with meetings held, oldest first; the present one always."""
        present = self.today.year
        found = indicators.over([self.community], range(present - YEARS + 1, present + 1), today=self.today)
        found = as_published(found)
        return [year for year in found[self.community.pk].values() if year.held or year.year == present]

    @cached_property
    def facts(self) -> Any:
        """What is counted beside meetings and answers, in one query."""
        own = {"community": OuterRef("pk")}
        pursued = Objective.objects.filter(state=Objective.State.ACTIVE, **own)
        in_force = RulesVersion.objects.filter(community=OuterRef(OuterRef("pk"))).order_by("-number").values("pk")[:1]
        read = RulesAcknowledgement.objects.filter(version=in_force, membership__status=Membership.Status.ACTIVE)
        zone = Meeting(community=self.community).zone
        of_year = [dt.datetime(self.year.year + n, 1, 1, tzinfo=zone) for n in (0, 1)]
        decided = Note.objects.filter(
            kind=Note.Kind.DECISION, meeting__starts_at__gte=of_year[0], meeting__starts_at__lt=of_year[1]
        )
        return (
            Community.objects.filter(pk=self.community.pk)
            .values(
                pursued=_number(pursued),
                oldest_objective=Subquery(pursued.order_by("reviewed_on").values("reviewed_on")[:1]),
                rules_in_force=_number(Rule.objects.filter(is_active=True, **own)),
                has_version=Exists(RulesVersion.objects.filter(**own)),
                read_by=_number(read.filter(membership__community=OuterRef("pk")), "membership__community"),
                active_members=_number(Membership.objects.active().filter(**own)),
                decided=_number(decided.filter(meeting__community=OuterRef("pk")), "meeting__community"),
                last_report=Subquery(
                    AnnualReport.objects.published().filter(**own).order_by("-year").values("year")[:1]
                ),
            )
            .get()
        )

    def _shown_year(self) -> Year:
        """The present one, or the last one while the present has no meeting yet."""
        return next((year for year in reversed(self.years) if year.held), self.years[-1])

    # -------------------------------------------------------- signs

    def signs(self) -> Iterator[Evidence]:
        """In the order of the guide."""
        yield self._measure("P1", _("Presence"))
        yield self._measure("P3", _("Regularity"))
        yield self._speaking(_("Quality of participation"))
        yield self._comments()
        yield self._trust()
        yield self._solutions()

    def _measure(self, code: str, name: str) -> Evidence:
        found = self._attendance(code)
        source = found.source if found.name == name else f"{found.name} · {found.source}"
        return Evidence(name, found.value, source, found.is_known, self._course_of(code))

    def _course_of(self, code: str) -> Course | None:
        measures = [year.by_code.get(code) for year in self.years]
        told = [m.share_value if m and m.is_share else m.value if m else None for m in measures]
        is_share = any(m.is_share for m in measures if m)
        return course([None if value is None else (value, value) for value in told], top=1 if is_share else 0)

    def _attendance(self, code: str) -> Evidence:
        measure = self.year.by_code[code]
        target = measure.target if self.community.expects_everyone else ""
        return Evidence.of(measure, " · ".join(filter(None, [self.attendance_source, target])))

    def _speaking(self, name: str) -> Evidence:
        return self._share("R3", AS_WISHED, name, _("spoke as much as they wanted to, or preferred to listen"))

    def _solutions(self) -> Evidence:
        return self._share("R4", (LEAD,), _("Capacity to find solutions"), _("left with a lead on a specific problem"))

    def _share(self, code: str, values: tuple[str, ...], name: str, meaning: str) -> Evidence:
        told = [self.told[year.year].get(code) for year in self.years if year.year <= self.year.year]
        return _share_of_answers(name, f"{meaning} · {self.surveys_source}", values, told)

    def _trust(self) -> Evidence:
        meaning = _("can speak of a difficulty without fear")
        source = _("asked in the annual evaluation of the members")
        return self._agreed(WITHOUT_FEAR, _("Trust"), meaning) or Evidence(
            _("Trust"), _("insufficient data"), source, False
        )

    @cached_property
    def annual(self) -> dict[int, dict[str, Told]]:
        """What the annual evaluations told. What they say of the facilitation is left out until all may read it."""
        campaigns = list(self.community.campaigns.annual().told().select_related("survey").order_by("year"))
        asked = told_over_years({one.year: [one.survey.pk] for one in campaigns}, [*OF_THE_YEAR, *FACILITATION])
        waits = {one.year for one in campaigns if not CampaignResults(one).facilitation_is_told}
        return {
            year: {code: one for code, one in told.items() if not (year in waits and code in FACILITATION)}
            for year, told in asked.items()
        }

    def _agreed(self, code: str, name: str, meaning: str) -> Evidence | None:
        """Asked once a year: as the last evaluation that told it did."""
        known = {y: one[code] for y, one in self.annual.items() if code in one and one[code].number_of(AGREES)}
        if not known:
            return None
        of_year = _("annual evaluation of %(year)s") % {"year": max(known)}
        return _share_of_answers(name, f"{meaning} · {of_year}", AGREES, list(known.values()))

    def _asked_of_members(self, *questions: tuple[str, str, str]) -> Iterator[Evidence]:
        """Those that were told, and nothing of the others."""
        for code, name, meaning in questions:
            if found := self._agreed(code, name, meaning):
                yield found

    def _comments(self) -> Evidence:
        """Not their number, which nobody reads: whether the time was worth it, as told at the end of meetings."""
        told = self.year.satisfaction
        name = _("What people tell us")
        meaning = _("found that the meeting was worth their time")
        if not told.is_known:
            return Evidence(name, _("insufficient data"), f"{meaning} · {self.surveys_source}", False)
        n = ngettext("n = %(n)s answer", "n = %(n)s answers", told.n) % {"n": told.n}
        over_years = [year.satisfaction for year in self.years]
        known = [(one.worth / one.n, one.most / one.n) if one.is_known else None for one in over_years]
        return Evidence(name, told.share, f"{meaning} · {self.surveys_source} · {n}", course=course(known, top=1))

    # -------------------------------------------------------- factors

    def factors(self) -> list[FactorLine]:
        ratings: dict[str, list[FactorRating]] = {}
        for rating in self.community.factor_ratings.select_related("by"):
            ratings.setdefault(rating.factor, []).append(rating)
        evidence = {
            Factor.FACILITATION: self._facilitation(),
            Factor.GROUP: self._group(),
            Factor.OBJECTIVES: self._objectives(),
            Factor.RULES: self._rules(),
            Factor.ENGAGEMENT: self._engagement(),
            Factor.EVALUATION: self._evaluation(),
        }
        return [FactorLine(factor, evidence[factor], ratings.get(factor, [])) for factor in Factor]

    def _facilitation(self) -> list[Evidence]:
        of_the_year = self._asked_of_members(
            ("M6", _("Room for everyone"), _("say that the facilitation leaves everyone room to speak")),
            ("M7", _("Key points"), _("say that important ideas are summed up in a useful way")),
        )
        return [self._speaking(_("Place to speak")), self._comments(), *of_the_year]

    def _group(self) -> list[Evidence]:
        low, high = indicators.EASY_SIZE
        easy = _("the guide finds %(low)s to %(high)s people easiest") % {"low": low, "high": high}
        found = [Evidence.of(self.year.by_code["P1"], f"{self.attendance_source} · {easy}")]
        if "P8" in self.year.by_code:
            found.append(Evidence.of(self.year.by_code["P8"], self.attendance_source))
        return [*found, Evidence(_("Active members"), str(self.year.members), _("list of people"))]

    def _objectives(self) -> list[Evidence]:
        n, oldest = self.facts["pursued"], self.facts["oldest_objective"]
        found = [Evidence(_("Objectives in progress"), str(n), _("objectives of the community"))]
        if oldest:
            found.append(Evidence(_("Reviewed"), date_format(oldest, "DATE_FORMAT"), _("the one reviewed longest ago")))
        of_the_year = self._asked_of_members(
            ("M2A", _("Clear"), _("find the objectives clear")), ("M2B", _("Realistic"), _("find them realistic"))
        )
        return [*found, *of_the_year]

    def _rules(self) -> list[Evidence]:
        each_time = Policies.of(self.community).shows_rules_each_time
        recalled = _("at each meeting") if each_time else _("when someone thinks of it")
        return [
            Evidence(_("Rules that apply"), str(self.facts["rules_in_force"]), _("operating rules")),
            Evidence(_("Recalled"), recalled, _("settings of the community")),
            *self._rules_read(),
            *self._asked_of_members(("M8", _("Known and kept"), _("say that the rules are known and kept"))),
        ]

    def _rules_read(self) -> Iterator[Evidence]:
        if not self.facts["has_version"]:
            return
        n = self.facts["active_members"]
        over = ngettext("n = %(n)s member", "n = %(n)s members", n) % {"n": n}
        source = _("members who said so")
        yield Evidence(_("Read by"), str(self.facts["read_by"]), f"{source} · {over}")

    def _engagement(self) -> list[Evidence]:
        codes = ("P3", "P4") if self.community.expects_everyone else ("P2", "P4")
        found = [self._attendance(code) for code in codes]
        hosted = self.year.by_code["hosted"]
        if hosted.is_known:  # « cela consolide leur engagement » (guide)
            found.append(Evidence.of(hosted, _("meetings of %(year)s") % {"year": self.year.year}))
        return found

    def _evaluation(self) -> list[Evidence]:
        latest, decided = self.facts["last_report"], self.facts["decided"]
        return [
            Evidence.of(self.year.by_code["P11"], self.surveys_source),
            Evidence(
                _("Last report published"), str(latest) if latest else _("none yet"), _("annual reports"), bool(latest)
            ),
            Evidence(_("Decisions noted"), str(decided), _("notes of %(year)s") % {"year": self.year.year}),
        ]

    # -------------------------------------------------------- years side by side

    def year_lines(self) -> list[YearLine]:
        codes = [m.code for m in self.years[-1].measures]
        held = [(year.held, year.held) for year in self.years]
        of = tuple(year.year for year in self.years)
        lines = [YearLine(_("Meetings held"), "", [str(year.held) for year in self.years], course(held), years=of)]
        for code in codes:
            some = [year.by_code.get(code) for year in self.years]
            known = next(m for m in reversed(some) if m)
            cells = [m.shown if m and m.is_known else UNKNOWN for m in some]
            lines.append(YearLine(known.name, known.definition, cells, self._course_of(code), code, of))
        return lines


def _share_of_answers(name: str, source: str, values: Collection[str], told: Sequence[Told | None]) -> Evidence:
    """How many gave one of these answers in the last of these years, and its course; unknown where the releases do not
    tell these answers apart."""
    found = [(one.n, one.number_of(values)) if one else (0, None) for one in told]
    n, between = found[-1] if found else (0, None)
    if between is None:
        return Evidence(name, _("insufficient data"), source, False)
    over = ngettext("n = %(n)s answer", "n = %(n)s answers", n) % {"n": n}
    over_years = course([(some[0] / of, some[1] / of) if some else None for of, some in found], top=1)
    return Evidence(name, indicators.share_between(*between, n), f"{source} · {over}", course=over_years)


def _number(rows: QuerySet, by: str = "community") -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


@transaction.atomic
def rate(community: Community, factor: str, level: int, note: str, *, by: User) -> FactorRating:
    """A new line of the history. The same person on the same day corrects their own: the press sent twice is one."""
    if factor not in Factor.values or level not in FactorRating.Level.values:
        raise ValidationError(_("Choose one of the four levels."))
    return FactorRating.objects.update_or_create(
        community=community,
        factor=factor,
        by=by,
        rated_on=timezone.localdate(),
        defaults={"level": level, "note": " ".join(note.split())[:300]},
    )[0]
