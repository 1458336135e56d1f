"""Choosing what one receives, with or without signing in; and the demonstration's mailbox."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from outbox.domain import post
from outbox.models import Category, Message, Unsubscription
from outbox.web.forms import ChoiceForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt  # mail programs press for the person, without a cookie (RFC 8058); the link itself is the proof
def unsubscribe(request, token):
    """A page that changes nothing, and a press that does; repeated, it answers the same."""
    claim = post.read_unsubscribe_token(token)
    user = User.objects.filter(pk=claim.user_id).first() if claim else None
    if user is None:
        raise Http404
    wishes = Unsubscription.objects.of(user, claim.sender_list)
    form = ChoiceForm(request.POST if "choose" in request.POST else None, wishes=wishes)
    if request.method == "POST":
        _act(request, form, wishes, claim)
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or user.language
    with override(language):
        context = {
            "category": Category(claim.category),
            "sender_list": claim.sender_list,
            "is_stopped": claim.category in wishes.unwanted(),
            "has_acted": request.method == "POST",
            "has_chosen": "choose" in request.POST,
            "form": ChoiceForm(wishes=wishes),
        }
        response = render(request, "outbox/unsubscribe.html", context)
    response.headers["Content-Language"] = language
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _act(request, form, wishes, claim):
    """The one press of a mail program says nothing more than « stop »."""
    if "choose" in request.POST:
        if form.is_valid():
            wishes.want_only(form.cleaned_data["wanted"])
    elif "resume" in request.POST:
        wishes.resume(claim.category)
    else:
        wishes.stop(claim.category)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_preferences(request):
    """For all communities at once; what was stopped for one of them is listed below."""
    wishes = Unsubscription.objects.of(request.user, "")
    form = ChoiceForm(request.POST or None, wishes=wishes)
    if request.method == "POST":
        if "resume" in request.POST:
            Unsubscription.objects.filter(user=request.user, pk=request.POST["resume"]).delete()
        elif form.is_valid():
            wishes.want_only(form.cleaned_data["wanted"])
        messages.success(request, _("Your preferences are saved."))
        return redirect("outbox:preferences")
    stopped = request.user.unsubscriptions.exclude(sender_list="").order_by("sender_list", "category")
    return render(request, "outbox/preferences.html", {"form": form, "stopped": stopped})


# ------------------------------------------------------------ the demonstration's mailbox


@require_safe
@login_not_required
def mailbox(request):
    """Every mail of the demonstration, which sends none; `q` is part of an address or of a subject."""
    _only_in_demo()
    query = request.GET.get("q", "").strip()
    found = Message.objects.search(query).select_related("recipient").listed()
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    return render(request, "outbox/mailbox.html", {"page": page, "query": query})


@require_safe
@login_not_required
def read_message(request, pk):
    _only_in_demo()
    message = get_object_or_404(Message.objects.select_related("recipient"), pk=pk)
    return render(request, "outbox/message.html", {"message": message})


@require_safe
@login_not_required
@xframe_options_sameorigin
def show_message(request, pk):
    """The mail as its reader would see it, in a frame of its own where no script runs."""
    _only_in_demo()
    message = get_object_or_404(Message, pk=pk)
    html = message.html.replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(html)
    response._csp_replace = post.CSP_OF_A_MAIL
    return response


@require_safe
@login_not_required
def download_calendar(request, pk):
    _only_in_demo()
    message = get_object_or_404(Message.objects.exclude(calendar=""), pk=pk)
    kind = f"text/calendar; charset=utf-8; method={message.calendar_method or 'REQUEST'}"
    response = HttpResponse(message.calendar, content_type=kind)
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


def _only_in_demo():
    if not settings.DEMO:
        raise Http404
