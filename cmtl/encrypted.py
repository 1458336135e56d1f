"""Texts that the database keeps encrypted: a dump, a disk or a log of the server then says nothing of them.

The keys are `FIELD_KEYS`, which no dump holds: the first encrypts, all of them open. No kept library takes keys of
one's own: django-fernet-encrypted-fields makes them of SECRET_KEY, and returns what it cannot open as it is.
"""

import base64
import hashlib
import logging
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.migrations import RunPython
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

BATCH = 500
BEGINNING = "gAAAAA"  # of whatever Fernet has encrypted
log = logging.getLogger(__name__)


class Encrypted(str):
    """As the database holds it: written as it stands."""


class Unreadable(str):
    """What a page shows where no key opens a text. Saved again, it leaves what the database held as it was."""

    held: str

    @classmethod
    def of(cls, held: str) -> "Unreadable":
        shown = cls(
            _("(This text cannot be read: the key it was encrypted with is missing. Tell those who operate the site.)")
        )
        shown.held = held
        return shown


def readable(text: str) -> str:
    """What a form shows: nothing, where the text cannot be read."""
    return "" if isinstance(text, Unreadable) else text


def why_empty(text: str) -> str:
    """What a form says at the field of a text that cannot be read."""
    if not isinstance(text, Unreadable):
        return ""
    return _("What was written here cannot be read for now. It is kept as it is, unless you write something else.")


class OnlyEmpty(Exact):
    """Whether something is written can be asked of the database; what is written cannot."""

    def get_prep_lookup(self) -> str:
        if self.rhs != "":
            raise FieldError("An encrypted text can only be compared with an empty one.")
        return ""


class EncryptedTextField(models.TextField):
    """A text that is encrypted on its way to the database; an empty one stays empty."""

    def get_prep_value(self, value: Any) -> str | None:
        if isinstance(value, Unreadable):
            return value.held
        if not value or isinstance(value, Encrypted):
            return value
        return self.encrypted(str(value))

    def encrypted(self, text: str) -> str:
        return encrypt(text)

    def from_db_value(self, value: str | None, expression, connection) -> str | None:
        if not value:
            return value
        opened = opened_by(_box(), value)
        if opened is None:
            log.error("A text of %s cannot be read: none of FIELD_KEYS opens it.", self)
            return Unreadable.of(value)
        return opened

    def get_lookup(self, lookup_name: str) -> Any:
        """No other lookup: a search in what is encrypted would find nothing, silently."""
        return (
            OnlyEmpty
            if lookup_name == "exact"
            else super().get_lookup(lookup_name)
            if lookup_name == "isnull"
            else None
        )

    def value_to_string(self, obj: models.Model) -> str:
        """As JSON keeps it, in a fixture or a journal: encrypted too."""
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def to_python(self, value: Any) -> Any:
        return (opened_by(_box(), value) or value) if isinstance(value, str) else super().to_python(value)


class UndatedTextField(EncryptedTextField):
    """Fernet writes the second of an encryption in clear at its head; here it says nothing of when."""

    def encrypted(self, text: str) -> str:
        return encrypt_undated(text)


# ------------------------------------------------------------ keys


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def encrypt_undated(text: str) -> str:
    return _box().encrypt_at_time(text.encode(), 0).decode()


def opened_by(box: Fernet | MultiFernet, held: str) -> str | None:
    try:
        return box.decrypt(held.encode()).decode()
    except InvalidToken:
        return None


def _keys() -> tuple[str, ...]:
    """Newest first. Where none is given (a demonstration, tests), one is made of SECRET_KEY."""
    made = base64.urlsafe_b64encode(
        hashlib.blake2b(settings.SECRET_KEY.encode(), person=b"cmtl-fields", digest_size=32).digest()
    )
    return tuple(settings.FIELD_KEYS) or (made.decode(),)


def _box() -> MultiFernet:
    return _box_of(_keys())


@lru_cache(maxsize=8)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


# ------------------------------------------------------------ all that is kept


def columns() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def held_in(model: type[models.Model], name: str) -> models.QuerySet:
    """Rows where something is written, with `held`: that column as the database has it."""
    rows = model._base_manager.annotate(held=Cast(name, models.TextField()))
    return rows.exclude(held="").exclude(held=None).order_by("pk")


def rewrite(model: type[models.Model], name: str, change: Callable[[str], str]) -> int:
    """How many rows `change` wrote otherwise. In batches: stopped and run again, it goes on. What somebody writes
    meanwhile stays."""
    rows, last, count = held_in(model, name), None, 0
    while batch := list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", "held")[:BATCH]):
        with transaction.atomic():
            for pk, held in batch:
                if (new := change(held)) != held:
                    count += rows.filter(pk=pk, held=held).order_by().update(**{name: Encrypted(new)})
        last = batch[-1][0]
    return count


def encrypted_once(held: str) -> str:
    return held if opens(held) else encrypt(held)


def decrypted(held: str) -> str:
    opened = opened_by(_box(), held)
    return held if opened is None else opened


def with_newest_key(held: str) -> str:
    """As it is, where no key opens it."""
    is_new = opened_by(Fernet(_keys()[0]), held) is not None
    return held if is_new or not opens(held) else _box().rotate(held.encode()).decode()


def undated(held: str) -> str:
    """As it is, where it says no second already or no key opens it."""
    opened = opened_by(_box(), held)
    return held if opened is None or not _box().extract_timestamp(held) else encrypt_undated(opened)


def opens(held: str) -> bool:
    return opened_by(_box(), held) is not None


# ------------------------------------------------------------ for migrations


def encrypts(*places: tuple[str, str, str]) -> RunPython:
    """What encrypts columns that held plain texts: (app, model, field). Its migration is not atomic, so that PostgreSQL
    can also be told to write the files of the tables anew, without the plain texts that were there."""

    def back(state, editor):
        for app, model, name in places:
            rewrite(state.get_model(app, model), name, decrypted)

    return RunPython(_rewrites(places, encrypted_once), back)


def undates(*places: tuple[str, str, str]) -> RunPython:
    """What takes the second out of columns that were encrypted with it; not atomic either. Going back leaves them so:
    a dated field opens them."""
    return RunPython(_rewrites(places, undated), RunPython.noop)


def _rewrites(places: tuple[tuple[str, str, str], ...], change: Callable[[str], str]) -> Callable[[Any, Any], None]:
    def there(state, editor):
        for app, model, name in places:
            table = state.get_model(app, model)
            if rewrite(table, name, change) and editor.connection.vendor == "postgresql":
                for vacuum in ("VACUUM", "VACUUM (FULL)"):  # both: see evaluations.domain.surveys.cleaning
                    editor.execute(f'{vacuum} "{table._meta.db_table}"')

    return there
