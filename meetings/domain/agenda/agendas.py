"""The agenda of a meeting: the usual blocks, fitted to its length, and changed by one person at a time."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communities.models import Policies
from meetings.models import AgendaItem, Meeting


@dataclass(frozen=True)
class Slot:
    """A block of the agenda with its hours on the wall."""

    block: AgendaItem
    starts: dt.datetime
    ends: dt.datetime

    @property
    def height(self) -> int:
        """In pixels: as tall as it is long, and never too small for its title."""
        return min(160, 26 + self.block.minutes)


def slots_of(meeting: Meeting) -> list[Slot]:
    """The evaluation is booked from the end: what is before it may fall short of it, or run over."""
    found, at = [], meeting.local_start
    for block in meeting.agenda.all():
        ends = at + dt.timedelta(minutes=block.minutes)
        found.append(Slot(block, at, ends))
        at = ends
    return found


def default_agenda(meeting: Meeting) -> list[AgendaItem]:
    """Written as the meeting is planned, so that none begins without phases."""
    return AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=n, **block) for n, block in enumerate(usual_blocks(meeting))
    )


def usual_blocks(meeting: Meeting) -> list[dict[str, Any]]:
    """The community's model or, without one, the guide's phases; in minutes that add up to the length."""
    if model := Policies.of(meeting.community).agenda_model:
        return fitted(model, meeting.length_in_minutes)
    kinds = AgendaItem.Kind
    chooses = meeting.community.chooses_topics_on_the_spot
    shares = [
        (kinds.WELCOME, _("Welcome and attendance"), 0.08),
        (kinds.FRAME, _("Purpose and rules"), 0.05),
        *([(kinds.TOPICS, _("Choice of topics"), 0.15)] if chooses else []),
        (kinds.EXCHANGE, _("Exchange"), None),
        (kinds.SYNTHESIS, _("Synthesis"), 0.08),
        (kinds.NEXT, _("Next steps"), 0.08),
        (kinds.EVALUATION, _("Evaluation"), 5),
    ]
    lengths = [_share(share, meeting.length_in_minutes) for _kind, _title, share in shares]
    lengths[lengths.index(0)] = max(meeting.length_in_minutes - sum(lengths), 1)
    return [
        {"kind": kind, "title": title, "minutes": length}
        for (kind, title, _share_of), length in zip(shares, lengths, strict=True)
    ]


def fitted(model: list[dict[str, Any]], minutes: int) -> list[dict[str, Any]]:
    """As modelled; the longest exchange (or block) takes or gives the minutes by which the meeting differs. Where it
    has too few to give, the others give too, none more than half of its own if that is enough."""
    names = ("kind", "title", "minutes", *AgendaItem.WORDS)
    blocks = [{name: block.get(name, "") for name in names} for block in model]
    kinds = AgendaItem.Kind
    elastic = sorted(blocks, key=lambda block: (block["kind"] == kinds.EXCHANGE, block["minutes"]), reverse=True)
    elastic.sort(key=lambda block: block["kind"] == kinds.EVALUATION)  # gives last
    spare = minutes - sum(block["minutes"] for block in blocks)
    for shortest in (0.5, 0):
        for block in elastic:
            given = min(480, max(1, round(block["minutes"] * shortest), block["minutes"] + spare))
            spare -= given - block["minutes"]
            block["minutes"] = given
    return blocks


def _share(share: float | None, whole: int) -> int:
    """Minutes of one block: given, or a share of the whole; the exchange (None) takes what is left."""
    if share is None:
        return 0
    return int(share) if share >= 1 else max(1, min(15, round(share * whole)))


@transaction.atomic
def arrange(meeting: Meeting, blocks: list[dict], *, version: int) -> bool:
    """Write the agenda as laid out, unless someone else edited the meeting since `version` (False).

    A block that has been opened stays, whatever was sent: what happened is not erased."""
    if _is_laid_out(list(meeting.agenda.all()), blocks):
        return True
    current = Meeting.objects.filter(pk=meeting.pk, version=version)
    if not current.update(version=F("version") + 1, revision=F("revision") + 1):
        return False
    known = {item.pk: item for item in meeting.agenda.all()}
    kept = {block["pk"] for block in blocks if block.get("pk") in known}
    meeting.agenda.filter(started_at=None).exclude(pk__in=kept).delete()
    for position, block in enumerate(blocks):
        item = known.get(block.get("pk") or 0) or AgendaItem(meeting=meeting)
        item.kind, item.title, item.minutes = block["kind"], block["title"], block["minutes"]
        for word in AgendaItem.WORDS:
            setattr(item, word, block.get(word, getattr(item, word)))
        item.position = position
        item.save()
    return True


def may_reorder(meeting: Meeting) -> bool:
    return meeting.is_open and not meeting.started_at


def move(meeting: Meeting, place: int, other: int, *, version: int) -> bool:
    """Put a block elsewhere in the agenda, unless someone else edited the meeting since `version` (False)."""
    if not may_reorder(meeting):
        raise ValidationError(_("This meeting has begun or is over: its agenda is no longer reordered here."))
    blocks = list(meeting.agenda.all())
    if not (0 <= place < len(blocks) and 0 <= other < len(blocks)):
        return True
    blocks.insert(other, blocks.pop(place))
    names = ("pk", "kind", "title", "minutes")
    return arrange(meeting, [{name: getattr(block, name) for name in names} for block in blocks], version=version)


def _is_laid_out(items: list[AgendaItem], blocks: list[dict]) -> bool:
    names = ("kind", "title", "minutes", *AgendaItem.WORDS)
    return len(items) == len(blocks) and all(
        item.pk == block.get("pk") and all(getattr(item, name) == block[name] for name in names if name in block)
        for item, block in zip(items, blocks, strict=True)
    )


def keeps_last_minutes(blocks: list[AgendaItem]) -> bool:
    last = blocks[-1]
    return last.kind == AgendaItem.Kind.EVALUATION and last.minutes >= 5
