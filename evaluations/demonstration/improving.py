"""What the members of two groups asked for at the end of meetings, and what became of it; the rest is still to sort."""

import datetime as dt

from django.utils import timezone

from evaluations.demonstration.history import Story
from evaluations.domain import improvements
from evaluations.domain.improvements import Kind
from meetings.models import Improvement, Meeting

GROUPS = ("Constellation", "Groupe des Vingt")
State = Improvement.State
LEFT_TO_SORT = 3


def tell(story: Story) -> None:
    if story.group.name not in GROUPS:
        return
    made = _sort(story)
    today = timezone.localdate(story.now)
    last = Meeting.objects.held().for_everyone().filter(community=story.community).order_by("starts_at").last()
    invited_at = (last.starts_at if last else story.now) - dt.timedelta(days=8)
    before_it = timezone.localdate(invited_at)
    told = [
        {"state": State.DONE, "wording": "Recevoir le sujet une semaine avant la rencontre",
         "answer": "L’invitation part maintenant huit jours avant, avec son objectif.",
         "done_on": before_it - dt.timedelta(days=12)},
        {"state": State.NOT_KEPT, "wording": "Des rencontres d’une demi-journée",
         "answer": "La plupart ne peuvent pas se libérer aussi longtemps; nous restons à une heure et demie.",
         "done_on": before_it - dt.timedelta(days=5)},
        {"state": State.DONE, "wording": "Une pause à mi-chemin",
         "answer": "Cinq minutes de pause sont au déroulement de chaque rencontre.",
         "done_on": today - dt.timedelta(days=6), "changes_frame": True,
         "agreed_on": today - dt.timedelta(days=20), "agreed_count": 11},
        {"state": State.ACCEPTED, "wording": "Commencer à l’heure, même à quatre",
         "due_on": today + dt.timedelta(days=30), "changes_frame": True},
    ]  # fmt: skip
    for number, fields in enumerate(told):
        one = made[number] if number < len(made) else story.community.improvements.create(written_by=story.facilitator)
        Improvement.objects.filter(pk=one.pk).update(**fields)
    told_then = Improvement.objects.filter(community=story.community, done_on__lt=before_it)
    told_then.update(told_with=last, told_at=invited_at)


def _sort(story: Story) -> list[Improvement]:
    """Some became improvements, others were read; the last ones wait."""
    waiting = improvements.to_sort([story.community])
    to_sort = waiting[:-LEFT_TO_SORT] if len(waiting) > LEFT_TO_SORT else []
    made = [
        improvements.sort(
            story.community, one.ref, Kind.IMPROVEMENT if number < 4 else Kind.THANKS, by=story.facilitator
        )
        for number, one in enumerate(to_sort)
    ]
    return [improvement for improvement in made if improvement]
