"""A small meeting evaluated aloud: hands counted and two or three notes, keyed by whoever facilitates.

It is never mixed with what people write: whoever knows who raised how many fingers could tell the answers of the others
of a pool by difference.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluations import electorate, voting
from evaluations.models import SpokenEvaluation, Survey
from meetings.models import Meeting


def is_offered(meeting: Meeting) -> bool:
    """Where an anonymous evaluation could show nothing, and nobody has written yet."""
    if meeting.started_at is None or meeting.cancelled_at is not None:
        return False
    few = electorate.people_at(meeting).count() < meeting.community.anonymity_threshold
    return few and not _has_written_answers(Survey.objects.filter(meeting=meeting).first())


def _has_written_answers(survey: Survey | None) -> bool:
    if survey is None:
        return False
    return survey.urn.count > 0 if survey.is_open else True


@transaction.atomic
def key(meeting: Meeting, said: dict[str, Any], by: User) -> SpokenEvaluation:
    """Write it, or write it again. A written evaluation that nobody has answered yet gives way."""
    survey = Survey.objects.filter(meeting=meeting).first()
    if survey and (not survey.is_open or survey.reminded_at or not voting.undo_opening(survey)):
        raise ValidationError(_("People have answered in writing: this meeting is told with others that were small."))
    spoken, _is_new = SpokenEvaluation.objects.update_or_create(meeting=meeting, defaults={**said, "keyed_by": by})
    meeting.touch()
    return spoken


def forget(meeting: Meeting) -> None:
    SpokenEvaluation.objects.filter(meeting=meeting).delete()
    meeting.touch()
