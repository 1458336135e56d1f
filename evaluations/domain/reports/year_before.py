"""The year before the one that a report tells: as its own report froze it or, where none was published, as counted."""

from dataclasses import dataclass
from typing import Any

from cmtl.json_dataclasses import from_json
from communities.models import Community
from evaluations.domain import indicators
from evaluations.domain.reports.annual_answers import annual_answers
from evaluations.domain.reports.year_answers import Answered, year_answers
from evaluations.models import AnnualReport


@dataclass(frozen=True)
class YearBefore:
    figures: indicators.Year
    answers: tuple[Answered, ...] = ()
    annual: tuple[Answered, ...] = ()  # what members said of the whole year
    method: int = indicators.METHOD
    is_frozen: bool = False  # read from its published report

    @property
    def year(self) -> int:
        return self.figures.year

    def answered(self, now: Answered) -> Answered | None:
        """The same question in the same words, in both languages: others do not compare."""
        some = (*self.answers, *self.annual)
        same = (one for one in some if (one.code, one.fr, one.en) == (now.code, now.fr, now.en))
        found = next(same, None)
        return None if found is None or found.is_reworded or now.is_reworded else found


def year_before(community: Community, counted: indicators.Year) -> YearBefore | None:
    """`counted` are its figures as they are counted today. None where nothing was held."""
    if frozen := _frozen(community, counted.year):
        return frozen if frozen.figures.held else None
    if not counted.held:
        return None
    answers = tuple(year_answers(counted.surveys, community))
    annual, _attained = annual_answers(community, counted.year)
    return YearBefore(counted, answers, annual.questions)


def _frozen(community: Community, year: int) -> YearBefore | None:
    keys = ("figures__figures", "figures__answers", "figures__annual", "figures__method")
    published = AnnualReport.objects.published().filter(community=community, year=year)
    kept = published.values_list(*keys).first()
    if kept is None or kept[0] is None:
        return None
    figures, answers, annual, method = kept
    return YearBefore(
        figures=from_json(indicators.Year, figures),
        answers=_answers(answers),
        annual=_answers((annual or {}).get("questions")),
        method=method or 1,
        is_frozen=True,
    )


def _answers(kept: Any) -> tuple[Answered, ...]:
    return from_json(tuple[Answered, ...], kept or [])
