"""What mails are made with: absolute addresses, subjects of one line, links to unsubscribe."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from cmtl.signed_tokens import SignedJson
from outbox.models import Category

CSP_OF_A_MAIL = {  # mails carry their styles with them, as mail programs want
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
}

_unsubscribe = SignedJson("unsubscribe")


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
