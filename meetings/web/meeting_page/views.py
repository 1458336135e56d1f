"""A meeting's own page: one page, in three phases for those who prepare and run it."""

import uuid
from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from cmtl.undoing import say_done
from meetings.domain.agenda import agendas
from meetings.domain.attendance import attendance
from meetings.domain.followup import minutes, private_journal
from meetings.domain.followup.decisions import last_decisions
from meetings.domain.invitations import later, replies, signing_up
from meetings.domain.invitations.invitations import Turnout
from meetings.domain.links import links, phone
from meetings.domain.preparation import note_taking
from meetings.domain.scheduling import advising, readiness
from meetings.models import Meeting, Minutes, Note, Topic, supported_by
from meetings.web.meeting_page import phases
from meetings.web.preparation.preparation_page import Preparation

_TOPICS = Prefetch("topics", Topic.objects.with_support().order_by("proposed_on", "pk"))
SHOWN_BY_RIGHT = (
    "edit",
    "record",
    "cancel",
    "invite",
    "see_replies",
    "see_preparation",
    "prepare",
    "share",
    "see_needs",
    "choose_topic",
    "run",
    "drive",
    "record_attendance",
    "see_link",
    "join",
    "follow_up",
    "complete",
    "see_notes",
    "see_attendance",
    "correct_attendance",
    "destroy_recording",
    "reflect",
)


@require_safe
def show_meeting(request, pk):
    meeting = fetch(request, _rows(), pk=pk)
    return _page(request, meeting, request.GET.get("phase", ""))


@require_safe
def prepare(request, pk):
    """The same page, at what is prepared: also of a meeting that is over or called off."""
    meeting = fetch(request, _rows(), pk=pk, may="meetings.see_preparation")
    return _page(request, meeting, phases.PREPARE)


def _rows():
    parts = ("note_taker", "recording", "host", "minutes", "follow_up", "training", "logistics", "invitation")
    rows = Meeting.objects.select_related("community__programme", *parts).with_turnout()
    return rows.prefetch_related("agenda__topic", "facilitators", _TOPICS)


def _page(request, meeting, asked):
    user = request.user
    may = _may(user, meeting)
    membership = meeting.community.memberships.filter(user=user).first()
    steps = readiness.steps(meeting, may=[name for name, allowed in may.items() if allowed])
    phase = phases.current(meeting, may, asked)
    if asked == phases.PREPARE and may["see_preparation"]:
        phase = phases.PREPARE  # of a meeting called off too
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "may": may,
        "phase": phase,
        "phases": phases.phases(meeting, may, phase, steps) if phase and not meeting.cancelled_at else [],
        "supporter": membership if may["join"] else None,
        "supported": supported_by(membership),
        "slots": agendas.slots_of(meeting),
        "total_minutes": sum(block.minutes for block in meeting.agenda.all()),
        "copy_key": uuid.uuid4(),
        "may_move": may["edit"] and agendas.may_reorder(meeting),
        "alerts": advising.on(meeting)[0] if may["edit"] and meeting.is_open and phase == phases.PREPARE else [],
        "sign_up_address": signing_up.address_of(meeting) if may["edit"] and meeting.is_open_to_all else "",
        "from_outside": signing_up.from_outside(meeting.community) if may["edit"] and meeting.is_open_to_all else None,
        "may_set_aside": user.has_perm("communities.edit", meeting.community),
        "shows_link": may["see_link"] or (may["join"] and _is_given_link(meeting, membership)),
        "own_page": links.guest_address(meeting, membership) if membership and _has_page(meeting, membership) else "",
        **OF_PHASE[phase](user, meeting, may, steps),
        **_kept(meeting, user, may),
    }
    return render(request, "meetings/meeting_page/meeting_detail.html", context)


def _may(user, meeting):
    may = {name: user.has_perm(f"meetings.{name}", meeting) for name in SHOWN_BY_RIGHT}
    may["plan"] = user.has_perm("meetings.plan", meeting.community)
    may["survey"] = user.has_perm("evaluations.see_results", meeting)
    return may


def _is_given_link(meeting, membership):
    return phone.shows_link(meeting) and (membership is None or replies.gives_link(meeting, membership))


def _has_page(meeting, membership):
    return membership.status != membership.Status.ALUMNI and timezone.now() <= meeting.ends_at + links.LIFETIME


# ------------------------------------------------------------ what each phase shows


def _to_prepare(user, meeting, may, steps):
    """Of what is over or called off, how it was prepared."""
    is_to_reflect_on = may["reflect"] and meeting.is_open
    noted = private_journal.left_to_do(user, [meeting.community_id]) if is_to_reflect_on else []
    preparation = Preparation(meeting)
    proposed = preparation.note_taker_proposed if may["plan"] else None
    return {
        "steps": steps if meeting.is_open else [],
        "next_step": _first_to_do(steps),
        "leaves_at": later.said_of(meeting) if may["invite"] else "",
        "preparation": preparation,
        "proposed": proposed,
        "changes": {name: allowed and meeting.is_open for name, allowed in may.items()},
        "turnout": Turnout.of(meeting) if may["see_replies"] and meeting.invited_at else None,
        "rules_unkept_at": private_journal.rules_to_take_up(noted).get(meeting.community_id),
    }


def _first_to_do(steps):
    return next((step.code for step in steps if step.address and not step.is_done), "")


def _in_the_lobby(user, meeting, may, _steps):
    """Before the start, who is expected and what was decided the last time; once it has begun, the way back."""
    awaited = may["see_preparation"] and meeting.is_open and not meeting.started_at
    return {
        "preparation": Preparation(meeting) if awaited else None,
        "decisions": last_decisions(meeting.community, user, before=meeting.starts_at, meetings=1),
        "is_held": meeting.closed_at is not None,
    }


def _to_follow(user, meeting, may, _steps):
    has_reflected = may["reflect"] and meeting.reflections.filter(author=user).exists()
    after = phases.steps_after(meeting, may, has_reflected=has_reflected)
    return {"steps": after, "next_step": _first_to_do(after)}


def _to_read(_user, _meeting, _may, _steps):
    return {}


OF_PHASE = {phases.PREPARE: _to_prepare, phases.RUN: _in_the_lobby, phases.FOLLOW: _to_follow, "": _to_read}


def _kept(meeting, user, may):
    """What is shown of a meeting that took place: those who run it see it all; the others, what the community
    decided."""
    sees_minutes = minutes.may_read(user, meeting)
    has_begun = meeting.started_at or (meeting.present and timezone.now() >= meeting.starts_at)
    shows_came = bool(has_begun and not meeting.cancelled_at)
    return {
        "shows_came": shows_came,
        "came": attendance.present_at(meeting) if may["see_attendance"] and shows_came else [],
        "notes": _by_kind(meeting) if sees_minutes else [],
        "sees_minutes": sees_minutes and meeting.closed_at is not None,
        "synthesis": Minutes.of(meeting).synthesis if minutes.may_read_synthesis(user, meeting) else "",
    }


def _by_kind(meeting):
    found = defaultdict(list)
    for note in meeting.notes.told().select_related("assignee__user", "group"):
        found[note.kind].append(note)
    return [(label, found[kind]) for kind, label in Note.Kind.choices if found[kind]]


# ------------------------------------------------------------ entrusting the notes


@require_POST
def entrust_notes(request, pk):
    """To the person proposed, in one press; or taken back."""
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk)
    if not request.user.has_perm("meetings.plan", meeting.community):
        raise PermissionDenied
    person = parse_int(request.POST.get("person", ""))
    with validation_as_messages(request):
        if "undo" in request.POST:
            note_taking.take_notes_back(meeting, person)
        else:
            taker = note_taking.entrust(meeting, person)
            said = _("%(name)s takes the notes of this meeting.") % {"name": taker.full_name}
            say_done(request, said, request.path, person=str(taker.pk))
    return redirect("meetings:prepare", pk)
