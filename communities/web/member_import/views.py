"""A list of members from a file: sent, read, looked at line by line, written once, undone for a week."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from accounts.domain import audit
from accounts.models import Action
from cmtl.background import start_soon
from cmtl.numbers import parse_int
from cmtl.shortcuts import fetch
from cmtl.tables import csv_response
from communities import tasks
from communities.domain.community.launch import launch_of
from communities.domain.member_import import import_apply, importing, spreadsheets
from communities.domain.recruitment import recruiting
from communities.models import Community, MemberImport
from communities.web.member_import.forms import ImportForm, ReadingForm, StatusForm, usual_status
from communities.web.shared import page

PER_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def import_members(request, pk):
    """A list pasted or sent; `list` is the one that it is read instead of."""
    community = fetch(request, Community, pk=pk, may="communities.import_people")
    former = community.imports.filter(pk=parse_int(request.GET.get("list", "")), asked_at=None).first()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, address=request.get_full_path(), initial={"text": text_of(former)})
    if form.is_bound and form.is_valid():
        try:
            kept = receive(request, community, form, former)
        except ValidationError as refused:
            form.add_error(form.source, refused)
        else:
            return HttpResponseClientRedirect(kept.get_absolute_url()) if request.htmx else redirect(kept)
    earlier = community.imports.filter(applied_at__isnull=False).defer("source", "lines").order_by("-applied_at")[:5]
    status = 422 if form.is_bound else 200
    template = "communities/member_import/import.html"
    return page(request, template, community, "members", form=form, earlier=earlier, status=status)


def receive(request, community, form, former) -> MemberImport:
    content = form.content
    reads_again = former and form.source == "text" and spreadsheets.is_small(content)
    if reads_again and import_apply.read_instead(former, content):
        return former
    kept = import_apply.receive(
        community, content=content, file_name=form.name, by=request.user, status=usual_status(community)
    )
    if kept.is_at_work:
        start_soon(tasks.work_on_list, kept.pk)
    return kept


def text_of(former) -> str:
    """What was pasted, to be pasted beside or corrected."""
    source = bytes(former.source or b"") if former else b""
    if not source or spreadsheets.is_workbook(source) or not spreadsheets.is_small(source):
        return ""
    return spreadsheets.decoded(source, former.reading.get("encoding", ""))[0]


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
    return page(
        request,
        "communities/member_import/import_result.html",
        kept.community,
        "members",
        **result_of(kept, request.user),
    )


def result_of(kept, user) -> dict:
    """What was written, and what is left to do with the people of the list."""
    written = kept.written.select_related("membership__user").filter(membership__isnull=False)
    lacking = recruiting.not_committed(kept.community).filter(pk__in=written.values("membership"))
    return {
        "read": kept,
        "next_step": launch_of(kept.community, user).next_first,
        "stays": kept.written.exclude(kept="").select_related("membership__user"),
        "unreachable": written.filter(membership__user__email=None),
        "not_committed": lacking.count(),
        "to_invite": recruiting.pool(kept.community).filter(pk__in=written.values("membership")).count(),
    }


def show_preview(request, kept, form, status=200):
    lines = importing.examine(kept.community, kept.lines, kept.choices, kept.status)
    shown = Paginator(importing.showing(lines, request.GET.get("show", "")), PER_PAGE)
    context = {
        "read": kept,
        "form": form,
        "status_form": StatusForm(community=kept.community, status=kept.status),
        "is_told": not kept.source_is_kept,
        "is_unread": kept.reading.get("columns") is not None and not lines,
        "people": shown.get_page(request.GET.get("page")),
        **counts_of(request, lines),
    }
    return page(
        request, "communities/member_import/import_preview.html", kept.community, "members", status=status, **context
    )


def counts_of(request, lines) -> dict:
    show = request.GET.get("show", "")
    kept = [line for line in lines if line.is_kept]
    adds = sum(line.outcome in importing.TICKED for line in kept)
    return {
        "total": len(lines),
        "counts": importing.counted(lines),
        "to_correct": sum(line.is_to_correct for line in lines),
        "adds": adds,
        "changes": len(kept) - adds,
        "unreachable": sum(bool(line.cells["email"]) and not line.email for line in kept),
        "show": show if show in (importing.CORRECT, *importing.LABELS) else "",
    }


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
    """Ticks, as they are made; cells; all of the lines that are shown; what the list makes of people."""
    kept = fetch_import(request, pk)
    shown = as_shown(request, kept)
    cells = cells_in(request, kept, shown)
    theirs = keep_choices(request, kept, shown, cells)
    if theirs is None:
        return read_meanwhile(request, kept)
    kept.refresh_from_db(fields=["choices", "lines", "status"])
    if request.htmx:
        is_otherwise = theirs or kept.status != request.POST.get("status_shown")
        return HttpResponseClientRefresh() if is_otherwise else render_ticked(request, kept, shown, cells)
    place = request.POST.get("rather", "")
    at = f"#line-{place}" if parse_int(place) else ""
    return redirect(f"{kept.get_absolute_url()}?{request.GET.urlencode()}{at}")


def render_ticked(request, kept, shown: dict[int, dict], cells: dict[int, dict]):
    """The counts, what is said of the lines of which a cell just changed, and what the page shows from now on: its
    own cells, not those that a colleague corrected meanwhile."""
    lines = importing.examine(kept.community, kept.lines or [], kept.choices, kept.status)
    touched = {number for number in shown if cells[number]} | (set(shown) & set(chosen(request, kept, shown)))
    context = {
        **counts_of(request, lines),
        "read": kept,
        "community": kept.community,
        "mended": [line for line in lines if cells.get(line.number)],
        "seen": [
            {"number": line.number, "as_shown": importing.as_shown(line, shown[line.number] | cells[line.number])}
            for line in lines
            if line.number in touched
        ],
        "rather": parse_int(request.POST.get("rather", "")),
        "is_told_apart": True,
    }
    return render(request, "communities/member_import/_ticked.html", context)


def keep_choices(request, kept, shown: dict[int, dict], cells: dict[int, dict]) -> dict | None:
    """What the person changed on the page, and nothing else of what it shows: a colleague may have corrected a line
    meanwhile. Where both wrote in one cell, the colleague's stays, and this is told. None: another reading."""
    status = request.POST.get("status", "")
    theirs = import_apply.choose(
        kept,
        parse_int(request.POST.get("revision", "")),
        chosen(request, kept, shown),
        cells=cells,
        shown=shown,
        status=status if status != request.POST.get("status_shown") else "",
    )
    for number, cell in (theirs or {}).items():
        for name, text in cell.items():
            told = _("Line %(n)s: somebody wrote “%(theirs)s” meanwhile, and it stays. You had written “%(yours)s”.")
            messages.warning(request, told % {"n": number, "theirs": text, "yours": cells[number][name]})
    return theirs


def as_shown(request, kept) -> dict[int, dict]:
    """What the page showed of its lines, as it says itself."""
    found = {}
    for line in kept.lines or []:
        try:
            *cells, is_kept = json.loads(request.POST.get(f"shown-{line['number']}", ""))
            found[line["number"]] = dict(zip(importing.EDITABLE, map(str, cells), strict=True)) | {"is_kept": is_kept}
        except (ValueError, TypeError):
            continue
    return found


def typed_in(request, number: int, was: dict) -> dict[str, str]:
    """The cells of a line that somebody changed."""
    sent = {name: request.POST.get(f"{name}-{number}") for name in importing.EDITABLE}
    typed = {name: " ".join(text.split()) for name, text in sent.items() if text is not None}
    return {name: text for name, text in typed.items() if text != " ".join(was[name].split())}


def cells_in(request, kept, shown: dict[int, dict]) -> dict[int, dict[str, str]]:
    """What was typed in the cells of the lines that were shown, the address taken from what is proposed, and the
    organisation of all who have none."""
    found = {number: typed_in(request, number, was) for number, was in shown.items()}
    if rather := parse_int(request.POST.get("rather", "")):
        lines = importing.examine(kept.community, kept.lines or [], status=kept.status)
        for line in lines:
            if line.number == rather and line.address_meant:
                found.setdefault(rather, {})["email"] = line.address_meant
    organisation = " ".join(request.POST.get("organisation", "").split())
    if organisation and "organise" in request.POST:
        for line in kept.lines or []:
            typed = found.setdefault(line["number"], {})
            if "kind" not in line and not typed.get("organisation", line["organisation"]):
                typed["organisation"] = organisation
    return found


def chosen(request, kept, shown: dict[int, dict]) -> dict[int, bool]:
    if wanted := request.POST.get("all"):
        lines = importing.examine(kept.community, kept.lines or [], status=kept.status)
        of_page = importing.showing(lines, request.GET.get("show", ""))
        return {line.number: wanted == "on" for line in of_page if line.is_possible}
    ticked = {parse_int(number) for number in request.POST.getlist("line")}
    return {n: n in ticked for n, was in shown.items() if was["is_kept"] not in (None, n in ticked)}


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
    shown = as_shown(request, kept)
    if keep_choices(request, kept, shown, cells_in(request, kept, shown)):
        return redirect(kept)
    kept.refresh_from_db(fields=["status"])
    is_otherwise = kept.status != request.POST.get("status", kept.status)  # what the person was not shown
    if is_otherwise or not import_apply.ask_to_write(kept, revision):
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
