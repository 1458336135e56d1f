"""What is held about one person, said section by section: why, for how long; and all of it as a file to take away.

Evaluations are not here: an anonymous answer belongs to nobody any more, and cannot be found again.
"""

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl.tables import harmless
from communities import consents
from communities.models import (
    Application,
    Commitment,
    Consent,
    Expectation,
    Grant,
    Introduction,
    JoinInvitation,
    Membership,
    ObjectiveProposal,
    Party,
    Pause,
    Purpose,
    Reason,
    Referral,
    Representation,
    Role,
    RulesAcknowledgement,
)
from meetings.models import (
    Absence,
    Attendance,
    AttendanceCorrection,
    DateVote,
    JoinPress,
    Meeting,
    Note,
    RecordingConsent,
    Reply,
    TopicSupport,
    WarmUpAnswer,
)
from outbox.models import Category, Message, Unsubscription

Columns = dict[str, str | Promise]  # name in the files → heading
Rows = Iterable[Iterable[Any]]


@dataclass(frozen=True)
class Section:
    """One kind of data. `name` is that of its file; names of columns never change with the language."""

    name: str
    title: str | Promise
    purpose: str | Promise
    kept: str | Promise
    columns: Columns
    read: Callable[[User], Rows]


@dataclass(frozen=True)
class Held:
    """A section with what it holds of one person."""

    section: Section
    rows: list[list[Any]]
    MOST = 5  # on the page; the files have all

    @property
    def shown(self) -> list[list[tuple[str | Promise, str]]]:
        """The last lines as a page says them, empty cells left out."""
        headings = list(self.section.columns.values())
        last = self.rows[-self.MOST :][::-1]
        return [[(h, said) for h, cell in zip(headings, row, strict=True) if (said := _said(cell))] for row in last]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - self.MOST)


def coded(choices: type[TextChoices], value: str) -> str:
    """The choice, which says its word on a page and its code in a file; what is no choice any more as it is."""
    return choices(value) if value in choices.values else value


def _identity(user: User) -> Rows:
    names = (user.first_name, user.last_name, user.email)
    yield *names, coded(User.Language, user.language), user.time_zone, user.joined_at, user.last_login


def _memberships(user: User) -> Rows:
    for m in user.memberships.select_related("community", "organisation").order_by("pk"):
        organisation = m.organisation.name if m.organisation else ""
        dates = (m.joined_on, m.paused_on, m.left_on)
        status, found = coded(Membership.Status, m.status), coded(Membership.Source, m.source)
        offered = (m.phone, m.expertise, m.help_offered)
        seat, capacity = coded(Membership.Seat, m.seat), coded(Membership.PersonType, m.person_type)
        support = (m.manager_name, m.manager_contact, m.hours_are_work)
        yield (
            m.community.name,
            status,
            organisation,
            m.title,
            m.region,
            found,
            *dates,
            *offered,
            seat,
            capacity,
            *support,
        )


def _joining(user: User) -> Rows:
    """Calls answered, invitations to join, what was expected and promised; not what readers thought of it."""
    mine = {"membership__user": user}
    for call in Application.objects.filter(**mine).select_related("membership__community"):
        yield call.membership.community.name, _("Application"), call.sent_at, call.motivation  # type: ignore[union-attr]
    for asked in JoinInvitation.objects.filter(**mine).select_related("membership__community"):
        yield asked.membership.community.name, _("Invitation to join"), asked.at, asked.words
    for said in Expectation.objects.filter(**mine).select_related("membership__community"):
        words = "\n".join(filter(None, [said.expects, said.brings]))
        yield said.membership.community.name, _("Expectations"), said.said_on, words
    for signed in Commitment.objects.filter(**mine).select_related("membership__community"):
        yield signed.membership.community.name, _("Commitment"), signed.signed_at, ", ".join(signed.dates)


def _referrals(user: User) -> Rows:
    """The links one made for others; never who answered them."""
    for made in Referral.objects.filter(by__user=user).select_related("by__community"):
        yield made.by.community.name, made.made_at, made.used_at, made.withdrawn_at


def _represented(user: User) -> Rows:
    past = Representation.objects.filter(membership__user=user).select_related("membership__community", "organisation")
    for r in past:
        seat = coded(Membership.Seat, r.seat)
        yield r.membership.community.name, r.organisation.name, seat, r.starts_on, r.ends_on


def _rules_read(user: User) -> Rows:
    read = RulesAcknowledgement.objects.filter(membership__user=user).select_related("membership__community")
    for one in read.order_by("at"):
        yield one.membership.community.name, one.at


def _proposed(user: User) -> Rows:
    for one in ObjectiveProposal.objects.filter(by=user).select_related("community"):
        yield one.community.name, one.wording, coded(ObjectiveProposal.State, one.state)


def _needs(user: User) -> Rows:
    for one in Party.objects.filter(membership__user=user).select_related("need__community"):
        yield one.need.community.name, str(one.need), coded(Party.Side, one.side), one.offer


def _topics_supported(user: User) -> Rows:
    for one in TopicSupport.objects.filter(membership__user=user).select_related("membership__community", "topic"):
        yield one.membership.community.name, one.topic.title, one.at


def _roles(user: User) -> Rows:
    for grant in Grant.objects.filter(user=user).select_related("community", "programme").order_by("pk"):
        yield coded(Role, grant.role), str(grant.community or grant.programme), grant.starts_on, grant.ends_on


def _pauses(user: User) -> Rows:
    for pause in Pause.objects.filter(membership__user=user).select_related("membership__community"):
        kind = Membership.Status.ALUMNI if pause.has_left else Membership.Status.PAUSED
        why = (coded(Reason, pause.reason), pause.words)
        yield pause.membership.community.name, kind, pause.starts_on, pause.ends_on, *why


def _introductions(user: User) -> Rows:
    mine = Introduction.objects.filter(Q(one__user=user) | Q(other__user=user))
    for asked in mine.select_related("community", "one__user", "other__user").order_by("pk"):
        me = asked.one if asked.one.user_id == user.pk else asked.other
        partner = asked.partner_of(me).user.full_name
        yield asked.community.name, partner, asked.why, asked.asked_at, coded(Introduction.Answer, asked.answer_of(me))


def _replies(user: User) -> Rows:
    replies = Reply.objects.filter(membership__user=user).select_related("meeting__community")
    for r in replies.order_by("meeting__starts_at"):
        day = r.meeting.local_start.date()
        said = (coded(Reply.Answer, r.answer), coded(Meeting.Mode, r.mode))
        yield r.meeting.community.name, r.meeting.heading, day, *said, r.wish, r.needs, r.answered_at


def _warm_ups(user: User) -> Rows:
    answers = WarmUpAnswer.objects.filter(membership__user=user).select_related("meeting__community")
    for one in answers:
        yield one.meeting.community.name, one.meeting.heading, one.meeting.warm_up, one.text, one.answered_at


def _join_presses(user: User) -> Rows:
    for press in JoinPress.objects.filter(membership__user=user).select_related("meeting__community").order_by("at"):
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


def _consents(user: User) -> Rows:
    given = Consent.objects.of(user).select_related("membership__community")
    for c in given:
        community = c.membership.community.name if c.membership else ""
        yield (
            community,
            coded(Purpose, c.purpose),
            consents.wording_of(c.purpose, c.wording),
            c.given_at,
            c.withdrawn_at,
        )


def _recordings(user: User) -> Rows:
    said = RecordingConsent.objects.filter(membership__user=user).select_related("recording__meeting__community")
    for one in said:
        meeting = one.recording.meeting
        yield meeting.community.name, meeting.heading, one.agrees, coded(RecordingConsent.How, one.how), one.said_at


def _mails(user: User) -> Rows:
    """When and what about; the words of a mail stay in it."""
    mails = Message.objects.filter(recipient=user).order_by("queued_at")
    for written, sent, to, category, subject in mails.values_list("queued_at", "sent_at", "to", "category", "subject"):
        yield written, sent, to, coded(Category, category), subject


def _stopped(user: User) -> Rows:
    for stopped in Unsubscription.objects.filter(user=user):
        yield coded(Category, stopped.category), stopped.sender_list, stopped.since


def _requests(user: User) -> Rows:
    return user.destruction_requests.values_list("asked_at", "due_on", "confirmed_at", "cancelled_at", "words")


_AFTER_THE_PROGRAMME = _("24 months after the end of the programme, then counted without names")
_WHILE_ACTIVE = _("24 months after your last activity, with a notice 30 days before")

SECTIONS = [
    Section(
        "identity",
        _("Who you are"),
        _("To invite you, to let you in, and to write to you in your language."),
        _WHILE_ACTIVE,
        {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("E-mail"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "listed_at": _("Listed on"),
            "last_sign_in": _("Last sign-in"),
        },
        _identity,
    ),
    Section(
        "communities",
        _("Your communities"),
        _("To know who takes part, and on whose behalf."),
        _WHILE_ACTIVE,
        {
            "community": _("Community"),
            "status": _("Status"),
            "organisation": _("Organisation"),
            "function": _("Function"),
            "region": _("Region"),
            "found_by": _("How they were found"),
            "since": _("Member since"),
            "paused_on": _("Paused since"),
            "left_on": _("Left on"),
            "phone": _("Phone"),
            "expertise": _("What I know well"),
            "help_offered": _("The help I offer"),
            "seat": _("comes as"),
            "capacity": _("capacity"),
            "manager": _("manager’s name"),
            "manager_contact": _("manager’s e-mail or telephone"),
            "hours_are_work": _("hours counted as work time"),
        },
        _memberships,
    ),
    Section(
        "roles",
        _("Your roles"),
        _("To open to you what your role needs, and no more."),
        _WHILE_ACTIVE,
        {"role": _("Role"), "scope": _("Where"), "from": _("From"), "until": _("Until")},
        _roles,
    ),
    Section(
        "pauses",
        _("Your pauses and departures"),
        _("To expect you when you are there only, and to learn from the reasons given."),
        _AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "kind": _("Kind"),
            "from": _("From"),
            "until": _("Until"),
            "reason": _("Reason"),
            "words": _("In your own words"),
        },
        _pauses,
    ),
    Section(
        "introductions",
        _("Introductions proposed to you"),
        _("To put you in touch with someone when you both want it."),
        _AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "with": _("With"),
            "why": _("Why they should meet"),
            "asked_on": _("Asked on"),
            "answer": _("Your answer"),
        },
        _introductions,
    ),
    Section(
        "replies",
        _("Your replies to invitations"),
        _("To prepare meetings for those who come."),
        _AFTER_THE_PROGRAMME,
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
        _AFTER_THE_PROGRAMME,
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
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "meeting": _("Meeting"), "pressed_at": _("Pressed on")},
        _join_presses,
    ),
    Section(
        "date_votes",
        _("The dates that suited you"),
        _("To choose a date for the group."),
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "date": _("Date"), "answer": _("Answer")},
        _date_votes,
    ),
    Section(
        "presences",
        _("Your presences"),
        _("To account for attendance, and to attest your hours when you ask."),
        _AFTER_THE_PROGRAMME,
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
        _AFTER_THE_PROGRAMME,
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
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "action": _("Action"), "due_on": _("By when"), "done_at": _("Done on")},
        _actions,
    ),
    Section(
        "notes",
        _("What you noted at meetings"),
        _("To keep the memory of the group."),
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "kind": _("Kind"), "text": _("Text"), "written_at": _("Written on")},
        _written,
    ),
    Section(
        "joining",
        _("How you joined"),
        _("To welcome you, and to quote back to you what you expected."),
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "kind": _("Kind"), "date": _("Date"), "words": _("In your own words")},
        _joining,
    ),
    Section(
        "referrals",
        _("The people you referred"),
        _("To make a link work once. Nothing is written of the person."),
        _AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "made_at": _("Made on"),
            "used_at": _("Used on"),
            "withdrawn_at": _("Withdrawn on"),
        },
        _referrals,
    ),
    Section(
        "represented_before",
        _("Whom you represented before"),
        _("To keep each organisation’s own history."),
        _AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "organisation": _("Organisation"),
            "seat": _("comes as"),
            "from": _("From"),
            "until": _("Until"),
        },
        _represented,
    ),
    Section(
        "rules_read",
        _("The rules you said you had read"),
        _("To know who has not read them yet."),
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "read_at": _("Read on")},
        _rules_read,
    ),
    Section(
        "proposed_objectives",
        _("The objectives you proposed"),
        _("To answer you."),
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "objective": _("Objective"), "state": _("State")},
        _proposed,
    ),
    Section(
        "needs",
        _("What you need or offer"),
        _("To bring together those who need something and those who have it."),
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "need": _("Need"), "side": _("Side"), "offer": _("What you offer")},
        _needs,
    ),
    Section(
        "topics",
        _("The topics that call you"),
        _("To choose topics that people want. Only their number is shown to anyone."),
        _AFTER_THE_PROGRAMME,
        {"community": _("Community"), "topic": _("Topic"), "said_at": _("Said on")},
        _topics_supported,
    ),
    Section(
        "consents",
        _("What you allowed"),
        _("To prove what you allowed, and when you took it back."),
        _("36 months after you leave"),
        {
            "community": _("Community"),
            "purpose": _("Purpose"),
            "wording": _("Sentence agreed to"),
            "given_at": _("Given on"),
            "withdrawn_at": _("Withdrawn on"),
        },
        _consents,
    ),
    Section(
        "recordings",
        _("What you said of recordings"),
        _("To record only when everybody agrees."),
        _("36 months after you leave"),
        {
            "community": _("Community"),
            "meeting": _("Meeting"),
            "agrees": _("Agrees"),
            "how": _("How"),
            "said_at": _("Said on"),
        },
        _recordings,
    ),
    Section(
        "mails",
        _("The e-mails sent to you"),
        _("To prove that you were told, and not to tell you twice."),
        _("Their words 30 days; their date and subject 13 months"),
        {
            "written_at": _("Written on"),
            "sent_at": _("Sent on"),
            "to": _("Address"),
            "category": _("Kind"),
            "subject": _("Subject"),
        },
        _mails,
    ),
    Section(
        "stopped_mails",
        _("The e-mails you stopped"),
        _("Not to send you what you no longer want."),
        _WHILE_ACTIVE,
        {"category": _("Kind"), "list": _("List"), "since": _("Since")},
        _stopped,
    ),
    Section(
        "destruction_requests",
        _("Your requests to destroy"),
        _("To answer within 30 days, and to prove it."),
        _("36 months after the answer"),
        {
            "asked_at": _("Asked on"),
            "due_on": _("Answer due by"),
            "answered_at": _("Answered on"),
            "withdrawn_at": _("Withdrawn on"),
            "words": _("In your own words"),
        },
        _requests,
    ),
]


def held_about(user: User) -> list[Held]:
    """Every section, the empty ones too: that nothing is held is an answer."""
    return [Held(section, [list(row) for row in section.read(user)]) for section in SECTIONS]


def archive(user: User) -> bytes:
    """A ZIP with everything as JSON, for machines, and one CSV a section, for people."""
    out, held = io.BytesIO(), held_about(user)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        everything = {h.section.name: [dict(zip(h.section.columns, row, strict=True)) for row in h.rows] for h in held}
        whole = {"exported_at": timezone.now(), **everything}
        kept.writestr("donnees.json", json.dumps(whole, ensure_ascii=False, indent=1, default=_as_text))
        for h in held:
            kept.writestr(f"{h.section.name}.csv", _csv(h))
    return out.getvalue()


def _csv(held: Held) -> bytes:
    """As `cmtl.tables` writes them: read by Excel, never run as formulas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if get_language() == "en" else ";")
    writer.writerow([harmless(heading) for heading in held.section.columns.values()])
    writer.writerows([harmless(_word(cell)) for cell in row] for row in held.rows)
    return ("\ufeff" + out.getvalue()).encode()


def _said(cell: Any) -> str:
    """Dates in words; codes as they are kept, which is what is held."""
    if isinstance(cell, dt.datetime):
        return date_format(timezone.localtime(cell), "DATETIME_FORMAT")
    if isinstance(cell, dt.date):
        return date_format(cell, "DATE_FORMAT")
    if isinstance(cell, bool):
        return gettext("Yes") if cell else gettext("No")
    if isinstance(cell, TextChoices):
        return str(cell.label)
    return "" if cell is None else str(cell)


def _word(cell: Any) -> str:
    return str(cell.label) if isinstance(cell, TextChoices) else _as_text(cell)


def _as_text(cell: Any) -> str:
    return "" if cell is None else cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
