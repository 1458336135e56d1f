"""What no log says: an address that is a key, a code, a person's number, an answer.

One filter, on every handler. Of an address it keeps the route (`/r/<str:token>/`); of an exception its kind and where
it was raised, never its words, which quote what somebody typed (« Key (email)=(…) already exists »).
"""

import logging
import os
import re
import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.urls import Resolver404, get_resolver, resolve

MAIL_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
SIGNED = re.compile(r"[\w.%-]*~[\w-]{20,}|[\w.%-]+:[\w-]{43}\b")
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']+")
ANY_ADDRESS = re.compile(r"/[^\s\"'<>]+")  # while the project's own are not known yet
# Their words speak of our code and settings, and say what to mend.
PLAIN = {AttributeError, ImportError, ModuleNotFoundError, NameError, UnboundLocalError}
PLAIN |= {ImproperlyConfigured, TemplateDoesNotExist, TemplateSyntaxError}
OF_A_TASK = {"exc", "traceback", "args", "kwargs", "return_value"}  # what Celery says of one besides its name


class Discreet(logging.Filter):
    """Rewrites each record, for this handler and those after it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = words_of(record), None
        error = record.exc_info[1] if record.exc_info else None
        record.exc_text = story_of(error) if error else None
        record.exc_info = record.stack_info = None
        for name in ("request", "data"):
            record.__dict__.pop(name, None)
        return True


def words_of(record: logging.LogRecord) -> str:
    if request := getattr(record, "request", None):
        return _of_request(record, request)
    if isinstance(record.msg, BaseException):
        return kind_of(record.msg)
    told = logging.makeLogRecord({"msg": record.msg, "args": _told(record)})
    return scrubbed(told.getMessage())


def _of_request(record: logging.LogRecord, request: Any) -> str:
    status = getattr(record, "status_code", None)
    phrase = f"{status} {HTTPStatus(status).phrase}: " if status in set(HTTPStatus) else ""
    why = ""
    if record.name == "django.security.csrf" and isinstance(record.args, tuple):
        why = f" ({str(record.args[0]).partition(' - ')[0]})"  # « Origin checking failed - https://… does not match »
    return f"{phrase}{request.method} {_route_of_request(request)}{why}"


def _told(record: logging.LogRecord) -> Any:
    from_server = record.name.startswith("gunicorn")
    if isinstance(record.args, Mapping):
        return {name: "…" if name in OF_A_TASK else _one(value, from_server) for name, value in record.args.items()}
    return tuple(_one(value, from_server) for value in record.args or ())


def _one(value: Any, from_server: bool) -> Any:
    if isinstance(value, BaseException):
        return kind_of(value)
    if from_server and isinstance(value, str) and value.startswith("/"):
        return route_of(value)
    return value


def scrubbed(text: str) -> str:
    """Without what could be a key or say who."""
    text = re.sub(r"from ip=.*", "from …", text, flags=re.DOTALL)  # gunicorn quotes the request it could not read
    text = _addresses().sub(lambda found: f"{found[1]}…" if found.lastindex else "/…", text)
    for pattern, instead in ((QUERY, r"\1?…"), (SIGNED, "…"), (MAIL_ADDRESS, "…@…")):
        text = pattern.sub(instead, text)
    return text


# ---------------------------------------------------------------- addresses


def _route_of_request(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else route_of(request.path_info)


def route_of(path: str) -> str:
    """« /r/<str:token>/ »; « /… » where nothing answers, for it may be a key that was mistyped."""
    try:
        return f"/{resolve(path.partition('?')[0]).route}"
    except (Resolver404, ImproperlyConfigured, AppRegistryNotReady, ImportError):
        return "/…"


def _addresses() -> re.Pattern[str]:
    """The project's own addresses from their first argument on; any address until the project is loaded."""
    try:
        return _known_addresses()
    except (ImproperlyConfigured, AppRegistryNotReady, ImportError):
        return ANY_ADDRESS


@lru_cache(maxsize=1)
def _known_addresses() -> re.Pattern[str]:
    beginnings = sorted(set(beginnings_of(get_resolver())), key=len, reverse=True)
    return re.compile(rf"(/(?:{'|'.join(map(re.escape, beginnings))}))[^\s\"'<>]+", re.IGNORECASE)


def beginnings_of(resolver: Any, before: str = "") -> Iterator[str]:
    """What precedes the first argument of each address that has one: « r/ », « communautes/ »."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if hasattr(pattern, "url_patterns"):
            yield from beginnings_of(pattern, route)
        elif (beginning := re.split(r"[<(\\$]", route)[0]) != route.rstrip("$"):
            yield beginning


# ---------------------------------------------------------------- exceptions


def story_of(error: BaseException) -> str:
    """The traceback, causes first, as Python prints it, with kinds in place of words."""
    chain, told = [error], []
    while (cause := _cause_of(chain[-1])) and cause not in chain:
        chain.append(cause)
    for one in reversed(chain):
        told.append("".join(traceback.format_tb(one.__traceback__)) + kind_of(one))
    return "\n\nThen:\n".join(told)


def _cause_of(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def kind_of(error: BaseException) -> str:
    """« django.db.utils.IntegrityError (23505) »: what a reader may look up."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if kind in PLAIN:
        return f"{name}: {scrubbed(str(error))}"
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    code = state or getattr(error, "smtp_code", None)
    if code is None and isinstance(error, OSError) and error.errno:
        code = os.strerror(error.errno)
    return f"{name} ({code})" if code else name
