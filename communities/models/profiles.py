"""The four profiles of a community: each is a preset that sets its policies together (guide, p. 6 and 10)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


class Profile(models.TextChoices):
    OPEN = "open", _("Open")
    INDIVIDUALS = "individuals", _("Individuals")
    COHORT = "cohort", _("Cohort-like")
    TRAINING = "training", _("Training-led")


def by_profile(some: Sequence[T], community_of: Callable[[T], Any]) -> list[tuple[str, list[T]]]:
    """To stand side by side and never be ranked, since profiles ask different things: the name of each profile that
    one of them has, in the order of `Profile`, with its own in the order given."""
    groups = [(profile, [one for one in some if community_of(one).profile == profile]) for profile in Profile]
    return [(str(profile.label), group) for profile, group in groups if group]


class Representation(models.TextChoices):
    ORGANISATION = "organisation", _("Members represent their organisation")
    INDIVIDUAL = "individual", _("Members take part as individuals")


class Selection(models.TextChoices):
    OPEN = "open", _("Anyone eligible may come")
    SELECTED = "selected", _("Members are selected")


class TopicPolicy(models.TextChoices):
    AHEAD = "ahead", _("Programme set for the year")
    SHORTLY_BEFORE = "shortly_before", _("Topics chosen shortly before each meeting")
    ON_THE_SPOT = "on_the_spot", _("Topics chosen at the start of each meeting")


class AttendancePolicy(models.TextChoices):
    WISHED = "wished", _("Regular attendance is welcome, not required")
    COMMITTED = "committed", _("Members commit to every meeting")


class ModePolicy(models.TextChoices):
    ONLINE = "online", _("Online")
    IN_PERSON = "in_person", _("In person")
    ALTERNATING = "alternating", _("Sometimes online, sometimes in person")
    ONCE_IN_PERSON = "once_in_person", _("Online, in person at least once a year")
    FIRST_IN_PERSON = "first_in_person", _("First meeting in person, the others online")


class FollowUpPolicy(models.TextChoices):
    AS_NEEDED = "as_needed", _("Individual follow-up as needed")
    EVERYONE = "everyone", _("Individual follow-up offered to everyone")


@dataclass(frozen=True)
class Preset:
    """What choosing a profile sets; each value can be changed alone afterwards."""

    description: str | Promise
    representation: Representation
    selection: Selection
    topics: TopicPolicy
    attendance: AttendancePolicy
    mode: ModePolicy
    follow_up: FollowUpPolicy
    meetings_per_year: int = 4

    def policies(self) -> dict:
        return {
            "representation": self.representation,
            "selection": self.selection,
            "topic_policy": self.topics,
            "attendance_policy": self.attendance,
            "mode_policy": self.mode,
            "follow_up_policy": self.follow_up,
            "meetings_per_year": self.meetings_per_year,
        }


PRESETS = {
    Profile.OPEN: Preset(
        _("A wide pool of organisations; whoever is interested comes. 10 to 15 people out of 50 is normal."),
        Representation.ORGANISATION,
        Selection.OPEN,
        TopicPolicy.SHORTLY_BEFORE,
        AttendancePolicy.WISHED,
        ModePolicy.ONCE_IN_PERSON,
        FollowUpPolicy.AS_NEEDED,
    ),
    Profile.INDIVIDUALS: Preset(
        _("People come for themselves, without a duty to an organisation. The group chooses its topics on the spot."),
        Representation.INDIVIDUAL,
        Selection.OPEN,
        TopicPolicy.ON_THE_SPOT,
        AttendancePolicy.WISHED,
        ModePolicy.ONLINE,
        FollowUpPolicy.AS_NEEDED,
    ),
    Profile.COHORT: Preset(
        _("Selected organisations, a programme set ahead, a commitment to every meeting, follow-up offered to all."),
        Representation.ORGANISATION,
        Selection.SELECTED,
        TopicPolicy.AHEAD,
        AttendancePolicy.COMMITTED,
        ModePolicy.FIRST_IN_PERSON,
        FollowUpPolicy.EVERYONE,
        meetings_per_year=6,
    ),
    Profile.TRAINING: Preset(
        _("Meetings built around shared trainings, for people who hold the same function in different places."),
        Representation.ORGANISATION,
        Selection.OPEN,
        TopicPolicy.AHEAD,
        AttendancePolicy.WISHED,
        ModePolicy.ALTERNATING,
        FollowUpPolicy.AS_NEEDED,
        meetings_per_year=3,
    ),
}
