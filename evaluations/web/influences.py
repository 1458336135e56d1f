"""What helped and what hindered a community: a line when it happens, the lines of the year, and their corrections."""

import datetime as dt
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import undoing
from cmtl.inputs import DayInput
from cmtl.shortcuts import fetch
from communities.domain import revising
from communities.models import Community
from communities.web.shared import fetch_part, revise_with
from communities.web.shared_forms import PartForm
from communities.web.undo import say_undoable
from evaluations.domain import influences
from evaluations.models import Factor, Influence

MAY_NOTE = "evaluations.note_influence"
with_programme = Community.objects.select_related("programme")
asks_and_answers = require_http_methods(["GET", "HEAD", "POST"])


class InfluenceForm(PartForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Did it help or hinder?"), choices=Influence.Kind, widget=forms.RadioSelect
    )
    factor = forms.ChoiceField(
        label=gettext_lazy("Factor of success"),
        choices=[("", gettext_lazy("None in particular")), *Factor.choices],
        required=False,
    )

    noted_on = forms.DateField(
        label=gettext_lazy("Date"),
        help_text=gettext_lazy("Today, if you choose no other."),
        required=False,
        widget=DayInput,
    )

    class Meta:
        model = Influence
        fields = ["kind", "text", "factor", "noted_on"]
        labels = {"text": gettext_lazy("What happened")}
        help_texts = {
            "text": gettext_lazy("In one line and without naming anyone: the annual report may take it as it is."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "maxlength": Influence.LONGEST})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["noted_on"] = None

    def clean_noted_on(self) -> dt.date:
        today = timezone.localdate()
        day = self.cleaned_data["noted_on"] or today
        if day > today:
            raise forms.ValidationError(_("Choose today or a day that is past."))
        return day


@require_safe
def list_influences(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may="evaluations.read_influences")
    return _list(request, community, InfluenceForm(instance=Influence(community=community)))


@require_POST
def note_influence(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may=MAY_NOTE)
    form = InfluenceForm(request.POST, instance=Influence(community=community))
    if not form.is_valid():
        return _list(request, community, form, status=422)
    back, watched = reverse("evaluations:influences", args=[pk]), undoing.Watched(community.influences.all())
    influences.note(community, **form.changes(), by=request.user)
    say_undoable(request, _("The line is kept."), watched, may=MAY_NOTE, of=community, back=back)
    return redirect(back)


def _list(request: HttpRequest, community: Community, form: InfluenceForm, status: int = 200) -> HttpResponse:
    """Those of every year, the latest first; above them, for whoever facilitates, a new one."""
    user, may_note = request.user, request.user.has_perm(MAY_NOTE, community)
    noted = community.influences.select_related("by")
    lines = [(one, may_note and influences.may_change(one, user)) for one in noted]
    context = {
        "community": community,
        "form": form if may_note else None,
        "years": [(year, list(some)) for year, some in groupby(lines, lambda line: line[0].noted_on.year)],
        "this_year": timezone.localdate().year,
        "may_write_report": user.has_perm("evaluations.write_report", community),
    }
    return render(request, "evaluations/vitality/influences.html", context, status=status)


def _own(request: HttpRequest, pk: int) -> Influence:
    """Its author alone changes it: another who facilitates reads it."""
    influence = fetch_part(request, Influence.objects, pk, may=MAY_NOTE)
    if not influences.may_change(influence, request.user):
        raise PermissionDenied
    return influence


@asks_and_answers
def edit_influence(request: HttpRequest, pk: int) -> HttpResponse:
    influence = _own(request, pk)
    back = reverse("evaluations:influences", args=[influence.community_id])
    form, status, conflict = revise_with(InfluenceForm(request.POST or None, instance=influence), influence, _revise)
    if status == 302:
        undo = {"may": MAY_NOTE, "of": influence.community, "back": back}
        say_undoable(request, _("The changes are saved."), form.watched, **undo)
        return redirect(back)
    context = {"community": influence.community, "influence": influence, "form": form, "conflict": conflict}
    return render(request, "evaluations/vitality/influence_form.html", context, status=status)


def _revise(influence: Influence, changes: dict, *, shown: str) -> None:
    """In another year, it is for the report of that year to take it."""
    moved = {} if changes["noted_on"].year == influence.noted_on.year else {"is_in_report": False}
    revising.revise_part(influence, changes, shown=shown)
    if moved:
        Influence.objects.filter(pk=influence.pk).update(**moved)


@require_POST
def remove_influence(request: HttpRequest, pk: int) -> HttpResponse:
    influence = _own(request, pk)
    community, watched = influence.community, undoing.Watched(influence)
    back = reverse("evaluations:influences", args=[community.pk])
    influence.delete()
    say_undoable(request, _("The line is removed."), watched, may=MAY_NOTE, of=community, back=back)
    return redirect(back)
