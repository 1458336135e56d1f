"""Loading the demonstration: into an empty database only, the same each time, on any day of any year."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from evaluations.demonstration.loading import load
from evaluations.models import Response
from meetings.models import Meeting, Note, Reply

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # a Monday


def load_at(now, *seed):
    """With the clock there too: invitations are refused to dates that are past by the clock."""
    with time_machine.travel(now):
        load(*seed, now=now)


def told(seed: int) -> tuple:
    """What a seed tells, then forgotten."""
    with transaction.atomic():
        load_at(NOW, seed)
        story = (
            list(User.objects.order_by("email").values_list("email", flat=True)),
            list(Meeting.objects.order_by("code").values_list("code", "title", "starts_at")),
            list(Note.objects.order_by("key").values_list("key", "text")),
            list(Reply.objects.order_by("pk").values_list("answer", flat=True)),
            list(Response.objects.order_by("pk").values_list("pk", "value")),
        )
        transaction.set_rollback(True)
    return story


@pytest.mark.long
def test_the_same_seed_on_the_same_day_tells_the_same(db):
    first, again, other = told(7), told(7), told(8)

    assert first == again
    assert first[0] != other[0]


def test_a_database_with_people_in_it_is_left_alone(sam):
    with pytest.raises(ValidationError):
        load()

    assert User.objects.get() == sam


@pytest.mark.long
def test_the_command_loads_it(db):
    call_command("load_demo", verbosity=0)

    assert Meeting.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize("days", [4, 5, 6])
def test_whatever_the_day_it_is_loaded(db, days):
    load_at(NOW + dt.timedelta(days=days))

    upcoming = Meeting.objects.upcoming(NOW + dt.timedelta(days=days))
    constellation = upcoming.filter(community__name="Constellation")[0]
    assert constellation.local_start.weekday() < 5
    assert constellation.starts_at > NOW + dt.timedelta(days=days)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param((2027, 1, 4), marks=pytest.mark.long),
        (2028, 2, 29),
        pytest.param((2027, 7, 1), marks=pytest.mark.long),
        pytest.param((2026, 12, 24), marks=pytest.mark.long),
    ],
)
def test_whatever_the_season(db, day):
    now = dt.datetime(*day, 14, tzinfo=dt.UTC)

    load_at(now)

    last_year = Meeting.objects.held().filter(starts_at__year=now.year - 1)
    assert last_year.values("community").distinct().count() == 7
    assert not Meeting.objects.held().filter(closed_at__gt=now).exists()
