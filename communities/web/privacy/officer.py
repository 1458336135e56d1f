"""The pages of the privacy officer: the audit log, the register of incidents; and who the officer is."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import retention
from cmtl.numbers import parse_int
from cmtl.shortcuts import validation_as_messages
from cmtl.tables import csv_response, csv_stream
from communities.domain.privacy import audit_reading, incidents
from communities.domain.roles import officers
from communities.models import Anonymisation, DestructionRequest, Incident
from communities.web.privacy.officer_forms import AuditFilter, IncidentForm, OfficerForm
from communities.web.shared import revise_with

PER_PAGE = 50
SHOWN = 10  # of each thing that waits; the rest is on its own page


def need(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


@require_safe
def show_desk(request):
    """What waits, the most urgent first, then every register; an administrator names the officer from here."""
    user = request.user
    watches, names = user.has_perm("communities.read_audit"), user.has_perm("communities.name_officer")
    if not (watches or names):
        raise PermissionDenied
    requests = DestructionRequest.objects.visible_to(user).waiting().select_related("user", "handled_by")
    context = {
        "watches": watches,
        "names": names,
        "officers": officers.officers(),
        "requests": requests[:SHOWN],
        "n_requests": requests.count(),
        "n_destroyed": DestructionRequest.objects.done().count(),
        "n_anonymised": Anonymisation.objects.count(),
        "n_to_analyse": Anonymisation.objects.filter(analysed_on=None).count(),
    }
    if watches:
        context |= {
            "n_incidents": Incident.objects.count(),
            "to_tell": Incident.objects.to_tell()[:SHOWN],
            "kept": retention.period("incidents"),
        }
    return render(request, "communities/privacy/privacy_desk.html", context)


# ---------------------------------------------------------------- the audit log


@require_safe
def show_audit(request):
    need(request, "communities.read_audit")
    search = AuditFilter(request.GET)
    lines = audit_reading.narrowed(search.cleaned_data) if search.is_valid() else audit_reading.nothing()
    audit.write_read(Action.LOG_READ, by=request.user)
    before, after = (parse_int(request.GET.get(name, "")) for name in ("before", "after"))
    page = audit_reading.page(lines, PER_PAGE, before=before, after=after)
    context = {"search": search, "page": page, "lines": audit_reading.said(page.lines)}
    return render(request, "communities/privacy/audit_log.html", context, status=200 if search.is_valid() else 422)


@require_safe
def export_audit(request):
    """As narrowed on the page; codes are kept beside words, so that a program can read them."""
    need(request, "communities.read_audit")
    search = AuditFilter(request.GET)
    lines = audit_reading.narrowed(search.cleaned_data) if search.is_valid() else audit_reading.nothing()
    audit.write(Action.EXPORTED, by=request.user, what="audit", format="csv")
    header = [
        _("Line"), _("Date and time"), _("Who"), _("Role"), _("Act"), _("Code"), _("About whom"), _("Community"),
        _("Details"),
    ]  # fmt: skip
    rows = (
        [
            one.line.pk, timezone.localtime(one.line.at).isoformat(timespec="seconds"), one.who, one.role, one.action,
            one.line.action, one.about, one.where, " · ".join(one.details),
        ]
        for one in audit_reading.all_said(lines)
    )  # fmt: skip
    return csv_stream(_("audit-log") + f"-{timezone.localdate():%Y-%m-%d}.csv", header, rows)


# ---------------------------------------------------------------- incidents


@require_safe
def list_incidents(request):
    need(request, "communities.keep_incidents")
    people = Paginator(Incident.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "communities/privacy/incidents.html", {"people": people, "kept": retention.period("incidents")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_incident(request):
    need(request, "communities.keep_incidents")
    form = IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        incident = incidents.record_incident(form.changes(), by=request.user)
        messages.success(request, _("The incident is in the register."))
        return redirect(incident)
    return _incident_page(request, form, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_incident(request, pk):
    need(request, "communities.keep_incidents")
    incident = get_object_or_404(Incident, pk=pk)

    def revise(thing, changes, *, shown):
        incidents.revise(thing, changes, shown=shown, by=request.user)

    form, status, conflict = revise_with(IncidentForm(request.POST or None, instance=incident), incident, revise)
    if status == 302:
        messages.success(request, _("The changes are saved."))
        return redirect(incident)
    return _incident_page(request, form, incident=incident, conflict=conflict, status=status)


def _incident_page(request, form, *, status, **context) -> HttpResponse:
    return render(
        request,
        "communities/privacy/incident.html",
        {"form": form, "kept": retention.period("incidents"), **context},
        status=status,
    )


@require_safe
def export_incidents(request):
    """The whole register, as the Commission may ask for it."""
    need(request, "communities.keep_incidents")
    audit.write(Action.EXPORTED, by=request.user, what="incidents", format="csv")
    fields = [Incident._meta.get_field(name) for name in Incident.WRITTEN]
    header = [_("Number"), *(str(field.verbose_name).capitalize() for field in fields)]
    rows = [[one.pk, *(_cell(getattr(one, field.name)) for field in fields)] for one in Incident.objects.all()]
    return csv_response(_("incidents") + f"-{timezone.localdate():%Y-%m-%d}.csv", header, rows)


def _cell(value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


# ---------------------------------------------------------------- who the officer is


@require_http_methods(["GET", "HEAD", "POST"])
def edit_officers(request):
    need(request, "communities.name_officer")
    if "withdraw" in request.POST:
        person = get_object_or_404(User, pk=parse_int(request.POST["withdraw"]), is_privacy_officer=True)
        officers.withdraw_officer(person, by=request.user)
        messages.success(request, _("%(person)s is no longer the privacy officer.") % {"person": person})
        return redirect("communities:officers")
    form = OfficerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with validation_as_messages(request):
            person, _is_new = officers.name(**form.cleaned_data, by=request.user)
            messages.success(request, _("%(person)s is a privacy officer.") % {"person": person})
        return redirect("communities:officers")
    context = {"form": form, "officers": officers.officers()}
    return render(request, "communities/privacy/officers.html", context, status=422 if form.is_bound else 200)
