"""From what on a decline is told: the numbers of one community."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cmtl import editing
from cmtl.shortcuts import fetch
from communities.domain import revising
from communities.models import Community, DeclineRule
from communities.web.shared import page, revise_with, saved
from communities.web.shared_forms import Resent
from evaluations.domain.indicators.decline import USUAL

MAY = "evaluations.set_surveys"


class DeclineRuleForm(Resent, forms.ModelForm):
    shown = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = DeclineRule
        fields = [
            "decline_percent",
            "decline_last",
            "decline_low",
            "decline_fewest_before",
            "decline_most_before",
        ]
        labels = {
            "decline_last": _("How many of the last regular meetings are looked at"),
            "decline_percent": _("Marked: their average is at most this share of the average before, in %"),
            "decline_low": _("Repeated: how many of them are low, at least"),
            "decline_fewest_before": _("Compared with how many meetings before, at least"),
            "decline_most_before": _("And at most"),
        }
        help_texts = {
            "decline_percent": _("From 50 to 90. The higher, the sooner it alerts."),
            "decline_last": _("From 2 to 6: one meeting alone never makes a decline."),
            "decline_fewest_before": _("From 3 to 12. While fewer were held, nothing is told."),
        }

    field_order = ["decline_last", "decline_percent", "decline_low", "decline_fewest_before", "decline_most_before"]

    def __init__(self, data: Any = None, *, community: Community) -> None:
        kept = DeclineRule.of(community)
        super().__init__(data, instance=kept, initial={"shown": editing.seen(community, self.Meta.fields)})

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        last, low = cleaned.get("decline_last"), cleaned.get("decline_low")
        if last and low and low > last:
            self.add_error("decline_low", _("No more than the meetings that are looked at."))
        fewest, most = cleaned.get("decline_fewest_before"), cleaned.get("decline_most_before")
        if fewest and most and most < fewest:
            self.add_error("decline_most_before", _("At least as many as the number above."))
        return cleaned

    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=MAY)
    form, status, conflict = revise_with(
        DeclineRuleForm(request.POST or None, community=community), community, revising.revise
    )
    if status == 302:
        return saved(request, form, may=MAY, of=community, back=request.path)
    template = "evaluations/diagnosis/rule_settings.html"
    return page(request, template, community, "settings", status=status, form=form, conflict=conflict, usual=USUAL)
