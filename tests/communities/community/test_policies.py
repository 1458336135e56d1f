"""What policies change, what another profile would change, and what a year says against them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.domain.alerts import dismiss, standing
from communities.domain.community import policies
from communities.models import Community, Policies, RecordSheet
from communities.models.profiles import PRESETS, Profile
from meetings.domain.scheduling.planning import usual_mode
from meetings.models import Meeting
from tests import factories as make
from tests.forms import submit

NOON = dt.datetime(2026, 6, 15, 16, tzinfo=dt.UTC)


@pytest.fixture
def address(community):
    return reverse("communities:policies", args=[community.pk])


def codes(community) -> list[str]:
    return [alert.code for alert in policies.warnings(community, NOON)]


def in_2026(community, month, **fields):
    return make.a_meeting(community, dt.datetime(2026, month, 10, 16, tzinfo=dt.UTC), **fields)


@pytest.fixture
def old(programme):
    """A community older than the year, whose policy asks nothing of the mode."""
    started = dt.date(2024, 1, 1)
    return make.a_community(programme=programme, profile=Profile.INDIVIDUALS, started_on=started)


def test_every_choice_of_every_policy_says_what_it_changes():
    for name, effects in policies.EFFECTS.items():
        assert set(effects) == {value for value, _label in policies.field_of(name).choices}


def test_each_policy_is_changed_alone(signed_in, sandrine, community, address):
    submit(signed_in(sandrine), address, {"attendance_policy": "committed"})

    community.refresh_from_db()
    assert community.expects_everyone
    assert community.profile == Profile.OPEN
    assert community.topic_policy == PRESETS[Profile.OPEN].topics


def test_two_people_changing_the_policies_see_both(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    opened = client.get(address)
    Policies.write(community, mode_policy="in_person")

    refused = submit(client, opened, {"mode_policy": "online"})

    assert refused.status_code == 409
    assert len(refused.context["conflict"]) == 1


def test_another_profile_shows_what_it_would_change_before_it_is_chosen(signed_in, sandrine, community, address):
    client = signed_in(sandrine)

    shown = client.get(address, {"profil": "cohort"})

    community.refresh_from_db()
    assert community.profile == Profile.OPEN, "looking changes nothing"
    assert {change.then for change in shown.context["changes"]} >= {policies.shown_value("selection", "selected")}
    assert all(change.now != change.then for change in shown.context["changes"])

    submit(client, shown, action=reverse("communities:apply_profile", args=[community.pk]))
    community.refresh_from_db()
    assert community.profile == Profile.COHORT
    assert community.expects_everyone


def test_a_profile_is_not_applied_over_what_somebody_changed_since(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    shown = client.get(address, {"profil": "cohort"})
    Policies.write(community, mode_policy="in_person")

    submit(client, shown, action=reverse("communities:apply_profile", args=[community.pk]))

    community.refresh_from_db()
    assert (community.profile, Policies.of(community).mode_policy) == (Profile.OPEN, "in_person")


@pytest.mark.parametrize(("dates", "warned"), [(0, True), (1, True), (2, False), (6, False), (7, True)])
def test_outside_two_to_six_meetings_a_year_it_is_told(old, dates, warned):
    for month in range(1, dates + 1):
        in_2026(old, month)
    in_2026(old, 10, kind=Meeting.Kind.LAUNCH)  # only regular meetings make a rhythm
    in_2026(old, 11, kind=Meeting.Kind.TRAINING)
    in_2026(old, 12, cancelled_at=timezone.now())

    assert ("rhythm" in codes(old)) is warned


def test_a_community_begun_in_autumn_is_not_told_of_a_short_year(old):
    old.started_on = dt.date(2026, 9, 1)

    assert codes(old) == []


def test_a_year_without_a_meeting_in_person_is_told_once_a_policy_asks_for_one(old):
    in_2026(old, 3)
    online = in_2026(old, 9)
    assert codes(old) == []

    Policies.write(old, mode_policy="once_in_person")
    assert codes(old) == ["in_person"]

    Meeting.objects.filter(pk=online.pk).update(mode=Meeting.Mode.HYBRID)
    assert codes(old) == []


def test_set_aside_this_year_it_is_told_again_the_next(old, sandrine):
    Policies.write(old, mode_policy="once_in_person")
    in_2026(old, 3)
    in_2026(old, 9)
    make.a_meeting(old, dt.datetime(2027, 3, 10, 16, tzinfo=dt.UTC))
    make.a_meeting(old, dt.datetime(2027, 4, 10, 16, tzinfo=dt.UTC))
    (this_year,) = policies.warnings(old, NOON)
    dismiss(old, this_year, "Budget de déplacement épuisé", by=sandrine)

    assert standing(old, policies.warnings(old, NOON))[0] == []
    assert standing(old, policies.warnings(old, NOON.replace(year=2027)))[0] != []


def test_a_programme_set_ahead_wants_a_topic_for_each_coming_date(old):
    old.topic_policy = "ahead"
    in_2026(old, 3)
    in_2026(old, 9)

    assert codes(old) == ["topics_ahead"]


def test_a_main_activity_is_asked_about_individual_follow_up(old):
    in_2026(old, 3)
    in_2026(old, 9)
    RecordSheet.write(old, is_flagship=True)

    assert codes(old) == ["flagship_follow_up"]


def test_an_archived_community_is_told_nothing(old):
    old.status = Community.Status.ARCHIVED

    assert codes(old) == []


@pytest.mark.parametrize(
    ("policy", "before", "proposed"),
    [
        ("online", None, "online"),
        ("in_person", "online", "in_person"),
        ("alternating", "online", "in_person"),
        ("alternating", "in_person", "online"),
        ("first_in_person", None, "in_person"),
        ("first_in_person", "in_person", "online"),
    ],
)
def test_the_mode_policy_proposes_the_mode_of_new_dates(community, policy, before, proposed):
    Policies.write(community, mode_policy=policy)
    if before:
        make.a_meeting(community, mode=before)

    assert usual_mode(community) == proposed
