"""The mail to someone who is given a role."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from communities.models import Community, RoleAssignment
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Message

APPOINTED = MailType("appointed", "communities/emails/appointed.html")


def appointed(assignment: RoleAssignment, community: Community, *, by: User) -> Message | None:
    """To the person who now holds a role: what it is, and where to sign in."""
    return APPOINTED.queue(
        assignment.user,
        {
            "assignment": assignment,
            "community": community,
            "by": by,
            "address": absolute(f"{reverse('account_login')}?next={community.get_absolute_url()}"),
        },
        key=f"appointed:{assignment.pk}",
        about=assignment,
    )


@APPOINTED.cancelled_if
def role_cancel_reason(message: Message) -> str | None:
    """A role withdrawn before its mail left is not announced."""
    return (
        None if message.row_in(RoleAssignment.objects.filter(ended_at=None)) else gettext_noop("the role was withdrawn")
    )
