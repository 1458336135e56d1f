"""Agendas that a community keeps under a name, to start another meeting from."""

import secrets
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from communities.models import Community
from meetings.domain.agenda import agendas
from meetings.models import AgendaItem, AgendaModel, Meeting

MOST = 30
MOST_COPIED = 8  # other meetings offered to copy from


def blocks_of(meeting: Meeting) -> list[dict[str, Any]]:
    """What a model keeps: the blocks as planned, without the topics of that day."""
    names = ("kind", "title", "minutes", *AgendaItem.WORDS)
    return [{name: getattr(block, name) for name in names} for block in meeting.agenda.all()]


@transaction.atomic
def keep(meeting: Meeting, name: str) -> tuple[AgendaModel, bool]:
    """Keep this agenda under a name, over the model that had it; says whether the name is new."""
    Community.objects.select_for_update().get(pk=meeting.community_id)
    blocks = blocks_of(meeting)
    if not blocks:
        raise ValidationError(_("This agenda has no block yet: there is nothing to keep."))
    known = {model.name.casefold(): model for model in meeting.community.agenda_models.all()}
    model = known.get(name.casefold())
    if model is None and len(known) >= MOST:
        raise ValidationError(_("Thirty models are kept already: remove one first."))
    if model is None:
        return AgendaModel.objects.create(community=meeting.community, name=name, blocks=blocks), True
    model.blocks = blocks
    model.save(update_fields=["blocks"])
    return model, False


def apply_model(model: AgendaModel, meeting: Meeting, *, version: int) -> bool:
    """Lay this meeting out as the model, unless somebody edited it since `version` (False)."""
    if model.community_id != meeting.community_id:
        raise ValidationError(_("This model belongs to another community."))
    return lay_out(meeting, model.blocks, version=version)


def lay_out(meeting: Meeting, blocks: list[dict[str, Any]], *, version: int) -> bool:
    """With these blocks, fitted to its length, unless somebody edited it since `version` (False)."""
    if not blocks:
        raise ValidationError(_("This model has no block: nothing is replaced."))
    return _replace(meeting, agendas.fitted(blocks, meeting.length_in_minutes), version=version)


def _replace(meeting: Meeting, blocks: list[dict[str, Any]], *, version: int) -> bool:
    if not agendas.may_reorder(meeting):
        raise ValidationError(_("This meeting has begun or is over: its agenda is no longer replaced."))
    return agendas.arrange(meeting, blocks, version=version)


def to_copy_from(meeting: Meeting) -> QuerySet[Meeting]:
    """Other meetings of its community that have an agenda, and that all its people may read; the latest first."""
    has_blocks = Exists(AgendaItem.objects.filter(meeting=OuterRef("pk")))
    others = meeting.community.meetings.for_everyone().filter(has_blocks, cancelled_at=None).exclude(pk=meeting.pk)
    return others.select_related("community").order_by("-starts_at")


# ------------------------------------------------------------ undone

UNDONE_FOR = 3600  # seconds; where the cache is lost, there is nothing left to undo


def before(meeting: Meeting) -> str:
    """A name under which the agenda as it stands is kept a while, to be put back."""
    topics = [block.topic_id for block in meeting.agenda.all()]
    token = secrets.token_urlsafe(12)
    cache.set(_key(meeting, token), {"blocks": blocks_of(meeting), "topics": topics}, UNDONE_FOR)
    return token


def _key(meeting: Meeting, token: str) -> str:
    return f"agenda-before:{meeting.pk}:{token[:20]}"


@transaction.atomic
def put_back(meeting: Meeting, token: str, *, version: int) -> bool:
    kept = cache.get(_key(meeting, token))
    if not kept:
        raise ValidationError(_("It is too late to undo this."))
    if not _replace(meeting, kept["blocks"], version=version):
        return False
    for block, topic in zip(meeting.agenda.order_by("position"), kept["topics"], strict=True):
        if topic and meeting.community.topics.filter(pk=topic).exists():
            meeting.agenda.filter(pk=block.pk).update(topic=topic)
    return True
