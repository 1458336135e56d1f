"""What people answered over a year, question by question: the releases of its meetings, added up."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from cmtl import languages
from communities.models import Community
from evaluations.domain import indicators
from evaluations.domain.surveys import releases
from evaluations.domain.surveys.options import NO_OPINION
from evaluations.domain.surveys.questionnaires import CHOSEN_OBJECTIVE, FAVOURABLE, wording_of, words_of
from evaluations.domain.surveys.releases import Told
from evaluations.models import Pool, Question, Release, Survey

NO_ANSWER = {"fr": "Sans avis ou sans réponse", "en": "No opinion, or no answer"}


@dataclass(frozen=True)
class Line:
    """One answer, or several told together. `low` and `high` are the range its number lies in; reports published
    before there were releases have an exact `count`, or a share told in steps (`about`, `step`)."""

    fr: str
    en: str
    count: int | None
    n: int
    about: int = 0
    step: int = 0
    value: str = ""  # of the questionnaire; not kept in the first reports
    low: int | None = None
    high: int | None = None

    @property
    def label(self) -> str:
        return _in_language(self)

    @property
    def number(self) -> str:
        if self.low is not None and self.high is not None and self.low != self.high:
            return _("%(low)s to %(high)s") % {"low": self.low, "high": self.high}
        return "–" if self.count is None else str(self.count)

    @property
    def share(self) -> str:
        if self.low is not None and self.high is not None:
            return indicators.share_between(self.low, self.high, self.n)
        if self.count is not None:
            return indicators.percent(self.count / self.n)
        if not self.about:
            return _("under %(share)s") % {"share": indicators.percent(self.step / 100)}
        return _("about %(share)s") % {"share": indicators.percent(self.about / 100)}

    @property
    def width(self) -> float:
        """In hundredths, for the bar: as far as its number surely goes."""
        if self.low is not None:
            return round(100 * self.low / self.n, 1)
        return float(self.about) if self.count is None else round(100 * self.count / self.n, 1)


@dataclass(frozen=True)
class Answered:
    """One question over the year, of `n` people who answered those surveys."""

    code: str
    fr: str
    en: str
    n: int
    surveys: int
    lines: tuple[Line, ...]
    favourable: int | None = None  # a percentage; in reports published before there were releases
    median_fr: str = ""
    median_en: str = ""
    takes_several: bool = False
    agree_low: int | None = None
    agree_high: int | None = None
    is_reworded: bool = False  # asked in other words at some of these meetings

    @property
    def wording(self) -> str:
        return _in_language(self)

    @property
    def chosen(self) -> list[Line]:
        """Without the answers that nobody chose."""
        return [line for line in self.lines if line.count != 0]

    @property
    def agreement(self) -> str:
        if self.agree_low is not None and self.agree_high is not None:
            return indicators.share_between(self.agree_low, self.agree_high, self.n)
        return "" if self.favourable is None else indicators.percent(self.favourable / 100)

    @property
    def median(self) -> str:
        return languages.field(self, "median")


def year_answers(surveys: Collection[int], community: Community) -> Iterable[Answered]:
    """Of the surveys that were released. Adding up what each of them tells says nothing more than they do. A
    community's own questions are told apart (`answers_by_objective`)."""
    given: dict[str, list[Told]] = defaultdict(list)
    for _year, figures in _figures_by_year(dict.fromkeys(surveys, 0)):
        for told in releases.told_by(figures):
            if told.groups:
                given[told.code].append(told)
    questions = Question.objects.filter(questionnaire__surveys__in=surveys, code__in=given)
    latest: dict[str, Question] = {}
    words: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for question in questions.distinct().order_by("questionnaire__version"):
        latest[question.code] = question
        words[question.code].add(words_of(question))
    for question in sorted(latest.values(), key=lambda q: q.position):
        one = answered(question, given[question.code], community)
        yield replace(one, is_reworded=len(words[question.code]) > 1)


def answers_by_objective(community: Community, year: int, surveys: Collection[int]) -> dict[int, list[Answered]]:
    """What was answered to the community's own questions, at these meetings and in the annual evaluation of the year,
    under the objective that each is tied to. Added up only where the words and the answers are the same."""
    of_year = Q(pk__in=surveys) | Q(campaign__community=community, campaign__year=year)
    asked = Survey.objects.filter(of_year, release__isnull=False).exclude(own_questions=[]).order_by("pk")
    given: dict[tuple[int, str], list[Told]] = defaultdict(list)
    for own, figures in asked.values_list("own_questions", "release__figures"):
        told = {one.code: one for one in releases.told_by(figures)}
        for question in own:
            one = told.get(question["code"])
            if question["objective"] and one and one.groups:
                words = {name: question[name] for name in ("scale", "wording_fr", "wording_en", "options")}
                given[question["objective"], json.dumps(words)].append(one)
    found: dict[int, list[Answered]] = defaultdict(list)
    for (objective, asked_as), several in given.items():
        found[objective].append(answered(Question(code="", **json.loads(asked_as)), several, community))
    return found


def told_over_years(years: Mapping[int, Collection[int]], codes: Collection[str]) -> dict[int, dict[str, Told]]:
    """Of years with their released surveys, what is told of these questions in each; in three queries."""
    year_of = {survey: year for year, surveys in years.items() for survey in surveys}
    given: dict[tuple[int, str], list[Told]] = defaultdict(list)
    for year, figures in _figures_by_year(year_of):
        for told in releases.told_by(figures):
            if told.groups and told.code in codes:
                given[year, told.code].append(told)
    found: dict[int, dict[str, Told]] = {year: {} for year in years}
    for (year, code), several in given.items():
        found[year][code] = releases.added(several)
    return found


def _figures_by_year(year_of: Mapping[int, int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What was released of these surveys, alone or pooled; of a pool only where all of its surveys are of one year."""
    for survey, figures in Release.objects.filter(survey__in=year_of).order_by("pk").values_list("survey", "figures"):
        yield year_of[survey], figures
    pools = Pool.objects.filter(surveys__in=year_of, is_told=True).order_by("pk").distinct()
    for pool in pools.prefetch_related(Prefetch("surveys", Survey.objects.only("pool"))):
        years = {year_of.get(survey.pk) for survey in pool.surveys.all()}
        if len(years) == 1 and (year := years.pop()) is not None:
            yield year, pool.figures


def answered(question: Question, several: list[Told], community: Community) -> Answered:
    options = {str(o["value"]): o for o in question.options} | {NO_OPINION: NO_ANSWER}
    added = releases.added(several)
    side = FAVOURABLE.get(added.scale, ())
    agree = added.number_of(side) if side else None
    wordings = {
        language: wording_of(question, chosen, community.is_of_individuals, language)
        for language, chosen in CHOSEN_OBJECTIVE.items()
    }
    return Answered(
        code=question.code,
        fr=wordings["fr"],
        en=wordings["en"],
        n=added.n,
        surveys=len(several),
        lines=tuple(_line(group, added.n, options) for group in added.groups),
        takes_several=added.takes_several,
        agree_low=agree[0] if agree and added.scale == Question.Scale.AGREEMENT else None,
        agree_high=agree[1] if agree and added.scale == Question.Scale.AGREEMENT else None,
    )


def _line(group: releases.Group, n: int, options: dict[str, Any]) -> Line:
    fr, en = (" / ".join(options[value][language] for value in group.values) for language in ("fr", "en"))
    count = group.low if group.is_exact else None
    return Line(fr, en, count, n, value=" ".join(group.values), low=group.low, high=group.high)


def _in_language(thing: Any) -> str:
    return getattr(thing, languages.short())
