"""Every mail, written with its reason and sent later; and who asked for fewer of them.

What is promised: each mail is accepted by the relay at least once, or visibly not sent with a reason. It is never
lost; it is doubled only when the relay accepted it and the process died before writing that down, and then both
copies carry the same Message-ID.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User, normalised
from accounts.models.erased import Erased

LEASE = dt.timedelta(seconds=settings.OUTBOX_LEASE)
MAX_WAIT = dt.timedelta(hours=1)
Row = TypeVar("Row", bound=models.Model)


class Category(models.TextChoices):
    """What a person may unsubscribe from, one by one. SERVICE (sign-in codes, cancellations) always leaves."""

    SERVICE = "service", _("Service messages")
    INVITATIONS = "invitations", _("Invitations and changes of date")
    REMINDERS = "reminders", _("Reminders before a meeting")
    FOLLOW_UPS = "follow-ups", _("Follow-ups after a meeting")
    SURVEYS = "surveys", _("Evaluations")
    MONDAY = "monday", _("Monday’s mail to the team")

    @classmethod
    def for_everyone(cls) -> list[tuple[str, str]]:
        """What anybody may stop and take up again: neither what always leaves, nor what one has to ask for."""
        return [(c.value, str(c.label)) for c in cls if c != cls.SERVICE and c not in ASKED_FOR]


ASKED_FOR = (Category.MONDAY,)  # nobody receives these who has not asked (`User.gets_monday_mail`)


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        return self.filter(sent_at=None, failed_at=None, dropped_at=None)

    def due(self, now: dt.datetime | None = None) -> "MessageQuerySet":
        return self.waiting().filter(send_after__lte=now or timezone.now())

    def about(self, thing: models.Model) -> "MessageQuerySet":
        """Those that speak of this row."""
        return self.about_any(type(thing), [thing.pk])

    def about_any(self, model: type[models.Model], pks: Iterable[int] | models.QuerySet) -> "MessageQuerySet":
        return self.filter(about_kind=model._meta.label_lower, about_id__in=pks)

    def of_type(self, *mail_types: Any) -> "MessageQuerySet":
        """See `outbox.domain.mail_types`."""
        return self.filter(kind__in=[mail_type.slug for mail_type in mail_types])

    @transaction.atomic
    def claim(self, count: int) -> list["Message"]:
        """Take up to `count` due mails for one process: the lease pushes `send_after` ahead, so that a dead
        process costs a wait and nothing else; the token tells a late writer that the mail is no longer its own."""
        now, token = timezone.now(), uuid.uuid4()
        ids = list(
            self.due(now)
            .select_for_update(skip_locked=True)
            .order_by("priority", "send_after")
            .values_list("pk", flat=True)[:count]
        )
        self.filter(pk__in=ids).update(claim_token=token, send_after=now + LEASE, attempts=models.F("attempts") + 1)
        return list(self.filter(pk__in=ids, claim_token=token).select_related("recipient").order_by("priority", "pk"))

    def listed(self) -> "MessageQuerySet":
        """Without their words; annotate `has_words`, whether these are still kept (see `outbox.domain.purge`)."""
        return self.defer("text", "html", "calendar").annotate(has_words=~Q(text=""))

    def search(self, words: str) -> "MessageQuerySet":
        """Those whose address, name or subject holds the words."""
        if not words:
            return self
        name = Q(recipient__sort_key__contains=normalised(words))
        return self.filter(name | Q(to__icontains=words) | Q(subject__icontains=words))

    def final_check(self, message: "Message") -> str:
        """The last question before sending: « wanted », « unsubscribed », or « taken » when another process took it
        over or its reason dropped it meanwhile. One round trip."""
        lists = ["", message.sender_list]
        refusals = Unsubscription.objects.filter(
            user=OuterRef("recipient"), category=OuterRef("category"), sender_list__in=lists
        )
        refused = self.held(message).order_by().values_list(Exists(refusals), flat=True).first()
        if refused is None:
            return "taken"
        return "unsubscribed" if refused and message.category != Category.SERVICE else "wanted"

    def held(self, message: "Message") -> "MessageQuerySet":
        """That one row, while it is still this process's to send. By its key alone: asked with `waiting`, PostgreSQL,
        which remembers few mails waiting, reads all that wait each time, and a batch of thousands crawls."""
        over = Coalesce("sent_at", "failed_at", "dropped_at")
        return self.alias(over=over).filter(pk=message.pk, claim_token=message.claim_token, over=None)

    def try_again(self) -> int:
        """Those the relay refused, and whose words are kept, leave once more, to the address the person has now; how
        many."""
        address = User.objects.filter(pk=OuterRef("recipient")).values("email")
        refused = self.exclude(failed_at=None).exclude(recipient__email=None).exclude(text="")
        return refused.update(
            to=Subquery(address), failed_at=None, outcome="", attempts=0, claim_token=None, send_after=timezone.now()
        )

    def give_back(self, messages: list["Message"], *, wait: dt.timedelta = dt.timedelta(), outcome: str = "") -> None:
        """Claimed and not tried: due again after `wait`, as if never claimed."""
        mine = self.waiting().filter(pk__in=[m.pk for m in messages], claim_token=messages[0].claim_token)
        told = {"outcome": outcome[:250]} if outcome else {}
        mine.update(send_after=timezone.now() + wait, attempts=models.F("attempts") - 1, claim_token=None, **told)


class Message(models.Model):
    """One mail to one person, rendered when its reason happened."""

    class Priority(models.IntegerChoices):
        CODE = 0
        CANCELLATION = 1
        INVITATION = 2
        REMINDER = 3
        SURVEY = 4

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="messages"
    )
    to = models.EmailField()
    key = models.CharField(max_length=120, unique=True, help_text="what makes it the same mail, asked for twice")
    kind = models.CharField(max_length=60, help_text="the slug of its `MailType`")
    category = models.CharField(max_length=20, choices=Category.choices, default=Category.SERVICE)
    about_kind = models.CharField(max_length=60, blank=True, help_text="the row it speaks of, as app.model")
    about_id = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="what was true when it was written")
    sender_list = models.CharField(max_length=60, blank=True, help_text="e.g. community:3; what one unsubscribes from")
    subject = models.CharField(max_length=250)
    text = models.TextField()  # empty once it is no longer kept, as are html and calendar
    html = models.TextField()
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.INVITATION)
    queued_at = models.DateTimeField(default=timezone.now)
    send_after = models.DateTimeField(default=timezone.now)
    not_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=250, blank=True, help_text="the relay's last answer, or why it was dropped")

    erased = Erased(
        kept={"recipient": ["to", "subject", "text", "html", "calendar", "outcome"]},
        swept=["to", "subject", "text", "html", "calendar", "outcome"],
        plain=["key", "kind", "about_kind", "facts", "sender_list", "calendar_method", "message_id"],
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                fields=["priority", "send_after"],
                name="outbox_waiting",
                condition=Q(sent_at=None, failed_at=None, dropped_at=None),
            ),
            models.Index(fields=["about_kind", "about_id"], name="outbox_about"),
        ]

    def __str__(self) -> str:
        return f"{self.subject or self.kind} → {self.to or self.recipient_id}"

    def row_in(self, rows: models.QuerySet[Row]) -> Row | None:
        """What it is about, if it is among these rows."""
        return rows.filter(pk=self.about_id).first() if self.about_kind == rows.model._meta.label_lower else None

    @property
    def state(self) -> str:
        """sent · failed · dropped · retrying · waiting."""
        for name in ("sent", "failed", "dropped"):
            if getattr(self, f"{name}_at"):
                return name
        return "retrying" if self.outcome else "waiting"

    @property
    def why(self) -> str:
        """Why it was not sent, or not yet: our own reasons are translated, a relay's answer is shown as it came."""
        return gettext(self.outcome) if self.outcome else ""

    def accepted(self) -> bool:
        """The relay took it. False when another process has taken the mail over meanwhile."""
        return self._write(sent_at=timezone.now(), outcome="")

    def refused(self, answer: str) -> bool:
        """For good: the facilitator is shown why."""
        return self._write(failed_at=timezone.now(), outcome=answer[:250])

    def dropped(self, why: str) -> bool:
        """No longer useful or no longer wanted."""
        return self._write(dropped_at=timezone.now(), outcome=str(why)[:250])

    def postponed(self, answer: str, *, counts: bool = True) -> bool:
        """Try again later: 30 s × 2ⁿ with full jitter, at most an hour."""
        wait = min(dt.timedelta(seconds=30 * 2 ** min(self.attempts, 10)), MAX_WAIT)
        fields: dict[str, Any] = {"send_after": timezone.now() + wait * random.random(), "outcome": answer[:250]}
        if not counts:
            fields["attempts"] = max(self.attempts - 1, 0)
        return self._write(**fields)

    def _write(self, **fields: Any) -> bool:
        for name, value in fields.items():
            setattr(self, name, value)
        return bool(Message.objects.held(self).update(**fields))


class UnsubscriptionQuerySet(models.QuerySet):
    def of(self, user: Any, sender_list: str) -> "Wishes":
        return Wishes(user, sender_list)


class Unsubscription(models.Model):
    """A person wants no more of a category from a list (a community), or from all when `sender_list` is empty."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsubscriptions")
    sender_list = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=20, choices=Category.choices)
    since = models.DateTimeField(default=timezone.now)

    erased = Erased(deleted_with=["user"], plain=["sender_list"])

    objects = UnsubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "sender_list", "category"], name="one_unsubscription_each")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.category} {self.sender_list}"


@dataclass
class Wishes:
    """What one person no longer wants from one list, or from all of them when `sender_list` is empty."""

    user: Any
    sender_list: str

    def unwanted(self) -> set[str]:
        """Stopped here or for all lists."""
        kept = Unsubscription.objects.filter(user=self.user, sender_list__in={"", self.sender_list})
        not_asked_for = set() if self.user.gets_monday_mail else set(ASKED_FOR)
        return set(kept.values_list("category", flat=True)) | not_asked_for

    def stop(self, category: str) -> None:
        if category in ASKED_FOR:
            self._ask_for_monday(False)
        elif category != Category.SERVICE:
            Unsubscription.objects.get_or_create(user=self.user, sender_list=self.sender_list, category=category)

    def resume(self, category: str) -> None:
        """Wherever it was stopped: a person who presses « send again » must receive again."""
        if category in ASKED_FOR:
            self._ask_for_monday(True)
        Unsubscription.objects.filter(
            user=self.user, sender_list__in={"", self.sender_list}, category=category
        ).delete()

    @transaction.atomic
    def want_only(self, wanted: Iterable[str]) -> None:
        """Of one list, whatever is asked for once for all of them stays as it is."""
        for category in Category.values:
            if category in ASKED_FOR and self.sender_list:
                continue
            if category in wanted:
                self.resume(category)
            else:
                self.stop(category)

    def _ask_for_monday(self, wanted: bool) -> None:
        self.user.gets_monday_mail = wanted
        self.user.save(update_fields=["gets_monday_mail"])
