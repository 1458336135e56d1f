"""What pages say of communities: those of whoever reads, in the rail; the tabs of one, and how many members it has."""

from django import template

from communities.models import Community
from communities.web.community import settings, tabs

MOST = 12  # beyond, the rail says how to see all of them

register = template.Library()


@register.simple_tag(takes_context=True)
def my_communities(context) -> dict:
    """One query a page: those one belongs to or holds a role in, the archived ones left out."""
    own = Community.objects.inside_for(context["request"].user).exclude(status=Community.Status.ARCHIVED)
    shown = list(own.only("name").order_by("name")[: MOST + 1])
    return {"shown": shown[:MOST], "has_more": len(shown) > MOST}


@register.simple_tag
def number_of_members(community: Community) -> int:
    return community.number_of_members


@register.simple_tag(takes_context=True)
def settings_of(context, community: Community, with_values: bool = False) -> list[settings.ShownGroup]:
    """Those that whoever reads may change."""
    return settings.groups_for(context["request"].user, community, with_values=bool(with_values))


@register.simple_tag(takes_context=True)
def tabs_of(context, community: Community, here: str) -> list[tabs.Tab]:
    return tabs.tabs_for(context["request"].user, community, here)
