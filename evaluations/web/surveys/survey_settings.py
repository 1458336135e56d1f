"""How the evaluation of a meeting opens, and how often those who were there are reminded of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cmtl import editing
from cmtl.shortcuts import fetch
from communities.domain import revising
from communities.models import Community, SurveySettings
from communities.web.shared import page, revise_with, saved
from communities.web.shared_forms import Resent

HOURS = (1, 2, 4)


def _hours() -> list[tuple[int, str]]:
    said = [(n, ngettext("%(n)s hour after the meeting", "%(n)s hours after the meeting", n) % {"n": n}) for n in HOURS]
    return [*said, (24, str(_("the next day, at the same hour")))]


class SurveySettingsForm(Resent, forms.ModelForm):
    survey_reminders = forms.TypedChoiceField(
        label=_("Reminders to those who were there and have not answered"),
        help_text=_("The second leaves the day after the first, at nine. None leaves once the evaluation is closed."),
        choices=[(0, _("None")), (1, _("One")), (2, _("Two"))],
        coerce=int,
    )
    survey_reminder_hours = forms.TypedChoiceField(label=_("The first leaves"), choices=_hours, coerce=int)
    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = SurveySettings
        fields = ["opens_by_itself", "survey_reminders", "survey_reminder_hours"]
        labels = {"opens_by_itself": _("The evaluation opens by itself when its block begins")}
        help_texts = {
            "opens_by_itself": _(
                "Within a minute, where at least as many people are there as answers are needed. You may still open it "
                "yourself, or take the opening back."
            )
        }

    def __init__(self, data: Any = None, *, community: Community) -> None:
        kept = SurveySettings.of(community)
        super().__init__(data, instance=kept, initial={"shown": editing.seen(community, self.Meta.fields)})

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


@require_http_methods(["GET", "HEAD", "POST"])
def edit_settings(request: HttpRequest, pk: int) -> HttpResponse:
    may = "evaluations.set_surveys"
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=may)
    form, status, conflict = revise_with(
        SurveySettingsForm(request.POST or None, community=community), community, revising.revise
    )
    if status == 302:
        return saved(request, form, may=may, of=community, back=request.path)
    template = "evaluations/surveys/survey_settings.html"
    return page(request, template, community, "settings", status=status, form=form, conflict=conflict)
