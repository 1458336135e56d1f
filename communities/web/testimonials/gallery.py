"""The gallery of testimonials with the proof of each consent, for those who facilitate and the coordination."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cmtl.shortcuts import fetch, validation_as_messages
from cmtl.undoing import say_done
from communities.domain.testimonials import asking, choosing, testimonials, wordings
from communities.models import Community, Testimonial, Use
from communities.web.shared import page, save_over
from communities.web.shared_forms import as_read
from communities.web.testimonials.forms import AskForm, EditForm

PER_PAGE = 20
USE = "communities.use_testimonials"
with_programme = Community.objects.select_related("programme")


@dataclass(frozen=True)
class Shown:
    """One testimonial of the gallery, with its proofs."""

    row: Testimonial

    @property
    def state(self) -> str:
        if self.row.withdrawn_on:
            return "withdrawn"
        if self.row.has_ended or self.row.emptied_on:
            return "ended"
        if self.row.waits_for_agreement:
            return "waiting"
        return "aside" if self.row.set_aside_on else "in force"

    @property
    def can_be_edited(self) -> bool:
        return self.state in ("in force", "waiting", "aside")

    @property
    def proofs(self) -> list[tuple[Any, str]]:
        return [(consent, wordings.agreed_to(consent)) for consent in self.row.consents.all()]  # type: ignore[attr-defined]

    @property
    def seen(self) -> str:
        """Posted with each press: what its words were on this page."""
        return testimonials.seen(self.row)

    @property
    def allowed(self) -> list[str]:
        """The uses in force today, as they are called."""
        if self.state not in ("in force", "waiting"):
            return []
        consents = self.row.consents.all()  # type: ignore[attr-defined]
        return [c.get_use_display() for c in consents if c.withdrawn_on is None]

    @property
    def chosen_here(self) -> list[Any]:
        """What may be switched on or off from the gallery: uses in force today."""
        if self.state not in ("in force", "waiting") or self.row.set_aside_on is not None:
            return []
        consents = self.row.consents.all()  # type: ignore[attr-defined]
        return [c for c in consents if c.withdrawn_on is None and c.use in choosing.CHOSEN_HERE]


def shown_page(request: HttpRequest, found) -> Any:
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed.object_list = [Shown(row) for row in listed.object_list]
    return listed


@require_safe
def list_testimonials(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may="communities.read_testimonials")
    return page(
        request,
        "communities/testimonials/gallery.html",
        community,
        "testimonials",
        testimonials=shown_page(request, choosing.of_community(community)),
        may_use=request.user.has_perm(USE, community),
        reads_across=request.user.has_perm("communities.read_testimonials_across"),
    )


@require_safe
def list_across(request: HttpRequest) -> HttpResponse:
    """Those of all the communities one coordinates."""
    if not request.user.has_perm("communities.read_testimonials_across"):
        raise PermissionDenied
    mine = Community.objects.manageable_by(request.user)
    found = choosing.of_communities(mine.exclude(status=Community.Status.DRAFT))
    return page(request, "communities/testimonials/across.html", None, "", testimonials=shown_page(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    community = fetch(request, with_programme, pk=pk, may=USE)
    people = asking.who_can_be_asked(community)
    form = AskForm(request.POST or None, people=people)
    if form.is_valid():
        chosen, words = list(form.cleaned_data["people"]), form.cleaned_data["words"]
        n = asking.ask_for_testimonials(community, chosen, words, by=request.user)
        said = ngettext("%(n)s person is asked by e-mail.", "%(n)s people are asked by e-mail.", n)
        messages.success(request, said % {"n": n})
        return redirect("communities:testimonials", pk)
    return page(
        request,
        "communities/testimonials/ask.html",
        community,
        "testimonials",
        form=form,
        can_be_asked=people.exists(),
        status=422 if form.is_bound else 200,
    )


def fetch_testimonial(request: HttpRequest, pk: int, *, may: str) -> Testimonial:
    related = ("membership__community__programme", "membership__user", "membership__organisation")
    testimonial = fetch(request, Testimonial.objects.select_related(*related), pk=pk)
    if not request.user.has_perm(may, testimonial.community):
        raise PermissionDenied
    return testimonial


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown for a use, or not any more, or only read: one press each."""
    testimonial = fetch_testimonial(request, pk, may=USE)
    show, hide, shown = (request.POST.get(name, "") for name in ("show", "hide", "seen"))
    address = reverse("communities:use_testimonial", args=[pk])
    with validation_as_messages(request):
        if show:
            choosing.show_for(testimonial, show, by=request.user, shown=shown)
            say_done(request, _("It is shown from now on."), address, hide=show)
        elif hide in Use.values:
            choosing.hide_from(testimonial, hide)
            say_done(request, _("It is not shown there any more."), address, show=hide, seen=shown)
        else:
            choosing.mark_read(testimonial, shown=shown)
            messages.success(request, _("Noted as read."))
    return redirect(testimonial)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Words that its author reads beside their own, and agrees to or not."""
    testimonial = fetch_testimonial(request, pk, may=USE)
    if testimonial.emptied_on or testimonial.has_ended:
        messages.info(request, _("This testimonial was withdrawn, or has ended."))
        return redirect(testimonial)
    form, told = EditForm(request.POST or None, testimonial=testimonial), []

    def save() -> None:
        text, shown = form.cleaned_data["text"], form.cleaned_data["shown"]
        told.append(choosing.propose_edit(testimonial, text, by=request.user, shown=shown))

    def differences(theirs: Testimonial) -> list[dict]:
        field = form.fields["text"]
        stored, mine = theirs.edited_text or theirs.text, form.cleaned_data["text"]
        return [{"label": field.label, "theirs": as_read(field, stored), "yours": as_read(field, mine)}]

    form, status, conflict = save_over(form, save, testimonials.seen, differences)
    if status == 302:
        if told[0]:
            messages.success(request, _("The author reads both texts by e-mail. Until they agree, nothing changes."))
        else:
            messages.info(request, _("The words are the same: nothing is sent."))
        return redirect(testimonial)
    return page(
        request,
        "communities/testimonials/edit.html",
        testimonial.community,
        "testimonials",
        testimonial=testimonial,
        form=form,
        conflict=conflict,
        status=status,
    )
