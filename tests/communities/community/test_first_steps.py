"""Four steps from a new community to a first meeting that people are invited to."""

import datetime as dt

import pytest
from django.utils import timezone

from communities.domain.community.launch import launch_of
from communities.models import Community, Role
from tests import factories as make
from tests.forms import on_one_line


@pytest.fixture
def community(community):
    community.status = Community.Status.LAUNCH
    community.save()
    return community


def shown(community, user):
    """What each step is, whether it is done, whether it may be done from there; and the next."""
    launch = launch_of(community, user)
    return [(s.title, s.is_done, bool(s.address)) for s in launch.first], launch.next_first and launch.next_first.title


def test_one_step_after_the_other(community, philippe):
    titles = ["Personnes", "Première rencontre", "Déroulement", "Invitation"]
    assert [title for title, *_ in shown(community, philippe)[0]] == titles
    assert shown(community, philippe)[1] == "Personnes"
    make.a_member(community)
    assert shown(community, philippe)[1] == "Première rencontre"
    meeting = make.a_meeting(community)
    meeting.agenda.all().delete()
    assert shown(community, philippe)[1] == "Déroulement"
    meeting.agenda.create(title="Tour de table", minutes=20, position=0)
    assert shown(community, philippe)[1] == "Invitation"
    meeting.invited_at = timezone.now()
    meeting.save()

    assert shown(community, philippe) == ([], None)


def test_the_neighbour_s_meeting_and_a_cancelled_one_count_for_nothing(community, philippe, programme):
    make.a_member(community)
    make.a_meeting(make.a_community("Sœur", programme=programme), invited_at=timezone.now())
    make.a_meeting(community, cancelled_at=timezone.now())

    assert shown(community, philippe)[1] == "Première rencontre"


def test_a_first_meeting_that_was_held_needs_no_invitation(community, philippe):
    make.a_member(community)
    make.a_meeting(community, starts_at=timezone.now() - dt.timedelta(days=2))

    assert shown(community, philippe) == ([], None)


@pytest.mark.parametrize("status", [s for s in Community.Status if s not in ("draft", "design", "launch")])
def test_once_launched_a_community_is_not_led_by_the_hand(community, philippe, status):
    community.status = status

    assert shown(community, philippe) == ([], None)


def test_whoever_may_not_do_a_step_is_not_offered_its_button(community, programme, sandrine, signed_in):
    """An external facilitator runs meetings and lists nobody; a member sees none of this."""
    guest = make.a_person("Ines", "Roy", email="ines@exemple.quebec")
    make.a_role(guest, Role.EXTERNAL, community=community, ends_on=timezone.localdate() + dt.timedelta(days=9))
    member = make.a_member(community).user
    community.memberships.all().delete()
    make.a_member(community, member)

    offered = {title: address for title, _done, address in shown(community, guest)[0]}

    assert not offered["Personnes"]
    assert "first-steps" not in on_one_line(signed_in(member).get(community.get_absolute_url()))
    page = on_one_line(signed_in(sandrine).get(community.get_absolute_url()))
    assert page.count('aria-current="step"') == 1
    assert "Fixer la première rencontre" in page
