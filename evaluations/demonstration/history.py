"""Two years of meetings: who came, what was said, what they thought of it."""

import datetime as dt
import random
import uuid
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from communities.models import Community, Membership
from evaluations.demonstration import own_questions
from evaluations.demonstration.groups import BLOCKS, Group
from evaluations.domain.surveys import comments, questionnaires, releases
from evaluations.domain.surveys.options import NO_OPINION
from evaluations.domain.surveys.own_questions import frozen
from evaluations.models import OwnQuestion, Question, Release, Response, Survey
from meetings.models import (
    CODE_LETTERS,
    AgendaItem,
    Attendance,
    FollowUp,
    Meeting,
    Minutes,
    Note,
    Reply,
    Topic,
    TopicEvent,
    TopicSupport,
)

ZONE = zoneinfo.ZoneInfo("America/Toronto")
LINK = "https://visio.exemple.quebec/j/"


@dataclass
class Story:
    """One community being told: what every step below needs to know."""

    group: Group
    community: Community
    members: list[Membership]
    rng: random.Random
    now: dt.datetime

    @property
    def facilitator(self):
        return self.community.facilitators().get()

    @property
    def note_taker(self):
        return self.community.note_takers().first()

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def new_meeting(self, starts_at: dt.datetime, **fields: Any) -> Meeting:
        return Meeting(
            community=self.community,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=self.group.minutes),
            code="".join(self.rng.choices(CODE_LETTERS, k=6)),
            uid=self.uuid(),
            **fields,
        )

    def members_on(self, day: dt.date) -> list[Membership]:
        return [m for m in self.members if m.joined_on and m.joined_on <= day and (not m.left_on or m.left_on > day)]


def held_days(group: Group, today: dt.date) -> list[dt.date]:
    """Evenly spread, on the group's weekday, out of the holidays; oldest first."""
    last = today - dt.timedelta(days=group.last_held_days_ago)
    gap = 365 / group.meetings_per_year
    days = []
    for number in range(len(group.turnouts)):
        day = last - dt.timedelta(days=round(gap * number))
        if number:
            day = out_of_holidays(day)
        days.append(day - dt.timedelta(days=(day.weekday() - group.weekday) % 7))
    return days[::-1]


def out_of_holidays(day: dt.date) -> dt.date:
    """Neither between Christmas and the first days of January, nor in the weeks when everyone is away in summer."""
    if (day.month, day.day) >= (12, 19) or (day.month, day.day) <= (1, 8):
        return day - dt.timedelta(days=21)
    if (6, 20) <= (day.month, day.day) <= (7, 16):
        return day.replace(month=6, day=18)
    if (7, 16) < (day.month, day.day) <= (8, 20):
        return day.replace(month=8, day=27)
    return day


def instant(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=ZONE).astimezone(dt.UTC)


def tell(story: Story) -> list[Meeting]:
    """Every meeting held, with everything that was kept of it; returned oldest first."""
    meetings = hold_meetings(story)
    topics = write_topics(story, meetings)
    write_agendas(story, meetings, topics)
    presents = record_attendance(story, meetings)
    take_notes(story, meetings, topics, presents)
    ask_what_they_thought(story, meetings, presents)
    return meetings


def hold_meetings(story: Story) -> list[Meeting]:
    group, meetings = story.group, []
    for number, day in enumerate(held_days(group, timezone.localdate(story.now, ZONE))):
        told, starts_at = group.topics[number], instant(day, group.hour)
        is_last = number == len(group.topics) - 1
        late = group.follow_up == "late" and is_last
        in_person = bool(group.in_person_every) and number % group.in_person_every == 0
        meeting = story.new_meeting(
            starts_at,
            kind=told.get("kind", Meeting.Kind.REGULAR),
            mode=Meeting.Mode.IN_PERSON if in_person else Meeting.Mode.ONLINE,
            title=told["title"],
            objective=told["aim"],
            link="" if in_person else f"{LINK}{story.rng.randrange(10**9, 10**10)}",
            place=group.place if in_person else "",
            note_taker=story.note_taker,
        )
        if in_person and number % (2 * group.in_person_every) and not story.community.is_of_individuals:
            meeting.venue, meeting.host = Meeting.Venue.MEMBER, story.rng.choice(story.members).organisation
        meeting.invited_at = starts_at - dt.timedelta(days=14, hours=3)
        keeps_quiet = story.community.chooses_topics_on_the_spot or number % 4 == 2
        meeting.topic_announced_at = None if keeps_quiet else meeting.invited_at
        meeting.started_at = starts_at + dt.timedelta(minutes=story.rng.randrange(0, 4))
        meeting.closed_at = meeting.attendance_confirmed_at = meeting.ends_at + dt.timedelta(minutes=4)
        meeting.closed_by = story.facilitator
        FollowUp.of(meeting).sent_at = None if late else meeting.ends_at + dt.timedelta(days=1, hours=2)
        meeting.guests = 2 if group.turnouts[number] >= 20 and group.profile == "open" else 0
        meetings.append(meeting)
    Meeting.objects.bulk_create(meetings)
    FollowUp.objects.bulk_create(FollowUp.of(meeting) for meeting in meetings)
    name_facilitator(story, meetings)
    return meetings


def name_facilitator(story: Story, meetings: list[Meeting]) -> None:
    through = Meeting.facilitators.through
    through.objects.bulk_create(through(meeting=m, user=story.facilitator) for m in meetings)


def write_topics(story: Story, meetings: list[Meeting]) -> list[Topic]:
    """What was discussed, and the backlog that waits; three out of four say which objective they serve."""
    aims = [*story.community.objectives.all()[:3], None]
    sources = [Topic.Source.FOUNDING, Topic.Source.FOUNDING, *Topic.Source.values]
    discussed = [
        Topic(
            community=story.community,
            title=meeting.title,
            source=sources[number] if number < 2 else story.rng.choice([Topic.Source.MEETING, *sources[2:]]),
            state=Topic.State.DISCUSSED,
            meeting=meeting,
            discussed_at=meeting.starts_at + dt.timedelta(minutes=20),
            proposed_on=(meeting.starts_at - dt.timedelta(days=60)).date(),
            objective=aims[number % len(aims)],
        )
        for number, meeting in enumerate(meetings)
    ]
    today = timezone.localdate(story.now, ZONE)
    backlog = [
        Topic(
            community=story.community,
            title=told["title"].format(next_year=today.year + 1),
            source=told["source"],
            state=told.get("state", Topic.State.PROPOSED),
            before=today + dt.timedelta(days=told["before"]) if "before" in told else None,
            proposed_on=today - dt.timedelta(days=12 + 17 * number),
            is_sensitive=told.get("sensitive", False),
            territory=told.get("territory", ""),
            objective=aims[(number + 1) % len(aims)],
        )
        for number, told in enumerate(story.group.backlog)
    ]
    Topic.objects.bulk_create([*discussed, *backlog])
    TopicEvent.objects.bulk_create(
        TopicEvent(topic=topic, state=topic.state, meeting=topic.meeting, at=topic.discussed_at) for topic in discussed
    )
    TopicSupport.objects.bulk_create(
        TopicSupport(topic=topic, membership=membership)
        for topic in backlog
        for membership in story.rng.sample(story.members, min(len(story.members), story.rng.randrange(0, 9)))
    )
    return discussed


def blocks(kinds: list[str], minutes: int, subject: str) -> list[tuple[str, str, int]]:
    """(kind, title, minutes) of each block; the exchanges share what the others leave."""
    fixed = sum(BLOCKS[kind][1] for kind in kinds if kind in BLOCKS)
    exchanges = kinds.count("exchange")
    share = max((minutes - fixed) // exchanges, 5) if exchanges else 0
    told, seen = [], 0
    for kind in kinds:
        title, length = BLOCKS.get(kind, ("", share))
        if kind == "exchange":
            seen += 1
            title = f"Échange {seen} : {subject}" if exchanges > 1 else f"Échange : {subject}"
        told.append((kind, title[:160], length))
    return told


def write_agendas(story: Story, meetings: list[Meeting], topics: list[Topic]) -> None:
    items = []
    for meeting, topic in zip(meetings, topics, strict=True):
        kinds = ["welcome", "frame", "exchange", "synthesis", "next", "evaluation"]
        if story.community.chooses_topics_on_the_spot:
            kinds.insert(2, "topics")
        clock = meeting.starts_at
        for position, (kind, title, minutes) in enumerate(blocks(kinds, story.group.minutes, meeting.title)):
            spent = max(minutes + story.rng.choice([-1, 0, 0, 0, 1]), 3)
            items.append(
                AgendaItem(
                    meeting=meeting,
                    kind=kind,
                    title=title,
                    minutes=minutes,
                    topic=topic if kind == "exchange" else None,
                    position=position,
                    started_at=clock,
                    ended_at=clock + dt.timedelta(minutes=spent),
                )
            )
            clock += dt.timedelta(minutes=spent)
    AgendaItem.objects.bulk_create(items)


def record_attendance(story: Story, meetings: list[Meeting]) -> list[list[Membership]]:
    """Who said what, who came. Some come often, most now and then: « ce ne sont pas toujours les mêmes »."""
    rng, committed = story.rng, story.community.expects_everyone
    zeal = {m.pk: (0.5 + rng.random() if committed else 0.06 + rng.random() ** 2) for m in story.members}
    away = set(rng.sample([m.pk for m in story.members if m.joined_on], 3)) if committed else set()
    presents, attendances, replies = [], [], []
    for number, meeting in enumerate(meetings):
        eligible = story.members_on(meeting.local_start.date())
        order = sorted(eligible, key=lambda m: rng.random() ** (1 / zeal[m.pk]), reverse=True)
        if number >= len(meetings) - 2:  # three people of a committed group miss its last two meetings
            order.sort(key=lambda m: m.pk in away)
        count = story.group.turnouts[number] - meeting.guests
        present = order[:count]
        came = {m.pk for m in present}
        for membership in eligible:
            answer = reply_of(rng, membership.pk in came, committed)
            if answer:
                replies.append(replied(rng, meeting, membership, answer))
            attendances.append(attended(rng, meeting, membership, membership.pk in came, answer))
        presents.append(present)
    Attendance.objects.bulk_create(attendances)
    Reply.objects.bulk_create(replies)
    return presents


def reply_of(rng: random.Random, came: bool, committed: bool) -> str:
    draw = rng.random()
    if came:
        limits = [(0.9 if committed else 0.6, "yes"), (0.95 if committed else 0.68, "maybe")]
    else:
        limits = [(0.08, "yes"), (0.12, "maybe"), (0.85 if committed else 0.28, "no")]
    return next((answer for limit, answer in limits if draw < limit), "")


def replied(rng: random.Random, meeting: Meeting, membership: Membership, answer: str) -> Reply:
    sent = meeting.invited_at or meeting.starts_at
    wait = dt.timedelta(hours=1 + rng.expovariate(1 / 40))
    answered_at = min(sent + wait, meeting.starts_at - dt.timedelta(hours=1))
    return Reply(meeting=meeting, membership=membership, answer=answer, answered_at=answered_at)


def attended(rng: random.Random, meeting: Meeting, membership: Membership, came: bool, answer: str) -> Attendance:
    statuses, methods = Attendance.Status, Attendance.Method
    status = statuses.PRESENT if came else statuses.EXCUSED if answer == "no" else statuses.ABSENT
    method = rng.choice([methods.ROSTER, methods.LINK, methods.CODE]) if came else methods.ROSTER
    return Attendance(
        meeting=meeting,
        membership=membership,
        status=status,
        method=method,
        mode=meeting.mode if came else "",
        recorded_at=meeting.starts_at + dt.timedelta(minutes=rng.randrange(0, 9)) if came else meeting.closed_at,
        recorded_by=None if came and method != methods.ROSTER else meeting.closed_by,
    )


def take_notes(story: Story, meetings: list[Meeting], topics: list[Topic], presents: list[list[Membership]]) -> None:
    """Lines captured under the exchange, then the synthesis the group keeps."""
    rng, group, notes = story.rng, story.group, []
    exchange = {
        item.meeting_id: item for item in AgendaItem.objects.filter(meeting__in=meetings, kind=AgendaItem.Kind.EXCHANGE)
    }
    writer = story.note_taker or story.facilitator
    for number, meeting in enumerate(meetings):
        told = group.topics[number]
        lines: list[tuple[str, str]] = [("highlight", text) for text in told["highlights"]]
        lines.append(("idea", told["idea"]))
        lines.append(("decision", group.decisions[number % len(group.decisions)]))
        lines.append(("action", group.actions[number % len(group.actions)]))
        if number % 3 == 0:
            lines.append(("resource", group.resources[number // 3 % len(group.resources)]))
        if number + 1 < len(topics) and topics[number + 1].source == Topic.Source.MEETING:
            lines.append(("topic", topics[number + 1].title))
        for position, (kind, text) in enumerate(lines):
            note = Note(
                meeting=meeting,
                kind=kind,
                text=text,
                item=exchange[meeting.pk],
                author=writer,
                written_at=meeting.starts_at + dt.timedelta(minutes=14 + 5 * position),
                key=story.uuid(),
            )
            if kind == "topic":
                note.topic = topics[number + 1]
            if kind == "action":
                note.assignee = rng.choice(presents[number])
                due = meeting.starts_at + dt.timedelta(days=30)
                note.due_on, is_old = due.date(), due < story.now
                note.done_at = meeting.starts_at + dt.timedelta(days=21) if is_old and rng.random() < 0.8 else None
            notes.append(note)
        Minutes.of(meeting).synthesis = synthesis(meeting, lines)
    Note.objects.bulk_create(notes)
    Minutes.objects.bulk_create(Minutes.of(meeting) for meeting in meetings)


def synthesis(meeting: Meeting, lines: list[tuple[str, str]]) -> str:
    said = [text for kind, text in lines if kind in ("highlight", "idea")]
    parts = [
        f"Au cœur de notre rencontre : « {meeting.title} ».",
        "Ce que nous retenons :\n" + "\n".join(f"- {text}" for text in said),
    ]
    return "\n\n".join(parts)


# ------------------------------------------------------------ what they thought


def ask_what_they_thought(story: Story, meetings: list[Meeting], presents: list[list[Membership]]) -> None:
    """Closed surveys: each answer apart, in an order that says nothing, and what may be told of them."""
    questionnaire = questionnaires.current()
    questions = list(questionnaire.questions.all())
    rng, surveys = story.rng, []
    responses: list[Response] = []
    told: list[Release] = []
    own = frozen(story.community, OwnQuestion.Moment.MEETING)
    apart = random.Random(story.group.name)  # its own: what is told after stays as it was
    asks_own = {meeting.pk for meeting in meetings[-own_questions.LATELY :]}
    for meeting, present in zip(meetings, presents, strict=True):
        in_session = min(round(len(present) * rng.uniform(0.62, 0.86)), len(present))
        after = min(rng.choice([0, 0, 1, 1, 2]), len(present) - in_session)
        if len(present) == 5:  # a small meeting where everybody answered: just enough to be shown
            in_session, after = 4, 1
        surveys.append(
            Survey(
                questionnaire=questionnaire,
                meeting=meeting,
                threshold=story.community.anonymity_threshold,
                objective=story.group.objectives[0]["wording"],
                own_questions=own if meeting.pk in asks_own else [],
                opened_at=meeting.ends_at - dt.timedelta(minutes=5),
                opened_by=story.facilitator,
                closes_at=meeting.ends_at + dt.timedelta(days=5),
                closed_at=meeting.ends_at + dt.timedelta(days=5),
                reminders_sent=1,
                reminded_at=meeting.ends_at + dt.timedelta(hours=20),
                answers_in_session=in_session,
                answers_after=after,
                eligible=len(present),
            )
        )
    Survey.objects.bulk_create(surveys)
    for number, survey in enumerate(surveys):
        count = survey.answers_in_session + survey.answers_after
        pleased = story.group.satisfaction - (0.12 if is_declining(story.group.turnouts, number) else 0)
        given = [answers(story, questions, pleased, survey.meeting) for _ in range(count)]
        responses += [
            Response(id=story.uuid(), survey=survey, code=code, value=value)
            for one in given
            for code, value in one.items()
        ]
        for one in given:
            one |= own_questions.answers(survey, apart)
        if figures := releases.release(survey, given):
            told.append(figures)
    Response.objects.bulk_create(sorted(responses, key=lambda row: row.id))
    Release.objects.bulk_create(told)
    comments.release_waiting(story.community)


def is_declining(turnouts: list[int], number: int) -> bool:
    return number >= 3 and turnouts[number] < 0.7 * max(turnouts[:number])


def answers(story: Story, questions: list[Question], pleased: float, meeting: Meeting) -> dict[str, Any]:
    """One person's answers: `pleased`, from 0 to 1, leans the scales; few people write words."""
    rng = story.rng
    given: dict[str, Any] = {}
    mood = min(max(rng.gauss(pleased, 0.2), 0), 1)
    for question in questions:
        if question.in_person_only and not meeting.has_room:
            continue
        values = [option["value"] for option in question.options if option["value"] != NO_OPINION]
        has_no_opinion = len(values) < len(question.options) and rng.random() < 0.04
        if has_no_opinion:
            given[question.code] = NO_OPINION
        elif question.scale in (Question.Scale.STEPS, Question.Scale.AGREEMENT):
            given[question.code] = values[round(mood * (len(values) - 1))]
        elif question.scale == Question.Scale.CHOICE:
            given[question.code] = rng.choices(values, [6, 2, 1, 2])[0]
        elif question.scale == Question.Scale.CHOICES:
            useful = values[:-1] if mood > 0.3 else values[-1:]
            given[question.code] = sorted(rng.sample(useful, min(rng.randrange(1, 4), len(useful))), key=int)
        elif words := comment(story, question, mood > pleased):
            given[question.code] = words
    return given


def comment(story: Story, question: Question, is_happy: bool) -> str:
    """A topic wished for, or a thing to improve, in the group's own words."""
    rng = story.rng
    if rng.random() > 0.22:
        return ""
    if question.code == questionnaires.TOPIC_WISH:
        return rng.choice([topic["title"] for topic in story.group.topics])
    return rng.choice(story.group.praise if is_happy else story.group.wishes)
