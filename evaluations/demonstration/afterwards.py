"""What is said after meetings: why some did not come, a presence put right, the facilitator's own minutes."""

import datetime as dt

from communities.models import Community
from evaluations.demonstration.history import Story
from meetings.domain.followup import private_journal
from meetings.models import Absence, Attendance, AttendanceCorrection, FollowUp, Meeting, Minutes, Reflection

Reason = Absence.Reason
SAID = [Reason.MOMENT, Reason.MOMENT, Reason.UNFORESEEN, Reason.TOPIC, Reason.NO_TIME, Reason.FORGOT]
WORDS = [
    "Deux personnes qui ne parlent jamais ont proposé la solution, après le tour de table.",
    "Je laisserais plus de silence après la question.",
    "Le moment où chacune a raconté un essai raté.",
]


def tell(story: Story, held: list[Meeting]) -> None:
    last = held[-3:]
    say_why(story, last)
    put_right(story, held[-1])
    keep_journal(story, last)
    if story.community.minutes_level == Community.MinutesLevel.FULL:
        publish(story, held)


def say_why(story: Story, meetings: list[Meeting]) -> None:
    """About four absent people out of ten say it; one in four lets the team know who they are."""
    rng = story.rng
    away = Attendance.objects.filter(meeting__in=meetings, status__in=("absent", "excused")).select_related("meeting")
    Absence.objects.bulk_create(
        Absence(
            attendance=attendance,
            reason=rng.choice(SAID),
            is_named=rng.random() < 0.25,
            said_at=attendance.meeting.ends_at + dt.timedelta(hours=rng.randrange(20, 60)),
        )
        for attendance in away.order_by("pk")
        if rng.random() < 0.4
    )


def put_right(story: Story, meeting: Meeting) -> None:
    """Someone who came was ticked the next morning."""
    came = meeting.attendances.filter(status=Attendance.Status.PRESENT).order_by("pk").last()
    if came and meeting.closed_at:
        at = meeting.closed_at + dt.timedelta(hours=20)
        AttendanceCorrection.objects.create(
            meeting=meeting, membership_id=came.membership_id, was="absent", became="present", by=story.facilitator,
            why=AttendanceCorrection.Why.TOLD, words="Connexion coupée au moment de l’appel.", at=at,
        )  # fmt: skip


def keep_journal(story: Story, meetings: list[Meeting]) -> None:
    prompts = list(private_journal.PROMPTS)
    pages = zip(meetings, WORDS, prompts, strict=False)
    Reflection.objects.bulk_create(
        Reflection(
            meeting=meeting, author=story.facilitator, face=story.rng.choice([3, 4, 5]), words=words, prompt=prompt,
            contributed=story.rng.choice(Reflection.Contributed.values), written_at=meeting.ends_at,
        )
        for meeting, words, prompt in list(pages)[:-1]  # the last one is still to be written
    )  # fmt: skip


def publish(story: Story, meetings: list[Meeting]) -> None:
    kept = [Minutes.of(meeting) for meeting in meetings]
    for minutes in kept:
        if sent_at := FollowUp.of(minutes.meeting).sent_at:
            minutes.published_at, minutes.published_by = sent_at, story.facilitator
    Minutes.objects.bulk_update(kept, ["published_at", "published_by"])
