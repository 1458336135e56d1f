"""The personal link of an annual evaluation: signed, for one member and one campaign."""

from dataclasses import dataclass

from django.urls import reverse

from cmtl.signed_tokens import SignedToken
from communities.models import Community, Membership
from evaluations.models import Campaign
from outbox.domain.post import absolute

_link = SignedToken("campaign-link")


@dataclass(frozen=True)
class Respondent:
    """Who is at the door of a campaign, without an account."""

    campaign: Campaign
    membership: Membership
    token: str

    @property
    def thanks(self) -> str:
        return reverse("evaluations:annual_thanks", args=[self.token])


def token_of(campaign: Campaign, membership: Membership) -> str:
    return _link.make(campaign.pk, membership.pk, *membership.user.link_stamp)


def ballot_path(campaign: Campaign, membership: Membership) -> str:
    return reverse("evaluations:annual_ballot", args=[token_of(campaign, membership)])


def ballot_address(campaign: Campaign, membership: Membership) -> str:
    """The whole address, for a mail."""
    return absolute(ballot_path(campaign, membership))


def respondent_of(token: str) -> Respondent | None:
    """Whose link this is; None when it was altered or closed, or the person is no longer in the community,
    or the community is archived."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    campaign = Campaign.objects.select_related("community", "survey").filter(pk=numbers[0]).first()
    current = Membership.objects.current().exclude(community__status=Community.Status.ARCHIVED)
    current = current.select_related("user", "community")
    membership = current.filter(pk=numbers[1], community=campaign.community_id).first() if campaign else None
    if campaign is None or membership is None or not membership.user.opens(numbers[2:]):
        return None
    return Respondent(campaign, membership, token)
