"""What nearly every view needs: seeing, acting, explaining, answering htmx."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render


def fetch(request: HttpRequest, source: Any, *, may: str | None = None, **lookup) -> Any:
    """Fetch what this person may see (else 404) and may act on (else 403).

    `source` is a model, or a queryset of one when the view needs more columns or joins.
    """
    queryset = source if hasattr(source, "visible_to") else source.objects
    obj = get_object_or_404(queryset.visible_to(request.user), **lookup)
    if may and not request.user.has_perm(may, obj):
        raise PermissionDenied
    return obj


@contextmanager
def validation_as_messages(request: HttpRequest) -> Iterator[None]:
    """Turn a verb's refusal (`ValidationError`) into messages, one line per sentence."""
    try:
        yield
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)


def refusal(form: BaseForm) -> ValidationError:
    """What a form refuses, raised as a verb would: for pages that say it in messages rather than at the field."""
    return ValidationError([sentence for sentences in form.errors.values() for sentence in sentences])


def fragment(request: HttpRequest, template: str, context: dict, *, otherwise: Any) -> HttpResponse:
    """Answer htmx with one fragment of a page; send a plain form post to the page itself."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, template, context)
    return redirect(otherwise)
