"""Two records of one person or organisation: found, merged, taken back for a day, or said to be different."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import fetch, validation_as_messages
from cmtl.undoing import say_done
from communities.domain.duplicates import duplicates, merging
from communities.models import Community, Kind, Membership, Merge

PER_PAGE = 25
KINDS = {"personnes": Kind.PERSON, "organisations": Kind.ORGANISATION}
PATHS = {kind: path for path, kind in KINDS.items()}


@require_safe
def list_duplicates(request):
    if not Community.objects.manageable_by(request.user).exists():
        raise PermissionDenied
    kind = KINDS.get(request.GET.get("sorte", ""), Kind.PERSON)
    pairs = Paginator(duplicates.pairs_of(request.user, kind), PER_PAGE).get_page(request.GET.get("page"))
    records = duplicates.named(kind, [(p.low, p.high) for p in pairs], request.user)
    return render(
        request,
        "communities/duplicates/duplicates.html",
        {
            "kind": kind,
            "path": PATHS[kind],
            "people": pairs,
            "pairs": [
                {"first": records[p.low], "second": records[p.high], "why": p.why}
                for p in pairs
                if p.low in records and p.high in records
            ],
            "apart": duplicates.kept_apart(request.user, kind),
            "merges": Merge.objects.visible_to(request.user).reversible(),
        },
    )


def two(request, kind, first, second):
    """Both records, which one may see and correct; anything else does not exist."""
    if kind not in KINDS or first == second:
        raise Http404
    found = merging.mergeable_by(request.user, KINDS[kind]).in_bulk([first, second])
    if len(found) < 2:
        raise Http404
    return KINDS[kind], found[first], found[second]


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, kind, first, second):
    """The first is kept, unless only the second may be; « the other way round » is the same address turned."""
    sort, kept, absorbed = two(request, kind, first, second)
    refusal = refusal_of(sort, kept, absorbed, request.user)
    if refusal and not refusal_of(sort, absorbed, kept, request.user) and request.method != "POST":
        return redirect("communities:merge", kind, second, first)
    if request.method == "POST":
        with validation_as_messages(request):
            merging.merge(sort, kept, absorbed, taken=taken_of(request.POST, sort), by=request.user)
            said = _("%(absorbed)s and %(kept)s are now one. For a day, one press undoes it.")
            messages.success(request, said % {"absorbed": absorbed, "kept": kept})
        return redirect(merges_address(kind))
    free = merging.choosable(sort, kept, absorbed, request.user)
    context = {
        "kind": sort,
        "path": kind,
        "kept": kept,
        "absorbed": absorbed,
        "refusal": refusal,
        "turned": not refusal_of(sort, absorbed, kept, request.user),
        "rows": rows_of(sort, kept, absorbed, free),
        "hangs": hanging(sort, kept, absorbed, request.user),
    }
    return render(request, "communities/duplicates/merge.html", context)


def merges_address(kind) -> str:
    return f"{reverse('communities:duplicates')}?sorte={kind}"


def taken_of(data, sort) -> list[str]:
    return [name for name in merging.FIELDS[sort] if data.get(name) == "absorbed"]


def refusal_of(sort, kept, absorbed, by) -> str:
    try:
        merging.refuse_merging(sort, kept, absorbed, by)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def rows_of(sort, kept, absorbed, free) -> list[dict]:
    """Field by field, as both are written. A blank gives way to what the other one says."""
    rows = []
    for name in merging.FIELDS[sort]:
        field = kept._meta.get_field(name)
        rows.append(
            {
                "name": name,
                "label": field.verbose_name,
                "kept": readable(kept, name),
                "absorbed": readable(absorbed, name),
                "free": name in free,
                "takes": getattr(kept, name) in ("", None) and getattr(absorbed, name) not in ("", None),
            }
        )
    return rows


def readable(record, name) -> str:
    value = getattr(record, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    display = getattr(record, f"get_{name}_display", None)
    return str(display() if display and value else value or "—")


def hanging(sort, kept, absorbed, user) -> dict:
    """Where each is listed, as far as this person manages people there."""
    lookup = "user" if sort == Kind.PERSON else "organisation"
    mine = Community.objects.manageable_by(user)
    memberships = Membership.objects.filter(**{f"{lookup}__in": [kept, absorbed]}, community__in=mine)
    found = {"kept": [], "absorbed": []}
    for m in memberships.select_related("community", "organisation", "user"):
        found["kept" if getattr(m, f"{lookup}_id") == kept.pk else "absorbed"].append(m)
    return found


@require_POST
def keep_apart(request, kind, first, second):
    sort, one, other = two(request, kind, first, second)
    if "again" in request.POST:
        duplicates.propose_again(sort, one.pk, other.pk)
        messages.success(request, _("The pair is proposed again."))
    else:
        duplicates.keep_apart(sort, one.pk, other.pk, by=request.user)
        said = _("%(one)s and %(other)s are not the same: they will not be proposed again.")
        say_done(request, said % {"one": one, "other": other}, request.path, again="on")
    return redirect(merges_address(kind))


@require_POST
def undo_merge(request, pk):
    done = fetch(request, Merge, pk=pk)
    with validation_as_messages(request):
        merging.undo_merge(done)
        messages.success(request, _("The merge is undone: everything is as it was."))
    return redirect(merges_address(PATHS[Kind(done.kind)]))
