"""Mails of recruitment: become a member, somebody asks to join, an application is received, decided."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from communities.models import Application, Community, JoinInvitation, Membership, Referral
from outbox.domain.post import absolute, one_line, queue, rendered
from outbox.models import Category, Message

JOIN = "communities/emails/join.html"
ASKS = "communities/emails/asks_to_join.html"
RECEIVED = "communities/emails/application_received.html"
DECIDED = "communities/emails/application_decided.html"


@dataclass(frozen=True)
class Preview:
    """A mail as one of its readers gets it."""

    language: str
    label: str
    subject: str
    text: str


def preview(template: str, context: dict[str, Any], language: str) -> Preview:
    mail = rendered(template, context, language)
    label = str(dict(settings.LANGUAGES).get(language, language))
    return Preview(language, label, one_line(mail["subject"]), mail["text"])


def in_both(template: str, context: dict[str, Any]) -> list[Preview]:
    return [preview(template, context, language) for language, _label in settings.LANGUAGES]


def join_context(
    community: Community, words: str, by: Any, address: str = "…", *, asks_to_sign: bool = False
) -> dict[str, Any]:
    return {"community": community, "words": words, "by": by, "address": address, "asks_to_sign": asks_to_sign}


def join(invitation: JoinInvitation, address: str) -> Message | None:
    community = invitation.membership.community
    return queue(
        invitation.membership.user,
        JOIN,
        join_context(community, invitation.words, invitation.by, address, asks_to_sign=invitation.asks_to_sign),
        key=f"join:{invitation.pk}",
        category=Category.INVITATIONS,
        reason=f"join:{invitation.pk}",
        sender_list=community.sender_list,
        not_after=invitation.ends_at,
    )


def asks_to_join(membership: Membership, referral: Referral) -> None:
    """To those who facilitate: without the person's address, which is read on the page only."""
    community = referral.by.community
    context = {
        "community": community,
        "person": membership.user,
        "by": referral.by.user,
        "address": absolute(reverse("communities:invite_members", args=[community.pk])),
    }
    for facilitator in community.facilitators():
        queue(facilitator, ASKS, context, key=f"asks-to-join:{referral.pk}", reason=f"community:{community.pk}")


def received(application: Application) -> Message | None:
    context = {"application": application, "call": application.call, "community": application.call.community}
    return queue(
        None,
        RECEIVED,
        context,
        to=application.email,
        language=application.language,
        key=f"application:{application.pk}:received",
        reason=f"call:{application.call_id}",
    )


def decision_context(application: Application, decision: str, address: str = "…") -> dict[str, Any]:
    call = application.call
    return {
        "application": application,
        "call": call,
        "community": call.community,
        "decision": decision,
        "words": getattr(call, f"words_{decision}"),
        "address": address,
    }


def decided(application: Application, address: str) -> Message | None:
    return queue(
        None,
        DECIDED,
        decision_context(application, application.decision, address),
        to=application.email,
        language=application.language,
        key=f"application:{application.pk}:{application.decision}",
        reason=f"call:{application.call_id}",
    )
