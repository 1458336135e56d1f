"""The five causes that the guide asks to check when fewer and fewer people come, in its order (p. 22), each with what
is known of it: the last three regular meetings beside those before. What was answered comes from releases alone."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.models import Community, Objective
from evaluations.domain import indicators
from evaluations.domain.indicators import Year
from evaluations.domain.indicators.decline import LAST, MOST_BEFORE
from evaluations.domain.indicators.lately import LATELY
from evaluations.domain.indicators.year import ROTI, WORTH_IT
from evaluations.domain.surveys.questionnaires import FAVOURABLE, rewordings
from evaluations.domain.surveys.releases import Told
from evaluations.models import Question, Release
from meetings.models import Meeting, Topic

ADVANCED = "R6"  # « Cette rencontre nous a fait avancer vers… »
AGREES = FAVOURABLE[Question.Scale.AGREEMENT]
MARKED = 0.1  # a share that fell by ten points is a clue


@dataclass(frozen=True)
class Share:
    """A share of `n` answers or people: from `low` to `high` of them."""

    name: str
    low: int
    high: int
    n: int

    @property
    def share(self) -> str:
        return indicators.share_between(self.low, self.high, self.n)

    @property
    def width(self) -> float:
        return round(100 * self.low / self.n, 1)


@dataclass(frozen=True)
class CauseKind:
    """What the guide asks to check, and where something can be done about it."""

    code: str
    name: str | Promise
    url_name: str
    action: str | Promise
    may: str  # the permission that this takes


MOMENT = CauseKind(
    "moment",
    gettext_lazy("The time"),
    "meetings:ask_dates",
    gettext_lazy("Ask when to meet"),
    "meetings.plan",
)
SATISFACTION = CauseKind(
    "satisfaction",
    gettext_lazy("Satisfaction"),
    "meetings:topics",
    gettext_lazy("Choose the next topics"),
    "meetings.plan",
)
ENGAGEMENT = CauseKind(
    "engagement",
    gettext_lazy("Engagement"),
    "communities:members",
    gettext_lazy("See the people"),
    "communities.see_people",
)
SCATTER = CauseKind(
    "scatter",
    gettext_lazy("Scattered discussions"),
    "communities:charter",
    gettext_lazy("Recall the objectives"),
    "meetings.plan",
)
NEEDS = CauseKind(
    "needs",
    gettext_lazy("Needs"),
    "communities:objectives",
    gettext_lazy("Review the objectives"),
    "communities.adopt",
)


@dataclass(frozen=True)
class Cause:
    """`parts` are what came before, then what came since; `is_clue` when they point at this cause."""

    kind: CauseKind
    evidence: str
    is_clue: bool = False
    parts: tuple[Share, ...] = ()
    is_known: bool = True

    @classmethod
    def unknown(cls, kind: CauseKind) -> "Cause":
        return cls(kind, _("insufficient data"), is_known=False)

    @property
    def weight(self) -> tuple[str, str]:
        if not self.is_known:
            return "", _("insufficient data")
        return ("warn", _("a clue")) if self.is_clue else ("", _("to check"))


@dataclass(frozen=True)
class Regular:
    """A regular meeting held, and what its release tells."""

    start: dt.datetime
    told: dict[str, Told]
    questionnaire: int | None = None  # the version it was evaluated with


def causes(community: Community, before: Year | None, year: Year) -> list[Cause]:
    """`year` is the one shown, `before` the year that precedes it, if any meeting was held in it."""
    held = _regular(community)
    earlier, last = held[:-LAST], held[-LAST:]
    return [
        _moment(held),
        _satisfaction(earlier, last),
        _engagement(before, year),
        _scatter(earlier, last),
        _needs(community),
    ]


def _regular(community: Community) -> list[Regular]:
    """The last ones that a decline is told from, oldest first."""
    meetings = Meeting.objects.held().filter(kind=Meeting.Kind.REGULAR, community=community)
    meetings = meetings.filter(starts_at__gte=timezone.now() - LATELY)
    read = meetings.order_by("-starts_at").values_list("starts_at", "survey", "survey__questionnaire")
    rows = list(read[: LAST + MOST_BEFORE])[::-1]
    surveys = [survey for _start, survey, _version in rows if survey]
    figures = dict(Release.objects.filter(survey__in=surveys).values_list("survey", "figures__questions"))
    zone = Meeting(community=community).zone
    return [
        Regular(start.astimezone(zone), {q["code"]: Told.from_json(q) for q in figures.get(survey, ())}, version)
        for start, survey, version in rows
    ]


def _moment(held: Sequence[Regular]) -> Cause:
    if not held:
        return Cause.unknown(MOMENT)
    slots = Counter((one.start.weekday(), one.start.hour, one.start.minute) for one in held)
    slot, same = slots.most_common(1)[0]
    usual = next(one.start for one in held if (one.start.weekday(), one.start.hour, one.start.minute) == slot)
    words = {
        "n": len(held),
        "same": same,
        "day": date_format(usual, "l"),
        "time": date_format(usual, "TIME_FORMAT"),
    }
    if same == len(held) > 1:
        evidence = _("%(n)s meetings, all on %(day)s at %(time)s") % words
        return Cause(MOMENT, evidence, is_clue=True)
    return Cause(MOMENT, _("%(same)s of %(n)s meetings on %(day)s at %(time)s") % words)


def _satisfaction(earlier: Sequence[Regular], last: Sequence[Regular]) -> Cause:
    parts = _shares(earlier, last, ROTI, WORTH_IT)
    return _compared(SATISFACTION, _("found the meeting worth their time"), parts)


def _scatter(earlier: Sequence[Regular], last: Sequence[Regular]) -> Cause:
    parts = _shares(earlier, last, ADVANCED, AGREES)
    found = _compared(SCATTER, _("see the objective moving forward"), parts)
    if len(parts) == 2 and _is_reworded(ADVANCED, [*earlier, *last]):
        evidence = _("%(evidence)s. The wording changed in between: the two do not compare.")
        return replace(found, evidence=evidence % {"evidence": found.evidence}, is_clue=False)
    return found


def _is_reworded(code: str, meetings: Iterable[Regular]) -> bool:
    """Not so of a locked question."""
    versions = {one.questionnaire for one in meetings if one.questionnaire and code in one.told}
    return any(code in rewordings(one, max(versions)) for one in versions)


def _compared(kind: CauseKind, meaning: str, parts: tuple[Share, ...]) -> Cause:
    if not parts:
        return Cause.unknown(kind)
    since = parts[-1]
    n = ngettext("n = %(n)s answer", "n = %(n)s answers", since.n) % {"n": since.n}
    words = {"share": since.share, "meaning": meaning, "n": n}
    if len(parts) == 1:
        return Cause(kind, _("%(share)s %(meaning)s (%(n)s)") % words, parts=parts)
    words["before"] = parts[0].share
    evidence = _("%(share)s %(meaning)s, against %(before)s before (%(n)s)") % words
    return Cause(kind, evidence, is_clue=_fell(*parts), parts=parts)


def _fell(before: Share, since: Share) -> bool:
    """Surely: the most of now is well under the least of before."""
    return since.high / since.n <= before.low / before.n - MARKED


def _shares(
    earlier: Iterable[Regular], last: Iterable[Regular], code: str, values: tuple[str, ...]
) -> tuple[Share, ...]:
    """Of what the releases tell apart. Nothing since: nothing to compare."""
    found = [_added(_("Before"), earlier, code, values), _added(_("Since"), last, code, values)]
    return tuple(part for part in found if part) if found[-1] else ()


def _added(name: str, meetings: Iterable[Regular], code: str, values: tuple[str, ...]) -> Share | None:
    told = [one.told[code] for one in meetings if code in one.told]
    some = [(*between, one.n) for one in told if (between := one.number_of(values))]
    if not some:
        return None
    low, high, n = (sum(numbers) for numbers in zip(*some, strict=True))
    return Share(name, low, high, n)


def _engagement(before: Year | None, year: Year) -> Cause:
    core = [(one.year, one.by_code["P4"]) for one in (before, year) if one]
    parts = tuple(Share(str(of), m.count or 0, m.count or 0, m.n) for of, m in core if m.share_value is not None)
    now = core[-1][1]
    if not now.is_known:
        return Cause.unknown(ENGAGEMENT)
    if len(parts) < 2:
        evidence = _("%(share)s of the members form the core group (%(over)s)") % {"share": now.shown, "over": now.over}
        return Cause(ENGAGEMENT, evidence, parts=parts)
    words = {"before": core[0][1].shown, "since": now.shown, "over": now.over}
    evidence = _("The core group goes from %(before)s to %(since)s of the members (%(over)s)") % words
    return Cause(ENGAGEMENT, evidence, is_clue=_fell(*parts), parts=parts)


def _needs(community: Community) -> Cause:
    waiting = Topic.objects.waiting().filter(community=community).count()
    pursued = community.objectives.filter(state=Objective.State.ACTIVE)
    oldest = pursued.order_by("reviewed_on").values_list("reviewed_on", flat=True).first()
    told = ngettext("%(n)s topic is waiting to be discussed", "%(n)s topics are waiting to be discussed", waiting)
    evidence = told % {"n": waiting}
    if oldest:
        evidence += "; " + _("objectives reviewed on %(day)s") % {"day": date_format(oldest, "DATE_FORMAT")}
    return Cause(NEEDS, evidence)
