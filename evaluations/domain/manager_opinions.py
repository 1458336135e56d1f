"""What the organisation thinks (Q-O): three questions to a member's manager, where the member asks for it. Signed: read
by the member and by those named on the page before the first question, and nobody else.

One mail, one reminder at most. The manager's address goes as soon as it serves no more; the member withdraws it all at
any time.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.domain.erasing import Erasure
from accounts.models import User
from cmtl import retention
from cmtl.encrypted import readable
from cmtl.signed_tokens import SignedToken
from communities.models import Community, Membership, RoleAssignment
from evaluations.domain.surveys import questionnaires
from evaluations.domain.surveys.questionnaires import FAVOURABLE, Asked
from evaluations.models import DeclinedAddress, ManagerOpinion, Question, Questionnaire
from meetings.domain.portal.my_data.section import Rows, Section
from outbox.domain.mail_types import MailType, Parts
from outbox.domain.post import absolute
from outbox.models import Message

ASK = MailType("manager-survey", "evaluations/emails/manager_survey.html", priority=Message.Priority.SURVEY)
REMINDER = MailType("manager-reminder", "evaluations/emails/manager_survey.html", priority=Message.Priority.SURVEY)
REMINDED_AFTER = dt.timedelta(days=7)
ADDRESS_KEPT_FOR = retention.length("manager_addresses")
_link = SignedToken("manager-survey")


# ---------------------------------------------------------------- who


def may_ask(membership: Membership) -> bool:
    """A member who takes part for an organisation, while the community lives."""
    is_here = membership.status in Membership.CURRENT and membership.community.writes_by_itself
    return is_here and not membership.as_individual and not membership.community.is_of_individuals


def readers_of(membership: Membership) -> list[User]:
    """Besides the member: who facilitates the community for good, and who coordinates its programme. Not who
    facilitates by contract."""
    leading = RoleAssignment.objects.leading_for_good().reaching(membership.community)
    return list(User.objects.filter(pk__in=leading.values("user")).exclude(pk=membership.user_id))


def opinion_of(membership: Membership) -> ManagerOpinion | None:
    return ManagerOpinion.objects.filter(membership=membership).select_related("membership__community").first()


# ---------------------------------------------------------------- asked


@dataclass(frozen=True)
class Wanted:
    """What a member types: whom to ask, in which language."""

    manager_name: str
    manager_email: str
    language: str


def preview(membership: Membership, wanted: Wanted) -> Parts:
    """The mail as it would leave, with an address that opens nothing yet."""
    context = _context(membership, wanted.manager_name, readers_of(membership), absolute("/organisation/…/"))
    return ASK.rendered({**context, "user": None, "unsubscribe_url": ""}, wanted.language)


@transaction.atomic
def ask(membership: Membership, wanted: Wanted) -> ManagerOpinion:
    """Pressed twice, it is asked once."""
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    if not may_ask(membership):
        raise ValidationError(_("Only members who take part for an organisation can ask for it."))
    known = opinion_of(held)
    if known:
        return known
    if has_declined(membership, wanted.manager_email):
        raise ValidationError(_("This person preferred not to answer: they are not written to again."))
    opinion = ManagerOpinion.objects.create(
        membership=membership,
        questionnaire=questionnaires.current(Questionnaire.Code.ORGANISATION),
        manager_name=wanted.manager_name,
        manager_email=wanted.manager_email,
        language=wanted.language,
    )
    opinion.readers.set(readers_of(membership))
    _write(ASK, opinion)
    return opinion


def _write(kind: MailType, opinion: ManagerOpinion) -> Message | None:
    address = absolute(reverse("evaluations:manager_survey", args=[token_of(opinion)]))
    context = _context(opinion.membership, readable(opinion.manager_name), opinion.readers.all(), address)
    return kind.queue(
        None,
        context | {"is_reminder": kind is REMINDER},
        key=f"{kind.slug}:{opinion.pk}",
        to=readable(opinion.manager_email),
        language=opinion.language,
        about=opinion,
        not_after=opinion.asked_at + ADDRESS_KEPT_FOR,
    )


def _context(membership: Membership, name: str, readers: Iterable[User], address: str) -> dict[str, Any]:
    return {
        "manager_name": name,
        "member": membership.user,
        "community": membership.community,
        "employer": membership.organisation,  # « organisation » is who keeps the site
        "readers": [membership.user.full_name, *(reader.full_name for reader in readers)],
        "address": address,
    }


def token_of(opinion: ManagerOpinion) -> str:
    return _link.make(opinion.pk, round(opinion.asked_at.timestamp() * 1_000_000))


def opinion_of_link(token: str) -> ManagerOpinion | None:
    """None when it was altered, withdrawn, or left without an answer for too long; or when the member has left."""
    numbers = _link.verify(token)
    if numbers is None:
        return None
    found = ManagerOpinion.objects.select_related("membership__community", "membership__user")
    opinion = found.filter(pk=numbers[0]).first()
    if opinion is None or token_of(opinion) != token:
        return None
    is_here = opinion.membership.status in Membership.CURRENT and not opinion.community.is_archived
    is_told = opinion.answered_at or opinion.declined_at
    return opinion if is_told or (is_here and opinion.manager_email) else None


def questions(opinion: ManagerOpinion) -> tuple[Asked, ...]:
    return questionnaires.asked_of_manager(opinion.questionnaire_id, opinion.membership.user.full_name)


# ---------------------------------------------------------------- answered, declined, withdrawn


@transaction.atomic
def answer(opinion: ManagerOpinion, said: dict[str, Any]) -> bool:
    """Once; False when it was answered or declined already, or withdrawn meanwhile."""
    held = ManagerOpinion.objects.select_for_update().filter(pk=opinion.pk).first()
    if held is None or held.is_over:
        return False
    held.useful, held.example, held.supported = said.get("O1", ""), said.get("O2", ""), said.get("O3", "")
    held.answered_at = timezone.now()
    held.save(update_fields=["useful", "example", "supported", "answered_at"])
    _forget_address(held)
    return True


@transaction.atomic
def decline(opinion: ManagerOpinion) -> None:
    """The member is told so, and nobody why. Declined twice, nothing more happens."""
    held = ManagerOpinion.objects.select_for_update().filter(pk=opinion.pk).first()
    if held and not held.is_over:
        ManagerOpinion.objects.filter(pk=held.pk).update(declined_at=timezone.now())
        digest = _digest(readable(held.manager_email))
        DeclinedAddress.objects.get_or_create(membership=held.membership, digest=digest)
        _forget_address(held)


def has_declined(membership: Membership, address: str) -> bool:
    return membership.declined_addresses.filter(digest=_digest(address)).exists()


def _digest(address: str) -> str:
    """Nobody reads an address in it; without our key nobody recognises one either."""
    return salted_hmac("declined-address", address.strip().lower(), algorithm="sha256").hexdigest()


@transaction.atomic
def withdraw(membership: Membership) -> None:
    """The answer, the address and the mails are gone."""
    for opinion in ManagerOpinion.objects.select_for_update().filter(membership=membership):
        _forget(opinion)


def _forget(opinion: ManagerOpinion) -> None:
    Message.objects.about(opinion).delete()
    opinion.delete()


def _forget_address(opinion: ManagerOpinion) -> None:
    """And the mails that were written to it."""
    Message.objects.about(opinion).delete()
    ManagerOpinion.objects.filter(pk=opinion.pk).update(manager_name="", manager_email="")


# ---------------------------------------------------------------- what is due


def to_remind(now: dt.datetime | None = None) -> list[ManagerOpinion]:
    due = (now or timezone.now()) - REMINDED_AFTER
    found = ManagerOpinion.objects.waiting().filter(asked_at__lte=due, reminded_at=None)
    living = found.filter(membership__status__in=Membership.CURRENT, membership__community__status__in=Community.LIVING)
    return list(living.select_related("membership__community", "membership__user", "membership__organisation"))


@transaction.atomic
def remind(opinion: ManagerOpinion) -> None:
    """Once. Two clocks at once write once."""
    claimed = ManagerOpinion.objects.waiting().filter(pk=opinion.pk, reminded_at=None)
    if claimed.update(reminded_at=timezone.now()):
        _write(REMINDER, opinion)


@retention.applies("manager_addresses", "manager_answers")
def forget_old_opinions(now: dt.datetime | None = None) -> int:
    """Addresses that got no answer; answers that are old. How many answers went."""
    now = now or timezone.now()
    kept = ManagerOpinion.objects.exclude(manager_email="")
    over = Q(asked_at__lt=now - ADDRESS_KEPT_FOR) | Q(answered_at__isnull=False) | Q(declined_at__isnull=False)
    for opinion in kept.filter(over):
        _forget_address(opinion)
    DeclinedAddress.objects.filter(declined_on__lt=timezone.localdate(now - ADDRESS_KEPT_FOR)).delete()
    _forget_mails_of_nothing()
    start = retention.period("manager_answers").start(now)
    unanswered = Q(answered_at=None, asked_at__lt=start)
    old = list(ManagerOpinion.objects.filter(Q(answered_at__lt=start) | unanswered))
    for opinion in old:
        _forget(opinion)
    return len(old)


def _forget_mails_of_nothing() -> None:
    """To the manager of an opinion that was forgotten as two records were made one; those that wait do not leave."""
    written = Message.objects.filter(about_kind=ManagerOpinion._meta.label_lower)
    gone = written.exclude(about_id__in=ManagerOpinion.objects.values("pk"))
    gone.exclude(pk__in=written.waiting().values("pk")).delete()


@REMINDER.cancelled_if
@ASK.cancelled_if
def manager_cancel_reason(message: Message) -> str | None:
    opinion = message.row_in(ManagerOpinion.objects.waiting().select_related("membership__community"))
    if opinion is None or opinion.membership.status not in Membership.CURRENT:
        return gettext_noop("no longer useful")
    if not opinion.community.writes_by_itself:
        return gettext_noop("the community is at rest")
    return None


def sweep(erasure: Erasure) -> None:
    """The mails to the manager of whoever is erased; the opinion goes with the membership."""
    for opinion in ManagerOpinion.objects.filter(membership__user=erasure.person):
        erasure.delete(Message.objects.about(opinion))


# ---------------------------------------------------------------- counted, and told


@dataclass(frozen=True)
class Counted:
    """Over the answers of one community, where there are enough of them."""

    n: int
    threshold: int
    useful: int
    supported: int

    @property
    def is_told(self) -> bool:
        return self.n >= self.threshold


def counted(community: Community) -> Counted:
    answers = ManagerOpinion.objects.answered().filter(membership__community=community)
    said = list(answers.values_list("useful", "supported"))
    favourable = FAVOURABLE[Question.Scale.AGREEMENT]
    useful = sum(one in favourable for one, _other in said)
    return Counted(len(said), community.anonymity_threshold, useful, sum(other == "1" for _one, other in said))


@dataclass(frozen=True)
class Told:
    """A question of an opinion, with its answer in the reader's language."""

    wording: str
    answer: str


def told(opinion: ManagerOpinion) -> Iterator[Told]:
    values = {"O1": opinion.useful, "O2": opinion.example, "O3": opinion.supported}
    for question in questions(opinion):
        value = values.get(question.code, "")
        if value:
            yield Told(question.wording, value if question.is_text else dict(question.options).get(value, ""))


def _own(user: User) -> Rows:
    found = ManagerOpinion.objects.filter(membership__user=user).select_related(
        "membership__community", "membership__user"
    )
    for opinion in found:
        answers = {one.wording: one.answer for one in told(opinion)}
        words = " · ".join(f"{wording} {answer}" for wording, answer in answers.items())
        whom = readable(opinion.manager_name), readable(opinion.manager_email)
        yield opinion.community.name, *whom, opinion.asked_at, opinion.answered_at, words


SECTION = Section(
    "manager_opinions",
    gettext_lazy("What your manager was asked, because you wished it"),
    gettext_lazy("To know what your organisation thinks of your taking part."),
    retention.said("manager_addresses", "manager_answers"),
    {
        "community": gettext_lazy("Community"),
        "name": gettext_lazy("Name"),
        "email": gettext_lazy("E-mail"),
        "asked_at": gettext_lazy("Asked on"),
        "answered_at": gettext_lazy("Answered on"),
        "answer": gettext_lazy("Answer"),
    },
    _own,
)
