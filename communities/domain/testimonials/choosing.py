"""What those who facilitate do with a testimonial: read it, propose a light edit, choose where it is shown."""

from collections.abc import Callable, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

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


CHANGED = gettext_lazy("It has changed since this page was opened: read it again, then answer.")


def _as_shown(testimonial: Testimonial, shown: str) -> Testimonial:
    """Locked; refused where it is not what the page showed: its author writes it otherwise at any time."""
    theirs = locked(testimonial)
    if seen(theirs) != shown:
        raise ValidationError(str(CHANGED))
    return theirs


@transaction.atomic
def mark_read(testimonial: Testimonial, *, shown: str) -> None:
    _note_read(_as_shown(testimonial, shown))


def _note_read(testimonial: Testimonial) -> None:
    Testimonial.objects.kept().filter(pk=testimonial.pk, read_on=None).update(read_on=timezone.localdate())


@transaction.atomic
def read_while_writing(chosen: Mapping[Testimonial, str]) -> list[Testimonial]:
    """Whoever ticks one in a report has read it, in the words that the page showed: those whose words changed since,
    which are not noted as read."""
    changed = [one for one, shown in chosen.items() if seen(locked(one)) != shown]
    for one in chosen:
        if one not in changed:
            _note_read(one)
    return changed


@transaction.atomic
def show_for(testimonial: Testimonial, use: str, *, by: User, shown: str) -> None:
    """On the pages of that use, from now on. Refused unless it may be shown today, in the words that were read."""
    theirs = _as_shown(testimonial, shown)
    if use not in CHOSEN_HERE or not Testimonial.objects.in_force(use).filter(pk=theirs.pk).exists():
        raise ValidationError(_("Its author does not allow this use, or not any more: it is shown nowhere for it."))
    today = timezone.localdate()
    theirs.consents.in_force().filter(use=use, shown_on=None).update(shown_on=today, shown_by=by)  # type: ignore[attr-defined]
    _note_read(theirs)


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
    _propose(theirs, text, by)
    return True


def _propose(theirs: Testimonial, text: str, by: User) -> None:
    theirs.read_on = theirs.read_on or timezone.localdate()
    theirs.edited_text, theirs.edited_by, theirs.edited_on = text, by, timezone.localdate()
    theirs.edit_agreed_on = theirs.edit_declined_on = None
    theirs.save()
    emails.edited(theirs)


def reword(testimonial: Testimonial, field: str, change: Callable[[str], str], *, by: User) -> None:
    """A sentence that names somebody must go. Nobody gives other words to what a member signed: they are proposed to
    its author, and it is shown nowhere until they agree or write others."""
    theirs = locked(testimonial)
    if field == "signed_for":
        theirs.signed_for = change(theirs.signed_for)
        theirs.save(update_fields=["signed_for"])
    elif theirs.emptied_on is None:
        theirs.set_aside_on = theirs.set_aside_on or timezone.localdate()
        _propose(theirs, change(theirs.edited_text or theirs.text), by)
    tell_changed(theirs)


@transaction.atomic
def answer_edit(testimonial: Testimonial, *, agrees: bool, shown: str) -> None:
    """By its author, who has both texts before their eyes. Agreed to, it takes the place of the first words."""
    theirs = _as_shown(testimonial, shown)
    if not theirs.edited_text:
        return
    if agrees:
        theirs.text, theirs.edit_agreed_on = theirs.edited_text, timezone.localdate()
        theirs.set_aside_on = None
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
