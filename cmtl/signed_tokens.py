"""Values signed into a link: nobody can make one, or change one, but us."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core import signing


class SignedToken:
    """Each use has its own salt, so that a link of one opens nothing of another. `max_age`: how long a link opens;
    without it, for as long as what it speaks of says. `part` reads one value back."""

    def __init__(self, salt: str, max_age: dt.timedelta | None = None, *, part: Callable[[str], Any] = int) -> None:
        self.salt, self.part = salt, part
        self.signer_class = signing.TimestampSigner if max_age else signing.Signer
        self.age = {"max_age": max_age} if max_age else {}

    def make(self, *values: Any) -> str:
        return self._signer().sign(".".join(map(str, values)))

    def verify(self, token: str) -> tuple[Any, ...] | None:
        """The values; None when the link was altered, or is over."""
        return self._read(token, **self.age)

    def is_ours(self, token: str) -> bool:
        """Signed here, whatever its age."""
        return self._read(token) is not None

    def _read(self, token: str, **age: Any) -> tuple[Any, ...] | None:
        try:
            return tuple(map(self.part, self._signer().unsign(token, **age).split(".")))
        except (signing.BadSignature, ValueError):
            return None

    def _signer(self) -> signing.Signer:
        return self.signer_class(salt=self.salt, sep="~")


class SignedJson:
    """The same for one value of any shape, longer in an address."""

    def __init__(self, salt: str, max_age: dt.timedelta | None = None) -> None:
        self.salt, self.max_age = salt, max_age

    def make(self, value: Any) -> str:
        return signing.dumps(value, salt=self.salt, compress=True)

    def verify(self, token: str) -> Any:
        """The value; None when the token was altered, or is over."""
        try:
            return signing.loads(token, salt=self.salt, max_age=self.max_age)
        except signing.BadSignature:
            return None
