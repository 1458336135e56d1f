"""One's own facilitation, once a year, for oneself alone."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from evaluations.domain import self_assessment
from evaluations.domain.self_assessment import QualityLine
from evaluations.models import SelfAssessment
from meetings.domain.preparation.self_checklist import QUALITIES, Quality


@dataclass(frozen=True)
class Asked:
    """One quality on the page: its two fields, and what was answered the year before."""

    quality: Quality
    frequency: BoundField
    example: BoundField
    before: QualityLine | None


class SelfAssessmentForm(forms.Form):
    """Nothing is required: it serves nobody but its author."""

    to_strengthen = forms.CharField(
        label=gettext_lazy("A skill to strengthen this year"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, kept: SelfAssessment | None) -> None:
        self.kept, self.stamp = kept, kept.written_at.isoformat() if kept else ""
        initial = {"to_strengthen": kept.to_strengthen if kept else "", "shown": self.stamp}
        for line in self_assessment.lines_of(kept):
            initial |= {line.quality.code: line.frequency or "", f"{line.quality.code}-example": line.example}
        super().__init__(data, initial=initial, label_suffix="")
        for quality in QUALITIES:
            self.fields[quality.code] = forms.TypedChoiceField(
                label=quality.wording,
                choices=SelfAssessment.Frequency,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"{quality.code}-example"] = forms.CharField(
                label=gettext_lazy("An example"), required=False, max_length=500
            )

    def clean(self) -> dict[str, Any]:
        """Pressed again from this page, it is written over knowingly."""
        said = super().clean() or self.cleaned_data
        if not self.errors and said["shown"] != self.stamp and self._says_otherwise():
            self.data = self.data.copy()
            self.data["shown"] = self.stamp
            raise forms.ValidationError(
                _(
                    "You have written here in another window since. Nothing is lost: save again to keep this one "
                    "instead."
                )
            )
        return said

    def _says_otherwise(self) -> bool:
        """Than what is kept: pressed twice, it is the same."""
        there = {line.quality.code: (line.frequency, line.example) for line in self_assessment.lines_of(self.kept)}
        return self.answers != there or self.cleaned_data["to_strengthen"] != getattr(self.kept, "to_strengthen", "")

    @property
    def answers(self) -> dict[str, self_assessment.Answer]:
        told = self.cleaned_data
        return {one.code: (told[one.code], told[f"{one.code}-example"]) for one in QUALITIES}


@require_http_methods(["GET", "HEAD", "POST"])
def assess_oneself(request: HttpRequest) -> HttpResponse:
    """This year's, beside last year's; earlier ones below. There is no address of anybody else's."""
    user, year = request.user, timezone.localdate().year
    may_write = user.has_perm("evaluations.assess_oneself")
    if not may_write and (request.method == "POST" or not user.has_perm("evaluations.read_own_assessment")):
        raise PermissionDenied
    kept = {one.year: one for one in self_assessment.all_of(user)}
    form = SelfAssessmentForm(request.POST or None, kept=kept.get(year)) if may_write else None
    if request.method == "POST" and form and form.is_valid():
        self_assessment.write(user, year, form.answers, form.cleaned_data["to_strengthen"])
        messages.success(request, _("Kept. Nobody else reads it."))
        return redirect("evaluations:self_assessment")
    shown = [one for one in kept.values() if one.year < year - bool(form)] if form else list(kept.values())
    context = {
        "year": year,
        "form": form,
        "asked": _asked(form, kept.get(year - 1)) if form else [],
        "last": kept.get(year - 1),
        "earlier": [(one, [line for line in self_assessment.lines_of(one) if line.is_answered]) for one in shown],
    }
    status = 422 if form and form.is_bound else 200
    response = render(request, "evaluations/self_assessment/self_assessment.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _asked(form: SelfAssessmentForm, last: SelfAssessment | None) -> list[Asked]:
    before = {line.quality.code: line for line in self_assessment.lines_of(last) if line.is_answered}
    return [Asked(one, form[one.code], form[f"{one.code}-example"], before.get(one.code)) for one in QUALITIES]
