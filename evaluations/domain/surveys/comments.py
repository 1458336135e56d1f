"""Things to improve: shown five or more together, without their meeting, so that no comment can be tied to who came."""

from django.db import transaction
from django.db.models import Q

from communities.models import Community
from evaluations.domain.surveys import scoring
from evaluations.domain.surveys.questionnaires import IMPROVEMENT
from evaluations.models import CommentBatch, Response


@transaction.atomic
def release_waiting(community: Community) -> CommentBatch | None:
    """Show together the comments that wait, when there are enough of them; they leave their survey for good.

    Only those of surveys that reached their threshold are taken, and never one by one: the sixth comment, shown alone
    after five others, would be the last meeting's.
    """
    of_surveys = Q(survey__meeting__community=community, survey__release__isnull=False)
    waiting = Response.objects.filter(of_surveys | Q(pool__community=community), code=IMPROVEMENT)
    waiting = waiting.select_for_update(of=("self",))
    texts = [str(row.value).strip() for row in waiting if str(row.value).strip()]
    if len(texts) < community.anonymity_threshold:
        return None
    Response.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return CommentBatch.objects.create(community=community, texts=sorted(texts, key=scoring.digest))
