"""What a member is told of the conversations they had. The notes are asked of the privacy officer (C15)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cmtl import retention
from evaluations.models import ConversationRequest, IndividualFollowUp
from meetings.domain.portal.my_data.section import Rows, Section, coded

State, Mode = IndividualFollowUp.State, IndividualFollowUp.Mode
KNOWN_TO_THEM = (State.OFFERED, State.HELD, State.DECLINED)


def _known(user: User) -> Rows:
    about = IndividualFollowUp.objects.filter(membership__user=user)
    told = about.filter(Q(state__in=KNOWN_TO_THEM) | Q(times__isnull=False)).distinct()
    for one in told.select_related("community", "author").order_by("began_on", "pk"):
        yield one.community.name, one.on, one.author.full_name, coded(Mode, one.mode), coded(State, one.state)


SECTION = Section(
    "individual_follow_ups",
    _("Individual follow-ups"),
    _(
        "To follow you up in the community. Its notes are read by their author and by people whom the author named; to "
        "read them, write to the privacy officer, who reads them with their author."
    ),
    retention.said("follow_ups"),
    {
        "community": _("Community"),
        "day": _("Day"),
        "with": _("With whom"),
        "how": _("How"),
        "state": _("State"),
    },
    _known,
)


def _asked(user: User) -> Rows:
    about = ConversationRequest.objects.filter(membership__user=user).select_related("membership__community")
    for one in about.order_by("asked_on", "pk"):
        yield one.membership.community.name, one.asked_on, one.words, one.answered_on


REQUESTS = Section(
    "conversation_requests",
    _("Conversations you asked for"),
    _("To answer you. Those whom its page named read it; of its time, the day alone is kept."),
    retention.said("conversation_requests"),
    {"community": _("Community"), "day": _("Day"), "words": _("Your words"), "answered": _("Answered on")},
    _asked,
)
