"""Two communities over two years and the present one, with all that makes a denominator difficult: people who join,
leave, pause, are replaced, help to run a meeting; meetings not recorded, cancelled, not closed, trainings; evaluations
under their threshold, pooled, aloud for nobody; and, in the second, answers that fall."""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from communities.models import Community, Membership, Organisation, Pause, Representation, Role, profiles
from evaluations.domain.surveys import questionnaires, releases
from evaluations.models import Campaign, Pool, Questionnaire, Response, Survey
from meetings.models import Attendance, Meeting, Reply
from tests import factories as make
from tests.evaluations.surveys.test_small_meetings import small_meeting

Status = Membership.Status
PEOPLE, MEETINGS, FALLING = 36, 14, 3
MARKS = ("present",) * 5 + ("absent",) * 4 + ("excused", "unknown")


@dataclass
class World:
    communities: list[Community]
    pooled: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # what was sent, by the number of its pool


def build(programme, sandrine, karim) -> World:
    chance, year = random.Random(141), timezone.localdate().year
    some = [
        make.a_community("Les filles et le code", programme=programme),
        make.a_community("Groupe des Vingt", profiles.Profile.COHORT, programme=programme),
    ]
    for number, community in enumerate(some):
        Community.objects.filter(pk=community.pk).update(started_on=dt.date(year - 4, 1, 1))
        make.a_role(sandrine, community=community)
        make.a_role(karim, Role.NOTE_TAKER, community=community)
        people = members(chance, community, year, (sandrine, karim))
        for of_year in (year - 2, year - 1):
            meetings_of(chance, community, of_year, people, falls=bool(number) and of_year == year - 1)
        once_a_year(chance, community, year - 1)
    world = World(some)
    pool(world, some[0])
    return world


def members(chance: random.Random, community, year: int, staff) -> list[Membership]:
    """The first two run the meetings; the others joined, left, paused, were replaced, at all sorts of times."""
    found = [make.a_member(community, person) for person in staff]
    offices = [Organisation.named(f"Organisme {community.pk} {n}") for n in range(12)]
    for number in range(PEOPLE):
        fields: dict[str, Any] = {"joined_on": dt.date(year - chance.choice([1, 2, 3, 3]), chance.randint(1, 12), 10)}
        if number % 9 == 1:
            fields |= {"status": Status.ALUMNI, "left_on": dt.date(year - 1, chance.randint(2, 11), 10)}
        if number % 9 == 2:
            fields |= {"status": Status.PAUSED, "paused_on": dt.date(year - 1, chance.randint(2, 11), 1)}
        if number % 9 == 3:
            fields |= {"seat": Membership.Seat.SUBSTITUTE}
        if number % 9 == 4:
            fields |= {"status": Status.ELIGIBLE, "joined_on": None}
        member = make.a_member(community, **fields)
        member.organisation = chance.choice([*offices, None])
        if number % 9 == 5:
            member.represents_since = dt.date(year - 1, 6, 1)
            Representation.objects.create(
                membership=member, organisation=chance.choice(offices), ends_on=dt.date(year - 1, 6, 1)
            )
        if number % 9 == 6:
            first = dt.date(year - 1, chance.randint(1, 6), 1)
            Pause.objects.create(membership=member, starts_on=first, ends_on=first + dt.timedelta(days=120))
        member.save()
        found.append(member)
    return found


def meetings_of(chance: random.Random, community, year: int, people: list[Membership], *, falls: bool) -> None:
    for number in range(MEETINGS):
        starts_at = dt.datetime(year, 1 + 11 * number // (MEETINGS - 1), 10, chance.choice([13, 17]), tzinfo=dt.UTC)
        closed_at = starts_at + dt.timedelta(minutes=chance.choice([60, 90, 100]))
        kind = {2: Meeting.Kind.TRAINING, 4: Meeting.Kind.PREPARATORY, 6: Meeting.Kind.LAUNCH}.get(number, "regular")
        is_silent = number == 5  # nobody recorded who came
        meeting = make.a_meeting(
            community,
            starts_at,
            ends_at=closed_at,
            started_at=starts_at,
            closed_at=None if number == 8 else closed_at,
            cancelled_at=starts_at if number == 7 else None,
            kind=kind,
            mode=chance.choice(["online", "online", "in_person"]),
            guests=0 if is_silent else chance.choice([0, 0, 2]),
            registration=chance.choice(["optional", "optional", "none"]),
            attendance_confirmed_at=closed_at if number % 2 and not is_silent else None,
            note_taker=people[5].user if number == 3 else None,
        )
        if number in (1, 9):
            meeting.facilitators.add(people[0].user, people[4].user)  # a member helps to run it
        marked = [] if is_silent else [one for one in people if chance.random() < 0.8]
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, membership=one, status=chance.choice(MARKS)) for one in marked
        )
        Reply.objects.bulk_create(
            Reply(
                meeting=meeting,
                membership=one,
                answer=chance.choice(["yes", "yes", "no", "maybe"]),
                is_waiting=chance.random() < 0.1,
            )
            for one in people
            if chance.random() < 0.6
        )
        if number not in (7, 8):
            evaluated(chance, meeting, is_low=falls and number >= MEETINGS - FALLING, is_small=number == 1)


def evaluated(chance: random.Random, meeting: Meeting, *, is_low: bool, is_small: bool) -> None:
    few = 3 if is_small else chance.randint(10, 16)  # under the threshold: told by nobody
    survey = Survey.objects.create(
        questionnaire=questionnaires.current(),
        meeting=meeting,
        threshold=5,
        objective="Aller vers les pères",
        closes_at=meeting.ends_at,
        closed_at=meeting.ends_at + dt.timedelta(days=3),
        answers_in_session=few // 2,
        answers_after=few - few // 2,
        eligible=few + chance.randint(0, 9),
    )
    answers = [an_answer(chance, meeting, is_low) for _ in range(few)]
    tell(survey, answers)


def tell(survey: Survey, answers: list[dict[str, Any]]) -> None:
    if told := releases.release(survey, answers):
        told.save()
        Response.objects.bulk_create(releases.one_by_one(survey, answers))


def an_answer(chance: random.Random, meeting: Meeting, is_low: bool) -> dict[str, Any]:
    agrees = ("1", "2", "3") if is_low else ("2", "3", "4", "4")
    given: dict[str, Any] = {
        "R1": chance.choice("112" if is_low else "34455"),
        "R2": chance.choice([*agrees, "0"]),
        "R3": chance.choice("223" if is_low else "1114"),
        "R4": sorted(chance.sample("123456", chance.randint(1, 3))),
    }
    if chance.random() < 0.8:
        given["R6"] = chance.choice(agrees)
    if meeting.has_room:
        given["R7"] = chance.choice([*agrees, "0"])
    return given


def once_a_year(chance: random.Random, community, year: int) -> None:
    closed_at = dt.datetime(year, 11, 25, 22, tzinfo=dt.UTC)
    days = {"opens_on": dt.date(year, 11, 4), "closes_on": dt.date(year, 11, 25)}
    campaign = Campaign.objects.create(community=community, year=year, **days)
    survey = Survey.objects.create(
        questionnaire=questionnaires.current(Questionnaire.Code.ANNUAL),
        campaign=campaign,
        threshold=5,
        closes_at=closed_at,
        closed_at=closed_at,
        answers_after=20,
        eligible=30,
    )
    campaign.survey = survey
    asked = [q for q in questionnaires.asked(survey) if not q.is_text and not q.is_many and not q.asked_of_some]
    tell(survey, [{q.code: chance.choice(sorted(q.values)) for q in asked} for _ in range(20)])


def pool(world: World, community) -> None:
    """Two meetings of this year too small to be told alone, told together."""
    people = [make.a_member(community) for _ in range(6)]
    surveys = [
        small_meeting(community, people[:3], said=False),
        small_meeting(community, people[3:], in_favour=False, said=False),
    ]
    sent = [{"R1": step, "R2": "3", "R3": "1", "R4": ["1", "3"]} for step in ["4"] * 3 + ["1"] * 3]
    for survey in surveys:
        Meeting.objects.filter(pk=survey.meeting_id).update(closed_at=timezone.now())
    world.pooled[Pool.objects.get(is_told=True).pk] = sent
