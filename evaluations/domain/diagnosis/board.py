"""The board: what falls, the five causes in the guide's order with what is known of each, and what came of what was
chosen before."""

import datetime as dt
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from communities.domain import alerts
from communities.domain.alerts import Alert
from communities.models import Community, DeclineRule, DismissedAlert
from evaluations.domain.diagnosis.acting import Acts, Offered
from evaluations.domain.diagnosis.evidence import Evidence, Line, WantedTopic
from evaluations.domain.indicators import Turnout, lately, number
from evaluations.domain.indicators.decline import Rule
from evaluations.domain.overview import causes, chart
from evaluations.domain.overview.answers import Share
from evaluations.domain.overview.board import Overview
from evaluations.domain.overview.chart import NARROW, Chart, Frame
from evaluations.models import RetainedCause
from meetings.models import Meeting

BESIDE_TITLE = Frame(300, 150, 14, 262, 27.8, 126, tells_each_day=False)
REASONS = (
    gettext_lazy("The decline was expected"),
    gettext_lazy("A season when fewer people come every year"),
    gettext_lazy("The group chose to be smaller"),
    gettext_lazy("Something that will not happen again"),
)
MOST_KEPT = 8


@dataclass(frozen=True)
class Slot:
    """A day of the week, and how many of the last meetings were held on it."""

    name: str
    full_name: str
    n: int


@dataclass(frozen=True)
class Card:
    """One cause as it is shown."""

    number: int
    cause: causes.Cause
    lines: list[Line]
    acts: list[Offered]

    @property
    def clues(self) -> int:
        """The group's words count once, however often they were said."""
        quoted = any(line.is_quote for line in self.lines)
        return self.cause.is_clue + quoted + sum(line.is_clue and not line.is_quote for line in self.lines)

    @property
    def weight(self) -> tuple[str, str]:
        if self.clues > 1:
            return "bad", _("several clues")
        if self.cause.is_clue and self.cause.kind is causes.SATISFACTION:
            return "bad", _("falling")
        if self.clues:
            return "warn", _("a clue")
        return ("", _("to check")) if self.cause.is_known or self.lines else ("", _("insufficient data"))

    @property
    def evidence(self) -> str:
        """On one line with its n, wherever the card is narrow."""
        return self.cause.evidence.replace("n = ", "n\u00a0=\u00a0")

    @property
    def facts(self) -> list[Line]:
        return [line for line in self.lines if not line.is_quote]

    @property
    def quotes(self) -> list[Line]:
        return [line for line in self.lines if line.is_quote]

    @property
    def parts(self) -> tuple[Share, ...]:
        return self.cause.parts


@dataclass(frozen=True)
class Kept:
    """What was chosen before, by whom, and what the meetings held since tell."""

    day: dt.date
    words: str
    by: str
    since: str
    dismissed: DismissedAlert | None = None


class Diagnosis:
    """Everything of the page; its queries follow neither meetings nor people."""

    def __init__(self, community: Community, user: User) -> None:
        self.community, self.user = community, user
        self.figures = Overview(community, user)
        self.acts = Acts(community, user)
        self.rule = Rule.of(DeclineRule.of(community))

    @cached_property
    def signal(self) -> lately.Signal | None:
        return lately.signal_of(self.community)

    @property
    def is_watched(self) -> bool:
        return self.community.status in lately.WATCHED

    @cached_property
    def alert(self) -> Alert | None:
        """What the sixth card sets aside, while it stands."""
        found = [self.signal.alert] if self.signal else []
        return next(iter(alerts.standing(self.community, found)[0]), None)

    @cached_property
    def set_aside(self) -> DismissedAlert | None:
        if self.signal is None or self.alert:
            return None
        alert = self.signal.alert
        kept = self.community.dismissed_alerts.filter(code=alert.code, subject=alert.subject)
        return kept.select_related("by").first()

    @property
    def is_declining(self) -> bool:
        return bool(self.alert and self.signal and not self.signal.decline.is_weak)

    @property
    def warnings(self) -> list[Alert]:
        return self.figures.early_warnings

    # ------------------------------------------------------------ what is said first

    @property
    def title(self) -> str:
        if self.is_declining:
            return _("A marked and repeated decline")
        if self.set_aside:
            return _("A decline that was set aside")
        if self.signal:
            return _("A weak signal")
        return _("Evaluations less good than before") if self.warnings else _("No marked decline")

    @property
    def facts(self) -> list[str]:
        if self.signal:
            return [self.signal.decline.fact, *self.signal.decline.beside]
        if self.warnings:
            return [alert.sentence for alert in self.warnings]
        return []

    @cached_property
    def regular(self) -> list[Turnout]:
        """Regular meetings whose presences were recorded, of three years."""
        counted = [turnout for year in sorted(self.figures.years) for turnout in self.figures.years[year].turnouts]
        return [t for t in counted if t.present is not None and t.kind == Meeting.Kind.REGULAR]

    @property
    def lacking(self) -> int:
        """Meetings still to be held before the rule tells anything."""
        return max(0, self.rule.fewest - len(self.regular))

    # ------------------------------------------------------------ the curve

    @property
    def chart(self) -> Chart:
        return self._drawn(BESIDE_TITLE)

    @property
    def narrow_chart(self) -> Chart:
        return self._drawn(NARROW)

    def _drawn(self, frame: Frame) -> Chart:
        low = self.signal.decline.last if self.signal else 0
        return chart.draw(frame, self.figures.turnouts, low=low)

    # ------------------------------------------------------------ the five causes

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self.community, self.user, self.rule, self.figures.before, self.figures.year)

    @cached_property
    def cards(self) -> list[Card]:
        return [
            Card(number, cause, self.evidence.of(cause.kind.code), self.acts.of(cause.kind.code))
            for number, cause in enumerate(self.figures.causes, 1)
        ]

    @property
    def first(self) -> Card | None:
        """Where most points to, the first of them in the guide's order: its button is the filled one."""
        actionable = [card for card in self.cards if card.acts]
        return max(actionable, key=lambda card: card.clues, default=None)

    @cached_property
    def week(self) -> list[Slot]:
        held = self.evidence.meetings
        monday = dt.date(2024, 1, 1)
        days = [monday + dt.timedelta(days=n) for n in range(7)]
        counted = [meeting.local_start.weekday() for meeting in held]
        return (
            [Slot(date_format(d, "D"), date_format(d, "l"), counted.count(d.weekday())) for d in days] if held else []
        )

    @property
    def week_in_words(self) -> str:
        told = (_("%(day)s: %(n)s") % {"day": slot.full_name, "n": slot.n} for slot in self.week if slot.n)
        return ", ".join(told)

    @property
    def wanted(self) -> list[WantedTopic]:
        return self.evidence.wanted()

    @property
    def reasons(self) -> list[str]:
        return [str(reason) for reason in REASONS]

    # ------------------------------------------------------------ what was chosen before

    def kept(self) -> list[Kept]:
        """The latest first."""
        return sorted(self._kept(), key=lambda one: one.day, reverse=True)[:MOST_KEPT]

    def _kept(self) -> Iterator[Kept]:
        for one in RetainedCause.objects.filter(community=self.community).select_related("by"):
            words = _("%(cause)s: %(action)s") % {
                "cause": one.get_cause_display(),
                "action": one.get_action_display(),
            }
            yield Kept(one.retained_on, words, _name(one.by), self._since(one.retained_on))
        for aside in self.community.dismissed_alerts.filter(code=lately.CODE).select_related("by"):
            words = _("Set aside: %(reason)s") % {"reason": aside.reason}
            yield Kept(aside.set_aside_on, words, _name(aside.by), self._since(aside.set_aside_on), aside)

    def _since(self, day: dt.date) -> str:
        """Of the regular meetings held after that day, beside as many as the rule looks at before it."""
        before = [t.present or 0 for t in self.regular if t.day <= day][-self.rule.last :]
        since = [t.present or 0 for t in self.regular if t.day > day]
        if not since:
            return _("no meeting since")
        held = ngettext("%(n)s meeting since", "%(n)s meetings since", len(since)) % {"n": len(since)}
        told = {"held": held, "since": number(statistics.mean(since))}
        if not before:
            return _("%(held)s: %(since)s people on average") % told
        told["before"] = number(statistics.mean(before))
        return _("%(held)s: %(since)s people on average, against %(before)s before") % told


def _name(user: User | None) -> str:
    return user.full_name if user else ""
