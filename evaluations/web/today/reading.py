"""What is read for the page of today, each thing once: whose it is, their communities and the meetings around them."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from communities.models import LEADING, Community, Membership, Objective, ObjectiveProposal, Role, Roles, roles_of
from evaluations.domain import improvements
from evaluations.models import AnnualReport
from evaluations.web.today.to_do import FORGOTTEN_AFTER
from meetings.domain.followup import completing, private_journal
from meetings.models import AgendaItem, Meeting, Reflection


def with_what_waits(communities: QuerySet, now: dt.datetime) -> QuerySet:
    """Annotate what the tasks of Today ask of each community: `proposed` objectives without an answer, the day the
    `oldest_objective` was reviewed, whether it `lacks_report` for last year, and whether its members ever suggested
    something (`was_suggested_to`)."""
    last_year = timezone.localdate(now).year - 1
    held = Meeting.objects.held().filter(community=OuterRef("pk"), starts_at__year=last_year)
    published = AnnualReport.objects.published().filter(community=OuterRef("pk"), year=last_year)
    waiting = ObjectiveProposal.objects.waiting().filter(community=OuterRef("pk")).order_by().values("community")
    active = Objective.objects.filter(community=OuterRef("pk"), state=Objective.State.ACTIVE)
    return communities.annotate(
        proposed=Coalesce(waiting.annotate(n=Count("pk")).values("n"), 0),
        oldest_objective=Subquery(active.order_by("reviewed_on").values("reviewed_on")[:1]),
        lacks_report=Exists(held) & ~Exists(published),
        was_suggested_to=improvements.ever_released(),
    )


class Reader:
    """What one person leads, belongs to and answers for."""

    def __init__(self, user: User, now: dt.datetime | None = None) -> None:
        self.user = user
        self.now = now or timezone.now()
        self.roles = roles_of(user)

    @cached_property
    def communities(self) -> list[Any]:  # with their number of members, and what waits there
        tended = Community.objects.led_by(self.user).with_tasks_for(self.user).with_member_count()
        return list(with_what_waits(tended, self.now).select_related("programme", "policies", "decline_rule"))

    @cached_property
    def drafts(self) -> list[Community]:
        """Communities in preparation that wait for this person."""
        if not self.roles.holds(Role.FACILITATOR, Role.COORDINATOR):
            return []
        return list(Community.objects.drafts_awaiting(self.user))

    @property
    def leads(self) -> bool:
        return bool(self.communities)

    @cached_property
    def facilitated(self) -> set[int]:
        """Those one runs oneself: their meetings come first; a coordinator only reads across the others."""
        return set(self.roles.communities_as(*LEADING))

    @cached_property
    def own(self) -> list[Any]:
        """The communities whose tasks are one's own: those facilitated, or all of them when one facilitates none."""
        return [c for c in self.communities if c.pk in self.facilitated] or self.communities

    @cached_property
    def meetings(self) -> list[Any]:
        """Open meetings of one's communities, and those held lately, in one query each for agenda and counts.

        Each says whether one runs it oneself (`is_mine`) and has written one's two minutes (`has_reflected`).
        """
        since = self.now - FORGOTTEN_AFTER
        queryset = Meeting.objects.filter(community__in=self.own, cancelled_at=None).filter(
            Q(closed_at=None) | Q(ends_at__gte=since)
        )
        named = Meeting.facilitators.through.objects.filter(meeting=OuterRef("pk"))
        own = Reflection.objects.filter(meeting=OuterRef("pk"), author=self.user)
        return list(
            completing.with_record(queryset.with_replies().with_turnout())
            .annotate(is_mine=Exists(named.filter(user=self.user)) | ~Exists(named), has_reflected=Exists(own))
            .select_related("community", "note_taker", "survey", "invitation")
            .prefetch_related(Prefetch("agenda", AgendaItem.objects.order_by("position")))
            .order_by("starts_at")
        )

    @cached_property
    def noted_for_later(self) -> list[Reflection]:
        """In one's own journal, of the communities one facilitates."""
        facilitated = [c.pk for c in self.own if c.pk in self.facilitated]
        return private_journal.left_to_do(self.user, facilitated) if facilitated else []

    @cached_property
    def coming(self) -> list[Any]:
        return [m for m in self.meetings if m.is_live or (m.is_open and m.ends_at >= self.now)]

    def own_with(self, perm: str) -> list[Any]:
        """Those of one's own where one may do this: whoever facilitates by contract is asked less."""
        return [c for c in self.own if self.user.has_perm(perm, c)]

    def closed_with(self, perm: str) -> list[Community]:
        """Those that are archived or at rest, where one may do this all the same."""
        if not self.roles.holds(*LEADING, Role.COORDINATOR):
            return []
        closed = Community.objects.led_by(self.user).filter(
            status__in=(Community.Status.ARCHIVED, Community.Status.DORMANT)
        )
        return [c for c in closed if self.user.has_perm(perm, c)]

    @cached_property
    def memberships(self) -> dict[int, Membership]:
        if not self.roles.communities_as(Roles.MEMBER):
            return {}
        current = Membership.objects.filter(user=self.user, status__in=Membership.CURRENT).select_related("community")
        return {m.community_id: m for m in current}

    @property
    def answers_for_recordings(self) -> bool:
        """An administrator too, or whoever led a community that is archived now."""
        return self.user.has_perm("meetings.see_recordings")

    @cached_property
    def answers_requests(self) -> bool:
        """What people ask about their personal information."""
        return self.user.has_perm("communities.answer_destruction")
