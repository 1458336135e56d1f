"""From nothing to a first meeting: the essentials, then a list that waits until all is done or set aside."""

import uuid

import pytest
from django.urls import reverse

from communities.domain.alerts import dismiss
from communities.domain.community.founding import Plan, found
from communities.domain.community.launch import launch_of
from communities.models import Community, TeamBuildingStep
from tests import factories as make
from tests.forms import submit


@pytest.fixture
def founded(philippe, programme):
    plan = Plan(
        key=uuid.uuid4(), profile="cohort", fields={"name": "Nouvelle"}, programme=programme, links=["introductions"]
    )
    return found(plan, by=philippe)


def steps(community, user) -> dict[str, bool]:
    return {step.code: step.is_done for step in launch_of(community, user).steps}


def test_a_new_community_shows_all_that_a_launch_needs(founded, philippe):
    todo = steps(founded, philippe)

    assert not any(todo.values())
    assert {"people", "objectives", "rules", "evaluation", "partners", "resources", "in_person"} <= set(todo)
    assert "link_introductions" in todo
    assert "link_pairs" not in todo, "not planned"


def test_what_is_done_is_ticked(founded, philippe):
    make.a_member(founded)
    make.an_objective(founded)
    make.a_meeting(founded, mode="in_person")

    todo = steps(founded, philippe)

    assert [code for code, done in todo.items() if done] == ["people", "dates", "objectives", "in_person"]


def test_a_step_set_aside_leaves_the_list(founded, philippe):
    step = next(step for step in launch_of(founded, philippe).steps if step.code == "partners")

    dismiss(founded, step.alert, "Nous la portons seuls", by=philippe)

    assert "partners" not in steps(founded, philippe)


def test_once_active_only_what_no_community_does_without_stays(founded, philippe):
    founded.status = Community.Status.ACTIVE

    assert set(steps(founded, philippe)) == {"people", "dates", "purpose", "objectives", "rules"}


def test_the_overview_shows_the_list_to_those_who_lead_only(founded, philippe, signed_in):
    member = make.a_member(founded).user

    assert signed_in(philippe).get(founded.get_absolute_url()).context["launch"]
    assert not signed_in(member).get(founded.get_absolute_url()).context["launch"]


def test_a_link_done_is_written_with_its_day(founded, philippe, signed_in):
    client, address = signed_in(philippe), reverse("communities:team_building_steps", args=[founded.pk])
    page = client.get(address)
    row = next(r for r in page.context["formset"] if r["kind"].value() == TeamBuildingStep.Kind.INTRODUCTIONS)

    submit(client, page, {row.add_prefix("done_on"): "2026-11-20"})

    assert steps(founded, philippe)["link_introductions"]


def test_the_essentials_are_enough(signed_in, philippe, programme):
    """The rest of the form is folded away, filled in with what the profile proposes."""
    address = reverse("communities:create") + "?profile=open"

    submit(signed_in(philippe), address, {"name": "Rapide", "programme": programme.pk})

    community = Community.objects.get(name="Rapide")
    assert community.rules.count() == 7
    assert community.team_building_steps.filter(is_planned=True).exists()


@pytest.mark.parametrize(("mode", "gathers"), [("in_person", True), ("hybrid", True), ("online", False)])
def test_a_first_meeting_in_a_room_is_one_in_person(founded, philippe, mode, gathers):
    make.a_meeting(founded, mode=mode)

    assert steps(founded, philippe)["in_person"] is gathers


def test_a_mode_without_a_room_is_never_said_to_be_in_person(founded, philippe):
    """A mode that may be added one day: this step took all that is not online for a room."""
    make.a_meeting(founded, mode="webinar")

    assert not steps(founded, philippe)["in_person"]
