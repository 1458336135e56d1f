"""What the page of a community shows of meetings and figures, which belong to apps above it."""

from django import template

from communities.models import Community
from evaluations.domain.overview.board import Overview
from evaluations.domain.overview.thread import ThreadEntry, thread
from meetings.domain.scheduling.next_meeting import ComingMeeting, next_meeting

register = template.Library()


@register.simple_tag(takes_context=True)
def figures_of(context, community: Community, following: ComingMeeting | None = None) -> Overview | None:
    """For those who read its figures."""
    user = context["user"]
    if not user.has_perm("evaluations.read_figures", community):
        return None
    return Overview(community, user, following.meeting.local_start.date() if following else None)


@register.simple_tag(takes_context=True)
def came_out_of(context, community: Community) -> list[ThreadEntry]:
    return thread(community, context["user"])


@register.simple_tag(takes_context=True)
def next_meeting_of(context, community: Community) -> ComingMeeting | None:
    return next_meeting(community, context["user"])
