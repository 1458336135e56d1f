"""Early warnings: what members answer less well over three meetings than before, against this group's own history.

The guide names them beside a decline (p. 22): « le taux de satisfaction est faible », « les personnes participantes ne
sont pas assez engagées ou contributives », « les discussions s'éparpillent », « la communauté ne s'est pas adaptée aux
besoins changeants ». Answers often fall before attendance does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.domain import alerts
from communities.domain.alerts import Alert
from communities.models import Community
from evaluations.domain.indicators.decline import FEWEST_BEFORE, LAST, MOST_BEFORE
from evaluations.domain.indicators.lately import WATCHED
from evaluations.domain.indicators.year import ROTI, WORTH_IT
from evaluations.domain.overview.answers import (
    Regular,
    Share,
    before_and_since,
    fell,
    is_reworded,
    known,
    regular_meetings,
)
from evaluations.domain.surveys.questionnaires import FAVOURABLE
from evaluations.models import Question

AGREES = FAVOURABLE[Question.Scale.AGREEMENT]
CODE = "answers-fall"


@dataclass(frozen=True)
class Item:
    """A question that is watched, the answers that are good news, and what choosing one of them means."""

    code: str
    values: tuple[str, ...]
    meaning: str | Promise


WORTH = Item(ROTI, WORTH_IT, gettext_lazy("found the meeting worth their time"))
RELEVANT = Item("R2", AGREES, gettext_lazy("say that the topics meet a need in their work"))
SPOKE = Item("R3", ("1",), gettext_lazy("spoke as much as they wanted"))
ADVANCED = Item("R6", AGREES, gettext_lazy("see the objective moving forward"))
ITEMS = (WORTH, RELEVANT, SPOKE, ADVANCED)


def warnings_of(community: Community) -> list[Alert]:
    """Those that stand: nobody set them aside since the answers fell."""
    return standing([community]).get(community.pk, [])


def standing(communities: Iterable[Community]) -> dict[int, list[Alert]]:
    """Community → its early warnings, where there are any; one query for all of them, and one more where something
    fell. At rest or archived, nobody is alerted."""
    watched = [community for community in communities if community.status in WATCHED]
    meetings = regular_meetings(watched)
    fallen = [(community, falls) for community in watched if (falls := _falls(meetings[community.pk]))]
    prefetch_related_objects([community for community, _alerts in fallen], "dismissed_alerts")
    return {community.pk: alerts.standing(community, falls)[0] for community, falls in fallen}


def _falls(held: Sequence[Regular]) -> list[Alert]:
    return [alert for item in ITEMS if (alert := _fall(item, held))]


def _fall(item: Item, held: Sequence[Regular]) -> Alert | None:
    """Marked: the share of the last three meetings that tell it is surely ten points under that of the three to six
    before. Repeated: so are two of the three. Set aside, it comes back if it falls again from a later meeting."""
    telling = [one for one in held if known([one], item.code, item.values)][-(LAST + MOST_BEFORE) :]
    if len(telling) < LAST + FEWEST_BEFORE or is_reworded(item.code, telling):
        return None
    earlier, last = telling[:-LAST], telling[-LAST:]
    before, since = before_and_since(earlier, last, item.code, item.values)
    under = [one for one in last if _is_under(before, one, item)]
    if not fell(before, since) or len(under) < LAST - 1:
        return None
    words = {"since": since.share, "before": before.share, "meaning": item.meaning, "n": since.n, "n_before": before.n}
    sentence = _(
        "%(since)s %(meaning)s over the last three meetings that tell it (n = %(n)s), against %(before)s before "
        "(n = %(n_before)s)."
    )
    return Alert(CODE, sentence % words, f"{item.code}:{last[0].start:%Y-%m-%d}")


def _is_under(before: Share, meeting: Regular, item: Item) -> bool:
    ((told, (_low, high)),) = known([meeting], item.code, item.values)
    return high / told.n < before.low / before.n
