"""What is left of closed evaluations: the answers one by one, and the comments. The figures told of them stay."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from cmtl import retention
from evaluations.models import CommentBatch, Release, Response


@retention.applies("answers")
def forget_answers(now: dt.datetime | None = None) -> int:
    long_ago = retention.period("answers").start(now or timezone.now())
    told = Q(survey__closed_at__lt=long_ago) | Q(pool__is_told=True, pool__year__lt=long_ago.year)
    return Response.objects.filter(told).delete()[0]


@retention.applies("comments")
def forget_comments(now: dt.datetime | None = None) -> int:
    long_ago = retention.period("comments").start(now or timezone.now())
    for release in Release.objects.filter(survey__campaign__isnull=False, survey__closed_at__lt=long_ago):
        if release.figures.pop("words", None):
            release.save(update_fields=["figures"])
    return CommentBatch.objects.filter(released_on__lt=timezone.localdate(long_ago)).delete()[0]
