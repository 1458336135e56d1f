"""Requests to destroy what is known of someone, for those who answer them; and the register of what was destroyed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action
from cmtl.shortcuts import fetch, refusal, validation_as_messages
from cmtl.tables import csv_response
from communities.domain.privacy import destructions, follow_on
from communities.models import DestructionRequest
from communities.web.privacy.destruction_forms import AloneForm, SentenceForm, SubstituteForm

PER_PAGE = 50
SENTENCES = 20  # on a page: once decided, the next ones come


@require_safe
def list_destructions(request):
    """Those that wait, the most urgent first, then those that were answered."""
    if not request.user.has_perm("communities.answer_destruction"):
        raise PermissionDenied
    seen = DestructionRequest.objects.visible_to(request.user).select_related(
        "user", "handled_by", "confirmed_by", "entered_by"
    )
    answered = seen.exclude(pk__in=seen.waiting().values("pk")).order_by("-asked_at")
    context = {
        "waiting": seen.waiting(),
        "people": Paginator(answered, PER_PAGE).get_page(request.GET.get("page")),
        "serves": request.user.has_perm("communities.serve_people"),
        "reads_register": request.user.has_perm("communities.read_destructions"),
    }
    return render(request, "communities/privacy/destructions.html", context)


@require_safe
def show_destruction(request, pk):
    """What is left to do before it is done, and what one may do oneself."""
    asked = _fetch(request, pk)
    sides = destructions.sides_of(request.user, asked) if asked.is_open else set()
    everywhere = follow_on.passages(asked) if sides else []
    found = [p for p in everywhere if follow_on.may_decide(request.user, p)]
    to_decide = [p for p in found if p.waits]
    context = {
        "asked": asked,
        "sides": sides,
        "to_decide": [(p, _form_for(p)) for p in to_decide[:SENTENCES]],
        "n_to_decide": len(to_decide),
        "n_elsewhere": sum(p.waits for p in everywhere) - len(to_decide),
        "reissued": {(p.row.community, p.row.year) for p in found if not p.waits},
        "may_answer": bool(sides) and asked.handled_by_id != request.user.pk and sides != {asked.handled_as},
        "alone": AloneForm() if destructions.may_be_alone(asked, request.user) else None,
        "substitute": SubstituteForm(about=asked, initial={"substitute": asked.substitute_id})
        if sides and destructions.needs_substitute(asked)
        else None,
        "touched": destructions.counts_of(asked),
    }
    return render(request, "communities/privacy/destruction.html", context)


def _fetch(request, pk) -> DestructionRequest:
    rows = DestructionRequest.objects.select_related("user", "handled_by", "confirmed_by", "substitute", "entered_by")
    return fetch(request, rows, pk=pk)


def _form_for(passage) -> SentenceForm:
    return SentenceForm(initial={"mark": passage.mark, "becomes": passage.proposed}, auto_id=f"{passage.print[:8]}-%s")


@require_POST
def decide_sentence(request, pk):
    asked = _answered_by(request, pk)
    form = SentenceForm(request.POST, keeps="keep" in request.POST)
    with validation_as_messages(request):
        if not form.is_valid():
            raise refusal(form)
        said = form.cleaned_data
        kept_because = said["reason"].strip() if form.keeps else ""
        follow_on.decide_sentence(
            asked, said["mark"], by=request.user, becomes=said["becomes"], kept_because=kept_because
        )
        messages.success(request, _("The sentence is kept.") if form.keeps else _("The sentence is changed."))
    return redirect("communities:destruction", pk)


@require_POST
def name_substitute(request, pk):
    asked = _answered_by(request, pk)
    form = SubstituteForm(request.POST, about=asked)
    with validation_as_messages(request):
        if not form.is_valid():
            raise refusal(form)
        destructions.name_substitute(asked, form.cleaned_data["substitute"], by=request.user)
        messages.success(request, _("This person is named, and told by e-mail."))
    return redirect("communities:destruction", pk)


@require_POST
def handle_destruction(request, pk):
    """Say that all is ready; or confirm, and the person is erased at once."""
    asked = _fetch(request, pk)
    alone = AloneForm(request.POST) if "alone" in request.POST else None
    with validation_as_messages(request):
        if alone is not None and not alone.is_valid():
            raise refusal(alone)
        because = alone.cleaned_data["alone_because"] if alone is not None else ""
        done = destructions.confirm_destruction(asked, by=request.user, alone_because=because)
        said = _("The data is destroyed.") if done.erased_at else _("It is written down, with your name and the date.")
        messages.success(request, said)
    return redirect("communities:destruction", pk)


def _answered_by(request, pk) -> DestructionRequest:
    asked = _fetch(request, pk)
    if not destructions.sides_of(request.user, asked):
        raise PermissionDenied
    return asked


# ------------------------------------------------------------ the register


@require_safe
def show_register(request):
    """When, who confirmed, how much of what; never who it was."""
    lines = Paginator(_register(request), PER_PAGE).get_page(request.GET.get("page"))
    for line in lines:
        line.told = destructions.counts_of(line)
    return render(request, "communities/privacy/destruction_register.html", {"people": lines, "law": destructions.LAW})


@require_safe
def download_register(request):
    header = [
        _("Destroyed on"), _("Asked on"), _("Prepared by"), _("Confirmed by"), _("Reason of an officer alone"),
        _("What was destroyed or made anonymous"), _("Law"),
    ]  # fmt: skip
    rows = (
        [
            _day(line.erased_at), _day(line.asked_at), line.handled_by, line.confirmed_by, line.alone_because,
            ", ".join(f"{kind}: {n}" for kind, n in destructions.counts_of(line)), destructions.LAW,
        ]
        for line in _register(request)
    )  # fmt: skip
    audit.write(Action.EXPORTED, by=request.user, what="destructions", format="csv")
    name = f"{slugify(_('register of destructions'))}-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, header, rows)


def _register(request):
    if not request.user.has_perm("communities.read_destructions"):
        raise PermissionDenied
    return DestructionRequest.objects.done().select_related("handled_by", "confirmed_by")


def _day(moment) -> str:
    return date_format(timezone.localtime(moment), "Y-m-d")
