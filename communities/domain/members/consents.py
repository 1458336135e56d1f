"""Asking, giving and withdrawing consents. `granted(membership, Purpose.ALUMNI_CONTACT)` is the question."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import retention
from communities.models import Consent, Membership, ParentalConsent, Purpose

# The sentence each person agreed to, by purpose: add a line below the last when words change, never edit one.
WORDINGS: dict[str, list[str | Promise]] = {
    Purpose.DIRECTORY_EMAIL: [
        _("Members and those who facilitate see my e-mail address."),
        _("The other members see my e-mail address; those who facilitate or coordinate see it in any case."),
    ],
    Purpose.DIRECTORY_PHONE: [_("Members and those who facilitate see my phone number.")],
    Purpose.DIRECTORY_EXPERTISE: [_("Members and those who facilitate see what I know well.")],
    Purpose.DIRECTORY_HELP: [_("Members and those who facilitate see the help I offer.")],
    Purpose.ALUMNI_CONTACT: [
        _("After I leave, those who facilitate this community may write to me about it, for two years at most."),
        _(
            "Once I have left, or the community has closed, those who facilitate it may write to me about it, for two "
            "years at most from then, or from the day I agree to it."
        ),
    ],
    Purpose.ALUMNI_SURVEY: [
        _(
            "One year and three years after I leave, or after this community closes, I may be sent three questions to "
            "answer without my name. My name and address are kept until then for that, and I can stop it at any time."
        )
    ],
    Purpose.PHOTO: [_("I may appear in the photos taken at this community’s meetings, shown to its members only.")],
}
DIRECTORY = (
    Purpose.DIRECTORY_EMAIL,
    Purpose.DIRECTORY_PHONE,
    Purpose.DIRECTORY_EXPERTISE,
    Purpose.DIRECTORY_HELP,
)

Subject = Membership | User


def granted(subject: Subject, purpose: str) -> bool:
    return _of(subject).in_force().filter(purpose=purpose).exists()


def granted_among(memberships: Iterable[Membership]) -> dict[int, set[str]]:
    """Membership → the purposes in force, in one query for a whole list."""
    found: dict[int, set[str]] = defaultdict(set)
    among = Consent.objects.in_force().filter(membership__in=[m.pk for m in memberships])
    for membership, purpose in among.order_by().values_list("membership_id", "purpose"):
        found[membership].add(purpose)
    return found


def versions_given(membership: Membership) -> dict[str, int]:
    """Purpose in force → the version of the sentence that was agreed to."""
    return dict(_of(membership).in_force().order_by().values_list("purpose", "wording"))


def without(purpose: str, memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those who have not agreed, or no longer do: silence is no consent."""
    given = Consent.objects.in_force().filter(purpose=purpose, membership=OuterRef("pk"))
    return memberships.exclude(Exists(given))


@transaction.atomic
def set_given(subject: Subject, wanted: Iterable[str], among: Iterable[str] = tuple(Purpose)) -> None:
    """Give what is wanted and withdraw the rest of `among`; what stays as it was keeps its date."""
    wanted = set(wanted)
    for purpose in among:
        give(subject, purpose) if purpose in wanted else withdraw_consent(subject, purpose)


@transaction.atomic
def give(subject: Subject, purpose: str) -> Consent:
    """To the sentence of today. Given twice, it is one row."""
    consent, is_new = Consent.objects.get_or_create(
        **_named(subject), purpose=purpose, withdrawn_at=None, defaults={"wording": latest(purpose)}
    )
    if is_new:
        _say(Action.CONSENT_GIVEN, subject, purpose, wording=consent.wording)
    return consent


@transaction.atomic
def withdraw_consent(subject: Subject, purpose: str) -> None:
    if _of(subject).in_force().filter(purpose=purpose).update(withdrawn_at=timezone.now()):
        _say(Action.CONSENT_WITHDRAWN, subject, purpose)


def _say(action: Action, subject: Subject, purpose: str, **details: int) -> None:
    """A consent is the person's own act, by their link or signed in."""
    person = subject.user if isinstance(subject, Membership) else subject
    audit.write(action, by=person, about=subject, purpose=purpose, **details)


@retention.applies("consents")
def forget_old_consents(now: dt.datetime | None = None) -> int:
    """Of those who left so long ago that nobody can ask for the proof any more."""
    left = retention.period("consents").first_day(now)
    gone = Membership.objects.filter(status=Membership.Status.ALUMNI, left_on__lt=left)
    parents = ParentalConsent.objects.filter(membership__in=gone)
    still_asked = Consent.objects.in_force().filter(purpose=Purpose.ALUMNI_SURVEY)  # ends with `asked_later`
    forgotten = Consent.objects.filter(membership__in=gone).exclude(pk__in=still_asked.values("pk"))
    return forgotten.delete()[0] + parents.delete()[0]


def latest(purpose: str) -> int:
    """The version of today's sentence."""
    return len(WORDINGS[Purpose(purpose)])


def wording_of(purpose: str, version: int = 0) -> str:
    """The sentence of that version, or today's."""
    return str(WORDINGS[Purpose(purpose)][version - 1])


def _of(subject: Subject):
    return Consent.objects.filter(**_named(subject))


def _named(subject: Subject) -> dict[str, Subject]:
    return {"membership" if isinstance(subject, Membership) else "user": subject}
