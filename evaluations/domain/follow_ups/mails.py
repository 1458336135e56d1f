"""The mails of individual follow-ups. None names the member, says why, or holds a word of the notes."""

from django.utils.translation import gettext_noop

from evaluations.models import FollowUpReader, FollowUpReading, IndividualFollowUp
from outbox.domain.mail_types import MailType
from outbox.models import Message

NAMED = MailType("follow-up-shared", "evaluations/emails/follow_up_shared.html")
OPENED = MailType("follow-up-opened", "evaluations/emails/follow_up_opened.html")


def tell_reader(row: FollowUpReader) -> None:
    """Whoever was named: by whom, and where to read it."""
    follow_up = row.follow_up
    context = {"author": follow_up.author, "community": follow_up.community, "follow_up": follow_up}
    NAMED.queue(
        row.user, context, key=f"follow-up-shared:{row.pk}", about=row, sender_list=follow_up.community.sender_list
    )


@NAMED.cancelled_if
def is_named_no_more(message: Message) -> str | None:
    return None if message.row_in(FollowUpReader.objects.all()) else gettext_noop("no longer useful")


def tell_author(follow_up: IndividualFollowUp, reading: FollowUpReading) -> None:
    """Their notes were opened: who, when; why is on the page."""
    context = {"reading": reading, "community": follow_up.community, "follow_up": follow_up}
    key, sender_list = f"follow-up-opened:{reading.pk}", follow_up.community.sender_list
    OPENED.queue(follow_up.author, context, key=key, about=follow_up, sender_list=sender_list)
