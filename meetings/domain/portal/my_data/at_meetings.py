"""What one answered, did and wrote around meetings."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from meetings.domain.portal.my_data.section import AFTER_THE_PROGRAMME, Rows, Section, coded
from meetings.models import (
    Absence,
    Attendance,
    AttendanceCorrection,
    DateVote,
    Invitation,
    JoinClick,
    Meeting,
    Note,
    Reply,
    WarmUpAnswer,
)


def _replies(user: User) -> Rows:
    replies = Reply.objects.filter(membership__user=user).select_related("meeting__community")
    for r in replies.order_by("meeting__starts_at"):
        day = r.meeting.local_start.date()
        said = (coded(Reply.Answer, r.answer), coded(Meeting.Mode, r.mode))
        yield r.meeting.community.name, r.meeting.heading, day, *said, r.wish, r.needs, r.answered_at


def _warm_ups(user: User) -> Rows:
    answers = WarmUpAnswer.objects.filter(membership__user=user)
    for one in answers.select_related("meeting__community", "meeting__invitation"):
        question = Invitation.of(one.meeting).warm_up
        yield one.meeting.community.name, one.meeting.heading, question, one.text, one.answered_at


def _join_presses(user: User) -> Rows:
    for press in JoinClick.objects.filter(membership__user=user).select_related("meeting__community").order_by("at"):
        yield press.meeting.community.name, press.meeting.heading, press.at


def _date_votes(user: User) -> Rows:
    for vote in DateVote.objects.filter(membership__user=user).select_related("date__poll__community"):
        yield vote.date.poll.community.name, vote.date.starts_at, coded(DateVote.Answer, vote.answer)


def _presences(user: User) -> Rows:
    rows = Attendance.objects.filter(membership__user=user).select_related("meeting__community", "absence")
    for a in rows.order_by("meeting__starts_at"):
        day = a.meeting.local_start.date()
        said = (coded(Attendance.Status, a.status), coded(Meeting.Mode, a.mode), coded(Attendance.Method, a.method))
        absence = getattr(a, "absence", None)
        why = coded(Absence.Reason, absence.reason) if absence else ""
        yield a.meeting.community.name, a.meeting.heading, day, *said, a.recorded_at, a.came_late, a.left_early, why


def _corrections(user: User) -> Rows:
    """What was put right about them after a closing; who did it is a colleague's name, and stays with the team."""
    rows = AttendanceCorrection.objects.filter(membership__user=user).select_related("meeting__community")
    for c in rows.order_by("at"):
        day = c.meeting.local_start.date()
        why = coded(AttendanceCorrection.Why, c.why)
        yield c.meeting.community.name, c.meeting.heading, day, c.said_was, c.said_became, why, c.words, c.at


def _actions(user: User) -> Rows:
    notes = Note.objects.filter(kind=Note.Kind.ACTION, assignee__user=user).select_related("meeting__community")
    for note in notes:
        yield note.meeting.community.name, note.text, note.due_on, note.done_at


def _written(user: User) -> Rows:
    for note in Note.objects.filter(author=user).select_related("meeting__community"):
        yield note.meeting.community.name, coded(Note.Kind, note.kind), note.text, note.written_at


SECTIONS = [
    Section(
        "replies",
        _("Your replies to invitations"),
        _("To prepare meetings for those who come."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "meeting": _("Meeting"),
            "date": _("Date"),
            "answer": _("Answer"),
            "mode": _("Mode"),
            "suggested_topic": _("Suggested topic"),
            "needs": _("What you need to take part"),
            "answered_at": _("Answered on"),
        },
        _replies,
    ),
    Section(
        "warm_up_answers",
        _("Your answers to the questions asked before a meeting"),
        _("To prepare meetings for those who come."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "meeting": _("Meeting"),
            "question": _("Question"),
            "answer": _("Answer"),
            "answered_at": _("Answered on"),
        },
        _warm_ups,
    ),
    Section(
        "join_presses",
        _("When you pressed “Join”"),
        _("A hint for those who lead, never a presence."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "meeting": _("Meeting"), "pressed_at": _("Pressed on")},
        _join_presses,
    ),
    Section(
        "date_votes",
        _("The dates that suited you"),
        _("To choose a date for the group."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "date": _("Date"), "answer": _("Answer")},
        _date_votes,
    ),
    Section(
        "presences",
        _("Your presences"),
        _("To account for attendance, and to attest your hours when you ask."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "meeting": _("Meeting"),
            "date": _("Date"),
            "attendance": _("Attendance"),
            "mode": _("Mode"),
            "method": _("Recorded by"),
            "recorded_at": _("Recorded on"),
            "came_late": pgettext_lazy("attendance", "Came late"),
            "left_early": pgettext_lazy("attendance", "Left early"),
            "reason": _("What counted most"),
        },
        _presences,
    ),
    Section(
        "corrections",
        _("Your presences put right after a meeting"),
        _("To account for what was changed, and why."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "meeting": _("Meeting"),
            "date": _("Date"),
            "was": pgettext_lazy("attendance", "Before"),
            "became": pgettext_lazy("attendance", "After"),
            "reason": _("Reason"),
            "words": _("In words"),
            "at": _("Put right on"),
        },
        _corrections,
    ),
    Section(
        "actions",
        _("What you said you would do"),
        _("To follow what the group decided."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "action": _("Action"), "due_on": _("By when"), "done_at": _("Done on")},
        _actions,
    ),
    Section(
        "notes",
        _("What you noted at meetings"),
        _("To keep the memory of the group."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "kind": _("Kind"), "text": _("Text"), "written_at": _("Written on")},
        _written,
    ),
]
