"""Ballots as they lie while their survey is open: all of one size, sealed to their survey's public key (HPKE, RFC
9180), and receipts that only the survey's secret can make. The keys themselves are kept by
`evaluations.domain.surveys.keyring`.

The seat, inside, lets the closing keep one ballot a person, of confirmed people only
(`evaluations.domain.surveys.eligible`); it goes no further than the closing.
"""

import hmac
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from evaluations.domain.surveys.questionnaires import AT_MOST, LENGTHS, LONGEST_TEXT

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
PREFIX = 4  # bytes, of the length of what follows
LONGEST_SEAT = 2**63 - 1
WIDEST = "\U0001f9e1"  # four bytes; a character takes no more, escapes included
# Invisible, and six bytes each as JSON writes them.
LEFT_OUT = {code: None for code in range(32) if chr(code) not in "\n\r\t"}


@dataclass(frozen=True)
class Ballot:
    seat: int | None  # the membership, by its own link; None in surveys opened before ballots had one
    in_session: bool
    answers: dict[str, Any]
    room_seat: int | None = None  # of a name typed in the room

    def as_bytes(self) -> bytes:
        answers = {code: _visible(given) for code, given in self.answers.items()}
        return json.dumps(
            [self.seat, self.in_session, answers, self.room_seat], ensure_ascii=False, separators=(",", ":")
        ).encode()

    @classmethod
    def from_bytes(cls, written: bytes) -> "Ballot":
        return cls(*json.loads(written))


def _visible(given: Any) -> Any:
    return given.translate(LEFT_OUT) if isinstance(given, str) else given


def seal(ballot: Ballot, size: int, public_key: bytes, name: str) -> bytes:
    """Padded to `size`, so that its length tells nothing; for the survey of this `name` and no other."""
    written = ballot.as_bytes()
    padded = len(written).to_bytes(PREFIX) + written.ljust(size, b"\0")
    if len(padded) > PREFIX + size:
        raise ValueError("a ballot longer than its questionnaire allows")
    key = X25519PublicKey.from_public_bytes(public_key)
    return SUITE.encrypt(padded, key, _bound_to(name))


def unseal(sealed: bytes, private_key: X25519PrivateKey, name: str) -> Ballot | None:
    """None for what was not sealed for this survey."""
    try:
        padded = SUITE.decrypt(sealed, private_key, _bound_to(name))
    except (InvalidTag, ValueError):
        return None
    length = int.from_bytes(padded[:PREFIX])
    return Ballot.from_bytes(padded[PREFIX : PREFIX + length])


def _bound_to(name: str) -> bytes:
    return f"cmtl ballot {name}".encode()


@lru_cache(maxsize=32)
def size_of(questions: tuple[Any, ...]) -> int:
    """The bytes of the longest ballot that these questions allow, as they are kept or as they are asked."""
    longest = {question.code: _longest_to(question) for question in questions}
    return len(Ballot(LONGEST_SEAT, False, longest, LONGEST_SEAT).as_bytes())


def _longest_to(question: Any) -> Any:
    if not question.options:
        return WIDEST * LENGTHS.get(question.code, LONGEST_TEXT)
    values = (option["value"] if isinstance(option, dict) else option[0] for option in question.options)
    return sorted(map(str, values), key=len)[-AT_MOST:]


def digest_of(seat: int | str, secret: bytes, name: str) -> str:
    """What stands for a person among a survey's receipts."""
    return hmac.digest(secret, f"cmtl receipt {name} {seat}".encode(), "sha256").hex()
