"""A meeting, or its agenda, copied in a press, and taken back in another."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cmtl.wall_clock import at_wall_clock
from communities.models import Policies, Role
from meetings.domain.agenda import agenda_models, agendas, methods
from meetings.domain.live import live_session
from meetings.domain.preparation import co_facilitation
from meetings.domain.scheduling import copying
from meetings.models import Meeting, Reply
from tests import factories as make
from tests.forms import forms_on, submit


@pytest.fixture
def full(community, sandrine, karim):
    """The second Tuesday of next month at noon, with all that a copy takes."""
    day = (timezone.localdate() + dt.timedelta(days=32)).replace(day=8)
    day += dt.timedelta(days=(1 - day.weekday()) % 7)
    start = at_wall_clock(day, dt.time(12), timezone.get_current_timezone())
    meeting = make.a_meeting(
        community, start, title="Rejoindre les pères isolés", objective="Deux pratiques", place="Salle 2",
        mode="in_person", note_taker=karim, invited_at=timezone.now(),
    )  # fmt: skip
    meeting.facilitators.add(sandrine)
    agendas.default_agenda(meeting)
    Policies.objects.filter(community=community).update(meetings_per_year=6)
    return meeting


def copy_by(client, user, meeting):
    client.force_login(user)
    return submit(client, meeting.get_absolute_url(), action=reverse("meetings:copy", args=[meeting.pk]), follow=True)


def the_copy(meeting):
    return Meeting.objects.exclude(pk=meeting.pk).get(community=meeting.community)


def test_a_copy_has_what_was_planned_at_the_next_date_of_the_rhythm_and_tells_nobody(client, full, sandrine, nadia):
    Reply.objects.create(meeting=full, membership=nadia.memberships.get(), answer="yes", wish="Le budget")
    full.co_facilitators.add(nadia.memberships.get())

    copy_by(client, sandrine, full)

    made = the_copy(full)
    was, now = full.local_start, made.local_start
    assert (now.weekday(), now.time(), (now.day - 1) // 7) == (was.weekday(), was.time(), (was.day - 1) // 7)
    assert (now.year * 12 + now.month) - (was.year * 12 + was.month) == 2
    assert [getattr(made, name) for name in copying.COPIED] == [getattr(full, name) for name in copying.COPIED]
    assert agenda_models.blocks_of(made) == agenda_models.blocks_of(full)
    assert list(made.facilitators.all()) == [sandrine]
    assert made.invited_at is None
    assert not made.replies.exists()
    assert not made.co_facilitators.exists()
    assert made.code != full.code


def test_a_date_that_is_taken_is_passed_over_and_a_past_one_too(full):
    first = copying.proposed_start(full)
    make.a_meeting(full.community, first)
    assert copying.proposed_start(full) > first + dt.timedelta(days=45)

    old = make.a_meeting(full.community, timezone.now() - dt.timedelta(days=900))
    assert copying.proposed_start(old) > timezone.now()


def test_the_same_press_sent_twice_makes_one_copy(full):
    key = uuid.uuid4()
    assert copying.copy_meeting(full, key) == copying.copy_meeting(full, key)
    assert copying.copy_meeting(full, uuid.uuid4()) != copying.copy_meeting(full, key)


def test_a_copy_is_taken_back_in_a_press(client, full, sandrine):
    page = copy_by(client, sandrine, full)

    submit(client, page, button="undo")

    assert list(full.community.meetings.all()) == [full]


def test_a_copy_that_was_used_is_not_taken_back(client, full, sandrine, nadia):
    page = copy_by(client, sandrine, full)
    made = the_copy(full)
    Reply.objects.create(meeting=made, membership=nadia.memberships.get(), answer="yes")

    said = submit(client, page, button="undo", follow=True)

    assert "annulez plutôt" in said.text
    assert the_copy(full) == made


def test_what_was_not_just_copied_is_not_taken_away(full):
    other = make.a_meeting(full.community)
    made = copying.copy_meeting(full, uuid.uuid4())
    token = copying.JUST_COPIED.make(made.pk)

    for refused in ("", "autre", token):
        with pytest.raises(ValidationError):
            copying.undo_copied_meeting(other, refused)
    copying.undo_copied_meeting(made, token)
    assert not Meeting.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("use", ["a topic", "a preparatory meeting", "a co-facilitator", "a check"])
def test_a_copy_that_was_prepared_since_is_not_taken_away(use, full, nadia, sandrine):
    made = copying.copy_meeting(full, uuid.uuid4())
    if use == "a topic":
        make.a_topic(made.community, meeting=made, state="chosen")
    elif use == "a preparatory meeting":
        make.a_meeting(made.community, prepares=made)
    elif use == "a co-facilitator":
        co_facilitation.name(made, [nadia.memberships.get()])
    else:
        made.checks.create(code="topics", by=sandrine)

    with pytest.raises(ValidationError):
        copying.undo_copied_meeting(made, copying.JUST_COPIED.make(made.pk))

    assert Meeting.objects.filter(pk=made.pk).exists()


def test_those_who_left_the_team_do_not_come_back_with_a_copy(full, sandrine, karim):
    make.a_role(make.a_person("Théo"), Role.NOTE_TAKER, community=full.community)
    full.facilitators.add(make.a_person("Partie"))
    assert copying.copy_meeting(full, uuid.uuid4()).note_taker == karim, "control: he still takes notes"
    karim.role_assignments.update(ended_at=timezone.now())

    made = copying.copy_meeting(full, uuid.uuid4())

    made.refresh_from_db()
    assert made.note_taker is None
    assert list(made.facilitators.all()) == [sandrine]


def test_a_preparatory_meeting_is_not_copied(full):
    with pytest.raises(ValidationError):
        copying.copy_meeting(make.a_meeting(full.community, prepares=full), uuid.uuid4())


def test_a_co_facilitating_member_copies_nothing(client, full, nadia):
    co_facilitation.name(full, [nadia.memberships.get()])
    client.force_login(nadia)
    page = client.get(full.get_absolute_url())
    assert not [form for form in forms_on(page) if "copier" in form.action]


# ------------------------------------------------------------ agendas


def agenda_page(meeting):
    return reverse("meetings:agenda", args=[meeting.pk])


@pytest.mark.parametrize("minutes", [45, 60, 90, 180])
@pytest.mark.parametrize("method", methods.METHODS, ids=lambda method: method.code)
def test_each_method_fills_the_meeting_and_ends_with_the_evaluation(method, minutes):
    blocks = agendas.fitted(method.blocks, minutes)

    assert sum(block["minutes"] for block in blocks) == minutes
    assert blocks[-1]["kind"] == "evaluation"
    assert all(block["minutes"] >= 1 and len(block["title"]) <= 160 for block in blocks)


def test_each_method_lasts_an_hour():
    assert {method.code: sum(b["minutes"] for b in method.blocks) for method in methods.METHODS} == dict.fromkeys(
        methods.BY_CODE, 60
    )


def test_a_method_lays_the_meeting_out_and_is_undone(client, full, sandrine):
    before = agenda_models.blocks_of(full)
    topic = make.a_topic(full.community)
    full.agenda.filter(kind="exchange").update(topic=topic)
    client.force_login(sandrine)

    page = submit(client, agenda_page(full), button="method=cafe", follow=True)
    assert full.agenda.filter(title="Première table").exists()

    submit(client, page, button="undo")
    full = Meeting.objects.get(pk=full.pk)
    assert agenda_models.blocks_of(full) == before
    assert full.agenda.get(kind="exchange").topic == topic


def test_the_agenda_of_another_meeting_is_copied_and_none_of_another_community(client, full, sandrine):
    other = make.a_meeting(full.community, title="L’autre")
    other.agenda.create(kind="exchange", title="Marche et discussion", minutes=40)
    elsewhere = make.a_meeting(make.a_community())
    elsewhere.agenda.create(kind="exchange", title="Ailleurs", minutes=40)
    client.force_login(sandrine)

    offered = [b.value for f in forms_on(client.get(agenda_page(full))) for b in f.buttons if b.name == "other"]
    assert offered == [str(other.pk)]
    submit(client, agenda_page(full), button=f"other={other.pk}")
    assert [block.title for block in full.agenda.all()] == ["Marche et discussion"]


def test_what_undoes_one_meeting_undoes_no_other(full):
    other = make.a_meeting(full.community)
    with pytest.raises(ValidationError):
        agenda_models.put_back(other, agenda_models.before(full), version=other.version)
    assert agenda_models.put_back(full, agenda_models.before(full), version=full.version)


def test_an_agenda_under_way_is_not_replaced(client, full, sandrine):
    live_session.start(full)
    with pytest.raises(ValidationError):
        agenda_models.lay_out(full, methods.METHODS[0].blocks, version=full.version)
    client.force_login(sandrine)
    assert not [f for f in forms_on(client.get(agenda_page(full))) if "appliquer" in f.action]
