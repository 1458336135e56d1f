"""The keys of open surveys, in files outside the database and its backups: two files a survey, under a random name.

`NAME.key` opens the survey's ballots. It is there before the survey is, is read by the closing alone, and goes once
the closing is in the database. `NAME.receipts` makes the survey's receipts: without it a database tells nobody who has
answered.

A folder that is not mounted must not pass for one that lost its keys: the file `KEYRING` says that this is the
keyring. Where it is missing nothing is concluded from what else is missing: everything waits (`Away`).
"""

import os
import secrets
import time
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

MARK = "KEYRING"
KEY, RECEIPTS = ".key", ".receipts"
ORPHAN_AFTER = 86_400  # seconds: no transaction that opens a survey lasts that long


class Away(OSError):
    """The keyring cannot be reached."""


def folder() -> Path:
    return Path(settings.KEYRING_DIR)


def is_here() -> bool:
    return (folder() / MARK).exists()


def make_keyring() -> None:
    """Say that this folder is the keyring."""
    if not is_here():
        write_durably(folder() / MARK, b"The keys of open evaluations. Not to be copied into backups.\n")
        _sync(folder().parent)


def make() -> tuple[str, bytes]:
    """New keys, durable when this returns: their name, and the public key."""
    name, private = secrets.token_hex(16), X25519PrivateKey.generate()
    write_durably(folder() / f"{name}{RECEIPTS}", secrets.token_bytes(32))
    write_durably(folder() / f"{name}{KEY}", private.private_bytes_raw())
    return name, private.public_key().public_bytes_raw()


def make_secret() -> str:
    """The secret of a pool, which makes digests of people and opens nothing: its name."""
    name = secrets.token_hex(16)
    write_durably(folder() / f"{name}{RECEIPTS}", secrets.token_bytes(32))
    return name


def private_key(name: str) -> X25519PrivateKey | None:
    """For the closing. None: lost, nobody will open these ballots."""
    content = _read(f"{name}{KEY}")
    return X25519PrivateKey.from_private_bytes(content) if content else None


@lru_cache(maxsize=256)
def receipts_secret(name: str) -> bytes:
    content = _read(f"{name}{RECEIPTS}")
    if not content:
        raise Away("the receipts of this survey cannot be made")
    return content


def has_key(name: str) -> bool:
    return (folder() / f"{name}{KEY}").exists()


def has_secret(name: str) -> bool:
    return (folder() / f"{name}{RECEIPTS}").exists()


def names() -> set[str]:
    """Of all keys that lie here."""
    if not folder().is_dir():
        return set()
    return {path.stem for path in folder().iterdir() if path.suffix in (KEY, RECEIPTS) and path.stem[0] != "."}


def is_old(name: str) -> bool:
    files = [folder() / f"{name}{kind}" for kind in (KEY, RECEIPTS)]
    return all(_age(path) > ORPHAN_AFTER for path in files)


def destroy(name: str) -> None:
    """Overwritten, then removed. Nothing happens where they are gone already."""
    for kind in (KEY, RECEIPTS):
        path = folder() / f"{name}{kind}"
        try:
            with path.open("r+b") as file:
                file.write(bytes(32))
                _flush(file)
            path.unlink()
        except FileNotFoundError:
            continue
        _sync(folder())


def forget_unfinished() -> None:
    """What a process that died left half written."""
    for path in folder().glob(".*.part"):
        if _age(path) > ORPHAN_AFTER:
            path.unlink(missing_ok=True)


# ------------------------------------------------------------ files


def write_durably(path: Path, content: bytes) -> None:
    """Whole and durable when this returns; until then, not there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        _flush(file)
    part.replace(path)
    _sync(path.parent)


def _read(name: str) -> bytes | None:
    try:
        return (folder() / name).read_bytes()
    except FileNotFoundError:
        if not is_here():
            raise Away("the keyring is not where KEYRING_DIR says") from None
        return None


def _age(path: Path) -> float:
    """In seconds; a file that is gone is as old as can be."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _flush(file) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """That a file is there, or no longer, outlives a power cut too."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
