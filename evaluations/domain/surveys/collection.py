"""Asking what a meeting's people thought: a ballot box is opened, filled, emptied, and nobody can tell whose is what.

Three things must hold at once, and each rests on one line of the database:

- one answer a person: `Receipt` is unique, and is inserted in the transaction that fills the box: no row, no ballot;
- no answer lost or added at closing: a ballot is inserted by a statement that holds the box's row, which closing holds
  alone and deletes, so that whoever is told « thank you » is in, and whoever comes after finds no box and is told it
  is closed;
- no tie between a person and an answer: while the survey is open its ballots are sealed, all of one size; closing
  writes each answer to each question in a row of its own, in random order, deletes ballots and receipts, in one
  transaction, and destroys the keys after it. Whoever copies the database before and after a vote, or keeps its
  log of changes, holds a ciphertext and a digest that nothing opens or makes any more.

What this does not do: while a survey is open, somebody who holds the database and the keyring can open its ballots.
"""

import contextlib
import datetime as dt
import enum
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import FormerMembership, Membership, Objective
from evaluations.domain.surveys import (
    cleaning,
    closing,
    comments,
    eligible,
    keyring,
    own_questions,
    questionnaires,
    sealing,
)
from evaluations.models import BallotBox, Campaign, OwnQuestion, Receipt, SpokenEvaluation, Survey
from meetings.domain.attendance.roster import runs
from meetings.domain.live import live_session
from meetings.models import AgendaItem, Attendance, Meeting, Topic
from outbox.models import Message

STAYS_OPEN = dt.timedelta(days=3)
CLOSING_HOUR = dt.time(17)
REMINDER_AFTER = dt.timedelta(hours=2)  # after the meeting's end
STILL_IN_THE_ROOM = dt.timedelta(minutes=10)  # after its closing
log = logging.getLogger(__name__)


class Standing(enum.Enum):
    """Where someone stands before a survey. Whether they have answered is not part of it: the box alone finds out."""

    MAY_ANSWER = "may answer"
    NOT_OPEN = "not open"
    CLOSED = "closed"
    RUNS_IT = "runs it"
    NOT_RECORDED = "not recorded"  # not recorded as present


class Outcome(enum.Enum):
    STORED = "stored"
    ALREADY = "already"
    CLOSED = "closed"


# ------------------------------------------------------------ opening


@transaction.atomic
def open_for(meeting: Meeting, by: User | None, *, stays: bool = False) -> Survey:
    """Open its evaluation and bring the meeting to that block, unless it `stays` at its own. Opening twice, or after
    closing, opens nothing."""
    refuse_before_its_time(meeting)
    if SpokenEvaluation.objects.filter(meeting=meeting).exists():
        raise ValidationError(_("This meeting was evaluated aloud: what people write would be told with it."))
    survey = Survey.objects.filter(meeting=meeting).first() or _open(meeting, by)
    if survey.takes_answers and not stays:
        _bring_to_evaluation(meeting, survey)
    return survey


def open_by_itself(meeting: Meeting) -> None:
    """As `open_for`, by nobody; what refuses it refuses in silence, since nobody pressed."""
    with contextlib.suppress(ValidationError):
        open_for(meeting, by=None, stays=True)


def refuse_before_its_time(meeting: Meeting) -> None:
    if meeting.cancelled_at:
        raise ValidationError(_("This meeting was cancelled."))
    if not meeting.started_at:
        raise ValidationError(_("Start the meeting first: those present answer its evaluation."))


def _open(meeting: Meeting, by: User | None) -> Survey:
    return _new_survey(
        {"meeting": meeting},
        by,
        questionnaire=questionnaires.current(),
        threshold=meeting.community.anonymity_threshold,
        objective=objective_of(meeting),
        own_questions=own_questions.frozen(meeting.community, OwnQuestion.Moment.MEETING),
        closes_at=closing_time(meeting),
    )


@transaction.atomic
def open_campaign(campaign: Campaign, by: User | None) -> Survey:
    """Opening twice opens nothing more."""
    return _new_survey(
        {"campaign": campaign},
        by,
        questionnaire=questionnaires.current(campaign.questionnaire_code),
        threshold=campaign.community.anonymity_threshold,
        own_questions=own_questions.of_campaign(campaign),
        closes_at=campaign.closes_at,
    )


def _new_survey(of: dict[str, Any], by: User | None, **frozen: Any) -> Survey:
    """With its ballot box, once. Its keys are durable before its row is: what a transaction that fails leaves of them
    opens nothing."""
    name, public_key = _new_keys()
    keys = {"keyring_name": name, "public_key": public_key}
    survey, is_new = Survey.objects.get_or_create(**of, defaults={**frozen, **keys, "opened_by": by})
    if is_new:
        BallotBox.objects.create(survey=survey)
        survey.touch()
    return survey


def _new_keys() -> tuple[str, bytes]:
    try:
        if not keyring.is_here():
            if Survey.objects.open().exists():
                raise keyring.Away("open surveys have their keys elsewhere")
            keyring.make_keyring()
        return keyring.make()
    except OSError as error:
        log.error("An evaluation could not be opened: the keyring answers %s.", type(error).__name__)
        raise ValidationError(_("The evaluation cannot be opened just now. Try again in a minute.")) from None


@transaction.atomic
def undo_opening(survey: Survey) -> bool:
    """Take an opening back, and the meeting to the block it was at. While nobody has answered, the survey is gone as if
    it had not been opened (True); afterwards it stays open, and only the block goes back (False).

    Whether somebody has is found out by the statement that takes the box away: an answer on its way either filled it
    before, and keeps it, or finds no box, and is told so.
    """
    meeting, former = survey.its_meeting, survey.opened_from
    if not Survey.objects.open().filter(pk=survey.pk).exists():
        return False
    is_gone = survey.reminded_at is None and _take_away_empty_box(survey)
    kept = Survey.objects.filter(pk=survey.pk)
    if is_gone:
        kept.delete()
        transaction.on_commit(lambda: keyring.destroy(survey.keyring_name), robust=True)
    else:
        kept.update(opened_from=None)
    if former and meeting.is_live and is_at_evaluation(meeting):
        live_session.go_back(meeting, former)
    else:
        meeting.touch()
    return is_gone


def _take_away_empty_box(survey: Survey) -> bool:
    ballot_box = BallotBox.objects.select_for_update().filter(survey=survey).first()
    if ballot_box is None or ballot_box.ballots.exists():
        return False
    ballot_box.delete()
    return True


def is_at_evaluation(meeting: Meeting) -> bool:
    return _open_blocks(meeting).filter(kind=AgendaItem.Kind.EVALUATION).exists()


def closing_time(meeting: Meeting, now: dt.datetime | None = None) -> dt.datetime:
    """Three days after its end at five, by the community's clock."""
    last = max(meeting.ends_at, now or timezone.now())
    day = last.astimezone(meeting.zone).date() + STAYS_OPEN
    return dt.datetime.combine(day, CLOSING_HOUR, meeting.zone)


def objective_of(meeting: Meeting) -> str:
    """What this meeting was to lead to: in its own words or, without any, the objective that its topics serve (of
    several, the one of the topic that was given the most time). Empty where neither is said: it is not asked about."""
    if meeting.objective:
        return meeting.objective
    chosen = meeting.topics.filter(
        state__in=(*Topic.PLANNED, Topic.State.DISCUSSED), objective__state=Objective.State.ACTIVE
    )
    longest = chosen.annotate(given=Sum("agenda_items__minutes")).order_by(F("given").desc(nulls_last=True), "pk")
    return longest.values_list("objective__wording", flat=True).first() or ""


def _bring_to_evaluation(meeting: Meeting, survey: Survey) -> None:
    block = meeting.agenda.filter(kind=AgendaItem.Kind.EVALUATION).last()
    former = _open_blocks(meeting).first()
    if block and meeting.is_live and former != block:
        live_session.advance(meeting, block)
        survey.opened_from = former
        survey.save(update_fields=["opened_from"])


def _open_blocks(meeting: Meeting) -> QuerySet[AgendaItem]:
    return meeting.agenda.filter(started_at__isnull=False, ended_at=None)


# ------------------------------------------------------------ who may answer


def survey_of(meeting: Meeting) -> Survey | None:
    survey = Survey.objects.filter(meeting=meeting).first()
    if survey:
        survey.meeting = meeting
    return survey


def has_open_survey(meeting: Meeting) -> bool:
    return Survey.objects.taking_answers().filter(meeting=meeting).exists()


@dataclass(frozen=True)
class Voter:
    """Someone before the ballot."""

    standing: Standing
    in_person: bool = False


def voter_at(meeting: Meeting, survey: Survey | None, membership: Membership) -> Voter:
    if survey is None:
        return Voter(Standing.NOT_OPEN)
    if not survey.takes_answers:
        return Voter(Standing.CLOSED)
    if runs(meeting, membership.user_id):
        return Voter(Standing.RUNS_IT)
    present = Attendance.objects.filter(meeting=meeting, membership=membership, status=Attendance.Status.PRESENT)
    came = present.only("mode").first()
    if came is None:
        return Voter(Standing.NOT_RECORDED)
    return Voter(Standing.MAY_ANSWER, came.is_in_person or not meeting.has_link)


def is_in_session(meeting: Meeting, now: dt.datetime | None = None) -> bool:
    """While the meeting lasts and ten minutes more; one that nobody closes is over when the reminder is due."""
    now = now or timezone.now()
    if meeting.closed_at:
        return now <= meeting.closed_at + STILL_IN_THE_ROOM
    return now < meeting.ends_at + REMINDER_AFTER


# ------------------------------------------------------------ answering


def answer(
    survey: Survey,
    membership: Membership,
    answers: dict[str, Any],
    *,
    in_session: bool,
    room_seat: int | None = None,
) -> Outcome:
    """Put one person's sealed ballot in the box: two short statements, and nothing of it anywhere else. `room_seat` is
    of a name typed in the room: its ballot stands beside the one of that person's own link, and closing chooses."""
    try:
        (digest,) = digests_of(survey, [f"room {room_seat}" if room_seat else membership.pk])
    except keyring.Away:
        if BallotBox.objects.filter(survey=survey).exists():
            raise
        return Outcome.CLOSED
    seat = None if room_seat else membership.pk
    sealed = _sealed(survey, sealing.Ballot(seat, in_session, answers, room_seat))
    with transaction.atomic():
        if not _leave_receipt(survey, digest, seat):
            transaction.set_rollback(True)
            return Outcome.ALREADY
        if not _fill_box(survey, sealed):
            transaction.set_rollback(True)
            return Outcome.CLOSED
    return Outcome.STORED


def _sealed(survey: Survey, ballot: sealing.Ballot) -> bytes:
    if survey.campaign:
        size = sealing.size_of(questionnaires.asked(survey))
    else:
        own = questionnaires.asked_of_its_own(survey.own_questions)
        size = sealing.size_of((*questionnaires.questions_of(survey.questionnaire_id), *own))
    return sealing.seal(ballot, size, bytes(survey.public_key or b""), survey.keyring_name)


FILL_BALLOT_BOX = """
    INSERT INTO evaluations_sealedballot (id, ballot_box_id, sealed)
    SELECT %s, survey_id, %s FROM evaluations_ballotbox box JOIN evaluations_survey survey ON survey.id = survey_id
    WHERE survey_id = %s AND stopped_at IS NULL
"""
HOLD_BALLOT_BOX = {"postgresql": " FOR KEY SHARE OF box", "sqlite": ""}  # one who writes holds all of SQLite


def _fill_box(survey: Survey, sealed: bytes) -> bool:
    """One more ballot, while its box is there: closing waits until this is committed, and this waits for a closing.
    False: there is no box any more."""
    with connection.cursor() as cursor:
        cursor.execute(FILL_BALLOT_BOX + HOLD_BALLOT_BOX[connection.vendor], [uuid.uuid4().hex, sealed, survey.pk])
        return bool(cursor.rowcount)


LEAVE_RECEIPT = """
    INSERT INTO evaluations_receipt (id, survey_id, digest) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
    RETURNING EXISTS (SELECT 1 FROM communities_formermembership WHERE membership_id = %s)
"""


def _leave_receipt(survey: Survey, digest: str, seat: int | None) -> bool:
    """False where this person has left one already, under this record or one that was merged into it. A second one
    raises no error of the database, which would write it in its log."""
    with connection.cursor() as cursor:
        cursor.execute(LEAVE_RECEIPT, [uuid.uuid4().hex, survey.pk, digest, seat])
        left = cursor.fetchone()
    was_merged = left and left[0]
    return bool(left) and not (was_merged and _answered_before_merging(survey, seat))


def _answered_before_merging(survey: Survey, seat: int | None) -> bool:
    """Merging touches no receipt: its journal would name whose it is."""
    former = FormerMembership.objects.filter(membership=seat).values_list("number", flat=True)
    return Receipt.objects.filter(survey=survey, digest__in=digests_of(survey, former)).exists()


def digests_of(survey: Survey, seats: Iterable[int | str]) -> list[str]:
    """What stands for these memberships (or « room 12 ») among the receipts of a survey: another one's are others."""
    secret = keyring.receipts_secret(survey.keyring_name)
    return [sealing.digest_of(seat, secret, survey.keyring_name) for seat in seats]


# ------------------------------------------------------------ closing


@transaction.atomic
def stop(survey: Survey) -> None:
    """No more answers. Its ballots stay sealed until those present are confirmed, or until it has waited long enough
    (`due.to_close`)."""
    Survey.objects.taking_answers().filter(pk=survey.pk).update(stopped_at=timezone.now())
    survey.touch()


def close(survey: Survey) -> None:
    """Empty the ballot box, and freeze what may be told. Closing twice does nothing: the second finds none."""
    with transaction.atomic():
        ballot_box = BallotBox.objects.select_for_update().filter(survey=survey).first()
        if ballot_box is None:
            survey.refresh_from_db()
            return
        closing.empty(ballot_box, survey)
        survey.save(update_fields=closing.WRITTEN)
        closing.freeze_facilitators(survey)
        survey.receipts.all().delete()
        ballot_box.delete()
        comments.release_waiting(survey.community)
        Message.objects.about(survey).delete()  # reminders tell who had not answered
        survey.touch()
        _commit_durably()
        transaction.on_commit(lambda: closing.put_away(survey), robust=True)
        transaction.on_commit(cleaning.ask_cleaning)


def _commit_durably() -> None:
    """The keys go after this commit: it must outlive a power cut even where the server is set to hurry."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")


# ------------------------------------------------------------ the counter


def counts(survey: Survey) -> tuple[int, int]:
    """How many have answered, of how many who could. Nothing else is said before closing."""
    if survey.is_open:
        return survey.ballot_box.count, eligible.how_many(survey)
    return survey.answers_in_session + survey.answers_after, survey.eligible
