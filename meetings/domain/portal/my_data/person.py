"""Who one is, where one belongs, and what came between."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl import money, retention
from communities.models import Introduction, Membership, Pause, Reason, Role, RoleAssignment
from meetings.domain.portal.my_data.section import AFTER_THE_PROGRAMME, WHILE_ACTIVE, Rows, Section, coded


def _identity(user: User) -> Rows:
    names = (user.first_name, user.last_name, user.email)
    yield *names, coded(User.Language, user.language), user.time_zone, user.joined_at, user.last_login


def _memberships(user: User) -> Rows:
    for m in user.memberships.select_related("community", "organisation").order_by("pk"):
        organisation = m.organisation.name if m.organisation else ""
        dates = (m.joined_on, m.paused_on, m.left_on)
        status, found = coded(Membership.Status, m.status), coded(Membership.Source, m.source)
        offered = (m.phone, m.expertise, m.help_offered)
        seat, capacity = coded(Membership.Seat, m.seat), coded(Membership.PersonType, m.person_type)
        support = (m.manager_name, m.manager_contact, m.hours_are_work)
        yield (
            m.community.name,
            status,
            organisation,
            m.title,
            m.region,
            found,
            *dates,
            *offered,
            seat,
            capacity,
            *support,
        )


def _roles(user: User) -> Rows:
    held = RoleAssignment.objects.filter(user=user).select_related("community", "programme", "budget_line")
    for assignment in held.order_by("pk"):
        line = getattr(assignment, "budget_line", None)
        fee = money.plain(line.planned) if line else ""
        where = str(assignment.community or assignment.programme)
        yield coded(Role, assignment.role), where, assignment.starts_on, assignment.ends_on, assignment.contract, fee


def _pauses(user: User) -> Rows:
    for pause in Pause.objects.filter(membership__user=user).select_related("membership__community"):
        kind = Membership.Status.ALUMNI if pause.has_left else Membership.Status.PAUSED
        why = (coded(Reason, pause.reason), pause.words)
        yield pause.membership.community.name, kind, pause.starts_on, pause.ends_on, *why


def _introductions(user: User) -> Rows:
    mine = Introduction.objects.filter(Q(one__user=user) | Q(other__user=user))
    for asked in mine.select_related("community", "one__user", "other__user").order_by("pk"):
        me = asked.one if asked.one.user_id == user.pk else asked.other
        partner = asked.partner_of(me).user.full_name
        yield asked.community.name, partner, asked.why, asked.asked_at, coded(Introduction.Answer, asked.answer_of(me))


SECTIONS = [
    Section(
        "identity",
        _("Who you are"),
        _("To invite you, to let you in, and to write to you in your language."),
        WHILE_ACTIVE,
        {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("E-mail"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "listed_at": _("Listed on"),
            "last_sign_in": _("Last sign-in"),
        },
        _identity,
    ),
    Section(
        "communities",
        _("Your communities"),
        _("To know who takes part, and on whose behalf."),
        retention.said("attendance", "inactive_accounts"),
        {
            "community": _("Community"),
            "status": _("Status"),
            "organisation": _("Organisation"),
            "function": _("Function"),
            "region": _("Region"),
            "found_by": _("How they were found"),
            "since": _("Member since"),
            "paused_on": _("Paused since"),
            "left_on": _("Left on"),
            "phone": _("Phone"),
            "expertise": _("What I know well"),
            "help_offered": _("The help I offer"),
            "seat": _("comes as"),
            "capacity": _("capacity"),
            "manager": _("manager’s name"),
            "manager_contact": _("manager’s e-mail or telephone"),
            "hours_are_work": _("hours counted as work time"),
        },
        _memberships,
    ),
    Section(
        "roles",
        _("Your roles"),
        _("To open to you what your role needs, and no more."),
        WHILE_ACTIVE,
        {
            "role": _("Role"),
            "scope": _("Where"),
            "from": _("From"),
            "until": _("Until"),
            "contract": _("Reference of the contract"),
            "fee": _("Fee"),
        },
        _roles,
    ),
    Section(
        "pauses",
        _("Your pauses and departures"),
        _("To expect you when you are there only, and to learn from the reasons given."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "kind": _("Kind"),
            "from": _("From"),
            "until": _("Until"),
            "reason": _("Reason"),
            "words": _("In your own words"),
        },
        _pauses,
    ),
    Section(
        "introductions",
        _("Introductions proposed to you"),
        _("To put you in touch with someone when you both want it."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "with": _("With"),
            "why": _("Why they should meet"),
            "asked_on": _("Asked on"),
            "answer": _("Your answer"),
        },
        _introductions,
    ),
]
