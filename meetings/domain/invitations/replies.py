"""Answers to an invitation: one per person and meeting, changed at will, and the wish that comes with it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Membership
from meetings.domain.invitations import waiting_list
from meetings.domain.topics import topics
from meetings.models import Meeting, Reply, Topic, TopicSupport


@transaction.atomic
def answer(meeting: Meeting, membership: Membership, answer: str, *, mode: str = "", wish: str | None = None) -> Reply:
    """Record an answer over the former one; sent twice, it is one row. A wish of None leaves the former wish."""
    if meeting.capacity is not None:
        Meeting.objects.select_for_update().get(pk=meeting.pk)  # of two who want the last seat, one is first
    refuse_if_late(meeting)
    if membership.community_id != meeting.community_id:
        raise ValidationError(_("This person is not in this community."))
    hold(membership)
    says_how = meeting.is_hybrid and answer != Reply.Answer.NO
    fields = {"answer": answer, "mode": mode if says_how else "", "answered_at": timezone.now(), "answer_before": ""}
    fields["yes_since"] = _turn(meeting, membership, fields)
    reply, _is_new = Reply.objects.update_or_create(meeting=meeting, membership=membership, defaults=fields)
    waiting_list.promote(meeting)
    reply.refresh_from_db(fields=["is_waiting"])
    if wish is not None:
        _wish(reply, " ".join(wish.split()))
    return reply


def _turn(meeting: Meeting, membership: Membership, fields: dict) -> dt.datetime | None:
    """Since when this person says that they will be in the room: saying it again keeps one's turn."""
    if not Reply(answer=fields["answer"], mode=fields["mode"]).is_in_room:
        return None
    before = meeting.replies.filter(membership=membership).first()
    if before and before.is_in_room:
        return before.yes_since or before.answered_at
    return fields["answered_at"]


def gives_link(meeting: Meeting, membership: Membership) -> bool:
    """Where registration is required, the link to join is for those who said yes (permissions.md, C7)."""
    if meeting.registration != Meeting.Registration.REQUIRED:
        return True
    return meeting.replies.filter(membership=membership, answer=Reply.Answer.YES, is_waiting=False).exists()


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
    them, as long as nobody has touched it or wants it too."""
    if wish == reply.wish:
        return
    if reply.topic_id and not _is_wanted_by_others(reply):
        untouched = Topic.objects.filter(title=reply.wish, state=Topic.State.PROPOSED, meeting=None, version=0)
        untouched.filter(pk=reply.topic_id).delete()
    reply.wish, reply.topic = wish, None
    if wish:
        topic, is_new = topics.propose(reply.meeting.community, wish, source=Topic.Source.SURVEY)
        reply.topic = topic if is_new else None
    reply.save(update_fields=["wish", "topic"])


def _is_wanted_by_others(reply: Reply) -> bool:
    """The topic that came of these words: wished for, or said to call them."""
    wished = Reply.objects.filter(meeting__community=reply.meeting.community_id, wish__iexact=reply.wish)
    supported = TopicSupport.objects.filter(topic=reply.topic_id).exclude(membership=reply.membership_id)
    return wished.exclude(pk=reply.pk).exists() or supported.exists()
