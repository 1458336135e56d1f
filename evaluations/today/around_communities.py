"""What is left to do for the communities one runs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from communities import ending
from communities.models import Community, Objective, ObjectiveProposal
from communities.objectives import review_due_on
from evaluations.models import AnnualReport
from evaluations.today.to_do import LATE, SOON, THIS_WEEK, ToDo
from meetings.models import Meeting

if TYPE_CHECKING:
    from evaluations.today.page import Today


def to_do(page: "Today") -> Iterator[ToDo]:
    yield from people_to_list(page)
    yield from dates_to_plan(page)
    yield from reports_to_publish(page)
    yield from ends_to_prepare(page)
    yield from proposals_to_answer(page)
    yield from objectives_to_review(page)


def people_to_list(page: "Today") -> Iterator[ToDo]:
    for community in page.own:
        if not community.member_count:
            yield ToDo(
                SOON,
                _("List the people of %(community)s") % {"community": community},
                _("by hand, or from a file"),
                reverse("communities:members", args=[community.pk]),
                _("List"),
            )


def dates_to_plan(page: "Today") -> Iterator[ToDo]:
    planned = {m.community_id for m in page.coming}
    for community in page.own:
        if community.pk not in planned:
            yield ToDo(
                SOON,
                _("Plan the next dates of %(community)s") % {"community": community},
                _("no meeting is planned"),
                reverse("meetings:plan", args=[community.pk]),
                _("Plan"),
            )


def reports_to_publish(page: "Today") -> Iterator[ToDo]:
    year = timezone.localdate(page.now).year - 1
    published = AnnualReport.objects.published().filter(year=year).values("community")
    held = Meeting.objects.held().filter(starts_at__year=year).values("community")
    late = Community.objects.filter(pk__in=[c.pk for c in page.own]).filter(pk__in=held).exclude(pk__in=published)
    for community in late:
        yield ToDo(
            SOON,
            _("Publish the %(year)s annual report") % {"year": year},
            str(community),
            reverse("evaluations:report", args=[community.pk, year]),
            pgettext("button", "Open"),
        )


def ends_to_prepare(page: "Today") -> Iterator[ToDo]:
    today = timezone.localdate(page.now)
    for community in page.own:
        left = ending.days_left(community, today)
        if left is not None:
            yield ToDo(
                LATE if left < 0 else THIS_WEEK if left < 30 else SOON,
                _("Prepare the end of %(community)s") % {"community": community},
                ending.sentence(community, today),
                reverse("communities:life", args=[community.pk]),
                _("Decide"),
            )


def proposals_to_answer(page: "Today") -> Iterator[ToDo]:
    waiting = ObjectiveProposal.objects.waiting().filter(community__in=page.adopting.keys()).order_by()
    for pk, n in waiting.values_list("community").annotate(Count("pk")):
        yield ToDo(
            THIS_WEEK,
            ngettext("Answer %(n)s proposed objective", "Answer %(n)s proposed objectives", n) % {"n": n},
            str(page.adopting[pk]),
            reverse("communities:objectives", args=[pk]),
            _("Read"),
        )


def objectives_to_review(page: "Today") -> Iterator[ToDo]:
    active = Objective.objects.filter(community__in=page.adopting.keys(), state=Objective.State.ACTIVE).order_by()
    today = timezone.localdate(page.now)
    for pk, oldest in active.values_list("community").annotate(Min("reviewed_on")):
        community = page.adopting[pk]
        if review_due_on(oldest, community.objectives_reviewed_every) <= today:
            yield ToDo(
                SOON,
                _("Review the objectives of %(community)s") % {"community": community},
                _("last reviewed on %(day)s") % {"day": date_format(oldest, "DATE_FORMAT")},
                reverse("communities:objectives", args=[pk]) + "#revision",
                _("Review"),
            )
