"""What lasts only as long as a meeting: who gave a dot, continued or passed, read the rules, spoke for how long, and
the lines not to be recorded. Erased at closing; a day after the end when nobody closes."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cmtl import retention
from meetings.models import ContinueVote, Meeting, Note, RulesRead, SpeakingTurn, TopicVote

GONE_AFTER = retention.length("turns")


def purge_live_traces(meeting: Meeting) -> None:
    TopicVote.objects.filter(meeting=meeting).delete()
    ContinueVote.objects.filter(item__meeting=meeting).delete()
    RulesRead.objects.filter(meeting=meeting).delete()
    SpeakingTurn.objects.filter(meeting=meeting).delete()
    Note.objects.filter(meeting=meeting, kind=Note.Kind.OFF_RECORD).delete()
    Meeting.objects.filter(pk=meeting.pk).update(shows_turns=False, silent_until=None, in_groups=False)


@retention.applies("turns")
def forget_old_words(now: dt.datetime | None = None) -> int:
    """Meetings that nobody closed; how many had something left."""
    ended = Meeting.objects.filter(ends_at__lt=(now or timezone.now()) - GONE_AFTER)
    left = set()
    for model in (TopicVote, RulesRead, SpeakingTurn):
        left |= set(model.objects.filter(meeting__in=ended).values_list("meeting", flat=True))
    left |= set(ContinueVote.objects.filter(item__meeting__in=ended).values_list("item__meeting", flat=True))
    left |= set(ended.filter(notes__kind=Note.Kind.OFF_RECORD).values_list("pk", flat=True))
    for meeting in Meeting.objects.filter(pk__in=left):
        with transaction.atomic():
            purge_live_traces(meeting)
    return len(left)
