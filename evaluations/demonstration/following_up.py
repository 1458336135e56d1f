"""Conversations that whoever facilitates had with members, or means to have."""

import datetime as dt
import uuid

from evaluations.demonstration.history import ZONE, Story
from evaluations.domain.follow_ups import coverage, requests
from evaluations.models import ConversationRequest, IndividualFollowUp, OfferedTime

State, Mode, Reason = IndividualFollowUp.State, IndividualFollowUp.Mode, IndividualFollowUp.Reason
HELD = (
    "Trouve que le sujet de mars a tourné autour de deux organismes. N’ose pas le dire en grand groupe. "
    "D’accord pour que l’on propose un tour de table plus court."
)
ASKING, ASKED = "Constellation", "J’aimerais parler de ma place dans le groupe."
OFFERED_TO_ALL = (State.HELD, State.HELD, State.HELD, State.DECLINED, State.OFFERED, State.OFFERED)


def tell(story: Story) -> None:
    today, facilitator = story.now.date(), story.facilitator
    active = [m for m in story.members if m.status == m.Status.ACTIVE and m.user_id != facilitator.pk]
    heard, foreseen, *others = active
    rows = [
        _one(story, heard, State.HELD, Reason.DELICATE, on=today - dt.timedelta(days=18), mode=Mode.PHONE, notes=HELD),
        _one(story, foreseen, State.PLANNED, Reason.OBJECTIVES, on=today + dt.timedelta(days=4), mode=Mode.VIDEO),
    ]
    rows[0].next_step = "Lui redemander en fin de rencontre si le tour de table convient."
    rows[0].next_step_on = today + dt.timedelta(days=2)
    if coverage.offers_to_all(story.community):
        began = max(today - dt.timedelta(days=40), dt.date(today.year, 1, 1))
        for member, state in zip(others, OFFERED_TO_ALL * 2, strict=False):
            on = began if state == State.HELD else None
            rows.append(_one(story, member, state, Reason.EVERYONE, on=on, began_on=began))
    IndividualFollowUp.objects.bulk_create(rows)
    if story.group.name == ASKING:
        _ask_and_settle(story, others[-1], rows[1])


def _ask_and_settle(story: Story, asking, foreseen: IndividualFollowUp) -> None:
    """A request of two days ago, and a time that was chosen for the conversation that is foreseen."""
    asked_on = story.now.date() - dt.timedelta(days=2)
    request = ConversationRequest.objects.create(
        id=_number("request"), membership=asking, asked_on=asked_on, words=ASKED
    )
    request.readers.set(requests.readers_of(asking))
    OfferedTime.objects.create(
        id=_number("time"),
        follow_up=foreseen,
        starts_at=dt.datetime.combine(foreseen.on, dt.time(13, 30), ZONE),
        mode=foreseen.mode,
        where="https://zoom.example/j/5145550123",
        is_chosen=True,
    )


def _number(of: str) -> uuid.UUID:
    """The same in each demonstration; drawn from the story, it would change all that is drawn after."""
    return uuid.uuid5(uuid.NAMESPACE_OID, of)


def _one(story: Story, membership, state: str, reason: str, **fields) -> IndividualFollowUp:
    return IndividualFollowUp(
        community=story.community,
        membership=membership,
        author=story.facilitator,
        state=state,
        reason=reason,
        **{"began_on": story.now.date()} | fields,
    )
