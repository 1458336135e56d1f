"""What members say of the facilitation, in a report that all of them read: only where those it is about agreed.

Those are the people who facilitated on the day the evaluation closed. Whoever has left since is no longer asked, and
nothing is told in their place.
"""

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from communities.models import LEADING, Community, RoleAssignment
from evaluations.models import Campaign


def facilitated(campaign: Campaign) -> set[int]:
    """Who did on its last day, by their numbers."""
    closed_at = campaign.survey.closed_at
    day = timezone.localdate(closed_at, campaign.zone)
    held = RoleAssignment.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day),
        Q(ends_on=None) | Q(ends_on__gte=day),
        Q(ended_at=None) | Q(ended_at__gt=closed_at),
        community=campaign.community_id,
        role__in=LEADING,
    )
    return set(held.values_list("user", flat=True))


def have_agreed(campaign: Campaign) -> bool:
    """Each of them; nobody can in the place of a group that nobody facilitated."""
    concerned = facilitated(campaign)
    agreed = set(campaign.tell_facilitation.filter(pk__in=concerned, is_active=True).values_list("pk", flat=True))
    return bool(concerned) and agreed == concerned


def asked_to_agree(community: Community, year: int, user: User) -> Campaign | None:
    """The evaluation of this year that this person may let the report speak of."""
    told = Campaign.objects.told().filter(community=community, year=year)
    campaign = told.select_related("survey", "community").first()
    return campaign if campaign and user.pk in facilitated(campaign) else None


def agree(campaign: Campaign, user: User, *, agrees: bool) -> None:
    """For oneself alone; taken back, it holds for what is published from then on."""
    if agrees:
        campaign.tell_facilitation.add(user)
    else:
        campaign.tell_facilitation.remove(user)
