"""Running a meeting: it starts once, goes from block to block, keeps every word, and is closed once."""

import datetime as dt
import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from communities.models import Membership
from meetings.domain.attendance import attendance
from meetings.domain.attendance.corrections import Because
from meetings.domain.attendance.roster import roster_of
from meetings.domain.live import live_session, notes
from meetings.domain.live.timing import end_of, timing_of
from meetings.models import AgendaItem, Attendance, Meeting, Note, Reply, Topic
from tests import factories as make
from tests.racing import at_once

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def live(meeting, nadia):
    """Started, with its usual agenda."""
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=NOW, ends_at=NOW + dt.timedelta(minutes=60))
    meeting.refresh_from_db()
    live_session.start(meeting)
    return Meeting.objects.get(pk=meeting.pk)


def line(meeting, text="Le bouche-à-oreille", kind=Note.Kind.HIGHLIGHT, **fields):
    fields.setdefault("key", uuid.uuid4())
    fields.setdefault("by", meeting.facilitators.get())
    return notes.add(meeting, kind=kind, text=text, **fields)


# ------------------------------------------------------------ starting


def test_starting_makes_a_row_for_each_active_member_and_opens_the_first_block(live, nadia):
    assert [a.status for a in live.attendances.all()] == [Attendance.Status.UNKNOWN]
    assert live.agenda.last().kind == AgendaItem.Kind.EVALUATION
    assert live.current_item == live.agenda.first()


def test_those_who_run_it_are_not_counted(meeting, sandrine, karim, nadia):
    make.a_member(meeting.community, sandrine)
    make.a_member(meeting.community, karim)

    live_session.start(meeting)

    assert [a.membership.user for a in meeting.attendances.all()] == [nadia]
    assert [row.membership.user for row in roster_of(meeting).rows] == [nadia]


def test_starting_twice_does_nothing(live):
    before = live.started_at, live.agenda.count()

    live_session.start(live)

    assert (live.started_at, live.agenda.count()) == before


def test_a_cancelled_meeting_does_not_start(meeting):
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=NOW)

    with pytest.raises(ValidationError):
        live_session.start(meeting)


def test_started_after_its_end_it_opens_no_block(meeting, nadia):
    past = NOW - dt.timedelta(days=1)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=past, ends_at=past + dt.timedelta(hours=1))
    meeting.refresh_from_db()

    live_session.start(meeting)

    assert meeting.current_item is None
    assert meeting.attendances.count() == 1


# ------------------------------------------------------------ blocks and time


def test_the_next_block_ends_the_one_before(live):
    first, second = live.agenda.all()[:2]

    live_session.advance(live, second)

    first.refresh_from_db()
    assert first.ended_at is not None
    assert Meeting.objects.get(pk=live.pk).current_item == second


def test_opening_the_open_block_changes_nothing(live):
    first = live.agenda.first()

    live_session.advance(live, first)

    assert live.agenda.first().started_at == first.started_at


def test_a_block_opened_again_goes_on_from_where_it_stood(live):
    first, second = live.agenda.all()[:2]
    AgendaItem.objects.filter(pk=first.pk).update(started_at=NOW - dt.timedelta(minutes=10), ended_at=NOW)
    AgendaItem.objects.filter(pk=second.pk).update(started_at=NOW)

    live_session.advance(live, first)

    first.refresh_from_db()
    spent = timezone.now() - first.started_at
    assert first.ended_at is None
    assert dt.timedelta(minutes=10) <= spent < dt.timedelta(minutes=11)


def test_minutes_given_twice_by_a_repeated_send_count_once(live):
    first = live.agenda.first()

    live_session.give_minutes(live, first.pk, 5)
    live_session.give_minutes(live, first.pk, 5)

    first.refresh_from_db()
    assert first.added_minutes == 5


def test_a_closed_meeting_no_longer_moves(live, sandrine):
    live_session.close(live, by=sandrine)

    with pytest.raises(ValidationError):
        live_session.advance(live, live.agenda.last())


def plan(meeting, *minutes, added=0):
    """An agenda whose first block has just begun and whose last one is the evaluation."""
    items = [AgendaItem(pk=n + 1, meeting=meeting, minutes=m, position=n) for n, m in enumerate(minutes)]
    items[-1].kind = AgendaItem.Kind.EVALUATION
    items[0].started_at, items[0].added_minutes = NOW, added
    return items


@pytest.mark.parametrize(
    ("added", "minutes_late", "left", "drift"),
    [(0, 0, 5, 0), (2, 0, 3, 2), (5, 0, 0, 5), (-10, 0, 15, -10), (0, 33, 2, 3)],
)
def test_what_a_block_takes_it_takes_from_the_evaluation(added, minutes_late, left, drift):
    meeting = Meeting(starts_at=NOW, ends_at=NOW + dt.timedelta(minutes=60))

    timing = timing_of(meeting, plan(meeting, 30, 25, 5, added=added), NOW + dt.timedelta(minutes=minutes_late))

    assert (timing.left_for_evaluation, timing.drift) == (left, drift)
    assert timing.eats_evaluation == (left < 5)


@pytest.mark.parametrize(
    ("started", "ends"),
    [(dt.timedelta(minutes=-20), 60), (dt.timedelta(minutes=50), 60), (dt.timedelta(days=-2), 60 - 2 * 24 * 60),
     (dt.timedelta(days=1), 60 + 24 * 60)],
)  # fmt: skip
def test_a_meeting_ends_when_announced_unless_it_is_held_on_another_day(started, ends):
    meeting = Meeting(starts_at=NOW, ends_at=NOW + dt.timedelta(minutes=60), started_at=NOW + started)

    assert end_of(meeting) == NOW + dt.timedelta(minutes=ends)


def test_rehearsed_two_days_ahead_a_meeting_is_on_time():
    early = NOW - dt.timedelta(days=2)
    meeting = Meeting(starts_at=NOW, ends_at=NOW + dt.timedelta(minutes=60), started_at=early)
    items = plan(meeting, 30, 25, 5)
    items[0].started_at = early

    assert timing_of(meeting, items, early).drift == 0


def test_five_more_minutes_say_what_they_would_leave():
    meeting = Meeting(starts_at=NOW, ends_at=NOW + dt.timedelta(minutes=62))

    timing = timing_of(meeting, plan(meeting, 30, 25, 5), NOW)

    assert timing.left_after_five == 2


def test_a_block_passed_over_is_skipped_and_can_still_be_chosen():
    meeting = Meeting(starts_at=NOW, ends_at=NOW + dt.timedelta(minutes=60))
    items = plan(meeting, 10, 10, 10, 5)
    items[0].ended_at, items[2].started_at = NOW, NOW

    timing = timing_of(meeting, items, NOW)

    assert [block.state for block in timing.blocks] == ["done", "skipped", "now", "ahead"]
    assert timing.following is items[3]


# ------------------------------------------------------------ lines


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("! On garde le samedi", "decision", "On garde le samedi"),
        (">Envoyer le gabarit", "action", "Envoyer le gabarit"),
        ("? La  santé\nmentale", "topic", "La santé mentale"),
        ("Sans signe", "idea", "Sans signe"),
        ("*", "highlight", ""),
    ],
)
def test_the_first_character_says_what_a_line_is(typed, kind, text):
    assert notes.read_line(typed, Note.Kind.IDEA) == (kind, text)


def test_a_line_sent_twice_is_one_note(live):
    key = uuid.uuid4()

    first, again = line(live, key=key), line(live, key=key)

    assert first == again
    assert live.notes.count() == 1


def test_a_suggested_topic_joins_the_backlog_once(live):
    note = line(live, "Parler de santé mentale", Note.Kind.TOPIC)
    notes.edit(note, 0, kind=Note.Kind.HIGHLIGHT, text=note.text)
    notes.edit(note, 1, kind=Note.Kind.TOPIC, text=note.text)
    line(live, "parler de SANTÉ mentale", Note.Kind.TOPIC)

    topic = Topic.objects.get()
    assert (topic.source, topic.state) == (Topic.Source.MEETING, Topic.State.PROPOSED)


def test_a_line_removed_and_put_back_is_the_same_line(live, nadia):
    member = nadia.memberships.get()
    note = line(live, "Envoyer le gabarit", Note.Kind.ACTION, assignee=member, due_on=dt.date(2027, 1, 5))

    sealed = notes.remove(note)
    assert not live.notes.exists()
    notes.restore(live, sealed)
    notes.restore(live, sealed)

    back = live.notes.get()
    assert (back.key, back.assignee, back.due_on, back.written_at) == (
        note.key,
        member,
        dt.date(2027, 1, 5),
        note.written_at,
    )


def test_removing_a_suggested_topic_takes_it_out_of_the_backlog_unless_something_was_done_with_it(live):
    notes.remove(line(live, "Bénévolat", Note.Kind.TOPIC))
    assert not Topic.objects.exists()

    kept = line(live, "Horaires", Note.Kind.TOPIC)
    Topic.objects.update(state=Topic.State.RESERVE)
    notes.remove(Note.objects.get(pk=kept.pk))
    assert Topic.objects.get().title == "Horaires"


def test_a_seal_that_was_altered_puts_nothing_back(live):
    with pytest.raises(ValidationError):
        notes.restore(live, "autre chose")


def test_two_people_editing_one_line_do_not_write_over_each_other(live):
    note = line(live, "Au départ")

    assert notes.edit(note, 0, kind=note.kind, text="Version de Karim")
    assert not notes.edit(note, 0, kind=note.kind, text="Version de Sandrine")

    note.refresh_from_db()
    assert note.text == "Version de Karim"


def test_lines_written_while_the_network_was_away_still_come_in_after_the_closing_for_a_day(live, sandrine):
    live_session.close(live, by=sandrine)
    line(live)
    Meeting.objects.filter(pk=live.pk).update(closed_at=NOW - dt.timedelta(hours=25))
    live.refresh_from_db()

    with pytest.raises(ValidationError):
        line(live, "Trop tard")


# ------------------------------------------------------------ topics and synthesis


def test_a_topic_of_the_backlog_is_ticked_unticked_and_left_for_next_time(live):
    topic = make.a_topic(live.community)
    later = make.a_meeting(live.community)

    live_session.mark_discussed(live, topic)
    topic.refresh_from_db()
    assert (topic.state, topic.meeting) == (Topic.State.DISCUSSED, live)
    assert topic.discussed_at

    live_session.unmark_discussed(live, topic)
    live_session.postpone(live, topic)
    topic.refresh_from_db()
    assert (topic.state, topic.meeting, topic.discussed_at) == (Topic.State.CHOSEN, later, None)


@pytest.mark.parametrize("has_next", [True, False])
def test_next_time_pressed_on_a_page_left_open_leaves_what_was_discussed_meanwhile(has_next, live):
    topic, other = (make.a_topic(live.community, meeting=live, state=Topic.State.ANNOUNCED) for _ in range(2))
    if has_next:
        make.a_meeting(live.community)
    live_session.mark_discussed(live, topic)

    with pytest.raises(ValidationError):
        live_session.postpone(live, topic)
    live_session.postpone(live, other)

    topic.refresh_from_db()
    other.refresh_from_db()
    assert (topic.state, topic.meeting) == (Topic.State.DISCUSSED, live)
    assert other.state == (Topic.State.CHOSEN if has_next else Topic.State.POSTPONED)


@pytest.mark.parametrize("state", [Topic.State.RESERVE, Topic.State.CHOSEN, Topic.State.ANNOUNCED])
def test_a_tick_undone_on_a_page_left_open_changes_nothing_that_is_not_ticked(state, live):
    topic = make.a_topic(live.community, meeting=live, state=state)

    live_session.unmark_discussed(live, topic)
    topic.refresh_from_db()
    assert topic.state == state

    live_session.mark_discussed(live, topic)
    live_session.unmark_discussed(live, topic)
    topic.refresh_from_db()
    assert topic.state == Topic.State.CHOSEN, "the control: a tick is undone"


def test_without_a_next_meeting_what_was_not_discussed_goes_back_to_the_backlog(live):
    topic = make.a_topic(live.community, meeting=live, state=Topic.State.CHOSEN)

    live_session.postpone(live, topic)

    topic.refresh_from_db()
    assert (topic.state, topic.meeting) == (Topic.State.POSTPONED, None)


def test_the_synthesis_is_not_written_over(live):
    assert live_session.save_synthesis(live, "De Karim", 0)
    assert live_session.save_synthesis(live, "De Karim", 0), "the same text sent again is no conflict"

    assert not live_session.save_synthesis(live, "De Sandrine", 0)

    assert live.minutes.synthesis == "De Karim"


# ------------------------------------------------------------ closing


def test_closing_takes_whoever_was_not_recorded_as_absent_and_ends_the_block(live, sandrine, nadia):
    came = make.a_member(live.community)
    attendance.record(live, came, Attendance.Status.PRESENT, by=sandrine)

    live_session.close(live, by=sandrine)

    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.ABSENT
    assert live.attendances.get(membership=came).status == Attendance.Status.PRESENT
    assert not live.agenda.filter(started_at__isnull=False, ended_at=None).exists()
    assert live.attendance_confirmed_at


def test_whoever_had_replied_no_is_excused_at_closing(live, sandrine, nadia):
    """No to this meeting alone: a no to an earlier one, a yes and a maybe excuse nobody."""
    member = nadia.memberships.get()
    said_yes, unsure, silent, came_anyway = (make.a_member(live.community) for _ in range(4))
    for one, answer in [(member, "no"), (said_yes, "yes"), (unsure, "maybe"), (came_anyway, "no")]:
        Reply.objects.create(meeting=live, membership=one, answer=answer)
    earlier = make.a_meeting(live.community, NOW - dt.timedelta(days=30))
    Reply.objects.create(meeting=earlier, membership=silent, answer="no")
    for one in (said_yes, unsure, silent, came_anyway):
        attendance.record(live, one, Attendance.Status.UNKNOWN, by=sandrine)
    attendance.record(live, came_anyway, Attendance.Status.PRESENT, by=sandrine)

    live_session.close(live, by=sandrine)

    told = dict(live.attendances.values_list("membership", "status"))
    assert told == {member.pk: "excused", said_yes.pk: "absent", unsure.pk: "absent", silent.pk: "absent",
                    came_anyway.pk: "present"}  # fmt: skip


def test_closing_twice_does_nothing(live, sandrine, karim, nadia):
    live_session.close(live, by=sandrine)
    mistaken = Because("mistake")
    attendance.record(live, nadia.memberships.get(), Attendance.Status.UNKNOWN, by=sandrine, because=mistaken)

    live_session.close(live, by=karim)

    assert live.closed_by == sandrine
    assert live.attendances.get().status == Attendance.Status.UNKNOWN


def test_a_meeting_never_started_is_not_closed(meeting, sandrine):
    with pytest.raises(ValidationError):
        live_session.close(meeting, by=sandrine)


# ------------------------------------------------------------ the roster


def test_the_first_time_of_someone_is_marked_and_only_then(live, nadia, community):
    before = make.a_meeting(community, NOW - dt.timedelta(days=60), started_at=NOW, closed_at=NOW)
    make.an_attendance(before, nadia.memberships.get())
    new = make.a_member(community, make.a_person("Zoé"))
    make.a_member(community, make.a_person("Yan"))
    for membership in (nadia.memberships.get(), new):
        attendance.record(live, membership, Attendance.Status.PRESENT)

    first_timers = [row.membership for row in roster_of(live).rows if row.is_first_time]

    assert first_timers == [new], "neither Nadia, who came before, nor Yan, whom nobody awaits"


def test_guests_counted_by_head_are_in_the_count(live, nadia):
    attendance.record(live, nadia.memberships.get(), Attendance.Status.PRESENT)
    attendance.count_guests(live, 3)
    live.refresh_from_db()

    assert roster_of(live).present == 4


def test_a_walk_in_sent_twice_is_one_person(live):
    for _ in range(2):
        attendance.walk_in(live, "Inès Côté", "CLSC", method=Attendance.Method.WALK_IN)

    assert Membership.objects.filter(source=Membership.Source.WALK_IN).count() == 1


# ------------------------------------------------------------ several at once, on a real server


@pytest.fixture
def on_postgres(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def pressing(meeting, membership, statuses, presses, write):
    for n in range(presses):
        write(meeting, membership, statuses[n % len(statuses)])


@pytest.mark.services
def test_two_devices_pressing_200_times_each_leave_one_row_that_says_the_last_press(on_postgres, meeting, nadia):
    membership, log = nadia.memberships.get(), []

    def write(meeting, membership, status):
        row = attendance.record(meeting, membership, status)
        log.append((row.recorded_at, row.status))

    at_once(
        lambda: pressing(meeting, membership, ["present", "unknown"], 200, write),
        lambda: pressing(meeting, membership, ["excused", "absent"], 200, write),
    )

    row = Attendance.objects.get()
    assert len(log) == 400
    assert (row.recorded_at, row.status) == max(log)
    assert Meeting.objects.get(pk=meeting.pk).revision == 400


@pytest.mark.services
def test_control_without_the_constraint_and_the_lock_two_devices_make_two_rows(on_postgres, meeting, nadia):
    membership, gate = nadia.memberships.get(), threading.Barrier(2)

    def naive():
        found = Attendance.objects.filter(meeting=meeting, membership=membership).first()
        gate.wait()  # both have looked before either writes
        if not found:
            Attendance.objects.create(meeting=meeting, membership=membership, status="present")

    with without_constraint(Attendance, "one_attendance_per_member"):
        at_once(naive, naive)
        assert Attendance.objects.count() == 2
        Attendance.objects.all().delete()


@pytest.mark.services
def test_pressing_and_closing_at_once_end_without_a_deadlock(on_postgres, meeting, sandrine):
    members = [make.a_member(meeting.community) for _ in range(12)]
    live_session.start(meeting)

    def tick():
        for member in members:
            attendance.record(meeting, member, Attendance.Status.PRESENT, by=sandrine)

    at_once(tick, tick, lambda: live_session.close(Meeting.objects.get(pk=meeting.pk), by=sandrine))

    assert set(meeting.attendances.values_list("status", flat=True)) == {Attendance.Status.PRESENT}


@pytest.mark.services
def test_a_line_sent_eight_times_at_once_is_one_note_and_one_topic(on_postgres, meeting, sandrine, nadia):
    live_session.start(meeting)
    key = uuid.uuid4()

    at_once(*[lambda: line(meeting, "Santé mentale", Note.Kind.TOPIC, key=key, by=sandrine)] * 8)

    assert Note.objects.count() == 1
    assert Topic.objects.count() == 1


@pytest.mark.services
def test_control_without_its_key_a_line_sent_eight_times_is_eight_notes(on_postgres, meeting, sandrine, nadia):
    live_session.start(meeting)

    at_once(*[lambda: line(meeting, "Santé mentale", key=uuid.uuid4(), by=sandrine)] * 8)

    assert Note.objects.count() == 8


@pytest.mark.services
def test_two_people_saving_one_line_at_once_one_is_told_and_neither_text_is_lost(on_postgres, meeting, sandrine):
    live_session.start(meeting)
    note, told = line(meeting, by=sandrine), {}

    def save(text):
        mine = Note.objects.select_related("meeting__community").get(pk=note.pk)
        told[text] = notes.edit(mine, 0, kind=note.kind, text=text)

    at_once(lambda: save("De Karim"), lambda: save("De Sandrine"))

    note.refresh_from_db()
    assert sorted(told.values()) == [False, True]
    assert told[note.text], "the text kept is that of the one who was told it was"


@pytest.mark.services
def test_control_without_the_version_the_second_save_erases_the_first_and_nobody_is_told(
    on_postgres, meeting, sandrine
):
    live_session.start(meeting)
    note, gate, told = line(meeting, by=sandrine), threading.Barrier(2), {}

    def naive(text):
        mine = Note.objects.get(pk=note.pk)
        gate.wait()
        mine.text = text
        mine.save()
        told[text] = True

    at_once(lambda: naive("De Karim"), lambda: naive("De Sandrine"))

    assert list(told.values()) == [True, True]
    assert Note.objects.count() == 1, "one of the two texts is gone"


@pytest.mark.services
def test_two_facilitators_pressing_next_at_once_open_the_block_once(on_postgres, meeting, sandrine, nadia):
    live_session.start(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=NOW)
    second = meeting.agenda.all()[1]

    at_once(*[lambda: live_session.advance(meeting, second)] * 2)

    opened = [i for i in meeting.agenda.all() if i.started_at and not i.ended_at]
    assert opened == [second]


@pytest.mark.services
def test_starting_from_two_screens_at_once_starts_once(on_postgres, meeting, nadia):
    at_once(*[lambda: live_session.start(Meeting.objects.get(pk=meeting.pk))] * 2)

    assert meeting.attendances.count() == 1
    assert meeting.agenda.filter(kind=AgendaItem.Kind.EVALUATION).count() == 1


class without_constraint:
    def __init__(self, model, name):
        self.model = model
        self.constraint = next(c for c in model._meta.constraints if c.name == name)

    def __enter__(self):
        with connection.schema_editor() as editor:
            editor.remove_constraint(self.model, self.constraint)

    def __exit__(self, *_failure):
        with transaction.atomic(), connection.schema_editor() as editor:
            self.model.objects.all().delete()
            editor.add_constraint(self.model, self.constraint)
