"""The annual evaluations of all the communities one coordinates, on one page: launched together, then side by side."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from cmtl.inputs import DayInput
from cmtl.numbers import year_in
from evaluations.domain.campaigns import together
from evaluations.domain.campaigns.together import Line, SideBySide
from evaluations.web.campaigns.forms import judge_days


class LaunchForm(forms.Form):
    """One community: whether it is launched, and from when to when."""

    chosen = forms.BooleanField(label=gettext_lazy("Launch it"), required=False)
    opens_on = forms.DateField(label=gettext_lazy("Opens on"), widget=DayInput, required=False)
    closes_on = forms.DateField(label=gettext_lazy("Closes on"), widget=DayInput, required=False)
    reviewed = forms.BooleanField(label=gettext_lazy("Read again today: they stay as they are"), required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, line: Line, data: Any = None) -> None:
        self.line = line
        dates = {"opens_on": line.campaign.opens_on, "closes_on": line.campaign.closes_on}
        is_due = line.is_new and line.campaign.year == timezone.localdate().year  # next year's is ticked by hand
        initial = {**dates, "chosen": is_due, "shown": self._state}
        super().__init__(data, prefix=f"c{line.community.pk}", initial=initial, label_suffix="")

    @property
    def _state(self) -> str:
        """What the page was drawn from: a colleague may prepare it meanwhile."""
        campaign = self.line.campaign
        return f"{campaign.pk or ''} {campaign.opens_on:%Y-%m-%d} {campaign.closes_on:%Y-%m-%d}"

    def clean(self) -> dict:
        found = super().clean() or {}
        if not found.get("chosen"):
            self.errors.clear()  # what is not launched is not judged
            return found
        if found.get("shown") != self._state and not self.line.is_new:
            raise ValidationError(together.MEANWHILE)
        opens_on, closes_on = found.get("opens_on"), found.get("closes_on")
        for name in ("opens_on", "closes_on"):
            if not found.get(name) and name not in self.errors:
                self.add_error(name, _("Choose a day."))
        judge_days(self, opens_on, closes_on)
        if closes_on and closes_on < timezone.localdate() and "closes_on" not in self.errors:
            self.add_error("closes_on", _("This day has passed."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def launch_together(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("evaluations.read_across"):
        raise PermissionDenied
    lines = together.lines_of(request.user)
    to_launch = [LaunchForm(line, request.POST or None) for line in lines if line.can_be_launched]
    chosen = [form for form in to_launch if form.is_bound and (not form.is_valid() or form.cleaned_data["chosen"])]
    if chosen and all(form.is_valid() for form in chosen):
        _launch(request, chosen)
        return redirect("evaluations:campaigns_together")
    if request.method == "POST" and not chosen:
        _say_nothing_was_launched(request, lines)
    years = together.years_told(request.user)
    year = year_in(request.GET.get("annee", ""), years[0] if years else timezone.localdate().year)
    context = {
        "forms": to_launch,
        "under_way": [line for line in lines if not line.can_be_launched],
        "side_by_side": SideBySide(request.user, year),
        "year": str(year),
        "years": [str(one) for one in years],
    }
    return render(request, "evaluations/campaigns/together.html", context, status=422 if chosen else 200)


def _say_nothing_was_launched(request: HttpRequest, lines: list[Line]) -> None:
    done = [line for line in lines if not line.can_be_launched and f"c{line.community.pk}-chosen" in request.POST]
    if done:
        messages.info(request, _("These were launched already."))
    else:
        messages.error(request, _("Tick the communities whose evaluation you launch."))


def _launch(request: HttpRequest, chosen: list[LaunchForm]) -> None:
    """Each by itself: what one of them refuses keeps nothing else from being launched."""
    opened, waiting = 0, 0
    for form in chosen:
        said, line = form.cleaned_data, form.line
        reviewed = said["reviewed"] and request.user.has_perm("communities.adopt", line.community)
        try:
            is_open = together.launch(line, said["opens_on"], said["closes_on"], reviewed=reviewed, by=request.user)
        except ValidationError as error:
            messages.error(request, f"{line.community} : {' '.join(error.messages)}")
            continue
        opened, waiting = opened + is_open, waiting + (not is_open)
    if opened:
        sentence = ngettext("%(n)s evaluation is open.", "%(n)s evaluations are open.", opened)
        messages.success(request, sentence % {"n": opened})
    if waiting:
        sentence = ngettext(
            "%(n)s evaluation opens by itself on its day, at nine.",
            "%(n)s evaluations open by themselves on their day, at nine.",
            waiting,
        )
        messages.success(request, sentence % {"n": waiting})
