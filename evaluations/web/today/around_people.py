"""What people asked about their personal information, for those who answer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.domain.privacy import destructions
from communities.models import DestructionRequest
from evaluations.web.today.reading import Reader
from evaluations.web.today.to_do import LATE, SOON, THIS_WEEK, ToDo

MOST = 20  # lines; the page of requests has all


def to_do(page: Reader) -> Iterator[ToDo]:
    if not page.answers_requests:
        return
    seen = DestructionRequest.objects.visible_to(page.user).waiting().exclude(handled_by=page.user)
    for asked in seen.select_related("user")[:MOST]:
        if destructions.sides_of(page.user, asked):
            days = {"day": _day(timezone.localdate(asked.asked_at)), "due": _day(asked.due_on)}
            yield ToDo(
                _urgency(asked),
                _("Answer %(name)s’s request to destroy data") % {"name": asked.user},
                _("asked on %(day)s, to answer by %(due)s at the latest") % days,
                reverse("communities:destruction", args=[asked.pk]),
                _("Answer"),
            )


def _urgency(asked: DestructionRequest) -> str:
    if asked.is_late:
        return LATE
    return THIS_WEEK if asked.due_on <= timezone.localdate() + destructions.REMINDED else SOON


def _day(day) -> str:
    return date_format(day, "DATE_FORMAT")
