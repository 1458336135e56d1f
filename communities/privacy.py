"""Requests to destroy what is known of a person: asked, withdrawn, and told to those who answer within 30 days."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cmtl import retention
from communities.models import DestructionRequest, Grant, Role
from outbox.post import queue

ASKED = "communities/emails/destruction_asked.html"


def waiting_for(user: User) -> DestructionRequest | None:
    return user.destruction_requests.filter(cancelled_at=None, confirmed_at=None).first()


@transaction.atomic
def ask(user: User, words: str = "") -> DestructionRequest:
    """Asked twice, it is one request, due from the first day."""
    request, is_new = DestructionRequest.objects.get_or_create(
        user=user, confirmed_at=None, cancelled_at=None, defaults={"words": words}
    )
    if is_new:
        for person in answering(user):
            queue(person, ASKED, {"request": request, "person": user}, key=f"destruction:{request.pk}")
    return request


def answering(user: User) -> list[User]:
    """Those who coordinate the programmes of the person's communities; never the person."""
    programmes = user.memberships.filter(community__programme__isnull=False).values("community__programme")
    held = Grant.objects.in_force().filter(role=Role.COORDINATOR, programme__in=programmes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk=user.pk))


def withdraw(user: User) -> None:
    """While nobody has confirmed the destruction."""
    waiting = user.destruction_requests.filter(cancelled_at=None, confirmed_at=None, handled_at=None)
    waiting.update(cancelled_at=timezone.now())


@retention.applies("requests_to_destroy")
def forget_answered(now: dt.datetime | None = None) -> int:
    """Those withdrawn go; those done are counted, and no longer say whose they were."""
    long_ago = retention.period("requests_to_destroy").start(now or timezone.now())
    done = DestructionRequest.objects.filter(confirmed_at__lt=long_ago).exclude(user=None, words="")
    gone = DestructionRequest.objects.filter(confirmed_at=None, cancelled_at__lt=long_ago)
    return done.update(user=None, words="") + gone.delete()[0]
