"""What Redis is given to keep: neither its keys nor its values say anything to somebody who looks in.

A session's number opens it, a limit is counted by address, a value may be a sign-in code: `MONITOR`, `SLOWLOG` and the
file Redis writes would show them. What was written under another SECRET_KEY has other names, and is never read.
"""

import base64
import hashlib
import pickle
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings


def digest_of(key: str, prefix: str, version: int) -> str:
    """The name of a value: KEY_FUNCTION of the caches."""
    return hashlib.blake2b(f"{prefix}:{version}:{key}".encode(), key=_secret("names"), digest_size=18).hexdigest()


class SealedSerializer:
    """Encrypts each value; whole numbers stay as they are, for Redis to count with."""

    def dumps(self, value: Any) -> int | bytes:
        return value if type(value) is int else _box(_secret("values")).encrypt(pickle.dumps(value))

    def loads(self, data: bytes) -> Any:
        return int(data) if data.lstrip(b"-").isdigit() else pickle.loads(_box(_secret("values")).decrypt(data))


def _secret(use: str) -> bytes:
    return _derived(use, settings.SECRET_KEY)


@lru_cache(maxsize=8)
def _derived(use: str, secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), person=b"cmtl-cache", salt=use.encode(), digest_size=32).digest()


@lru_cache(maxsize=8)
def _box(secret: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secret))
