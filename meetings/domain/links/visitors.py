"""Who is in their own space: by a link mailed to the address one is known by, or signed in.

It shows more than the page of one meeting, so its link is worth less time: it opens for a day, and dies at once when
the person closes it, signs out everywhere, or changes address. Whoever is signed in needs no link: `OWN` stands where
the token would be.
"""

import datetime as dt
import uuid
import zoneinfo
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from cmtl import public_pages
from cmtl.signed_tokens import SignedToken
from communities.models import Membership
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Message

OWN = "compte"
LIFETIME = dt.timedelta(hours=24)
LINK = MailType("space-link", "meetings/emails/space_link.html", priority=Message.Priority.CODE)
ASKED_AGAIN_AFTER = 5 * 60  # seconds between two mails to one person
TRIES, TRIES_PER = 20, 600  # addresses typed from one place, in seconds
FILES, FILES_PER = 10, 3600  # letters and exports of one person, in seconds (reliability.md, T-40)
space_link = SignedToken("own-space", LIFETIME, part=str)


@dataclass(frozen=True)
class Visitor:
    """Who is in their own space, by a link or signed in."""

    user: User
    token: str

    @property
    def home(self) -> str:
        return reverse("meetings:space", args=[self.token])

    @property
    def is_by_link(self) -> bool:
        return self.token != OWN

    @property
    def renewed(self) -> str:
        """The same door once the address has changed, which closes all links made before."""
        return self.token if not self.is_by_link or visitor_of_link(self.token) else visitor_token(self.user)


def visitor_token(user: User) -> str:
    return space_link.make(user.pk, _fingerprint(user))


def visitor_of_link(token: str) -> User | None:
    """Whose link this is; None when it was altered, closed, or is more than a day old."""
    signed = space_link.verify(token)
    if signed is None:
        return None
    pk, fingerprint = signed
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and constant_time_compare(fingerprint, _fingerprint(user)) else None


def _fingerprint(user: User) -> str:
    """Changes with the address, when links are closed, and with the (unusable) password that signing out everywhere
    replaces."""
    signs = " ".join(map(str, (user.password, user.email, *user.link_stamp)))
    return salted_hmac("own-space", signs, algorithm="sha256").hexdigest()[:24]


def visitor(request: HttpRequest, token: str) -> Visitor | None:
    if token == OWN:
        return Visitor(request.user, OWN) if request.user.is_authenticated else None  # type: ignore[arg-type]
    user = visitor_of_link(token)
    return Visitor(user, token) if user else None


def send_link(user: User, to_go: Membership | None = None) -> Message | None:
    """To the address the person is known by; asked again within minutes, nothing more is sent. `to_go` opens it where
    one pauses or leaves that community."""
    where = f":{to_go.pk}" if to_go else ""
    if not user.email or not cache.add(f"space-link:{user.pk}{where}", 1, ASKED_AGAIN_AFTER):
        return None
    token = visitor_token(user)
    address = absolute(where_one_goes(token, to_go) if to_go else reverse("meetings:space", args=[token]))
    return LINK.queue(
        user,
        {"address": address},
        key=f"space-link:{uuid.uuid4()}",
        not_after=timezone.now() + LIFETIME,
    )


def where_one_goes(token: str, membership: Membership) -> str:
    """Where one pauses or leaves: the page of that community, at its two buttons."""
    return reverse("meetings:space_choices", args=[token, membership.pk]) + "#go"


def send_link_to(typed: str) -> None:
    """Whoever asks is told the same, known or not."""
    user = User.objects.by_email(typed)
    if user and user.is_active:
        send_link(user)


def in_language_of(request: HttpRequest, who: Visitor | None) -> AbstractContextManager[None]:
    """The language chosen on this device, else the person's own; times on the person's own clock."""
    own, zone = (who.user.language, zoneinfo.ZoneInfo(who.user.time_zone)) if who else ("", None)
    return public_pages.in_language_of(request, own, zone)
