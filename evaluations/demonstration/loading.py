"""Puts the demonstration in an empty database, in one transaction."""

import datetime as dt
import random
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from evaluations.demonstration import (
    afterwards,
    alumni,
    campaigns,
    carrying,
    following_up,
    frame,
    future,
    history,
    improving,
    life,
    looking_back,
    manager_opinions,
    own_questions,
    places,
    planned,
    privacy,
    recruiting,
    register,
    reports,
    singular,
    testimonials,
)
from evaluations.demonstration.groups import all_groups
from evaluations.demonstration.history import ZONE, Story
from evaluations.demonstration.people import Crowd


@transaction.atomic
def load(seed: int = 2026, now: dt.datetime | None = None, say: Callable[[str], object] = lambda line: None) -> None:
    """The seven groups. Refuses a database that already holds people: nothing of theirs is to be mixed with this."""
    if User.objects.exists():
        raise ValidationError(_("This database already holds people: the demonstration is for an empty one."))
    now = now or timezone.now()
    today = timezone.localdate(now, ZONE)
    rng = random.Random(f"{seed} {today}")
    crowd = Crowd(rng)
    with translation.override("fr-ca"), timezone.override(ZONE):
        for group in all_groups():
            community = places.set_up(group, crowd, today)
            first_meeting = history.held_days(group, today)[0]
            members = places.gather(group, community, crowd, rng, first_meeting, today)
            carrying.carry(community, today)
            frame.settle(group, community, members, today)
            own_questions.write(group, community)
            story = Story(group, community, members, rng, now)
            held = history.tell(story)
            campaigns.tell(story)
            alumni.tell(story)
            manager_opinions.tell(story)
            improving.tell(story)
            future.plan(story)
            register.write(story)
            looking_back.note_last_year(story)
            life.tell(story)
            looking_back.tell(story)
            following_up.tell(story)
            reports.write_reports(story)  # after what they tell: factors rated, follow-ups held
            planned.tell(story)
            recruiting.tell(story)
            singular.tell(story, held)
            testimonials.tell(story)
            afterwards.tell(story, held)
            say(f"{group.name}: {len(members)} personnes, {len(held)} rencontres tenues")
        privacy.tell(crowd, today)
