"""What is empty, unrated or unread in a report about to be published. Nothing of it keeps anybody from publishing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Community
from evaluations.domain.reports import gathering, quoting, sections, writing
from evaluations.domain.reports.report import CommunityYear
from evaluations.models import AnnualReport
from meetings.models import Meeting


@dataclass(frozen=True)
class Lack:
    """`kind` says where it is mended: `words` and `ratings` in a `chapter`, `section` on the page of what it tells,
    meetings on their own pages."""

    kind: str
    says: str
    chapter: str = ""
    section: str = ""
    meetings: list[Meeting] = field(default_factory=list)


def lacks(community: Community, draft: AnnualReport, told: CommunityYear) -> list[Lack]:
    year = draft.year
    found = [*_of_words(draft, told), *_of_testimonials(community, draft), *_of_meetings(community, year, told)]
    return [*found, *_of_sections(draft, told)]


def _of_words(draft: AnnualReport, told: CommunityYear) -> Iterator[Lack]:
    for chapter, words in writing.WORDS.items():
        for word in words:
            if word in writing.EXPECTED and not getattr(draft, word).strip():
                label = str(AnnualReport._meta.get_field(word).verbose_name)  # type: ignore[union-attr]
                yield Lack("words", _("Not written: %(label)s") % {"label": label}, chapter)
    if draft.version > 1 and not draft.correction.strip():
        yield Lack("words", _("Not said: what this version corrects"), writing.FIRST)
    if unrated := [objective for objective in told.objectives if not objective.level]:
        n = len(unrated)
        says = ngettext("%(n)s objective is not rated", "%(n)s objectives are not rated", n) % {"n": n}
        yield Lack("ratings", says, writing.RATED)


def _of_testimonials(community: Community, draft: AnnualReport) -> Iterator[Lack]:
    if n := quoting.unread(community, draft.quoted):
        says = ngettext(
            "%(n)s chosen testimonial was written otherwise since: read it, or it is left out",
            "%(n)s chosen testimonials were written otherwise since: read them, or they are left out",
            n,
        )
        yield Lack("testimonials", says % {"n": n}, writing.QUOTED)


def _of_meetings(community: Community, year: int, told: CommunityYear) -> Iterator[Lack]:
    figures = told.figures
    of_year = community.meetings.filter(cancelled_at=None, starts_at__range=gathering.bounds(community, year))
    not_closed = [meeting for meeting in of_year.filter(closed_at=None) if _is_past(meeting, community)]
    unrecorded = [turnout.meeting for turnout in (*figures.turnouts, *figures.apart) if turnout.present is None]
    _notes, _shared, logs = gathering.noted_meetings(community, year)
    for says, meetings in (
        (_("Past meetings that are not closed, and are not counted"), not_closed),
        (_("Meetings whose attendance nobody recorded"), list(community.meetings.filter(pk__in=unrecorded))),
        (_("Meetings whose notes are left out: their follow-up was not sent"), logs),
    ):
        if meetings:
            for meeting in meetings:
                meeting.community = community  # its zone and heading are asked of it
            yield Lack("meetings", says, meetings=sorted(meetings, key=lambda meeting: meeting.starts_at))


def _is_past(meeting: Meeting, community: Community) -> bool:
    meeting.community = community
    return meeting.local_start.date() < timezone.localdate(timezone=meeting.zone)


def _of_sections(draft: AnnualReport, told: CommunityYear) -> Iterator[Lack]:
    for section in sections.contents_of(told, draft).empty:
        yield Lack("section", _("Nothing to tell: %(title)s") % {"title": section.title}, section=section.key)
