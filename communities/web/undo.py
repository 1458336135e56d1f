"""« Undo » beside what was just done, where no address did the contrary already."""

import secrets
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain import audit
from accounts.models import Action, AuditLine
from cmtl import undoing
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Community
from outbox.models import Message

KEPT_FOR = 3600  # seconds; where the cache is lost, there is nothing left to undo
ONE_WAY = {"anonymity_threshold"}  # raised, never lowered


def say_undoable(
    request: HttpRequest,
    sentence: str,
    watched: undoing.Watched,
    *,
    may: str,
    of: models.Model,
    back: str,
    action: Action = Action.SETTINGS_CHANGED,
) -> None:
    """`may`, on the thing that it is asked `of`, is asked again of whoever undoes; then the page is `back`."""
    changes = watched.changes()
    if not changes or any(ONE_WAY & (change.after or {}).keys() for change in changes):
        messages.success(request, sentence)
        return
    key = secrets.token_urlsafe(12)
    kept = {"changes": changes, "may": may, "of": (of._meta.label, of.pk), "back": back, "action": action}
    cache.set(_place(request, key), kept | {"at": timezone.now()}, KEPT_FOR)
    undoing.say_done(request, sentence, reverse("communities:put_back"), key=key)


def _place(request: HttpRequest, key: str) -> str:
    return f"undo:{request.user.pk}:{key[:20]}"


@require_POST
def put_back(request: HttpRequest):
    place = _place(request, request.POST.get("key", ""))
    kept = cache.get(place)
    if kept is None or AuditLine.objects.filter(action=Action.ERASED, at__gte=kept["at"]).exists():
        messages.warning(request, _("It is too late to undo this."))
        return redirect("communities:list")
    label, pk = kept["of"]
    of = fetch(request, apps.get_model(label), pk=pk, may=kept["may"])
    with validation_as_messages(request):
        _put_back(kept, of, request.user)
        cache.delete(place)
        messages.success(request, _("Undone: it is as it was before."))
    return redirect(kept["back"])


def _put_back(kept: dict[str, Any], of: models.Model, by: Any) -> None:
    """With a line in the audit log, which says which fields."""
    fields = sorted({name for change in kept["changes"] for name in change.after or {} if change.before})
    community = of if isinstance(of, Community) else None
    _refuse_if_told(kept["changes"])
    try:
        with transaction.atomic():
            undoing.put_back(kept["changes"])
            audit.write(Action(kept["action"]), by=by, about=of, community=community, undone=True, changed=fields)
    except IntegrityError as gone:
        raise ValidationError(_("Someone changed this meanwhile: nothing is undone.")) from gone


def _refuse_if_told(changes: list[undoing.Change]) -> None:
    """What was made is not taken back once somebody was written to about it."""
    made = [change for change in changes if change.before is None]
    if any(Message.objects.about_any(change.rows.model, [change.pk]).exists() for change in made):
        raise ValidationError(_("People were written to about this meanwhile: nothing is undone."))
