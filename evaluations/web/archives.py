"""The whole of a community in one file: asked for, made, downloaded for seven days."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl.background import start_soon
from cmtl.shortcuts import fetch
from communities.models import Community
from evaluations import tasks
from evaluations.domain import archive as archiving
from evaluations.models import CommunityArchive


@require_http_methods(["GET", "HEAD", "POST"])
def show_archive(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="evaluations.export_archive")
    if request.method == "POST":
        asked = archiving.ask_archive(community, by=request.user)
        start_soon(tasks.build_archive, asked.pk)
        return redirect("evaluations:archive", community.pk)
    return render(request, "evaluations/archive/archive.html", _state(community))


@require_safe
def archive_progress(request, pk):
    """Asked every two seconds by the page while the file is being made."""
    community = fetch(request, Community, pk=pk, may="evaluations.export_archive")
    if not request.htmx:
        return redirect("evaluations:archive", community.pk)
    return render(request, "evaluations/archive/archive.html#progress", _state(community))


def _state(community) -> dict:
    latest = community.archives.select_related("asked_by").first()
    return {
        "community": community,
        "tab": "settings",
        "under_way": archiving.waiting_or_begun().filter(community=community).first(),
        "failed": bool(latest and latest.error),
        "available": [
            {"archive": archive, "until": archive.built_at + archiving.KEPT_FOR}
            for archive in archiving.available(community).select_related("asked_by")
        ],
    }


@require_safe
def download(request, pk):
    archive = fetch(request, CommunityArchive.objects.select_related("community"), pk=pk)
    community = fetch(request, Community, pk=archive.community_id, may="evaluations.export_archive")
    if not archiving.available(community).filter(pk=archive.pk).exists():
        raise Http404
    try:
        file = archive.file.open("rb")
    except (FileNotFoundError, ValueError):  # ValueError: the row names no file
        messages.warning(request, _("This file is gone: ask for another archive."))
        return redirect("evaluations:archive", community.pk)
    audit.write(Action.ARCHIVE_TAKEN, by=request.user, about=archive, format="zip")
    name = f"{slugify(community.name) or community.pk}-{archive.asked_at:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, content_type="application/zip", filename=name)
