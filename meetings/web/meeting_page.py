"""A meeting's own page, and its changes."""

from collections import defaultdict

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cmtl.shortcuts import fetch, validation_as_messages
from meetings.domain.attendance import attendance
from meetings.domain.followup import minutes
from meetings.domain.invitations import emails, replies, signing_up
from meetings.domain.invitations.invitations import Turnout
from meetings.domain.links import links, phone
from meetings.domain.scheduling import advising, planning, readiness, series
from meetings.models import Meeting, Minutes, Note, Topic, supported_by
from meetings.web.preparation.preparation_page import Preparation
from meetings.web.scheduling.forms import CancelForm, EditForm
from meetings.web.scheduling.planning import organisation_names, topic_titles

asks_and_answers = require_http_methods(["GET", "HEAD", "POST"])

# ------------------------------------------------------------ a meeting's own page


@require_safe
def show_meeting(request, pk):
    rows = Meeting.objects.select_related(
        "community__programme", "note_taker", "recording", "host", "minutes", "follow_up", "training"
    ).with_turnout()
    meeting = fetch(request, rows.prefetch_related("agenda__topic", "facilitators", _TOPICS), pk=pk)
    user = request.user
    may = {name: user.has_perm(f"meetings.{name}", meeting) for name in SHOWN_BY_RIGHT}
    may["survey"] = user.has_perm("evaluations.see_results", meeting)
    membership = meeting.community.memberships.filter(user=user).first()
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "may": may,
        "supporter": membership if may["join"] else None,
        "supported": supported_by(membership),
        "steps": readiness.steps(meeting, may=_names(may)) if may["edit"] and meeting.is_open else [],
        "is_near": readiness.is_near(meeting),
        "preparation": Preparation(meeting) if may["see_preparation"] and _is_awaited(meeting) else None,
        "alerts": advising.on(meeting)[0] if may["edit"] and meeting.is_open else [],
        "sign_up_address": signing_up.address_of(meeting) if may["edit"] and meeting.is_open_to_all else "",
        "from_outside": signing_up.from_outside(meeting.community) if may["edit"] and meeting.is_open_to_all else None,
        "may_set_aside": user.has_perm("communities.edit", meeting.community),
        "may_plan": bool(meeting.cancelled_at) and user.has_perm("meetings.plan", meeting.community),
        "turnout": Turnout.of(meeting) if may["see_replies"] and meeting.invited_at else None,
        "shows_link": may["see_link"] or (may["join"] and _is_given_link(meeting, membership)),
        "own_page": links.guest_address(meeting, membership) if membership and _has_page(meeting, membership) else "",
        "total_minutes": sum(block.minutes for block in meeting.agenda.all()),
        **_kept(meeting, user, may),
    }
    return render(request, "meetings/meeting_page/meeting_detail.html", context)


def _is_awaited(meeting):
    return meeting.is_open and not meeting.started_at


def _names(may):
    return [name for name, allowed in may.items() if allowed]


_TOPICS = Prefetch("topics", Topic.objects.with_support().order_by("proposed_on", "pk"))
SHOWN_BY_RIGHT = (
    "edit",
    "record",
    "cancel",
    "invite",
    "see_replies",
    "see_preparation",
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
)


def _is_given_link(meeting, membership):
    return phone.shows_link(meeting) and (membership is None or replies.gives_link(meeting, membership))


def _has_page(meeting, membership):
    return membership.status != membership.Status.ALUMNI and timezone.now() <= meeting.ends_at + links.LIFETIME


def _kept(meeting, user, may):
    """What is shown of a meeting that took place: those who run it see it all; the others, what the community
    decided."""
    sees_minutes = minutes.may_read(user, meeting)
    has_begun = meeting.started_at or (meeting.present and timezone.now() >= meeting.starts_at)
    shows_came = bool(has_begun and not meeting.cancelled_at)
    came = attendance.present_at(meeting) if may["see_attendance"] and shows_came else []
    return {
        "shows_came": shows_came,
        "came": came,
        "to_close": bool(came) and meeting.is_live and meeting.ends_at < timezone.now() and may["drive"],
        "to_record": attendance.is_to_record(meeting) and may["record_attendance"],
        "notes": _by_kind(meeting) if sees_minutes else [],
        "sees_minutes": sees_minutes and meeting.closed_at is not None,
        "synthesis": Minutes.of(meeting).synthesis if minutes.may_read_synthesis(user, meeting) else "",
    }


def _by_kind(meeting):
    found = defaultdict(list)
    for note in meeting.notes.told().select_related("assignee__user", "group"):
        found[note.kind].append(note)
    return [(label, found[kind]) for kind, label in Note.Kind.choices if found[kind]]


# ------------------------------------------------------------ changing


@asks_and_answers
def edit_meeting(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.edit")
    leads = request.user.has_perm("meetings.plan", meeting.community)
    form = EditForm(request.POST or None, instance=meeting, community=meeting.community, leads=leads)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, meeting, form, status=422 if request.method == "POST" else 200)
    with validation_as_messages(request):
        sequence, followed = meeting.sequence, _change(meeting, form)
        if followed is None:
            return _conflict(request, meeting.pk)
        _say_changed(request, meeting, has_moved=meeting.sequence != sequence, followed=followed)
    return redirect(meeting)


def _change(meeting, form):
    """How many other dates followed; None when somebody saved meanwhile."""
    version, values = form.cleaned_data["version"], form.values()
    if form.is_for_following:
        changed = form.changed_values()
        return series.change_with_following(meeting, changed=changed, version=version, **values)
    return 0 if planning.change(meeting, version=version, **values) else None


def _edit_page(request, meeting, form, status=200, theirs=()):
    context = {
        "meeting": meeting,
        "community": meeting.community,
        "form": form,
        "theirs": theirs,
        "topics": topic_titles(meeting.community),
        "organisations": organisation_names(meeting.community),
    }
    return render(request, "meetings/meeting_page/meeting_form.html", context, status=status)


def _conflict(request, pk):
    """Someone saved first: what they wrote beside what was typed here, field by field; saving again is a choice."""
    meeting = Meeting.objects.select_related("community").get(pk=pk)
    sent = request.POST.copy()
    sent["version"] = meeting.version
    leads = request.user.has_perm("meetings.plan", meeting.community)
    form = EditForm(sent, instance=meeting, community=meeting.community, leads=leads)
    form.is_valid()
    theirs = [(form[name].label, form.kept(name)) for name in form.changed_data if name not in NOT_KEPT]
    return _edit_page(request, meeting, form, status=409, theirs=theirs)


NOT_KEPT = ("version", "extent", "because")  # fields that speak of the change, not of the meeting


def _say_changed(request, meeting, *, has_moved, followed=0):
    messages.success(request, _("The meeting is saved."))
    if followed:
        said = ngettext("%(n)s following date was changed too.", "%(n)s following dates were changed too.", followed)
        messages.success(request, said % {"n": followed})
    if has_moved and meeting.is_open and (warning := planning.past_warning(meeting.starts_at, meeting.zone)):
        messages.warning(request, warning)
    elif has_moved and meeting.invited_at:
        messages.info(request, _("Everyone invited is told of the change by e-mail, with a new calendar file."))


@asks_and_answers
def cancel_meeting(request, pk):
    meeting = fetch(request, Meeting.objects.select_related("community"), pk=pk, may="meetings.cancel")
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with validation_as_messages(request):
            planning.cancel(meeting, form.cleaned_data["because"])
            messages.success(request, _("The meeting is cancelled."))
        return redirect(meeting)
    told = emails.people_to_notify(meeting).count()
    context = {"meeting": meeting, "community": meeting.community, "form": form, "told": told}
    return render(
        request, "meetings/meeting_page/meeting_cancel.html", context, status=422 if request.method == "POST" else 200
    )
