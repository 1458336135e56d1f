"""One's own space, by a link that opens a page and changes nothing, or signed in. Only presses act."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl import keeper, limits
from cmtl.public_pages import no_store
from cmtl.shortcuts import validation_as_messages
from communities.domain.members import asked_later, leaving
from communities.domain.privacy import destructions
from communities.domain.testimonials import choosing, testimonials
from communities.domain.testimonials import links as testimonial_links
from communities.models import Membership, Reason, Use
from meetings.domain import improvements
from meetings.domain.attendance import hours
from meetings.domain.links import visitors
from meetings.domain.links.links import Guest
from meetings.domain.links.visitors import Visitor
from meetings.domain.portal import change_email, member_portal, my_data
from meetings.web import files
from meetings.web.guests.views import for_guest
from meetings.web.portal.space_forms import (
    AddressForm,
    AwayForm,
    ChoicesForm,
    CodeForm,
    DestructionForm,
    DoorForm,
    LetterForm,
    NameForm,
)

# ---------------------------------------------------------------- the door


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def door(request: HttpRequest) -> HttpResponse:
    """Signed in, one is at home; otherwise a link is mailed to the address typed, if we know it."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect("meetings:space", visitors.OWN)
    form = DoorForm(request.POST or None)
    if form.is_valid():
        from_here = f"tries:{limits.address_of(request)}"
        if limits.rate_limited(from_here, visitors.TRIES, visitors.TRIES_PER):
            return _door(request, form, is_asked_too_often=True, status=429)
        visitors.send_link_to(form.cleaned_data["email"])
        return _door(request, None)
    return _door(request, form, status=422 if form.is_bound else 200)


def _door(request: HttpRequest, form: DoorForm | None, status: int = 200, **extra) -> HttpResponse:
    """Without a form: a link is on its way, if the address is known."""
    return no_store(render(request, "meetings/portal/space_door.html", {"form": form, **extra}, status=status))


@require_POST
@for_guest
def send_link(request: HttpRequest, guest: Guest) -> HttpResponse:
    """From the page of a meeting, whose own link is worth less: the mail goes to the person's address."""
    visitors.send_link(guest.membership.user)
    messages.success(request, _("A link to your own space is on its way to your e-mail address."))
    return redirect(guest.home)


def for_person(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one's own space, in the person's language, kept by no cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, **numbers: int) -> HttpResponse:
        who = visitors.visitor(request, token)
        if who is None and token == visitors.OWN:
            return redirect("meetings:space_door")
        with visitors.in_language_of(request, who):
            return no_store(view(request, who, **numbers) if who else _ended(request, token))

    return login_not_required(answer)


def _ended(request: HttpRequest, token: str) -> HttpResponse:
    was_ours = visitors.space_link.is_ours(token)
    context = {"was_ours": was_ours, "form": DoorForm()}
    return render(request, "meetings/portal/space_ended.html", context, status=410 if was_ours else 404)


# ---------------------------------------------------------------- the page


@require_safe
@for_person
def show(request: HttpRequest, who: Visitor) -> HttpResponse:
    return render(request, "meetings/portal/space.html", {"who": who, "space": member_portal.Space(who)})


@require_POST
@for_person
def tick(request: HttpRequest, who: Visitor, note: int) -> HttpResponse:
    is_done = "undo" not in request.POST
    if not member_portal.tick(who.user, note, done=is_done):
        raise Http404
    messages.success(request, _("Noted as done.") if is_done else _("Back on your list."))
    return redirect(f"{who.home}#actions")


@require_POST
@for_person
def close(request: HttpRequest, who: Visitor) -> HttpResponse:
    """Every link of theirs dies, and every device is signed out."""
    who.user.end_all_sessions()
    messages.success(request, _("Your links are closed, and you are signed out of all your devices."))
    return redirect("meetings:space_door")


# ---------------------------------------------------------------- one community


def membership_of(who: Visitor, pk: int) -> Membership:
    mine = who.user.memberships.of_open_communities().select_related("community__programme", "organisation")
    membership = get_object_or_404(mine, pk=pk)
    membership.user = who.user
    return membership


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def choose(request: HttpRequest, who: Visitor, membership: int) -> HttpResponse:
    mine = membership_of(who, membership)
    form = ChoicesForm(request.POST or None, membership=mine)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choices are saved."))
        return redirect("meetings:space_choices", who.token, mine.pk)
    return _community(request, who, mine, form=form, status=422 if form.is_bound else 200)


def _community(request: HttpRequest, who: Visitor, mine: Membership, status: int = 200, **extra) -> HttpResponse:
    context = {
        "who": who,
        "membership": mine,
        "community": mine.community,
        "choices": member_portal.Choices(mine),
        "form": extra.pop("form", None) or ChoicesForm(membership=mine),
        "letter": extra.pop("letter", None) or LetterForm.proposed(translation.get_language()),
        "reasons": Reason.choices,
        "facilitators": mine.community.facilitators(),
        "changes": improvements.of_this_year([mine]),
        **_testimonials(mine),
    }
    return render(request, "meetings/portal/space_community.html", context | extra, status=status)


def _testimonials(mine: Membership) -> dict:
    """One's own, or where to give one; and those of the others, allowed for communications."""
    own = testimonials.kept_by(mine)
    if own:
        address = testimonial_links.keeping_path(own)
    else:
        address = "" if testimonials.refusal_to(mine) else testimonial_links.giving_path(mine)
    quotes = choosing.quotes_for(Use.COMMUNICATIONS, mine.community)
    return {"own_testimonial": own, "testimonial_address": address, "quotes": quotes}


@require_POST
@for_person
def go_away(request: HttpRequest, who: Visitor, membership: int) -> HttpResponse:
    """Pause, leave, come back, undo, say why, or agree to be asked later: one press each. An archived community is only
    left, and asks later."""
    mine = membership_of(who, membership)
    if mine.community.is_archived and request.POST.get("what") not in ("leave", "later", "not_later"):
        raise Http404
    name = {"community": mine.community.name}
    presses = {
        "pause": (leaving.pause, _("You are on a pause from %(community)s.")),
        "leave": (leaving.leave, _("You have left %(community)s.")),
        "back": (leaving.end_pause, _("Welcome back to %(community)s.")),
        "undo": (leaving.undo_leaving, _("Undone: all is as before.")),
        "later": (_agree_to_be_asked, _when_asked(mine)),
        "not_later": (asked_later.stop, _("You will not be asked any more.")),
    }
    what = request.POST.get("what", "")
    if what == "why":
        form = AwayForm(request.POST)
        if form.is_valid():
            leaving.say_why(mine, **form.cleaned_data)
            messages.success(request, _("Thank you for saying why."))
    elif what in presses:
        press, said = presses[what]
        with validation_as_messages(request):
            press(mine)
            messages.success(request, said % name)
    return redirect("meetings:space_choices", who.token, mine.pk)


def _agree_to_be_asked(mine: Membership) -> None:
    if not asked_later.marks_left(mine):
        raise ValidationError(_("The last questions are asked three years after leaving: that day has passed."))
    asked_later.agree(mine)


def _when_asked(mine: Membership) -> str:
    if len(asked_later.marks_left(mine)) > 1:
        return _("Thank you: you may be asked one year after leaving, and three years after.")
    return _("Thank you: you may be asked three years after leaving.")


@require_safe
@for_person
def letter(request: HttpRequest, who: Visitor, membership: int) -> HttpResponse:
    """The hours, attested for an employer, as a PDF."""
    mine = membership_of(who, membership)
    form = LetterForm(request.GET)
    if not form.is_valid():
        return _community(request, who, mine, letter=form, status=422)
    back = redirect("meetings:space_choices", who.token, mine.pk)
    if files.are_too_many(request, who.user.pk):
        return back
    audit.write(Action.OWN_DATA_TAKEN, by=who.user, about=mine, what="hours", format="pdf")
    attested = hours.Attestation.of(mine, form.cleaned_data["first"], form.cleaned_data["last"])
    language = form.cleaned_data["language"]
    with translation.override(language):
        context = {
            "attested": attested,
            "community": mine.community,
            "organisation": keeper.organisation(),
            "language": language,
            "today": timezone.localdate(),
            "facilitators": mine.community.facilitators(),
        }
        name = f"{slugify(_('hours'))}-{slugify(mine.community.name) or mine.community_id}.pdf"
        return files.paper(request, "meetings/portal/space_letter_pdf.html", context, name) or back


# ---------------------------------------------------------------- my data


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def show_data(request: HttpRequest, who: Visitor) -> HttpResponse:
    """What is known, why and until when; its forms put a name or an address right."""
    name = NameForm(request.POST if "first_name" in request.POST else None, instance=who.user)
    address = AddressForm(request.POST if "email" in request.POST else None)
    code = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and _put_right(request, who, name, address, code):
        return redirect("meetings:space_data", who.renewed)
    context = {
        "who": who,
        "name": name,
        "address": address,
        "code": code,
        "pending": change_email.pending(who.user),
        "held": my_data.held_about(who.user),
        "asked": destructions.waiting_for(who.user),
        "destruction": DestructionForm(),
    }
    return render(request, "meetings/portal/space_data.html", context, status=422 if request.method == "POST" else 200)


def _put_right(request: HttpRequest, who: Visitor, name: NameForm, address: AddressForm, code: CodeForm) -> bool:
    """Do what the form sent asks; False when something in it is to be typed again."""
    if "forget" in request.POST:
        change_email.forget_new_address(who.user)
        return True
    if name.is_bound and name.is_valid():
        name.save()
        if name.changed_data:
            audit.write(Action.PERSON_CORRECTED, by=who.user, about=who.user, fields=name.changed_data)
        messages.success(request, _("Your name is put right."))
        return True
    if (address.is_bound or code.is_bound) and change_email.must_sign_in(who):
        messages.error(request, _("Your role lets you read what others wrote: sign in to change your address."))
        return True
    if address.is_bound and address.is_valid():
        if not limits.rate_limited(f"address:{who.user.pk}", visitors.FILES, visitors.FILES_PER):
            change_email.ask_new_address(who.user, address.cleaned_data["email"])
        return True
    if code.is_bound and code.is_valid():
        try:
            change_email.confirm(who.user, code.cleaned_data["code"])
        except ValidationError as refused:
            code.add_error("code", refused)
            return False
        messages.success(request, _("Your address is changed."))
        return True
    return False


@require_safe
@for_person
def export(request: HttpRequest, who: Visitor) -> HttpResponse:
    if files.are_too_many(request, who.user.pk):
        return redirect("meetings:space_data", who.token)
    name = f"{slugify(_('my data'))}-{timezone.localdate():%Y-%m-%d}.zip"
    audit.write(Action.OWN_DATA_TAKEN, by=who.user, about=who.user, format="zip")
    return files.download(my_data.archive(who.user), name, "application/zip")


@require_POST
@for_person
def ask_destruction(request: HttpRequest, who: Visitor) -> HttpResponse:
    if "withdraw" in request.POST:
        destructions.withdraw_request(who.user)
        messages.success(request, _("Your request is withdrawn."))
        return redirect("meetings:space_data", who.token)
    form = DestructionForm(request.POST)
    if form.is_valid():
        destructions.ask_destruction(who.user, form.cleaned_data["words"])
        messages.success(request, _("Your request is recorded."))
    return redirect("meetings:space_data", who.token)
