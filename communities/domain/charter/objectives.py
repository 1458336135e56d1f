"""Reading the objectives again: when it is due, the four questions of the guide (p. 9), and the soft warnings."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.alerts import Alert
from communities.domain.revising import locked_rows, save, save_rows
from communities.models import Community, ExcludedExpectation, Objective, ObjectivesReview
from communities.models.objectives import MANY_OBJECTIVES

OBJECTIVE_FIELDS = list(Objective.FIELDS)
EXCLUDED_EXPECTATION_FIELDS = ["wording", "reason"]


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


def alerts_on(active: list[Objective]) -> list[Alert]:
    """What page 9 of the guide warns of, as far as a count can tell."""
    n = len(active)
    if n <= MANY_OBJECTIVES:
        return []
    sentence = ngettext(
        "%(n)s objective is in progress.",
        "%(n)s objectives are in progress: above %(many)s, they are hard to keep alive. Which ones could wait?",
        n,
    )
    return [Alert("many-objectives", sentence % {"n": n, "many": MANY_OBJECTIVES})]


@transaction.atomic
def set_objectives(
    community: Community, rows: list[dict], *, shown: str, by: User, settings: dict[str, Any] | None = None
) -> None:
    """Rows with a `pk` change that objective, whose earlier words are kept; the others are new. All are reviewed today.

    `settings` are those of the page: how often to review, and the frame of what members propose.
    """
    theirs = locked_rows(community, community.objectives.all(), OBJECTIVE_FIELDS, shown)
    save_rows(
        community.objectives,
        theirs,
        rows,
        OBJECTIVE_FIELDS,
        add={"reviewed_on": timezone.localdate()},
        change=lambda objective, new: objective.revise(new, by=by),
    )
    if settings:
        save(Community.objects.get(pk=community.pk), settings)


@transaction.atomic
def set_excluded_expectations(community: Community, rows: list[dict], *, shown: str) -> None:
    """A row emptied of its words is no longer said."""
    theirs = locked_rows(community, community.excluded_expectations.all(), EXCLUDED_EXPECTATION_FIELDS, shown)
    emptied = [row["pk"] for row in rows if row.get("pk") and not row["wording"]]
    if community.excluded_expectations.filter(pk__in=emptied).delete()[0]:
        audit.write(
            Action.SETTINGS_CHANGED, about=community, community=community, part=ExcludedExpectation._meta.model_name
        )
    save_rows(
        community.excluded_expectations, theirs, [row for row in rows if row["wording"]], EXCLUDED_EXPECTATION_FIELDS
    )
