"""What pages say of communities: those of whoever reads, in the rail; the tabs of one, and how many members it has."""

from django import template
from django.db.models import Exists, OuterRef

from communities.models import Community, Membership
from communities.web.community import settings, tabs

MOST = 12  # beyond, the rail says how to see all of them
HERE = Membership.Status.ACTIVE, Membership.Status.PAUSED

register = template.Library()


@register.simple_tag(takes_context=True)
def my_communities(context) -> dict:
    """One query a page: those one belongs to or holds a role in, the archived ones left out."""
    user = context["request"].user
    belongs = Membership.objects.filter(user=user, community=OuterRef("pk"), status__in=HERE)
    own = Community.objects.inside_for(user).exclude(status=Community.Status.ARCHIVED)
    shown = list(own.only("name").annotate(is_mine=Exists(belongs)).order_by("-is_mine", "name")[: MOST + 1])
    mine = any(community.is_mine for community in shown)
    by_name = sorted(shown[:MOST], key=lambda community: community.name)
    return {"shown": by_name, "has_more": len(shown) > MOST, "is_member": mine}


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
