"""Requests to destroy what is known of a person: asked, withdrawn, told to those who answer, done by two people.

One of them is of the coordination of the person's programmes, or whoever was named in its place where there is only
one coordinator, or none; the other is the privacy officer. After seven days without a second coordinator the officer
may confirm alone, and says why. Where nobody is named officer, administrators stand in. Nobody answers their own
request.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.domain import audit, erasing
from accounts.models import Action, User
from cmtl import retention
from communities.domain.privacy import follow_on
from communities.models import Community, DestructionRequest, Role, RoleAssignment
from communities.models.privacy import ANSWERED_WITHIN
from outbox.domain.erasing import GOODBYE
from outbox.domain.mail_types import MailType

ASKED = MailType("destruction-asked", "communities/emails/destruction_asked.html")
DUE = MailType("destruction-due", "communities/emails/destruction_due.html")
SUBSTITUTE = MailType("destruction-substitute", "communities/emails/destruction_substitute.html")
ERASED = MailType(GOODBYE, "communities/emails/erased.html")
ALONE_AFTER = dt.timedelta(days=7)
REMINDED = dt.timedelta(days=7)  # before it is late, and once more when it is
LAW = gettext_lazy("CQLR, c. P-39.1, s. 23; c. A-2.1, s. 73")
Side = DestructionRequest.Side

KINDS = {
    "access": gettext_lazy("accounts, sessions and ways of signing in"),
    "mails": gettext_lazy("e-mails"),
    "records": gettext_lazy("members’ records, roles and consents"),
    "presences": gettext_lazy("presences and replies"),
    "meetings": gettext_lazy("notes, topics and what was said of meetings"),
    "reports": gettext_lazy("reports and archives"),
    "files": gettext_lazy("files"),
}
PRESENCES = {"Attendance", "AttendanceCorrection", "Absence", "Reply", "JoinClick", "DateVote", "AttendanceImport"}
OF_APPS = {"outbox": "mails", "communities": "records", "meetings": "meetings", "evaluations": "reports"}


def waiting_for(user: User) -> DestructionRequest | None:
    return user.destruction_requests.filter(cancelled_at=None, confirmed_at=None).first()


# ------------------------------------------------------------ asking


@transaction.atomic
def ask_destruction(user: User, words: str = "") -> DestructionRequest:
    """Asked twice, it is one request, due from the first day."""
    request, is_new = DestructionRequest.objects.get_or_create(
        user=user, confirmed_at=None, cancelled_at=None, defaults={"words": words}
    )
    if is_new:
        audit.write(Action.DESTRUCTION_ASKED, by=user, about=request)
        tell_of_request(ASKED, answering(request), request, key=f"destruction:{request.pk}")
    return request


@transaction.atomic
def enter(user: User, words: str, *, received_on: dt.date, by: User) -> DestructionRequest:
    """For somebody who asked on paper or aloud: due from the day it was received. If they had asked already, theirs
    stands."""
    if user.pk == by.pk:
        raise PermissionDenied
    due_on = received_on + ANSWERED_WITHIN
    request, is_new = DestructionRequest.objects.get_or_create(
        user=user, confirmed_at=None, cancelled_at=None, defaults={"words": words, "entered_by": by, "due_on": due_on}
    )
    if is_new:
        audit.write(Action.DESTRUCTION_ENTERED, by=by, about=request)
        others = [person for person in answering(request) if person.pk != by.pk]
        tell_of_request(ASKED, others, request, key=f"destruction:{request.pk}")
    return request


def tell_of_request(mail: MailType, people: Iterable[User], request: DestructionRequest, *, key: str) -> None:
    for person in people:
        mail.queue(person, {"request": request, "person": request.user}, key=key)


@transaction.atomic
def withdraw_request(user: User) -> None:
    """While nobody has begun to answer."""
    waiting = user.destruction_requests.filter(cancelled_at=None, confirmed_at=None, handled_at=None)
    if waiting.update(cancelled_at=timezone.now()):
        audit.write(Action.DESTRUCTION_WITHDRAWN, by=user, about=user)


@retention.applies("requests_to_destroy")
def forget_answered(now: dt.datetime | None = None) -> int:
    """Those withdrawn go; those done are counted, and no longer say whose they were."""
    long_ago = retention.period("requests_to_destroy").start(now or timezone.now())
    done = DestructionRequest.objects.filter(confirmed_at__lt=long_ago).exclude(user=None, words="")
    gone = DestructionRequest.objects.filter(confirmed_at=None, cancelled_at__lt=long_ago)
    return done.update(user=None, words="") + gone.delete()[0]


# ------------------------------------------------------------ who answers


def coordinators(person: User) -> QuerySet[User]:
    """Those of the programmes of the person's communities; never the person."""
    programmes = person.memberships.filter(community__programme__isnull=False).values("community__programme")
    held = RoleAssignment.objects.in_force().filter(role=Role.COORDINATOR, programme__in=programmes)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk=person.pk)


def officers(person: User) -> QuerySet[User]:
    """Administrators stand in where no officer is left to answer."""
    active = User.objects.filter(is_active=True).exclude(pk=person.pk)
    named = active.filter(is_privacy_officer=True)
    return named if named.exists() else active.filter(is_staff=True)


def answering(request: DestructionRequest) -> list[User]:
    """Everybody who has a part in it, each once."""
    if request.user is None:
        return []
    substitutes = User.objects.filter(pk__in=[request.substitute_id], is_active=True).exclude(pk=request.user.pk)
    everybody = [*coordinators(request.user), *substitutes, *officers(request.user)]
    return list({person.pk: person for person in everybody}.values())


def sides_of(by: User, request: DestructionRequest) -> set[str]:
    """As what this person may answer."""
    if request.user is None or by.pk == request.user_id:
        return set()
    sides = {Side.COORDINATION} if coordinators(request.user).filter(pk=by.pk).exists() else set()
    if request.substitute_id == by.pk and needs_substitute(request):
        sides.add(Side.COORDINATION)
    if officers(request.user).filter(pk=by.pk).exists():
        sides.add(Side.OFFICER)
    return {str(side) for side in sides}


def needs_substitute(request: DestructionRequest) -> bool:
    """One coordinator, who may be away, or none."""
    return request.user is not None and coordinators(request.user).count() < 2


def possible_substitutes(request: DestructionRequest) -> QuerySet[User]:
    """Those who lead the person's communities for good, and administrators; not the officers."""
    person = request.user
    if person is None:
        return User.objects.none()
    places = Community.objects.filter(memberships__user=person)
    leading = RoleAssignment.objects.leading_for_good().filter(community__in=places).values("user")
    possible = User.objects.filter(pk__in=leading) | User.objects.filter(is_staff=True)
    settled = {person.pk, *officers(person).values_list("pk", flat=True)}
    settled |= set(coordinators(person).values_list("pk", flat=True))
    return possible.filter(is_active=True).exclude(pk__in=settled).distinct().order_by("sort_key")


@transaction.atomic
def name_substitute(request: DestructionRequest, substitute: User, *, by: User) -> None:
    held = DestructionRequest.objects.select_for_update().get(pk=request.pk)
    if not sides_of(by, held):
        raise PermissionDenied
    if not held.is_open or not needs_substitute(held) or substitute not in possible_substitutes(held):
        raise ValidationError(_("This person cannot answer in the place of the coordination."))
    if held.substitute_id != substitute.pk:
        DestructionRequest.objects.filter(pk=held.pk).update(substitute=substitute)
        audit.write(Action.DESTRUCTION_SUBSTITUTE, by=by, about=held)
        tell_of_request(SUBSTITUTE, [substitute], held, key=f"destruction:{held.pk}:substitute")


# ------------------------------------------------------------ answering


def may_be_alone(request: DestructionRequest, by: User) -> bool:
    """The officer, a week after it was asked, where no two coordinators can be had; never whoever entered it, who
    would otherwise ask and answer."""
    if not request.is_open or request.entered_by_id == by.pk or request.handled_by_id not in (None, by.pk):
        return False
    waited = timezone.now() - request.asked_at >= ALONE_AFTER
    return waited and Side.OFFICER in sides_of(by, request) and needs_substitute(request)


@transaction.atomic
def confirm_destruction(request: DestructionRequest, *, by: User, alone_because: str = "") -> DestructionRequest:
    """The first person says that all is ready; the second one confirms, and the person is erased."""
    held = DestructionRequest.objects.select_for_update(of=["self"]).select_related("user").get(pk=request.pk)
    if held.user_id == by.pk:
        raise PermissionDenied
    if not held.is_open:
        return held
    sides = sides_of(by, held)
    if not sides:
        raise PermissionDenied
    refuse_undecided(held)
    if alone_because:
        if not may_be_alone(held, by):
            raise PermissionDenied
        return _erase(held, handled_by=held.handled_by or by, by=by, alone_because=alone_because)
    if held.handled_at is None:
        as_what = sides.pop() if len(sides) == 1 else ""
        held.handled_at, held.handled_by, held.handled_as = timezone.now(), by, as_what
        held.save(update_fields=["handled_at", "handled_by", "handled_as"])
        audit.write(Action.DESTRUCTION_DONE, by=by, about=held)
        return held
    if held.handled_by_id == by.pk:
        raise ValidationError(_("A second person confirms it: you cannot confirm what you did yourself."))
    if sides == {held.handled_as}:
        raise ValidationError(MISSING[Side(held.handled_as)])
    return _erase(held, handled_by=held.handled_by, by=by)


MISSING = {
    Side.COORDINATION: gettext_lazy("The coordination has answered: the privacy officer confirms."),
    Side.OFFICER: gettext_lazy("The privacy officer has answered: the coordination confirms."),
}


def refuse_undecided(request: DestructionRequest) -> None:
    if left := follow_on.undecided(request):
        raise ValidationError(
            ngettext(
                "%(n)s sentence still names the person: decide of it first.",
                "%(n)s sentences still name the person: decide of them first.",
                left,
            )
            % {"n": left}
        )


def _erase(
    held: DestructionRequest, *, handled_by: User | None, by: User, alone_because: str = ""
) -> DestructionRequest:
    """All of it or nothing, with the mail that says so, written while the address is still known."""
    person, now = held.user, timezone.now()
    assert person is not None  # noqa: S101
    DestructionRequest.objects.filter(pk=held.pk).update(
        handled_at=held.handled_at or now,
        handled_by=handled_by,
        confirmed_at=now,
        confirmed_by=by,
        alone_because=alone_because,
        erased_at=now,
    )
    audit.write(Action.DESTRUCTION_CONFIRMED, by=by, about=held)
    if person.email:
        context = {"asked_at": held.asked_at, "name": person.first_name}
        ERASED.queue(None, context, key=f"erased:{held.pk}", about=held, to=person.email, language=person.language)
    counts = erasing.erase(person) or Counter()
    DestructionRequest.objects.filter(pk=held.pk).update(touched=kinds_of(counts))
    return DestructionRequest.objects.get(pk=held.pk)


def kinds_of(counts: Counter[str]) -> dict[str, int]:
    """As the register tells it: a few kinds, not our tables."""
    told: Counter[str] = Counter()
    for label, n in counts.items():
        app, model = label.split(".")
        if model == "FileToDestroy":
            told["files"] += n
        elif model in PRESENCES:
            told["presences"] += n
        else:
            told[OF_APPS.get(app, "access")] += n
    return {kind: told[kind] for kind in KINDS if told[kind]}


def counts_of(request: DestructionRequest) -> list[tuple[str, int]]:
    """Each kind in words, with how many."""
    return [(str(KINDS[kind]), n) for kind, n in request.touched.items() if kind in KINDS]


# ------------------------------------------------------------ the thirty days


def remind_due() -> int:
    """A week before the law's last day, and the day after it: everybody who has a part in it, once each time."""
    today, reminded = timezone.localdate(), 0
    near = DestructionRequest.objects.waiting().filter(due_on__lte=today + REMINDED).select_related("user")
    for request in near:
        moment = "late" if request.is_late else "soon"
        tell_of_request(DUE, answering(request), request, key=f"destruction:{request.pk}:{moment}")
        reminded += 1
    return reminded
