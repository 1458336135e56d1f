"""A member hands a link to someone: nothing is written about that person before they read, consent and answer."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cmtl.signed_tokens import SignedToken
from communities.domain.members import directory
from communities.domain.recruitment import recruiting, recruitment_emails
from communities.models import Community, Membership, Organisation, Policies, Referral
from outbox.domain.post import absolute

MOST_OPEN = 5  # links that wait at the same time, of one member
_link = SignedToken("referral")


def may_refer(membership: Membership) -> bool:
    """Active members, where whoever is eligible may come."""
    return membership.status == Membership.Status.ACTIVE and not membership.community.is_selective


@transaction.atomic
def make(membership: Membership) -> Referral:
    Membership.objects.select_for_update().get(pk=membership.pk)
    if membership.community.is_archived or not may_refer(membership):
        raise ValidationError(_("Only active members make such links, where admission is open."))
    if membership.referrals_made.open().count() >= MOST_OPEN:
        raise ValidationError(_("%(n)s links already wait for an answer: withdraw one first.") % {"n": MOST_OPEN})
    return Referral.objects.create(by=membership)


def withdraw_referral(membership: Membership, pk: int) -> None:
    membership.referrals_made.open().filter(pk=pk).update(withdrawn_at=timezone.now())


def referral_address(referral: Referral) -> str:
    return absolute(reverse("communities:referral", args=[referral_token(referral)]))


def referral_token(referral: Referral) -> str:
    return _link.make(referral.pk)


def referral_of_link(token: str) -> Referral | None:
    """The link that this opens, used or not; None when it was altered."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    return Referral.objects.select_related("by__user", "by__community__programme").filter(pk=numbers[0]).first()


def is_open(referral: Referral) -> bool:
    return referral.state == "open" and not referral.by.community.is_archived and may_refer(referral.by)


@transaction.atomic
def answer_link(
    referral: Referral, *, first_name: str, last_name: str, email: str, language: str, organisation: str
) -> None:
    """The person asks to join. Whatever the address is already known for stays as it is, and is not told: it is not
    proven yet. The mail that follows, from those who facilitate or at once, is what proves it."""
    locked = Referral.objects.select_for_update(of=["self"]).select_related("by__community").get(pk=referral.pk)
    if not is_open(locked):
        raise ValidationError(_("This link was already used, or has expired."))
    community = locked.by.community
    person, _known = directory.person_for(email, first_name, last_name, language)
    membership, _is_new = Membership.objects.get_or_create(
        community=community,
        user=person,
        defaults={
            "status": Membership.Status.ELIGIBLE,
            "source": Membership.Source.REFERRAL,
            "organisation": Organisation.named(organisation),
        },
    )
    locked.used_at, locked.membership = timezone.now(), membership
    locked.save(update_fields=["used_at", "membership"])
    if membership.status in (Membership.Status.ELIGIBLE, Membership.Status.ALUMNI):
        _welcome(community, membership, locked)


def _welcome(community: Community, membership: Membership, referral: Referral) -> None:
    if Policies.of(community).admits_referred and membership.status == Membership.Status.ELIGIBLE:
        recruiting.invite(community, [membership], "", by=None)
    else:
        recruitment_emails.asks_to_join(membership, referral)
