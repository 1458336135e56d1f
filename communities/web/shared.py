"""What the pages of a community share."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cmtl import editing, undoing
from cmtl.shortcuts import fetch
from communities.domain import revising
from communities.web.shared_forms import differences, written
from communities.web.undo import say_undoable


def page(request, template, community, tab, *, status=200, **context):
    """A page of one community, under its name and tabs."""
    return render(request, template, {"community": community, "tab": tab, **context}, status=status)


def fetch_part(request, things, pk, *, may):
    """Something of a community that one may see (else 404), when one may do this in the community (else 403)."""
    thing = fetch(request, things.select_related("community__programme"), pk=pk)
    if not request.user.has_perm(may, thing.community):
        raise PermissionDenied
    return thing


def save_over(form, save, fingerprint, differences=None, watches=()):
    """Save what a form was sent with over what it was shown. Returns the form, the status of the page (302: saved),
    and both texts when somebody else saved in between. `watches` is what saving changes, and undoing puts back."""
    if not form.is_bound:
        return form, 200, []
    if not form.is_valid():
        return form, 422, []
    form.watched = undoing.Watched(*watches)
    try:
        with transaction.atomic():  # what the form makes on the way (an organisation) is kept only with the rest
            save()
    except editing.Conflict as first:
        conflict = (differences or form.differences)(first.theirs)
        return form.again(fingerprint(first.theirs)), 409, conflict
    except ValidationError as refused:
        form.add_error(None, refused)
        return form, 422, []
    return form, 302, []


def saved(request, form, *, may, of, back, sentence=""):
    """Say so on the page that follows, with what undoes it."""
    say_undoable(request, sentence or _("The changes are saved."), form.watched, may=may, of=of, back=back)
    return redirect(back)


def revise_with(form, thing, revise=revising.revise_part, watches=()):
    """The same, of fields that are compared as they are stored."""
    changes = {}

    def save():
        changes.update(form.changes())
        revise(thing, changes, shown=form.cleaned_data["shown"])

    shown, told = lambda row: editing.seen(row, changes), lambda row: differences(form, row, changes)
    return save_over(form, save, shown, told, watches=watches or [thing])


def remove_part(request, thing, *, title, warning, done, to, remove=None):
    """Ask before something of a community goes for good; by the verb `remove`, where it does more than delete."""
    if request.method == "POST":
        watched, gone = undoing.Watched(*undoing.hanging_from(thing)), reverse(to, args=[thing.community_id])
        (remove or type(thing).delete)(thing)
        say_undoable(request, done, watched, may="communities.edit", of=thing.community, back=gone)
        return redirect(gone)
    back = thing.get_absolute_url()
    context = {"title": title, "thing": thing, "warning": warning, "back": back}
    return page(request, "communities/part_remove.html", thing.community, "settings", **context)


def edit_rows(
    request,
    community,
    template,
    formset_class,
    *,
    rows,
    fields,
    save,
    done,
    first,
    also=None,
    watches=(),
    may="communities.edit",
    **context,
):
    """A short list edited whole, with the settings below it (`also`). Rows in which nobody wrote are left alone:
    blank ones, and those proposed to whoever begins (`first`). If somebody saved it in between, both are shown and
    nothing is written. `watches` is what saving changes, and who `may` puts back."""
    stored, options = list(rows()), {"prefix": "rows", "form_kwargs": {"empty_permitted": True}}
    status, shown, conflict = 200, editing.seen_rows(stored, fields), None
    if request.method == "POST":
        formset = formset_class(request.POST, **options)
        status, shown = 422, request.POST.get("shown", "")
        if formset.is_valid() & (also is None or also.is_valid()):
            watched = undoing.Watched(*watches)
            try:
                save(written(formset), shown)
            except editing.Conflict as changed:
                status, shown, conflict = 409, editing.seen_rows(changed.theirs, fields), changed.theirs
            else:
                back = community.get_absolute_url()
                say_undoable(request, done, watched, may=may, of=community, back=back)
                return redirect(community)
    else:
        initial = [{"pk": row.pk, **{name: getattr(row, name) for name in fields}} for row in stored]
        formset = formset_class(initial=[*initial, *first], **options)
        if first:
            formset.extra = 0
    shared = {"formset": formset, "also": also, "shown": shown, "conflict": conflict}
    return page(request, template, community, "settings", status=status, **shared, **context)
