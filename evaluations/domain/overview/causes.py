"""The five causes that the guide asks to check when fewer and fewer people come, in its order (p. 22), each with what
is known of it: the last three regular meetings beside those before. What was answered comes from releases alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.models import Community, DeclineRule, Objective
from evaluations.domain.indicators import Year
from evaluations.domain.indicators.decline import Rule
from evaluations.domain.overview import early
from evaluations.domain.overview.answers import Regular, Share, before_and_since, fell, is_reworded, regular_meetings
from meetings.models import Topic


@dataclass(frozen=True)
class CauseKind:
    """What the guide asks to check."""

    code: str
    name: str | Promise


MOMENT = CauseKind("moment", gettext_lazy("The time"))
SATISFACTION = CauseKind("satisfaction", gettext_lazy("Satisfaction"))
ENGAGEMENT = CauseKind("engagement", gettext_lazy("Engagement"))
SCATTER = CauseKind("scatter", gettext_lazy("Scattered discussions"))
NEEDS = CauseKind("needs", gettext_lazy("Needs"))


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


def causes(community: Community, before: Year | None, year: Year) -> list[Cause]:
    """`year` is the one shown, `before` the year that precedes it, if any meeting was held in it."""
    rule = Rule.of(DeclineRule.of(community))
    held = regular_meetings([community])[community.pk][-(rule.last + rule.most_before) :]
    earlier, last = held[: -rule.last], held[-rule.last :]
    return [
        _moment(held),
        _compared(SATISFACTION, early.WORTH, earlier, last),
        _joined(_engagement(before, year), _compared(ENGAGEMENT, early.SPOKE, earlier, last)),
        _compared(SCATTER, early.ADVANCED, earlier, last),
        _joined(_needs(community), _compared(NEEDS, early.RELEVANT, earlier, last)),
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


def _compared(kind: CauseKind, item: early.Item, earlier: Sequence[Regular], last: Sequence[Regular]) -> Cause:
    parts = before_and_since(earlier, last, item.code, item.values)
    if not parts:
        return Cause.unknown(kind)
    since = parts[-1]
    n = ngettext("n = %(n)s answer", "n = %(n)s answers", since.n) % {"n": since.n}
    words = {"share": since.share, "meaning": item.meaning, "n": n}
    if len(parts) == 1:
        return Cause(kind, _("%(share)s %(meaning)s (%(n)s)") % words, parts=parts)
    words["before"] = parts[0].share
    evidence = _("%(share)s %(meaning)s, against %(before)s before (%(n)s)") % words
    if is_reworded(item.code, [*earlier, *last]):
        evidence = _("%(evidence)s. The wording changed in between: the two do not compare.") % {"evidence": evidence}
        return Cause(kind, evidence, parts=parts)
    return Cause(kind, evidence, is_clue=fell(*parts), parts=parts)


def _joined(cause: Cause, answered: Cause) -> Cause:
    """What is counted, then what members answer of the same cause."""
    if not answered.is_known:
        return cause
    if not cause.is_known:
        return answered
    evidence = f"{cause.evidence}; {answered.evidence}"
    return replace(cause, evidence=evidence, is_clue=cause.is_clue or answered.is_clue)


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
    return Cause(ENGAGEMENT, evidence, is_clue=fell(*parts), parts=parts)


def _needs(community: Community) -> Cause:
    waiting = Topic.objects.waiting().filter(community=community).count()
    pursued = community.objectives.filter(state=Objective.State.ACTIVE)
    oldest = pursued.order_by("reviewed_on").values_list("reviewed_on", flat=True).first()
    told = ngettext("%(n)s topic is waiting to be discussed", "%(n)s topics are waiting to be discussed", waiting)
    evidence = told % {"n": waiting}
    if oldest:
        evidence += "; " + _("objectives reviewed on %(day)s") % {"day": date_format(oldest, "DATE_FORMAT")}
    return Cause(NEEDS, evidence)
