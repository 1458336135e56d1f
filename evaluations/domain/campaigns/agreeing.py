"""What members say of the facilitation, in a report that all of them read: only where those it is about agreed.

Those are the people who facilitated when the evaluation closed, as it wrote them down: roles given, moved or withdrawn
since change nothing. Whoever has left since is no longer asked, and nothing is told in their place.
"""

from accounts.models import User
from communities.models import Community
from evaluations.models import Campaign


def facilitated(campaign: Campaign) -> set[int]:
    """Who did when it closed, by their numbers."""
    return set(campaign.facilitated_by or [])


def have_agreed(campaign: Campaign) -> bool:
    """Each of them; nobody can in the place of a group that nobody facilitated."""
    concerned = facilitated(campaign)
    agreed = set(campaign.tell_facilitation.filter(pk__in=concerned, is_active=True).values_list("pk", flat=True))
    return bool(concerned) and agreed == concerned


def asked_to_agree(community: Community, year: int, user: User) -> Campaign | None:
    """The evaluation of this year that this person may let the report speak of."""
    told = Campaign.objects.annual().told().filter(community=community, year=year)
    campaign = told.select_related("survey", "community").first()
    return campaign if campaign and user.pk in facilitated(campaign) else None


def agree(campaign: Campaign, user: User, *, agrees: bool) -> None:
    """For oneself alone; taken back, it holds for what is published from then on."""
    if agrees:
        campaign.tell_facilitation.add(user)
    else:
        campaign.tell_facilitation.remove(user)
