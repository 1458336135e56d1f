"""The sections of a report, and the chapters that gather them on screen: what each opens with, and which are empty.

On paper twelve numbered sections follow the cover, of which an empty one is listed in the annex and not printed; on
screen six chapters and two annexes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.domain.reports import sentences
from evaluations.domain.reports.report import CommunityYear
from evaluations.models import AnnualReport

Text = str | Promise


@dataclass(frozen=True)
class _Kind:
    key: str  # of its file, `_section_KEY.html`, and of its anchor
    title: Text
    sentence: Callable[[CommunityYear, AnnualReport], str] | None
    is_empty: Callable[[CommunityYear, AnnualReport], bool]


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    sentence: str
    is_empty: bool
    number: int = 0

    @property
    def template(self) -> str:
        return f"evaluations/reports/_section_{self.key}.html"

    @property
    def anchor(self) -> str:
        return f"part-{self.key}"


@dataclass(frozen=True)
class Chapter:
    number: int
    key: str
    title: str
    sections: list[Section]
    waiting: int = 0  # what whoever writes still has to do in it

    @property
    def anchor(self) -> str:
        return f"chapter-{self.key}"

    @property
    def sentence(self) -> str:
        return next((section.sentence for section in self.sections if section.sentence), "")

    @property
    def opening(self) -> Section | None:
        """Whose sentence stands at the head of the chapter."""
        return next((section for section in self.sections if section.sentence), None)

    @property
    def told(self) -> list[Section]:
        return [section for section in self.sections if not section.is_empty]

    @property
    def is_empty(self) -> bool:
        return not self.told


def _never(told: CommunityYear, report: AnnualReport) -> bool:
    return False


KINDS = (
    _Kind("page", _("In one page"), None, _never),
    _Kind(
        "context",
        _("Context, programme and mission"),
        None,
        lambda told, report: not (told.purpose or told.programme or report.context or told.family),
    ),
    _Kind("objectives", _("Objectives"), sentences.of_objectives, lambda told, _report: not told.objectives),
    _Kind(
        "meetings",
        _("Meetings and participation"),
        sentences.of_meetings,
        lambda told, _report: not (told.figures.held or told.topics),
    ),
    _Kind(
        "satisfaction",
        _("Satisfaction and facilitation"),
        sentences.of_satisfaction,
        lambda told, _report: not told.answers,
    ),
    _Kind(
        "learning",
        _("Links, learning and practice"),
        sentences.of_learning,
        lambda told, _report: not told.annual.n,
    ),
    _Kind(
        "outcomes",
        _("Outcomes, expected or not"),
        sentences.of_outcomes,
        lambda told, report: not (report.outcomes or told.outcomes or told.pooled.needs),
    ),
    _Kind("testimonials", _("Testimonials"), sentences.of_testimonials, lambda told, _report: not told.testimonials),
    _Kind(
        "factors",
        _("Success factors and vitality"),
        sentences.of_factors,
        lambda told, report: not (told.factors or told.influences or told.follow_ups.is_told or report.study),
    ),
    _Kind(
        "resources",
        _("Time, resources and costs"),
        sentences.of_costs,
        lambda told, _report: not (told.costs.is_told or told.contributions.total),
    ),
    _Kind(
        "next",
        _("What changes next year"),
        sentences.of_next,
        lambda told, report: not (report.next_year or told.changes or told.decided),
    ),
)

CHAPTERS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("page", _("In one page"), ("page",)),
    ("objectives", _("Objectives"), ("objectives", "context")),
    ("participation", _("Participation"), ("meetings",)),
    ("answers", _("What people answered"), ("satisfaction", "learning")),
    ("outcomes", _("Outcomes and resources"), ("outcomes", "testimonials", "resources")),
    ("next", _("Next year"), ("next", "factors")),
)


def chapters() -> list[Chapter]:
    """By their names alone, without a year to tell."""
    return [Chapter(n, key, str(title), []) for n, (key, title, _sections) in enumerate(CHAPTERS, 1)]


@dataclass(frozen=True)
class Contents:
    sections: list[Section]
    chapters: list[Chapter]
    what_changed: str

    @property
    def told(self) -> list[Section]:
        """Those printed."""
        return [section for section in self.sections if not section.is_empty]

    @property
    def empty(self) -> list[Section]:
        return [section for section in self.sections if section.is_empty]

    @property
    def annex_number(self) -> int:
        return len(self.told) + 1


def contents_of(told: CommunityYear, report: AnnualReport) -> Contents:
    sections, number = [], 0
    for kind in KINDS:
        is_empty = kind.is_empty(told, report)
        number += not is_empty
        sentence = _bound(kind.sentence(told, report)) if kind.sentence and not is_empty else ""
        sections.append(Section(kind.key, str(kind.title), sentence, is_empty, 0 if is_empty else number))
    by_key = {section.key: section for section in sections}
    unrated = sum(not objective.level for objective in told.objectives)
    chapters = [
        Chapter(n, key, str(title), [by_key[one] for one in inside], unrated if key == "objectives" else 0)
        for n, (key, title, inside) in enumerate(CHAPTERS, 1)
    ]
    return Contents(sections, chapters, _bound(sentences.what_changed(told, report)))


def _bound(sentence: str) -> str:
    """« n = 6 » is never cut at the end of a line."""
    return sentence.replace(" = ", "\xa0=\xa0")
