"""The door of a meeting: its short address, and the QR code that says it."""

from functools import lru_cache
from urllib.parse import urlsplit

import segno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cmtl import papers
from meetings.models import Meeting
from outbox.domain.post import absolute


def address_of(meeting: Meeting) -> str:
    return absolute(reverse("meetings:room", args=[meeting.code]))


def short_address() -> str:
    """Where one types the code, as one would say it aloud: without scheme or last slash."""
    parts = urlsplit(absolute(reverse("meetings:enter_code")))
    return f"{parts.netloc}{parts.path}".rstrip("/")


def qr_of(meeting: Meeting) -> SafeString:
    return _qr(address_of(meeting))


def qr_image(meeting: Meeting) -> str:
    """The same as an address that carries the picture, for a document on paper."""
    return papers.qr_image(address_of(meeting))


@lru_cache(maxsize=256)
def _qr(address: str) -> SafeString:
    """An SVG to put in the page, without any style of its own."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, svgclass=None, lineclass=None, dark="#1c2530", border=2))
