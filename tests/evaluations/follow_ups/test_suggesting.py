"""With whom a conversation may help: facts for who facilitates, nothing for anybody else."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Policies, Role
from communities.models.profiles import AttendancePolicy, FollowUpPolicy
from evaluations.domain.follow_ups import suggesting
from evaluations.domain.follow_ups.coverage import coverage_of, not_offered_yet
from evaluations.models import IndividualFollowUp
from meetings.models import Attendance, Reflection, Reply
from tests import factories as make
from tests.forms import form_on, on_one_line, submit

State = IndividualFollowUp.State
ABSENT, PRESENT = Attendance.Status.ABSENT, Attendance.Status.PRESENT


def held(community, days_ago):
    start = timezone.now() - dt.timedelta(days=days_ago)
    return make.a_meeting(community, start, closed_at=start + dt.timedelta(hours=1))


@pytest.fixture
def meetings(community):
    return [held(community, days) for days in (200, 90, 60, 30)]


@pytest.fixture
def committed(community):
    community.attendance_policy = AttendancePolicy.COMMITTED
    community.save()
    return community


def names(community):
    reader = community.facilitators().first()
    return [one.membership.user.first_name for one in suggesting.suggestions(community, reader)]


def test_three_absences_in_a_row_without_a_word_where_members_committed_to_come(committed, meetings, nadia):
    maude = make.a_member(committed, make.a_person("Maude"))
    for meeting in meetings[1:]:
        make.an_attendance(meeting, nadia.memberships.get(), ABSENT)
        make.an_attendance(meeting, maude, ABSENT)
    Reply.objects.create(meeting=meetings[2], membership=maude, answer=Reply.Answer.NO)
    assert names(committed) == ["Nadia"]

    committed.attendance_policy = AttendancePolicy.WISHED
    committed.save()
    assert names(committed) == [], "where coming is only wished, an absence says nothing"


def test_two_absences_are_not_three(committed, meetings, nadia):
    for meeting in meetings[2:]:
        make.an_attendance(meeting, nadia.memberships.get(), ABSENT)
    make.an_attendance(meetings[1], nadia.memberships.get(), PRESENT)
    assert names(committed) == []


def test_silence_since_joining(community, meetings):
    joined = timezone.localdate() - dt.timedelta(days=100)
    lea = make.a_member(community, make.a_person("Léa"), joined_on=joined)
    came = make.a_member(community, make.a_person("Omar"), joined_on=joined)
    make.an_attendance(meetings[2], came, PRESENT)
    make.a_member(community, make.a_person("Zoé"), joined_on=timezone.localdate() - dt.timedelta(days=40))
    make.a_member(community, make.a_person("Ancienne"), joined_on=timezone.localdate() - dt.timedelta(days=500))
    assert names(community) == ["Léa"]
    Reply.objects.create(meeting=meetings[3], membership=lea, answer=Reply.Answer.NO)
    assert names(community) == [], "whoever replied is not silent"


def test_one_press_plans_it_and_another_says_that_none_is_needed(community, meetings, sandrine, signed_in):
    joined = timezone.localdate() - dt.timedelta(days=100)
    lea, omar = (make.a_member(community, make.a_person(name), joined_on=joined) for name in ("Léa", "Omar"))
    client, page = signed_in(sandrine), reverse("evaluations:follow_ups", args=[community.pk])

    form_on(client.get(page), holding={"membership": lea.pk}).press(client)
    form_on(client.get(page), holding={"membership": omar.pk}).press(client, "not_needed")
    kept = dict(IndividualFollowUp.objects.values_list("membership", "state"))
    assert kept == {lea.pk: State.PLANNED, omar.pk: State.NOT_NEEDED}
    shown = on_one_line(client.get(page))
    assert "Une conversation pourrait aider" not in shown
    assert "Pas nécessaire" in shown[shown.index("Omar") :], "found again by whoever said so"
    IndividualFollowUp.objects.update(state=State.NOT_NEEDED, began_on=timezone.localdate() - dt.timedelta(days=184))
    assert names(community) == ["Léa", "Omar"], "six months later the fact still holds"


def test_what_one_noted_after_a_meeting_is_planned_from_there(community, meetings, sandrine, nadia, signed_in):
    Reflection.objects.create(
        meeting=meetings[-1], author=sandrine, prompt="keep", plans_follow_up=True, follow_up_with="Nadia, ses horaires"
    )
    client, page = signed_in(sandrine), reverse("evaluations:follow_ups", args=[community.pk])
    form_on(client.get(page), holding={"membership": nadia.memberships.get().pk}).press(client)
    assert IndividualFollowUp.objects.get().membership == nadia.memberships.get()
    assert not Reflection.objects.get().plans_follow_up
    assert Reflection.objects.get().follow_up_with == ""


def test_members_and_the_coordination_see_no_suggestion(community, meetings, nadia, philippe, signed_in):
    make.a_member(community, make.a_person("Léa"), joined_on=timezone.localdate() - dt.timedelta(days=100))
    page = reverse("evaluations:follow_ups", args=[community.pk])
    assert "Léa" not in on_one_line(signed_in(philippe).get(page))
    assert signed_in(nadia).get(page).status_code == 403


def test_where_it_is_offered_to_all_how_many_were_is_told_without_a_name(community, sandrine, philippe, signed_in):
    Policies.write(community, follow_up_policy=FollowUpPolicy.EVERYONE)
    people = [make.a_member(community, make.a_person(f"Membre{n}")) for n in range(4)]
    elsewhere = make.a_member(make.a_community("Sœur"))
    make.a_follow_up(people[0], sandrine, state=State.HELD)
    make.a_follow_up(people[0], sandrine, state=State.OFFERED)
    make.a_follow_up(people[1], sandrine, state=State.DECLINED)
    make.a_follow_up(elsewhere, sandrine, state=State.HELD)
    told = coverage_of(community)
    assert (told.members, told.held, told.declined, told.offered, told.left) == (4, 1, 1, 0, 2)

    client, page = signed_in(sandrine), reverse("evaluations:follow_ups", args=[community.pk])
    aloud = reverse("evaluations:say_offered", args=[community.pk])
    submit(client, page, {"people": [people[2].pk]}, action=aloud)
    assert coverage_of(community).offered == 1
    shown = on_one_line(signed_in(philippe).get(page))
    assert "3 personnes invitées sur 4" in shown
    assert "Membre" not in shown


def test_what_one_plans_alone_takes_nobody_off_a_colleague_s_list(community, sandrine, nadia):
    Policies.write(community, follow_up_policy=FollowUpPolicy.EVERYONE)
    rita = make.a_person("Rita")
    make.a_role(rita, Role.FACILITATOR, community=community)
    planned = make.a_follow_up(nadia.memberships.get(), sandrine, reason="takes_room")
    assert nadia.memberships.get() in not_offered_yet(community, rita)
    assert nadia.memberships.get() not in not_offered_yet(community, sandrine)
    planned.state = State.OFFERED
    planned.save()
    assert nadia.memberships.get() not in not_offered_yet(community, rita), "the control"
