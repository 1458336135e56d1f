"""The personal link of a campaign: signed, for one member and one campaign."""

from dataclasses import dataclass

from django.db.models import QuerySet
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

    @property
    def news(self) -> str:
        return reverse("evaluations:alumni_news", args=[self.token])


def token_of(campaign: Campaign, membership: Membership) -> str:
    return _link.make(campaign.pk, membership.pk, *membership.user.link_stamp)


def ballot_path(campaign: Campaign, membership: Membership) -> str:
    return reverse("evaluations:annual_ballot", args=[token_of(campaign, membership)])


def news_address(campaign: Campaign, membership: Membership) -> str:
    """Where whoever left says whether they wish for news, and stops being asked."""
    return absolute(reverse("evaluations:alumni_news", args=[token_of(campaign, membership)]))


def ballot_address(campaign: Campaign, membership: Membership) -> str:
    """The whole address, for a mail."""
    return absolute(ballot_path(campaign, membership))


def respondent_of(token: str) -> Respondent | None:
    """Whose link this is; None when it was altered or closed, or opens nothing to this person any more."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    campaign = Campaign.objects.select_related("community", "survey").filter(pk=numbers[0]).first()
    if campaign is None:
        return None
    people = _who_may_hold_one(campaign).select_related("user", "community")
    membership = people.filter(pk=numbers[1], community=campaign.community_id).first()
    if membership is None or not membership.user.opens(numbers[2:]):
        return None
    return Respondent(campaign, membership, token)


def _who_may_hold_one(campaign: Campaign) -> QuerySet[Membership]:
    """Members while their community lives; whoever left, to answer or to stop it, for as long as they are known."""
    if campaign.is_of_alumni:
        return Membership.objects.named()
    return Membership.objects.current().exclude(community__status=Community.Status.ARCHIVED)
