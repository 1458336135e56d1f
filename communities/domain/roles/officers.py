"""The privacy officer, whom the law has every organisation name (Law 25, s. 3.1): named by an administrator, never
by themselves, and told by mail."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.members.directory import person_for
from communities.domain.roles.acting import OFFICER
from outbox.domain.mail_types import MailType

NAMED = MailType("officer-named", "communities/emails/officer_named.html")


def officers() -> QuerySet[User]:
    return User.objects.filter(is_privacy_officer=True, is_active=True)


@transaction.atomic
def name(*, email: str, first_name: str, last_name: str, by: User) -> tuple[User, bool]:
    """The person of that address, made if unknown; says whether they were not the officer already."""
    _refuse_others(by)
    person, _known = person_for(email, first_name, last_name, by.language)
    if person.pk == by.pk:
        raise ValidationError(_("Nobody gives a role to themselves: ask another administrator."))
    if not User.objects.filter(pk=person.pk, is_privacy_officer=False).update(is_privacy_officer=True):
        return person, False
    line = audit.write(Action.ROLE_GIVEN, by=by, about=person, role=OFFICER)
    NAMED.queue(person, {"by": by}, key=f"officer:{line.pk}")
    return person, True


@transaction.atomic
def withdraw_officer(person: User, *, by: User) -> None:
    """Withdrawn twice, nothing more happens."""
    _refuse_others(by)
    if User.objects.filter(pk=person.pk, is_privacy_officer=True).update(is_privacy_officer=False):
        audit.write(Action.ROLE_ENDED, by=by, about=person, role=OFFICER)


def _refuse_others(by: User) -> None:
    if not by.has_perm("communities.name_officer"):
        raise PermissionDenied
