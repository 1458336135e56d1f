"""The people of a community, and everybody across one's communities."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import audit
from accounts.models import Action, User
from cmtl import languages, undoing
from cmtl.numbers import parse_ints
from cmtl.shortcuts import fetch
from cmtl.tables import csv_response
from communities.domain import bulk_changes
from communities.domain.members import consents, directory, history, parental
from communities.domain.privacy import reading
from communities.domain.recruitment import recruiting
from communities.models import (
    Community,
    DestructionRequest,
    Membership,
    Organisation,
    ParentalConsent,
    Pause,
    Purpose,
    RoleAssignment,
    Roles,
    roles_of,
)
from communities.web.members.forms import MembershipForm, NewMemberForm, ParentForm, SearchForm
from communities.web.shared import page, save_over
from communities.web.undo import say_undoable

PER_PAGE = 50
STRIP = 12  # meetings in the strip of presences


@require_safe
def list_members(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.see_people")
    contacts = request.user.has_perm("communities.see_contacts", community)
    search = SearchForm(request.GET)
    memberships = narrowed(community, search, contacts).select_related("user", "organisation")
    people = Paginator(memberships, PER_PAGE).get_page(request.GET.get("page"))
    with_roles(people, community)
    reading.note(Action.CONTACTS_READ if contacts else Action.NAMES_READ, community, by=request.user)
    if contacts:
        recruiting.annotate_invitations(list(people))
    may_manage = request.user.has_perm("communities.manage_people", community)
    unsigned = recruiting.not_committed(community)
    with_shared(people, {pk} if request.user.has_perm("communities.see_shared", community) else set())
    return page(
        request,
        "communities/members/members.html",
        community,
        "members",
        people=people,
        search=search,
        contacts=contacts,
        statuses=statuses_of(community) if contacts else [],
        is_narrowed=bool(search.value("q") or (contacts and (search.value("status") or search.value("source")))),
        may_manage=may_manage,
        changes=bulk_changes.offered(request.user, community) if may_manage else [],
        unsigned=set(unsigned.filter(pk__in=[m.pk for m in people]).values_list("pk", flat=True)) if contacts else (),
        unsigned_count=unsigned.count() if may_manage else 0,
    )


@require_POST
def change_members(request, pk):
    """Those ticked, or everybody that the search found: first what would change, then the change."""
    community = fetch(request, Community.objects.select_related("programme"), pk=pk, may="communities.manage_people")
    back = f"{reverse('communities:members', args=[pk])}?{request.GET.urlencode()}".rstrip("?")
    people = chosen_members(request, community)
    change = bulk_changes.asked(request.POST.get("change", ""), request.user, community)
    if change is None or not people.exists():
        missing = _("Choose at least one person.") if change else _("Choose what to change.")
        messages.warning(request, missing)
        return redirect(back)
    if "confirmed" in request.POST:
        pks = list(people.values_list("pk", flat=True))
        watched = undoing.Watched(Membership.objects.filter(pk__in=pks), Pause.objects.filter(membership__in=pks))
        done = bulk_changes.apply_to_many(community, people, change, by=request.user)
        if change.kind == "status":
            undo = {"may": "communities.manage_people", "of": community, "back": back}
            say_undoable(request, said_of(done), watched, **undo, action=Action.PERSON_CORRECTED)
        else:  # each is told of their role by a mail
            messages.success(request, said_of(done))
        return redirect(back)
    plan = bulk_changes.plan(community, people, change, by=request.user)
    return page(request, "communities/members/members_change.html", community, "members", plan=plan, back=back)


def chosen_members(request, community):
    if "everyone" in request.POST:
        return narrowed(community, SearchForm(request.GET), contacts=True)
    return community.memberships.named().filter(pk__in=parse_ints(request.POST.getlist("people")))


def said_of(done) -> str:
    n = len(done.changing)
    if done.change.kind == "status":
        said = ngettext("%(n)s person has a new status: %(what)s.", "%(n)s people have a new status: %(what)s.", n)
    else:
        said = ngettext("%(n)s person has a new role: %(what)s.", "%(n)s people have a new role: %(what)s.", n)
    return said % {"n": n, "what": done.change.label}


def narrowed(community, search, contacts):
    """The people asked for. Those who may not read contacts see the current members, and cannot guess at addresses."""
    memberships = community.memberships.named().searching(search.value("q"), contacts=contacts)
    if not contacts:
        return memberships.current()
    asked = {name: search.value(name) for name in ("status", "source") if search.value(name)}
    return memberships.filter(**asked)


def statuses_of(community) -> list[tuple[str, str, int]]:
    """The pool: each status with how many."""
    counts = community.memberships.named().counts_by_status()
    return [(value, label, counts.get(value, 0)) for value, label in Membership.Status.choices]


def with_roles(memberships, community) -> None:
    """`role_labels` on each, from one query for the page."""
    users = [m.user_id for m in memberships]
    held: dict[int, list[str]] = {}
    for assignment in RoleAssignment.objects.in_force().filter(community=community, user__in=users):
        held.setdefault(assignment.user_id, []).append(assignment.get_role_display())
    for membership in memberships:
        membership.role_labels = held.get(membership.user_id, [])


def with_shared(memberships, communities: set[int]) -> None:
    """`shared` on each: what current members chose to show in these communities, from one query for the page."""
    current = [m for m in memberships if m.community_id in communities and m.status in Membership.CURRENT]
    granted = consents.granted_among(current)
    for membership in memberships:
        fields = {
            Purpose.DIRECTORY_EMAIL: membership.user.email,
            Purpose.DIRECTORY_PHONE: membership.phone,
            Purpose.DIRECTORY_EXPERTISE: membership.expertise,
            Purpose.DIRECTORY_HELP: membership.help_offered,
        }
        allowed = granted.get(membership.pk, ())
        membership.shared = {purpose: words for purpose, words in fields.items() if words and purpose in allowed}


@require_safe
def export_members(request, pk):
    """As shown on the page, with headings that the import recognises."""
    community = fetch(request, Community, pk=pk, may="communities.export_people")
    search = SearchForm(request.GET)
    audit.write(Action.CONTACTS_EXPORTED, by=request.user, community=community, format="csv")
    header = [
        _("First name"),
        _("Last name"),
        _("E-mail"),
        _("Organisation"),
        _("Function"),
        _("Region"),
        _("Language"),
        _("Status"),
        _("Member since"),
    ]
    rows = [
        [
            m.user.first_name,
            m.user.last_name,
            m.user.email or "",
            m.organisation.name if m.organisation else "",
            m.title,
            m.region,
            languages.short(m.user.language),
            m.get_status_display(),
            m.joined_on.isoformat() if m.joined_on else "",
        ]
        for m in narrowed(community, search, contacts=True).select_related("user", "organisation")
    ]
    name = f"{slugify(community.name) or community.pk}-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, header, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def add_member(request, pk):
    community = fetch(request, Community, pk=pk, may="communities.manage_people")
    form = NewMemberForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        try:
            membership, known = directory.add(community, **form.person(), by=request.user)
        except ValidationError as refused:
            if "someone_else" in refused.message_dict:
                form.asks_if_somebody_else()
            form.add_error(None, refused)
        else:
            said = _("%(person)s is on the list.")
            if known:
                said = _("%(person)s was known already by this address, and is now on this list too.")
            messages.success(request, said % {"person": membership.user})
            again = "again" in request.POST
            return redirect("communities:add_member" if again else "communities:members", community.pk)
    return page(
        request,
        "communities/members/member_add.html",
        community,
        "members",
        form=form,
        organisations=organisation_names(request.user),
        status=422 if form.is_bound else 200,
    )


def everything_written_of(membership):
    return [membership, membership.user, membership.representations.all(), membership.pauses.all()]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_membership(request, pk):
    memberships = Membership.objects.select_related("community", "user", "organisation")
    membership = fetch(request, memberships, pk=pk)
    community = fetch(request, Community, pk=membership.community_id, may="communities.manage_people")
    reading.note(Action.PERSON_READ, community, by=request.user, about=membership)
    form = MembershipForm(request.POST or None, membership=membership, by=request.user)
    told = form.cleaned_data if form.is_valid() else {}
    form, status, conflict = save_over(
        form,
        lambda: directory.correct(membership, told, form.person(), seen_before=told["shown"], by=request.user),
        directory.shown,
        watches=everything_written_of(membership),
    )
    if status == 302:
        undo = {"may": "communities.manage_people", "of": community, "action": Action.PERSON_CORRECTED}
        back = reverse("communities:members", args=[community.pk])
        say_undoable(request, _("The changes are saved."), form.watched, **undo, back=back)
        return redirect(back)
    membership.community = community
    presences = history.presences(membership, request.user)
    return page(
        request,
        "communities/members/membership.html",
        community,
        "members",
        membership=membership,
        presences=presences[-STRIP:],
        came=sum(presence.status == "present" for presence in presences[-STRIP:]),
        years=history.by_year(membership, request.user, presences),
        is_editing=bool(form.is_bound or conflict or "modifier" in request.GET),
        form=form,
        conflict=conflict,
        organisations=organisation_names(request.user),
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_parental_consent(request, pk):
    """Of somebody under 14: who agreed for them, when and how."""
    membership = fetch(request, Membership.objects.select_related("community", "user"), pk=pk)
    community = fetch(request, Community, pk=membership.community_id, may="communities.manage_people")
    consent = parental.parental_consent_of(membership)
    watched, back = undoing.Watched(ParentalConsent.objects.filter(membership=pk)), membership.get_absolute_url()
    undo = {"may": "communities.manage_people", "of": community, "back": back, "action": Action.PARENT_CONSENTED}
    if "remove" in request.POST:
        parental.remove(membership, by=request.user)
        say_undoable(request, _("The consent is removed: this person is 14 or older."), watched, **undo)
        return redirect(back)
    initial = {name: getattr(consent, name) for name in ParentalConsent.FIELDS} if consent else None
    form = ParentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        parental.record_parental_consent(membership, form.consent(), by=request.user)
        say_undoable(request, _("The consent is written down."), watched, **undo)
        return redirect(back)
    shown = {"membership": membership, "consent": consent, "form": form, "status": 422 if form.is_bound else 200}
    return page(request, "communities/members/parental_consent.html", community, "members", **shown)


def organisation_names(user) -> list[str]:
    """What a browser proposes while one types: the organisations of one's own communities."""
    mine = Community.objects.with_directory_for(user)
    return list(
        Organisation.objects.filter(memberships__community__in=mine).distinct().values_list("name", flat=True)[:500]
    )


@require_safe
def list_people(request):
    """Everybody across the communities whose directory one may read, one line a person."""
    mine = set(Community.objects.with_directory_for(request.user).values_list("pk", flat=True))
    led = set(Community.objects.led_by(request.user).values_list("pk", flat=True))
    search = SearchForm(request.GET)
    readable = Membership.objects.of_directories(mine, led)
    found = readable.searching(search.value("q"), contacts=False)
    if led:
        found |= readable.filter(community__in=led).searching(search.value("q"), contacts=True)
    users = User.objects.filter(pk__in=found.values("user")).prefetch_related(
        Prefetch("memberships", readable.select_related("community", "organisation"), to_attr="readable")
    )
    people = Paginator(users, PER_PAGE).get_page(request.GET.get("page"))
    shared_in = led | set(roles_of(request.user).communities_as(Roles.MEMBER))
    with_shared([membership for person in people for membership in person.readable], shared_in)
    reading.note_contacts([m for person in people for m in person.readable if m.community_id in led], by=request.user)
    for person in people:
        person.shared = {purpose: words for m in person.readable for purpose, words in m.shared.items()}
        person.shows_contact = any(m.community_id in led for m in person.readable)
    context = {"people": people, "search": search, "contacts": bool(led), "is_narrowed": bool(search.value("q"))}
    if request.user.has_perm("communities.answer_destruction"):
        context["destructions"] = DestructionRequest.objects.visible_to(request.user).waiting().count()
    context["may_merge"] = Community.objects.manageable_by(request.user).exists()
    return render(request, "communities/members/people.html", context)
