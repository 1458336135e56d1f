"""Mails of recruitment: become a member, somebody asks to join, an application is received, decided."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from communities.models import Application, Community, JoinInvitation, Membership, Referral
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute, one_line
from outbox.models import Category, Message

JOIN = MailType("join", "communities/emails/join.html", category=Category.INVITATIONS)
ASKS = MailType("asks-to-join", "communities/emails/asks_to_join.html")
RECEIVED = MailType("application-received", "communities/emails/application_received.html")
DECIDED = MailType("application-decided", "communities/emails/application_decided.html")


@dataclass(frozen=True)
class Preview:
    """A mail as one of its readers gets it."""

    language: str
    label: str
    subject: str
    text: str


def preview(mail: MailType, context: dict[str, Any], language: str) -> Preview:
    parts = mail.rendered(context, language)
    label = str(dict(settings.LANGUAGES).get(language, language))
    return Preview(language, label, one_line(parts["subject"]), parts["text"])


def in_both(mail: MailType, context: dict[str, Any]) -> list[Preview]:
    return [preview(mail, context, language) for language, _label in settings.LANGUAGES]


def join_context(
    community: Community, words: str, by: Any, address: str = "…", *, asks_to_sign: bool = False
) -> dict[str, Any]:
    return {"community": community, "words": words, "by": by, "address": address, "asks_to_sign": asks_to_sign}


def join(invitation: JoinInvitation, address: str) -> Message | None:
    community = invitation.membership.community
    return JOIN.queue(
        invitation.membership.user,
        join_context(community, invitation.words, invitation.by, address, asks_to_sign=invitation.asks_to_sign),
        key=f"join:{invitation.pk}",
        about=invitation,
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
        ASKS.queue(facilitator, context, key=f"asks-to-join:{referral.pk}", about=community)


def received(application: Application) -> Message | None:
    context = {"application": application, "call": application.call, "community": application.call.community}
    return RECEIVED.queue(
        None,
        context,
        to=application.email,
        language=application.language,
        key=f"application:{application.pk}:received",
        about=application,
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
    return DECIDED.queue(
        None,
        decision_context(application, application.decision, address),
        to=application.email,
        language=application.language,
        key=f"application:{application.pk}:{application.decision}",
        about=application,
        facts={"decision": application.decision},
    )
