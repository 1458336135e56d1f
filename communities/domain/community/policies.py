"""What the policies of a community change in the software, what another profile would change, and what to look at.

Nothing here refuses anything: a community outside its own policies is told so, and may ignore it with a reason.
"""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cmtl.parts import model_with, row_with
from cmtl.questions import Question
from communities.domain.alerts import Alert
from communities.models import Community, Policies, RecordSheet
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
            "Calendars mark the meetings as optional. The attendance rate is shown for information, without a target."
        ),
        AttendancePolicy.COMMITTED: gettext_lazy(
            "Calendars mark the meetings as required, invitations ask people to say when they cannot come, "
            "and the attendance rate, counted over every member, is a key figure of the report."
        ),
    },
    "mode_policy": {
        ModePolicy.ONLINE: gettext_lazy("New dates are proposed online."),
        ModePolicy.IN_PERSON: gettext_lazy("New dates are proposed in person."),
        ModePolicy.ALTERNATING: gettext_lazy(
            "New dates alternate between the two. A year without a meeting in person is flagged."
        ),
        ModePolicy.ONCE_IN_PERSON: gettext_lazy(
            "New dates are proposed online. A year without a meeting in person is flagged."
        ),
        ModePolicy.FIRST_IN_PERSON: gettext_lazy(
            "The first date is proposed in person, the others online. A first meeting online is flagged."
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


def field_of(name: str) -> Any:
    return model_with(Community, name)._meta.get_field(name)


def shown_value(name: str, value) -> str:
    if name == "meetings_per_year":
        return ngettext("%(n)s meeting a year", "%(n)s meetings a year", value) % {"n": value}
    return str(dict(field_of(name).choices)[value])  # type: ignore[union-attr, arg-type]


def changes_of(community: Community, profile: Profile) -> list[Change]:
    """What choosing that profile would change, and nothing of what it would leave."""
    return [
        Change(
            label=str(field_of(name).verbose_name),  # type: ignore[union-attr]
            now=shown_value(name, now),
            then=shown_value(name, value),
            effect=EFFECTS.get(name, {}).get(value, ""),
        )
        for name, value in PRESETS[profile].policies().items()
        if (now := getattr(row_with(community, name), name)) != value
    ]


warnings_of_year: Question[[Community, int, dt.datetime], list[Alert]] = Question()


def warnings(community: Community, now: dt.datetime | None = None) -> list[Alert]:
    """What the community's year says against its own policies, in one query."""
    if community.status not in Community.LIVING:
        return []
    zone, now = zoneinfo.ZoneInfo(community.time_zone), now or timezone.now()
    found = warnings_of_year(community, now.astimezone(zone).year, now)
    if RecordSheet.of(community).is_flagship and Policies.of(community).follow_up_policy == FollowUpPolicy.AS_NEEDED:
        found.append(
            Alert(
                "flagship_follow_up",
                _("It is the project’s main activity: an individual follow-up is usually offered to every member."),
            )
        )
    return found
