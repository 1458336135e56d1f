"""What came out of a group, what it needs together, what it learnt: as its file tells."""

import datetime as dt
import random
from typing import Any

from django.utils import timezone

from communities.models import Need, Outcome, Party, PracticeCard, StageChange
from evaluations.demonstration.history import ZONE, Story, instant


def write(story: Story) -> None:
    rng = random.Random(story.group.name)  # its own: what other steps draw must not move when this file grows
    organisations = list({m.organisation for m in story.members if m.organisation})
    organisations.sort(key=lambda o: o.sort_key)
    for told in story.group.outcomes:
        add_outcome(story, told, rng.sample(organisations, min(told.get("partners", 0), len(organisations))))
    for told in story.group.needs:
        add_need(story, told, organisations)
    PracticeCard.objects.bulk_create(
        PracticeCard(community=story.community, created_by=story.facilitator, **told) for told in story.group.practices
    )


def day_of(told: dict[str, Any], today: dt.date) -> dt.date:
    """`on` is a month and a day of last year; otherwise so many days ago."""
    if "on" in told:
        return dt.date.fromisoformat(f"{today.year - 1}-{told['on']}")
    return today - dt.timedelta(days=told["days_ago"])


def add_outcome(story: Story, told: dict[str, Any], partners: list) -> None:
    """Its stages follow one another by two months, the last one yesterday at the latest."""
    today = timezone.localdate(story.now, ZONE)
    day, stages = day_of(told, today), told["stages"]
    fields = {name: told[name] for name in ("title", "kind", "description") if name in told}
    outcome = Outcome.objects.create(
        community=story.community,
        happened_on=day,
        stage=stages[-1],
        is_expected=not told.get("unexpected", False),
        advance=told.get("advance", ""),
        funder=told.get("funder", ""),
        other_partners=told.get("others", ""),
        amount=told["dollars"] * 100 if "dollars" in told else None,
        created_by=story.facilitator,
        **fields,
    )
    outcome.organisations.set(partners)
    StageChange.objects.bulk_create(
        StageChange(
            outcome=outcome,
            stage=stage,
            at=instant(min(day + dt.timedelta(days=61 * number), today - dt.timedelta(days=1)), 15),
            by=story.facilitator,
        )
        for number, stage in enumerate(stages)
    )


def add_need(story: Story, told: dict[str, Any], organisations: list) -> None:
    created_at = story.now - dt.timedelta(days=told["days_ago"])
    need = Need.objects.create(
        community=story.community,
        what=told["what"],
        details=told.get("details", ""),
        cost=told["dollars"] * 100 if "dollars" in told else None,
        met_at=created_at + dt.timedelta(days=told["met_after"]) if "met_after" in told else None,
        created_by=story.facilitator,
        created_at=created_at,
    )
    start = told.get("from", 0)
    parties = [
        Party(need=need, side=Party.Side.NEEDS, organisation=o) for o in organisations[start:][: told["needing"]]
    ]
    if "offer" in told:
        parties.append(
            Party(need=need, side=Party.Side.OFFERS, organisation=organisations[start - 1], offer=told["offer"])
        )
    Party.objects.bulk_create(parties)
