"""Asking members for a testimonial: one of them or all, once a year at most, saying what it would be for."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from communities.domain.testimonials import emails
from communities.models import Community, Membership, MembershipQuerySet, Testimonial, TestimonialRequest
from outbox.models import Message

AGAIN_AFTER = dt.timedelta(days=365)


def who_can_be_asked(community: Community, today: dt.date | None = None) -> MembershipQuerySet:
    """Active members with an address, who gave none, were not asked this year, and are 14 or older."""
    since = (today or timezone.localdate()) - AGAIN_AFTER
    gave = Testimonial.objects.kept().filter(membership=OuterRef("pk"))
    reachable = community.memberships.active().named().exclude(user__email=None)
    waiting = reachable.annotate(last_asked=Max("testimonial_requests__asked_on"))
    free = waiting.filter(Q(last_asked=None) | Q(last_asked__lte=since), ~Exists(gave), parental_consent=None)
    return free.select_related("user", "organisation").order_by("user__sort_key", "pk")


@transaction.atomic
def ask_for_testimonials(community: Community, chosen: list[Membership], words: str, *, by: User) -> int:
    """One mail each; how many. Locked, so that a double press writes once."""
    Community.objects.select_for_update().get(pk=community.pk)
    free = who_can_be_asked(community).filter(pk__in=[membership.pk for membership in chosen])
    asked = 0
    for membership in list(free):
        membership.community = community
        request = TestimonialRequest.objects.create(membership=membership, words=words, asked_by=by)
        asked += emails.asked(request) is not None
    return asked


@emails.ASKED.cancelled_if
def asked_cancel_reason(message: Message) -> str | None:
    """They gave one meanwhile, left, or the community is over."""
    gave = Testimonial.objects.kept().filter(membership=OuterRef("membership"))
    active = TestimonialRequest.objects.filter(membership__status=Membership.Status.ACTIVE)
    open_ones = active.exclude(membership__community__status=Community.Status.ARCHIVED)
    return None if message.row_in(open_ones.exclude(Exists(gave))) else gettext_noop("no longer useful")
