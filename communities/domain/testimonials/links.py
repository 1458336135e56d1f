"""The links of testimonials: one to give one's own, one to see, change and withdraw it at any time.

The first is the same in one's own space and on the thanks page of an evaluation, so that what it gives says nothing of
where one came from. Both open until the person closes their links; the second opens in an archived community too.
"""

from django.urls import reverse

from cmtl.signed_tokens import SignedToken
from communities.models import Membership, Testimonial, TestimonialRequest
from outbox.domain.post import absolute

OWN, ASKED = 0, 1
_giving, _keeping = SignedToken("testimonial-giving"), SignedToken("testimonial")


def giving_token(membership: Membership, way: int = OWN) -> str:
    return _giving.make(membership.pk, way, *membership.user.link_stamp)


def giving_path(membership: Membership) -> str:
    return reverse("communities:give_testimonial", args=[giving_token(membership)])


def asked_address(asked: TestimonialRequest) -> str:
    """The whole address, for the mail that asks."""
    token = giving_token(asked.membership, ASKED)
    return absolute(reverse("communities:give_testimonial", args=[token]))


def membership_of_link(token: str) -> tuple[Membership, bool] | None:
    """Whose link this is, and whether a mail asked; None when it was altered or closed."""
    numbers = _giving.verify(token)
    if numbers is None or len(numbers) < 2:
        return None
    pk, way, *stamp = numbers
    known = Membership.objects.select_related("community__programme", "user", "organisation")
    membership = known.numbered(pk)
    if membership is None or not membership.user.opens(stamp):
        return None
    return membership, way == ASKED


def keeping_token(testimonial: Testimonial) -> str:
    return _keeping.make(testimonial.pk, *testimonial.membership.user.link_stamp)


def keeping_path(testimonial: Testimonial) -> str:
    return reverse("communities:testimonial", args=[keeping_token(testimonial)])


def keeping_address(testimonial: Testimonial) -> str:
    return absolute(keeping_path(testimonial))


def testimonial_of_link(token: str) -> Testimonial | None:
    numbers = _keeping.verify(token)
    if not numbers:
        return None
    known = Testimonial.objects.select_related(
        "membership__community__programme", "membership__user", "membership__organisation", "edited_by"
    )
    testimonial = known.filter(pk=numbers[0]).first()
    return testimonial if testimonial and testimonial.membership.user.opens(numbers[1:]) else None
