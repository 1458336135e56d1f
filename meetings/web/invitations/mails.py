"""When the mails of a community leave, and in what words; a test of them to oneself."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cmtl.limits import rate_limited
from cmtl.shortcuts import fetch
from communities.domain import revising
from communities.models import Community
from communities.web.shared import revise_with, saved
from meetings.domain.invitations import emails, wording
from meetings.models import MailWording
from meetings.web.invitations.mail_forms import MailSettingsForm, WordingForm

TESTS, TESTS_PER = 6, 600  # test mails of one person, in seconds


@require_http_methods(["GET", "HEAD", "POST"])
def edit_settings(request, pk):
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="meetings.word_mails")
    form, status, conflict = revise_with(
        MailSettingsForm(request.POST or None, community=community), community, revising.revise
    )
    if status == 302:
        return saved(request, form, may="meetings.word_mails", of=community, back=request.path)
    own = {kept.kind for kept in community.mail_wordings.all() if kept.is_own}
    return _page(
        request,
        "meetings/invitations/mail_settings.html",
        community,
        form=form,
        conflict=conflict,
        kinds=[(kind, kind in own) for kind in MailWording.Kind],
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_wording(request, pk, kind):
    """Every button but « save » and « as usual » only shows or sends what is typed: nothing is kept."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="meetings.word_mails")
    if kind not in MailWording.Kind.values:
        raise Http404
    kept = _kept(community, kind)
    if request.method != "POST":
        return _wording_page(request, community, WordingForm(kept=kept))
    step, form = request.POST.get("step", ""), WordingForm(request.POST, kept=kept)
    if step == "usual":
        return _put_back_usual(request, community, kept)
    if not form.is_valid():
        return _wording_page(request, community, form, status=422)
    if step == "save":
        return _save(request, community, form)
    if step == "test":
        _send_test(request, community, form)
    return _wording_page(request, community, form)


def _kept(community, kind):
    return community.mail_wordings.filter(kind=kind).first() or MailWording(community=community, kind=kind)


def _save(request, community, form):
    status, conflict = 302, []
    if form.has_changed():
        kept, _is_new = MailWording.objects.get_or_create(community=community, kind=form.kind)
        form, status, conflict = revise_with(form, kept)
    if status == 302:
        said = _("These words are kept: the next mails begin with them.")
        if form.has_changed():
            return saved(request, form, may="meetings.word_mails", of=community, back=request.path, sentence=said)
        messages.success(request, said)
        return redirect(request.path)
    return _wording_page(request, community, form, status=status, conflict=conflict)


def _put_back_usual(request, community, kept):
    """In one press, and taken back in another: the page that answers holds the former words."""
    former = {name: getattr(kept, name) for name in MailWording.FIELDS}
    if kept.pk:
        wording.put_back_usual(kept)
    back = WordingForm(kept=MailWording(community=community, kind=kept.kind))
    return _wording_page(request, community, back, former=former if kept.is_own else None)


def _send_test(request, community, form):
    if not request.user.email:
        messages.error(request, _("You have no address: the test has nowhere to go."))
    elif rate_limited(f"mail-test:{request.user.pk}", TESTS, TESTS_PER):
        messages.error(request, _("That is many tests in a few minutes: wait a little before the next one."))
    else:
        emails.send_test(request.user, community, form.typed())
        messages.success(request, _("The test is on its way to %(address)s.") % {"address": request.user.email})


def _wording_page(request, community, form, *, status=200, conflict=(), former=None):
    shown = form.typed() if form.is_bound and form.is_valid() else form.instance
    meeting = emails.example_of(community)
    context = {
        "form": form,
        "kind": MailWording.Kind(form.kind),
        "is_own": form.instance.is_own,
        "conflict": conflict,
        "former": former,
        "names": [" ".join(f"{{{name}}}" for name in names) for names in wording.VARIABLES.values()],
        "example": meeting,
        "previews": [
            (label, code, emails.preview(meeting, code, kind=form.kind, wording=shown, alone=True))
            for code, label in settings.LANGUAGES
        ],
    }
    template = "meetings/invitations/mail_wording.html" + ("#previews" if request.htmx else "")
    return _page(request, template, community, status=status, **context)


def _page(request, template, community, *, status=200, **context):
    return render(request, template, {"community": community, "tab": "settings", **context}, status=status)
