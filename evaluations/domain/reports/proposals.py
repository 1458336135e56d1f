"""Sentences proposed to whoever writes a report, from its figures alone: taken or rewritten by a person, never written
by themselves. Figures of answers are those that a release tells, as everywhere in the report."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cmtl import money
from evaluations.domain.reports import sentences
from evaluations.domain.reports.report import CommunityYear
from evaluations.models import AnnualReport, FactorRating, ObjectiveRating

MOST = 4
TAKEN_BY = {
    "page": "highlights",
    "objectives": "context",
    "outcomes": "outcomes",
    "next": "next_year",
}  # chapter → words
EMPTY = AnnualReport()  # what people wrote proposes nothing


@dataclass(frozen=True)
class Proposal:
    key: str
    text: str


def of_modes(told: CommunityYear) -> str:
    n = len(told.figures.turnouts)
    if not n:
        return ""
    modes = ", ".join(f"{label.lower()}\xa0({many})" for label, many in told.modes)
    said = {"n": n, "modes": modes}
    return ngettext("%(n)s meeting was held: %(modes)s.", "%(n)s meetings were held: %(modes)s.", n) % said


def of_pooled(told: CommunityYear) -> str:
    needs = told.pooled.needs
    if not needs:
        return ""
    said = {"n": needs, "total": money.shown(told.pooled.total)}
    return (
        ngettext(
            "%(n)s need met together, whose cost of %(total)s is shared.",
            "%(n)s needs met together, whose cost of %(total)s is shared.",
            needs,
        )
        % said
    )


def of_objectives_to_review(told: CommunityYear) -> str:
    found = [one.wording.rstrip(".") for one in told.objectives if one.level == ObjectiveRating.Level.TO_REVIEW]
    if not found:
        return ""
    return _("To be reviewed: %(objectives)s.") % {"objectives": "; ".join(found)}


def of_factors_to_build(told: CommunityYear) -> str:
    found = [one.name for one in told.factors if one.level < FactorRating.Level.SOLID]
    return _("To be built up: %(factors)s.") % {"factors": ", ".join(found)} if found else ""


def of_measure(code: str) -> Callable[[CommunityYear], str]:
    def sentence(told: CommunityYear) -> str:
        now = told.figures.by_code.get(code)
        if now is None or not now.is_known:
            return ""
        said = {"name": now.name, "figure": now.shown, "over": now.over}
        before = told.before.figures.by_code.get(code) if told.before else None
        if before is None or not before.is_known:
            return _("%(name)s: %(figure)s (%(over)s).") % said
        said |= {"before": before.shown, "year": str(told.figures.year - 1)}
        return _("%(name)s: %(figure)s (%(over)s), %(before)s in %(year)s.") % said

    return sentence


def _opening(sentence: sentences.Sentence) -> Callable[[CommunityYear], str]:
    return lambda told: sentence(told, EMPTY)


def of_reach(told: CommunityYear) -> str:
    return of_measure("P3" if told.expects_everyone else "P2")(told)


MEETINGS, SATISFACTION = _opening(sentences.of_meetings), _opening(sentences.of_satisfaction)
LEARNING, OUTCOMES, COSTS = map(_opening, (sentences.of_learning, sentences.of_outcomes, sentences.of_costs))
KINDS: dict[str, dict[str, Callable[[CommunityYear], str]]] = {
    "page": {"meetings": MEETINGS, "outcomes": OUTCOMES, "satisfaction": SATISFACTION, "learning": LEARNING},
    "objectives": {"modes": of_modes, "reach": of_reach, "new": of_measure("P9"), "costs": COSTS},
    "outcomes": {"outcomes": OUTCOMES, "pooled": of_pooled, "learning": LEARNING, "hours": of_measure("P10")},
    "next": {
        "review": of_objectives_to_review,
        "factors": of_factors_to_build,
        "reach": of_reach,
        "core": of_measure("P4"),
        "responses": of_measure("P11s"),
    },
}


def proposed(told: CommunityYear, chapter: str, written: str = "") -> list[Proposal]:
    """For the words of one chapter, without those that are there already."""
    lines = sentences.lines_of(written)
    found = [Proposal(key, say(told)) for key, say in KINDS.get(chapter, {}).items()]
    return [one for one in found if one.text and one.text not in lines][:MOST]


def taken(told: CommunityYear, chapter: str, key: str, written: str) -> str:
    """What is written with one more line at its end."""
    text = next((one.text for one in proposed(told, chapter, written) if one.key == key), "")
    return f"{written.rstrip()}\n{text}".strip() if text else written
