"""A list of members from a file: sent, read line by line, then applied once."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import fetch
from communities import importing
from communities.forms.imports import ImportForm
from communities.models import Community, MemberImport
from communities.views.shared import page, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def import_members(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.import_people")
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        read = MemberImport.objects.create(
            community=community,
            file_name=form.cleaned_data["file"].name[:200],
            lines=form.lines,
            read_by=request.user,
        )
        return redirect(read)
    return page(request, "import.html", community, "members", form=form, status=422 if form.is_bound else 200)


def fetch_import(request, pk) -> MemberImport:
    read = fetch(request, MemberImport.objects.select_related("community__programme"), pk=pk)
    fetch(request, Community, pk=read.community_id, may="communities.import_people")
    return read


@require_safe
def preview_import(request, pk):
    read = fetch_import(request, pk)
    lines = [] if read.applied_at else importing.examine(read.community, read.lines)
    return page(
        request,
        "import_preview.html",
        read.community,
        "members",
        read=read,
        lines=lines,
        counts=importing.counted(lines),
        ticked=sum(line.is_ticked for line in lines),
    )


@require_POST
def apply_import(request, pk):
    read = fetch_import(request, pk)
    wanted = {whole_number(number) for number in request.POST.getlist("line")}
    result = importing.apply(read, wanted)
    if result is None:
        messages.warning(request, _("This list was imported already; nothing was written twice."))
        return redirect(read)
    n = result["added"]
    messages.success(request, ngettext("%(n)s person is now a member.", "%(n)s people are now members.", n) % {"n": n})
    return redirect("communities:members", read.community_id)
