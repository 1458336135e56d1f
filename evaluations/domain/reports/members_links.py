"""The page of a year for its members: a personal link, for one member and one year; it opens the version in force."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from cmtl.signed_tokens import SignedToken
from communities.models import Community, Membership
from evaluations.models import AnnualReport
from outbox.domain.post import absolute

LIFETIME = dt.timedelta(days=180)
_link = SignedToken("members-edition", LIFETIME)


@dataclass(frozen=True)
class Reader:
    """Who is at the door of the page, without an account."""

    membership: Membership
    year: int
    token: str


def token_of(membership: Membership, year: int) -> str:
    return _link.make(membership.pk, year, *membership.user.link_stamp)


def year_path(membership: Membership, year: int) -> str:
    return reverse("evaluations:our_year", args=[token_of(membership, year)])


def year_address(membership: Membership, year: int) -> str:
    """The whole address, for a mail."""
    return absolute(year_path(membership, year))


def reader_of(token: str) -> Reader | None:
    """Whose link this is; None when it was altered, has ended or was closed, or the person is no longer a member."""
    numbers = _link.verify(token)
    if numbers is None or len(numbers) < 2:
        return None
    kept = Membership.objects.current().named().exclude(community__status=Community.Status.DRAFT)
    membership = kept.select_related("user", "community__programme").numbered(numbers[0])
    if membership is None or not membership.user.opens(numbers[2:]):
        return None
    return Reader(membership, numbers[1], token)


def latest_years(memberships: Collection[Membership]) -> dict[int, tuple[int, str]]:
    """By member, the last year whose report is published and the address of its page; in one query."""
    current = [one for one in memberships if one.status in Membership.CURRENT]
    published = AnnualReport.objects.published().filter(community__in=[one.community_id for one in current])
    years = dict(published.order_by("year").values_list("community", "year"))
    return {
        one.pk: (years[one.community_id], year_path(one, years[one.community_id]))
        for one in current
        if one.community_id in years
    }
