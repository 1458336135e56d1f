"""Answers to an invitation: one per person and meeting, changed at will, and the wish that comes with it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Membership
from meetings import topics
from meetings.models import Meeting, Reply, Topic


@transaction.atomic
def answer(meeting: Meeting, membership: Membership, answer: str, *, mode: str = "", wish: str | None = None) -> Reply:
    """Record an answer over the former one; sent twice, it is one row. A wish of None leaves the former wish."""
    refuse_if_late(meeting)
    if membership.community_id != meeting.community_id:
        raise ValidationError(_("This person is not in this community."))
    hold(membership)
    is_hybrid = meeting.mode == Meeting.Mode.HYBRID and answer != Reply.Answer.NO
    fields = {"answer": answer, "mode": mode if is_hybrid else "", "answered_at": timezone.now()}
    reply, _is_new = Reply.objects.update_or_create(meeting=meeting, membership=membership, defaults=fields)
    if wish is not None:
        _wish(reply, " ".join(wish.split()))
    return reply


def hold(membership: Membership) -> None:
    """Two presses of one person come one after the other, until the transaction ends."""
    Membership.objects.select_for_update().get(pk=membership.pk)


def refuse_if_late(meeting: Meeting) -> None:
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if meeting.closed_at or timezone.now() > meeting.ends_at:
        raise ValidationError(_("This meeting is over: replies are no longer taken."))


def _wish(reply: Reply, wish: str) -> None:
    """What one would like addressed joins the backlog, once. Words changed later take back the topic that came of
    them, as long as nobody has touched it or wished for it too."""
    if wish == reply.wish:
        return
    wished_too = Reply.objects.filter(meeting__community=reply.meeting.community_id, wish__iexact=reply.wish)
    if reply.topic_id and not wished_too.exclude(pk=reply.pk).exists():
        untouched = Topic.objects.filter(title=reply.wish, state=Topic.State.PROPOSED, meeting=None, version=0)
        untouched.filter(pk=reply.topic_id).delete()
    reply.wish, reply.topic = wish, None
    if wish:
        topic, is_new = topics.propose(reply.meeting.community, wish, source=Topic.Source.SURVEY)
        reply.topic = topic if is_new else None
    reply.save(update_fields=["wish", "topic"])
