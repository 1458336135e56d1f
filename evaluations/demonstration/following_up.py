"""Conversations that whoever facilitates had with members, or means to have."""

import datetime as dt

from evaluations.demonstration.history import Story
from evaluations.domain.follow_ups import coverage
from evaluations.models import IndividualFollowUp

State, Mode, Reason = IndividualFollowUp.State, IndividualFollowUp.Mode, IndividualFollowUp.Reason
HELD = (
    "Trouve que le sujet de mars a tourné autour de deux organismes. N’ose pas le dire en grand groupe. "
    "D’accord pour que l’on propose un tour de table plus court."
)
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


def _one(story: Story, membership, state: str, reason: str, **fields) -> IndividualFollowUp:
    return IndividualFollowUp(
        community=story.community,
        membership=membership,
        author=story.facilitator,
        state=state,
        reason=reason,
        **{"began_on": story.now.date()} | fields,
    )
