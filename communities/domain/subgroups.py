"""Sub-groups that last, made by hand or from the regions people wrote."""

from collections import defaultdict

from django.db import transaction

from accounts.models import normalised
from cmtl import editing
from communities.models import Community, Membership, SubGroup

FIELDS = ["name", "kind", "facilitator"]


@transaction.atomic
def group_by_region(community: Community) -> tuple[int, int]:
    """One sub-group for each region of the current members, and everybody of a region in it; says how many were made,
    and how many members were placed. Pressed again, it adds those who joined since and takes nobody out."""
    Community.objects.select_for_update().get(pk=community.pk)
    of_region: dict[str, list[Membership]] = defaultdict(list)
    for membership in community.memberships.current().exclude(region="").order_by("pk"):
        of_region[normalised(membership.region)].append(membership)
    known = {normalised(group.name): group for group in community.sub_groups.filter(kind=SubGroup.Kind.REGION)}
    made = placed = 0
    for key, memberships in of_region.items():
        group = known.get(key)
        if group is None:
            name = " ".join(memberships[0].region.split())
            group, is_new = SubGroup.objects.get_or_create(
                community=community, name=name, defaults={"kind": SubGroup.Kind.REGION}
            )
            made += is_new
        before = set(group.members.values_list("pk", flat=True))
        missing = [m for m in memberships if m.pk not in before]
        group.members.add(*missing)
        placed += len(missing)
    return made, placed


def group_shown(group: SubGroup) -> str:
    members = sorted(group.members.values_list("pk", flat=True))
    return editing.fingerprint([editing.values(group, FIELDS), members])


@transaction.atomic
def arrange_subgroup(group: SubGroup, changes: dict, members: list[Membership], *, shown: str) -> None:
    """Name, kind, who facilitates it and who is in it, if it still is as it was shown."""
    theirs = SubGroup.objects.select_for_update().get(pk=group.pk)
    if group_shown(theirs) != shown:
        raise editing.Conflict(theirs)
    for name, value in changes.items():
        setattr(theirs, name, value)
    theirs.save(update_fields=list(changes))
    theirs.members.set(members)
