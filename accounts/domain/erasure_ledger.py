"""Who was erased, kept outside the database, so that a restored backup does not bring them back.

Each line is a day and a print of the person's number and of the instant they were listed, made with a key that lies
beside the ledger: it names nobody, and a number given anew to somebody else after a restore does not answer to it.
Lines are only added.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import User


def folder() -> Path:
    return Path(settings.DATA_DIR) / "erasures"


def note_erasure(person: User) -> None:
    """Durable when this returns."""
    _append(folder() / "ledger", f"{timezone.localdate()} {print_of(person)}\n")


def read_ledger() -> set[str]:
    try:
        lines = (folder() / "ledger").read_text().splitlines()
    except FileNotFoundError:
        return set()
    return {line.split()[-1] for line in lines if line.strip()}


def print_of(person: User) -> str:
    about = f"{person.pk} {person.joined_at.timestamp():.6f}"
    return hmac.new(_key(), about.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    """Made once; two processes that make it at the same moment keep the first."""
    path = folder() / "key"
    if not path.exists():
        folder().mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{secrets.token_hex(8)}")
        _append(made, secrets.token_hex(32))
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_bytes()


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    folder_of = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder_of)
    finally:
        os.close(folder_of)
