"""A small meeting evaluated aloud: hands counted and two or three notes, keyed by whoever facilitates.

It is never mixed with what people write: whoever knows who raised how many fingers could tell the answers of the others
of a pool by difference.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from evaluations.domain.surveys import collection, eligible
from evaluations.models import SpokenEvaluation, Survey
from meetings.models import Meeting

WRITTEN = gettext_lazy("People have answered in writing: this meeting is told with others that were small.")


def refuse_where_not_offered(meeting: Meeting) -> None:
    """It is for meetings where an anonymous evaluation could show nothing, before anybody writes."""
    collection.refuse_before_its_time(meeting)
    survey = Survey.objects.filter(meeting=meeting).first()
    if survey and (not survey.is_open or survey.reminded_at or survey.ballot_box.count):
        raise ValidationError(WRITTEN)
    if eligible.people_at(meeting).count() >= meeting.community.anonymity_threshold:
        raise ValidationError(_("This meeting can be evaluated in writing: nobody is recognised."))


@transaction.atomic
def key(meeting: Meeting, said: dict[str, Any], by: User) -> SpokenEvaluation:
    """Write it, or write it again. A written evaluation that nobody has answered yet gives way."""
    survey = Survey.objects.filter(meeting=meeting).first()
    if survey and not collection.undo_opening(survey):
        raise ValidationError(WRITTEN)
    spoken, _is_new = SpokenEvaluation.objects.update_or_create(meeting=meeting, defaults={**said, "keyed_by": by})
    meeting.touch()
    return spoken


def forget_count(meeting: Meeting) -> None:
    SpokenEvaluation.objects.filter(meeting=meeting).delete()
    meeting.touch()
