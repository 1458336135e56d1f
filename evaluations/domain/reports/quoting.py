"""Testimonials in annual reports: offered to whoever writes, kept with the figures, gone when they are withdrawn.

A published report keeps what it quotes as it was that day. Its page shows of it only what may still be quoted; and as
soon as that is no longer the same (withdrawn, ended, signed or worded otherwise), the version in force is followed by
another that says so, without saying whose it was, and earlier versions lose the words where they stand. Figures do not
change. Every file that held the words is destroyed, archives included; PDFs are drawn again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.domain.erasing import destroy_files
from accounts.models import FileToDestroy, User
from communities.models import Community, Testimonial, TestimonialQuerySet, Use
from communities.models.testimonials import UNSIGNED
from evaluations.models import AnnualReport, CommunityArchive

KEY = "testimonials"  # in the figures that a report keeps


@dataclass(frozen=True)
class Quote:
    """One testimonial as a report tells it. `revision` is that of its author's words: written otherwise since, they
    were not read by whoever wrote the report."""

    number: int
    revision: int
    text: str
    signature: str  # empty where its author is not named

    @classmethod
    def of(cls, testimonial: Testimonial) -> "Quote":
        return cls(testimonial.pk, testimonial.revision, testimonial.text, testimonial.signed_name)

    @property
    def signed(self) -> str:
        """In the language of whoever reads."""
        return self.signature or str(UNSIGNED)


def offered(community: Community) -> TestimonialQuerySet:
    """To whoever writes a report: in force today for accountability, oldest first."""
    return Testimonial.objects.in_force(Use.ACCOUNTABILITY).of(community).order_by("given_on", "pk")


def quotes(community: Community, numbers: Iterable[int]) -> tuple[Quote, ...]:
    """Those chosen that may be quoted today, in words that somebody who facilitates has read."""
    return _quoted(offered(community).exclude(read_on=None), numbers)


def unread(community: Community, numbers: Iterable[int]) -> int:
    """How many of those chosen were written otherwise since, and are left out."""
    return offered(community).filter(pk__in=list(numbers), read_on=None).count()


def _quoted(found: TestimonialQuerySet, numbers: Iterable[int]) -> tuple[Quote, ...]:
    wanted = list(numbers)
    return tuple(map(Quote.of, found.filter(pk__in=wanted))) if wanted else ()


def still(community: Community, told: Iterable[Quote]) -> tuple[Quote, ...]:
    """Of what a published report quotes, what it may show today, as it may today."""
    return _still(offered(community), told)


def still_of_any(told: Iterable[Quote]) -> tuple[Quote, ...]:
    """The same, of what reports of several communities quote."""
    return _still(Testimonial.objects.in_force(Use.ACCOUNTABILITY), told)


def _still(allowed: TestimonialQuerySet, told: Iterable[Quote]) -> tuple[Quote, ...]:
    told = tuple(told)
    known = {quote.number: quote for quote in _quoted(allowed, [quote.number for quote in told])}
    return tuple(
        known[quote.number]
        for quote in told
        if quote.number in known and known[quote.number].revision == quote.revision
    )


def told_in(figures: Mapping[str, Any]) -> tuple[Quote, ...]:
    return tuple(Quote(**kept) for kept in figures.get(KEY, ()))


def as_kept(told: Iterable[Quote]) -> list[dict]:
    return [vars(quote).copy() for quote in told]


def without_those_of(figures: dict, person: User) -> dict:
    """What a report keeps, when one person is erased: their testimonials go with them."""
    theirs = set(Testimonial.objects.filter(membership__user=person).values_list("pk", flat=True))
    told = told_in(figures)
    left = [quote for quote in told if quote.number not in theirs]
    return figures if len(left) == len(told) else figures | {KEY: as_kept(left)}


def is_stale(report: AnnualReport) -> bool:
    """It was published with words that it may not show any more, or not so."""
    told = told_in(report.figures)
    return bool(told) and still(report.community, told) != told


# ------------------------------------------------------------ published again


def follow(testimonial: Testimonial) -> None:
    """A testimonial has changed: the reports of its community do at once."""
    reissue_reports(AnnualReport.objects.filter(community=testimonial.membership.community_id))


def reissue_all(community: int | None = None) -> int:
    """Those whose testimonials ended with the day."""
    every = AnnualReport.objects.all()
    return reissue_reports(every if community is None else every.filter(community=community))


@transaction.atomic
def reissue_reports(reports: QuerySet[AnnualReport]) -> int:
    """How many versions lost words. The version in force of each year comes first."""
    quoting = reports.published().filter(**{f"figures__{KEY}__0__isnull": False})  # type: ignore[attr-defined]
    found = list(quoting.select_for_update(of=("self",)).select_related("community", "published_by"))
    stale = sorted(filter(is_stale, found), key=lambda report: (report.community_id, report.year, -report.version))
    for report in stale:
        _say_otherwise(report)
    for community in {report.community_id for report in stale}:
        destroy_archives(community)
    return len(stale)


def _say_otherwise(report: AnnualReport) -> None:
    figures = report.figures | {KEY: as_kept(still(report.community, told_in(report.figures)))}
    same_year = AnnualReport.objects.published().filter(community=report.community_id, year=report.year)
    if not same_year.filter(version__gt=report.version).exists():
        with override(report.published_by.language if report.published_by else None):
            why = gettext("A testimonial was removed or changed, as its author asked. The figures are the same.")
        next_version(report, {"figures": figures, "correction": why})
    _destroy_file(report.pdf.name)
    same_year.filter(pk=report.pk).update(figures=figures, pdf="", pdf_built_at=None, pdf_started_at=None, pdf_error="")


def next_version(report: AnnualReport, values: dict[str, Any]) -> None:
    """In force from now on, as the one before but for these values. A draft that somebody writes becomes the one after
    it. A testimonial that left is not chosen any more: the next correction does not bring it back by itself."""
    same_year = AnnualReport.objects.filter(community=report.community_id, year=report.year)
    number = report.version + 1
    latest = same_year.aggregate(Max("version"))["version__max"]
    if latest >= number:
        same_year.filter(version=latest).update(version=latest + 1, edit_version=F("edit_version") + 1)
    kept = {name: getattr(report, name) for name in (*AnnualReport.WORDS, "figures", "quoted")}
    kept["quoted"] = [quote.number for quote in told_in(values.get("figures", report.figures))]
    by: User | None = report.published_by
    AnnualReport.objects.create(
        **kept | values,
        community_id=report.community_id,
        year=report.year,
        version=number,
        published_at=timezone.now(),
        published_by=by,
    )


def destroy_archives(community: int) -> None:
    """They hold the reports: one asked for again holds those in force. One that is being made is begun again."""
    archives = CommunityArchive.objects.filter(community=community, destroyed_at=None)
    for archive in archives.exclude(built_at=None):
        _destroy_file(archive.file.name)
    archives.exclude(built_at=None).update(destroyed_at=timezone.now(), file="")
    archives.filter(built_at=None).update(started_at=None)


def _destroy_file(name: str | None) -> None:
    """After the commit: a file is not brought back by a transaction that fails."""
    if name:
        FileToDestroy.objects.get_or_create(name=name)
        transaction.on_commit(destroy_files, robust=True)
