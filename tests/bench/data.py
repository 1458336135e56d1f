"""What the pages are measured on: communities with two years of meetings, two meetings live, a large directory."""

import datetime as dt
import random
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from communities.models import Community, Membership, Organisation, Role, RoleAssignment
from evaluations.domain.surveys import collection
from meetings.domain.agenda import agendas
from meetings.domain.live import live_session
from meetings.models import AgendaItem, Attendance, Meeting, Note, Reply
from tests import factories as make


@dataclass(frozen=True)
class Size:
    members: int
    communities: int
    meetings: int
    directory: int
    organisations: int
    phones: int
    rounds: int
    requests: int  # a round: few, so that both sides alternate often
    seconds: float  # a line of the table, once its least rounds are done


FULL = Size(
    members=300, communities=12, meetings=12, directory=20_000, organisations=650, phones=60,
    rounds=15, requests=2, seconds=4,
)  # fmt: skip
TINY = Size(
    members=12, communities=2, meetings=2, directory=60, organisations=4, phones=3,
    rounds=1, requests=1, seconds=0,
)  # fmt: skip


@dataclass
class World:
    boss: User  # facilitates and coordinates all communities
    keeper: User  # coordinates the large directory
    community: Community
    members: list[Membership]
    coming: Meeting
    live: Meeting  # at its exchange; a third of the people have not come in yet
    evaluating: Meeting  # all are there, and its survey is open
    evaluated: Meeting


def load(size: Size) -> World:
    chance = random.Random(2026)
    programme = make.a_programme("Banc d’essai")
    boss = make.a_person("Camille", "Bernier", email="camille@exemple.quebec")
    RoleAssignment.objects.create(user=boss, role=Role.COORDINATOR, programme=programme)
    communities = [make.a_community(f"Communauté {n}", programme=programme) for n in range(size.communities)]
    for community in communities:
        RoleAssignment.objects.create(user=boss, role=Role.FACILITATOR, community=community)
    for community in communities[1:]:
        hold(community, people(community, min(30, size.members)), chance, size.meetings)
    main = communities[0]
    members = people(main, size.members)
    evaluated = hold(main, members, chance, size.meetings)[-1]
    now = timezone.now()
    coming = make.a_meeting(main, now + dt.timedelta(days=3), title="À venir", invited_at=now)
    live = make.a_meeting(main, now - dt.timedelta(minutes=5), title="En cours")
    evaluating = make.a_meeting(main, now - dt.timedelta(minutes=50), title="À évaluer")
    for meeting in (coming, live, evaluating):
        meeting.facilitators.add(boss)
        agendas.default_agenda(meeting)
    Reply.objects.bulk_create(Reply(meeting=coming, membership=m, answer="yes") for m in members[:40])
    for meeting in (live, evaluating):
        live_session.start(meeting)
    for item in live.agenda.filter(position__lte=live.agenda.get(kind=AgendaItem.Kind.EXCHANGE).position)[1:]:
        live_session.advance(live, item)
    there = Attendance.objects.filter(meeting=live, membership__in=members[: size.members * 2 // 3])
    there.update(status=Attendance.Status.PRESENT)
    take_notes(live, 30)
    Attendance.objects.filter(meeting=evaluating).update(status=Attendance.Status.PRESENT)
    collection.open_for(evaluating, by=boss)
    return World(boss, keeper_of_a_directory(size), main, members, coming, live, evaluating, evaluated)


def keeper_of_a_directory(size: Size) -> User:
    """Someone who coordinates a programme of very many people and organisations, in one community."""
    programme = make.a_programme("Grand répertoire")
    keeper = make.a_person("Line", "Grandmaison", email="line@exemple.quebec")
    RoleAssignment.objects.create(user=keeper, role=Role.COORDINATOR, programme=programme)
    names = [f"Organisme {n:03}" for n in range(size.organisations)]
    places = Organisation.objects.bulk_create(Organisation(name=n, sort_key=n.casefold()) for n in names)
    people(make.a_community("Grand bassin", programme=programme), size.directory, places)
    return keeper


def people(community: Community, count: int, places: list[Organisation] | None = None) -> list[Membership]:
    places = places or [Organisation.named("Table de quartier")]
    users = User.objects.bulk_create(
        User(
            first_name=f"Prénom{n}",
            last_name=f"Nom{n}",
            email=f"p{community.pk}-{n}@exemple.quebec",
            sort_key=f"nom{n:04} prenom",
            password="!",
        )
        for n in range(count)
    )
    joined = dt.date(2024, 1, 1)
    return Membership.objects.bulk_create(
        Membership(community=community, user=user, organisation=places[n % len(places)], joined_on=joined)
        for n, user in enumerate(users)
    )


def hold(community: Community, members: list[Membership], chance: random.Random, count: int) -> list[Meeting]:
    """Meetings closed over two years, the last of them evaluated."""
    meetings = []
    for n in range(count):
        start = timezone.now() - dt.timedelta(days=20 + 55 * (count - 1 - n))
        closed = start + dt.timedelta(hours=1)
        meeting = make.a_meeting(
            community, start, title=f"Sujet {n}", started_at=start, closed_at=closed, followed_up_at=closed
        )
        came = set(chance.sample(range(len(members)), min(len(members), chance.randint(8, 20))))
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, membership=m, status="present" if i in came else "absent", recorded_at=closed)
            for i, m in enumerate(members)
        )
        take_notes(meeting, 6)
        meetings.append(meeting)
    survey = collection.open_for(meetings[-1], by=None)
    for attendance in meetings[-1].attendances.filter(status="present").select_related("membership"):
        collection.answer(survey, attendance.membership, an_opinion(chance), in_session=True)
    collection.close(survey)
    return meetings


def take_notes(meeting: Meeting, count: int) -> None:
    Note.objects.bulk_create(Note(meeting=meeting, kind="highlight", text=f"Fait saillant {i}") for i in range(count))


def an_opinion(chance: random.Random) -> dict:
    return {"R1": str(chance.randint(3, 5)), "R2": "4", "R3": "1", "R4": ["1", "3"], "R5A": "Le financement"}
