"""A community's own questions: written, looked at as on a phone, copied from another community."""

from typing import Any

from csp.constants import SELF
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import languages, undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Community, Objective
from communities.web.shared import fetch_part, page, revise_with, saved
from communities.web.shared_forms import PartForm
from communities.web.undo import say_undoable
from evaluations.domain.surveys import own_questions
from evaluations.domain.surveys.questionnaires import asked_of_its_own
from evaluations.models import OwnQuestion
from evaluations.web.surveys.ballots import BallotForm

MAY = "evaluations.set_surveys"
with_programme = Community.objects.select_related("programme")
LONGEST_CHOICE = 120


class OwnQuestionForm(PartForm):
    class Meta:
        model = OwnQuestion
        fields = list(own_questions.FIELDS)
        widgets = {
            "moment": forms.RadioSelect,
            "scale": forms.RadioSelect,
            "wording_fr": forms.Textarea(attrs={"rows": 2}),
            "wording_en": forms.Textarea(attrs={"rows": 2}),
            "choices_fr": forms.Textarea(attrs={"rows": 5}),
            "choices_en": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "wording_en": gettext_lazy("Empty: members who read English are asked it in French."),
            "choices_fr": gettext_lazy("One a line, from two to four, in the order they are shown."),
            "choices_en": gettext_lazy("One a line, as many and in the same order."),
            "objective": gettext_lazy("What it helps to judge."),
        }

    def __init__(self, data: Any = None, *, community: Community, instance: OwnQuestion | None = None) -> None:
        super().__init__(data, instance=instance)
        kept = instance.objective_id if instance else None
        mine = community.objectives.filter(state=Objective.State.ACTIVE) | community.objectives.filter(pk=kept)
        self.fields["objective"].queryset = mine
        self.fields["objective"].empty_label = _("None in particular")

    def clean_wording_fr(self) -> str:
        return _without_braces(self.cleaned_data["wording_fr"])

    def clean_wording_en(self) -> str:
        return _without_braces(self.cleaned_data["wording_en"])

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        french, english = (own_questions.lines_of(cleaned.get(name, "")) for name in ("choices_fr", "choices_en"))
        typed = {"choices_fr": "\n".join(french), "choices_en": "\n".join(english)}
        if cleaned.get("scale") != OwnQuestion.Scale.CHOICE:
            return {**cleaned, **typed}  # not asked, and kept for whoever comes back to a choice
        if not own_questions.FEWEST <= len(french) <= own_questions.MOST_CHOICES:
            self.add_error("choices_fr", _("Write from two to four answers, one a line."))
        elif len(set(french)) < len(french):
            self.add_error("choices_fr", _("The same answer is there twice."))
        elif any(len(line) > LONGEST_CHOICE for line in [*french, *english]):
            self.add_error("choices_fr", _("Keep each answer under 120 characters."))
        elif english and len(english) != len(french):
            self.add_error("choices_en", _("Write as many answers as in French, or none."))
        return {**cleaned, **typed}


def _without_braces(words: str) -> str:
    """What stands in braces is replaced in the questions of all communities."""
    if "{" in words or "}" in words:
        raise forms.ValidationError(_("Write it without braces."))
    return " ".join(words.split())


@require_safe
def list_own(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may=MAY)
    questions = list(community.own_questions.select_related("objective"))
    frames = [moment for moment in OwnQuestion.Moment if any(one.moment == moment for one in questions)]
    has_room = len(questions) < OwnQuestion.MOST
    return page(
        request,
        "evaluations/own_questions/list.html",
        community,
        "settings",
        questions=[(one, asked_of_its_own([own_questions.kept(one)])[0]) for one in questions],
        frames=frames,
        has_room=has_room,
        sources=own_questions.to_copy(request.user, community) if has_room else [],
        languages=settings.LANGUAGES,
        language=_language(request),
    )


def _language(request: HttpRequest) -> str:
    return languages.full(request.GET.get("langue", "")) or languages.active()


@require_safe
@xframe_options_sameorigin
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot as members see these questions, for a frame as wide as a phone; nobody can press there."""
    community = fetch(request, with_programme, pk=pk, may=MAY)
    moment = request.GET.get("moment")
    with translation.override(_language(request)):
        asked = asked_of_its_own(own_questions.frozen(community, moment or OwnQuestion.Moment.MEETING))
        context = {"community": community, "form": BallotForm(asked)}
        response = render(request, "evaluations/own_questions/preview.html", context)
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may=MAY)
    form = OwnQuestionForm(request.POST or None, community=community)
    if form.is_bound and form.is_valid():
        watched = undoing.Watched(community.own_questions.all())
        try:
            own_questions.add(community, form.changes(), by=request.user)
        except ValidationError as error:
            form.add_error("wording_fr", error)
        else:
            _say(request, _("The question is added: evaluations opened from now on ask it."), watched, community)
            return redirect("evaluations:own_questions", pk)
    status = 422 if form.is_bound else 200
    return page(request, "evaluations/own_questions/form.html", community, "settings", status=status, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    question = fetch_part(request, OwnQuestion.objects, pk, may=MAY)
    community = question.community
    form = OwnQuestionForm(request.POST or None, community=community, instance=question)
    form, status, conflict = revise_with(form, question)
    if status == 302:
        back = reverse("evaluations:own_questions", args=[community.pk])
        said = _("The changes are saved. Evaluations that are open or closed keep the question they asked.")
        return saved(request, form, may=MAY, of=community, back=back, sentence=said)
    context = {"form": form, "conflict": conflict, "question": question}
    return page(request, "evaluations/own_questions/form.html", community, "settings", status=status, **context)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    question = fetch_part(request, OwnQuestion.objects, pk, may=MAY)
    watched = undoing.Watched(*undoing.hanging_from(question))
    own_questions.remove(question, by=request.user)
    _say(request, _("The question is removed. What was answered to it stays."), watched, question.community)
    return redirect("evaluations:own_questions", question.community_id)


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may=MAY)
    asked = parse_int(request.POST.get("source", ""))
    source = next((one for one in own_questions.to_copy(request.user, community) if one.pk == asked), None)
    watched = undoing.Watched(community.own_questions.all())
    with validation_as_messages(request):
        n = own_questions.copy_from(source, community, by=request.user) if source else 0
        if n:
            said = ngettext("%(n)s question is copied.", "%(n)s questions are copied.", n) % {"n": n}
            _say(request, said, watched, community)
        else:
            messages.info(request, _("There is nothing to copy from this community any more."))
    return redirect("evaluations:own_questions", pk)


def _say(request: HttpRequest, sentence: str, watched: undoing.Watched, community: Community) -> None:
    back = reverse("evaluations:own_questions", args=[community.pk])
    say_undoable(request, sentence, watched, may=MAY, of=community, back=back)
