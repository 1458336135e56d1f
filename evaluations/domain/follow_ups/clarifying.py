"""The objectives or the operating rules, sent again to one person, as they are today (guide, p. 17)."""

from collections.abc import Iterable

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.domain.charter import operating_rules, rules_links
from communities.models import Membership, Objective
from outbox.domain.mail_types import MailType
from outbox.models import Message

CHARTER = MailType("charter-again", "evaluations/emails/charter_again.html")


class Part(models.TextChoices):
    OBJECTIVES = "objectives", _("The objectives")
    RULES = "rules", _("The operating rules")


@transaction.atomic
def send_again(membership: Membership, parts: Iterable[str], sentence: str, *, by: User) -> Message | None:
    """The versions in force, with a sentence of one's own; nothing says that a conversation took place. None for
    somebody without an address, and for the same thing sent twice in a day."""
    community, parts = membership.community, sorted(parts)
    version = operating_rules.ensure_version(community) if Part.RULES in parts else None
    objectives = community.objectives.filter(state=Objective.State.ACTIVE) if Part.OBJECTIVES in parts else []
    return CHARTER.queue(
        membership.user,
        {
            "community": community,
            "by": by,
            "words": sentence,
            "objectives": objectives,
            "rules": version.rules if version else [],
            "address": rules_links.rules_address(membership) if version else "",
        },
        key=f"charter-again:{membership.pk}:{'-'.join(parts)}:{timezone.localdate()}",
        about=membership,
        sender_list=community.sender_list,
    )
