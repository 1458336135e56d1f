"""A whole community in one file: pages to read without this site, tables, and the published reports.

Written part by part into a temporary file, so that memory does not follow the size of the community. Nothing in it
says who answered what: of an evaluation, only what its page may show; no receipts, no answers, no comments. What was
written after an individual follow-up is not in it.
"""

import datetime as dt
import logging
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import TextIOWrapper
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import languages, retention
from cmtl.tables import write_csv
from communities.models import Community, Objective, Outcome
from evaluations.domain.improvements import in_order, in_our_words
from evaluations.domain.reports import quoting
from evaluations.domain.surveys.results import Results
from evaluations.models import AnnualReport, CommunityArchive, Survey
from meetings.models import Attendance, Meeting, Minutes, Note, Topic
from meetings.models.meeting import MeetingQuerySet

logger = logging.getLogger(__name__)

KEPT_FOR = retention.length("archives")
LEASE = dt.timedelta(minutes=15)  # then one begun and not finished is begun again
GIVEN_UP_AFTER = dt.timedelta(hours=2)
CHUNK = 200  # rows read at once


# ------------------------------------------------------------ asking, waiting, destroying


@transaction.atomic
def ask_archive(community: Community, *, by: User) -> CommunityArchive:
    """One at a time for a community: asked again while one is being made, it is the same one."""
    Community.objects.select_for_update().get(pk=community.pk)
    under_way = waiting_or_begun().filter(community=community).first()
    if under_way:
        return under_way
    asked = CommunityArchive.objects.create(community=community, asked_by=by)
    audit.write(Action.ARCHIVE_ASKED, by=by, about=asked)
    return asked


def waiting_or_begun(now: dt.datetime | None = None) -> QuerySet[CommunityArchive]:
    since = (now or timezone.now()) - GIVEN_UP_AFTER
    return CommunityArchive.objects.filter(built_at=None, error="", destroyed_at=None, asked_at__gt=since)


def archives_to_make(now: dt.datetime | None = None) -> QuerySet[CommunityArchive]:
    late = (now or timezone.now()) - LEASE
    return waiting_or_begun(now).filter(Q(started_at=None) | Q(started_at__lt=late))


def available(community: Community, now: dt.datetime | None = None) -> QuerySet[CommunityArchive]:
    """Those that can be downloaded."""
    since = (now or timezone.now()) - KEPT_FOR
    return community.archives.filter(built_at__gt=since, destroyed_at=None)


@retention.applies("archives")
def destroy_expired(now: dt.datetime | None = None) -> int:
    """Destroy the files older than seven days; how many."""
    now = now or timezone.now()
    expired = list(CommunityArchive.objects.filter(built_at__lte=now - KEPT_FOR, destroyed_at=None))
    for archive in expired:
        archive.file.delete(save=False)
        CommunityArchive.objects.filter(pk=archive.pk).update(destroyed_at=now, file="")
    return len(expired)


# ------------------------------------------------------------ making


def build(pk: int, now: dt.datetime | None = None) -> bool:
    """Make one archive, once. False when it is made already, or in other hands."""
    now = now or timezone.now()
    if not archives_to_make(now).filter(pk=pk).update(started_at=now, done=0):
        return False
    mine = CommunityArchive.objects.filter(pk=pk, started_at=now, built_at=None)
    archive = CommunityArchive.objects.select_related("community__programme", "asked_by").get(pk=pk)
    try:
        with tempfile.TemporaryFile() as made:
            write_archive(archive, made, lambda done, parts: mine.update(done=done, parts=parts))
            size = made.seek(0, 2)
            made.seek(0)
            archive.file.save(f"{secrets.token_hex(16)}.zip", File(made), save=False)
    except Exception as error:
        logger.exception("the archive %s could not be made", pk)
        mine.update(error=type(error).__name__)
        return False
    kept = mine.update(file=archive.file.name, size=size, built_at=timezone.now())
    if not kept:  # too slow: someone else took over
        archive.file.delete(save=False)
    return bool(kept)


def write_archive(archive: CommunityArchive, made: IO[bytes], progress: Callable[[int, int], Any]) -> None:
    """In the language of who asked for it, with the times of the community."""
    community = archive.community
    language = archive.asked_by.language if archive.asked_by else settings.LANGUAGE_CODE
    zone = Meeting(community=community).zone
    with translation.override(language), timezone.override(zone), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as z:
        parts = Parts(community, z, language)
        steps = list(parts.steps())
        for done, step in enumerate(steps):
            progress(done, len(steps))
            step()
        progress(len(steps), len(steps))


class Parts:
    """The files of one archive, each written by one step."""

    def __init__(self, community: Community, z: zipfile.ZipFile, language: str) -> None:
        self.community, self.z, self.language = community, z, language
        self.folder = slugify(community.name) or str(community.pk)
        self.missing_reports: list[str] = []
        self.reports: list[dict] = []

    def steps(self) -> Iterator[Callable[[], None]]:
        for pk in self.meetings().values_list("pk", flat=True):
            yield partial(self.meeting_page, pk)
        for name, header, rows in self.tables():
            yield partial(self.table, name, header, rows)
        for report in latest_reports(self.community):
            yield partial(self.report, report)
        yield self.index  # last: it says which reports are there

    def meetings(self) -> MeetingQuerySet:
        return self.community.meetings.filter(cancelled_at=None).order_by("starts_at")

    # -------------------------------------------------------- pages

    def index(self) -> None:
        community = self.community
        counts = community.memberships.counts_by_status()
        context = {
            "meetings": [
                {"meeting": m, "file": page_of(m)} for m in self._with_community(self.meetings().with_turnout())
            ],
            "objectives": community.objectives.all(),
            "reached": Objective.State.REACHED,
            "rules": community.rules.filter(is_active=True),
            "members": counts.get("active", 0),
            "team": community.facilitators().distinct(),
            "tables": [name for name, _header, _rows in self.tables()],
            "reports": self.reports,
            "missing_reports": self.missing_reports,
            "made_on": timezone.localdate(),
        }
        self._page("index.html", "index", context)
        style = finders.find("css/archive.css")
        if style:
            self.z.write(style, f"{self.folder}/style.css")

    def meeting_page(self, pk: int) -> None:
        meeting = next(self._with_community(self.meetings().with_turnout().filter(pk=pk)))
        survey = Survey.objects.filter(meeting=meeting, closed_at__isnull=False).select_related("meeting__community")
        results = Results(survey.get()) if survey.exists() else None
        statuses = list(meeting.attendances.values_list("status", flat=True))
        context = {
            "meeting": meeting,
            "agenda": meeting.agenda.all(),
            "notes": [(label, list(notes)) for label, notes in self._notes(meeting)],
            "absent": statuses.count(Attendance.Status.ABSENT) + statuses.count(Attendance.Status.EXCUSED),
            "results": results if results and results.is_released else None,
            "asked": bool(results),
        }
        self._page(page_of(meeting), "meeting", context)

    def _notes(self, meeting: Meeting) -> Iterator[tuple[str, Iterable[Note]]]:
        notes = list(meeting.notes.told().select_related("assignee__user", "group"))
        for kind in Note.Kind:
            if some := [note for note in notes if note.kind == kind]:
                yield str(kind.label), some

    def _page(self, name: str, template: str, context: dict) -> None:
        told = {"community": self.community, "language": languages.short(self.language), **context}
        html = render_to_string(f"evaluations/archive/{template}.html", told)
        self.z.writestr(f"{self.folder}/{name}", html)

    def _with_community(self, meetings: Iterable[Any]) -> Iterator[Any]:
        for meeting in meetings:
            meeting.community = self.community  # its zone and heading are asked of it
            yield meeting

    # -------------------------------------------------------- tables

    def table(self, name: str, header: list[str], rows: Callable[[], Iterable]) -> None:
        with self.z.open(f"{self.folder}/{name}", "w") as raw, TextIOWrapper(raw, "utf-8", newline="") as out:
            write_csv(out, header, rows())

    def tables(self) -> list[tuple[str, list[str], Callable[[], Iterable]]]:
        day, title, state, name = _("Date"), _("Title"), _("Status"), _("Name")
        return [
            (_("members.csv"), [name, _("E-mail"), _("Organisation"), _("Function"), _("Region"), state,
                                _("Member since"), pgettext("date", "Left on")], self._members),
            (_("meetings.csv"), [day, title, _("Kind"), _("Mode"), _("Minutes"), _("Present"), _("Guests"),
                                 _("Synthesis")], self._meetings),
            (_("attendance.csv"), [day, _("Meeting"), name, _("Attendance")], self._attendance),
            (
                _("topics.csv"),
                [title, _("Source"), _("State"), _("Proposed on"), _("Discussed on"), _("More about it")],
                self._topics,
            ),
            (_("improvements.csv"), [_("What to change"), state, _("Answer to the members"), _("Foreseen for"),
                                     _("Done, or decided, on"), _("Members’ agreement")], self._improvements),
            (_("notes.csv"), [day, _("Meeting"), _("Kind"), _("Text"), _("Who"), _("By when")], self._kept_notes),
            (_("outcomes.csv"), [day, title, _("Kind"), _("Stage"), _("Expected"), _("Description")], self._outcomes),
            (_("evaluations.csv"), [day, _("Meeting"), _("Code"), _("Question"), _("Answers"), _("Answer"),
                                    _("Number"), _("Share (%)")], self._evaluations),
        ]  # fmt: skip

    def _members(self) -> Iterator[list]:
        for m in self.community.memberships.select_related("user", "organisation").iterator(CHUNK):
            organisation = m.organisation.name if m.organisation else ""
            yield [m.user.full_name, m.user.email or "", organisation, m.title, m.region, m.get_status_display(),
                   m.joined_on, m.left_on]  # fmt: skip

    def _meetings(self) -> Iterator[list]:
        for m in self._with_community(self.meetings().select_related("minutes").with_turnout().iterator(CHUNK)):
            yield [m.local_start.date(), m.heading, m.get_kind_display(), m.get_mode_display(),
                   m.length_in_minutes, m.present, m.guests, Minutes.of(m).synthesis]  # fmt: skip

    def _attendance(self) -> Iterator[list]:
        rows = Attendance.objects.filter(meeting__in=self.meetings()).order_by("meeting__starts_at", "pk")
        for a in rows.select_related("meeting", "membership__user").iterator(CHUNK):
            a.meeting.community = self.community
            yield [a.meeting.local_start.date(), a.meeting.heading, a.membership.user.full_name, a.get_status_display()]

    def _topics(self) -> Iterator[list]:
        for t in Topic.objects.filter(community=self.community).order_by("proposed_on", "pk").iterator(CHUNK):
            discussed = timezone.localdate(t.discussed_at) if t.discussed_at else None
            yield [t.title, t.get_source_display(), t.get_state_display(), t.proposed_on, discussed, t.description]

    def _improvements(self) -> Iterator[list]:
        """Without those that still say a comment word for word."""
        for one in in_our_words(in_order(self.community).select_related("community")):
            yield [one.wording, one.get_state_display(), one.answer, one.due_on, one.done_on, one.agreement]

    def _kept_notes(self) -> Iterator[list]:
        notes = Note.objects.told().filter(meeting__in=self.meetings()).select_related("meeting", "assignee__user")
        for n in notes.order_by("meeting__starts_at", "pk").iterator(CHUNK):
            n.meeting.community = self.community
            who = n.assignee.user.full_name if n.assignee else ""
            yield [n.meeting.local_start.date(), n.meeting.heading, n.get_kind_display(), n.text, who, n.due_on]

    def _outcomes(self) -> Iterator[list]:
        for o in Outcome.objects.kept().filter(community=self.community).order_by("happened_on", "pk").iterator(CHUNK):
            expected = _("yes") if o.is_expected else _("no")
            yield [o.happened_on, o.title, o.get_kind_display(), o.get_stage_display(), expected, o.description]

    def _evaluations(self) -> Iterator[list]:
        """What the page of each closed evaluation shows, and nothing under its threshold."""
        closed = Survey.objects.filter(meeting__in=self.meetings(), closed_at__isnull=False)
        for survey in closed.select_related("meeting").order_by("meeting__starts_at").iterator(CHUNK):
            meeting = survey.its_meeting
            meeting.community = self.community
            for row in Results(survey).table():
                yield [meeting.local_start.date(), meeting.heading, *row]

    # -------------------------------------------------------- reports

    def report(self, report: AnnualReport) -> None:
        name = _("report-%(year)s.pdf") % {"year": report.year}
        try:
            if not report.pdf or quoting.is_stale(report):  # with a testimonial whose time is over: drawn again soon
                raise FileNotFoundError
            with report.pdf.open("rb") as pdf, self.z.open(f"{self.folder}/{name}", "w") as out:
                shutil.copyfileobj(pdf, out)
        except FileNotFoundError:
            self.missing_reports.append(str(report.year))
        else:
            self.reports.append({"year": str(report.year), "file": name})


def page_of(meeting: Meeting) -> str:
    return f"{meeting.local_start:%Y-%m-%d}-{meeting.pk}.html"


def latest_reports(community: Community) -> list[AnnualReport]:
    """The version in force of each year."""
    found: dict[int, AnnualReport] = {}
    published = AnnualReport.objects.published().filter(community=community).defer("figures")
    for report in published.order_by("year", "version"):
        found[report.year] = report
    return list(found.values())
