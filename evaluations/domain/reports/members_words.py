"""What whoever writes the report says to members, above what its figures tell: in the draft, and frozen with it."""

from django.db import IntegrityError, transaction

from cmtl.editing import Conflict, fingerprint
from evaluations.domain.reports import publishing
from evaluations.models import AnnualReport

FIELDS = ("to_members",)


def seen(draft: AnnualReport) -> str:
    """What a page shows of it. Its version too: what was typed for one that is published meanwhile begins no
    correction by itself."""
    return fingerprint([draft.version, draft.to_members])


@transaction.atomic
def write(draft: AnnualReport, changes: dict[str, str], *, shown: str) -> None:
    """Over what one had read: somebody who wrote, or published, in between is not written over. The version of the
    other words does not grow: whoever writes the report at that time loses nothing and is told nothing."""
    if draft.pk is None:
        if shown != seen(draft):
            raise Conflict(draft)
        if _says(draft, changes):
            return  # nothing to begin one for
        _begin(draft)
    mine = AnnualReport.objects.select_for_update().filter(pk=draft.pk, published_at=None).first()
    if mine and _says(mine, changes):
        return  # the same words sent twice
    if mine is None or shown != seen(mine):
        raise Conflict(publishing.draft(draft.community, draft.year))
    AnnualReport.objects.filter(pk=mine.pk).update(**changes)


def _says(draft: AnnualReport, changes: dict[str, str]) -> bool:
    return all(getattr(draft, name) == text for name, text in changes.items())


def _begin(draft: AnnualReport) -> None:
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as crossed:  # somebody else began it just before
        raise Conflict(publishing.draft(draft.community, draft.year)) from crossed
