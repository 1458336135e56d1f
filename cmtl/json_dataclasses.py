"""Dataclasses kept as JSON for years, and made again of it."""

import dataclasses
import datetime as dt
import functools
import types
import typing
from typing import Any


def to_json(thing: Any) -> Any:
    """Dataclasses as JSON; fields that no comparison reads (ids of people) are never kept."""
    if dataclasses.is_dataclass(thing):
        return {f.name: to_json(getattr(thing, f.name)) for f in dataclasses.fields(thing) if f.compare}
    if isinstance(thing, tuple):
        return [to_json(one) for one in thing]
    return thing.isoformat() if isinstance(thing, dt.date) else thing


_hints = functools.cache(typing.get_type_hints)  # slow, and the same for every row


def from_json(kind: Any, kept: Any) -> Any:
    """The reverse: what `kind` says, made again of JSON. A field added since takes its default."""
    if kept is None:
        return None
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return from_json(next(k for k in typing.get_args(kind) if k is not types.NoneType), kept)
    if origin is tuple:
        kinds = typing.get_args(kind)
        each = [kinds[0]] * len(kept) if kinds[-1] is ... else kinds
        return tuple(from_json(k, one) for k, one in zip(each, kept, strict=True))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: from_json(hints[name], value) for name, value in kept.items() if name in hints})
    return dt.date.fromisoformat(kept) if kind is dt.date else kept
