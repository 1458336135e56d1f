"""What the organisation thinks: asked by a member from their own space, answered by their manager by a link, read by
the member and by those who were named."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import limits
from cmtl.public_pages import in_language_of, no_store
from cmtl.shortcuts import fetch, validation_as_messages
from communities.models import Community, Membership
from evaluations.domain import manager_opinions
from evaluations.domain.manager_opinions import Wanted
from evaluations.models import ManagerOpinion
from evaluations.web.surveys.ballots import BallotForm
from meetings.domain.links import visitors
from meetings.domain.links.visitors import Visitor
from meetings.web.portal.space import for_person, membership_of


class AskForm(forms.Form):
    manager_name = forms.CharField(label=gettext_lazy("Their name"), max_length=120)
    manager_email = forms.EmailField(label=gettext_lazy("Their e-mail address"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"), choices=User.Language.choices)

    def clean_manager_name(self) -> str:
        return " ".join(self.cleaned_data["manager_name"].split())

    @property
    def wanted(self) -> Wanted:
        return Wanted(**self.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def ask_manager(request: HttpRequest, who: Visitor, membership: int) -> HttpResponse:
    """First whom to ask, then all that will be sent and who will read the answer, then the press."""
    mine = membership_of(who, membership)
    opinion = manager_opinions.opinion_of(mine)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step == "withdraw":
        manager_opinions.withdraw(mine)
        messages.success(request, _("It is withdrawn: the address and the answer are destroyed."))
        return redirect("evaluations:ask_manager", who.token, mine.pk)
    if opinion or not manager_opinions.may_ask(mine):
        return _own_page(request, who, mine, opinion=opinion)
    known = {"manager_name": mine.manager_name, "language": who.user.language}
    if "@" in mine.manager_contact:
        known["manager_email"] = mine.manager_contact
    form = AskForm(request.POST if step else None, initial=known)
    if not form.is_bound or not form.is_valid() or step == "change":
        return _own_page(request, who, mine, form=form, status=422 if form.errors else 200)
    if step != "send":
        return _own_page(request, who, mine, form=form, mail=manager_opinions.preview(mine, form.wanted))
    return _send(request, who, mine, form.wanted)


def _send(request: HttpRequest, who: Visitor, mine: Membership, wanted: Wanted) -> HttpResponse:
    with validation_as_messages(request):
        if limits.rate_limited(f"manager:{who.user.pk}", visitors.FILES, visitors.FILES_PER):
            messages.error(request, _("Too many at once: try again in an hour."))
        else:
            manager_opinions.ask(mine, wanted)
            messages.success(request, _("The three questions are on their way."))
    return redirect("evaluations:ask_manager", who.token, mine.pk)


def _own_page(request: HttpRequest, who: Visitor, mine: Membership, *, status: int = 200, **more: Any) -> HttpResponse:
    opinion = more.get("opinion")
    context = {
        "who": who,
        "membership": mine,
        "community": mine.community,
        "readers": list(opinion.readers.all()) if opinion else manager_opinions.readers_of(mine),
        "may_ask": manager_opinions.may_ask(mine),
        "told": list(manager_opinions.told(opinion)) if opinion else [],
        **more,
    }
    return render(request, "evaluations/manager_opinions/ask.html", context, status=status)


# ---------------------------------------------------------------- the manager


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def manager_survey(request: HttpRequest, token: str) -> HttpResponse:
    """One page, without an account; opening it changes nothing."""
    opinion = manager_opinions.opinion_of_link(token)
    if opinion is None:
        return no_store(render(request, "evaluations/manager_opinions/over.html", status=410))
    with in_language_of(request, opinion.language):
        return no_store(_survey(request, opinion, token))


def _survey(request: HttpRequest, opinion: ManagerOpinion, token: str) -> HttpResponse:
    if request.method == "POST" and "decline" in request.POST:
        manager_opinions.decline(opinion)
        return redirect("evaluations:manager_survey", token)
    form = BallotForm(manager_opinions.questions(opinion), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        manager_opinions.answer(opinion, form.answers)
        return redirect("evaluations:manager_survey", token)
    context = {
        "opinion": opinion,
        "member": opinion.membership.user,
        "community": opinion.community,
        "readers": list(opinion.readers.all()),
        "form": form,
    }
    page = "thanks.html" if opinion.is_over else "survey.html"
    status = 422 if form.is_bound and not opinion.is_over else 200
    return render(request, f"evaluations/manager_opinions/{page}", context, status=status)


# ---------------------------------------------------------------- those who were named


@require_safe
def list_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    may = "evaluations.read_manager_opinions"
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may=may)
    mine = ManagerOpinion.objects.visible_to(request.user).answered().filter(membership__community=community)
    read = list(mine.select_related("membership__user", "membership__organisation", "membership__community"))
    if read:
        audit.write_read(Action.NAMES_READ, by=request.user, about=community, community=community)
    context = {"community": community, "opinions": [(one, list(manager_opinions.told(one))) for one in read]}
    return render(request, "evaluations/manager_opinions/opinions.html", context)
