"""With whom a conversation may help. Suggested to whoever facilitates, with the fact behind it; never a score, never
shown to the member, never counted across people.

« Même s'il n'est pas possible d'effectuer un suivi auprès de tous les membres » (guide, p. 17).
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.naming import Naming
from accounts.models import User
from communities.models import Community, Membership
from communities.models.profiles import AttendancePolicy
from evaluations.models import ConversationRequest, IndividualFollowUp
from meetings.domain.attendance import absences
from meetings.domain.followup import private_journal
from meetings.models import Attendance, Meeting, Reflection, Reply

ABSENCES = 3  # in a row, without a word
SILENT_AFTER = 2  # meetings since they joined
NEW_FOR = dt.timedelta(days=365)
QUIET_FOR = dt.timedelta(days=183)  # after a conversation, or once somebody said that none is needed

Reason = IndividualFollowUp.Reason


@dataclass(frozen=True)
class Suggestion:
    membership: Membership
    because: str
    reason: str


@dataclass(frozen=True)
class NotedOne:
    """What they noted for themselves after a meeting, and the member that it names, where one alone is meant."""

    reflection: Reflection
    membership: Membership | None


def suggestions(community: Community, reader: User) -> list[Suggestion]:
    """Once a person, the strongest fact first; nobody with whom a conversation is open, or was held lately."""
    left_alone = set(_left_alone(community, reader))
    found: dict[int, Suggestion] = {}
    for one in (*absent_without_a_word(community), *silent_since_joining(community)):
        if one.membership.pk not in left_alone:
            found.setdefault(one.membership.pk, one)
    return sorted(found.values(), key=lambda one: one.membership.user.sort_key)


def _left_alone(community: Community, reader: User) -> Iterator[int]:
    """Whoever wrote them: a colleague's note is not shown by this, only that nothing is suggested. A request counts for
    its readers alone: for the others, a suggestion gone the next morning would say who had asked."""
    lately = timezone.localdate() - QUIET_FOR
    known = community.individual_follow_ups.filter(
        Q(state__in=IndividualFollowUp.OPEN) | Q(on__gte=lately) | Q(on=None, began_on__gte=lately)
    )
    yield from known.values_list("membership", flat=True)
    yield from (
        ConversationRequest.objects.told_in(community).filter(readers=reader).values_list("membership", flat=True)
    )


def absent_without_a_word(community: Community) -> list[Suggestion]:
    """Of the last three meetings, where members committed to come; elsewhere an absence says nothing."""
    if community.attendance_policy != AttendancePolicy.COMMITTED:
        return []
    last = list(_held(community)[:ABSENCES])
    if len(last) < ABSENCES:
        return []
    counted = Counter(absences.without_a_word(last).values_list("membership", flat=True))
    people = [pk for pk, n in counted.items() if n == ABSENCES]
    because = ngettext(
        "Absent from the last %(n)s meeting without a word",
        "Absent from the last %(n)s meetings without a word",
        ABSENCES,
    )
    return [Suggestion(one, because % {"n": ABSENCES}, Reason.WITHDRAWS) for one in _members(community, people)]


def silent_since_joining(community: Community) -> list[Suggestion]:
    """New members who were at no meeting since, and replied to none."""
    today = timezone.localdate()
    held = [(timezone.localdate(starts_at), pk) for pk, starts_at in _held(community).values_list("pk", "starts_at")]
    came = Attendance.objects.filter(membership=OuterRef("pk"), status=Attendance.Status.PRESENT)
    replied = Reply.objects.filter(membership=OuterRef("pk")).exclude(answer="")
    new = community.memberships.named().active().filter(joined_on__gt=today - NEW_FOR)
    silent = new.exclude(Exists(came)).exclude(Exists(replied)).select_related("user", "organisation")
    return [
        Suggestion(one, _since(one.joined_on), Reason.WITHDRAWS)
        for one in silent
        if one.joined_on and sum(day > one.joined_on for day, _pk in held) >= SILENT_AFTER
    ]


def _since(joined_on: dt.date) -> str:
    day = date_format(joined_on, "DATE_FORMAT")
    return _("No presence and no reply since %(day)s, when they joined") % {"day": day}


def _held(community: Community):
    """Its meetings, the latest first."""
    held = Meeting.objects.filter(community=community, closed_at__isnull=False, cancelled_at=None, prepares=None)
    return held.order_by("-starts_at")


def _members(community: Community, numbers: list[int]) -> list[Membership]:
    return list(community.memberships.named().active().filter(pk__in=numbers).select_related("user", "organisation"))


def noted_after_meetings(community: Community, author: User) -> list[NotedOne]:
    """Of the author's own minute (Q-F), which nobody else reads."""
    noted = private_journal.journal(author).filter(meeting__community=community, plans_follow_up=True)
    people = list(community.memberships.named().current().select_related("user"))
    return [NotedOne(one, _named_in(one.follow_up_with, people)) for one in noted]


def _named_in(words: str, people: list[Membership]) -> Membership | None:
    named = [one for one in people if Naming(one.user.first_name, one.user.last_name).found_in(words)]
    return named[0] if len(named) == 1 else None
