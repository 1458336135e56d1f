"""When the operating rules are presented: at the launch of a community, and at each meeting where it is so set
(guide, p. 12)."""

from communities.models import Objective, Rule
from meetings.models import Meeting


def presents_rules(meeting: Meeting) -> bool:
    """Its launch is its first meeting: none was held before."""
    if meeting.community.shows_rules_each_time:
        return True
    return not meeting.community.meetings.held().filter(starts_at__lt=meeting.starts_at).exists()


def rules_at(meeting: Meeting) -> list[Rule]:
    return list(meeting.community.rules.filter(is_active=True)) if presents_rules(meeting) else []


def objectives_of(meeting: Meeting, at_most: int = 5) -> list[str]:
    """What the community is for, in its own order."""
    active = meeting.community.objectives.filter(state=Objective.State.ACTIVE)
    return list(active.values_list("wording", flat=True)[:at_most])
