"""Models that leave as a file and come back from one."""

import json
import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl.numbers import parse_ints
from cmtl.shortcuts import fetch, refusal, validation_as_messages
from cmtl.undoing import say_done
from communities.domain.community import copying
from communities.models import Community, Role, Rule, roles_of
from evaluations.domain import settings_export
from meetings.models import AgendaItem


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of models"),
        help_text=gettext_lazy("The JSON file that « Export our models » makes, here or elsewhere."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )

    def clean_file(self) -> settings_export.Models:
        sent = self.cleaned_data["file"]
        return settings_export.parse_models(sent.read(settings_export.MAX_BYTES + 1))


@require_http_methods(["GET", "HEAD", "POST"])
def models_page(request, pk):
    """What leaves, and what would come in: a file is shown whole before anything of it is written."""
    community = fetch(request, Community, pk=pk, may="communities.adopt")
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    found = form.cleaned_data["file"] if form.is_bound and form.is_valid() else None
    context = {"community": community, "tab": "settings", "form": form, "found": found}
    context["copy_key"] = uuid.uuid4() if _may_copy(request, community) else None
    if found:
        rules = zip(found.rules, settings_export.new_rules(found, community), strict=True)
        context |= {
            "rules": [(n, Rule.Theme(r["theme"]).label, r["text"], is_new) for n, (r, is_new) in enumerate(rules)],
            "agenda": [{**block, "label": AgendaItem.Kind(block["kind"]).label} for block in found.agenda],
            "questions": settings_export.other_questions(found),
            "text": found.as_text(),
        }
    return render(
        request, "evaluations/settings_export/library.html", context, status=422 if form.is_bound and not found else 200
    )


@require_POST
def apply_models(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.adopt")
    chosen = set(parse_ints(request.POST.getlist("rule")))
    with validation_as_messages(request):
        found = settings_export.parse_models(request.POST.get("models", "").encode())
        if not chosen and "agenda" not in request.POST:
            raise ValidationError(_("Nothing was ticked: nothing changed."))
        settings_export.apply_settings(community, found, rules=chosen, agenda="agenda" in request.POST, by=request.user)
        messages.success(request, _("The models are applied."))
    return redirect("evaluations:models", community.pk)


@require_safe
def export_models(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.adopt")
    audit.write(Action.EXPORTED, by=request.user, community=community, what="models", format="json")
    body = json.dumps(settings_export.export(community), ensure_ascii=False, indent=2)
    name = f"modeles-{slugify(community.name) or community.pk}.json"
    return HttpResponse(
        body, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# ------------------------------------------------------------ the whole community


class CopyForm(forms.Form):
    key = forms.UUIDField()  # chosen by the page: the same press sent twice makes one copy


def _may_copy(request, community):
    """Whoever coordinates its programme, where the copy comes to stand."""
    coordinates = community.programme_id in roles_of(request.user).programmes_as(Role.COORDINATOR)
    return coordinates and request.user.has_perm("communities.adopt", community)


@require_POST
def copy_community(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk)
    if not _may_copy(request, community):
        raise PermissionDenied
    form = CopyForm(request.POST)
    with validation_as_messages(request):
        if not form.is_valid():
            raise refusal(form)
        made = settings_export.copy_community(community, form.cleaned_data["key"], by=request.user)
        said = _("The settings, rules and agendas are copied, and nobody: give this community its name.")
        undo = reverse("evaluations:undo_copied_community", args=[made.pk])
        say_done(request, said, undo, token=copying.JUST_COPIED.make(made.pk))
        return redirect("communities:edit", made.pk)
    return redirect("evaluations:models", pk)


@require_POST
def undo_copied_community(request, pk):
    community = fetch(request, Community, pk=pk)
    if not _may_copy(request, community):
        raise PermissionDenied
    with validation_as_messages(request):
        copying.undo_copied_community(community, request.POST.get("token", ""), by=request.user)
        messages.success(request, _("The copy is taken away."))
        return redirect("communities:list")
    return redirect(community)
