"""Sub-groups at work during a meeting: those present are shared out, each group notes its own lines, and everyone comes
back together (guide, p. 12 and 15). Groups planned before the meeting are the same ones: see `meetings.breakouts`.

A group's line is a note of the meeting that carries its group. Lines are added one by one, never written over: whoever
writes at the same time, none is lost, and coming back together moves nothing.
"""

import random
import uuid
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities.models import Membership, SubGroup
from meetings import breakouts, notes, running
from meetings.models import Meeting, MeetingGroup, Note
from meetings.turns import present_at

KEPT = "kept"
WAYS = [*breakouts.Way.choices, (KEPT, gettext_lazy("The community’s own sub-groups"))]


class Groups:
    """Those of a meeting, who is in each, and who of those present is in none."""

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
    def team(self) -> list[User]:
        """Who may facilitate a group besides its members."""
        return list(self.meeting.facilitators.all())

    @property
    def without_group(self) -> list[Membership]:
        placed = {membership.pk for group in self.all for membership in group.members.all()}
        return [membership for membership in self.people if membership.pk not in placed]

    @property
    def unfacilitated(self) -> int:
        return breakouts.missing(self.all)


@transaction.atomic
def split(meeting: Meeting, way: str, number: int) -> None:
    """Anew, in place of groups that have noted nothing."""
    running.hold(meeting)
    if meeting.groups.filter(lines__isnull=False).exists():
        raise ValidationError(_("These groups have begun to note: they are no longer replaced."))
    parts = _parts(meeting, way, max(2, min(number, breakouts.MOST)))
    meeting.groups.all().delete()
    for position, (name, people) in enumerate(parts[: breakouts.MOST]):
        group = MeetingGroup.objects.create(meeting=meeting, name=name[:80], position=position)
        group.members.set(people)


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
def arrange(meeting: Meeting, placed: dict[int, int], facilitators: dict[int, int]) -> None:
    """Who is in which group, and who facilitates it: `placed` by membership, `facilitators` (users) by group. Zero is
    none. Whoever the page did not show, because they came in since, stays where they are."""
    running.hold(meeting)
    here = {membership.pk for membership in meeting.community.memberships.filter(pk__in=placed)}
    for group in meeting.groups.all():
        inside = [pk for pk, chosen in placed.items() if chosen == group.pk and pk in here]
        group.members.set([*inside, *group.members.exclude(pk__in=placed)])
        if group.pk in facilitators:
            possible = breakouts.possible_facilitators(meeting)
            group.facilitator = possible.filter(pk=facilitators[group.pk]).first()
            group.save(update_fields=["facilitator"])


@transaction.atomic
def go(meeting: Meeting, *, apart: bool) -> None:
    """Apart, each phone says which group is theirs; together again, the groups' lines join the notes, with its name."""
    running.hold(meeting)
    if apart and not meeting.groups.exists():
        raise ValidationError(_("Make the sub-groups first."))
    Meeting.objects.filter(pk=meeting.pk).update(in_groups=apart)


def of_member(meeting: Meeting, membership: Membership) -> MeetingGroup | None:
    """The group somebody works in now: as a member, or because they facilitate it."""
    if not (meeting.in_groups and meeting.is_live):
        return None
    mine = meeting.groups.filter(members=membership).first()
    return mine or meeting.groups.filter(facilitator=membership.user_id).first()


def write(meeting: Meeting, membership: Membership, group_pk: int, *, key: uuid.UUID, kind: str, text: str) -> Note:
    """A line of the group, from the phone of somebody in it. One still on its way when everyone is called back counts
    too."""
    group = meeting.groups.filter(pk=group_pk).first()
    if group is None or not (
        group.facilitator_id == membership.user_id or group.members.filter(pk=membership.pk).exists()
    ):
        raise ValidationError(_("You are not in this group any more."))
    return notes.add(meeting, key=key, kind=kind, text=text, by=membership.user, group=group)
