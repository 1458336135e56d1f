"""What planning leaves to see: dates asked of the members, a training open to all, the room seen to for it."""

import datetime as dt

from django.utils import timezone

from evaluations.demonstration.history import ZONE, Story, instant
from meetings.models import DatePoll, DateVote, Logistics, Meeting, ProposedDate, Reply, Training

SAID = ("yes", "yes", "yes", "if_needed", "no")


def tell(story: Story) -> None:
    if story.group.name == "Constellation":
        _ask_dates(story)
        _wish(story)
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


WISHES = (
    "Entendre comment les autres abordent la première rencontre avec un père.",
    "Parler de l’horaire : nos pères travaillent le jour.",
)


def _wish(story: Story) -> None:
    """What two of those who come asked for."""
    coming = Meeting.objects.upcoming(story.now).filter(community=story.community).first()
    replies = coming.replies.filter(answer=Reply.Answer.YES).order_by("pk") if coming else []
    for reply, wish in zip(replies, WISHES, strict=False):
        reply.wish = wish
        reply.save(update_fields=["wish"])


def _see_to_the_room(meeting: Meeting) -> None:
    """Who brings what; and what two people asked for, erased the day after."""
    Logistics.objects.create(
        meeting=meeting,
        room="Salle du conseil, en cercle. La clé est chez la greffière.",
        meals="Café et muffins à l’arrivée.",
        travel="Métro Jarry; stationnement gratuit derrière la mairie.",
        access="Ascenseur à gauche de l’entrée.",
    )
    coming = meeting.replies.filter(answer=Reply.Answer.YES).order_by("pk")
    for reply, needs in zip(coming, ("Sans noix", "Une place pour un fauteuil roulant"), strict=False):
        reply.needs = needs
        reply.save(update_fields=["needs"])


def _open_training(story: Story) -> None:
    planned = Meeting.objects.planned().filter(community=story.community, kind=Meeting.Kind.TRAINING)
    trainings = planned.filter(starts_at__gt=story.now)
    for meeting in trainings:
        _see_to_the_room(meeting)
        Training.write(
            meeting,
            theme="Mobilisation jeunesse",
            expert="Maïka Tremblay-Roy, formatrice",
            cost=1_200_00,
            fee=75_00,
        )
    trainings.update(is_open_to_all=True, registration=Meeting.Registration.REQUIRED)
