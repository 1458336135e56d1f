"""One run: the cast, the votes, the closing, and each attack on what is left."""

import datetime as dt
import random
import re
import string
from collections import defaultdict
from dataclasses import replace

from django.apps import apps
from django.utils import timezone

from communities.models import Membership
from evaluations.domain.surveys import cleaning
from evaluations.models import ConversationRequest
from evaluations.tasks import tend_surveys
from meetings.models import Meeting
from tests.deanonymise import attacks, door, figures, naive
from tests.deanonymise.attacks import Case, Guess
from tests.deanonymise.occasions import Occasion, Room, Year
from tests.deanonymise.site import Phone, Site

ASKED_MORE = 2
DUMPED = 2  # votes, each between two dumps
ASKING = 8  # for a conversation, from the thanks for their answer
CONVERSATIONS = ConversationRequest._meta.db_table
LATER = dt.timedelta(minutes=2)


class Run:
    """Of one kind of occasion: a meeting, a year, or those who left."""

    def __init__(self, kind: type[Occasion], site: Site, control: naive.Storage, seed: int, voters: int) -> None:
        self.kind, self.site, self.server, self.naive = kind, site, site.server, control
        self.seed, self.voters = seed, voters
        self.random = random.Random(seed)
        self.said: dict[int, list[dict]] = defaultdict(list)  # of the neighbours, by survey

    def go(self, report) -> None:
        began = self.server.begin_log()  # before the evaluations are opened
        self.occasion = self.kind(self.site, self.voters, asked_more=ASKED_MORE)
        self.neighbours = self._a_few(self.seed)
        self.naive.open(self.occasion.survey.pk)
        self.case, self.control = self._cases()
        self._vote()
        self._close()
        self.changes = self.server.changes()
        self.log_bytes = self.server.log_bytes(began)
        self._attack(report)

    def _a_few(self, number: int, **fields) -> Occasion:
        """Five to fourteen people, of whom some are asked more: few enough for figures to tell of somebody."""
        people = 5 + number % 10
        return self.kind(self.site, people, asked_more=min(people, 5 + number // 10 % 4), **fields)

    # ---- the cast

    def _cases(self) -> tuple[Case, Case]:
        """Ours and the control's: the same people in the same order; the words are others."""
        order = list(self.occasion.members)
        self.random.shuffle(order)
        self.order = order
        asking = self.random.sample(order, ASKING) if self.kind.offers_conversation else []
        self.asking = {member.pk for member in asking}
        people = [member.pk for member in order]
        keys = {
            member.pk: {self.occasion.link[member.pk].split("/")[2], member.user.full_name, member.user.email}
            for member in order
        }
        ours = Case(
            survey=self.occasion.survey.pk,
            people=people,
            truth=self._words("sujet"),
            keys=keys,
            asked_more=self.occasion.asked_more,
            more=self.kind.some,
            chosen=self.random.sample(people, DUMPED),
            seed=self.seed,
        )
        return ours, replace(ours, truth=self._words("temoin"))

    def _words(self, kind: str) -> Guess:
        """A word for each person, at random."""
        letters = ["".join(self.random.choices(string.ascii_lowercase, k=10)) for _ in self.order]
        return {member.pk: f"{kind}{word}" for member, word in zip(self.order, letters, strict=True)}

    # ---- the votes

    def _vote(self) -> None:
        self.dumps: dict[int, tuple[str, str]] = {}
        self.control_dumps: dict[int, tuple[str, str]] = {}
        others = iter(self.neighbours.members)
        for number, member in enumerate(self.order):
            before = self._dumps() if member.pk in self.case.chosen else None
            self._vote_of(member)
            if before:
                after = self._dumps()
                self.dumps[member.pk], self.control_dumps[member.pk] = zip(before, after, strict=True)
            if number % 3 == 0 and (other := next(others, None)):
                self._vote_beside(self.neighbours, other)
            if number % 10 == 0:
                self._go_wrong(member)
        for other in others:
            self._vote_beside(self.neighbours, other)

    def _vote_beside(self, occasion: Occasion, member: Membership) -> None:
        said = occasion.an_answer(self.random, member)
        status, page = occasion.vote(member, said)
        assert status == 302, (status, page)
        self.said[occasion.survey.pk].append(said)

    def _vote_of(self, member: Membership) -> None:
        said = self.occasion.an_answer(self.random, member, self.case.truth[member.pk])
        status, page = self.occasion.vote(member, said)
        assert status == 302, (status, page)
        more = {self.kind.some: "3"} if member.pk in self.case.asked_more else {}
        words = {self.kind.words: self.control.truth[member.pk]}
        self.naive.vote(member.pk, self.control.truth[member.pk], self.occasion.link[member.pk], {**words, **more})
        if member.pk in self.asking:
            self._ask(member, page)

    def _ask(self, member: Membership, thanks: str) -> None:
        """For a conversation, as the page of thanks offers it."""
        phone = Phone(self.site.port)
        page = re.search(r'href="(/echange/[^"]+)"', phone.get(thanks)[1])[1]
        self.case.keys[member.pk].add(page.split("/")[2])
        status, answer = phone.fill(page, {"words": "Un mot à part", "ask": "1"})
        assert status == 302, (status, answer)
        self.naive.ask(member.pk)

    def _go_wrong(self, member: Membership) -> None:
        """Sent again, and sent with nothing chosen: refused, and logged nowhere."""
        phone, link = Phone(self.site.port), self.occasion.link[member.pk]
        page = phone.get(link)[1]
        assert phone.fill(link, {self.kind.words: self.case.truth[member.pk]}, page)[0] == 422
        said = self.occasion.an_answer(self.random, member, self.case.truth[member.pk])
        assert phone.fill(link, said, page)[0] == 409

    def _dumps(self) -> tuple[str, str]:
        """Ours, and the control's."""
        return self.server.dump("-T", "naive*"), self.server.dump("-t", "naive*")

    def _close(self) -> None:
        for occasion in (self.occasion, self.neighbours):
            occasion.close()
            assert occasion.survey.closed_at
        self.naive.close()
        cleaning.surveys_to_clean().update(closed_at=timezone.now() - LATER)
        tend_surveys()  # the minute after
        self.last, self.control_last = self._dumps()

    # ---- the attacks

    def _attack(self, report) -> None:
        one, kind = 1 / self.voters, self.kind.way
        for way, ours, control in self._ways():
            report.add(kind + way, _score(self.case, ours), _score(self.control, control), by_chance=one)
        left = sum(len(self.server.dead_rows(name)) for name in cleaning.tables())
        kept = sum(len(self.server.dead_rows(name)) for name in naive.CHANGED)
        report.add(kind + "deleted rows that are still there", (left, 1), (kept, 1), by_chance=0)
        if issubclass(self.kind, Year):
            report.add(kind + "published figures: one or two people", *self._published_of_year(), by_chance=0)
            return
        report.add("published figures: one or two people", *self._published(), by_chance=0)
        doors = self._doors(6)
        report.add("typed names: answers lost", *(door.take_places(one, "porte") for one in doors), by_chance=0)
        doors = self._doors(door.THRESHOLD - 1)
        report.add("typed names: too few, and shown", *(door.seem_many(one, "porte") for one in doors), by_chance=0)

    def _published(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of two meetings of the neighbours, few enough for figures to tell of somebody."""
        again = self._a_few(self.seed // 10, community=self.neighbours.community, title="Seconde")
        again.facilitator = self.neighbours.facilitator
        for member in again.members:
            self._vote_beside(again, member)
        again.close()
        rooms = [self.neighbours, again]
        Meeting.objects.filter(pk__in=[room.meeting.pk for room in rooms]).update(
            ends_at=timezone.now(), closed_at=timezone.now(), attendance_confirmed_at=timezone.now()
        )
        found = figures.Published(rooms)
        ours = figures.links(found.surveys, found.year, figures.as_we_publish)
        raw = [figures.unchecked(found.questions.values(), self.said[room.survey.pk]) for room in rooms]
        return ours, figures.links(raw, (), figures.as_they_are)

    def _published_of_year(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of the campaign of the neighbours: what its page lets one take away."""
        told = figures.of_year(self.neighbours)
        raw = figures.unchecked(self.neighbours.questions, self.said[self.neighbours.survey.pk])
        return figures.links([told], (), figures.as_we_publish), figures.links([raw], (), figures.as_they_are)

    def _doors(self, people: int) -> list[door.Door]:
        """Ours and the control's, with the same members."""
        room = Room(self.site, people)
        said = {member.user.full_name: f"membre{member.pk}" for member in room.members}
        return [door.OurDoor(room, said), door.NaiveDoor(self.naive, room.survey.pk, said)]

    def _ways(self):
        ours, control, server = self.case, self.control, self.server
        tables = {
            model._meta.db_table: model._meta.pk.column for model in apps.get_app_config("evaluations").get_models()
        }
        lie = [server.table(name, "ctid") for name in tables]
        clear = [server.table(name, "ctid") for name in naive.CLEAR]
        listed = [server.table(name, "ctid") for name in naive.LISTED]
        yield (
            "tables as they lie, in the order of voting",
            attacks.in_order(ours, lie, ours.people),
            attacks.in_order(control, clear, control.people),
        )
        members = sorted(ours.people)
        yield (
            "tables as they lie, in the order of the list",
            attacks.in_order(ours, lie, members),
            attacks.in_order(control, listed, members),
        )
        yield (
            "ids",
            attacks.in_order(ours, [server.table(*table) for table in tables.items()], ours.people),
            attacks.in_order(control, [server.table(*table) for table in naive.CLEAR.items()], control.people),
        )
        yield (
            "transactions",
            attacks.by_transaction(ours, [server.by_transaction(name) for name in tables]),
            attacks.by_transaction(control, [server.by_transaction(name) for name in naive.CLEAR]),
        )
        if self.asking:
            written = [server.by_transaction(name) for name in naive.CLEAR]
            yield (
                "conversations asked for",
                attacks.by_requests(ours, self._asked(CONVERSATIONS), [server.by_transaction(name) for name in tables]),
                attacks.by_requests(control, self._asked("naive_request", "person"), written),
            )
        yield (
            "deleted rows",
            attacks.in_order(ours, [server.dead_rows(name) for name in tables], ours.people),
            attacks.in_order(control, [server.dead_rows(name) for name in naive.CHANGED], control.people),
        )
        yield (
            "log of changes, decoded",
            attacks.by_changes(ours, self._changes_of("naive", False)),
            attacks.by_changes(control, self._changes_of("naive_response", True)),
        )
        yield (
            "log of changes, its bytes",
            attacks.in_order(ours, [[(self.log_bytes,)]], ours.people),
            attacks.in_order(control, [[(self.log_bytes,)]], control.people),
        )
        yield (
            "log of changes, ids of sealed ballots",
            attacks.by_sealed_ids(ours, self._votes_and_closing(False)),
            attacks.by_sealed_ids(control, self._votes_and_closing(True)),
        )
        yield (
            "two dumps around a vote",
            attacks.by_dumps(ours, self.dumps, self.last),
            attacks.by_dumps(control, self.control_dumps, self.control_last),
        )
        logs = self.site.logs()
        yield (
            "all logs together",
            attacks.by_logs(ours, logs),
            attacks.by_logs(control, {"naive": self.naive.log.read_text().splitlines()}),
        )
        yield ("shape of rows", attacks.by_shape(ours, lie), attacks.by_shape(control, clear))

    def _asked(self, table: str, column: str = "membership_id") -> list[tuple]:
        """The people of this run who asked, with the transactions that wrote it."""
        sql = f"SELECT xmin::text::bigint, {column} FROM {table} WHERE {column} = ANY(%s) ORDER BY 1"
        return self.server.rows(sql, list(self.asking))

    def _changes_of(self, table: str, of_control: bool) -> list[list[str]]:
        """Of the control's table, or of all but the control's."""
        start = f"table public.{table}"
        kept = [[line for line in lines if line.startswith(start) is of_control] for lines in self.changes]
        return [lines for lines in kept if lines]

    def _votes_and_closing(self, of_control: bool) -> list[list[str]]:
        """The transactions that wrote of this survey."""
        if of_control:
            changes = [
                [line for line in lines if line.split(":")[0].removeprefix("table public.") in naive.SEALED]
                for lines in self.changes
            ]
        else:
            changes = self._changes_of("naive", False)
        this = (f"survey_id[bigint]:{self.case.survey} ", f"survey_id[integer]:{self.case.survey} ")
        return [lines for lines in changes if any(one in f"{line} " for line in lines for one in this)]


def _score(case: Case, guesses: list[Guess]) -> tuple[int, int]:
    return sum(case.right(guess) for guess in guesses), sum(len(guess) for guess in guesses)
