"""A member gives a testimonial by a personal link, without an account; sees it, changes it, withdraws it."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cmtl.editing import Conflict
from cmtl.public_pages import in_language_of, no_store
from cmtl.shortcuts import validation_as_messages
from communities.domain.testimonials import choosing, links, testimonials, wordings
from communities.models import Membership, Testimonial
from communities.web.testimonials.forms import GivingForm, LessForm, TestimonialForm


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "communities/testimonials/link_ended.html", status=410)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def give(request: HttpRequest, token: str) -> HttpResponse:
    found = links.membership_of_link(token)
    membership, was_asked = found or (None, False)
    with in_language_of(request, membership.user.language if membership else ""):
        return no_store(_give(request, membership, was_asked) if membership else _closed(request))


def _give(request: HttpRequest, membership: Membership, was_asked: bool) -> HttpResponse:
    refused = testimonials.refusal_to(membership)
    if (earlier := testimonials.kept_by(membership)) and not refused:
        return redirect(links.keeping_path(earlier))
    form = GivingForm(request.POST or None)
    if not refused and form.is_valid():
        try:
            given = testimonials.give_testimonial(membership, form.said(), was_asked=was_asked)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you! Those who facilitate read it before it is shown anywhere."))
            return redirect(links.keeping_path(given))
    context = {"membership": membership, "community": membership.community, "form": form, "refused": refused}
    return render(request, "communities/testimonials/give.html", context, status=422 if form.errors else 200)


def of_author(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that the link of a testimonial opens, in its author's language, kept by no cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        testimonial = links.testimonial_of_link(token)
        with in_language_of(request, testimonial.membership.user.language if testimonial else ""):
            return no_store(view(request, token, testimonial) if testimonial else _closed(request))

    return login_not_required(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@of_author
def keep(request: HttpRequest, token: str, testimonial: Testimonial) -> HttpResponse:
    """What is allowed and until when; each press withdraws it, or answers an edit."""
    if request.method == "POST":
        with validation_as_messages(request):
            _act(request, testimonial)
        return redirect("communities:testimonial", token)
    consents = list(testimonial.consents.all())  # type: ignore[attr-defined]
    context = {
        "testimonial": testimonial,
        "community": testimonial.community,
        "token": token,
        "allowed": [(c, wordings.agreed_to(c)) for c in consents if c.withdrawn_on is None],
        "taken_back": [(c, wordings.agreed_to(c)) for c in consents if c.withdrawn_on],
        "seen": testimonials.seen(testimonial),
        "may_change": not testimonial.emptied_on,
        "allows_less_only": testimonials.refusal_to(testimonial.membership),
        "may_give": testimonial.emptied_on and not testimonials.refusal_to(testimonial.membership),
        "giving": links.giving_path(testimonial.membership),
        "facilitators": testimonial.community.facilitators(),
    }
    return render(request, "communities/testimonials/keep.html", context)


def _act(request: HttpRequest, testimonial: Testimonial) -> None:
    what, shown = request.POST.get("what", ""), request.POST.get("seen", "")
    if what == "withdraw":
        testimonials.withdraw_testimonial(testimonial)
        messages.success(request, _("It is withdrawn, and shown nowhere any more."))
    elif what == "agree":
        choosing.answer_edit(testimonial, agrees=True, shown=shown)
        messages.success(request, _("Your testimonial is now worded so."))
    elif what == "decline":
        choosing.answer_edit(testimonial, agrees=False, shown=shown)
        messages.success(request, _("Your words stay as you wrote them."))


@require_http_methods(["GET", "HEAD", "POST"])
@of_author
def change(request: HttpRequest, token: str, testimonial: Testimonial) -> HttpResponse:
    if testimonial.emptied_on:
        return redirect("communities:testimonial", token)
    refused = testimonials.refusal_to(testimonial.membership)
    form: TestimonialForm = (LessForm if refused else TestimonialForm)(request.POST or None, testimonial=testimonial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                testimonials.change_testimonial(testimonial, form.said(), shown=form.cleaned_data["shown"])
            except Conflict as changed:
                status = 409
                form.again(testimonials.seen(changed.theirs))
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, _("The changes are saved."))
                return redirect("communities:testimonial", token)
    context = {"testimonial": testimonial, "community": testimonial.community, "form": form, "token": token}
    context |= {"is_conflict": status == 409, "allows_less_only": refused}
    return render(request, "communities/testimonials/change.html", context, status=status)
