"""What somebody who just arrived needs: objectives, rules, what was said before they came, the dates, whom to ask.

What was kept of past meetings is shown as on their own pages: the synthesis once the follow-up is sent, the notes once
the minutes are published, and only where the community shares them (see `meetings.domain.followup.minutes`).
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from communities.models import Community, ExcludedExpectation, Expectation, Membership, Objective, RecordSheet
from meetings.domain.followup import minutes
from meetings.models import Meeting, Minutes, Note

NEW_FOR = dt.timedelta(days=365)
SHARED = (Community.MinutesLevel.SYNTHESIS, Community.MinutesLevel.FULL)
WORTH_READING = (Note.Kind.HIGHLIGHT, Note.Kind.IDEA, Note.Kind.DECISION)


def is_new(membership: Membership) -> bool:
    """Joined less than a year ago, and still there."""
    joined = membership.joined_on
    return membership.status in Membership.CURRENT and bool(joined and joined > timezone.localdate() - NEW_FOR)


@dataclass(frozen=True)
class Welcome:
    """One membership's page of arrival."""

    membership: Membership
    PAST, NEXT = 8, 6

    @property
    def community(self) -> Community:
        return self.membership.community

    @cached_property
    def objectives(self) -> list[Objective]:
        return list(self.community.objectives.filter(state=Objective.State.ACTIVE))

    @cached_property
    def common_needs(self) -> str:
        return RecordSheet.of(self.community).common_needs

    @cached_property
    def out_of_reach(self) -> list[ExcludedExpectation]:
        return list(self.community.excluded_expectations.all())

    @cached_property
    def rules(self) -> list:
        """Of the version in force, else those that apply."""
        version = self.community.rules_versions.first()
        return version.rules if version else list(self.community.rules.filter(is_active=True))

    @cached_property
    def next(self) -> list[Meeting]:
        coming = Meeting.objects.upcoming().concerning(self.membership.user).filter(community=self.community)
        return list(coming.select_related("community")[: self.NEXT])

    @property
    def shows_what_was_kept(self) -> bool:
        return self.community.minutes_level in SHARED

    @cached_property
    def past(self) -> list[Meeting]:
        """The last meetings held, each with `said`, its synthesis, and `told`, its highlights, where members may read
        them."""
        held = (
            Meeting.objects.held()
            .regular()
            .filter(community=self.community)
            .select_related("community", "minutes", "follow_up")
        )
        held = held.prefetch_related(Prefetch("notes", self._worth_reading(), to_attr="kept"))
        found: list[Any] = list(held.order_by("-starts_at")[: self.PAST])
        for meeting in found:
            meeting.said = Minutes.of(meeting).synthesis if minutes.shares_synthesis(meeting) else ""
            meeting.told = meeting.kept if minutes.are_published(meeting) else []
        return found

    @staticmethod
    def _worth_reading() -> QuerySet[Note]:
        return Note.objects.told().filter(kind__in=WORTH_READING)

    @cached_property
    def expectation(self) -> Expectation | None:
        return Expectation.objects.filter(membership=self.membership).first()

    @cached_property
    def facilitators(self) -> list:
        return list(self.community.facilitators())
