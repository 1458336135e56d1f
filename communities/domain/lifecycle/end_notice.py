"""The planned end of a community, its own or its programme's: told ninety days before (guide, p. 10).

« What is due? » is asked by the timetable. What was written is remembered with the date it was about, so that
another date is told again.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.models import User
from communities.domain.lifecycle import life_emails
from communities.models import Community, CommunityQuerySet, Role, RoleAssignment
from communities.models.roles import LEADING
from outbox.models import Message

NOTICE = dt.timedelta(days=90)


def days_left(community: Community, today: dt.date | None = None) -> int | None:
    """Until the planned end, once it is near; negative when it is past. None otherwise."""
    end = community.planned_end
    if end is None or not community.writes_by_itself:
        return None
    left = end - (today or timezone.localdate())
    return left.days if left <= NOTICE else None


def sentence(community: Community, today: dt.date | None = None) -> str:
    """For Today and the overview; empty while the end is far."""
    left, end = days_left(community, today), community.planned_end
    if left is None or end is None:
        return ""
    told = {"day": date_format(end, "DATE_FORMAT"), "n": abs(left), "programme": community.programme}
    if left < 0:
        return _("The end was planned for %(day)s: close the community, hand it over, or change the date.") % told
    if community.ends_on:
        return (
            ngettext(
                "The planned end is in %(n)s day, on %(day)s.", "The planned end is in %(n)s days, on %(day)s.", left
            )
            % told
        )
    return (
        ngettext(
            "The programme %(programme)s ends in %(n)s day, on %(day)s.",
            "The programme %(programme)s ends in %(n)s days, on %(day)s.",
            left,
        )
        % told
    )


def to_notice(today: dt.date | None = None) -> CommunityQuerySet:
    today = today or timezone.localdate()
    ends = Community.objects.active().select_related("programme").alias(end=Coalesce("ends_on", "programme__ends_on"))
    near = ends.filter(end__gte=today, end__lte=today + NOTICE)
    return near.filter(Q(end_noticed_for=None) | ~Q(end_noticed_for=F("end")))


@transaction.atomic
def notice(community: Community) -> int:
    """Write once to those who lead and coordinate; how many. Two clocks at once write once."""
    end = community.planned_end
    untold = Community.objects.filter(pk=community.pk).filter(Q(end_noticed_for=None) | ~Q(end_noticed_for=end))
    if not untold.update(end_noticed_for=end):
        return 0
    return sum(life_emails.planned_end(community, person) is not None for person in people_to_notice(community))


def people_to_notice(community: Community) -> QuerySet[User]:
    here = Q(community=community, role__in=LEADING)
    through = Q(programme=community.programme_id, programme__isnull=False, role=Role.COORDINATOR)
    return User.objects.filter(pk__in=RoleAssignment.objects.in_force().filter(here | through).values("user"))


@life_emails.PLANNED_END.cancelled_if
def end_notice_cancel_reason(message: Message) -> str | None:
    """The date must still be the one it tells."""
    community = message.row_in(Community.objects.select_related("programme"))
    if community and community.writes_by_itself and str(community.planned_end) == message.facts["planned_end"]:
        return None
    return gettext_noop("the planned end has changed since")
