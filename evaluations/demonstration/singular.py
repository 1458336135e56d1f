"""What two groups have that no other has: commitments signed, and recordings that stop when children come."""

import datetime as dt

from communities.models import Commitment
from evaluations.demonstration.history import ZONE, Story, instant
from meetings.models import Meeting, Recording

COMMITTED = "Groupe des Vingt"
RECORDED = "Consultations auprès des enfants"


def tell(story: Story, held: list[Meeting]) -> None:
    if story.group.name == COMMITTED:
        _sign(story, held)
    if story.group.name == RECORDED:
        _record(story, held)


def _sign(story: Story, held: list[Meeting]) -> None:
    """Everyone signed on joining, over the dates of the year to come."""
    days = [meeting.starts_at.astimezone(ZONE).date() for meeting in held]
    Commitment.objects.bulk_create(
        Commitment(
            membership=membership,
            signed_at=instant(membership.joined_on, 12),
            dates=[day.isoformat() for day in days if day >= membership.joined_on][:6],
        )
        for membership in story.members
    )


def _record(story: Story, held: list[Meeting]) -> None:
    """Some meetings were recorded for the notes, and each recording is gone; children come to the next one."""
    Recording.objects.bulk_create(
        Recording(
            meeting=meeting,
            purpose="Aider à rédiger les notes. Il n’est partagé avec personne.",
            kept_at="L’ordinateur de la personne qui prend les notes",
            destroy_on=meeting.starts_at.astimezone(ZONE).date() + dt.timedelta(days=14),
            asked_by=story.facilitator,
            asked_at=meeting.started_at,
            started_at=meeting.started_at + dt.timedelta(minutes=6),
            stopped_at=meeting.ends_at - dt.timedelta(minutes=10),
            destroyed_at=meeting.ends_at + dt.timedelta(days=9),
            destroyed_by=story.facilitator,
        )
        for meeting in held[1:-1:2]
    )
    coming = Meeting.objects.planned().filter(community=story.community, starts_at__gt=story.now)
    coming.update(children_attend=True)
