"""A change that one press undoes: said on the next page, with its « Undo » beside it."""

import json

from django.contrib import messages
from django.http import HttpRequest


def say_done(request: HttpRequest, sentence: str, address: str, **fields: str) -> None:
    """`fields` are posted to `address` by whoever presses « Undo »."""
    messages.success(request, sentence, extra_tags=json.dumps({"address": address, "fields": fields}))


def undo_of(message) -> dict | None:
    """What its button posts; None for a message that is only said."""
    return json.loads(message.extra_tags) if (message.extra_tags or "").startswith("{") else None
