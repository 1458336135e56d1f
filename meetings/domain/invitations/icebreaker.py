"""The question that warms a meeting up: answered from one's own page, and made a topic in one press."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Membership
from meetings.domain.invitations import replies
from meetings.domain.topics import topics
from meetings.models import Invitation, Meeting, Topic, WarmUpAnswer


@transaction.atomic
def answer_question(meeting: Meeting, membership: Membership, text: str) -> None:
    """Over the former one; an empty answer takes it back. A topic made of it stays: it is the group's."""
    replies.refuse_if_late(meeting)
    if not Invitation.of(meeting).warm_up:
        raise ValidationError(_("This question is not asked any more."))
    replies.hold(membership)
    text = " ".join(text.split())
    mine = WarmUpAnswer.objects.filter(meeting=meeting, membership=membership)
    if not text:
        mine.delete()
    elif not mine.filter(text=text).exists():
        words = {"text": text, "topic": None, "answered_at": timezone.now()}
        WarmUpAnswer.objects.update_or_create(meeting=meeting, membership=membership, defaults=words)


@transaction.atomic
def make_topic(answer: WarmUpAnswer) -> Topic:
    """In the backlog of the community, without anyone's name. Pressed twice, it is one topic."""
    kept = WarmUpAnswer.objects.select_for_update(of=("self",)).select_related("meeting__community").get(pk=answer.pk)
    if kept.topic:
        return kept.topic
    kept.topic, _is_new = topics.propose(kept.meeting.community, kept.text, source=Topic.Source.MEETING)
    kept.save(update_fields=["topic"])
    return kept.topic
