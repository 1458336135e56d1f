"""Accounts that nobody has used for two years: told thirty days before, then erased.

Whoever is expected somewhere is not inactive: members of a community that lives, and those who hold a role. Nor is
whoever has asked something that waits for an answer, or agreed to be asked later. An activity after the notice takes
it back.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, F, Max, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.domain import erasing
from accounts.models import User
from cmtl import retention
from communities.domain.members import asked_later
from communities.models import (
    Anonymisation,
    Community,
    Consent,
    DestructionRequest,
    InactivityNotice,
    Membership,
    Purpose,
    RoleAssignment,
)
from meetings.domain.retention import anonymising
from meetings.models import Attendance, JoinClick, Note, Reply, TopicSupport, WarmUpAnswer
from outbox.domain.mail_types import MailType
from outbox.models import Message

ACCOUNT_ENDS = MailType("account-ends", "meetings/emails/account_ends.html")
AT_ONCE = 200  # people of one run

# What a person does, and when: rows, the way to them, the moment.
ACTS: list[tuple[Any, str, str]] = [
    (Reply.objects, "membership__user", "answered_at"),
    (Attendance.objects.present(), "membership__user", "meeting__starts_at"),
    (JoinClick.objects, "membership__user", "at"),
    (WarmUpAnswer.objects, "membership__user", "answered_at"),
    (TopicSupport.objects, "membership__user", "at"),
    (Note.objects, "author", "written_at"),
    (Consent.objects, "membership__user", "given_at"),
    # Taking back that one may be asked later keeps nobody here longer.
    (Consent.objects.exclude(purpose=Purpose.ALUMNI_SURVEY), "membership__user", "withdrawn_at"),
    (Membership.objects, "user", "joined_on"),
    (Membership.objects, "user", "left_on"),
    (DestructionRequest.objects, "user", "asked_at"),
]


def people() -> Any:
    """Those who may be inactive, each with `last_active_at`."""
    living = Membership.objects.filter(status__in=(*Membership.CURRENT, Membership.Status.INVITED))
    expected = living.exclude(community__status=Community.Status.ARCHIVED).values("user")
    busy = [
        RoleAssignment.objects.in_force().values("user"),
        DestructionRequest.objects.waiting().exclude(user=None).values("user"),
        asked_later.waiting().values("user"),
    ]
    idle = User.objects.filter(erased_at=None, is_staff=False, is_superuser=False, is_privacy_officer=False)
    for some in (expected, *busy):
        idle = idle.exclude(pk__in=some)
    moments = [Coalesce(_last(*act), F("joined_at")) for act in ACTS]
    return idle.annotate(last_active_at=Greatest(F("joined_at"), Coalesce("last_login", "joined_at"), *moments))


def _last(rows: Any, path: str, moment: str) -> Subquery:
    mine = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Subquery(mine.annotate(last=Cast(Max(moment), DateTimeField())).values("last"))


@retention.applies("inactive_accounts")
def tend(now: dt.datetime | None = None) -> int:
    """Take back the notices of those who came back, erase those who did not, tell the next; how many were erased."""
    now = now or timezone.now()
    take_back()
    erased = erase_told(now)
    for person in to_tell(now)[:AT_ONCE]:
        warn_inactive(person, now)
    return erased


def take_back() -> None:
    still = people().filter(last_active_at__lt=F("inactivity_notice__told_at"))
    InactivityNotice.objects.exclude(user__in=still.values("pk")).delete()


def to_tell(now: dt.datetime) -> Any:
    """Thirty days before their time is over, or as soon as it is seen to be."""
    start = retention.period("inactive_accounts").start(now) + retention.NOTICE
    return people().filter(last_active_at__lt=start, inactivity_notice=None).order_by("pk")


@transaction.atomic
def warn_inactive(person: User, now: dt.datetime) -> None:
    """Whoever has no address is on the list all the same."""
    _notice, is_new = InactivityNotice.objects.get_or_create(user=person, defaults={"told_at": now})
    if is_new:
        ends_on = timezone.localdate(max(now, last_day_of(person)) + retention.NOTICE)
        ACCOUNT_ENDS.queue(person, {"person": person, "ends_on": ends_on}, key=f"account-ends:{now:%Y-%m-%d}")


def last_day_of(person: User) -> dt.datetime:
    """A notice earlier than thirty days before would be early."""
    return person.last_active_at + retention.length("inactive_accounts") - retention.NOTICE  # type: ignore[attr-defined]


def erase_told(now: dt.datetime) -> int:
    start = retention.period("inactive_accounts").start(now)
    told = people().filter(last_active_at__lt=start, inactivity_notice__told_at__lte=now - retention.NOTICE)
    gone = sum(erasing.erase(person) is not None for person in told.order_by("pk")[:AT_ONCE])
    if gone:
        anonymising.enter(Anonymisation.Kind.ACCOUNTS, gone)
    return gone


@ACCOUNT_ENDS.cancelled_if
def inactivity_cancel_reason(message: Message) -> str | None:
    if InactivityNotice.objects.filter(user=message.recipient_id).exists():
        return None
    return gettext_noop("no longer useful")
