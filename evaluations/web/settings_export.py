"""Models that leave as a file and come back from one."""

import json

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl.numbers import parse_ints
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Community, Rule
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
