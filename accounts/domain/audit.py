"""Writing the audit log, and reading whose lines are whose.

`write` stands in the function that acts, inside its transaction: an act that is rolled back leaves no line. It takes
no lock, so that writers never wait on one another; `accounts.domain.audit_chain` chains the lines within a minute.
"""

import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.models.audit import Action, AuditLine, AuditName
from cmtl.parts import row_with

READ_AGAIN_AFTER = dt.timedelta(hours=1)  # pages refresh and are searched: one line tells of an hour of reading
CODE = re.compile(r"[a-z0-9_.:/-]{0,60}")

_acting: ContextVar[User | None] = ContextVar("acting", default=None)
RoleOf = Callable[[User, int | None], str]
_role_of: list[RoleOf] = []


def tell_role_with(role_of: RoleOf) -> None:
    """Register what says by which role a person acts in a community, from the app that knows roles."""
    _role_of[:] = [role_of]


def write(
    action: Action,
    *,
    by: Any = None,
    about: models.Model | None = None,
    community: Any = None,
    **details: Any,
) -> AuditLine:
    """Write one line: `by` a person, or else whoever's request this is, or else the system; `about` a person, or a row
    that may have one.

    Details are numbers, dates, yes or no, and codes (names of fields, of formats, choices): never words that somebody
    typed, which is checked.
    """
    if community is None:
        community = getattr(about, "community_id", None)
    number = community.pk if isinstance(community, models.Model) else community
    actor = by if isinstance(by, User) else _acting.get()
    return AuditLine.objects.create(
        action=Action(action),
        actor=key_of(actor) if actor else "",
        role=_role(actor, number),
        community=number,
        details={name: _plain(name, value) for name, value in details.items()},
        **_about(about),
    )


def write_all(action: Action, *, about: Iterable[Any], community: Any, by: Any = None, **details: Any) -> None:
    """A line for each of these rows about people of one community, in a fixed number of queries."""
    rows, actor = list(about), by if isinstance(by, User) else _acting.get()
    keys = _keys_of_all([row.user for row in rows])
    shared = {
        "action": Action(action),
        "actor": key_of(actor) if actor else "",
        "role": _role(actor, community.pk),
        "community": community.pk,
        "details": {name: _plain(name, value) for name, value in details.items()},
    }
    AuditLine.objects.bulk_create(
        AuditLine(**shared, kind=row._meta.label_lower, number=str(row.pk), subject=keys[row.user_id]) for row in rows
    )


def _keys_of_all(people: list[User]) -> dict[int, str]:
    known = dict(AuditName.objects.filter(user__in=people).order_by("-pk").values_list("user", "key"))
    new = [AuditName(key=secrets.token_urlsafe(16), user=person) for person in people if person.pk not in known]
    AuditName.objects.bulk_create(new)
    return known | {name.user_id: name.key for name in new}


def write_read(action: Action, *, by: User, about: models.Model | None = None, community: Any = None) -> None:
    """Write that `by` read something, unless the same was written within the hour."""
    lately = AuditLine.objects.filter(action=action, at__gt=timezone.now() - READ_AGAIN_AFTER, **_about(about))
    number = community.pk if isinstance(community, models.Model) else community
    if not lately.filter(actor__in=keys_of(by), community=number).exists():
        write(action, by=by, about=about, community=community)


def key_of(person: User) -> str:
    """The person's opaque key, made at their first line."""
    return _key(person.pk)


def _key(person: int) -> str:
    found = AuditName.objects.filter(user=person).order_by("pk").values_list("key", flat=True).first()
    return found or AuditName.objects.create(key=secrets.token_urlsafe(16), user_id=person).key


def keys_of(person: User) -> list[str]:
    return list(AuditName.objects.filter(user=person).values_list("key", flat=True))


def people_of(keys: Iterable[str]) -> dict[str, User]:
    """Key → person; those who were erased have none."""
    names = AuditName.objects.filter(key__in={key for key in keys if key}).select_related("user")
    return {name.key: name.user for name in names}


@contextmanager
def acting_as(person: User | None) -> Iterator[None]:
    """For the length of a request: whose it is, for the functions that are not told who acts."""
    token = _acting.set(person)
    try:
        yield
    finally:
        _acting.reset(token)


def what_changes(thing: models.Model, new: dict[str, Any]) -> dict[str, Any]:
    """Names of the fields that these values would change; what they were and become too, where these are no words and
    the row is about no person."""
    is_personal = isinstance(thing, User) or hasattr(thing, "user_id")
    rows = {name: row_with(thing, name) for name in new}
    changed = {name: row for name, row in rows.items() if getattr(row, name) != new[name]}
    return {
        name: None if is_personal else _both(row._meta.get_field(name), getattr(row, name), new[name])
        for name, row in changed.items()
    }


# ---------------------------------------------------------------- what a line holds


def _about(thing: models.Model | None) -> dict[str, str]:
    """What, and whom, a line is about. A person's own number would outlive their name: only their key is kept."""
    if thing is None:
        return {"kind": "", "number": "", "subject": ""}
    if isinstance(thing, User):
        return {"kind": thing._meta.label_lower, "number": "", "subject": key_of(thing)}
    person = getattr(thing, "user_id", None)
    subject = _key(person) if person else ""
    return {"kind": thing._meta.label_lower, "number": str(thing.pk or ""), "subject": subject}


def _role(actor: User | None, community: int | None) -> str:
    if actor is None:
        return "system"
    return _role_of[0](actor, community) if _role_of else ""


def _both(field: Any, old: Any, new: Any) -> list[Any] | None:
    shown = isinstance(field, models.BooleanField | models.IntegerField | models.DateField) or field.choices
    return [old, new] if shown and field.concrete else None


def _plain(name: str, value: Any) -> Any:
    """The value as JSON, or a refusal: what is written here can never be changed or erased."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict) and all(CODE.fullmatch(key) for key in value):
        return {str(key): _plain(name, one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(name, one) for one in value]
    if isinstance(value, str) and CODE.fullmatch(value):
        return str(value)
    raise ValueError(f"« {name} » of an audit line is neither a number, a date nor a code.")
