"""Requests to destroy what is known of a person: asked, withdrawn, and told to those who answer within 30 days."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Action, User
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
        audit.write(Action.DESTRUCTION_ASKED, by=user, about=request)
        for person in answering(user):
            queue(person, ASKED, {"request": request, "person": user}, key=f"destruction:{request.pk}")
    return request


def answering(user: User) -> list[User]:
    """Those who coordinate the programmes of the person's communities; never the person."""
    programmes = user.memberships.filter(community__programme__isnull=False).values("community__programme")
    held = Grant.objects.in_force().filter(role=Role.COORDINATOR, programme__in=programmes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk=user.pk))


@transaction.atomic
def withdraw(user: User) -> None:
    """While nobody has confirmed the destruction."""
    waiting = user.destruction_requests.filter(cancelled_at=None, confirmed_at=None, handled_at=None)
    if waiting.update(cancelled_at=timezone.now()):
        audit.write(Action.DESTRUCTION_WITHDRAWN, by=user, about=user)
