"""Mails about a community itself: its planned end, an invitation to come back."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from outbox.domain.post import absolute, queue
from outbox.models import Category, Message

PLANNED_END = "communities/emails/planned_end.html"
COME_BACK = "communities/emails/come_back.html"


def planned_end(community: Any, person: User) -> Message | None:
    return queue(
        person,
        PLANNED_END,
        {
            "community": community,
            "end": community.planned_end,
            "is_programmes": not community.ends_on,
            "address": absolute(reverse("communities:life", args=[community.pk])),
        },
        key=f"planned-end:{community.pk}:{community.planned_end}",
        reason=f"community:{community.pk}",
        sender_list=community.sender_list,
    )


def come_back(membership: Any, *, words: str, by: User, address: str) -> Message | None:
    """Once per departure: someone who left, came back and left again may be asked again."""
    community = membership.community
    return queue(
        membership.user,
        COME_BACK,
        {"community": community, "membership": membership, "words": words, "by": by, "address": address},
        key=f"come-back:{membership.pk}:{membership.left_on}",
        category=Category.INVITATIONS,
        reason=f"community:{community.pk}",
        sender_list=community.sender_list,
    )
