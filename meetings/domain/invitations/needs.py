"""What people need to take part in one meeting (access, meals, travel): asked for it, read by those who lead it, and
erased the day after."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cmtl import retention
from cmtl.encrypted import readable
from communities.models import Membership
from meetings.domain.invitations import replies
from meetings.models import Meeting, Reply


@transaction.atomic
def say_needs(meeting: Meeting, membership: Membership, words: str) -> None:
    """Kept beside the reply of whoever may come; said again, it replaces what was said, and nothing erases it."""
    replies.refuse_if_late(meeting)
    reply = Reply.objects.select_for_update().filter(meeting=meeting, membership=membership).first()
    if reply is None:
        raise ValidationError(_("Say first whether you will be there."))
    if words == readable(reply.needs):
        return
    reply.needs = words
    reply.save(update_fields=["needs"])


@retention.applies("needs_of_access")
def erase_past(now: dt.datetime | None = None) -> int:
    """Of the meetings whose day is over, by the clock of their community, and of those called off; how many."""
    now = now or timezone.now()
    kept = Reply.objects.exclude(needs="")
    over = kept.filter(Q(meeting__ends_at__lt=now) | Q(meeting__cancelled_at__isnull=False))
    meetings = Meeting.objects.filter(pk__in=over.values("meeting")).select_related("community")
    ended = [m.pk for m in meetings if m.cancelled_at or m.local_end.date() < now.astimezone(m.zone).date()]
    return kept.filter(meeting__in=ended).update(needs="")
