"""Asking members who arrived by another way than an invitation (a list, a form) what they expect of the community."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from communities.models import Community, Expectation, Membership, MembershipQuerySet
from meetings.domain.links.visitors import visitor_token
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Category, Message

ASKED = MailType("expectations-asked", "meetings/emails/expectations_asked.html", category=Category.INVITATIONS)
AGAIN_AFTER = dt.timedelta(days=183)


def not_answered(community: Community) -> MembershipQuerySet:
    """Active members with an address who said nothing, and were not asked in six months."""
    theirs = Message.objects.of_type(ASKED).about_any(Membership, community.memberships.values("pk"))
    lately = theirs.filter(queued_at__gt=timezone.now() - AGAIN_AFTER).values("about_id")
    said = Expectation.objects.filter(membership=OuterRef("pk"))
    reachable = community.memberships.active().named().exclude(user__email=None)
    return reachable.exclude(Exists(said)).exclude(pk__in=lately).select_related("user", "community")


@transaction.atomic
def ask(community: Community) -> int:
    """One mail each, with the link of their own space; how many. Locked, so that a double press writes once."""
    Community.objects.select_for_update().get(pk=community.pk)
    return sum(_ask(membership) is not None for membership in not_answered(community))


def _ask(membership: Membership) -> Message | None:
    community = membership.community
    path = reverse("meetings:space_welcome", args=[visitor_token(membership.user), membership.pk])
    return ASKED.queue(
        membership.user,
        {"community": community, "address": absolute(f"{path}#said")},
        key=f"expectations-asked:{membership.pk}:{timezone.localdate()}",
        about=membership,
        sender_list=community.sender_list,
    )


@ASKED.cancelled_if
def asked_cancel_reason(message: Message) -> str | None:
    """They answered meanwhile, left, or the community is over."""
    here = Membership.objects.active().exclude(community__status=Community.Status.ARCHIVED)
    silent = here.exclude(Exists(Expectation.objects.filter(membership=OuterRef("pk"))))
    return None if message.row_in(silent) else gettext_noop("no longer useful")
