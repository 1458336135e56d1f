"""What evaluations hold of a person who is erased: reports that name them are reissued, archives are destroyed.

The figures of a report do not change; the name in them, and in the words of the report, does. The version in force is
followed by another that says so, and earlier versions lose the name where they stand. Every file that named the person
is destroyed; PDFs are drawn again. Comments and figures of evaluations hold no name that the product put there: what
people wrote in them is searched as other texts are, once it is shown.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.domain.erasing import Erasure
from accounts.models import ERASED_NAME
from communities.domain.privacy import follow_on
from communities.domain.testimonials import testimonials
from communities.models import Community
from evaluations.domain import manager_opinions
from evaluations.domain.reports import quoting
from evaluations.domain.reports.publishing import WORDS
from evaluations.domain.surveys.questionnaires import IMPROVEMENT, TOPIC_WISH
from evaluations.models import (
    AnnualReport,
    CommunityArchive,
    ConversationRequest,
    FollowUpReading,
    IndividualFollowUp,
    OfferedTime,
    Pool,
    Response,
    SelfAssessment,
)

AS_PUBLISHED = (*WORDS, "figures")
NOT_DRAWN = {"pdf": "", "pdf_built_at": None, "pdf_started_at": None, "pdf_error": ""}  # nor by who is at it now


def sweep(erasure: Erasure) -> None:
    say_otherwise(erasure)
    say_otherwise_in_follow_ups(erasure)
    manager_opinions.sweep(erasure)
    testimonials.say_otherwise(erasure)  # before the reports that quote them
    reissue(erasure)
    destroy_archives(erasure)


def say_otherwise(erasure: Erasure) -> None:
    """In answers that nobody may read, or not yet, nobody decides of a sentence: the name alone is replaced."""
    texts = Response.objects.filter(code__in=[TOPIC_WISH, IMPROVEMENT])
    for pk, value in texts.values_list("pk", "value").iterator():
        if erasure.naming.within(value):
            erasure.update(texts.filter(pk=pk), value=erasure.naming.replaced_within(value, ERASED_NAME))
    for pool in Pool.objects.filter(is_told=False):
        if erasure.naming.within(pool.answers):
            answers = erasure.naming.replaced_within(pool.answers, ERASED_NAME)
            erasure.update(Pool.objects.filter(pk=pool.pk), answers=answers)
    private = ("answers", "to_strengthen")  # what another person wrote for themselves alone
    for assessment in SelfAssessment.objects.exclude(author=erasure.person):
        if erasure.naming.within([getattr(assessment, name) for name in private]):
            told = {n: erasure.naming.replaced_within(getattr(assessment, n), ERASED_NAME) for n in private}
            erasure.update(SelfAssessment.objects.filter(pk=assessment.pk), **told)


def say_otherwise_in_follow_ups(erasure: Erasure) -> None:
    """Notes about somebody else: only their author may read them, so that the name alone is replaced."""
    swept = ((IndividualFollowUp, ["notes", "next_step"]), (FollowUpReading, ["because"]))
    for model, names in (*swept, (ConversationRequest, ["words"]), (OfferedTime, ["where"])):
        for row in model.objects.only(*names).iterator():
            words = {name: getattr(row, name) for name in names if erasure.naming.within(getattr(row, name))}
            replaced = {name: erasure.naming.replaced_within(said, ERASED_NAME) for name, said in words.items()}
            if replaced:
                erasure.update(model.objects.filter(pk=row.pk), **replaced)


def reissue(erasure: Erasure) -> None:
    """Every published version that names the person, the one in force of each year first."""
    in_force: set[tuple[int, int]] = set()
    for report in AnnualReport.objects.published().order_by("community", "year", "-version"):
        is_in_force = (report.community_id, report.year) not in in_force
        in_force.add((report.community_id, report.year))
        values = _without(report, erasure)
        if all(getattr(report, name) == value for name, value in values.items()):
            continue
        if is_in_force:
            _next_version(report, values)
        erasure.destroy(report.pdf)
        erasure.update(AnnualReport.objects.filter(pk=report.pk), **values, **NOT_DRAWN)


def _without(report: AnnualReport, erasure: Erasure) -> dict[str, Any]:
    """Its words as somebody decided, then without the name."""
    decided = {name: follow_on.as_decided(report, name, erasure.person) for name in AS_PUBLISHED}
    decided["figures"] = quoting.without_those_of(decided["figures"], erasure.person)
    return {name: erasure.naming.replaced_within(value, ERASED_NAME) for name, value in decided.items()}


def _next_version(report: AnnualReport, values: dict[str, Any]) -> None:
    """In force from now on, with the same figures."""
    by = report.published_by
    with override(by.language if by else None):
        why = gettext("The name of a person was removed at their request. The figures are the same.")
    quoting.next_version(report, values | {"correction": why})


def destroy_archives(erasure: Erasure) -> None:
    """Of each community where the person was listed or had a role: one asked for again says nothing of them. One that
    is being made is begun again."""
    places = Community.objects.filter(memberships__user=erasure.person) | Community.objects.filter(
        role_assignments__user=erasure.person
    )
    theirs = CommunityArchive.objects.filter(community__in=places.distinct().values("pk"), destroyed_at=None)
    theirs = theirs | CommunityArchive.objects.filter(
        community__programme__role_assignments__user=erasure.person, destroyed_at=None
    )
    for archive in theirs.distinct():
        erasure.destroy(archive.file)
        if archive.built_at:
            erasure.update(CommunityArchive.objects.filter(pk=archive.pk), destroyed_at=timezone.now(), file="")
        else:
            erasure.update(CommunityArchive.objects.filter(pk=archive.pk), started_at=None)
