"""Files that people take away, with an account or without: so many an hour for each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cmtl import limits, pdf
from meetings.domain.links.visitors import FILES, FILES_PER


def are_too_many(request: HttpRequest, person: int) -> bool:
    """Counts this one; whoever asked is told to wait."""
    if not limits.rate_limited(f"files:{person}", FILES, FILES_PER):
        return False
    messages.warning(request, _("That is many files in an hour: try again later."))
    return True


def download(content: bytes | str, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def paper(request: HttpRequest, template: str, context: dict, name: str) -> HttpResponse | None:
    """A PDF that no cache keeps; None, and whoever asked is told why, where this machine cannot draw any."""
    try:
        response = download(pdf.render_pdf(template, context), name, "application/pdf")
    except pdf.PangoMissing:
        messages.error(request, _("This machine cannot draw PDFs: tell those who run it."))
        return None
    response["Cache-Control"] = "no-store"
    return response
