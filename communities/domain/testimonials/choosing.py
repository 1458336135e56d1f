"""What those who facilitate do with a testimonial: read it, propose a light edit, choose where it is shown."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cmtl import editing
from communities.domain.testimonials import emails
from communities.domain.testimonials.testimonials import locked, seen, tell_changed
from communities.models import Community, Testimonial, TestimonialQuerySet, Use
from outbox.models import Message

MOST_QUOTES = 12  # on one page
CHOSEN_HERE = (Use.COMMUNICATIONS, Use.RECRUITMENT)  # for accountability, whoever writes a report chooses


def count_to_read(communities: Iterable[Community]) -> dict[int, int]:
    """By community: given, not ended, and not read by those who facilitate."""
    lasting = Testimonial.objects.kept().filter(read_on=None, ends_on__gte=timezone.localdate())
    theirs = lasting.filter(membership__community__in=communities, membership__user__erased_at=None).order_by()
    return dict(theirs.values_list("membership__community").annotate(n=Count("pk")))


@transaction.atomic
def mark_read(testimonial: Testimonial) -> None:
    Testimonial.objects.kept().filter(pk=testimonial.pk, read_on=None).update(read_on=timezone.localdate())


@transaction.atomic
def show_for(testimonial: Testimonial, use: str, *, by: User) -> None:
    """On the pages of that use, from now on. Refused unless it may be shown today."""
    theirs = locked(testimonial)
    if use not in CHOSEN_HERE or not Testimonial.objects.in_force(use).filter(pk=theirs.pk).exists():
        raise ValidationError(_("Its author does not allow this use, or not any more: it is shown nowhere for it."))
    today = timezone.localdate()
    theirs.consents.in_force().filter(use=use, shown_on=None).update(shown_on=today, shown_by=by)  # type: ignore[attr-defined]
    mark_read(theirs)


@transaction.atomic
def hide_from(testimonial: Testimonial, use: str) -> None:
    theirs = locked(testimonial)
    theirs.consents.in_force().filter(use=use).update(shown_on=None, shown_by=None)  # type: ignore[attr-defined]


@transaction.atomic
def propose_edit(testimonial: Testimonial, text: str, *, by: User, shown: str) -> bool:
    """The author is mailed both texts. Until they agree, the words stay as they wrote them. Whether anything is
    proposed: the same words are no edit."""
    theirs = locked(testimonial)
    if seen(theirs) != shown:
        raise editing.Conflict(theirs)
    if theirs.emptied_on or theirs.has_ended:
        raise ValidationError(_("This testimonial was withdrawn, or has ended."))
    if text in (theirs.text, theirs.edited_text):
        return False
    theirs.read_on = theirs.read_on or timezone.localdate()
    theirs.edited_text, theirs.edited_by, theirs.edited_on = text, by, timezone.localdate()
    theirs.edit_agreed_on = theirs.edit_declined_on = None
    theirs.save()
    emails.edited(theirs)
    return True


@transaction.atomic
def answer_edit(testimonial: Testimonial, *, agrees: bool, shown: str) -> None:
    """By its author, who has both texts before their eyes. Agreed to, it takes the place of the first words."""
    theirs = locked(testimonial)
    if seen(theirs) != shown:
        raise ValidationError(_("It has changed since this page was opened: read it again, then answer."))
    if not theirs.edited_text:
        return
    if agrees:
        theirs.text, theirs.edit_agreed_on = theirs.edited_text, timezone.localdate()
    else:
        theirs.edit_declined_on = timezone.localdate()
    theirs.edited_text = ""
    theirs.save()
    emails.forget_words_of(theirs)
    tell_changed(theirs)


def quotes_for(use: str, community: Community) -> list[Testimonial]:
    """The latest that its pages show for this use today."""
    return list(Testimonial.objects.shown_for(use).of(community)[:MOST_QUOTES])


def of_community(community: Community) -> TestimonialQuerySet:
    """All of the gallery, with their proofs: those that were withdrawn, as the line that is left of them."""
    return _with_proofs(Testimonial.objects.of(community))


def of_communities(communities) -> TestimonialQuerySet:
    return _with_proofs(Testimonial.objects.filter(membership__community__in=communities))


def _with_proofs(found: TestimonialQuerySet) -> TestimonialQuerySet:
    named = found.filter(membership__user__erased_at=None)
    related = ("membership__user", "membership__organisation", "membership__community", "edited_by")
    return named.select_related(*related).prefetch_related("consents__shown_by").order_by("-given_on", "-pk")


@emails.EDITED.cancelled_if
def edited_cancel_reason(message: Message) -> str | None:
    testimonial = message.row_in(Testimonial.objects.kept())
    return None if testimonial and testimonial.edited_text else gettext_noop("no longer useful")
