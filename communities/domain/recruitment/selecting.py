"""Choosing members: applications come in, two readers score each without seeing the other, someone decides, letters
leave with a press. What was received is erased in time (Law 25)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cmtl import retention
from communities.domain.members import directory
from communities.domain.recruitment import recruiting, recruitment_emails
from communities.models import (
    Application,
    Call,
    Community,
    Criterion,
    JoinInvitation,
    Membership,
    Organisation,
    Role,
    RoleAssignment,
    Score,
)
from outbox.models import Message

FEWEST_READERS = 2
FAR_APART = 2  # of the four steps: such a criterion is talked about
Decision = Application.Decision


def possible_readers(community: Community) -> QuerySet[User]:
    """Those who lead, take notes, coordinate the programme, or are active members: the named readers."""
    held = RoleAssignment.objects.in_force().reaching(community).exclude(role=Role.EVALUATOR)
    members = community.memberships.active()
    return User.objects.filter(Q(pk__in=held.values("user")) | Q(pk__in=members.values("user"))).exclude(email=None)


# ---------------------------------------------------------------- applying


def apply_to_call(call: Call, **words: Any) -> Application:
    """Sent twice, or from an address that already applied, it is the first one that counts."""
    if not call.is_open:
        raise ValidationError(_("This call is closed."))
    key, email = words.pop("key"), words.pop("email")
    try:
        with transaction.atomic():
            application = Application.objects.create(call=call, key=key, email=email, **words)
            recruitment_emails.received(application)
            return application
    except IntegrityError:
        return Application.objects.get(Q(call=call), Q(key=key) | Q(email=email))


# ---------------------------------------------------------------- reading


@dataclass
class Reading:
    """One application and what its readers think. Nobody's scores are shown before everyone's are there."""

    application: Application
    criteria: list[Criterion]
    readers: list[User]
    by_reader: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def is_done_by(self, reader: Any) -> bool:
        return all(criterion.pk in self.by_reader.get(reader.pk, {}) for criterion in self.criteria)

    @property
    def done(self) -> int:
        return sum(self.is_done_by(reader) for reader in self.readers)

    @property
    def is_revealed(self) -> bool:
        return bool(self.criteria) and self.done == len(self.readers) >= FEWEST_READERS

    @property
    def mean(self) -> float | None:
        """Over the readers, criteria weighing what the call says; from 1 to 4."""
        if not self.is_revealed:
            return None
        weights = [criterion.weight for criterion in self.criteria]
        return fmean(fmean(self._values(reader), weights) for reader in self.readers)

    @property
    def disagrees(self) -> bool:
        return self.is_revealed and any(line.is_far_apart for line in self.lines)

    @property
    def lines(self) -> list["CriterionLine"]:
        """Criterion by criterion, once all is there."""
        if not self.is_revealed:
            return []
        return [
            CriterionLine(c, [(reader, self.by_reader[reader.pk][c.pk]) for reader in self.readers])
            for c in self.criteria
        ]

    def _values(self, reader: User) -> list[int]:
        return [self.by_reader[reader.pk][criterion.pk] for criterion in self.criteria]


@dataclass(frozen=True)
class CriterionLine:
    criterion: Criterion
    values: list[tuple[User, int]]

    @property
    def mean(self) -> float:
        return fmean(value for _reader, value in self.values)

    @property
    def is_far_apart(self) -> bool:
        numbers = [value for _reader, value in self.values]
        return max(numbers) - min(numbers) >= FAR_APART


def readings(call: Call, applications: Iterable[Application] | None = None) -> list[Reading]:
    """All of a call, in four queries however many there are."""
    criteria, readers = list(call.criteria.all()), list(call.readers.all())
    some = list(call.applications.select_related("decided_by")) if applications is None else list(applications)
    found = {a.pk: Reading(a, criteria, readers) for a in some}
    for score in Score.objects.filter(application__in=found):
        found[score.application_id].by_reader[score.reader_id][score.criterion_id] = score.value
    return list(found.values())


def reading_of(application: Application) -> Reading:
    return readings(application.call, [application])[0]


def ranked(some: list[Reading]) -> list[Reading]:
    """The best mean first; those still being read after them, as they came."""
    return sorted(some, key=lambda r: (r.mean is None, -(r.mean or 0)))


@transaction.atomic
def score(application: Application, values: dict[int, int], *, by: User) -> None:
    """One reader's scores, which they may change until everyone's are there."""
    Application.objects.select_for_update().get(pk=application.pk)
    reading = reading_of(application)
    if by.pk not in {reader.pk for reader in reading.readers}:
        raise PermissionDenied
    if reading.is_revealed:
        raise ValidationError(_("All the readers are done: scores no longer change."))
    for criterion in reading.criteria:
        value = {"value": values[criterion.pk]}
        Score.objects.update_or_create(application=application, criterion=criterion, reader=by, defaults=value)


# ---------------------------------------------------------------- deciding


@transaction.atomic
def decide_application(application: Application, decision: str, *, by: User) -> None:
    held = Application.objects.select_for_update(of=["self"]).select_related("call").get(pk=application.pk)
    if decision not in Decision.values:
        raise ValidationError(_("Choose a decision."))
    if not reading_of(held).is_revealed:
        raise ValidationError(_("A decision is taken once all the readers are done."))
    if held.told == Decision.ACCEPTED and decision != Decision.ACCEPTED:
        raise ValidationError(_("%(person)s was already told they are accepted.") % {"person": held})
    if held.decision != decision:
        held.decision, held.decided_at, held.decided_by = decision, timezone.now(), by
        held.save(update_fields=["decision", "decided_at", "decided_by"])


def to_tell(call: Call) -> QuerySet[Application]:
    """Decided, and not told so yet."""
    return call.applications.exclude(decision="").exclude(decision=F("told"))


@transaction.atomic
def send_letters(call: Call, words: dict[str, str], *, by: User) -> int:
    """How many left. Locked, so that a double press writes once."""
    held = Call.objects.select_for_update(of=["self"]).select_related("community").get(pk=call.pk)
    for decision in Decision.values:
        setattr(held, f"words_{decision}", words.get(decision, ""))
    held.save(update_fields=[f"words_{decision}" for decision in Decision.values])
    sent = 0
    for application in to_tell(held):
        application.call = held
        address = _invitation_of(application, by) if application.decision == Decision.ACCEPTED else ""
        recruitment_emails.decided(application, address)
        application.told, application.told_at = application.decision, timezone.now()
        application.save(update_fields=["told", "told_at", "membership"])
        sent += 1
    return sent


def _invitation_of(application: Application, by: User) -> str:
    """Invited from now on; a member once the commitment is signed, on the page the letter leads to."""
    person, _known = directory.person_for(
        application.email, application.first_name, application.last_name, application.language
    )
    membership, _is_new = Membership.objects.get_or_create(
        community=application.call.community,
        user=person,
        defaults={
            "status": Membership.Status.INVITED,
            "source": Membership.Source.CALL,
            "organisation": Organisation.named(application.organisation),
            "title": application.title,
        },
    )
    if membership.status in (Membership.Status.ELIGIBLE, Membership.Status.ALUMNI):
        membership.become(Membership.Status.INVITED)
    application.membership = membership
    return recruiting.join_address(JoinInvitation.objects.create(membership=membership, by=by))


@recruitment_emails.RECEIVED.cancelled_if
@recruitment_emails.DECIDED.cancelled_if
def application_cancel_reason(message: Message) -> str | None:
    """A letter whose decision changed before it left is not sent."""
    return None if message.row_in(Application.objects.filter(**message.facts)) else gettext_noop("no longer useful")


# ---------------------------------------------------------------- forgetting


@retention.applies("declined_applications", "applications")
@transaction.atomic
def forget_old_applications() -> int:
    """Erase what its time is over, with the mails it made; the call keeps how many there were."""
    gone = list(Application.objects.to_forget().select_for_update())
    for application in gone:
        Message.objects.about(application).delete()
        Call.objects.filter(pk=application.call_id).update(forgotten=F("forgotten") + 1)
        application.delete()
    return len(gone)
