"""What the policies of a community change in the software, what another profile would change, and what to look at.

Nothing here refuses anything: a community outside its own policies is told so, and may ignore it with a reason.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.domain.alerts import Advice
from communities.models import Community
from communities.models.profiles import (
    PRESETS,
    AttendancePolicy,
    FollowUpPolicy,
    ModePolicy,
    Profile,
    Representation,
    Selection,
    TopicPolicy,
)

USUAL_RHYTHM = range(2, 7)  # « de deux à six fois par an » (guide, p. 8)

# Each sentence is kept true by the place it speaks of; one that no longer is goes away with it.
EFFECTS: dict[str, dict[str, str | Promise]] = {
    "representation": {
        Representation.ORGANISATION: gettext_lazy(
            "At the door, people who type their name also give their organisation. Figures count organisations."
        ),
        Representation.INDIVIDUAL: gettext_lazy(
            "Nobody is asked for an organisation at the door. Figures count new faces rather than organisations."
        ),
    },
    "selection": {
        Selection.OPEN: gettext_lazy("Whoever comes to a meeting without being listed joins the pool."),
        Selection.SELECTED: gettext_lazy(
            "The invitation says that it is personal. Whoever comes without being listed joins the pool, not the group."
        ),
    },
    "topic_policy": {
        TopicPolicy.AHEAD: gettext_lazy("A warning shows here and on the overview when a coming date has no topic."),
        TopicPolicy.SHORTLY_BEFORE: gettext_lazy("The topic is one of the things to prepare before each meeting."),
        TopicPolicy.ON_THE_SPOT: gettext_lazy(
            "The invitation says that the group will choose; the agenda begins with that choice."
        ),
    },
    "attendance_policy": {
        AttendancePolicy.WISHED: gettext_lazy(
            "Calendars mark the meetings as optional. Assiduity is shown for information, without a target."
        ),
        AttendancePolicy.COMMITTED: gettext_lazy(
            "Calendars mark the meetings as required, invitations ask people to say when they cannot come, "
            "and assiduity, counted over every member, is a key figure of the report."
        ),
    },
    "mode_policy": {
        ModePolicy.ONLINE: gettext_lazy("New dates are proposed online."),
        ModePolicy.IN_PERSON: gettext_lazy("New dates are proposed in person."),
        ModePolicy.ALTERNATING: gettext_lazy(
            "New dates are proposed in the other mode than the last one. A year without a meeting in person is told."
        ),
        ModePolicy.ONCE_IN_PERSON: gettext_lazy(
            "New dates are proposed online. A year without a meeting in person is told."
        ),
        ModePolicy.FIRST_IN_PERSON: gettext_lazy(
            "The first date is proposed in person, the others online. A first meeting online is told."
        ),
    },
    "follow_up_policy": {
        FollowUpPolicy.AS_NEEDED: gettext_lazy("Nobody is expected to be followed individually."),
        FollowUpPolicy.EVERYONE: gettext_lazy("Every member is expected to be offered an individual conversation."),
    },
}
FIELDS = [*EFFECTS, "meetings_per_year"]


@dataclass(frozen=True)
class Change:
    """One line of « what this profile would change »."""

    label: str
    now: str
    then: str
    effect: str | Promise = ""


def shown_value(name: str, value) -> str:
    if name == "meetings_per_year":
        return ngettext("%(n)s meeting a year", "%(n)s meetings a year", value) % {"n": value}
    return str(dict(Community._meta.get_field(name).choices)[value])  # type: ignore[union-attr, arg-type]


def changes_of(community: Community, profile: Profile) -> list[Change]:
    """What choosing that profile would change, and nothing of what it would leave."""
    return [
        Change(
            label=str(Community._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            now=shown_value(name, getattr(community, name)),
            then=shown_value(name, value),
            effect=EFFECTS.get(name, {}).get(value, ""),
        )
        for name, value in PRESETS[profile].policies().items()
        if getattr(community, name) != value
    ]


def warnings(community: Community, now: dt.datetime | None = None) -> list[Advice]:
    """What the community's year says against its own policies, in one query."""
    if community.status not in Community.LIVING:
        return []
    zone, now = zoneinfo.ZoneInfo(community.time_zone), now or timezone.now()
    found = warnings_of_year(community, now.astimezone(zone).year, now)
    if community.is_flagship and community.follow_up_policy == FollowUpPolicy.AS_NEEDED:
        found.append(
            Advice(
                "flagship_follow_up",
                _("It is the project’s main activity: an individual follow-up is usually offered to every member."),
            )
        )
    return found


def warnings_of_year(
    community: Community, year: int, now: dt.datetime | None = None, *, also: Iterable = ()
) -> list[Advice]:
    """Of this year and the next; nothing can be changed any more in the dates of a year that is over. `also` are
    dates about to be planned, and stored nowhere."""
    zone, now = zoneinfo.ZoneInfo(community.time_zone), now or timezone.now()
    this_year = now.astimezone(zone).year
    if community.status not in Community.LIVING or year not in (this_year, this_year + 1):
        return []
    more = [date for date in also if date.local_start.year == year]
    dates = sorted([*_dates(community, year, zone), *more], key=attrgetter("starts_at"))
    found = [
        *_on_rhythm(community, [date for date in dates if date.kind == date.Kind.REGULAR], year),
        *_on_mode(community, dates, year),
    ]
    if community.topic_policy == TopicPolicy.AHEAD:
        found += _on_topics([date for date in dates if date.starts_at > now])
    return found


def _dates(community: Community, year: int, zone: zoneinfo.ZoneInfo) -> list:
    """The dates of that year that were not cancelled, without trainings and preparatory meetings.
    Meetings belong to an upper app and are reached through the relation it made."""
    start, end = dt.datetime(year, 1, 1, tzinfo=zone), dt.datetime(year + 1, 1, 1, tzinfo=zone)
    kept = community.meetings.regular().filter(cancelled_at=None)  # type: ignore[attr-defined]
    return list(kept.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at"))


def _on_rhythm(community: Community, dates: list, year: int) -> list[Advice]:
    n = len(dates)
    if n > USUAL_RHYTHM[-1]:
        sentence = ngettext(
            "%(n)s meeting is held or planned in %(year)s; communities usually meet two to six times a year.",
            "%(n)s meetings are held or planned in %(year)s; communities usually meet two to six times a year.",
            n,
        )
    elif n < USUAL_RHYTHM[0] and community.started_on < dt.date(year, 7, 1):
        sentence = ngettext(
            "Only %(n)s meeting is held or planned in %(year)s; communities usually meet two to six times a year.",
            "No more than %(n)s meetings are held or planned in %(year)s; communities usually meet two to six times "
            "a year.",
            n,
        )
        if not n:
            sentence = _("No meeting is held or planned in %(year)s; communities usually meet two to six times a year.")
    else:
        return []
    return [Advice("rhythm", sentence % {"n": n, "year": year}, f"year:{year}")]


def _on_mode(community: Community, dates: list, year: int) -> list[Advice]:
    in_person = [date for date in dates if date.has_room]
    wants = (ModePolicy.IN_PERSON, ModePolicy.ALTERNATING, ModePolicy.ONCE_IN_PERSON)
    if community.mode_policy in wants and dates and not in_person:
        sentence = _("No meeting in person is held or planned in %(year)s.") % {"year": year}
        return [Advice("in_person", sentence, f"year:{year}")]
    first_year = community.started_on.year == year
    if community.mode_policy == ModePolicy.FIRST_IN_PERSON and first_year and dates and dates[0] not in in_person:
        return [Advice("first_in_person", _("The first meeting is online; it was to be in person."))]
    return []


def _on_topics(coming: list) -> list[Advice]:
    n = sum(not date.title for date in coming)
    if not n:
        return []
    sentence = ngettext(
        "The programme is set ahead, and %(n)s coming date has no topic.",
        "The programme is set ahead, and %(n)s coming dates have no topic.",
        n,
    )
    return [Advice("topics_ahead", sentence % {"n": n})]
