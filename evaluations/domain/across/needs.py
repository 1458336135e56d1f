"""Which communities need somebody first, why, and where to act: read for all of them in a fixed number of queries."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from communities.domain.charter.objectives import review_due_on
from communities.domain.lifecycle import end_notice
from communities.models import LEADING, Community, Objective, Policies, RoleAssignment
from evaluations.domain.indicators import Decline, lately
from evaluations.domain.overview import early
from evaluations.models import AnnualReport
from meetings.models import Meeting

OPEN_TOO_LONG = dt.timedelta(days=2)  # after its end, a meeting that nobody closed lacks its record
SHOWN = 3  # reasons of a community; its page has the others


@dataclass(frozen=True)
class Need:
    """One reason, in a sentence, and the page where something is done about it; `gravity` is 0 for the gravest."""

    why: str
    action: str
    address: str
    gravity: int
    is_marked: bool = False  # a decline: the one thing that is told in red
    is_on_answers: bool = False  # told on pages, and in no mail


@dataclass(frozen=True)
class Needing:
    """A community that needs somebody: its reasons, the gravest first."""

    community: Community
    needs: list[Need]

    @property
    def gravity(self) -> int:
        return self.needs[0].gravity

    @property
    def first(self) -> Need:
        return self.needs[0]

    @property
    def shown(self) -> list[Need]:
        return self.needs[:SHOWN]


@dataclass(frozen=True)
class _Read:
    """What is known of one community today."""

    community: Any
    today: dt.date
    decline: Decline | None
    warnings: list
    facts: dict[str, Any]


def needing(user: User, communities: Iterable[Community], now: dt.datetime | None = None) -> list[Needing]:
    """Of those that this person leads or coordinates, and where they may act: the gravest reason first, then how many
    there are. Neither a rank nor a mark: those that follow their course are not there."""
    now = now or timezone.now()
    watched = [c for c in communities if c.status in lately.WATCHED and user.has_perm("evaluations.write_report", c)]
    if not watched:
        return []
    found = [Needing(read.community, needs) for read in _read(watched, now) if (needs := _needs_of(read, user))]
    return sorted(found, key=lambda one: (one.gravity, -len(one.needs), one.community.name))


def _needs_of(read: _Read, user: User) -> list[Need]:
    """A community that runs itself owes nothing to the calendar."""
    reasons = REASONS if read.community.writes_by_itself else (_fewer_come, _answers_fall)
    return [need for reason in reasons if (need := reason(read, user))]


def _read(watched: list[Community], now: dt.datetime) -> Iterable[_Read]:
    today = timezone.localdate(now)
    declines = lately.standing(watched, lately.held_lately(watched, now))
    warnings = early.standing(watched)
    facts = {row.pop("pk"): row for row in _facts(watched, now)}
    for community in watched:
        decline = declines.get(community.pk)
        yield _Read(community, today, decline, warnings.get(community.pk, []), facts[community.pk])


def _facts(watched: list[Community], now: dt.datetime) -> Any:
    """What is counted beside attendance and answers, in one query."""
    own = {"community": OuterRef("pk")}
    meetings = Meeting.objects.filter(cancelled_at=None, closed_at=None, **own)
    late = meetings.filter(ends_at__lt=now - OPEN_TOO_LONG).order_by().values("community")
    last_year = timezone.localdate(now).year - 1
    held = Meeting.objects.held().filter(starts_at__year=last_year, **own)
    published = AnnualReport.objects.published().filter(year=last_year, **own)
    reviewed = Objective.objects.filter(state=Objective.State.ACTIVE, **own).order_by().values("community")
    leading = RoleAssignment.objects.in_force().filter(role__in=LEADING, **own)
    return Community.objects.filter(pk__in=[c.pk for c in watched]).values(
        "pk",
        is_led=Exists(leading),
        has_date=Exists(meetings.filter(ends_at__gte=now)),
        left_open=Coalesce(Subquery(late.annotate(n=Count("pk")).values("n")), 0),
        lacks_report=Q(Exists(held)) & ~Q(Exists(published)),
        oldest_objective=Subquery(reviewed.annotate(day=Min("reviewed_on")).values("day")),
    )


def _fewer_come(read: _Read, user: User) -> Need | None:
    if not read.decline:
        return None
    address = reverse("evaluations:diagnosis", args=[read.community.pk])
    return Need(read.decline.fact, _("Open the diagnosis"), address, 0, is_marked=True)


def _nobody_leads(read: _Read, user: User) -> Need | None:
    if read.facts["is_led"]:
        return None
    address = reverse("communities:roles", args=[read.community.pk])
    return Need(_("Nobody facilitates it."), _("Name somebody"), address, 1)


def _answers_fall(read: _Read, user: User) -> Need | None:
    if not read.warnings:
        return None
    address = reverse("evaluations:diagnosis", args=[read.community.pk])
    return Need(read.warnings[0].sentence, _("Open the diagnosis"), address, 2, is_on_answers=True)


def _end_is_near(read: _Read, user: User) -> Need | None:
    sentence = end_notice.sentence(read.community, read.today)
    address = reverse("communities:life", args=[read.community.pk])
    return Need(sentence, _("Decide what comes next"), address, 3) if sentence else None


def _records_are_missing(read: _Read, user: User) -> Need | None:
    n = read.facts["left_open"]
    if not n:
        return None
    why = ngettext(
        "%(n)s meeting is past and nobody closed it: its record is missing.",
        "%(n)s meetings are past and nobody closed them: their records are missing.",
        n,
    ) % {"n": n}
    return Need(why, _("Complete the record"), reverse("meetings:of_community", args=[read.community.pk]), 4)


def _no_date(read: _Read, user: User) -> Need | None:
    if read.facts["has_date"] or not user.has_perm("meetings.plan", read.community):
        return None
    address = reverse("meetings:plan", args=[read.community.pk])
    return Need(_("No meeting is planned."), _("Plan the next dates"), address, 5)


def _report_is_missing(read: _Read, user: User) -> Need | None:
    if not read.facts["lacks_report"]:
        return None
    year = read.today.year - 1
    why = _("The %(year)s annual report is not published.") % {"year": year}
    return Need(why, _("Open the report"), reverse("evaluations:report", args=[read.community.pk, year]), 6)


def _objectives_are_old(read: _Read, user: User) -> Need | None:
    oldest = read.facts["oldest_objective"]
    months = Policies.of(read.community).objectives_reviewed_every
    if not oldest or review_due_on(oldest, months) > read.today:
        return None
    why = _("Objectives were last reviewed on %(day)s.") % {"day": date_format(oldest, "DATE_FORMAT")}
    address = reverse("communities:objectives", args=[read.community.pk]) + "#revision"
    return Need(why, _("Review the objectives"), address, 7)


# In the order of their gravity: a group that thins out before a paper that is late.
REASONS: tuple[Callable[[_Read, User], Need | None], ...] = (
    _fewer_come, _nobody_leads, _answers_fall, _end_is_near, _records_are_missing, _no_date, _report_is_missing,
    _objectives_are_old,
)  # fmt: skip
