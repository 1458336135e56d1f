"""One's own account: name, language, time zone, devices; and the demonstration's doors."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.web import demo
from accounts.web.forms import SettingsForm


@require_http_methods(["GET", "HEAD", "POST"])
def edit_settings(request):
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your preferences are saved."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form, "proofs": request.user.proofs()})


@require_POST
def sign_out_everywhere(request):
    request.user.end_all_sessions()
    logout(request)
    messages.success(request, _("Your links are closed, and you are signed out of all your devices."))
    return redirect("/")


@require_POST
def close_links(request):
    request.user.close_links()
    messages.success(request, _("The links you received until now no longer open anything."))
    return redirect("accounts:settings")


@login_not_required
def to_sign_in(request, rest=""):
    """Where allauth would have passwords and sign-up pages: there is one way in."""
    asked = request.GET.urlencode()
    return redirect(reverse("account_login") + (f"?{asked}" if asked else ""))


@require_POST
@login_not_required
def set_language(request):
    """Keep the choice on the person, or in a cookie while nobody is signed in."""
    language = request.POST.get("language")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = redirect(target)
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            httponly=True,
            secure=settings.SECURE,
        )
    return response


@require_safe
@login_not_required
def sign_in_for_demo(request, who):
    """Sign in as one of the invented people; exists in the demonstration only."""
    if not settings.DEMO:
        raise Http404
    person = demo.person(who)
    if person is None:
        raise Http404
    demo.sign_in(request, person)
    return redirect("/")
