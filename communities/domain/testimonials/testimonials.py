"""Giving a testimonial, changing what is allowed of it, and taking it back.

What shows it elsewhere (an annual report that is published) is told by `when_changed`, in the same transaction, so that
nothing shows it any more once the press that withdraws it has answered. None of this is in the audit log: the rows keep
the day of each consent and of its withdrawal, and an hour would tell who has just answered an evaluation.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.domain.erasing import Erasure
from accounts.models import ERASED_NAME
from cmtl import editing, languages, retention
from communities.domain.members import parental
from communities.domain.testimonials import emails, wordings
from communities.models import Community, Membership, Testimonial, TestimonialConsent, Use
from outbox.models import Message

Way = TestimonialConsent.Way
FROM_HOUR = 8  # the mail with the link leaves on the morning after
ENDS_AFTER = 2  # years, unless the person says otherwise
AT_MOST = 5  # years
END_TOLD_BEFORE = dt.timedelta(days=30)
MAY_GIVE = (Membership.Status.ACTIVE, Membership.Status.PAUSED, Membership.Status.ALUMNI)
OF_A_CHILD = _(
    "Under 14, a testimonial is not published: a parent or guardian agreed to your taking part, not to this. Tell "
    "those who facilitate what you think of the community."
)
NOT_NOW = _("Only members of this community, or those who were, give a testimonial about it, while it is open.")

_listeners: list[Callable[[Testimonial], None]] = []


def when_changed(listener: Callable[[Testimonial], None]) -> None:
    """Register what follows when words, a name or a use change, by the apps above."""
    _listeners.append(listener)


def tell_changed(testimonial: Testimonial) -> None:
    for listener in _listeners:
        listener(testimonial)


@dataclass(frozen=True)
class Said:
    """What the form of a testimonial says."""

    text: str
    named: str
    uses: frozenset[str]
    ends_on: dt.date


def refusal_to(membership: Membership) -> str | Promise:
    """Why this person gives none; empty where they may."""
    if parental.parental_consent_of(membership):
        return OF_A_CHILD
    closed = (Community.Status.ARCHIVED, Community.Status.DRAFT)
    if membership.status not in MAY_GIVE or membership.community.status in closed:
        return NOT_NOW
    return ""


def kept_by(membership: Membership) -> Testimonial | None:
    """The one they gave here, ended or not."""
    return Testimonial.objects.kept().filter(membership=membership).first()


def in_years(years: int, today: dt.date | None = None) -> dt.date:
    today = today or timezone.localdate()
    return today.replace(year=today.year + years, day=min(today.day, 28))


@transaction.atomic
def give_testimonial(membership: Membership, said: Said, *, was_asked: bool = False) -> Testimonial:
    """One at a time: sent twice, it is the same one."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("community").get(pk=membership.pk)
    if refused := refusal_to(membership):
        raise ValidationError(str(refused))
    if earlier := kept_by(membership):
        return earlier
    testimonial = Testimonial(membership=membership, text=said.text, ends_on=said.ends_on)
    _sign(testimonial, said.named)
    testimonial.save()
    _allow(testimonial, said.uses, Way.ASKED if was_asked else Way.OWN, set())
    return testimonial


@transaction.atomic
def change_testimonial(testimonial: Testimonial, said: Said, *, shown: str) -> None:
    """By its author. Words written otherwise are read and chosen again before they are shown, and a proposed edit
    falls."""
    theirs = locked(testimonial)
    if seen(theirs) != shown:
        raise editing.Conflict(theirs)
    refused = refusal_to(theirs.membership)
    if refused and not allows_less(theirs, said):
        raise ValidationError(str(refused))
    shown_before = _shown(theirs)
    if theirs.text != said.text:
        _write(theirs, said.text)
    theirs.ends_on = said.ends_on
    if not refused:
        _sign(theirs, said.named)
    theirs.save(update_fields=["ends_on", "named", "signed_for"])
    _allow(theirs, said.uses, Way.KEPT, shown_before)
    tell_changed(theirs)


def allows_less(testimonial: Testimonial, said: Said) -> bool:
    """Nothing but uses taken back, or an earlier end: that much may be done wherever it was given, for good."""
    allowed = set(testimonial.consents.in_force().values_list("use", flat=True))  # type: ignore[attr-defined]
    same = (testimonial.text, testimonial.named) == (said.text, said.named)
    return same and said.uses <= allowed and said.ends_on <= testimonial.ends_on


def _shown(testimonial: Testimonial) -> set[str]:
    """The uses it is shown for, by the choice of those who facilitate."""
    chosen = testimonial.consents.in_force().exclude(shown_on=None)  # type: ignore[attr-defined]
    return set(chosen.values_list("use", flat=True))


def _write(testimonial: Testimonial, text: str) -> None:
    testimonial.text, testimonial.revision, testimonial.read_on = text, testimonial.revision + 1, None
    testimonial.edited_text, testimonial.edit_agreed_on, testimonial.edit_declined_on = "", None, None
    testimonial.set_aside_on = None
    testimonial.save()
    testimonial.consents.in_force().update(shown_on=None, shown_by=None)  # type: ignore[attr-defined]
    emails.forget_words_of(testimonial)


def _sign(testimonial: Testimonial, named: str) -> None:
    organisation = testimonial.membership.organisation
    testimonial.named = named
    testimonial.signed_for = organisation.name if organisation and named == Testimonial.Named.FULL else ""


def _allow(testimonial: Testimonial, uses: Iterable[str], way: str, shown_before: set[str]) -> None:
    """To today's sentences; what was allowed already keeps its day and its sentence."""
    wanted = set(uses)
    before = set(testimonial.consents.in_force().values_list("use", flat=True))  # type: ignore[attr-defined]
    TestimonialConsent.objects.bulk_create(
        TestimonialConsent(
            testimonial=testimonial, use=use, wording=wordings.latest(use), language=languages.active(), way=way
        )
        for use in Use.values
        if use in wanted - before
    )
    _take_back(testimonial, before - wanted, shown_before)


def _take_back(testimonial: Testimonial, uses: set[str], shown_before: set[str]) -> None:
    """Those who facilitate are told of what they may have copied elsewhere: what was shown, and what was allowed for
    communications, which are not made here."""
    gone = testimonial.consents.in_force().filter(use__in=uses)  # type: ignore[attr-defined]
    told = list(gone.filter(use__in=shown_before | {Use.COMMUNICATIONS}).order_by("use"))
    gone.update(withdrawn_on=timezone.localdate(), shown_on=None, shown_by=None)
    if told:
        emails.withdrawn(testimonial, told)


@transaction.atomic
def withdraw_testimonial(testimonial: Testimonial) -> None:
    """At any time, an archived community included. Pressed twice, nothing more happens."""
    theirs = locked(testimonial)
    if theirs.emptied_on:
        return
    _take_back(theirs, set(Use.values), _shown(theirs))
    theirs.withdrawn_on = timezone.localdate()
    _empty(theirs)


def _empty(testimonial: Testimonial) -> None:
    """Its words and how it was signed are destroyed; that it was given, allowed and ended stays as the proof."""
    testimonial.emptied_on = timezone.localdate()
    testimonial.text = testimonial.edited_text = testimonial.named = testimonial.signed_for = ""
    testimonial.save()
    emails.forget_words_of(testimonial)
    tell_changed(testimonial)


def say_otherwise(erasure: Erasure) -> None:
    """Somebody is erased: in what others said of them the name alone is replaced, as in the reports that quote it. A
    report drawn again from these words then says nothing more than it did."""
    names = ("text", "edited_text", "signed_for")
    for row in Testimonial.objects.kept().exclude(membership__user=erasure.person):
        told = {name: getattr(row, name) for name in names if erasure.naming.within(getattr(row, name))}
        if told:
            replaced = {name: erasure.naming.replaced(said, ERASED_NAME) for name, said in told.items()}
            erasure.update(Testimonial.objects.filter(pk=row.pk), **replaced)


def locked(testimonial: Testimonial) -> Testimonial:
    known = Testimonial.objects.select_for_update(of=("self",)).select_related(
        "membership__community__programme", "membership__user", "membership__organisation"
    )
    return known.get(pk=testimonial.pk)


def seen(testimonial: Testimonial) -> str:
    """What a page shows of it."""
    uses = sorted(c.use for c in testimonial.consents.all() if c.withdrawn_on is None)  # type: ignore[attr-defined]
    return editing.fingerprint([*editing.values(testimonial, Testimonial.FIELDS), uses])


# ------------------------------------------------------------ as days go by


def to_confirm(today: dt.date | None = None) -> list[Testimonial]:
    """Given before today, and whose author has not been sent the link."""
    waiting = Testimonial.objects.kept().filter(told_on=None, given_on__lt=today or timezone.localdate())
    return list(waiting.select_related("membership__user", "membership__community__programme"))


def confirm_given(now: dt.datetime | None = None) -> int:
    """The morning after, all together: the hour of the mail says nothing of the hour of the testimonial."""
    local = timezone.localtime(now)
    if local.hour < FROM_HOUR:
        return 0
    return sum(_confirm(testimonial, local.date()) for testimonial in to_confirm(local.date()))


@transaction.atomic
def _confirm(testimonial: Testimonial, today: dt.date) -> bool:
    claimed = Testimonial.objects.filter(pk=testimonial.pk, told_on=None).update(told_on=today)
    return bool(claimed and emails.given(testimonial))


def about_to_end(today: dt.date) -> list[Testimonial]:
    """In less than a month, where somebody who may extend it has not been told of that day."""
    soon = Testimonial.objects.kept().filter(ends_on__range=(today, today + END_TOLD_BEFORE)).exclude(told_on=None)
    waiting = soon.exclude(end_told=F("ends_on")).select_related("membership__user", "membership__community__programme")
    return [testimonial for testimonial in waiting if not refusal_to(testimonial.membership)]


def tell_ends(now: dt.datetime | None = None) -> int:
    """In the morning too. Extended, it is told again before its new end."""
    local = timezone.localtime(now)
    if local.hour < FROM_HOUR:
        return 0
    return sum(_tell_end(testimonial) for testimonial in about_to_end(local.date()))


@transaction.atomic
def _tell_end(testimonial: Testimonial) -> bool:
    same = Testimonial.objects.kept().filter(pk=testimonial.pk, ends_on=testimonial.ends_on)
    claimed = same.exclude(end_told=testimonial.ends_on).update(end_told=testimonial.ends_on)
    return bool(claimed and emails.ends(testimonial))


@retention.applies("testimonials")
def forget_ended(now: dt.datetime | None = None) -> int:
    """The words of those that ended so long ago that nobody will extend them."""
    long_ago = retention.period("testimonials").first_day(now)
    ended = list(Testimonial.objects.kept().filter(ends_on__lt=long_ago).select_related("membership__community"))
    for testimonial in ended:
        with transaction.atomic():
            _empty(testimonial)
    return len(ended)


@retention.applies("consents")
def forget_proofs(now: dt.datetime | None = None) -> int:
    """Of those who left so long ago that nobody can ask for the proof any more; never while words are kept, nor before
    as long has passed since they were destroyed."""
    left = retention.period("consents").first_day(now)
    gone = Membership.objects.filter(status=Membership.Status.ALUMNI, left_on__lt=left)
    return Testimonial.objects.filter(membership__in=gone, emptied_on__lt=left).delete()[0]


# ------------------------------------------------------------ mails that are no longer useful


@emails.ENDS.cancelled_if
def ends_cancel_reason(message: Message) -> str | None:
    """Withdrawn or extended meanwhile, or its author may extend it no more."""
    testimonial = message.row_in(Testimonial.objects.kept().filter(ends_on=F("end_told")))
    return None if testimonial and not refusal_to(testimonial.membership) else gettext_noop("no longer useful")


@emails.GIVEN.cancelled_if
def given_cancel_reason(message: Message) -> str | None:
    return None if message.row_in(Testimonial.objects.kept()) else gettext_noop("no longer useful")
