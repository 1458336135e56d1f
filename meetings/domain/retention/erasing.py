"""What meetings hold of a person who is erased, beside what points at them: files that say who was there."""

from accounts.domain.erasing import Erasure
from accounts.models import ERASED_NAME
from meetings.domain.portal import change_email
from meetings.models import AttendanceImport


def sweep(erasure: Erasure) -> None:
    change_email.forget_new_address(erasure.person)
    known = erasure.naming
    mine = set(erasure.person.memberships.values_list("pk", flat=True))
    for kept in AttendanceImport.objects.order_by("pk").iterator():
        lines = [] if mine & _written_by(kept) else [line for line in kept.lines if not known.within(line)]
        name = known.replaced(kept.file_name, ERASED_NAME)
        if (lines, name) != (kept.lines, kept.file_name):
            erasure.update(AttendanceImport.objects.filter(pk=kept.pk), lines=lines, file_name=name)


def _written_by(kept: AttendanceImport) -> set[int]:
    """The members it marked, under whatever name the file gave them: undoing needs their numbers only."""
    return {int(pk) for pk in (*kept.before.get("rows", ()), *kept.before.get("added", ()))}
