"""Agendas that a community keeps under a name, to start another meeting from."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Community
from meetings.domain.agenda import agendas
from meetings.models import AgendaItem, AgendaModel, Meeting

MOST = 30


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
    if not model.blocks:
        raise ValidationError(_("This model has no block: nothing is replaced."))
    if not meeting.is_open or meeting.started_at:
        raise ValidationError(_("This meeting has begun or is over: its agenda is no longer replaced."))
    return agendas.arrange(meeting, agendas.fitted(model.blocks, meeting.length_in_minutes), version=version)
