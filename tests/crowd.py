"""A world grown at once, by `bulk_create`: people with all that hangs from them, meetings, and rows of every list."""

import datetime as dt
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.models import AuditLine, AuditName, User
from communities.models import (
    Application,
    BudgetLine,
    Call,
    Commitment,
    DestructionRequest,
    Expectation,
    Incident,
    Introduction,
    JoinInvitation,
    MemberImport,
    Membership,
    Need,
    Objective,
    ObjectiveProposal,
    Organisation,
    Outcome,
    Partner,
    Party,
    Pause,
    PracticeCard,
    Referral,
    Representation,
    ResourcePerson,
    Rule,
    RulesAcknowledgement,
    Score,
    StatusChange,
    SubGroup,
    Testimonial,
    TestimonialConsent,
    Use,
)
from evaluations.domain.surveys import collection, releases
from evaluations.models import Influence, Response, Survey
from meetings.domain.agenda import agendas
from meetings.domain.live import live_session
from meetings.models import (
    AgendaItem,
    AgendaModel,
    Attendance,
    AttendanceCorrection,
    AttendanceImport,
    DatePoll,
    DateVote,
    Meeting,
    MeetingGroup,
    Note,
    Reflection,
    Reply,
    SpeakingTurn,
    Topic,
    TopicEvent,
    TopicSupport,
    TopicVote,
    WarmUpAnswer,
)
from outbox.models import Message
from tests import factories as make


@dataclass
class Size:
    people: int  # active members, who reply, come, propose…
    pool: int  # people who could be invited
    meetings: int
    rows: int  # of each list that grows with the years

    @property
    def settings(self) -> int:
        """Of each list that is set up once."""
        return min(100, self.rows)


def prepare(place, facilitator) -> dict[str, Meeting]:
    """Beside the coming meeting of the place, one under way and one held, each with its agenda and its survey."""
    now = timezone.now()
    live = make.a_meeting(place.community, now, title="En cours", invited_at=now)
    held = make.a_meeting(place.community, now - dt.timedelta(days=7), title="Tenue", invited_at=now)
    for meeting in (place.meeting, live, held):
        meeting.facilitators.add(facilitator)
        agendas.default_agenda(meeting)
    for meeting in (live, held):
        live_session.start(meeting)
        collection.open_for(meeting, by=facilitator)
    collection.close(held.survey)
    Meeting.objects.filter(pk=held.pk).update(closed_at=now - dt.timedelta(days=7), attendance_confirmed_at=now)
    return {"coming": place.meeting, "live": Meeting.objects.get(pk=live.pk), "held": Meeting.objects.get(pk=held.pk)}


class Crowd:
    """Grows one place, always by more of the same: `grow(10 people…)`, then `grow(1000 people…)`."""

    def __init__(self, place, facilitator) -> None:
        self.place, self.community, self.facilitator = place, place.community, facilitator
        self.meetings = prepare(place, facilitator)
        self.apart = [MeetingGroup.objects.create(meeting=place.meeting, name=f"Groupe {n}") for n in range(3)]
        self.count = 0

    def grow(self, size: Size) -> None:
        self.members = self._people(size.people, Membership.Status.ACTIVE)
        self._people(size.pool, Membership.Status.ELIGIBLE)
        self._who_they_are()
        self._what_they_said()
        self._where_they_came()
        self._meetings(size.meetings)
        self._rows(size.rows)
        self._settings(size.settings)
        if connection.vendor == "postgresql":  # as a real database has done by itself since; our tables, no catalogue
            tables = (connection.ops.quote_name(model._meta.db_table) for model in apps.get_models())
            connection.cursor().execute(f"ANALYZE {', '.join(tables)}")

    def _numbers(self, n: int) -> range:
        self.count += n
        return range(self.count - n, self.count)

    def _people(self, n: int, status: str) -> list[Membership]:
        numbers = self._numbers(n)
        organisations = Organisation.objects.bulk_create(
            Organisation(name=f"Organisme {i}", sort_key=f"organisme {i:05}") for i in numbers
        )
        users = User.objects.bulk_create(
            User(first_name=f"P{i}", last_name=f"N{i}", email=f"p{i}@exemple.quebec", sort_key=f"n{i:05}", password="!")
            for i in numbers
        )
        return Membership.objects.bulk_create(
            Membership(
                community=self.community,
                user=user,
                organisation=organisation,
                status=status,
                joined_on=dt.date(2024, 1, 1),
                expertise="La médiation",
                help_offered="Relire une demande",
                region=f"Région {user.pk % 17}",
            )
            for user, organisation in zip(users, organisations, strict=True)
        )

    def _who_they_are(self) -> None:
        members, year = self.members, self.place.year
        version = self.community.rules_versions.first()
        RulesAcknowledgement.objects.bulk_create(RulesAcknowledgement(membership=m, version=version) for m in members)
        Representation.objects.bulk_create(
            Representation(membership=m, organisation=m.organisation, ends_on=dt.date(year, 3, 1)) for m in members
        )
        Pause.objects.bulk_create(
            Pause(membership=m, starts_on=dt.date(year, 4, 1), ends_on=dt.date(year, 5, 1)) for m in members
        )
        Expectation.objects.bulk_create(Expectation(membership=m, expects="Des idées") for m in members)
        said = Testimonial.objects.bulk_create(
            Testimonial(membership=m, text=f"Je ne suis plus seule {m.pk}.", named="full", ends_on="2040-01-01")
            for m in members[::3]
        )
        TestimonialConsent.objects.bulk_create(
            TestimonialConsent(testimonial=one, use=use, language="fr-ca", shown_on="2026-01-01")
            for one in said
            for use in Use.values
        )
        Commitment.objects.bulk_create(Commitment(membership=m, dates=["2026-11-10"]) for m in members)
        JoinInvitation.objects.bulk_create(JoinInvitation(membership=m) for m in members)
        Referral.objects.bulk_create(Referral(by=m, used_at=timezone.now(), membership=m) for m in members[::3])
        DestructionRequest.objects.bulk_create(DestructionRequest(user=m.user) for m in members[::3])
        Introduction.objects.bulk_create(
            Introduction(community=self.community, one=one, other=other, why="Voisines")
            for one, other in zip(members, members[1:], strict=False)
        )

    def _what_they_said(self) -> None:
        members, coming = self.members, self.meetings["coming"]
        topics = Topic.objects.bulk_create(Topic(community=self.community, title=f"Sujet {m.pk}") for m in members[::5])
        TopicSupport.objects.bulk_create(TopicSupport(topic=topics[m.pk % len(topics)], membership=m) for m in members)
        for meeting in self.meetings.values():
            Reply.objects.bulk_create(
                Reply(
                    meeting=meeting,
                    membership=m,
                    answer=("yes", "maybe", "no")[i % 3],
                    wish=f"Idée {m.pk}",
                    needs="Une place assise",
                )
                for i, m in enumerate(members)
            )
        WarmUpAnswer.objects.bulk_create(WarmUpAnswer(meeting=coming, membership=m, text="Un café") for m in members)
        date = self.place.date_poll.dates.first()
        DateVote.objects.bulk_create(DateVote(date=date, membership=m, answer="yes") for m in members)
        Message.objects.bulk_create(
            Message(
                recipient=m.user,
                to=m.user.email,
                key=f"invitation:{coming.pk}:{m.pk}",
                kind="invitation",
                about_kind="meetings.meeting",
                about_id=coming.pk,
                facts={"sequence": coming.sequence},
                sender_list=f"community:{self.community.pk}",
                subject="Invitation",
                message_id=f"<{m.pk}@exemple.quebec>",
            )
            for m in members
        )

    def _where_they_came(self) -> None:
        live, held = self.meetings["live"], self.meetings["held"]
        for meeting in (live, held):
            Attendance.objects.bulk_create(
                Attendance(
                    meeting=meeting,
                    membership=m,
                    status="absent" if i % 4 == 0 else "present",
                    recorded_at=timezone.now(),
                )
                for i, m in enumerate(self.members)
            )
            Note.objects.bulk_create(
                Note(meeting=meeting, kind="action", text=f"À faire {m.pk}", assignee=m, author=m.user)
                for m in self.members[::5]
            )
        topic = Topic.objects.create(community=self.community, title="À l’ordre du jour", meeting=live)
        TopicVote.objects.bulk_create(TopicVote(meeting=live, topic=topic, membership=m) for m in self.members)
        SpeakingTurn.objects.bulk_create(SpeakingTurn(meeting=live, membership=m, seconds=40) for m in self.members)
        AttendanceCorrection.objects.bulk_create(
            AttendanceCorrection(meeting=held, membership=m, was="absent", became="present", why="forgotten")
            for m in self.members
        )
        survey = Survey.objects.get(meeting=held)
        said = {"R1": "4", "R2": "3", "R3": "1", "R4": ["1"], "R5A": "Le financement"}
        answers = [said for _m in self.members]
        Response.objects.bulk_create(releases.one_by_one(survey, answers))
        if told := releases.release(survey, answers):
            told.save()

    def _meetings(self, n: int) -> None:
        """Half of them past, half to come, all in the days around today, so that one year holds them."""
        now, member = timezone.now(), self.members[0]
        meetings = Meeting.objects.bulk_create(
            Meeting(
                community=self.community,
                title=f"Rencontre {i}",
                starts_at=starts,
                ends_at=starts + dt.timedelta(hours=1),
                invited_at=now,
                started_at=starts if i % 2 else None,
                closed_at=starts if i % 2 else None,
                attendance_confirmed_at=starts if i % 2 else None,
            )
            for i in self._numbers(n)
            for starts in [now + dt.timedelta(days=(-1 if i % 2 else 1) * (2 + i % 20), minutes=i)]
        )
        Meeting.facilitators.through.objects.bulk_create(
            Meeting.facilitators.through(meeting=m, user=self.facilitator) for m in meetings
        )
        topics = Topic.objects.bulk_create(
            Topic(community=self.community, title=m.title, meeting=m, state="discussed" if m.closed_at else "announced")
            for m in meetings
        )
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=t.meeting, title="Échanges", minutes=50, topic=t) for t in topics
        )
        Reply.objects.bulk_create(Reply(meeting=m, membership=member, answer="yes") for m in meetings)
        past = [m for m in meetings if m.closed_at]
        Attendance.objects.bulk_create(Attendance(meeting=m, membership=member, status="present") for m in past)
        Note.objects.bulk_create(Note(meeting=m, kind="action", text=m.title, assignee=member) for m in past)
        Reflection.objects.bulk_create(
            Reflection(meeting=m, author=self.facilitator, face=4, plans_follow_up=True) for m in past
        )
        questionnaire = Survey.objects.first().questionnaire
        Survey.objects.bulk_create(
            Survey(questionnaire=questionnaire, meeting=m, threshold=5, closes_at=m.ends_at, closed_at=m.ends_at)
            for m in past
        )

    def _rows(self, n: int) -> None:
        community, held, numbers = self.community, self.meetings["held"], self._numbers(n)
        organisation = self.members[0].organisation
        Outcome.objects.bulk_create(Outcome(community=community, title=f"R {i}", kind="project") for i in numbers)
        needs = Need.objects.bulk_create(
            Need(community=community, what=f"B {i}", met_at=timezone.now() if i % 2 else None) for i in numbers
        )
        Party.objects.bulk_create(Party(need=need, side="needs", organisation=organisation) for need in needs)
        PracticeCard.objects.bulk_create(PracticeCard(community=community, title=f"F {i}", done="x") for i in numbers)
        Influence.objects.bulk_create(
            Influence(community=community, kind="helped", text=f"I {i}", by=self.facilitator) for i in numbers
        )
        topics = Topic.objects.bulk_create(Topic(community=community, title=f"T {i}") for i in numbers)
        TopicEvent.objects.bulk_create(TopicEvent(topic=t, state="proposed") for t in topics)
        kinds = ["highlight", "idea", "decision", "topic", "resource", "practice"]
        Note.objects.bulk_create(
            Note(meeting=held, kind=kinds[i % 6], text=f"Ligne {i}", author=self.facilitator) for i in numbers[::10]
        )
        applications = Application.objects.bulk_create(
            Application(call=self.place.call, first_name="R", last_name=f"G{i}", email=f"c{i}@exemple.quebec")
            for i in numbers
        )
        criterion = self.place.call.criteria.first()
        Score.objects.bulk_create(
            Score(application=a, criterion=criterion, reader=self.facilitator, value=3) for a in applications
        )
        Incident.objects.bulk_create(
            Incident(information=f"I {i}", known_on=timezone.localdate(), is_serious=False) for i in numbers
        )
        keys = AuditName.objects.bulk_create(AuditName(key=f"k{m.pk}", user=m.user) for m in self.members)
        AuditLine.objects.bulk_create(
            AuditLine(
                action="person.corrected", actor=keys[i % len(keys)].key, community=community.pk, details={"count": i}
            )
            for i in numbers
        )
        MemberImport.objects.bulk_create(
            MemberImport(community=community, file_name="m.csv", lines=[]) for _ in numbers
        )
        AttendanceImport.objects.bulk_create(
            AttendanceImport(meeting=held, file_name="z.csv", lines=[]) for _ in numbers
        )

    def _settings(self, n: int) -> None:
        community, numbers = self.community, self._numbers(n)
        organisations = [m.organisation for m in self.members]
        Partner.objects.bulk_create(
            Partner(community=community, organisation=organisations[i % len(organisations)], role="funder")
            for i in range(min(n, len(organisations)))
        )
        groups = SubGroup.objects.bulk_create(SubGroup(community=community, name=f"G {i}") for i in numbers)
        SubGroup.members.through.objects.bulk_create(
            SubGroup.members.through(subgroup=groups[i % len(groups)], membership=m) for i, m in enumerate(self.members)
        )
        MeetingGroup.members.through.objects.bulk_create(
            MeetingGroup.members.through(meetinggroup=self.apart[i % len(self.apart)], membership=m)
            for i, m in enumerate(self.members)
        )
        Call.objects.bulk_create(
            Call(community=community, title=f"A {i}", text="x", closes_on=timezone.localdate() + dt.timedelta(days=9))
            for i in numbers
        )
        DatePoll.objects.bulk_create(DatePoll(community=community, minutes=60, title=f"S {i}") for i in numbers)
        AgendaModel.objects.bulk_create(AgendaModel(community=community, name=f"M {i}") for i in numbers)
        Objective.objects.bulk_create(Objective(community=community, kind="links", wording=f"O {i}") for i in numbers)
        ObjectiveProposal.objects.bulk_create(
            ObjectiveProposal(community=community, by=self.facilitator, kind="links", wording=f"P {i}") for i in numbers
        )
        Rule.objects.bulk_create(Rule(community=community, theme="respect", text=f"Règle {i}") for i in numbers)
        ResourcePerson.objects.bulk_create(ResourcePerson(community=community, name=f"R {i}") for i in numbers)
        BudgetLine.objects.bulk_create(
            BudgetLine(community=community, category="room", label=f"S {i}") for i in numbers
        )
        StatusChange.objects.bulk_create(
            StatusChange(community=community, was="launch", became="active") for _ in numbers
        )
