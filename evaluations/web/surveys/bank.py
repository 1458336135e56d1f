"""The questionnaires that all communities share, as those who lead read them, and the making of a version."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import papers, undoing
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch, validation_as_messages
from communities.web.shared import save_over
from communities.web.shared_forms import Resent, as_read
from communities.web.undo import say_undoable
from evaluations.domain.surveys import bank
from evaluations.domain.surveys.bank import Edit, Item, Sheet
from evaluations.domain.surveys.questionnaires import WORDS
from evaluations.models import Questionnaire

READS, MAKES = "evaluations.read_bank", "evaluations.make_version"
LABELS = {
    "wording_fr": gettext_lazy("In French"),
    "wording_en": gettext_lazy("In English"),
    "individual_fr": gettext_lazy("In French, to members as individuals"),
    "individual_en": gettext_lazy("In English, to members as individuals"),
}
BRACES = gettext_lazy("Keep what stands in braces: it is replaced when the question is asked.")
ASKED, PLACE = "is_asked", "place"


def _sheet(request: HttpRequest, code: str, may: str) -> Sheet:
    if not request.user.has_perm(may):
        raise PermissionDenied
    if code not in Questionnaire.Code:
        raise Http404
    return Sheet(code)


@require_safe
def list_questionnaires(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(READS):
        raise PermissionDenied
    sheets = [Sheet(code) for code in Questionnaire.Code.values]
    return render(request, "evaluations/questionnaires/list.html", {"sheets": sheets})


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    sheet = _sheet(request, code, READS)
    makes = request.user.has_perm(MAKES)
    context = {"sheet": sheet, "may_make": makes, "may_take_back": makes and sheet.may_be_taken_back}
    return render(request, "evaluations/questionnaires/questionnaire.html", context)


@require_safe
def in_word(request: HttpRequest, code: str) -> HttpResponse:
    """Its questions as they are asked now, to be read and adapted by others."""
    sheet = _sheet(request, code, READS)
    context = {"sheet": sheet, "items": [item for item in sheet.items if item.is_asked]}
    template, name = "evaluations/questionnaires/questionnaire_word.html", f"questionnaire-{code.lower()}"
    return papers.word(request, template, context, name)


# ------------------------------------------------------------ a version


class VersionForm(Resent, forms.Form):
    """The words, the place and the presence of each question that is not locked."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, sheet: Sheet, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"shown": sheet.current.version})
        self.free = [item for item in sheet.items if not item.question.is_locked]
        last = max(item.place for item in sheet.items)
        for item in self.free:
            for name in self._words_of(item):
                self.fields[f"{item.code}-{name}"] = forms.CharField(
                    label=LABELS[name],
                    help_text=BRACES if "{" in getattr(item.question, name) else "",
                    initial=getattr(item.question, name),
                    max_length=300,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
            self.fields[f"{item.code}-{ASKED}"] = forms.BooleanField(
                label=_("Asked"), initial=item.is_asked, required=False
            )
            if item.place:
                self.fields[f"{item.code}-{PLACE}"] = forms.IntegerField(
                    label=_("Place among the questions"), initial=item.place, min_value=1, max_value=last
                )

    def _words_of(self, item: Item) -> list[str]:
        return [name for name in WORDS if getattr(item.question, name)]

    def groups(self) -> Iterator[tuple[Item, list[Any]]]:
        for item in self.free:
            yield item, [self[name] for name in self._names_of(item)]

    def edits(self) -> dict[str, Edit]:
        return {item.code: self._edit(item) for item in self.free}

    def _edit(self, item: Item) -> Edit:
        typed = self.cleaned_data
        words = {name: typed[f"{item.code}-{name}"] for name in self._words_of(item)}
        return Edit(words, typed[f"{item.code}-{ASKED}"], typed.get(f"{item.code}-{PLACE}", 0))

    def differences(self, theirs: Questionnaire) -> list[dict]:
        """What the other person's version says otherwise than it is typed here: words, place, asked or not."""
        sheet = Sheet(theirs.code)
        stored = {item.code: item for item in sheet.items}
        return [
            {"label": f"{item.code} · {self.fields[name].label}", "theirs": there, "yours": mine}
            for item in self.free
            for name in self._names_of(item)
            for there, mine in [self._both(name, stored[item.code])]
            if there != mine
        ]

    def _names_of(self, item: Item) -> list[str]:
        return [name for name in self.fields if name.startswith(f"{item.code}-")]

    def _both(self, name: str, stored: Item) -> tuple[str, str]:
        """As both would be read; the place of a question that they no longer ask says nothing."""
        part, field, mine = name.rpartition("-")[2], self.fields[name], self.cleaned_data[name]
        if part == PLACE:
            theirs = stored.place if stored.is_asked and self.cleaned_data[f"{stored.code}-{ASKED}"] else mine
        else:
            theirs = stored.is_asked if part == ASKED else getattr(stored.question, part)
        return as_read(field, theirs), as_read(field, mine)


@require_http_methods(["GET", "HEAD", "POST"])
def make_version(request: HttpRequest, code: str) -> HttpResponse:
    sheet = _sheet(request, code, MAKES)
    form = VersionForm(sheet, request.POST or None)

    made: list[Questionnaire | None] = []

    def save() -> None:
        based_on = form.cleaned_data["shown"]
        shown = parse_int(based_on)
        made.append(bank.make_version(code, form.edits(), by=request.user, based_on=shown))

    form, status, conflict = save_over(form, save, lambda theirs: str(theirs.version))
    if status == 302:
        _say_made(request, made[0])
        return redirect("evaluations:questionnaire", code)
    context = {"sheet": sheet, "form": form, "conflict": conflict}
    return render(request, "evaluations/questionnaires/version.html", context, status=status)


def _say_made(request: HttpRequest, made: Questionnaire | None) -> None:
    if made is None:
        messages.info(request, _("Nothing differs from the version in use."))
        return
    said = _("The version is made. Evaluations opened from now on use it; those that are open keep theirs.")
    undoing.say_done(request, said, reverse("evaluations:take_back_version", args=[made.pk]))


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm(MAKES):
        raise PermissionDenied
    version = fetch(request, Questionnaire, pk=pk)
    watched, back = undoing.Watched(version), reverse("evaluations:questionnaire", args=[version.code])
    with validation_as_messages(request):
        bank.take_back(version, by=request.user)
        said = _("The version is taken back: evaluations open with the one before.")
        say_undoable(request, said, watched, may=MAKES, of=version, back=back)
    return redirect(back)
