"""What people answered over a year, question by question, told so that no meeting's few answers can be found out."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Community
from evaluations import indicators, scoring
from evaluations.models import Question, Response
from evaluations.questionnaires import NO_OPINION, Asked

STEPS = (5, 10, 20, 25)  # hundredths, in which a share is told roughly; too few answers for the last: not at all


@dataclass(frozen=True)
class Line:
    """One answer. Where its exact number would say what very few people chose, `count` is None and the share is told
    in steps wide enough to hold as many people as the threshold."""

    fr: str
    en: str
    count: int | None
    n: int
    about: int = 0
    step: int = 0
    value: str = ""  # of the questionnaire; not kept in the first reports

    @property
    def label(self) -> str:
        return _in_language(self)

    @property
    def share(self) -> str:
        if self.count is not None:
            return indicators.percent(self.count / self.n)
        if not self.about:
            return _("under %(share)s") % {"share": indicators.percent(self.step / 100)}
        return _("about %(share)s") % {"share": indicators.percent(self.about / 100)}

    @property
    def width(self) -> float:
        """In hundredths, for the bar."""
        return float(self.about) if self.count is None else round(100 * self.count / self.n, 1)


@dataclass(frozen=True)
class Answered:
    """One question over the year; `n` leaves out those without an opinion."""

    code: str
    fr: str
    en: str
    n: int
    surveys: int
    lines: tuple[Line, ...]
    favourable: int | None = None
    median_fr: str = ""
    median_en: str = ""
    takes_several: bool = False

    @property
    def wording(self) -> str:
        return _in_language(self)

    @property
    def agreement(self) -> str:
        return "" if self.favourable is None else indicators.percent(self.favourable / 100)

    @property
    def median(self) -> str:
        return self.median_en if translation.get_language() == "en" else self.median_fr


def year_answers(surveys: dict[int, int], community: Community) -> Iterable[Answered]:
    """Survey → answers it takes to show anything. A survey adds to a question only when enough people answered it:
    otherwise the year's total minus the surveys shown elsewhere would say what few people said."""
    given: dict[int, list[dict]] = defaultdict(list)
    for survey, answers in Response.objects.filter(survey__in=surveys).values_list("survey_id", "answers"):
        given[survey].append(answers)
    questions = Question.objects.filter(questionnaire__surveys__in=surveys).exclude(scale=Question.Scale.TEXT)
    latest = {q.code: q for q in questions.distinct().order_by("questionnaire__version")}
    for question in sorted(latest.values(), key=lambda q: q.position):
        several = [scoring.given_to(question.code, given[survey]) for survey in surveys]
        enough = [some for some, least in zip(several, surveys.values(), strict=True) if len(some) >= least]
        if enough:
            yield answered(question, enough, community)


def answered(question: Question, given: list[list[Any]], community: Community) -> Answered:
    as_individuals = community.is_of_individuals
    options = {str(o["value"]): o for o in question.options if str(o["value"]) != NO_OPINION}
    asked = Asked(question.code, question.scale, "", tuple((v, v) for v in options), question.is_required)
    values = [value for some in given for value in some]
    whole = scoring.result(asked, [{question.code: v} for v in values], community.anonymity_threshold)
    middle = options.get(whole.median_label, {})
    return Answered(
        code=question.code,
        fr=((question.individual_fr if as_individuals else "") or question.wording_fr).replace(
            "{objective}", "l’objectif choisi"
        ),
        en=((question.individual_en if as_individuals else "") or question.wording_en).replace(
            "{objective}", "the chosen objective"
        ),
        n=len(values),
        surveys=len(given),
        lines=tuple(_lines(asked, options, given, values, community.anonymity_threshold)),
        favourable=whole.favourable,
        median_fr=middle.get("fr", ""),
        median_en=middle.get("en", ""),
        takes_several=asked.is_many,
    )


def _lines(
    asked: Asked, options: dict[str, dict], given: list[list[Any]], values: list[Any], threshold: int
) -> Iterable[Line]:
    """The year's numbers, without any that the pages of single meetings would turn into what fewer than the
    threshold said: an option whose number some meetings withhold is told roughly, unless enough people chose it there.
    Of answers that exclude each other two at least are rough, or subtraction would find the only one.
    """
    n, counts = len(values), _counted(values)
    step = next((step for step in STEPS if step * n >= 100 * threshold), None)
    if step is None:
        return
    rough = {v for v in options if 0 < _hidden(asked, v, given, threshold) < threshold}
    rough |= {v for v in options if 0 < counts[v] < scoring.FEWEST_SHOWN}
    if len(rough) == 1 and not asked.is_many and len(options) > 1:
        rough.add(min((v for v in options if v not in rough), key=lambda v: counts[v]))
    for value, option in options.items():
        count = counts[value]
        if value in rough:
            about = step * math.floor(100 * count / n / step + 0.5)
            yield Line(option["fr"], option["en"], None, n, about, step, value)
        else:
            yield Line(option["fr"], option["en"], count, n, value=value)


def _hidden(asked: Asked, value: str, given: list[list[Any]], threshold: int) -> int:
    """How many chose it in meetings whose own page does not say so."""
    return sum(
        _counted(some)[value]
        for some in given
        if not any(
            bar.labels == (value,) and bar.count is not None
            for bar in scoring.result(asked, [{asked.code: v} for v in some], threshold).bars
        )
    )


def _counted(values: list[Any]) -> Counter:
    return Counter(str(one) for value in values for one in (value if isinstance(value, list) else [value]))


def _in_language(thing: Any) -> str:
    return thing.en if translation.get_language() == "en" else thing.fr
