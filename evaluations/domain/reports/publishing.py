"""From a draft to a published report and its PDF. Publishing freezes; correcting makes a new version that says so.

The row is the state of its own PDF: a worker claims it by a conditional update, so that two of them build it once,
and what a dead worker began is claimed again when its time is up.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import pdf
from communities.models import Community, RecordSheet
from evaluations.domain import influences
from evaluations.domain.reports import members_mail
from evaluations.domain.reports import report as contents
from evaluations.models import AnnualReport, ObjectiveRating

logger = logging.getLogger(__name__)

WORDS = AnnualReport.WORDS
LEASE = dt.timedelta(minutes=10)  # then a PDF begun and not built, or that failed, is tried again
TRIES = 3  # of a publication that another one crosses
Ratings = dict[int, tuple[str, str]]  # objective → level, comment


def published(community: Community, year: int) -> AnnualReport | None:
    """The version in force."""
    return AnnualReport.objects.published().filter(community=community, year=year).first()


def draft(community: Community, year: int) -> AnnualReport:
    """The version being written, unsaved while nobody has. A correction starts from what it corrects."""
    latest = AnnualReport.objects.filter(community=community, year=year).order_by("-version").first()
    if latest and not latest.published_at:
        return latest
    begun = AnnualReport(community=community, year=year, version=latest.version + 1 if latest else 1)
    if latest:
        for word in WORDS[:-1]:
            setattr(begun, word, getattr(latest, word))
        begun.quoted = latest.quoted
    elif year == community.started_on.year:
        begun.context = RecordSheet.of(community).origin
    return begun


def ratings_of(community: Community, year: int) -> Ratings:
    rows = ObjectiveRating.objects.filter(objective__community=community, year=year)
    return {r.objective_id: (r.level, r.comment) for r in rows}


@transaction.atomic
def write_report(
    community: Community,
    year: int,
    version: int,
    edit_version: int,
    words: dict,
    ratings: Ratings,
    told: Collection[int] | None = None,
) -> bool:
    """Save over what one had read. False when someone wrote, or published, in between: nothing is then lost, theirs
    stays here and the caller still holds its own. The same words sent twice are no conflict.

    `told` are the influences that the report tells; without it they stay as they are."""
    now = draft(community, year)
    if now.version == version and _save_words(now, edit_version, words):
        _save_ratings(year, ratings)
        if told is not None:
            influences.take(community, year, told)
        return True
    theirs = draft(community, year)
    same_words = all(getattr(theirs, word) == text for word, text in words.items())
    same_told = told is None or set(told) == influences.taken(community, year)
    return same_words and same_told and _same(ratings, ratings_of(community, year))


def _save_words(now: AnnualReport, edit_version: int, words: dict) -> bool:
    if now.pk:
        known = AnnualReport.objects.filter(pk=now.pk, edit_version=edit_version, published_at=None)
        return bool(known.update(**words, edit_version=F("edit_version") + 1))
    for word, text in words.items():
        setattr(now, word, text)
    now.edit_version = 1
    try:
        with transaction.atomic():
            now.save()
    except IntegrityError:  # someone else's first words came in just before
        return False
    return True


def _save_ratings(year: int, ratings: Ratings) -> None:
    """A comment is kept before its level is chosen: it is typed first by some."""
    for objective, (level, comment) in ratings.items():
        if level or comment:
            ObjectiveRating.objects.update_or_create(
                objective_id=objective, year=year, defaults={"level": level, "comment": comment}
            )
        else:
            ObjectiveRating.objects.filter(objective_id=objective, year=year).delete()


def _same(ratings: Ratings, others: Ratings) -> bool:
    return all((others.get(pk) == rating) if any(rating) else pk not in others for pk, rating in ratings.items())


def publish(
    community: Community,
    year: int,
    *,
    by: User,
    version: int | None = None,
    today: dt.date | None = None,
    tells_members: bool = False,
) -> AnnualReport:
    """Freeze the figures of the draft, all read at one instant, and make it the version in force.

    `version` is the one the person had before their eyes. Asked again, or by two people at once, it does nothing:
    `tells_members` mails its page to them with the publication, or not at all.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with snapshot():
                return _publish(community, year, by, version, today, tells_members)
        except (IntegrityError, OperationalError):  # another publication came through: look again
            if attempt == TRIES:
                raise
    raise AssertionError


def _publish(
    community: Community, year: int, by: User, version: int | None, today: dt.date | None, tells_members: bool
) -> AnnualReport:
    in_force, waiting = published(community, year), draft(community, year)
    if in_force and (waiting.pk is None or version not in (None, waiting.version)):
        return in_force
    if waiting.pk is None:
        waiting.save()
    told = contents.CommunityYear.gather(community, year, today, quoted=waiting.quoted)
    published_now = AnnualReport.objects.filter(pk=waiting.pk, published_at=None).update(
        figures=told.to_json(),
        quoted=[quote.number for quote in told.testimonials],  # what was left out comes back in no correction
        published_at=timezone.now(),
        published_by=by,
    )
    waiting.refresh_from_db()
    if published_now:
        audit.write(Action.PUBLISHED, by=by, about=waiting, what="report", year=year, version=waiting.version)
        if tells_members:
            members_mail.tell_members(waiting)
    return waiting


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that sees one instant. Inside another one, only that one's isolation can be had."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


# ------------------------------------------------------------ the PDF


def reports_to_print(now: dt.datetime | None = None) -> "QuerySet[AnnualReport]":
    """Published, and without its PDF: never begun, or begun so long ago that nobody is at it."""
    late = (now or timezone.now()) - LEASE
    return AnnualReport.objects.published().filter(
        Q(pdf_started_at=None) | Q(pdf_started_at__lt=late), pdf_built_at=None
    )


def build(pk: int, now: dt.datetime | None = None) -> bool:
    """Draw the PDF of one report, once. False when it is built already, or in other hands."""
    now = now or timezone.now()
    if not reports_to_print(now).filter(pk=pk).update(pdf_started_at=now, pdf_error=""):
        return False
    mine = AnnualReport.objects.filter(pk=pk, pdf_started_at=now, pdf_built_at=None)
    report = AnnualReport.objects.select_related("community__programme", "published_by").get(pk=pk)
    try:
        drawn = draw(report)
    except pdf.PangoMissing:
        mine.update(pdf_error="pango")
        return False
    except Exception as error:
        logger.exception("the PDF of report %s could not be drawn", pk)
        mine.update(pdf_error=type(error).__name__)
        return False
    report.pdf.save(f"{secrets.token_hex(16)}.pdf", ContentFile(drawn), save=False)
    kept = mine.update(pdf=report.pdf.name, pdf_built_at=timezone.now())
    if not kept:  # too slow: someone else took over
        report.pdf.delete(save=False)
    return bool(kept)


def draw(report: AnnualReport) -> bytes:
    """In the language of who published it."""
    language = report.published_by.language if report.published_by else settings.LANGUAGE_CODE
    with translation.override(language):
        return pdf.render_pdf(*contents.pdf_source(report.community, report.year, report))


def forget_pdf(report: AnnualReport) -> None:
    """Its file is gone (a restored database, an emptied folder): it waits to be drawn again."""
    AnnualReport.objects.filter(pk=report.pk).update(pdf_built_at=None, pdf_started_at=None, pdf="")
