"""A paper to print, or to go on from in Word, in the language that its link asks for."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cmtl import languages, pdf
from cmtl.word import documents


def shown(request: HttpRequest, template: str, context: dict, name: str, *, back: str) -> HttpResponse:
    """The PDF; where this machine cannot draw any, whoever asked is told so on the page they come from."""
    language = languages.full(request.GET.get("langue", "")) or languages.active()
    with translation.override(language):
        try:
            file = pdf.render_pdf(template, {**context, "language": language, "today": timezone.localdate()})
        except pdf.PangoMissing:
            messages.error(request, _("This machine cannot draw PDFs: tell those who run it."))
            return redirect(back)
    return HttpResponse(
        file,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


def word(
    request: HttpRequest,
    template: str,
    context: dict,
    name: str,
    *,
    styles: bytes = b"",
    contents: str = "",
) -> HttpResponse:
    """The same as a Word document to take away; `styles` and `contents` are those of `documents.from_html`."""
    language = languages.full(request.GET.get("langue", "")) or languages.active()
    with translation.override(language):
        context = {**context, "language": language, "today": timezone.localdate()}
        how = {"language": language, "styles": styles, "contents": contents}
        file = documents.render_word(template, context, **how)
    return HttpResponse(
        file,
        content_type=documents.CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}.docx"', "Cache-Control": "no-store"},
    )


def qr_image(address: str) -> str:
    """The QR code of an address, itself as an address that carries the picture."""
    return segno.make(address, error="m", micro=False).svg_data_uri(omitsize=True, border=2)
