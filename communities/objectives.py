"""Reading the objectives again: when it is due, the four questions of the guide (p. 9), and the soft warnings."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from communities.advice import Advice
from communities.models import Community, Objective, ObjectivesReview
from communities.models.frame import MANY_OBJECTIVES


@transaction.atomic
def review(community: Community, *, by: User, faults: dict[str, bool]) -> ObjectivesReview:
    """« Review done today »: the objectives in progress are reviewed, and what was found is kept with its date.
    Pressed again the same day, the last answers stand."""
    today = timezone.localdate()
    community.objectives.filter(state=Objective.State.ACTIVE).update(reviewed_on=today)
    return community.objective_reviews.update_or_create(on=today, defaults={"by": by, **faults})[0]


def review_due_on(reviewed_on: dt.date, months: int) -> dt.date:
    """That many months later; the last day of a shorter month."""
    year, month = divmod(reviewed_on.year * 12 + reviewed_on.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=reviewed_on.day - 1), following - dt.timedelta(days=1))


def advices(active: list[Objective]) -> list[Advice]:
    """What page 9 of the guide warns of, as far as a count can tell."""
    n = len(active)
    if n <= MANY_OBJECTIVES:
        return []
    sentence = ngettext(
        "%(n)s objective is in progress.",
        "%(n)s objectives are in progress: above %(many)s, they are hard to keep alive. Which ones could wait?",
        n,
    )
    return [Advice("many-objectives", sentence % {"n": n, "many": MANY_OBJECTIVES})]
