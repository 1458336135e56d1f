"""Whether a meeting is recorded: asked openly, of everyone there; one « no » suffices, and it ends within a month.

Rare by choice (guide, p. 14): nothing here makes it easy. Children present make it impossible.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import retention
from communities.models import Membership
from meetings.models import Attendance, Meeting, Recording, RecordingConsent, Reply


@dataclass(frozen=True)
class Voice:
    """Someone who is there, and what they said of being recorded (None: nothing yet)."""

    membership: Membership
    agrees: bool | None
    how: str


@dataclass(frozen=True)
class Standing:
    """What all who are there said; guests counted by head are asked aloud."""

    voices: list[Voice]
    guests_missing: int

    @property
    def refusals(self) -> list[Voice]:
        return [voice for voice in self.voices if voice.agrees is False]

    @property
    def missing(self) -> int:
        return sum(voice.agrees is None for voice in self.voices) + self.guests_missing

    @property
    def allows(self) -> bool:
        return bool(self.voices) and not self.refusals and not self.missing


def latest_day(meeting: Meeting) -> dt.date:
    return (meeting.local_start + Recording.LONGEST).date()


def standing_of(recording: Recording) -> Standing:
    """In three queries, whoever is there."""
    there = recording.meeting.attendances.filter(status=Attendance.Status.PRESENT)
    said = {
        c.membership_id: c
        for c in recording.consents.select_related("membership__user", "membership__parental_consent")
    }
    known = ("membership__user", "membership__organisation", "membership__parental_consent")
    people = {a.membership_id: a.membership for a in there.select_related(*known)}
    people |= {pk: c.membership for pk, c in said.items() if not c.agrees}  # a « no » counts wherever it comes from
    voices = [_voice(membership, said.get(pk)) for pk, membership in people.items()]
    missing = max(0, recording.meeting.guests - recording.guests_agreed)
    return Standing(sorted(voices, key=lambda voice: voice.membership.user.sort_key), missing)


def _voice(membership: Membership, said: RecordingConsent | None) -> Voice:
    """A child is never recorded, whatever was said."""
    if hasattr(membership, "parental_consent"):
        return Voice(membership, False, _("Under 14"))
    return Voice(membership, said.agrees if said else None, said.get_how_display() if said else "")


@transaction.atomic
def ask_to_record(meeting: Meeting, by: User, **fields) -> Recording:
    """Open the question. Nothing may be recorded yet."""
    _refuse_with_children(meeting)
    if meeting.cancelled_at or meeting.closed_at:
        raise ValidationError(_("This meeting is over: it can no longer be recorded."))
    if fields["destroy_on"] > latest_day(meeting):
        raise ValidationError({"destroy_on": _("Thirty days after the meeting at most.")})
    if fields["destroy_on"] < meeting.local_start.date():
        raise ValidationError({"destroy_on": _("This day is before the meeting.")})
    meeting.touch()
    recording, is_new = Recording.objects.get_or_create(meeting=meeting, defaults={**fields, "asked_by": by})
    if not is_new:
        _revise(recording, fields)
    return recording


def _revise(recording: Recording, fields: dict) -> None:
    """Whatever people agreed to, they agreed to in these words: other words ask again."""
    if recording.started_at:
        raise ValidationError(_("The recording has begun: what was agreed to no longer changes."))
    changed = [name for name, value in fields.items() if getattr(recording, name) != value]
    for name in changed:
        setattr(recording, name, fields[name])
    if changed:
        recording.save()
        recording.consents.all().delete()
        Recording.objects.filter(pk=recording.pk).update(guests_agreed=0)


@transaction.atomic
def record_consent(recording: Recording, membership: Membership, agrees: bool, *, by: User | None = None) -> None:
    """One person's word, over what they said before. Once it has begun, a « no » stops it and asks for its end."""
    _hold(recording)
    if membership.community_id != recording.meeting.community_id:
        raise ValidationError(_("This person is not in this community."))
    RecordingConsent.objects.update_or_create(
        recording=recording,
        membership=membership,
        defaults={
            "agrees": agrees,
            "how": RecordingConsent.How.ALOUD if by else RecordingConsent.How.SELF,
            "said_at": timezone.now(),
            "noted_by": by,
        },
    )
    audit.write(
        Action.CONSENT_GIVEN if agrees else Action.CONSENT_WITHDRAWN,
        by=by or membership.user,
        about=membership,
        purpose="recording",
        recording=recording.pk,
    )
    if not agrees:
        _withdraw(recording)
    recording.refresh_from_db()


@transaction.atomic
def guests_agree(recording: Recording, number: int) -> None:
    _hold(recording)
    Recording.objects.filter(pk=recording.pk).update(guests_agreed=min(number, recording.meeting.guests))
    recording.refresh_from_db()


@transaction.atomic
def start_recording(recording: Recording) -> None:
    """Only with everyone's word: of each person marked present, and of the guests counted by head."""
    _hold(recording)
    _refuse_with_children(recording.meeting)
    standing = standing_of(recording)
    if not recording.meeting.is_live:
        raise ValidationError(_("This meeting is not under way."))
    if not standing.allows:
        raise ValidationError(_("Everyone present must agree first."))
    begun = Recording.objects.filter(pk=recording.pk, started_at=None, withdrawn_at=None)
    begun.update(started_at=timezone.now())
    recording.refresh_from_db()


@transaction.atomic
def stop_recording(recording: Recording) -> None:
    _hold(recording)
    Recording.objects.filter(pk=recording.pk, stopped_at=None).update(stopped_at=timezone.now())
    recording.refresh_from_db()


@transaction.atomic
def give_up(recording: Recording) -> None:
    """It will not be recorded after all: nothing was, nothing is kept of who had agreed."""
    _hold(recording)
    if Recording.objects.filter(pk=recording.pk, started_at=None).delete()[0] == 0:
        raise ValidationError(_("The recording has begun: stop it and destroy it."))


def destroy(recording: Recording, by: User) -> None:
    """Someone says that every copy is gone; who agreed is forgotten with it, the dates stay."""
    with transaction.atomic():
        _hold(recording)
        now = timezone.now()
        made = Recording.objects.filter(pk=recording.pk, started_at__isnull=False, destroyed_at=None)
        if made.update(destroyed_at=now, destroyed_by=by, stopped_at=recording.stopped_at or now):
            recording.consents.all().delete()
            meeting = recording.meeting
            audit.write(Action.RECORDING_DESTROYED, by=by, about=recording, community=meeting.community_id)
    recording.refresh_from_db()


@transaction.atomic
def expect_children(meeting: Meeting, expected: bool) -> None:
    """Children will be there: no recording, and one that was made has to go (guide, p. 14)."""
    Meeting.objects.filter(pk=meeting.pk).update(children_attend=expected, revision=F("revision") + 1)
    meeting.children_attend = expected
    if expected and (recording := Recording.objects.filter(meeting=meeting).first()):
        _withdraw(recording)


def arrivals_not_asked(meeting: Meeting) -> int:
    """How many came in since it began and said nothing yet: the console says so until they are asked."""
    recording = getattr(meeting, "recording", None)
    if recording is None or recording.started_at is None or recording.stopped_at:
        return 0
    return standing_of(recording).missing


def _withdraw(recording: Recording) -> None:
    now = timezone.now()
    made = Recording.objects.filter(pk=recording.pk, started_at__isnull=False, destroyed_at=None)
    made.filter(stopped_at=None).update(stopped_at=now)
    made.update(withdrawn_at=now)


def _hold(recording: Recording) -> None:
    """Words come in turn: the meeting's row is taken, and every open screen asks again."""
    recording.meeting.touch()
    recording.refresh_from_db()


def _refuse_with_children(meeting: Meeting) -> None:
    """Announced, or known by a parent's consent, among those who are there or said yes."""
    there = Q(attendances__meeting=meeting, attendances__status=Attendance.Status.PRESENT)
    coming = Q(replies__meeting=meeting, replies__answer=Reply.Answer.YES)
    children = Membership.objects.filter(parental_consent__isnull=False).filter(there | coming)
    if meeting.children_attend or children.exists():
        raise ValidationError(_("Children attend this meeting: it cannot be recorded."))


@retention.applies("consents")
def forget_consents(now: dt.datetime | None = None) -> int:
    """What was said of recordings by those who left long ago (see
    `communities.domain.members.consents.forget_old_consents`)."""
    left = retention.period("consents").first_day(now)
    gone = Membership.objects.filter(status=Membership.Status.ALUMNI, left_on__lt=left)
    return RecordingConsent.objects.filter(membership__in=gone).delete()[0]
