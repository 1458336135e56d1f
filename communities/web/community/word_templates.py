"""The Word template of a programme: seen, sent, replaced, removed."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl import undoing
from cmtl.shortcuts import fetch
from cmtl.word import templates
from cmtl.word.documents import CONTENT_TYPE
from communities.domain.community import word_templates
from communities.models import Programme, WordTemplate
from communities.web.undo import say_undoable

MAY = "communities.edit_programme"


class WordTemplateForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Word document"),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=gettext_lazy("« .docx », 1 MB at most, without macros."),
        error_messages={
            "empty": gettext_lazy("The file is empty."),
            "required": gettext_lazy("Choose the document on your device."),
        },
    )

    def clean_file(self) -> UploadedFile:
        sent = self.cleaned_data["file"]
        self.content = sent.read(templates.MAX_BYTES + 1)  # a byte too many is refused, and the rest is not read
        templates.refuse(self.content)
        return sent


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    programme = fetch(request, Programme, pk=pk, may=MAY)
    form = WordTemplateForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        watched = undoing.Watched(WordTemplate.objects.filter(programme=programme))
        word_templates.keep(programme, form.content, form.cleaned_data["file"].name, by=request.user)
        _say(request, programme, watched, _("The template is kept: Word documents take its look from now on."))
        return redirect("communities:word_template", programme.pk)
    context = {"programme": programme, "form": form, "kept": _kept(programme)}
    return render(request, "communities/community/word_template.html", context, status=422 if form.errors else 200)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    programme = fetch(request, Programme, pk=pk, may=MAY)
    kept = WordTemplate.objects.filter(programme=programme).first()
    if kept is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="modele.docx"'}
    return HttpResponse(bytes(kept.content), content_type=CONTENT_TYPE, headers=headers)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    programme = fetch(request, Programme, pk=pk, may=MAY)
    watched = undoing.Watched(WordTemplate.objects.filter(programme=programme))
    word_templates.remove(programme, by=request.user)
    _say(request, programme, watched, _("The template is removed: Word documents take our own look again."))
    return redirect("communities:word_template", programme.pk)


def _kept(programme: Programme) -> WordTemplate | None:
    return WordTemplate.objects.filter(programme=programme).defer("content").first()


def _say(request: HttpRequest, programme: Programme, watched: undoing.Watched, sentence: str) -> None:
    back = reverse("communities:word_template", args=[programme.pk])
    say_undoable(request, sentence, watched, may=MAY, of=programme, back=back)
