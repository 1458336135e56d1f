"""Handing mails to the relay: one connection for many, each answer written down at once.

What an answer means decides what follows. A refusal of one address ends that mail; a « later » postpones it; a relay
that is down, or refuses us rather than the recipient, stops the run and costs no mail an attempt.
"""

import contextlib
import datetime as dt
import logging
import random
import smtplib
import time
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from typing import Any

from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError
from django.db import connection as database
from django.utils import timezone
from django.utils.translation import gettext_noop

from outbox.domain import post
from outbox.domain.mail_types import cancel_reason
from outbox.models import LEASE, Category, Message

logger = logging.getLogger(__name__)

CHUNK = 50
RUN = 45.0  # seconds: shorter than a task may last
PAUSE = 60  # seconds without a try after the relay was down
GIVE_UP_AFTER = 100  # attempts: about two days of back-off
SAFE_PART_OF_LEASE = LEASE / 2  # one mail's time-outs fit in the other half
BLAMES_US = {454, 530, 534, 535, 538}  # authentication and encryption: no fault of the recipient's
TRIES_OF_A_POLICY = 5  # refusals « 5.7.x » of one mail before they are believed
TROUBLES_IN_A_ROW = 5  # as many mails in trouble one after the other are the relay's doing

PERHAPS_SENT = gettext_noop("perhaps already sent: ask for a new code")
_PAUSED = "outbox:relay-down"


class Meaning(Enum):
    LATER = "later"
    NEVER = "never"
    POLICY = "policy"  # 5.7.x: one mail judged suspect, or all of them
    BROKEN = "broken"  # the connection died: perhaps after the relay accepted
    DOWN = "down"


class RelayDown(Exception):
    """Nothing can leave now."""


def deliver_due(*, seconds: float = RUN) -> Counter:
    """Send what is due until nothing is, or until the time is up; the count of each outcome."""
    tally: Counter = Counter()
    if is_paused():
        return tally
    until = time.monotonic() + seconds
    relay = Relay()
    try:
        with quick_commits():
            while time.monotonic() < until and (batch := Message.objects.claim(CHUNK)):
                _send_batch(batch, relay, tally)
    except RelayDown as down:
        pause(str(down))
        tally["down"] += 1
    finally:
        relay.close()
    return tally


def _send_batch(batch: list[Message], relay: "Relay", tally: Counter) -> None:
    """One by one, while the lease is safely ours; what is left goes back untouched."""
    claimed_at = timezone.now()
    for place, message in enumerate(batch):
        if timezone.now() - claimed_at > SAFE_PART_OF_LEASE:
            Message.objects.give_back(batch[place:])
            return
        try:
            tally[_send_one(message, relay)] += 1
        except RelayDown as down:
            Message.objects.give_back(batch[place:], wait=dt.timedelta(seconds=PAUSE), outcome=str(down))
            raise


def _send_one(message: Message, relay: "Relay") -> str:
    """One mail, from the last questions to the written answer."""
    final = Message.objects.final_check(message)
    if final == "taken":
        return "taken"
    try:
        if why := gettext_noop("unsubscribed") if final == "unsubscribed" else _why_not(message):
            message.dropped(why)
            return "dropped"
        letter = as_email(message, relay.connection)
    except DatabaseError:
        raise
    except Exception as error:  # a fault of ours, perhaps mended tomorrow: neither lose the mail nor stop the others
        logger.exception("Mail %s could not be prepared", message.pk)
        message.postponed(f"not prepared: {type(error).__name__}")
        return "postponed"
    return relay.hand_over(letter, message)


def _why_not(message: Message) -> str | None:
    if message.priority == Message.Priority.CODE and message.attempts > 1:
        return PERHAPS_SENT
    if message.attempts > GIVE_UP_AFTER:
        return gettext_noop("given up after two days of trying")
    return cancel_reason(message)


class Relay:
    """The connection to the relay, opened when first needed and kept; and what its answers say of its health."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.is_open = False
        self.troubles = 0

    def hand_over(self, letter: EmailMultiAlternatives, message: Message) -> str:
        self._open()
        try:
            self.connection.send_messages([letter])
        except Exception as error:
            return self._make_sense_of(error, message)
        self.troubles = 0
        return "sent" if message.accepted() else "overtaken"

    def close(self) -> None:
        self.is_open = False
        try:
            self.connection.close()
        except Exception:  # a connection already dead
            self.connection = get_connection()

    def _open(self) -> None:
        if self.is_open:
            return
        try:
            self.connection.open()
        except Exception as error:
            self.close()
            raise RelayDown(_words(error)) from error
        self.is_open = True

    def _make_sense_of(self, error: Exception, message: Message) -> str:
        meaning, words = meaning_of(error), _words(error)
        if meaning == Meaning.NEVER or (meaning == Meaning.POLICY and message.attempts >= TRIES_OF_A_POLICY):
            message.refused(words)
            return "refused"
        if meaning in (Meaning.BROKEN, Meaning.DOWN):
            self.close()
        if meaning == Meaning.DOWN:
            raise RelayDown(words) from error
        self.troubles += meaning != Meaning.LATER
        if message.priority == Message.Priority.CODE and meaning == Meaning.BROKEN:
            message.dropped(PERHAPS_SENT)
        else:
            message.postponed(words)
        if self.troubles >= TROUBLES_IN_A_ROW:
            raise RelayDown(words) from error
        return "postponed"


def meaning_of(error: Exception) -> Meaning:
    """What the relay's answer says, and of whom."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _of_code(code, text)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Meaning.LATER if 400 <= error.smtp_code < 500 and error.smtp_code not in BLAMES_US else Meaning.DOWN
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Meaning.DOWN
    if isinstance(error, smtplib.SMTPResponseException):
        return _of_code(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError):  # time-outs, resets, and smtplib's own « disconnected »
        return Meaning.NEVER if isinstance(error, smtplib.SMTPNotSupportedError) else Meaning.BROKEN
    return Meaning.NEVER  # it can never be a mail: a header with a line break, an address that is none


def _of_code(code: int, text: bytes | str) -> Meaning:
    if code in BLAMES_US:
        return Meaning.DOWN
    if code == 421:  # « closing the channel »
        return Meaning.BROKEN
    if 400 <= code < 500:
        return Meaning.LATER
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return Meaning.POLICY if words.startswith("5.7.") else Meaning.NEVER


def _words(error: Exception) -> str:
    """« 550 5.1.1 no such user », whichever way smtplib packs it."""
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return f"{type(error).__name__}: {error}".rstrip(": ")
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"


def as_email(message: Message, connection: Any = None) -> EmailMultiAlternatives:
    """The mail as it leaves: the same Message-ID however often it is tried."""
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.category != Category.SERVICE and message.recipient:
        token = post.unsubscribe_token(message.recipient, message.sender_list, message.category)
        headers["List-Unsubscribe"] = f"<{post.unsubscribe_address(token)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMultiAlternatives(
        message.subject, message.text, to=[message.to], headers=headers, connection=connection
    )
    if message.html:
        letter.attach_alternative(message.html, "text/html")
    if message.calendar:  # a third way of reading the mail, for calendars; and a file, for those that read neither
        letter.attach_alternative(message.calendar, f"text/calendar; method={message.calendar_method or 'REQUEST'}")
        letter.attach("invite.ics", message.calendar.encode(), "application/ics")
    return letter


def is_paused() -> bool:
    try:
        return bool(cache.get(_PAUSED))
    except Exception:  # no cache: the back-off of each mail is pause enough
        return False


def pause(why: str) -> None:
    logger.error("The mail relay is down, trying again in %s s: %s", PAUSE, why)
    try:
        cache.set(_PAUSED, True, timeout=PAUSE - random.random() * 5)
    except Exception:
        logger.warning("…and the cache that should say so does not answer")


@contextlib.contextmanager
def quick_commits() -> Iterator[None]:
    """Do not wait for the disk at each acceptance: a crash of the database server itself may then repeat the mails
    accepted in its last instant, with the same Message-ID; it still loses none."""
    if database.vendor != "postgresql":
        yield
        return
    with database.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError), database.cursor() as cursor:
            cursor.execute("SET synchronous_commit = DEFAULT")
