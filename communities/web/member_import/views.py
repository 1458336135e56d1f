"""A list of members from a file: sent, read, looked at line by line, written once, undone for a week."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.domain import audit
from accounts.models import Action
from cmtl.background import start_soon
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch
from cmtl.tables import csv_response
from communities import tasks
from communities.domain.member_import import import_apply, importing
from communities.domain.recruitment import recruiting
from communities.models import Community, MemberImport
from communities.web.member_import.forms import ImportForm, ReadingForm, StatusForm
from communities.web.shared import page

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def import_members(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.import_people")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, community=community)
    if request.method == "POST" and form.is_valid():
        file, status = form.cleaned_data["file"], form.cleaned_data["status"]
        try:
            kept = import_apply.receive(
                community, content=file.read(), file_name=file.name, by=request.user, status=status
            )
        except ValidationError as refused:
            form.add_error("file", refused)
        else:
            if kept.is_at_work:
                start_soon(tasks.work_on_list, kept.pk)
            return redirect(kept)
    earlier = community.imports.filter(applied_at__isnull=False).defer("source", "lines").order_by("-applied_at")[:5]
    status = 422 if form.is_bound else 200
    return page(
        request,
        "communities/member_import/import.html",
        community,
        "members",
        form=form,
        earlier=earlier,
        status=status,
    )


def fetch_import(request, pk) -> MemberImport:
    kept = fetch(request, MemberImport.objects.defer("source").select_related("community__programme"), pk=pk)
    fetch(request, Community, pk=kept.community_id, may="communities.import_people")
    return kept


@require_safe
def preview_import(request, pk):
    kept = fetch_import(request, pk)
    if kept.state == MemberImport.State.READY:
        return show_preview(request, kept, ReadingForm(reading=reading_of(kept)))
    if kept.is_at_work:
        return page(
            request, "communities/member_import/import_progress.html", kept.community, "members", **progress_of(kept)
        )
    return page(request, "communities/member_import/import_result.html", kept.community, "members", **result_of(kept))


def result_of(kept) -> dict:
    """What was written, and what is left to do with the people of the list."""
    written = kept.written.select_related("membership__user").filter(membership__isnull=False)
    lacking = recruiting.not_committed(kept.community).filter(pk__in=written.values("membership"))
    return {
        "read": kept,
        "stays": kept.written.exclude(kept="").select_related("membership__user"),
        "unreachable": written.filter(membership__user__email=None),
        "not_committed": lacking.count(),
        "to_invite": recruiting.pool(kept.community).filter(pk__in=written.values("membership")).count(),
    }


def show_preview(request, kept, form, status=200):
    lines = importing.examine(kept.community, kept.lines, kept.choices, kept.status)
    show = request.GET.get("show", "")
    shown = Paginator(importing.showing(lines, show), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "read": kept,
        "form": form,
        "status_form": StatusForm(community=kept.community, status=kept.status),
        "is_told": not kept.source_is_kept,
        "is_unread": kept.reading.get("columns") is not None and not lines,
        "total": len(lines),
        "people": shown,
        "show": show if show in importing.LABELS else "",
        **ticked_of(lines),
    }
    return page(
        request, "communities/member_import/import_preview.html", kept.community, "members", status=status, **context
    )


def ticked_of(lines) -> dict:
    return {"counts": importing.counted(lines), "kept": sum(line.is_kept for line in lines)}


def reading_of(kept) -> importing.Reading:
    return importing.Reading(**kept.reading)


@require_POST
def correct_reading(request, pk):
    """Read the kept file in another way."""
    kept = fetch_import(request, pk)
    if kept.state != MemberImport.State.READY:
        return redirect(kept)
    form = ReadingForm(request.POST, reading=reading_of(kept))
    if form.is_valid():
        try:
            if not import_apply.read_again(kept, form.wanted()):
                messages.warning(request, _("The file is no longer kept. Send it again to read it in another way."))
            return redirect(kept)
        except ValidationError as refused:
            form.add_error(None, refused)
    return show_preview(request, kept, form, status=422)


@require_POST
def choose_lines(request, pk):
    """Ticks, as they are made; addresses; all of the lines that are shown; what the list makes of people."""
    kept = fetch_import(request, pk)
    before = kept.status, {line["number"]: line["email"] for line in kept.lines or []}
    if not keep_choices(request, kept):
        return read_meanwhile(request, kept)
    kept.refresh_from_db(fields=["choices", "lines", "status"])
    if request.htmx:
        return HttpResponseClientRefresh() if kept.status != before[0] else render_ticked(request, kept, before[1])
    place = request.POST.get("mend", "")
    at = f"#line-{place}" if parse_int(place) else ""
    return redirect(f"{kept.get_absolute_url()}?{request.GET.urlencode()}{at}")


def render_ticked(request, kept, addresses: dict[int, str]):
    """The counts, and what is said of the lines whose address just changed."""
    lines = importing.examine(kept.community, kept.lines or [], kept.choices, kept.status)
    show = request.GET.get("show", "")
    context = {
        **ticked_of(lines),
        "total": len(lines),
        "show": show if show in importing.LABELS else "",
        "mended": [line for line in lines if line.cells["email"] != addresses.get(line.number)],
        "is_told_apart": True,
    }
    return render(request, "communities/member_import/_ticked.html", context)


def keep_choices(request, kept) -> bool:
    return import_apply.choose(
        kept,
        parse_int(request.POST.get("revision", "")),
        chosen(request, kept),
        addresses=addresses_in(request, kept),
        status=request.POST.get("status", ""),
    )


def addresses_in(request, kept) -> dict[int, str]:
    """The addresses typed or chosen, of the lines that were shown with one to mend."""
    found = {line["number"]: request.POST.get(f"email-{line['number']}") for line in kept.lines or []}
    return {number: " ".join(typed.split()) for number, typed in found.items() if typed is not None}


def chosen(request, kept) -> dict[int, bool]:
    if wanted := request.POST.get("all"):
        lines = importing.examine(kept.community, kept.lines or [], status=kept.status)
        shown = importing.showing(lines, request.GET.get("show", ""))
        return {line.number: wanted == "on" for line in shown if line.is_possible}
    ticked = {parse_int(number) for number in request.POST.getlist("line")}
    numbers = {line["number"] for line in kept.lines or []}
    return {n: n in ticked for n in map(parse_int, request.POST.getlist("shown")) if n in numbers}


def read_meanwhile(request, kept):
    messages.warning(request, _("Somebody read or imported this list meanwhile. This is how it is now."))
    return HttpResponseClientRefresh() if request.htmx else redirect(kept)


@require_POST
def apply_import(request, pk):
    kept = fetch_import(request, pk)
    revision = parse_int(request.POST.get("revision", ""))
    if kept.state != MemberImport.State.READY:
        messages.warning(request, _("This list was imported already; nothing was written twice."))
        return redirect(kept)
    keep_choices(request, kept)
    if not import_apply.ask_to_write(kept, revision):
        return read_meanwhile(request, kept)
    return start(kept)


@require_POST
def undo_import(request, pk):
    kept = fetch_import(request, pk)
    if not import_apply.ask_to_undo(kept):
        messages.warning(request, _("This import cannot be undone, or already is."))
        return redirect(kept)
    return start(kept)


def start(kept):
    """Short lists while the person waits, the others in the background."""
    if import_apply.is_short(kept):
        import_apply.work(kept.pk)
    else:
        start_soon(tasks.work_on_list, kept.pk)
    return redirect(kept)


@require_safe
def show_progress(request, pk):
    kept = fetch_import(request, pk)
    if not request.htmx:
        return redirect(kept)
    if not kept.is_at_work:
        return HttpResponseClientRefresh()
    return render(request, "communities/member_import/import_progress.html#progress", progress_of(kept))


def progress_of(kept) -> dict:
    late = timezone.now() - MemberImport.LEASE
    began = kept.undo_asked_at or kept.asked_at or kept.read_at
    return {"read": kept, "is_slow": (kept.worked_at or began) < late}


@require_safe
def export_skipped(request, pk):
    """The lines that were not written, with why: to be corrected and sent again."""
    kept = fetch_import(request, pk)
    cells = {line["number"]: line for line in kept.lines or []}
    columns = [name for name in importing.COLUMN_NAMES if name != "full_name"]
    header = [str(importing.COLUMN_NAMES[name]) for name in columns] + [_("Line"), _("Why it was left out")]
    rows = [
        [*(cells[number].get(name, "") for name in columns), number, why]
        for number, why in kept.skipped
        if number in cells
    ]
    audit.write(Action.CONTACTS_EXPORTED, by=request.user, about=kept, what="left_out", format="csv")
    return csv_response(f"{slugify(kept.community.name) or kept.community_id}-{_('left-out')}.csv", header, rows)
