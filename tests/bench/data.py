"""What the pages are measured on: a community of 300, two years of meetings, one live, one survey open, one closed."""

import datetime as dt
import random

from django.utils import timezone

from accounts.models import User
from communities.models import Community, Grant, Membership, Organisation, Role
from evaluations.domain.surveys import collection
from meetings.domain.agenda import agendas
from meetings.domain.live import live_session
from meetings.models import Attendance, Meeting, Note, Reply
from tests import factories as make

MEMBERS, MEETINGS, COMMUNITIES = 300, 12, 12
DIRECTORY, ORGANISATIONS = 20_000, 650


def load() -> dict:
    """Write the data; what the requests need to know of it is returned."""
    chance = random.Random(2026)
    programme = make.a_programme("Banc d’essai")
    boss = make.a_person("Camille", "Bernier", email="camille@exemple.quebec")
    Grant.objects.create(user=boss, role=Role.COORDINATOR, programme=programme)
    communities = [make.a_community(f"Communauté {n}", programme=programme) for n in range(COMMUNITIES)]
    for community in communities:
        Grant.objects.create(user=boss, role=Role.FACILITATOR, community=community)
    main = communities[0]
    members = people(main, MEMBERS)
    for community in communities[1:]:
        held(community, people(community, 30, prefix=community.pk), chance, MEETINGS)
    done = held(main, members, chance, MEETINGS)[-1]
    coming = make.a_meeting(main, timezone.now() + dt.timedelta(days=3), title="À venir", invited_at=timezone.now())
    Reply.objects.bulk_create(Reply(meeting=coming, membership=m, answer="yes") for m in members[:40])
    live = make.a_meeting(main, timezone.now() - dt.timedelta(minutes=5), title="En cours")
    for meeting in (coming, live):
        meeting.facilitators.add(boss)
        agendas.default_agenda(meeting)
    live_session.start(live)
    Attendance.objects.filter(meeting=live).update(status=Attendance.Status.PRESENT)
    open_survey = collection.open_for(live, by=boss)
    return {
        "boss": boss,
        "keeper": keeper_of_a_large_directory(),
        "community": main,
        "members": members,
        "coming": coming,
        "live": live,
        "open_survey": open_survey,
        "done": done,
    }


def keeper_of_a_large_directory() -> User:
    """Someone who coordinates a programme of 20,000 people, of 650 organisations, in one community."""
    programme = make.a_programme("Grand répertoire")
    keeper = make.a_person("Line", "Grandmaison", email="line@exemple.quebec")
    Grant.objects.create(user=keeper, role=Role.COORDINATOR, programme=programme)
    community = make.a_community("Grand bassin", programme=programme)
    names = [f"Organisme {n:03}" for n in range(ORGANISATIONS)]
    places = Organisation.objects.bulk_create(Organisation(name=n, sort_key=n.casefold()) for n in names)
    members = people(community, DIRECTORY, prefix=community.pk)
    for n, member in enumerate(members):
        member.organisation = places[n % ORGANISATIONS]
    Membership.objects.bulk_update(members, ["organisation"], batch_size=2000)
    return keeper


def people(community: Community, count: int, prefix: int = 0) -> list[Membership]:
    users = User.objects.bulk_create(
        User(
            first_name=f"Prénom{n}",
            last_name=f"Nom{n}",
            email=f"p{prefix}-{n}@exemple.quebec",
            sort_key=f"nom{n:04} prenom",
            password="!",
        )
        for n in range(count)
    )
    organisation = Organisation.named("Table de quartier")
    return Membership.objects.bulk_create(
        Membership(community=community, user=u, organisation=organisation, joined_on=dt.date(2024, 1, 1)) for u in users
    )


def held(community: Community, members: list[Membership], chance: random.Random, count: int) -> list[Meeting]:
    """Meetings closed over two years, the last of them evaluated."""
    meetings = []
    for n in range(count):
        start = timezone.now() - dt.timedelta(days=20 + 55 * (count - 1 - n))
        closed = start + dt.timedelta(hours=1)
        meeting = make.a_meeting(
            community, start, title=f"Sujet {n}", started_at=start, closed_at=closed, followed_up_at=closed
        )
        came = set(chance.sample(range(len(members)), chance.randint(8, 20)))
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, membership=m, status="present" if i in came else "absent", recorded_at=closed)
            for i, m in enumerate(members)
        )
        Note.objects.bulk_create(Note(meeting=meeting, kind="highlight", text=f"Fait saillant {i}") for i in range(6))
        meetings.append(meeting)
    survey = collection.open_for(meetings[-1], by=None)
    for attendance in meetings[-1].attendances.filter(status="present").select_related("membership"):
        collection.answer(survey, attendance.membership, answers(chance), in_session=True)
    collection.close(survey)
    return meetings


def answers(chance: random.Random) -> dict:
    return {"R1": str(chance.randint(3, 5)), "R2": "4", "R3": "1", "R4": ["1", "3"], "R5A": "Le financement"}
