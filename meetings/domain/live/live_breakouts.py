"""Sub-groups at work during a meeting: those present are shared out, each group notes its own lines, and everyone comes
back together (guide, p. 12 and 15). Groups planned before the meeting are the same ones: see
`meetings.domain.preparation.breakouts`.

A group's line is a note of the meeting that carries its group. Lines are added one by one, never written over: whoever
writes at the same time, none is lost, and coming back together moves nothing.
"""

import random
import uuid
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, normalised
from communities.models import Membership, SubGroup
from meetings.domain.live import live_session, notes
from meetings.domain.live.turns import present_at
from meetings.domain.preparation import breakouts
from meetings.models import Meeting, MeetingGroup, Note

KEPT = "kept"
WAYS = [*breakouts.Way.choices, (KEPT, gettext_lazy("The community’s own sub-groups"))]


class Groups:
    """Those of a meeting, who is in each, and who of those present is in none."""

    ways, most = WAYS, breakouts.MOST

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting

    @cached_property
    def all(self) -> list[MeetingGroup]:
        groups = self.meeting.groups.annotate(written=Count("lines", distinct=True))
        return list(groups.select_related("facilitator").prefetch_related("members__user"))

    @cached_property
    def people(self) -> list[Membership]:
        return present_at(self.meeting)

    @cached_property
    def here(self) -> set[int]:
        return {membership.pk for membership in self.people}

    @cached_property
    def leaders(self) -> list[User]:
        """Who may facilitate a group: the team, those who are here, and whoever was to, even if they are not."""
        wanted = {membership.user_id for membership in self.people} | self.leading
        possible = User.objects.filter(breakouts.team_of(self.meeting) | Q(pk__in=wanted))
        return list(possible.order_by("sort_key", "pk"))

    @property
    def leading(self) -> set[int]:
        return {group.facilitator_id for group in self.all if group.facilitator_id}

    @cached_property
    def without_group(self) -> list[Membership]:
        """Of those who are here; whoever facilitates a group is with it."""
        placed = {membership.pk for group in self.all for membership in group.members.all()}
        return [m for m in self.people if m.pk not in placed and m.user_id not in self.leading]

    @property
    def rooms(self) -> str:
        """A line for each, to copy into the rooms of a video call; whoever facilitates first."""
        return "\n".join(
            _("Room %(n)d – %(group)s: %(people)s")
            % {"n": n, "group": group.name, "people": ", ".join(person.full_name for person in people)}
            for n, (group, people) in enumerate(self.by_group, 1)
        )

    @property
    def by_group(self) -> list[tuple[MeetingGroup, list[User]]]:
        """Each with its people, whoever facilitates first."""
        return [(group, _people_of(group)) for group in self.all]

    @property
    def unfacilitated(self) -> int:
        return breakouts.missing(self.all)


def _people_of(group: MeetingGroup) -> list[User]:
    members = [member.user for member in group.members.all() if member.user_id != group.facilitator_id]
    return [group.facilitator, *members] if group.facilitator else members


@transaction.atomic
def split(meeting: Meeting, way: str, number: int) -> None:
    """Anew, in place of groups that have noted nothing. Whoever was to facilitate one still does: the group of the
    same name or, where it is gone, one that has nobody."""
    live_session.hold(meeting)
    if meeting.groups.filter(lines__isnull=False).exists():
        raise ValidationError(_("These groups have begun to note: they are no longer replaced."))
    by_chance = way == breakouts.Way.RANDOM
    parts = _parts(meeting, breakouts.Way.HAND if by_chance else way, max(2, min(number, breakouts.MOST)))
    former = list(meeting.groups.exclude(facilitator=None))
    meeting.groups.all().delete()
    groups = [MeetingGroup(meeting=meeting, name=name[:80], position=n) for n, (name, _people) in enumerate(parts)]
    groups = groups[: breakouts.MOST]
    _lead_again(groups, former)
    MeetingGroup.objects.bulk_create(groups)
    breakouts.place((group, people) for group, (_name, people) in zip(groups, parts, strict=False))
    if by_chance:
        _fill(meeting)


def _lead_again(groups: list[MeetingGroup], former: list[MeetingGroup]) -> None:
    for group in groups:
        same = next((old for old in former if normalised(old.name) == normalised(group.name)), None)
        if same:
            group.facilitator_id = former.pop(former.index(same)).facilitator_id
    for group in groups:
        if former and group.facilitator_id is None:
            group.facilitator_id = former.pop(0).facilitator_id


@transaction.atomic
def fill(meeting: Meeting) -> None:
    """Whoever came and is in no group joins one, the smallest first; nobody who was placed moves."""
    live_session.hold(meeting)
    if not meeting.groups.exists():
        raise ValidationError(_("Make the sub-groups first."))
    _fill(meeting)


def _fill(meeting: Meeting) -> None:
    groups = Groups(meeting)
    leaders = {m.user_id for m in groups.people}
    inside = {g: sum(m.pk in groups.here for m in g.members.all()) + (g.facilitator_id in leaders) for g in groups.all}
    joining: dict[MeetingGroup, list[Membership]] = {group: [] for group in groups.all}
    left = list(groups.without_group)
    random.SystemRandom().shuffle(left)
    for membership in left:
        smallest = min(joining, key=lambda group: inside[group] + len(joining[group]))
        joining[smallest].append(membership)
    breakouts.place(joining.items())


def _parts(meeting: Meeting, way: str, number: int) -> list[tuple[str, list[Membership]]]:
    people = present_at(meeting)
    if way == KEPT:
        return _as_kept(meeting, people)
    rural = SubGroup.objects.filter(community=meeting.community_id, kind=SubGroup.Kind.RURAL)
    return breakouts.share(people, way, number, rural.values_list("members", flat=True), random.SystemRandom())


def _as_kept(meeting: Meeting, people: list[Membership]) -> list[tuple[str, list[Membership]]]:
    """Somebody in two of them works in the first; those in none are placed by hand."""
    here, parts = {m.pk: m for m in people}, []
    for group in meeting.community.sub_groups.prefetch_related("members"):
        inside = [here.pop(member.pk) for member in group.members.all() if member.pk in here]
        if inside:
            parts.append((group.name, inside))
    if not parts:
        raise ValidationError(_("Nobody here is in a sub-group of this community: split another way."))
    return parts


@transaction.atomic
def arrange_live_groups(meeting: Meeting, placed: dict[int, int], facilitators: dict[int, int]) -> None:
    """Who is in which group, and who facilitates it: `placed` by membership, `facilitators` (users) by group. Zero is
    none. Whoever the page did not show, because they came in since, stays where they are."""
    live_session.hold(meeting)
    groups = Groups(meeting)
    if not facilitators.keys() <= {group.pk for group in groups.all}:
        raise ValidationError(_("Someone else has split the sub-groups anew meanwhile: here they are."))
    members = meeting.community.memberships.filter(pk__in=placed).values_list("pk", flat=True)
    placed = {pk: placed[pk] for pk in members}
    possible = {0, *(person.pk for person in groups.leaders)}
    for group in groups.all:
        inside = [pk for pk, chosen in placed.items() if chosen == group.pk]
        group.members.set([*inside, *group.members.exclude(pk__in=placed)])
        if facilitators.get(group.pk) in possible:
            group.facilitator_id = facilitators[group.pk] or None
            group.save(update_fields=["facilitator"])


@transaction.atomic
def go(meeting: Meeting, *, apart: bool) -> None:
    """Apart, each phone says which group is theirs; together again, the groups' lines join the notes, with its name."""
    live_session.hold(meeting)
    if apart and not meeting.groups.exists():
        raise ValidationError(_("Make the sub-groups first."))
    Meeting.objects.filter(pk=meeting.pk).update(in_groups=apart)


def of_member(meeting: Meeting, membership: Membership) -> MeetingGroup | None:
    """The group somebody works in now: the one they facilitate, else the one they are a member of."""
    if not (meeting.in_groups and meeting.is_live):
        return None
    led = meeting.groups.filter(facilitator=membership.user_id).first()
    return led or meeting.groups.filter(members=membership).first()


def write_in_group(
    meeting: Meeting, membership: Membership, group_pk: int, *, key: uuid.UUID, kind: str, text: str
) -> Note:
    """A line of the group, from the phone of somebody in it. One still on its way when everyone is called back counts
    too."""
    group = meeting.groups.filter(pk=group_pk).first()
    if group is None or not (
        group.facilitator_id == membership.user_id or group.members.filter(pk=membership.pk).exists()
    ):
        raise ValidationError(_("You are not in this group any more."))
    return notes.add(meeting, key=key, kind=kind, text=text, by=membership.user, group=group)
