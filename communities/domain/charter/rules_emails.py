"""The mail that asks a member to read the operating rules."""

from django.utils import timezone
from django.utils.translation import gettext_noop

from communities.domain.charter import rules_links
from communities.models import Membership, RulesAcknowledgement, RulesVersion
from outbox.domain.mail_types import MailType
from outbox.models import Category, Message

RULES = MailType(
    "rules", "communities/emails/rules.html", category=Category.REMINDERS, priority=Message.Priority.REMINDER
)


def read_the_rules(membership: Membership, version: RulesVersion) -> Message | None:
    """Asks for the version in force; the same day it is written once."""
    community = membership.community
    return RULES.queue(
        membership.user,
        {
            "community": community,
            "version": version,
            "rules": version.rules,
            "address": rules_links.rules_address(membership),
        },
        key=f"rules:{version.pk}:{timezone.localdate()}",
        about=version,
        sender_list=community.sender_list,
    )


@RULES.cancelled_if
def rules_cancel_reason(message: Message) -> str | None:
    """Who has read the rules since, or left, is left in peace."""
    version = message.row_in(RulesVersion.objects.all())
    if version is None:
        return gettext_noop("these rules are gone")
    if RulesVersion.objects.filter(community=version.community_id, number__gt=version.number).exists():
        return gettext_noop("another version was adopted")
    if RulesAcknowledgement.objects.filter(version=version, membership__user=message.recipient_id).exists():
        return gettext_noop("already read")
    here = Membership.objects.active().filter(community=version.community_id, user=message.recipient_id)
    return None if here.exists() else gettext_noop("no longer a member")
