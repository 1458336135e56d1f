"""How many will come, as a range: from the replies, and from what this group's earlier replies turned out to mean.

« Lorsque les inscriptions se font à l'avance, il faut quand même tenir compte du fait que plusieurs personnes seront
absentes » (guide, p. 15). Nothing here knows who anybody is: numbers in, numbers out.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ANSWERED = ("yes", "maybe", "no")
LATER = "later"  # silent so far, and expected to answer yet, as usual here
COMMITTED = "committed"  # silent so far, who committed to every meeting: expected unless they say no
SILENT = "silent"
GROUPS = ("yes", COMMITTED, LATER, "maybe", SILENT, "no")
USUAL = {"yes": 0.75, COMMITTED: 0.75, LATER: 0.6, "maybe": 0.4, SILENT: 0.1, "no": 0.03}  # of a group without history
USUAL_COMMITTED = {**USUAL, "yes": 0.92, COMMITTED: 0.88}
USUAL_ANSWERED = 0.5  # share of those invited
PRIOR = 10  # what is usual counts as much as this number of earlier replies
SHOWN_FROM = 5  # replies: under that a rate would tell of persons
SWING = 0.25  # how far a meeting is from what replies say, assumed without history
SWING_PRIOR = 2  # meetings
LOW, HIGH = 0.1, 0.9  # eight meetings out of ten fall between
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Past:
    """An earlier meeting: for each answer, how many gave it and how many of these came."""

    said: Mapping[str, int]
    came: Mapping[str, int]


@dataclass(frozen=True)
class Rate:
    """What a group of people has meant so far, and what is expected of it now."""

    group: str
    said: int
    came: int
    expected: float  # a share

    @property
    def is_shown(self) -> bool:
        return self.said >= SHOWN_FROM and self.group != LATER  # the sum of the others would tell of a small one

    @property
    def percent(self) -> int:
        return round(100 * self.expected)


@dataclass(frozen=True)
class Forecast:
    low: int
    likely: int
    high: int
    groups: Mapping[str, int]
    rates: list[Rate]
    meetings: int  # that it was learned from
    swing: int  # percent


def forecast(
    counts: Mapping[str, int],
    history: list[Past],
    *,
    more_expected: bool = False,
    called: int = 0,
    is_committed: bool = False,
) -> Forecast:
    """`counts` says how many people gave each answer, the silent included; `called`, how many of the silent said that
    a topic of this meeting calls them: they are expected to answer yet. Pure.

    Where members commit to every meeting (`is_committed`), the silent who did are counted apart (`COMMITTED`): they
    are expected unless they say no, at the rate at which silent members of this group came so far.

    While there is time (`more_expected`), as many are expected to answer as usual here; the others stay silent. Each
    person comes or not with the rate of their group; the evening itself (a storm, a strike) takes away or adds a share
    common to all. One more « yes » never lowers any of the three numbers.
    """
    if is_committed:
        history = [Past(_as_committed(past.said), _as_committed(past.came)) for past in history]
    rates = _rates(history, USUAL_COMMITTED if is_committed else USUAL)
    groups = _groups(counts, history, more_expected=more_expected, called=called)
    swing = _swing(rates, history)
    law = _law(groups, rates, swing)
    low, likely, high = (_quantile(law, share) for share in (LOW, 0.5, HIGH))
    return Forecast(low, likely, high, groups, rates, len(history), round(100 * swing))


def _as_committed(numbers: Mapping[str, int]) -> dict[str, int]:
    return {COMMITTED if answer == SILENT else answer: n for answer, n in numbers.items()}


def _groups(counts: Mapping[str, int], history: list[Past], *, more_expected: bool, called: int) -> dict[str, int]:
    answered = sum(counts.get(answer, 0) for answer in ANSWERED)
    silent = counts.get(SILENT, 0)
    usual = _share("said", ANSWERED, history, among=(*ANSWERED, SILENT), usual=USUAL_ANSWERED)
    later = max(0, round(usual * (answered + silent)) - answered) if more_expected else 0
    later = min(silent, max(later, called))
    said = {answer: counts.get(answer, 0) for answer in ANSWERED}
    return {**said, COMMITTED: counts.get(COMMITTED, 0), LATER: later, SILENT: silent - later}


def _rates(history: list[Past], usual: Mapping[str, float]) -> list[Rate]:
    """The usual rate, corrected by what happened here. A « yes » is never expected less than whoever said nothing."""
    most, rates = 1.0, []
    for group in GROUPS:
        answers = ANSWERED if group == LATER else (group,)
        said, came = _sum("said", answers, history), _sum("came", answers, history)
        expected = min(most, (came + PRIOR * usual[group]) / (said + PRIOR))
        most = expected if group in ("yes", "maybe") else most
        rates.append(Rate(group, said, came, expected))
    return rates


def _sum(what: str, answers: Iterable[str], history: list[Past]) -> int:
    return sum(getattr(past, what).get(answer, 0) for past in history for answer in answers)


def _share(what: str, answers: Iterable[str], history: list[Past], *, among: Iterable[str], usual: float) -> float:
    return (_sum(what, answers, history) + PRIOR * usual) / (_sum(what, among, history) + PRIOR)


def _swing(rates: list[Rate], history: list[Past]) -> float:
    """How far meetings of this group were from what their replies said, as a share; never nothing."""
    gaps = [SWING**2] * SWING_PRIOR
    for past in history:
        expected = sum(past.said.get(rate.group, 0) * rate.expected for rate in rates)
        if expected:
            came = sum(past.came.values())
            gaps.append(min(1.0, (came - expected) / expected) ** 2)
    return min(0.6, max(0.1, math.sqrt(sum(gaps) / len(gaps))))


def _law(groups: Mapping[str, int], rates: list[Rate], swing: float) -> list[float]:
    """The chance of each number of people, over a thin, a usual and a full evening."""
    law = [0.0] * (sum(groups[rate.group] for rate in rates) + 1)
    for evening, weight in ((1 - swing, 0.25), (1.0, 0.5), (1 + swing, 0.25)):
        for number, chance in enumerate(_crowd(groups, rates, evening)):
            law[number] += weight * chance
    return law


def _crowd(groups: Mapping[str, int], rates: list[Rate], evening: float) -> list[float]:
    crowd = [1.0]
    for rate in rates:
        crowd = _sum_of(crowd, _binomial(groups[rate.group], min(1.0, rate.expected * evening)))
    return crowd


def _binomial(n: int, share: float) -> list[float]:
    if share >= 1:
        return [0.0] * n + [1.0]
    return [math.comb(n, k) * share**k * (1 - share) ** (n - k) if n < 900 else _far(n, k, share) for k in range(n + 1)]


def _far(n: int, k: int, share: float) -> float:
    """The same through logarithms, where the numbers would be too large to write."""
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(share) + (n - k) * math.log1p(-share))


def _sum_of(one: list[float], other: list[float]) -> list[float]:
    found = [0.0] * (len(one) + len(other) - 1)
    likely = [(k, chance) for k, chance in enumerate(other) if chance > NEGLIGIBLE]
    for n, weight in enumerate(one):
        if weight > NEGLIGIBLE:
            for k, chance in likely:
                found[n + k] += weight * chance
    return found


def _quantile(law: list[float], share: float) -> int:
    below = 0.0
    for number, chance in enumerate(law):
        below += chance
        if below >= share - 1e-6:
            return number
    return len(law) - 1
