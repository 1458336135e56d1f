"""Writing mails and sending them.

`queue` writes; it sends nothing. `delivery.deliver_due` sends; it runs in a worker, or from `manage.py deliver_mail`
when there is none. Just before each send the reason is asked again (`outdated`): upper apps register a check per
kind, so that a mail for a cancelled meeting, or to a person who left or unsubscribed, never leaves.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from accounts.models import User
from outbox import pokes
from outbox.models import Category, Message, Unsubscription

Check = Callable[[Message], str | None]
_checks: dict[str, Check] = {}


def before_sending(kind: str, check: Check) -> None:
    """Register `check` for mails made from the template `kind`: it returns why not to send, or None."""
    _checks[kind] = check


def still_wanted(message: Message) -> str | None:
    """Why this mail should no longer leave, or None."""
    if message.category != Category.SERVICE and has_unsubscribed(message):
        return "unsubscribed"
    return outdated(message)


def outdated(message: Message) -> str | None:
    """Why its reason no longer holds, or None. Asked just before it is handed to the relay."""
    if message.not_after and message.not_after < timezone.now():
        return "too late to be useful"
    check = _checks.get(message.kind)
    return check(message) if check else None


def has_unsubscribed(message: Message) -> bool:
    if message.recipient_id is None:
        return False
    lists = ["", message.sender_list]
    return Unsubscription.objects.filter(
        user_id=message.recipient_id, category=message.category, sender_list__in=lists
    ).exists()


def one_line(text: str) -> str:
    """A subject holds no control character, whatever a title was made to contain."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()[:250]


def absolute(path: str) -> str:
    """Links in mails start with SITE_URL, never with what a request claims its host is."""
    return settings.SITE_URL + path


def unsubscribe_token(user: User, sender_list: str, category: str) -> str:
    return signing.dumps([user.pk, sender_list, category], salt="unsubscribe", compress=True)


@dataclass
class Claim:
    """What an unsubscribe link says: who, from which list, of what. It never expires."""

    user_id: int
    sender_list: str
    category: str


def read_unsubscribe_token(token: str) -> Claim | None:
    try:
        claim = Claim(*signing.loads(token, salt="unsubscribe"))
    except (signing.BadSignature, TypeError):
        return None
    return claim if claim.category in Category.values else None


def unsubscribe_address(token: str) -> str:
    return absolute(reverse("outbox:unsubscribe", args=[token]))


def queue(
    user: User | None,
    template: str,
    context: dict[str, Any],
    *,
    key: str,
    to: str = "",
    language: str = "",
    category: Category = Category.SERVICE,
    reason: str = "",
    sender_list: str = "",
    priority: int = Message.Priority.INVITATION,
    send_after: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    calendar: str = "",
    calendar_method: str = "",
) -> Message | None:
    """Write one mail to one person, in the transaction of its reason and in the person's language and time zone.

    The template holds the partials `subject`, `text` and `html`. `key` is completed with the person: asked twice,
    the mail is written once (None is returned). A person without an address gets nothing; `to` is another address
    than the person's, or that of someone we do not know (no `user`).
    """
    to = to or (user.email if user else None) or ""
    if not to:
        return None
    unsubscribe = ""
    if user and category != Category.SERVICE:
        unsubscribe = unsubscribe_address(unsubscribe_token(user, sender_list, category))
    known = {
        "user": user,
        "unsubscribe_url": unsubscribe,
        "site_url": settings.SITE_URL,
        "privacy_officer": settings.PRIVACY_OFFICER,
    }
    language = language or (user.language if user else settings.LANGUAGE_CODE)
    zone = user.time_zone if user else settings.TIME_ZONE
    with translation.override(language), timezone.override(zone):
        subject, text, html = (
            loader.get_template(f"{template}#{part}").render({**context, **known})
            for part in ("subject", "text", "html")
        )
    return queue_raw(
        user,
        to,
        subject=subject,
        text=text,
        html=html,
        key=f"{key}:{user.pk}" if user else key,
        kind=template,
        category=category,
        reason=reason,
        sender_list=sender_list,
        priority=priority,
        send_after=send_after or timezone.now(),
        not_after=not_after,
        calendar=calendar,
        calendar_method=calendar_method,
    )


def queue_raw(
    user: User | None, to: str, *, subject: str, text: str, html: str, key: str, **fields: Any
) -> Message | None:
    """Write a mail already rendered; None when its key is already there."""
    message_id = f"<{uuid.uuid4()}@{settings.SITE_HOST}>"
    fields |= {
        "recipient": user,
        "to": to,
        "subject": one_line(subject),
        "text": text.strip() or strip_tags(html),
        "html": html.strip(),
        "message_id": message_id,
    }
    message, is_new = Message.objects.get_or_create(key=key, defaults=fields)
    if not is_new:
        return None
    pokes.poke_on_commit()
    return message
