"""Members under 14: nobody of that age is kept without the written consent of a parent or guardian."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain import audit
from accounts.models import Action, User
from communities.models import Membership, ParentalConsent

# Said to the child, or to whoever fills a public form in.
NOT_YET = _(
    "Under 14, a parent or guardian must first agree in writing. Nothing is kept for now: show them the words of the "
    "consent, in the page « Privacy ». Once they have signed, those who facilitate will add you."
)
# Said to whoever lists somebody.
MISSING = _(
    "Under 14, nobody is listed before a parent or guardian has signed. Have the consent signed, then come back."
)


def parental_consent_of(membership: Membership) -> ParentalConsent | None:
    return ParentalConsent.objects.filter(membership=membership).select_related("entered_by").first()


@transaction.atomic
def record_parental_consent(membership: Membership, said: dict[str, Any], *, by: User | None = None) -> ParentalConsent:
    """The first time, or put right. Written again as it stands, it keeps who entered it."""
    before = parental_consent_of(membership)
    if before and all(getattr(before, name) == said[name] for name in ParentalConsent.FIELDS):
        return before
    values = {name: said[name] for name in ParentalConsent.FIELDS} | {"entered_by": by}
    consent, _is_new = ParentalConsent.objects.update_or_create(membership=membership, defaults=values)
    audit.write(Action.PARENT_CONSENTED, by=by, about=membership, signed_on=said["signed_on"])
    return consent


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """It was written by mistake: the person is 14 or older."""
    if ParentalConsent.objects.filter(membership=membership).delete()[0]:
        audit.write(Action.PARENT_FORGOTTEN, by=by, about=membership)
