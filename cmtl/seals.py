"""Numbers sealed into a link: nobody can make one, or change one, but us."""

import datetime as dt

from django.core import signing


class Seal:
    """Each use has its own, so that a link of one opens nothing of another. `lasts`: how long a link opens; without
    it, for as long as what it speaks of says."""

    def __init__(self, use: str, lasts: dt.timedelta | None = None) -> None:
        self.lasts = lasts
        self.signer = signing.TimestampSigner(salt=use, sep="~") if lasts else signing.Signer(salt=use, sep="~")

    def put_on(self, *numbers: int) -> str:
        return self.signer.sign(".".join(map(str, numbers)))

    def read(self, token: str) -> tuple[int, ...] | None:
        """The numbers; None when the link was altered, or is over."""
        try:
            sealed = self.signer.unsign(token, **({"max_age": self.lasts} if self.lasts else {}))
            return tuple(map(int, sealed.split(".")))
        except (signing.BadSignature, ValueError):
            return None
