"""The sentence that opens each section of a report: one fact with its n, from the figures and nothing else."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cmtl import money
from evaluations.domain.indicators.measures import FEWEST_MEETINGS, number
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.shares import AGREES, OFTEN, share_of
from evaluations.models import AnnualReport, FactorRating, ObjectiveRating

LONGEST = 220  # letters of what people wrote, to open a section: a longer text stands below it


def lines_of(text: str) -> list[str]:
    """One entry per line, without the dashes people begin them with."""
    return [line.strip(" -•–\t") for line in text.splitlines() if line.strip(" -•–\t")]


def what_changed(told: CommunityYear, report: AnnualReport) -> str:
    """What people wrote first or, while they wrote nothing, what came out of the year, or who came."""
    written = lines_of(report.highlights)
    if written and len(written[0]) <= LONGEST:
        return written[0]
    return of_outcomes(told, report) or of_meetings(told, report)


def of_objectives(told: CommunityYear, report: AnnualReport) -> str:
    levels = [objective.level for objective in told.objectives if objective.level]
    if not levels:
        return ""
    reached = levels.count(ObjectiveRating.Level.REACHED)
    under_way = levels.count(ObjectiveRating.Level.UNDER_WAY)
    to_review = levels.count(ObjectiveRating.Level.TO_REVIEW)
    parts = [
        ngettext("%(n)s objective is reached", "%(n)s objectives are reached", reached) % {"n": reached},
        ngettext("%(n)s is under way", "%(n)s are under way", under_way) % {"n": under_way},
        ngettext("%(n)s is to be reviewed", "%(n)s are to be reviewed", to_review) % {"n": to_review},
    ]
    said = [part for part, n in zip(parts, (reached, under_way, to_review), strict=True) if n]
    n = len(told.objectives)
    among = ngettext("out of %(n)s objective", "out of %(n)s objectives", n) % {"n": n}
    if reached:
        return _("%(said)s, %(among)s.") % {"said": ", ".join(said), "among": among}
    return _("Of the objectives, %(said)s, %(among)s.") % {"said": ", ".join(said), "among": among}


def of_meetings(told: CommunityYear, report: AnnualReport) -> str:
    now = told.figures.by_code.get("P1")
    if now is None or now.value is None:
        return ""
    held = ngettext("n = %(n)s meeting", "n = %(n)s meetings", now.n) % {"n": now.n}
    before = told.before.figures.by_code.get("P1") if told.before else None
    people = {
        "people": now.shown,
        "held": held,
        "before": before.shown if before else "",
        "year": told.figures.year - 1,
    }
    if before is None or before.value is None or before.n < FEWEST_MEETINGS:
        return _("%(people)s people came to each meeting, on average (%(held)s).") % people
    gap = round(now.value, 1) - round(before.value, 1)
    if abs(gap) < 0.5:
        return _("%(people)s people came to each meeting, about as many as in %(year)s (%(held)s).") % people
    people["gap"] = number(abs(gap), 1)
    if gap > 0:
        return _("%(people)s people came to each meeting, %(gap)s more than in %(year)s (%(held)s).") % people
    return _("%(people)s people came to each meeting, %(gap)s fewer than in %(year)s (%(held)s).") % people


def of_satisfaction(told: CommunityYear, report: AnnualReport) -> str:
    found = told.figures.satisfaction
    if not found.is_known:
        return ""
    said = {"share": found.share, "n": found.n}
    return (
        _("%(share)s of the answers say that the meeting was worth the time given to it, or more (n = %(n)s).") % said
    )


def of_learning(told: CommunityYear, report: AnnualReport) -> str:
    """What changed in people's work first, then what they learned, in an order that no result decides."""
    known = {one.code: one for one in told.annual.questions}
    for code, values, sentence in (
        ("M15", OFTEN, _("%(share)s tried or adapted in their work something seen here (n = %(n)s).")),
        ("M13", AGREES, _("%(share)s learned here what they would not easily have found elsewhere (n = %(n)s).")),
        ("M12", AGREES, _("%(share)s feel less alone in their work thanks to the community (n = %(n)s).")),
    ):
        if found := share_of(known.get(code), values):
            return sentence % {"share": found.text, "n": found.n}
    return ""


def of_outcomes(told: CommunityYear, report: AnnualReport) -> str:
    n = len(told.outcomes)
    if not n:
        return ""
    said = {
        "counted": ngettext("%(n)s outcome in the register", "%(n)s outcomes in the register", n) % {"n": n},
        "kinds": ", ".join(f"{label.lower()}\xa0({many})" for label, many in told.outcomes_by_kind),
        "amount": money.shown(told.funds),
    }
    if told.funds:
        return _("%(counted)s, %(amount)s obtained: %(kinds)s.") % said
    return _("%(counted)s: %(kinds)s.") % said


def of_testimonials(told: CommunityYear, report: AnnualReport) -> str:
    return _("In their own words, with their consent.") if told.testimonials else ""


def of_factors(told: CommunityYear, report: AnnualReport) -> str:
    if not told.factors:
        return ""
    level = FactorRating.Level
    strong = sum(one.level >= level.SOLID for one in told.factors)
    weak = len(told.factors) - strong
    solid = ngettext(
        "%(n)s factor of success is solid or a strength", "%(n)s factors of success are solid or strengths", strong
    ) % {"n": strong}
    left = ngettext("%(n)s is to be built up", "%(n)s are to be built up", weak) % {"n": weak}
    said = ", ".join(part for part, n in ((solid, strong), (left, weak)) if n)
    n = len(told.factors)
    among = ngettext("of %(n)s rated by those who facilitate", "of %(n)s rated by those who facilitate", n) % {"n": n}
    return _("%(said)s, %(among)s.") % {"said": said, "among": among}


def of_costs(told: CommunityYear, report: AnnualReport) -> str:
    costs = told.costs
    if costs.is_told:
        said = {"spent": money.shown(costs.spent), "planned": money.shown(costs.planned)}
        if not costs.planned:
            return _("%(spent)s spent.") % said
        return _("%(spent)s spent of the %(planned)s planned.") % said
    hours = told.figures.by_code.get("P10")
    if hours and hours.is_known:
        return _("%(hours)s given by those who came.") % {"hours": hours.shown}
    return ""


def of_next(told: CommunityYear, report: AnnualReport) -> str:
    written = lines_of(report.next_year)
    return written[0] if written and len(written[0]) <= LONGEST else ""


Sentence = Callable[[CommunityYear, AnnualReport], str]
