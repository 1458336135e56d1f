"""Who runs a meeting: the rule asked of one person and of all says the same."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from communities.models import Role, RoleAssignment
from meetings.domain.attendance.roster import runs, staff_of
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("has_note_taker", [True, False])
def test_one_person_and_the_whole_crew_are_told_by_the_same_rule(is_named, has_note_taker):
    community, other = make.a_community("Une"), make.a_community("Autre")
    for role in Role.values:
        if role != Role.COORDINATOR:
            RoleAssignment.objects.create(user=make.a_person(role), role=role, community=community)
            RoleAssignment.objects.create(user=make.a_person(f"ailleurs-{role}"), role=role, community=other)
    over = timezone.localdate() - dt.timedelta(days=1)
    RoleAssignment.objects.create(user=make.a_person("avant"), role=Role.FACILITATOR, community=community, ends_on=over)
    meeting = make.a_meeting(community, note_taker=make.a_person("note") if has_note_taker else None)
    if is_named:
        meeting.facilitators.add(make.a_person("nommée"))

    one_by_one = {person for person in User.objects.all() if runs(meeting, person.pk)}

    assert one_by_one == set(staff_of(meeting))
    assert one_by_one
