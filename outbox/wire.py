"""A mail as the bytes that leave, written out for the one shape our mails have.

Python's own generator takes two milliseconds for such a mail, more than the relay takes to accept it; this takes a
tenth of one. What it writes is read back by Python's parser in the tests.
"""

import base64
import binascii
import functools
import re
from email.utils import formatdate, parseaddr

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ENCODED_WORD = 42  # bytes of text in each, so that a line stays under 76


class Letter(EmailMultiAlternatives):
    """A mail that every Django backend sends, and the SMTP one without spending its time on writing it."""

    calendar = ""
    _wire: "Wire | None" = None

    @property
    def sender(self) -> str:
        """The envelope's, without a name."""
        return bare(self.from_email)

    @property
    def recipient(self) -> str:
        return bare(self.to[0])

    def message(self) -> "Wire":  # type: ignore[override]  # all that backends ask of a message is its bytes
        if self._wire is None:
            self._wire = self._written()
        return self._wire

    def _written(self) -> "Wire":
        headers = {
            "Subject": subject(str(self.subject)),
            "From": address(self.from_email),
            "To": address(self.to[0]),
            "Date": formatdate(),
        }
        headers |= {name: one_line(value) for name, value in self.extra_headers.items()}
        lines = [f"{name}: {value}" for name, value in headers.items()]
        boundary = "=_" + binascii.crc32(repr(sorted(headers.items())).encode()).to_bytes(4, "big").hex()
        return Wire("\r\n".join([*lines, "MIME-Version: 1.0", *self._body(boundary)]).encode("ascii"))

    def attach_calendar(self, content: str, method: str) -> None:
        """As a third way of reading the mail, which calendars understand, and as a file for those that do not."""
        self.calendar = content
        self.attach_alternative(content, f"text/calendar; method={method}")
        self.attach("invite.ics", content, "application/ics")

    def _body(self, boundary: str) -> list[str]:
        ways = [part("text/plain", str(self.body))]
        ways += [part(mimetype, str(content)) for content, mimetype in self.alternatives]
        if not self.calendar:
            return multipart("alternative", boundary + "-a", ways)
        inner = multipart("alternative", boundary + "-a", ways)
        return multipart("mixed", boundary + "-m", [inner, file("invite.ics", "application/ics", self.calendar)])


class Wire:
    """The finished bytes, in the clothes of Python's message."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\r\n") -> bytes:
        return self.content if linesep == "\r\n" else self.content.replace(b"\r\n", linesep.encode())

    def get_charset(self) -> None:
        return None


def multipart(kind: str, boundary: str, parts: list[list[str]]) -> list[str]:
    lines = [f'Content-Type: multipart/{kind}; boundary="{boundary}"', ""]
    for lines_of_part in parts:
        lines += [f"--{boundary}", *lines_of_part]
    return [*lines, f"--{boundary}--", ""]


def part(mimetype: str, text: str) -> list[str]:
    """Quoted-printable: readable as it stands, any line short enough, no character lost."""
    plain = text.replace("\r\n", "\n").encode(errors="replace")
    quoted = binascii.b2a_qp(plain, istext=True).decode("ascii").replace("\n", "\r\n")
    kind = f'Content-Type: {mimetype}; charset="utf-8"'
    return [kind, "Content-Transfer-Encoding: quoted-printable", "", quoted]


def file(name: str, mimetype: str, content: str) -> list[str]:
    encoded = base64.encodebytes(content.encode()).decode("ascii").replace("\n", "\r\n")
    return [
        f"Content-Type: {mimetype}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
        "",
        encoded,
    ]


def subject(text: str) -> str:
    """As it is when it can be, else in encoded words that break between characters."""
    text = one_line(text)
    if text.isascii() and len(text) < 66 and "=?" not in text:
        return text
    words, room = [b""], ENCODED_WORD - 6
    for character in text:
        encoded = character.encode(errors="replace")
        if len(words[-1]) + len(encoded) > room:
            words.append(b"")
            room = ENCODED_WORD
        words[-1] += encoded
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def one_line(value: str) -> str:
    if CONTROL.search(value):
        raise ValueError(f"a header holds a control character: {value!r}")
    return value


@functools.lru_cache(maxsize=512)
def address(value: str) -> str:
    """Plain ones as they are; names and accented domains as the standards ask. ValueError when it is no address."""
    if PLAIN_ADDRESS.fullmatch(value):
        return value
    written = sanitize_address(one_line(value), "utf-8")
    if not PLAIN_ADDRESS.fullmatch(parseaddr(written)[1]):
        raise ValueError(f"not an address: {value!r}")
    return written


@functools.lru_cache(maxsize=512)
def bare(value: str) -> str:
    return parseaddr(address(value))[1]
