"""Sub-groups for a part of one meeting, planned before it: how many, who is with whom, and who facilitates each.

« Les personnes d'une même région ou celles travaillant en milieu rural peuvent […] partager leurs réalités » (guide,
p. 12); « un grand groupe peut être divisé en sous-groupes […]. Il faut alors prévoir d'autres animatrices et
animateurs » (p. 15).
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, normalised
from cmtl import editing
from communities.models import Membership, SubGroup
from meetings.models import Meeting, MeetingGroup, Reply

SIZE = 5  # people in a group that all can speak in
MOST = 12

Shares = list[tuple[str, list[Membership]]]


class Way(models.TextChoices):
    RANDOM = "random", gettext_lazy("By chance")
    REGION = "region", gettext_lazy("By region")
    RURAL = "rural", gettext_lazy("Rural members together")
    HAND = "hand", gettext_lazy("By hand: empty groups")


def number_for(expected: int) -> int:
    """How many groups that many people make; one is no sub-group."""
    return min(MOST, max(2, round(expected / SIZE)))


def people_to_place(meeting: Meeting) -> list[Membership]:
    """Those who said they may come; while nobody has, the active members."""
    answers = meeting.replies.filter(answer__in=(Reply.Answer.YES, Reply.Answer.MAYBE))
    coming = list(meeting.people.filter(pk__in=answers.values("membership")).select_related("user", "organisation"))
    return coming or list(meeting.people.active().select_related("user", "organisation"))


def share(people: Sequence[Membership], way: str, number: int, rural: Iterable[int], chance: random.Random) -> Shares:
    """Everybody is in one group and only one. Pure, but for the draw of `chance`."""
    mixed = list(people)
    chance.shuffle(mixed)
    if way == Way.REGION:
        return _by_region(mixed)
    if way == Way.RURAL:
        here = set(rural)
        others = _dealt([m for m in mixed if m.pk not in here], max(1, number - 1))
        return [(_("Rural area"), [m for m in mixed if m.pk in here]), *others]
    return _dealt([] if way == Way.HAND else mixed, number)


def _by_region(people: list[Membership]) -> Shares:
    """A region with one person only joins the others or, left alone there too, the smallest: nobody works alone."""
    of_region: dict[str, list[Membership]] = defaultdict(list)
    for membership in people:
        of_region[normalised(membership.region)].append(membership)
    kept = {key: found for key, found in of_region.items() if key and len(found) > 1}
    kept = dict(sorted(kept.items(), key=lambda pair: (-len(pair[1]), pair[0]))[: MOST - 1])
    others = [m for key, found in of_region.items() if key not in kept for m in found]
    if kept and len(others) == 1:
        min(kept.values(), key=len).append(others.pop())
    named = [(" ".join(found[0].region.split()), found) for found in kept.values()]
    return [*named, *([(_("Other regions"), others)] if others or not named else [])]


def _dealt(people: list[Membership], number: int) -> Shares:
    return [(_("Group %(n)s") % {"n": n + 1}, people[n::number]) for n in range(number)]


# ------------------------------------------------------------ writing


def groups_shown(meeting: Meeting) -> str:
    """What the page showed of the groups."""
    placed = MeetingGroup.members.through.objects.filter(meetinggroup__meeting=meeting).order_by("pk")
    rows = [editing.values(group, ["pk", "name", "facilitator"]) for group in meeting.groups.all()]
    return editing.fingerprint([*rows, *placed.values_list("meetinggroup", "membership")])


@transaction.atomic
def propose_groups(meeting: Meeting, way: str, number: int) -> None:
    """New groups in place of the former ones, as long as nothing was written in those."""
    _hold(meeting)
    _refuse_if_written(meeting)
    rural = SubGroup.members.through.objects.filter(
        subgroup__community=meeting.community_id, subgroup__kind=SubGroup.Kind.RURAL
    ).values_list("membership", flat=True)
    shares = share(people_to_place(meeting), way, min(MOST, max(2, number)), rural, random.Random())
    meeting.groups.all().delete()
    groups = [MeetingGroup(meeting=meeting, name=name[:80], position=n) for n, (name, _people) in enumerate(shares)]
    MeetingGroup.objects.bulk_create(groups)
    place((group, people) for group, (_name, people) in zip(groups, shares, strict=True))


@transaction.atomic
def arrange_groups(
    meeting: Meeting, rows: list[dict[str, Any]], placed: dict[int, list[Membership]], *, shown: str
) -> None:
    """Names, who facilitates each, and who is in which (`placed`: group → members), if they still are as shown.

    A group named with nothing goes, unless somebody wrote in it."""
    _hold(meeting)
    if groups_shown(meeting) != shown:
        raise editing.Conflict(list(meeting.groups.all()))
    groups = {group.pk: group for group in meeting.groups.annotate(written=Count("lines"))}
    for row in rows:
        group = groups.get(row["pk"])
        if group and not row["name"] and not group.written:
            groups.pop(group.pk).delete()
        elif group:
            group.name, group.facilitator_id = row["name"] or group.name, row["facilitator_id"]
            group.save(update_fields=["name", "facilitator"])
    MeetingGroup.members.through.objects.filter(meetinggroup__meeting=meeting).delete()
    place((groups[pk], people) for pk, people in placed.items() if pk in groups)


@transaction.atomic
def clear(meeting: Meeting) -> None:
    _hold(meeting)
    _refuse_if_written(meeting)
    meeting.groups.all().delete()


def _refuse_if_written(meeting: Meeting) -> None:
    if meeting.groups.filter(lines__isnull=False).exists():
        raise ValidationError(_("These groups have begun to note: they are no longer replaced."))


def _hold(meeting: Meeting) -> None:
    theirs = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if not theirs.is_open:
        raise ValidationError(_("This meeting is over: its groups no longer change."))
    theirs.touch()


def place(placed: Iterable[tuple[MeetingGroup, list[Membership]]]) -> None:
    through = MeetingGroup.members.through
    through.objects.bulk_create(
        through(meetinggroup=group, membership=membership) for group, people in placed for membership in people
    )


def possible_facilitators(meeting: Meeting) -> models.QuerySet[User]:
    """The team of the community and of this meeting, and its members."""
    members = meeting.people.active().values("user")
    return User.objects.filter(team_of(meeting) | models.Q(pk__in=members)).order_by("sort_key")


def team_of(meeting: Meeting) -> models.Q:
    """Of the community and of this meeting."""
    community = meeting.community
    team = community.facilitators() | meeting.facilitators.all() | community.note_takers()
    return models.Q(pk__in=team.values("pk"))


def missing(groups: Iterable[MeetingGroup]) -> int:
    """How many groups nobody facilitates yet."""
    return sum(group.facilitator_id is None for group in groups)
