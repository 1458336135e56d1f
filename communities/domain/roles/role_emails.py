"""The mail to someone who is given a role."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from communities.models import Community, Grant
from outbox.domain.post import absolute, queue
from outbox.models import Message

APPOINTED = "communities/emails/appointed.html"


def appointed(grant: Grant, community: Community, *, by: User) -> Message | None:
    """To the person who now holds a role: what it is, and where to sign in."""
    return queue(
        grant.user,
        APPOINTED,
        {
            "grant": grant,
            "community": community,
            "by": by,
            "address": absolute(f"{reverse('account_login')}?next={community.get_absolute_url()}"),
        },
        key=f"appointed:{grant.pk}",
        reason=f"grant:{grant.pk}",
    )


def why_not_send(message: Message) -> str | None:
    """A role withdrawn before its mail left is not announced."""
    grant = message.reason.removeprefix("grant:")
    is_kept = Grant.objects.filter(pk=grant, ended_at=None).exists()
    return None if is_kept else gettext_noop("the role was withdrawn")
