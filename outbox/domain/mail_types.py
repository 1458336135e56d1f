"""The types of mails: each is declared once, beside the function that fills it in.

`queue` writes a mail; it sends nothing. `delivery.deliver_due` sends; it runs in a worker, or from `manage.py
deliver_mail` when there is none. Just before each send `cancel_reason` asks the check of its type, so that a mail for
a cancelled meeting, or to a person who left, never leaves.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.template import loader
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext_noop

from accounts.models import User
from cmtl import keeper
from outbox.domain import notify_worker
from outbox.domain.post import one_line, unsubscribe_address, unsubscribe_token
from outbox.models import Category, Message

WAIT = dt.timedelta(seconds=settings.OUTBOX_WAIT)
BODIES = ("text", "html")
AT_ONCE = 1000  # mails written in one question

Check = Callable[[Message], str | None]
Parts = dict[str, str]  # subject, text and html
registry: dict[str, "MailType"] = {}
_checks: dict[str, Check] = {}
_holding: list[Callable[[Model], bool]] = []


def hold_when(is_held: Callable[[Model], bool]) -> None:
    """Register what is asked before a mail is written, by the apps above: whether all about this row waits."""
    _holding.append(is_held)


@dataclass(frozen=True)
class MailType:
    slug: str  # written in `Message.kind`: only a migration changes it
    template: str  # holds the partials `subject`, `text` and `html`
    category: Category = Category.SERVICE
    priority: Message.Priority = Message.Priority.INVITATION

    def __post_init__(self) -> None:
        if self.slug in registry:
            raise ImproperlyConfigured(f"Two types of mails are called {self.slug}")
        registry[self.slug] = self

    def cancelled_if(self, check: Check) -> Check:
        """A decorator: `check` returns why a mail of this type must not leave any more, or None."""
        _checks[self.slug] = check
        return check

    def queue(self, user: User | None, context: dict[str, Any], *, key: str, **options: Any) -> Message | None:
        """Compose one mail (see `compose`) and write it, in the transaction of its reason. Asked twice, it is written
        once, and None is returned."""
        message = self.compose(user, context, key=key, **options)
        return _write(message) if message else None

    def compose(
        self,
        user: User | None,
        context: dict[str, Any],
        *,
        key: str,
        to: str = "",
        language: str = "",
        sender_list: str = "",
        about: Model | None = None,
        **fields: Any,
    ) -> Message | None:
        """One mail to one person, in their language and time zone, not written yet.

        `key`, completed with the person, is what makes it the same mail asked for twice. A person without an address
        gets none (None is returned), nor does anybody about what is not open yet; `to` is another address than the
        person's, or that of someone we do not know (no `user`). `about` is the row that it speaks of, `facts` what its
        check compares with what is true by then; the other fields are columns of `Message`.
        """
        to = to or (user.email if user else None) or ""
        if not to or (about and any(is_held(about) for is_held in _holding)):
            return None
        unsubscribe = ""
        if user and self.category != Category.SERVICE:
            unsubscribe = unsubscribe_address(unsubscribe_token(user, sender_list, self.category))
        language = language or (user.language if user else settings.LANGUAGE_CODE)
        zone = user.time_zone if user else settings.TIME_ZONE
        parts = self.rendered({**context, "user": user, "unsubscribe_url": unsubscribe}, language, zone)
        key = f"{key}:{user.pk}" if user else key
        return self._message(user, parts, to=to, key=key, sender_list=sender_list, about=about, **fields)

    def rendered(self, context: dict[str, Any], language: str, zone: str = "") -> Parts:
        """A mail in that language: as it leaves, and as a page shows it before."""
        context = {**context, "site_url": settings.SITE_URL, **keeper.told()}
        with translation.override(language), timezone.override(zone or timezone.get_current_timezone()):
            subject = self._part("subject", context)
            return {"subject": subject, **{part: self._part(part, {**context, "subject": subject}) for part in BODIES}}

    def _part(self, part: str, context: dict[str, Any]) -> str:
        return loader.get_template(f"{self.template}#{part}").render(context).strip()

    def queue_rendered(self, user: User | None, parts: Parts, *, to: str, key: str) -> Message | None:
        """Write a mail already rendered; None when its key is already there."""
        return _write(self._message(user, parts, to=to, key=key))

    def _message(
        self,
        user: User | None,
        parts: Parts,
        *,
        about: Model | None = None,
        facts: dict[str, Any] | None = None,
        **fields: Any,
    ) -> Message:
        waits = dt.timedelta() if self.priority == Message.Priority.CODE else WAIT
        return Message(
            send_after=fields.pop("send_after", timezone.now() + waits),
            kind=self.slug,
            category=self.category,
            priority=self.priority,
            about_kind=about._meta.label_lower if about else "",
            about_id=about.pk if about else None,
            facts=facts or {},
            recipient=user,
            subject=one_line(parts["subject"]),
            text=parts["text"].strip() or strip_tags(parts["html"]),
            html=parts["html"].strip(),
            message_id=f"<{uuid.uuid4()}@{settings.SITE_HOST}>",
            **fields,
        )


def cancel_reason(message: Message) -> str | None:
    """Why it must not leave any more, or None. Asked just before it is handed to the relay."""
    if message.not_after and message.not_after < timezone.now():
        return gettext_noop("too late to be useful")
    check = _checks.get(message.kind)
    return check(message) if check else None


def queue_all(messages: Iterable[Message | None]) -> int:
    """Write many at once, in as many questions to the database as one; how many were not there already."""
    found = {message.key: message for message in messages if message}
    known = set(Message.objects.filter(key__in=found).values_list("key", flat=True)) if found else set()
    new = [message for key, message in found.items() if key not in known]
    if new:
        Message.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
        notify_worker.notify_on_commit()
    return len(new)


def _write(message: Message) -> Message | None:
    fields = {field.attname: getattr(message, field.attname) for field in Message._meta.concrete_fields}
    del fields["id"], fields["key"]
    kept, is_new = Message.objects.get_or_create(key=message.key, defaults=fields)
    if not is_new:
        return None
    notify_worker.notify_on_commit()
    return kept
