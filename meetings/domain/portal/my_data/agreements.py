"""What one allowed, what one was sent, and what one asked to be destroyed."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl import retention
from communities.domain.members import consents
from communities.domain.testimonials import wordings
from communities.models import (
    Consent,
    ParentalConsent,
    Purpose,
    Testimonial,
    TestimonialConsent,
    TestimonialRequest,
    Use,
)
from meetings.domain.portal.my_data.section import WHILE_ACTIVE, Rows, Section, coded
from meetings.models import RecordingConsent
from outbox.models import Category, Message, Unsubscription


def _consents(user: User) -> Rows:
    given = Consent.objects.of(user).select_related("membership__community")
    for c in given:
        community = c.membership.community.name if c.membership else ""
        yield (
            community,
            coded(Purpose, c.purpose),
            consents.wording_of(c.purpose, c.wording),
            c.wording,
            c.given_at,
            c.withdrawn_at,
        )


def _parents(user: User) -> Rows:
    """Of somebody under 14."""
    agreed = ParentalConsent.objects.filter(membership__user=user).select_related("membership__community", "entered_by")
    for one in agreed.order_by("pk"):
        received, by = coded(ParentalConsent.Received, one.received_as), str(one.entered_by or "")
        yield one.membership.community.name, True, one.parent_name, one.signed_on, received, by, one.entered_at


def _testimonials(user: User) -> Rows:
    """Their words while they are kept, and who asked for them; not what was chosen of them."""
    for one in Testimonial.objects.filter(membership__user=user).select_related("membership__community"):
        named = coded(Testimonial.Named, one.named) if one.named else ""
        told = (one.given_on, one.ends_on, one.withdrawn_on)
        yield one.membership.community.name, _("Testimonial"), one.text, one.edited_text, named, *told
    for asked in TestimonialRequest.objects.filter(membership__user=user).select_related("membership__community"):
        yield asked.membership.community.name, _("Request"), asked.words, "", "", asked.asked_on, None, None


def _testimonial_consents(user: User) -> Rows:
    given = TestimonialConsent.objects.filter(testimonial__membership__user=user)
    for c in given.select_related("testimonial__membership__community"):
        community = c.testimonial.membership.community.name
        sentence = wordings.agreed_to(c)
        yield community, coded(Use, c.use), sentence, c.wording, c.given_on, c.withdrawn_on


def _recordings(user: User) -> Rows:
    said = RecordingConsent.objects.filter(membership__user=user).select_related("recording__meeting__community")
    for one in said:
        meeting = one.recording.meeting
        yield meeting.community.name, meeting.heading, one.agrees, coded(RecordingConsent.How, one.how), one.said_at


def _mails(user: User) -> Rows:
    """When and what about; the words of a mail stay in it."""
    mails = Message.objects.filter(recipient=user).order_by("queued_at")
    for written, sent, to, category, subject in mails.values_list("queued_at", "sent_at", "to", "category", "subject"):
        yield written, sent, to, coded(Category, category), subject


def _stopped(user: User) -> Rows:
    for stopped in Unsubscription.objects.filter(user=user):
        yield coded(Category, stopped.category), stopped.sender_list, stopped.since


def _requests(user: User) -> Rows:
    return user.destruction_requests.values_list("asked_at", "due_on", "confirmed_at", "cancelled_at", "words")


SECTIONS = [
    Section(
        "consents",
        _("What you allowed"),
        _("To prove what you allowed, and when you took it back."),
        retention.said("consents"),
        {
            "community": _("Community"),
            "purpose": _("Purpose"),
            "wording": _("Sentence agreed to"),
            "version": _("Version of the sentence"),
            "given_at": _("Given on"),
            "withdrawn_at": _("Withdrawn on"),
        },
        _consents,
    ),
    Section(
        "parental_consents",
        _("What a parent or guardian allowed for you"),
        _("To keep what is known of you, when you are under 14, only because a parent agreed."),
        retention.said("consents"),
        {
            "community": _("Community"),
            "under_14": _("Under 14"),
            "parent_name": _("Name of the parent or guardian"),
            "signed_on": _("Signed on"),
            "received_as": _("How it was received"),
            "entered_by": _("Written by"),
            "entered_at": _("Written on"),
        },
        _parents,
    ),
    Section(
        "testimonials",
        _("Your testimonials"),
        _("To show them for the uses you allow, until the day you chose."),
        retention.said("testimonials"),
        {
            "community": _("Community"),
            "kind": _("Kind"),
            "words": _("In your own words"),
            "edit": _("Edit proposed to you"),
            "named": _("How you are named"),
            "date": _("Date"),
            "until": _("Until"),
            "withdrawn_on": _("Withdrawn on"),
        },
        _testimonials,
    ),
    Section(
        "testimonial_consents",
        _("What you allowed of your testimonials"),
        _("To prove what you allowed, and when you took it back."),
        retention.said("consents"),
        {
            "community": _("Community"),
            "use": _("Use"),
            "wording": _("Sentence agreed to"),
            "version": _("Version of the sentence"),
            "given_on": _("Given on"),
            "withdrawn_on": _("Withdrawn on"),
        },
        _testimonial_consents,
    ),
    Section(
        "recordings",
        _("What you said of recordings"),
        _("To record only when everybody agrees."),
        retention.said("consents"),
        {
            "community": _("Community"),
            "meeting": _("Meeting"),
            "agrees": _("Agrees"),
            "how": _("How"),
            "said_at": _("Said on"),
        },
        _recordings,
    ),
    Section(
        "mails",
        _("The e-mails sent to you"),
        _("To prove that you were told, and not to tell you twice."),
        retention.said("mail_bodies", "mail_lines"),
        {
            "written_at": _("Written on"),
            "sent_at": _("Sent on"),
            "to": _("Address"),
            "category": _("Kind"),
            "subject": _("Subject"),
        },
        _mails,
    ),
    Section(
        "stopped_mails",
        _("The e-mails you stopped"),
        _("Not to send you what you no longer want."),
        WHILE_ACTIVE,
        {"category": _("Kind"), "list": _("List"), "since": _("Since")},
        _stopped,
    ),
    Section(
        "destruction_requests",
        _("Your requests to destroy"),
        _("To answer within 30 days, and to prove it."),
        retention.said("requests_to_destroy"),
        {
            "asked_at": _("Asked on"),
            "due_on": _("Answer due by"),
            "answered_at": _("Answered on"),
            "withdrawn_at": _("Withdrawn on"),
            "words": _("In your own words"),
        },
        _requests,
    ),
]
