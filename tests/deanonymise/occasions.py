"""What people vote on: the evaluation of a meeting, that of a year, and what is asked of those who left. Some of them
are asked one question more, and it is known who: those in the room, those who said on joining what they hoped for,
those who say by name, once they have answered, that they wish for news."""

import abc
import datetime as dt
import random
from collections.abc import Iterator

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.domain.members import asked_later
from communities.models import Expectation, Membership, Role
from evaluations.domain.campaigns import campaigns
from evaluations.domain.campaigns.links import ballot_path, token_of
from evaluations.domain.surveys import collection
from evaluations.domain.surveys.questionnaires import asked
from evaluations.models import Campaign, Survey
from meetings.domain.links import links
from meetings.models import Attendance, Meeting
from tests import factories as make
from tests.deanonymise.site import Phone, Site
from tests.evaluations.room import a_room


class Occasion(abc.ABC):
    """An open evaluation with those who may answer it, by their links."""

    way: str  # put before the name of each attack
    words: str  # the code of the question that is answered in one's own words
    some: str  # … of the question that only some are asked
    offers_conversation = True  # on the page of thanks
    site: Site
    survey: Survey
    facilitator: object
    members: list[Membership]
    asked_more: list[int]
    link: dict[int, str]

    def vote(self, member: Membership, said: dict) -> tuple[int, str]:
        """By the personal link, as the page shows it."""
        return Phone(self.site.port).fill(self.link[member.pk], said)

    @abc.abstractmethod
    def an_answer(self, chance: random.Random, member: Membership, words: str = "") -> dict:
        """Of every question that this member is asked."""

    def facilitates(self) -> Phone:
        client = Client()
        client.force_login(self.facilitator)
        name = settings.SESSION_COOKIE_NAME
        return Phone(self.site.port, **{name: client.cookies[name].value})

    def close(self) -> None:
        """By the facilitator; then the timetable's minutes pass."""
        status, page = self.facilitates().press(self.closing)
        assert status in (200, 302), (status, page)
        self.survey = Survey.objects.get(pk=self.survey.pk)

    @property
    @abc.abstractmethod
    def closing(self) -> str:
        """The address of the button that closes it."""


class Room(Occasion):
    """A meeting, with those who are there."""

    way, words, some = "", "R5A", "R7"

    def __init__(self, site: Site, people: int, *, asked_more: int = 0, **fields) -> None:
        """So many of them are in the room; the others are online."""
        self.site = site
        self.community = fields.pop("community", None) or make.a_community()
        self.facilitator = make.a_person("Sandrine")
        make.a_role(self.facilitator, Role.FACILITATOR, community=self.community)
        mode = Meeting.Mode.HYBRID if asked_more else Meeting.Mode.ONLINE
        self.meeting, self.members = a_room(self.community, people, by=self.facilitator, mode=mode, **fields)
        here = Attendance.objects.filter(meeting=self.meeting)
        here.update(mode=Meeting.Mode.ONLINE)
        here.filter(membership__in=self.members[:asked_more]).update(mode=Meeting.Mode.IN_PERSON)
        self.asked_more = [member.pk for member in self.members[:asked_more]]
        self.survey = collection.open_for(self.meeting, by=self.facilitator)
        self.link = {
            member.pk: reverse("evaluations:ballot", args=[links.guest_token(self.meeting, member)])
            for member in self.members
        }

    def an_answer(self, chance: random.Random, member: Membership, words: str = "") -> dict:
        said = {
            "R1": str(chance.randint(1, 5)),
            "R2": str(chance.randint(0, 4)),
            "R3": str(chance.randint(1, 4)),
            "R4": [str(place) for place in chance.sample(range(1, 7), chance.randint(1, 3))],
        }
        more = {"R7": str(chance.randint(1, 4))} if member.pk in self.asked_more else {}
        return {**said, **more, **({"R5A": words} if words else {})}

    @property
    def closing(self) -> str:
        return reverse("evaluations:close_survey", args=[self.meeting.pk])


class Year(Occasion):
    """The annual evaluation of a community; some of its members said on joining what they hoped for."""

    way, words, some = "year: ", "M15T", "M4"
    kind = Campaign.Kind.ANNUAL

    def __init__(self, site: Site, people: int, *, asked_more: int = 0) -> None:
        """So many of them said what they hoped for."""
        self.site = site
        self.community = make.a_community()
        self.facilitator = make.a_person("Sandrine")
        make.a_role(self.facilitator, Role.FACILITATOR, community=self.community)
        make.an_objective(self.community, "Rejoindre les pères isolés")
        self.members = [self._somebody() for _ in range(people)]
        self.asked_more = [member.pk for member in self.members[:asked_more]]
        self._ask_more(self.members[:asked_more])
        self.campaign = make.a_campaign(self.community, kind=self.kind)
        campaigns.open_to_all(self.campaign, self.facilitator)
        self.campaign = Campaign.objects.select_related("survey", "community").get(pk=self.campaign.pk)
        self.survey = self.campaign.survey
        self.questions = asked(self.survey)
        self.link = {member.pk: ballot_path(self.campaign, member) for member in self.members}

    def _somebody(self) -> Membership:
        return make.a_member(self.community)

    def _ask_more(self, some: list[Membership]) -> None:
        for member in some:
            Expectation.objects.create(membership=member, expects="Rencontrer des collègues")

    def an_answer(self, chance: random.Random, member: Membership, words: str = "") -> dict:
        said = dict(self._chosen(chance, member))
        return {**said, self.words: words} if words else said

    def _chosen(self, chance: random.Random, member: Membership) -> Iterator[tuple[str, str | list[str]]]:
        for question in self.questions:
            if question.is_text or (question.code == self.some and member.pk not in self.asked_more):
                continue
            value = chance.choice([value for value, _label in question.options])
            yield question.code, [value] if question.is_many else value

    @property
    def closing(self) -> str:
        return reverse("evaluations:close_campaign", args=[self.campaign.pk])


class Alumni(Year):
    """What is asked of those who left a year ago; some of them wish for news, by name, once they have answered."""

    way, words, some = "alumni: ", "N3T", "N4"
    offers_conversation = False  # they have left
    kind = Campaign.Kind.ALUMNI

    def _somebody(self) -> Membership:
        left_on = timezone.localdate() - dt.timedelta(days=400)
        member = make.a_member(self.community, status=Membership.Status.ALUMNI, left_on=left_on)
        asked_later.agree(member)
        return member

    def _ask_more(self, some: list[Membership]) -> None:
        """Afterwards."""

    def vote(self, member: Membership, said: dict) -> tuple[int, str]:
        answer = super().vote(member, said)
        if member.pk in self.asked_more:
            address = reverse("evaluations:alumni_news", args=[token_of(self.campaign, member)])
            assert Phone(self.site.port).fill(address, {"what": "yes"})[0] == 302
        return answer
