"""Introductions: who could meet, asking both, and putting in touch those who both said yes."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cmtl.signed_tokens import SignedToken
from communities.models import Community, Introduction, Membership
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Category

LIFETIME = dt.timedelta(days=60)
SUGGESTED = 8
ASKED = MailType("introduction-asked", "communities/emails/introduction.html", category=Category.INVITATIONS)
MET = MailType("introduction-met", "communities/emails/introduced.html", category=Category.INVITATIONS)
_link = SignedToken("introduction", LIFETIME)


@dataclass(frozen=True)
class Suggestion:
    """Neighbours who were never introduced; a hint for a person to follow or not."""

    one: Membership
    other: Membership
    region: str


def suggestions(community: Community) -> list[Suggestion]:
    """Members of one region and of two organisations, at most once each; newest members first."""
    known = set(community.introductions.values_list("one", "other"))
    neighbours: dict[str, list[Membership]] = defaultdict(list)
    for membership in _reachable(community).exclude(region="").order_by("-joined_on", "pk"):
        neighbours[membership.region].append(membership)
    found: list[Suggestion] = []
    for region, members in neighbours.items():
        taken: set[int] = set()
        for one, other in combinations(members[:40], 2):
            met = {(one.pk, other.pk), (other.pk, one.pk)} & known
            alone = one.organisation_id is None or one.organisation_id != other.organisation_id
            if met or not alone or {one.pk, other.pk} & taken:
                continue
            taken |= {one.pk, other.pk}
            found.append(Suggestion(one, other, region))
    return found[:SUGGESTED]


def _reachable(community: Community):
    people = community.memberships.active().exclude(user__email=None)
    return people.select_related("user", "organisation")


def who_can_meet(community: Community):
    return _reachable(community).order_by("user__sort_key", "pk")


@transaction.atomic
def propose_introduction(
    community: Community, one: Membership, other: Membership, why: str, *, by: User
) -> Introduction:
    """Ask both, each by a mail of their own that names the other and the reason, and no address."""
    Community.objects.select_for_update().get(pk=community.pk)  # two presses are one introduction
    if one.pk == other.pk:
        raise ValidationError({"other": _("Choose two different people.")})
    pair = Q(one=one, other=other) | Q(one=other, other=one)
    if earlier := community.introductions.filter(pair).first():
        raise ValidationError(
            {"other": _("These two were already asked, on %(day)s.") % {"day": timezone.localdate(earlier.asked_at)}}
        )
    introduction = Introduction.objects.create(community=community, one=one, other=other, why=why, asked_by=by)
    for membership in (one, other):
        _write(ASKED, introduction, membership, "asked", address=introduction_address(introduction, membership))
    return introduction


@transaction.atomic
def answer_introduction(introduction: Introduction, membership: Membership, agrees: bool) -> Introduction:
    """One person's word; it may change until both said yes. The second yes writes to both."""
    asked = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if asked.met_at is None:
        side = "one_says" if membership.pk == asked.one_id else "other_says"
        setattr(asked, side, Introduction.Answer.YES if agrees else Introduction.Answer.NO)
        if asked.one_says == asked.other_says == Introduction.Answer.YES:
            asked.met_at = timezone.now()
            for person in (asked.one, asked.other):
                _write(MET, asked, person, "met", partner=asked.partner_of(person).user)
        asked.save()
    return asked


def _write(mail: MailType, introduction: Introduction, to: Membership, moment: str, **extra) -> None:
    community = introduction.community
    partner = introduction.partner_of(to)
    mail.queue(
        to.user,
        {"community": community, "name": partner.user.full_name, "represents": partner.represents,
         "why_meet": introduction.why, **extra},
        key=f"introduction:{introduction.pk}:{moment}:{to.user_id}",
        about=community,
        sender_list=community.sender_list,
    )  # fmt: skip


def introduction_token(introduction: Introduction, membership: Membership) -> str:
    return _link.make(introduction.pk, membership.pk, *membership.user.link_stamp)


def introduction_address(introduction: Introduction, membership: Membership) -> str:
    return absolute(reverse("communities:introduction", args=[introduction_token(introduction, membership)]))


def introduction_of_link(token: str) -> tuple[Introduction, Membership] | None:
    """Whose link this is; None when it was altered, has ended or was closed, or one of the two has left."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    pk, member, *stamp = numbers
    related = ("community", "one__user", "one__organisation", "other__user", "other__organisation")
    introduction = Introduction.objects.select_related(*related).filter(pk=pk).first()
    if introduction is None or introduction.community.is_archived:
        return None
    both = (introduction.one, introduction.other)
    membership = next((m for m in both if m.pk == member), None)
    here = all(m.status in Membership.CURRENT for m in both)
    return (introduction, membership) if membership and here and membership.user.opens(stamp) else None
