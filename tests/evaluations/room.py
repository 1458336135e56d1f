"""A room of people at a meeting, and what they would answer."""

import datetime as dt

from django.utils import timezone

from communities.models import Membership
from evaluations.domain.surveys import collection, keyring, sealing
from evaluations.models import BallotBox, Survey
from meetings.domain.agenda import agendas
from meetings.models import Meeting
from tests import factories as make

ANSWERS = {"R1": "4", "R2": "3", "R3": "1", "R4": ["1", "3"]}


def a_room(community, people: int = 6, *, by=None, **fields) -> tuple[Meeting, list[Membership]]:
    """A meeting under way since forty minutes, with so many members present."""
    now = timezone.now()
    fields = {"started_at": now - dt.timedelta(minutes=40), "title": "Rejoindre les pères isolés", **fields}
    meeting = make.a_meeting(community, fields.pop("starts_at", now - dt.timedelta(minutes=40)), **fields)
    if by:
        meeting.facilitators.add(by)
    agendas.default_agenda(meeting)
    members = [make.a_member(community) for _ in range(people)]
    for member in members:
        make.an_attendance(meeting, member)
    return meeting, members


def closed_with(meeting: Meeting, members: list[Membership], answers: list[dict], *, in_session=True) -> Survey:
    """Its survey, answered by the first of them and closed."""
    survey = collection.open_for(meeting, by=None)
    for member, said in zip(members, answers, strict=False):
        assert collection.answer(survey, member, said, in_session=in_session) is collection.Outcome.STORED
    collection.close(survey)
    return survey


def opened(survey: Survey | None = None) -> list[sealing.Ballot]:
    """The ballots of an open survey, as only whoever holds the keyring too could read them."""
    survey = survey or Survey.objects.open().get()
    key = keyring.private_key(survey.keyring_name)
    ballots = BallotBox.objects.get(survey=survey).ballots.order_by("pk")
    return [sealing.unseal(bytes(ballot.sealed), key, survey.keyring_name) for ballot in ballots]


def said_in(survey: Survey | None = None) -> list[dict]:
    return [ballot.answers for ballot in opened(survey)]


def has_answered(survey: Survey, member: Membership) -> bool:
    return survey.receipts.filter(digest__in=collection.digests_of(survey, [member.pk])).exists()
