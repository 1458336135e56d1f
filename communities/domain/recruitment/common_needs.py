"""What members said they expect, read together; what the group sees in common; and telling its members so.

« Le groupe doit avoir des caractéristiques et des besoins communs », and the expectations that it will not meet are
said openly (guide, p. 8 and 9).
"""

import random
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cmtl.editing import fingerprint
from communities.models import Community, Expectation, Membership, MembershipQuerySet, Objective, RecordSheet
from outbox.domain.mail_types import MailType
from outbox.models import Category, Message

FEWEST = 5  # under it, words without a name would still say whose they are

TOLD = MailType("common-needs", "communities/emails/common_needs.html", category=Category.INVITATIONS)


@dataclass(frozen=True)
class Expectations:
    """Words without names, in no order; nothing of a question that fewer than five members answered. Each question has
    an order of its own: that the third of both are one person's would say more of who it is."""

    expects: list[str]
    brings: list[str]
    answered: int
    members: int

    @property
    def missing(self) -> int:
        """How many more answers before any are shown."""
        return max(FEWEST - self.answered, 0)


def expectations_of(community: Community) -> Expectations:
    said = list(Expectation.objects.filter(membership__community=community, membership__status__in=Membership.CURRENT))
    return Expectations(
        expects=_in_no_order([one.expects for one in said if one.expects]),
        brings=_in_no_order([one.brings for one in said if one.brings]),
        answered=len(said),
        members=community.memberships.current().count(),
    )


def _in_no_order(words: list[str]) -> list[str]:
    return random.sample(words, len(words)) if len(words) >= FEWEST else []


def readers(community: Community) -> MembershipQuerySet:
    """Whom the mail goes to: active members with an address."""
    return community.memberships.active().named().exclude(user__email=None).select_related("user")


def told_to_members(community: Community, by: User) -> dict[str, Any]:
    """What the mail says; its page shows it beforehand."""
    return {
        "community": community,
        "by": by,
        "common_needs": RecordSheet.of(community).common_needs,
        "objectives": list(community.objectives.filter(state=Objective.State.ACTIVE)),
        "out_of_reach": list(community.excluded_expectations.all()),
    }


def is_worth_telling(told: dict[str, Any]) -> bool:
    return bool(told["common_needs"] or told["out_of_reach"])


@transaction.atomic
def tell_members(community: Community, *, by: User) -> int:
    """One mail to each: what they have in common, the objectives, and what the community will probably not be able to
    do. How many; the same words twice in a day are sent once."""
    told = told_to_members(community, by)
    if not is_worth_telling(told):
        raise ValidationError(_("Write first what members have in common, or what is out of reach."))
    words = [told["common_needs"], *(f"{one.wording} {one.reason}" for one in told["out_of_reach"])]
    key = f"common-needs:{community.pk}:{timezone.localdate()}:{fingerprint(words)}"
    sent = [
        TOLD.queue(one.user, told, key=key, about=community, sender_list=community.sender_list)
        for one in readers(community)
    ]
    return sum(message is not None for message in sent)


@TOLD.cancelled_if
def told_cancel_reason(message: Message) -> str | None:
    here = Membership.objects.active().filter(user=message.recipient_id)
    open_ones = Community.objects.exclude(status=Community.Status.ARCHIVED).filter(memberships__in=here)
    return None if message.row_in(open_ones) else gettext_noop("no longer a member")
