"""The ballot box: opened once, one answer a person, none lost or added at closing."""

import datetime as dt
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from communities.models import profiles
from evaluations.domain.surveys import collection, eligible, questionnaires
from evaluations.domain.surveys.collection import Outcome, Standing
from evaluations.domain.surveys.scoring import digest
from evaluations.domain.surveys.sealing import Ballot
from evaluations.models import BallotBox, CommentBatch, Receipt, SealedBallot, Survey
from meetings.domain.live import live_session
from meetings.models import AgendaItem, Attendance, Meeting
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with, opened, said_in
from tests.racing import at_once, needs_row_locks

# ------------------------------------------------------------ opening


def test_opening_freezes_the_threshold_and_brings_the_meeting_to_its_evaluation(community, sandrine):
    community.anonymity_threshold = 7
    community.save()
    meeting, _members = a_room(community, by=sandrine)
    before = meeting.revision

    survey = collection.open_for(meeting, by=sandrine)

    meeting.refresh_from_db()
    assert (survey.threshold, survey.opened_by) == (7, sandrine)
    assert meeting.agenda.get(kind=AgendaItem.Kind.EVALUATION).started_at
    assert meeting.revision > before
    assert BallotBox.objects.get().survey == survey


def test_opening_twice_does_nothing(community, sandrine):
    meeting, _members = a_room(community, by=sandrine)
    first = collection.open_for(meeting, by=sandrine)
    revision = Meeting.objects.get(pk=meeting.pk).revision

    again = collection.open_for(meeting, by=None)

    assert again == first
    assert again.opened_by == sandrine
    assert BallotBox.objects.count() == 1
    assert Meeting.objects.get(pk=meeting.pk).revision == revision


def test_opening_again_after_closing_opens_nothing(community):
    meeting, members = a_room(community)
    survey = closed_with(meeting, members, [ANSWERS] * 5)

    assert not collection.open_for(meeting, by=None).is_open
    assert collection.answer(survey, members[5], ANSWERS, in_session=True) is Outcome.CLOSED


def test_it_closes_three_days_after_at_five_on_the_communitys_clock(community):
    community.time_zone = "America/Halifax"
    end = dt.datetime(2026, 10, 30, 16, tzinfo=dt.UTC)  # the night of Saturday the clocks change
    meeting = make.a_meeting(community, end - dt.timedelta(hours=1), ends_at=end)

    closes = collection.closing_time(meeting, now=end - dt.timedelta(minutes=5))

    assert (closes.day, closes.hour, closes.utcoffset()) == (2, 17, dt.timedelta(hours=-4))


def test_a_meeting_that_has_not_started_or_was_cancelled_is_not_evaluated(meeting):
    with pytest.raises(ValidationError):
        collection.open_for(meeting, by=None)
    meeting.started_at = meeting.cancelled_at = timezone.now()
    with pytest.raises(ValidationError):
        collection.open_for(meeting, by=None)


# ------------------------------------------------------------ what is asked


def codes(survey, **there):
    return [question.code for question in questionnaires.asked(survey, **there)]


def test_an_online_meeting_without_an_objective_asks_five_screens(community):
    meeting, _members = a_room(community)
    survey = collection.open_for(meeting, by=None)

    assert codes(survey) == ["R1", "R2", "R3", "R4", "R5A", "R5B"]


def test_the_objective_of_the_meeting_and_the_trip_are_asked_where_they_apply(community):
    meeting, _members = a_room(community, mode=Meeting.Mode.HYBRID, objective="Créer des liens.")
    survey = collection.open_for(meeting, by=None)

    in_person = questionnaires.asked(survey, in_person=True)

    assert [q.code for q in in_person] == ["R1", "R2", "R3", "R4", "R6", "R7", "R5A", "R5B"]
    assert in_person[4].wording == "Cette rencontre nous a fait avancer vers\xa0: Créer des liens."
    assert "R7" not in codes(survey, in_person=False)


def test_the_objective_asked_about_is_the_meetings_and_not_the_first_of_the_community(community):
    """Of its topics, the one that was given the most time; those put off, and objectives reached, are left out."""
    make.an_objective(community, "Créer des liens")
    sharing, pooling = make.an_objective(community, "Partager"), make.an_objective(community, "Mettre en commun")
    reached = make.an_objective(community, "Ancien objectif", state="reached")
    meeting, _members = a_room(community)
    other, _members = a_room(community)
    assert collection.objective_of(meeting) == "", "nothing says what it was to lead to: it is not asked"

    def about(objective, minutes, state="discussed"):
        topic = make.a_topic(community, meeting=meeting, objective=objective, state=state)
        block = {"kind": AgendaItem.Kind.EXCHANGE, "title": topic.title, "minutes": minutes}
        AgendaItem.objects.create(meeting=meeting, topic=topic, **block)

    about(sharing, 10)
    about(pooling, 20, "chosen")
    about(reached, 40)
    about(sharing, 50, "dropped")

    assert collection.open_for(meeting, by=None).objective == "Mettre en commun"
    assert collection.objective_of(other) == ""
    meeting.objective = "Repartir avec trois pistes"
    assert collection.objective_of(meeting) == "Repartir avec trois pistes", "its own words first"


def test_individuals_are_asked_about_their_practice(db):
    community = make.a_community(profile=profiles.Profile.INDIVIDUALS)
    survey = collection.open_for(a_room(community)[0], by=None)

    assert "dans ma pratique" in questionnaires.asked(survey)[1].wording


def test_installing_the_questionnaire_twice_writes_it_once(db):
    first = questionnaires.install()

    assert questionnaires.install() == first
    assert first.questions.count() == 8


# ------------------------------------------------------------ who may answer


def test_those_present_may_answer_and_those_who_run_the_meeting_may_not(community, sandrine, karim):
    running_it = make.a_member(community, sandrine)
    noting = make.a_member(community, karim)
    meeting, (present, absent, *_others) = a_room(community, by=sandrine)
    for member in (running_it, noting):
        make.an_attendance(meeting, member)
    Attendance.objects.filter(membership=absent).update(status=Attendance.Status.ABSENT)
    survey = collection.open_for(meeting, by=sandrine)

    def standing(member):
        return collection.voter_at(meeting, survey, member).standing

    assert standing(present) is Standing.MAY_ANSWER
    assert standing(absent) is Standing.NOT_RECORDED
    assert standing(running_it) is standing(noting) is Standing.RUNS_IT
    assert eligible.people_at(meeting).count() == 5


def test_a_note_taker_of_the_community_answers_where_someone_else_takes_notes(community, karim, nadia):
    usual = make.a_member(community, karim)
    meeting, _members = a_room(community)
    Meeting.objects.filter(pk=meeting.pk).update(note_taker=nadia)
    meeting.refresh_from_db()
    make.an_attendance(meeting, usual)
    survey = collection.open_for(meeting, by=None)

    assert collection.voter_at(meeting, survey, usual).standing is Standing.MAY_ANSWER


@pytest.mark.parametrize(
    ("closed", "now", "expected"),
    [
        (None, 55, True),
        (None, 60 + 119, True),
        (None, 60 + 121, False),  # nobody closed it: over when the reminder leaves
        (62, 71, True),
        (62, 73, False),
    ],
)
def test_in_session_lasts_until_ten_minutes_after_closing(community, closed, now, expected):
    start = dt.datetime(2026, 10, 6, 16, tzinfo=dt.UTC)
    meeting = make.a_meeting(community, start)
    if closed:
        meeting.closed_at = start + dt.timedelta(minutes=closed)

    assert collection.is_in_session(meeting, start + dt.timedelta(minutes=now)) is expected


# ------------------------------------------------------------ answering and closing


def test_each_answer_joins_the_others_in_the_box(community):
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)

    for n, member in enumerate(members):
        said = {**ANSWERS, "R5A": f"Un sujet « {n} » à l’école"}
        assert collection.answer(survey, member, said, in_session=n < 4) is Outcome.STORED

    assert BallotBox.objects.get().count == 6
    assert [ballot.in_session for ballot in opened(survey)].count(True) == 4
    assert {a["R5A"][11] for a in said_in(survey)} == set("012345")
    assert {tuple(a["R4"]) for a in said_in(survey)} == {("1", "3")}


def test_answering_twice_keeps_the_first_answer_alone(community):
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)
    collection.answer(survey, members[0], ANSWERS, in_session=True)

    again = collection.answer(survey, members[0], {**ANSWERS, "R1": "1"}, in_session=True)

    assert again is Outcome.ALREADY
    assert [a["R1"] for a in said_in(survey)] == ["4"]


def test_an_answer_that_comes_too_late_leaves_nothing_behind(community):
    meeting, members = a_room(community)
    survey = closed_with(meeting, members, [ANSWERS] * 4)

    late = collection.answer(survey, members[5], ANSWERS, in_session=False)

    assert late is Outcome.CLOSED
    assert not Receipt.objects.exists()
    assert survey.pool.n == len(survey.pool.answers["R1"]) == 4


def test_closing_empties_the_ballot_box_and_counts(community):
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)
    for n, member in enumerate(members[:5]):
        collection.answer(survey, member, {**ANSWERS, "R5B": str(n)}, in_session=n < 3)

    collection.close(survey)

    survey.refresh_from_db()
    assert not survey.is_open
    assert (survey.answers_in_session, survey.answers_after, survey.eligible) == (3, 2, 6)
    assert not BallotBox.objects.exists()
    assert CommentBatch.objects.get().texts == sorted("01234", key=digest)
    assert not survey.receipts.exists()


def test_closing_twice_does_nothing(community):
    meeting, members = a_room(community)
    survey = closed_with(meeting, members, [ANSWERS] * 5)
    closed_at = survey.closed_at

    collection.close(Survey.objects.get())

    survey.refresh_from_db()
    assert survey.closed_at == closed_at
    assert survey.responses.filter(code="R1").count() == 5


def test_closing_forgets_who_was_reminded(community):
    meeting, _members = a_room(community)
    survey = collection.open_for(meeting, by=None)
    Message.objects.create(
        to="a@exemple.quebec", key="k", kind="k", subject="s", text="t", html="h", message_id="<1>",
        about_kind="evaluations.survey", about_id=survey.pk,
    )  # fmt: skip

    collection.close(survey)

    assert not Message.objects.exists()


# ------------------------------------------------------------ while it closes


def all_at_once(survey, members, answer, close):
    """Everyone answers while it closes; what each was told, by membership."""
    told, start = {}, threading.Barrier(len(members) + 1)

    def vote(member, n):
        start.wait()
        time.sleep(0.004 * (n % 8))
        told[member.pk] = answer(survey, member, {**ANSWERS, "R5A": str(member.pk)}, in_session=True)
        connections.close_all()

    def end():
        start.wait()
        time.sleep(0.014)
        close(survey)
        connections.close_all()

    threads = [threading.Thread(target=vote, args=(m, n)) for n, m in enumerate(members)]
    threads.append(threading.Thread(target=end))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return told


def kept_of(survey) -> set[int]:
    """Whose answers a closing kept: in rows of their own or, of fewer than five, in the pool of the year."""
    survey.refresh_from_db()
    pooled = survey.pool.answers["R5A"] if survey.pool else []
    return {int(said) for said in [*survey.responses.filter(code="R5A").values_list("value", flat=True), *pooled]}


@needs_row_locks
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_whoever_was_told_thank_you_is_kept_and_whoever_was_told_closed_is_not(_round):
    meeting, members = a_room(make.a_community(), people=24)
    survey = collection.open_for(meeting, by=None)

    told = all_at_once(survey, members, collection.answer, collection.close)

    thanked = {pk for pk, outcome in told.items() if outcome is Outcome.STORED}
    assert len(told) == 24
    assert kept_of(survey) == thanked
    survey.refresh_from_db()
    assert survey.answers_in_session == len(thanked)


def trusting_answer(survey, member, answers, *, in_session):
    """The same without holding the ballot box: looks whether it is there, then writes."""
    try:
        with transaction.atomic():
            collection._leave_receipt(survey, *collection.digests_of(survey, [member.pk]), member.pk)
            if not BallotBox.objects.filter(survey=survey).exists():
                return Outcome.CLOSED
            time.sleep(0.01)
            sealed = collection._sealed(survey, Ballot(member.pk, in_session, answers))
            SealedBallot.objects.create(ballot_box_id=survey.pk, sealed=sealed)
    except IntegrityError:
        return "lost"
    return Outcome.STORED


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_without_holding_the_ballot_box_answers_are_lost():
    """The control: the same race, with the protection taken away, breaks its promise. The foreign key alone remains:
    it refuses the ballot, without a word for the person."""
    for _round in range(5):
        meeting, members = a_room(make.a_community(), people=24)
        survey = collection.open_for(meeting, by=None)
        told = all_at_once(survey, members, trusting_answer, collection.close)
        if "lost" in told.values():
            return
    pytest.fail("the race never showed: this test would not notice a missing check")


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_the_same_person_pressing_on_ten_phones_answers_once():
    meeting, members = a_room(make.a_community(), people=6)
    survey = collection.open_for(meeting, by=None)

    outcomes = []

    def press():
        outcomes.append(collection.answer(survey, members[0], ANSWERS, in_session=True))
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(o.value for o in outcomes) == ["already"] * 9 + ["stored"]
    assert BallotBox.objects.get().count == 1


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_two_people_open_at_once_and_one_survey_is_opened():
    meeting, _members = a_room(make.a_community())
    opened = []

    def press():
        opened.append(collection.open_for(Meeting.objects.get(pk=meeting.pk), by=None).pk)
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(opened) == 6
    assert len(set(opened)) == 1
    assert Survey.objects.count() == BallotBox.objects.count() == 1


# ------------------------------------------------------------ opening early, and taking an opening back


def at_exchange(community, **fields):
    """Under way, its third block open: three lie between it and the evaluation."""
    meeting, members = a_room(community, **fields)
    live_session.advance(meeting, meeting.agenda.get(kind=AgendaItem.Kind.EXCHANGE))
    return Meeting.objects.get(pk=meeting.pk), members


def block_of(meeting):
    return Meeting.objects.get(pk=meeting.pk).current_item.kind


def test_opened_early_the_meeting_goes_to_its_evaluation_or_stays(community):
    moving, _members = at_exchange(community)
    staying, _members = at_exchange(community)

    collection.open_for(moving, by=None)
    collection.open_for(staying, by=None, stays=True)

    assert (block_of(moving), block_of(staying)) == ("evaluation", "exchange")
    assert Survey.objects.open().count() == 2


def test_opened_without_moving_the_meeting_can_still_be_brought_to_it(community):
    meeting, _members = at_exchange(community)
    collection.open_for(meeting, by=None, stays=True)

    collection.open_for(meeting, by=None)

    assert block_of(meeting) == "evaluation"
    assert Survey.objects.count() == 1


def test_an_opening_nobody_has_answered_is_taken_back_whole(community):
    meeting, _members = at_exchange(community)
    other, _members = at_exchange(community)
    theirs = collection.open_for(other, by=None)
    started_at = meeting.current_item.started_at

    assert collection.undo_opening(collection.open_for(meeting, by=None))

    assert list(Survey.objects.all()) == [theirs]
    assert list(BallotBox.objects.all()) == [theirs.ballot_box]
    now = Meeting.objects.get(pk=meeting.pk)
    assert (now.current_item.kind, now.current_item.started_at) == ("exchange", started_at)
    assert now.agenda.get(kind=AgendaItem.Kind.EVALUATION).started_at is None, "it is proposed again in its time"
    assert now.revision > meeting.revision
    assert block_of(other) == "evaluation"


def test_once_somebody_answered_only_the_block_goes_back(community):
    meeting, members = at_exchange(community)
    survey = collection.open_for(meeting, by=None)
    collection.answer(survey, members[0], ANSWERS, in_session=True)

    assert not collection.undo_opening(survey)

    assert block_of(meeting) == "exchange"
    assert Survey.objects.get().is_open
    assert BallotBox.objects.get().count == 1
    assert collection.answer(survey, members[1], ANSWERS, in_session=True) is Outcome.STORED


def test_taken_back_after_somebody_moved_on_the_meeting_stays_where_it_is(community):
    meeting, _members = at_exchange(community)
    survey = collection.open_for(meeting, by=None)
    live_session.advance(meeting, meeting.agenda.get(kind=AgendaItem.Kind.NEXT))

    assert collection.undo_opening(survey)

    assert block_of(meeting) == "next"


def test_a_closed_evaluation_is_not_taken_back(community):
    meeting, members = at_exchange(community)
    survey = closed_with(meeting, members, [ANSWERS] * 5)

    assert not collection.undo_opening(survey)

    assert block_of(meeting) == "evaluation"
    assert Survey.objects.get().responses.filter(code="R1").count() == 5


def test_taken_back_and_opened_again_the_same_person_answers(community):
    meeting, members = at_exchange(community)
    first = collection.open_for(meeting, by=None)
    collection.undo_opening(first)
    assert collection.answer(first, members[0], ANSWERS, in_session=True) is Outcome.CLOSED

    second = collection.open_for(meeting, by=None)

    assert collection.answer(second, members[0], ANSWERS, in_session=True) is Outcome.STORED
    assert Receipt.objects.count() == 1


def take_back_while_one_answers(undo):
    """The first answer and the press on « Annuler » at the same moment: what the person was told, and what is kept."""
    meeting, members = at_exchange(make.a_community(), people=6)
    survey = collection.open_for(meeting, by=None)
    told, gone = at_once(lambda: collection.answer(survey, members[0], ANSWERS, in_session=True), lambda: undo(survey))
    kept = BallotBox.objects.filter(survey=survey).first()
    return told, gone, kept.count if kept else 0


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_an_answer_told_thank_you_is_never_lost_to_an_opening_taken_back():
    for _round in range(25):
        told, gone, kept = take_back_while_one_answers(collection.undo_opening)

        assert told is (Outcome.CLOSED if gone else Outcome.STORED)
        assert kept == (0 if gone else 1)
        assert Receipt.objects.count() == kept
        Survey.objects.all().delete()


def trusting_undo(survey):
    """The same without the check in the statement: looks whether the ballot box is empty, then takes it away."""
    if BallotBox.objects.get(survey=survey).count:
        return False
    time.sleep(0.02)
    with transaction.atomic():
        BallotBox.objects.filter(survey=survey).delete()
        Survey.objects.get(pk=survey.pk).delete()
    return True


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_control_looking_before_taking_the_ballot_box_away_loses_answers_told_thank_you():
    for _round in range(25):
        told, _gone, kept = take_back_while_one_answers(trusting_undo)
        if told is Outcome.STORED and not kept:
            return
    pytest.fail("the race never showed: the test above would not notice a missing check")


@needs_row_locks
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(6))
def test_closing_and_taking_back_at_once_end_without_a_deadlock(_round):
    meeting, members = at_exchange(make.a_community(), people=6)
    survey = collection.open_for(meeting, by=None)
    collection.answer(survey, members[0], ANSWERS, in_session=True)
    hers, his = Survey.objects.get(), Survey.objects.get()

    _closed, gone = at_once(lambda: collection.close(hers), lambda: collection.undo_opening(his))

    assert not gone
    assert Survey.objects.get().pool.n == 1
