"""Mails about a community itself: its planned end, an invitation to come back."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Category, Message

PLANNED_END = MailType("planned-end", "communities/emails/planned_end.html")
COME_BACK = MailType("come-back", "communities/emails/come_back.html", category=Category.INVITATIONS)


def planned_end(community: Any, person: User) -> Message | None:
    return PLANNED_END.queue(
        person,
        {
            "community": community,
            "end": community.planned_end,
            "is_programmes": not community.ends_on,
            "address": absolute(reverse("communities:life", args=[community.pk])),
        },
        key=f"planned-end:{community.pk}:{community.planned_end}",
        about=community,
        facts={"planned_end": str(community.planned_end)},
        sender_list=community.sender_list,
    )


def come_back_email(membership: Any, *, words: str, by: User, address: str) -> Message | None:
    """Once per departure: someone who left, came back and left again may be asked again."""
    community = membership.community
    return COME_BACK.queue(
        membership.user,
        {"community": community, "membership": membership, "words": words, "by": by, "address": address},
        key=f"come-back:{membership.pk}:{membership.left_on}",
        about=membership,
        sender_list=community.sender_list,
    )
