"""What planning leaves to see: dates asked of the members, a training open to all, a member organisation that hosts."""

import datetime as dt

from django.utils import timezone

from evaluations.demonstration.history import ZONE, Story, instant
from meetings.models import DatePoll, DateVote, Meeting, ProposedDate

SAID = ("yes", "yes", "yes", "if_needed", "no")


def tell(story: Story) -> None:
    if story.group.name == "Constellation":
        _ask_dates(story)
    _open_training(story)


def _ask_dates(story: Story) -> None:
    """Three dates in the spring; most have answered."""
    poll = DatePoll.objects.create(
        community=story.community,
        title="Visite croisée entre deux régions",
        minutes=120,
        mode=Meeting.Mode.IN_PERSON,
        place="Drummondville, lieu à confirmer",
        asked_by=story.facilitator,
        asked_at=story.now - dt.timedelta(days=4),
    )
    first = timezone.localdate(story.now, ZONE) + dt.timedelta(days=95)
    days = [first + dt.timedelta(days=n - first.weekday()) for n in (1, 3, 9)]
    dates = [ProposedDate(poll=poll, starts_at=instant(day, 13)) for day in days]
    ProposedDate.objects.bulk_create(dates)
    voters = [m for m in story.members if m.status == m.Status.ACTIVE][1:14]  # Nadia is still to answer
    DateVote.objects.bulk_create(
        DateVote(date=date, membership=membership, answer=story.rng.choice(SAID))
        for membership in voters
        for date in dates
    )


def _open_training(story: Story) -> None:
    trainings = Meeting.objects.planned().filter(community=story.community, kind=Meeting.Kind.TRAINING)
    trainings.filter(starts_at__gt=story.now).update(
        is_open_to_all=True,
        registration=Meeting.Registration.REQUIRED,
        theme="Mobilisation jeunesse",
        expert="Maïka Tremblay-Roy, formatrice",
        cost=1_200_00,
        fee=75_00,
    )
