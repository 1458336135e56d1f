"""When the operating rules are presented: at the launch of a community, and at each meeting where it is so set
(guide, p. 12)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities.domain.charter import operating_rules
from communities.models import Membership, Objective, Policies, Rule
from meetings.models import Meeting, RulesRead


def presents_rules(meeting: Meeting) -> bool:
    """Its launch is its first meeting: none was held before."""
    if Policies.of(meeting.community).shows_rules_each_time:
        return True
    return not meeting.community.meetings.held().filter(starts_at__lt=meeting.starts_at).exists()


def rules_at(meeting: Meeting) -> list[Rule]:
    return list(meeting.community.rules.filter(is_active=True)) if presents_rules(meeting) else []


def objectives_of(meeting: Meeting, at_most: int = 5) -> list[str]:
    """What the community is for, in its own order."""
    active = meeting.community.objectives.filter(state=Objective.State.ACTIVE)
    return list(active.values_list("wording", flat=True)[:at_most])


def say_read(meeting: Meeting, membership: Membership, *, in_person: bool) -> None:
    """« I have read them », counted only at this meeting. By their own link, it is also their word on the version in
    force; a name typed in the room says it for nobody."""
    if not rules_at(meeting):
        raise ValidationError(_("The rules are not presented at this meeting."))
    if in_person:
        operating_rules.acknowledge(membership)
    RulesRead.objects.get_or_create(meeting=meeting, membership=membership)
    meeting.touch()


def camera_rule(meeting: Meeting) -> str:
    """In the group's own words, where one is seen on a screen."""
    if not meeting.has_link:
        return ""
    rules = meeting.community.rules.filter(is_active=True, theme=Rule.Theme.CAMERA)
    return rules.values_list("text", flat=True).first() or ""
