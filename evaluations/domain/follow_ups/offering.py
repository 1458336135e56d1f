"""A conversation offered to every member, where the policy says so: a mail that leads each to a page of their own."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from communities.models import Community
from evaluations.domain.follow_ups import coverage, notes
from evaluations.domain.follow_ups.links import conversation_address
from evaluations.models import IndividualFollowUp
from outbox.domain.mail_types import MailType
from outbox.models import Message

State, Reason = IndividualFollowUp.State, IndividualFollowUp.Reason
OFFER = MailType("conversation-offered", "evaluations/emails/conversation_offered.html")


@transaction.atomic
def offer_by_mail(community: Community, numbers: Collection[int], *, by: User) -> int:
    """To those of these memberships with whom nothing was begun this year: pressed twice, each is written to once.
    Whoever has no address is still to be asked otherwise; a draft writes to nobody. How many mails."""
    Community.objects.select_for_update().get(pk=community.pk)
    people = coverage.not_offered_yet(community, by).filter(pk__in=numbers).exclude(user=by).exclude(user__email=None)
    written = 0
    for membership in people if not community.is_draft else ():
        follow_up = notes.write(membership, by=by, state=State.OFFERED, reason=Reason.EVERYONE)
        context = {"author": by, "community": community, "address": conversation_address(membership)}
        key, sender_list = f"conversation-offered:{follow_up.pk}", community.sender_list
        written += bool(OFFER.queue(membership.user, context, key=key, about=follow_up, sender_list=sender_list))
    return written


@OFFER.cancelled_if
def is_offered_no_more(message: Message) -> str | None:
    follow_up = message.row_in(IndividualFollowUp.objects.filter(state=State.OFFERED))
    return None if follow_up else gettext_noop("no longer useful")
