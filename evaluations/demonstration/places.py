"""Programmes, communities, organisations, and who belongs to them from when to when."""

import datetime as dt
import random

from accounts.models import normalised
from cmtl import parts
from communities.models import (
    Community,
    Membership,
    Objective,
    Organisation,
    Programme,
    ResourcePerson,
    Role,
    RoleAssignment,
    Rule,
)
from communities.models.profiles import PRESETS, Profile
from evaluations.demonstration.groups import RULES, Group
from evaluations.demonstration.people import Crowd

COORDINATOR = "Philippe Marchand"
EVALUATOR = "Solène Hudon"
FIRST_MEMBERS = {"Constellation": "Nadia Amrani"}


def set_up(group: Group, crowd: Crowd, today: dt.date) -> Community:
    """The community with its people's roles, its objectives and its rules."""
    aims = "\n".join(group.programme_objectives)
    programme, is_new = Programme.objects.get_or_create(name=group.programme, defaults={"objectives": aims})
    policies = PRESETS[Profile(group.profile)].policies() | {"meetings_per_year": group.meetings_per_year}
    community = parts.create(
        Community,
        name=group.name,
        programme=programme,
        profile=group.profile,
        status=Community.Status.ACTIVE,
        purpose=group.purpose,
        started_on=dt.date(min(group.since, today.year - 3), 2, 1),
        meeting_minutes=group.minutes,
        **policies,
        **{"territory": group.territory, **group.record},
    )
    ResourcePerson.objects.bulk_create(ResourcePerson(community=community, **told) for told in group.resource_persons)
    give_roles(group, community, crowd, is_new)
    Objective.objects.bulk_create(
        Objective(
            community=community,
            kind=told["kind"],
            wording=told["wording"],
            indicator=told["indicator"],
            reviewed_on=today - dt.timedelta(days=120 + 30 * position),
            position=position,
        )
        for position, told in enumerate(group.objectives)
    )
    Rule.objects.bulk_create(
        Rule(community=community, theme=theme, text=text, position=position)
        for position, (theme, text) in enumerate(RULES.items())
    )
    return community


def give_roles(group: Group, community: Community, crowd: Crowd, programme_is_new: bool) -> None:
    coordinator, facilitator = crowd.named(COORDINATOR), crowd.named(group.facilitator)
    note_taker = crowd.named(group.note_taker) if group.note_taker else None
    evaluator = crowd.named(EVALUATOR) if group.name == "Constellation" else None
    crowd.add_all()
    role_assignments = [RoleAssignment(user=facilitator, role=Role.FACILITATOR, community=community)]
    if note_taker:
        role_assignments.append(RoleAssignment(user=note_taker, role=Role.NOTE_TAKER, community=community))
    if evaluator:
        role_assignments.append(RoleAssignment(user=evaluator, role=Role.EVALUATOR, community=community))
    if programme_is_new:
        role_assignments.append(RoleAssignment(user=coordinator, role=Role.COORDINATOR, programme=community.programme))
    RoleAssignment.objects.bulk_create(role_assignments)


def gather(
    group: Group, community: Community, crowd: Crowd, rng: random.Random, first_meeting: dt.date, today: dt.date
) -> list[Membership]:
    """The members: most from the start, some since, some replaced on the way by someone of the same organisation."""
    start = community.started_on
    organisations = found(group, community, rng)
    newcomers = min(group.members // 5, group.members - max(group.turnouts))
    people = [crowd.named(FIRST_MEMBERS[group.name])] if group.name in FIRST_MEMBERS else []
    people += [crowd.someone() for _ in range(group.members - len(people))]
    memberships = []
    for number, user in enumerate(people):
        is_new = number >= group.members - newcomers
        earliest = first_meeting if is_new else start
        latest = today - dt.timedelta(days=30) if is_new else first_meeting
        memberships.append(
            Membership(
                community=community,
                user=user,
                organisation=organisations[number % len(organisations)] if organisations else None,
                title=rng.choice(group.titles),
                person_type=capacity(group, number),
                region=group.regions[number % len(group.regions)],
                source=rng.choice(Membership.Source.values[:5]) if is_new else Membership.Source.LIST,
                joined_on=day_between(rng, earliest, latest),
            )
        )
    memberships += departed(group, crowd, rng, memberships[-group.replaced :] if group.replaced else [], start)
    memberships += waiting(group, community, crowd, rng, today)
    if group.profile == "open":  # someone of the list typed a name at the door: a duplicate to find
        memberships.append(
            Membership(
                community=community,
                user=crowd.at_the_door(people[2]),
                status=Membership.Status.ELIGIBLE,
                source=Membership.Source.WALK_IN,
            )
        )
    crowd.add_all()
    return Membership.objects.bulk_create(memberships)


def departed(
    group: Group, crowd: Crowd, rng: random.Random, successors: list[Membership], start: dt.date
) -> list[Membership]:
    """Those who were there before: the organisation stays, with its history."""
    return [
        Membership(
            community=next_one.community,
            user=crowd.someone(),
            organisation=next_one.organisation,
            title=rng.choice(group.titles),
            region=next_one.region,
            status=Membership.Status.ALUMNI,
            joined_on=start,
            left_on=next_one.joined_on,
        )
        for next_one in successors
    ]


def waiting(group: Group, community: Community, crowd: Crowd, rng: random.Random, today: dt.date) -> list[Membership]:
    """The rest of the pool: eligible people, and one who pauses."""
    if group.profile != "open":
        return []
    pool = [
        Membership(
            community=community, user=crowd.someone(), status=Membership.Status.ELIGIBLE, region=group.regions[0]
        )
        for _ in range(3)
    ]
    paused = Membership(
        community=community,
        user=crowd.someone(),
        status=Membership.Status.PAUSED,
        region=rng.choice(group.regions),
        joined_on=community.started_on,
        paused_on=today - dt.timedelta(days=80),
    )
    return [*pool, paused]


def found(group: Group, community: Community, rng: random.Random) -> list[Organisation]:
    """Organisations of the group; none where members come as individuals."""
    if community.is_of_individuals:
        return []
    names = group.organisations or [
        f"{group.organisation_kinds[number % len(group.organisation_kinds)]} {name}"
        for number, name in enumerate(group.organisation_names)
    ]
    sizes = [group.size] if group.size else ["small", "small", "medium"]
    return Organisation.objects.bulk_create(
        organisation(name, group, number, sizes) for number, name in enumerate(names)
    )


def organisation(name: str, group: Group, number: int, sizes: list[str]) -> Organisation:
    return Organisation(
        name=name,
        kind=kind_of(name),
        has_paid_staff=sizes[number % len(sizes)] != Organisation.Size.NONE,
        size=sizes[number % len(sizes)],
        territory=group.regions[number % len(group.regions)],
        sort_key=normalised(name),
    )


KINDS = {
    "municipal": ("ville", "village", "arrondissement"),
    "roundtable": ("table", "regroupement", "conseil"),
    "school": ("ecole", "universite", "cegep", "college"),
    "culture": ("bibliotheque", "musee", "theatre"),
    "cooperative": ("coop",),
    "foundation": ("fondation",),
}


def kind_of(name: str) -> str:
    """As its first word says."""
    first = normalised(name)
    return next((kind for kind, words in KINDS.items() if first.startswith(words)), Organisation.Kind.COMMUNITY)


def capacity(group: Group, number: int) -> str:
    """Mostly employees; in the linked cities, their staff and now and then someone elected."""
    if kind_of(group.organisations[0] if group.organisations else "") == Organisation.Kind.MUNICIPAL:
        return Membership.PersonType.LINKED_CITY if number % 5 else Membership.PersonType.ELECTED
    if not (group.organisations or group.organisation_kinds):
        return ""
    return Membership.PersonType.EMPLOYEE if number % 7 else Membership.PersonType.VOLUNTEER


def day_between(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=rng.randrange(max((last - first).days, 1)))
