"""People whom the privacy officer serves: found anywhere by name or address, and what is put right of them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.domain import audit
from accounts.models import Action, User, normalised
from cmtl import editing
from communities.models import Application


def everybody() -> QuerySet[User]:
    """Those who were erased are found no more."""
    return User.objects.filter(erased_at=None)


def found(text: str) -> QuerySet[User]:
    """Those in whose name or address each word stands."""
    people = everybody()
    for word in text.split():
        people = people.filter(Q(sort_key__contains=normalised(word)) | Q(email__icontains=word))
    return people


def applied(text: str) -> QuerySet[Application]:
    """Applications of people who are not members, by the same words: they have no record of their own. Compared here,
    without accents, as names of people are; few are kept, and none for long."""
    wanted = [normalised(word) for word in text.split()]
    waiting = Application.objects.filter(membership=None)
    names = waiting.values_list("pk", "first_name", "last_name", "email")
    kept = [pk for pk, *said in names if all(word in normalised(" ".join(said)) for word in wanted)]
    return waiting.filter(pk__in=kept).select_related("call__community").order_by("last_name", "first_name", "pk")


def may_change_address(person: User) -> bool:
    """Only for somebody who never signed in and holds no role: whoever changes an address could sign in under it."""
    reads_others = person.is_staff or person.is_privacy_officer or person.role_assignments.exists()
    return not (person.last_login or reads_others)


@transaction.atomic
def correct(person: User, changes: dict, *, shown: str, by: User) -> None:
    """Name and address, over what one had read; never one's own. What is saved as it stands leaves no line."""
    theirs = User.objects.select_for_update().get(pk=person.pk)
    if theirs.pk == by.pk or ("email" in changes and not may_change_address(theirs)):
        raise PermissionDenied
    if editing.seen(theirs, changes) != shown:
        raise editing.Conflict(theirs)
    changed = sorted(audit.what_changes(theirs, changes))
    if not changed:
        return
    for name in changed:
        setattr(theirs, name, changes[name])
    theirs.save()
    audit.write(Action.PERSON_CORRECTED, by=by, about=theirs, fields=changed)
