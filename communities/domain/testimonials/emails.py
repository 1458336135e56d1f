"""The mails of testimonials: one asks, one gives the link that withdraws, one tells that it ends, one shows an
edit, one tells a withdrawal."""

from typing import Any

from django.urls import reverse

from cmtl.editing import fingerprint
from communities.domain.testimonials import links, wordings
from communities.models import Testimonial, TestimonialConsent, TestimonialRequest
from outbox.domain.mail_types import MailType
from outbox.domain.post import absolute
from outbox.models import Category, Message

ASKED = MailType("testimonial-asked", "communities/emails/testimonial_asked.html", category=Category.INVITATIONS)
GIVEN = MailType("testimonial-given", "communities/emails/testimonial_given.html")
ENDS = MailType("testimonial-ends", "communities/emails/testimonial_ends.html", category=Category.REMINDERS)
EDITED = MailType("testimonial-edited", "communities/emails/testimonial_edited.html")
WITHDRAWN = MailType("testimonial-withdrawn", "communities/emails/testimonial_withdrawn.html")


def asked(request: TestimonialRequest) -> Message | None:
    community = request.membership.community
    return ASKED.queue(
        request.membership.user,
        {
            "community": community,
            "words": request.words,
            "by": request.asked_by,
            "address": links.asked_address(request),
        },
        key=f"testimonial-asked:{request.pk}",
        about=request,
        sender_list=community.sender_list,
    )


def given(testimonial: Testimonial) -> Message | None:
    """What was allowed, and the link by which it is seen, changed and withdrawn."""
    consents = testimonial.consents.in_force()  # type: ignore[attr-defined]
    return _to_author(
        GIVEN,
        testimonial,
        key=f"testimonial-given:{testimonial.pk}",
        sentences=[wordings.wording_of(c.use, c.wording, testimonial.membership.user.language) for c in consents],
    )


def ends(testimonial: Testimonial) -> Message | None:
    """That its end comes, and the link that extends it. Without its words, which whoever reads over a shoulder sees."""
    return _to_author(ENDS, testimonial, key=f"testimonial-ends:{testimonial.pk}:{testimonial.ends_on}")


def edited(testimonial: Testimonial) -> Message | None:
    """The words as written and as proposed, side by side."""
    seen = fingerprint([testimonial.text, testimonial.edited_text, testimonial.edited_on])
    return _to_author(EDITED, testimonial, key=f"testimonial-edited:{testimonial.pk}:{seen}", by=testimonial.edited_by)


def _to_author(mail: MailType, testimonial: Testimonial, *, key: str, **words: Any) -> Message | None:
    community = testimonial.community
    context = {"community": community, "testimonial": testimonial, "address": links.keeping_address(testimonial)}
    return mail.queue(testimonial.membership.user, context | words, key=key, about=testimonial)


def withdrawn(testimonial: Testimonial, consents: list[TestimonialConsent]) -> None:
    """To those who facilitate, who may have copied it elsewhere: it says whose, and none of its words. Once for each
    consent: allowed again and taken back again, it is told again."""
    community = testimonial.community
    context = {
        "community": community,
        "person": testimonial.membership.user,
        "uses": [consent.get_use_display() for consent in consents],
        "address": absolute(reverse("communities:testimonials", args=[community.pk])),
    }
    key = f"testimonial-withdrawn:{testimonial.pk}:{'-'.join(str(consent.pk) for consent in consents)}"
    for facilitator in community.facilitators():
        WITHDRAWN.queue(facilitator, context, key=key, about=community)


def forget_words_of(testimonial: Testimonial) -> None:
    """Mails that quoted it: those that left lose their words, the others leave no more."""
    Message.objects.about(testimonial).of_type(EDITED).update(text="", html="")
