"""A member asks for a conversation, without an account: a link opens a page, one press asks, another takes it back."""

from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cmtl.encrypted import readable
from cmtl.numbers import parse_ints
from cmtl.public_pages import in_language_of, no_store
from communities.models import Membership
from evaluations.domain.follow_ups import requests, times
from evaluations.domain.follow_ups.links import ASKING, member_of_link
from evaluations.models import ConversationRequest, IndividualFollowUp, OfferedTime


class AskForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Two words, if you wish"),
        required=False,
        max_length=ConversationRequest.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": ConversationRequest.LONGEST, "autocomplete": "off"}),
        error_messages={
            "max_length": gettext_lazy("That is long for two words: %(limit_value)d characters at the most.")
        },
    )


def for_member(view: Callable[[HttpRequest, Membership, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that the personal link opens: in the person's language, kept by no cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        member = member_of_link(token)
        own, zone = (member.user.language, ZoneInfo(member.community.time_zone)) if member else ("", None)
        with in_language_of(request, own, zone):
            return no_store(view(request, member, token) if member else _ended(request))

    return login_not_required(answer)


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "meetings/member_page/link_ended.html", {"why": "altered", "meeting": None}, status=404)


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def conversation(request: HttpRequest, member: Membership, token: str) -> HttpResponse:
    """Says nothing of whether this person answered an evaluation."""
    form = AskForm(request.POST if "ask" in request.POST else None, label_suffix="")
    if request.method == "POST":
        if form.is_bound and not form.is_valid():
            return _page(request, member, form, status=422)
        if form.is_bound:
            requests.ask(member, form.cleaned_data["words"])
        elif "take_back" in request.POST:
            requests.take_back(member)
            messages.success(request, _("Your request is taken back. Nothing of it stays."))
        else:
            _answer_offer(request, member)
        return redirect(request.get_full_path())
    return _page(request, member, form)


def _answer_offer(request: HttpRequest, member: Membership) -> None:
    """One of the times, none of them, or no conversation at all; or one that was chosen is called off."""
    if "choose" in request.POST:
        answer = times.choose(member, request.POST["choose"])
        if answer is times.Answer.TAKEN:
            messages.error(request, _("This time was taken meanwhile. Choose another."))
        elif answer is times.Answer.GONE:
            messages.error(request, _("This time is past, or was taken back."))
        return
    for follow_up in parse_ints([request.POST.get("none", "")]):
        times.turn_down(member, follow_up, for_good=False)
        messages.success(request, _("They are told that none suits."))
    for follow_up in parse_ints([request.POST.get("rather_not", "")]):
        times.turn_down(member, follow_up, for_good=True)
        messages.success(request, _("Noted. Nobody asks you why."))
    for time in times.settled_with(member):
        if str(time.follow_up_id) == request.POST.get("call_off") and times.call_off(time.follow_up, by=member.user):
            messages.success(request, _("It is called off, and both of you are told."))


def _offers(member: Membership) -> list[tuple[IndividualFollowUp, list[OfferedTime]]]:
    """Each conversation that was offered, with the times that they may still choose."""
    open_to_them = times.offered_to(member)
    offered = times.offers_to(member)
    return [(one, [time for time in open_to_them if time.follow_up_id == one.pk]) for one in offered]


def _page(request: HttpRequest, member: Membership, form: AskForm, status: int = 200) -> HttpResponse:
    asked = requests.waiting_of(member)
    asks_alone = ASKING in request.GET
    settled, offers = ([], []) if asks_alone else (times.settled_with(member), _offers(member))
    context = {
        "member": member,
        "community": member.community,
        "readers": requests.readers_told(member, asked),
        "asked": asked,
        "read": requests.read_of(member),
        "settled": settled,
        "offers": offers,
        "is_underway": bool(settled) or any(choices for _follow_up, choices in offers),
        "words": readable(asked.words) if asked else "",
        "form": form,
    }
    return render(request, "evaluations/follow_ups/conversation.html", context, status=status)
