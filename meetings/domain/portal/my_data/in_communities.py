"""How one joined, and what one brought to the life of a community."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import (
    Application,
    Commitment,
    Expectation,
    JoinInvitation,
    Membership,
    ObjectiveProposal,
    Party,
    Referral,
    Representation,
    RulesAcknowledgement,
)
from meetings.domain.portal.my_data.section import AFTER_THE_PROGRAMME, Rows, Section, coded
from meetings.models import TopicSupport


def _joining(user: User) -> Rows:
    """Calls answered, invitations to join, what was expected and promised; not what readers thought of it."""
    mine = {"membership__user": user}
    for call in Application.objects.filter(**mine).select_related("membership__community"):
        yield call.membership.community.name, _("Application"), call.sent_at, call.motivation  # type: ignore[union-attr]
    for asked in JoinInvitation.objects.filter(**mine).select_related("membership__community"):
        yield asked.membership.community.name, _("Invitation to join"), asked.at, asked.words
    for said in Expectation.objects.filter(**mine).select_related("membership__community"):
        words = "\n".join(filter(None, [said.expects, said.brings]))
        yield said.membership.community.name, _("Expectations"), said.said_on, words
    for signed in Commitment.objects.filter(**mine).select_related("membership__community"):
        yield signed.membership.community.name, _("Commitment"), signed.signed_at, ", ".join(signed.dates)


def _referrals(user: User) -> Rows:
    """The links one made for others; never who answered them."""
    for made in Referral.objects.filter(by__user=user).select_related("by__community"):
        yield made.by.community.name, made.made_at, made.used_at, made.withdrawn_at


def _represented(user: User) -> Rows:
    past = Representation.objects.filter(membership__user=user).select_related("membership__community", "organisation")
    for r in past:
        seat = coded(Membership.Seat, r.seat)
        yield r.membership.community.name, r.organisation.name, seat, r.starts_on, r.ends_on


def _rules_read(user: User) -> Rows:
    read = RulesAcknowledgement.objects.filter(membership__user=user).select_related("membership__community")
    for one in read.order_by("at"):
        yield one.membership.community.name, one.at


def _proposed(user: User) -> Rows:
    for one in ObjectiveProposal.objects.filter(by=user).select_related("community"):
        yield one.community.name, one.wording, coded(ObjectiveProposal.State, one.state)


def _needs(user: User) -> Rows:
    for one in Party.objects.filter(membership__user=user).select_related("need__community"):
        yield one.need.community.name, str(one.need), coded(Party.Side, one.side), one.offer


def _topics_supported(user: User) -> Rows:
    for one in TopicSupport.objects.filter(membership__user=user).select_related("membership__community", "topic"):
        yield one.membership.community.name, one.topic.title, one.at


SECTIONS = [
    Section(
        "joining",
        _("How you joined"),
        _("To welcome you, and to quote back to you what you expected."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "kind": _("Kind"), "date": _("Date"), "words": _("In your own words")},
        _joining,
    ),
    Section(
        "referrals",
        _("The people you referred"),
        _("To make a link work once. Nothing is written of the person."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "made_at": _("Made on"),
            "used_at": _("Used on"),
            "withdrawn_at": _("Withdrawn on"),
        },
        _referrals,
    ),
    Section(
        "represented_before",
        _("Whom you represented before"),
        _("To keep each organisation’s own history."),
        AFTER_THE_PROGRAMME,
        {
            "community": _("Community"),
            "organisation": _("Organisation"),
            "seat": _("comes as"),
            "from": _("From"),
            "until": _("Until"),
        },
        _represented,
    ),
    Section(
        "rules_read",
        _("The rules you said you had read"),
        _("To know who has not read them yet."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "read_at": _("Read on")},
        _rules_read,
    ),
    Section(
        "proposed_objectives",
        _("The objectives you proposed"),
        _("To answer you."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "objective": _("Objective"), "state": _("State")},
        _proposed,
    ),
    Section(
        "needs",
        _("What you need or offer"),
        _("To bring together those who need something and those who have it."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "need": _("Need"), "side": _("Side"), "offer": _("What you offer")},
        _needs,
    ),
    Section(
        "topics",
        _("The topics that interest you"),
        _("To choose topics that people want. Only their number is shown to anyone."),
        AFTER_THE_PROGRAMME,
        {"community": _("Community"), "topic": _("Topic"), "said_at": _("Said on")},
        _topics_supported,
    ),
]
