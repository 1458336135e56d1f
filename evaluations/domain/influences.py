"""What helped and what hindered: noted when it happens, kept through the year, offered to the annual report.

A line is signed and its author alone changes it; once they are erased, those who facilitate may. Whoever writes the
report ticks the lines that it tells.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.models import User
from communities.models import Community
from evaluations.models import Influence


@transaction.atomic
def note(community: Community, *, kind: str, text: str, factor: str, noted_on: dt.date, by: User) -> Influence:
    """The press sent twice is one line."""
    Community.objects.select_for_update().get(pk=community.pk)
    said: dict[str, Any] = {"kind": kind, "text": text, "factor": factor, "noted_on": noted_on}
    return Influence.objects.get_or_create(community=community, by=by, **said)[0]


def may_change(influence: Influence, user: User) -> bool:
    """Asked once they may note in its community."""
    return influence.by_id in (None, user.pk)


def offered(community: Community, year: int) -> list[Influence]:
    """To whoever writes the report of this year, oldest first."""
    return list(community.influences.during(year).order_by("noted_on", "pk"))


def take(community: Community, year: int, ticked: Collection[int]) -> None:
    """The report of this year tells these lines and no other."""
    of_year = community.influences.during(year)
    of_year.filter(pk__in=ticked, is_in_report=False).update(is_in_report=True)
    of_year.exclude(pk__in=ticked).filter(is_in_report=True).update(is_in_report=False)


def taken(community: Community, year: int) -> set[int]:
    return set(community.influences.during(year).filter(is_in_report=True).values_list("pk", flat=True))
