"""Writing mails and sending them.

`queue` writes; it sends nothing. `delivery.deliver_due` sends; it runs in a worker, or from `manage.py deliver_mail`
when there is none. Just before each send the reason is asked again (`outdated`): upper apps register a check per
kind, so that a mail for a cancelled meeting, or to a person who left, never leaves.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext_noop

from accounts.models import User
from cmtl import keeper
from cmtl.signed_tokens import SignedJson
from outbox.domain import notify_worker
from outbox.models import Category, Message

AT_ONCE = 1000  # mails written in one question
_unsubscribe = SignedJson("unsubscribe")

Check = Callable[[Message], str | None]
_checks: dict[str, Check] = {}


def before_sending(kind: str, check: Check) -> None:
    """Register `check` for mails made from the template `kind`: it returns why not to send, or None."""
    _checks[kind] = check


def outdated(message: Message) -> str | None:
    """Why its reason no longer holds, or None. Asked just before it is handed to the relay."""
    if message.not_after and message.not_after < timezone.now():
        return gettext_noop("too late to be useful")
    check = _checks.get(message.kind)
    return check(message) if check else None


def one_line(text: str) -> str:
    """A subject holds no control character, whatever a title was made to contain."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()[:250]


def absolute(path: str) -> str:
    """Links in mails start with SITE_URL, never with what a request claims its host is."""
    return settings.SITE_URL + path


def unsubscribe_token(user: User, sender_list: str, category: str) -> str:
    return _unsubscribe.make([user.pk, sender_list, category])


@dataclass
class Claim:
    """What an unsubscribe link says: who, from which list, of what. It never expires."""

    user_id: int
    sender_list: str
    category: str


def read_unsubscribe_token(token: str) -> Claim | None:
    signed = _unsubscribe.verify(token)
    claim = Claim(*signed) if signed else None
    return claim if claim and claim.category in Category.values else None


def unsubscribe_address(token: str) -> str:
    return absolute(reverse("outbox:unsubscribe", args=[token]))


def queue(user: User | None, template: str, context: dict[str, Any], *, key: str, **options: Any) -> Message | None:
    """Compose one mail (see `compose`) and write it, in the transaction of its reason. Asked twice, it is written
    once, and None is returned."""
    message = compose(user, template, context, key=key, **options)
    return _write(message) if message else None


def queue_all(messages: Iterable[Message | None]) -> int:
    """Write many at once, in as many questions to the database as one; how many were not there already."""
    found = {message.key: message for message in messages if message}
    known = set(Message.objects.filter(key__in=found).values_list("key", flat=True)) if found else set()
    new = [message for key, message in found.items() if key not in known]
    if new:
        Message.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
        notify_worker.poke_on_commit()
    return len(new)


def compose(
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
    """One mail to one person, in their language and time zone, not written yet.

    The template holds the partials `subject`, `text` and `html`. `key`, completed with the person, is what makes it
    the same mail asked for twice. A person without an address gets none (None is returned); `to` is another address
    than the person's, or that of someone we do not know (no `user`).
    """
    to = to or (user.email if user else None) or ""
    if not to:
        return None
    unsubscribe = ""
    if user and category != Category.SERVICE:
        unsubscribe = unsubscribe_address(unsubscribe_token(user, sender_list, category))
    language = language or (user.language if user else settings.LANGUAGE_CODE)
    zone = user.time_zone if user else settings.TIME_ZONE
    return _message(
        user,
        to,
        **rendered(template, {**context, "user": user, "unsubscribe_url": unsubscribe}, language, zone),
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


def rendered(template: str, context: dict[str, Any], language: str, zone: str = "") -> dict[str, str]:
    """The subject, text and html of a mail in that language: as it leaves, and as a page shows it before."""
    context = {**context, "site_url": settings.SITE_URL, **keeper.told()}
    parts = ("subject", "text", "html")
    with translation.override(language), timezone.override(zone or timezone.get_current_timezone()):
        return {part: loader.get_template(f"{template}#{part}").render(context).strip() for part in parts}


def queue_raw(
    user: User | None, to: str, *, subject: str, text: str, html: str, key: str, **fields: Any
) -> Message | None:
    """Write a mail already rendered; None when its key is already there."""
    return _write(_message(user, to, subject=subject, text=text, html=html, key=key, **fields))


def _message(user: User | None, to: str, *, subject: str, text: str, html: str, **fields: Any) -> Message:
    return Message(
        recipient=user,
        to=to,
        subject=one_line(subject),
        text=text.strip() or strip_tags(html),
        html=html.strip(),
        message_id=f"<{uuid.uuid4()}@{settings.SITE_HOST}>",
        **fields,
    )


def _write(message: Message) -> Message | None:
    fields = {field.attname: getattr(message, field.attname) for field in Message._meta.concrete_fields}
    del fields["id"], fields["key"]
    kept, is_new = Message.objects.get_or_create(key=message.key, defaults=fields)
    if not is_new:
        return None
    notify_worker.poke_on_commit()
    return kept
