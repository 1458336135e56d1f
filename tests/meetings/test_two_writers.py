"""Two people at one meeting, on a real server: two hundred pairs of edits lose no word without saying so, and two
devices ticking one roster through a bad network end on the last press."""

import random
import threading
import uuid
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from communities.models import Role
from meetings.domain.agenda import agendas
from meetings.domain.attendance import attendance
from meetings.domain.live import live_session, notes
from meetings.models import Attendance, Meeting, Minutes, Note
from tests import factories as make
from tests.racing import at_once, needs_row_locks

pytestmark = [
    pytest.mark.services,
    needs_row_locks,
]
PAIRS, TOGGLES, PEOPLE = 200, 500, 12


@pytest.fixture
def live(transactional_db, meeting, karim):
    agendas.default_agenda(meeting)
    live_session.start(meeting)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def two(live, sandrine, karim):
    """The browser of each."""
    clients = Client(), Client()
    for client, person in zip(clients, (sandrine, karim), strict=True):
        client.force_login(person)
    return clients


def in_pairs(rounds, *writers):
    """Each writer of a pair goes in its own thread, all released at once, and the next pair waits for both."""
    gate = threading.Barrier(len(writers))

    def round_after_round(write):
        try:
            for n in range(rounds):
                gate.wait(30)
                write(n)
        except BaseException:
            gate.abort()
            raise

    at_once(*(partial(round_after_round, write) for write in writers))


# ------------------------------------------------------------ two hundred pairs of edits


class Writer:
    """A browser that saves texts over what it last read. What it was told 409 for, it still holds."""

    def __init__(self, name, save, read):
        self.name, self.save, self.read = name, save, read
        self.told_saved, self.held = [], []
        self.version, self.seen = read()

    def __call__(self, n):
        text = f"{self.name} écrit {n}"
        status = self.save(text, self.version)
        assert status in (200, 204, 302, 409), status
        if status == 409:
            self.held.append(text)
        else:
            self.told_saved.append((text, self.seen))
        self.version, self.seen = self.read()


def silently_lost(writers, start, remaining) -> list[str]:
    """Saved texts form one chain: each is written over once, by someone who had it before their eyes, and the last
    is what remains. Whatever its author was told is saved, and is not in the chain, was lost without a word."""
    written_over = {}
    for writer in writers:
        for text, seen in writer.told_saved:
            written_over.setdefault(seen, []).append(text)
    chain, at = [], start
    while len(written_over.get(at, [])) == 1:
        at = written_over[at][0]
        chain.append(at)
    saved = {text for writer in writers for text, _seen in writer.told_saved}
    return sorted(saved - set(chain)) or [text for text in chain[-1:] if text != remaining]


def the_synthesis(meeting, client):
    def read():
        kept = Minutes.of(Meeting.objects.get(pk=meeting.pk))
        return kept.version, kept.synthesis

    def save(text, version):
        sent = {"text": text, "version": version}
        return client.post(
            reverse("meetings:synthesis", args=[meeting.pk]), sent, headers={"HX-Request": "true"}
        ).status_code

    return save, read


def a_line(meeting, client):
    def read():
        return Note.objects.values_list("version", "text").get(meeting=meeting)

    def save(text, version):
        sent = {"text": text, "kind": "highlight", "version": version}
        note = reverse("meetings:note", args=[Note.objects.get(meeting=meeting).pk])
        return client.post(note, sent, headers={"HX-Request": "true"}).status_code

    return save, read


def the_title(meeting, client):
    def read():
        return Meeting.objects.values_list("version", "title").get(pk=meeting.pk)

    def save(text, version):
        start, end = meeting.local_start, meeting.local_end
        sent = {"title": text, "version": version, "kind": meeting.kind, "mode": meeting.mode, "link": meeting.link}
        sent |= {"day": start.date(), "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}"}
        sent |= {"registration": meeting.registration}
        return client.post(reverse("meetings:edit", args=[meeting.pk]), sent).status_code

    return save, read


def the_agenda(meeting, client):
    def read():
        version = Meeting.objects.values_list("version", flat=True).get(pk=meeting.pk)
        return version, meeting.agenda.values_list("title", flat=True)[1]

    def save(text, version):
        blocks = list(meeting.agenda.all())
        sent = {"step": "save", "version": version, "rows": len(blocks)}
        for n, b in enumerate(blocks):
            title = text if n == 1 else b.title
            sent |= {f"{n}-pk": b.pk, f"{n}-kind": b.kind, f"{n}-title": title, f"{n}-minutes": b.minutes}
        return client.post(reverse("meetings:agenda", args=[meeting.pk]), sent).status_code

    return save, read


THINGS = {"the synthesis": the_synthesis, "a line": a_line, "the title": the_title, "the agenda": the_agenda}


def two_writers(thing, meeting, clients):
    return [Writer(name, *thing(meeting, client)) for name, client in zip(("Sandrine", "Karim"), clients, strict=True)]


@pytest.fixture
def something_to_write(live, sandrine, karim):
    """A line; and both are facilitators: a note-taker writes lines and the synthesis, and does not plan."""
    make.a_note(live, "Au départ", author=sandrine)
    make.a_role(karim, Role.FACILITATOR, community=live.community)


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("pairs", [15, pytest.param(50, marks=pytest.mark.long)])
def test_of_pairs_of_edits_no_text_is_lost_without_a_word(pairs, thing, live, two, something_to_write):
    writers = two_writers(THINGS[thing], live, two)
    start = writers[0].seen

    in_pairs(pairs, *writers)

    assert silently_lost(writers, start, writers[0].read()[1]) == []
    assert sum(len(w.told_saved) + len(w.held) for w in writers) == 2 * pairs
    assert any(w.held for w in writers), "they never wrote at once: nothing was shown"


def test_control_where_the_last_write_wins_texts_are_lost_without_a_word(live, two):
    def naive(meeting, _client):
        def save(text, _version):
            make.say_of(meeting, synthesis=text)
            return 200

        return save, the_synthesis(meeting, None)[1]

    writers = two_writers(naive, live, two)
    start = writers[0].seen

    in_pairs(50, *writers)

    assert silently_lost(writers, start, writers[0].read()[1])
    assert not any(w.held for w in writers), "and nobody was told"


def test_two_hundred_pairs_of_lines_through_a_bad_network_are_each_there_once(live, sandrine, karim):
    def writer(person):
        chance = random.Random(person.first_name)

        def write(n):
            key = uuid.uuid4()
            for _attempt in range(1 + (chance.random() < 0.2)):  # the answer was lost: the page sends it again
                notes.add(live, key=key, kind="highlight", text=f"{person.first_name} {n}", by=person)

        return write

    in_pairs(PAIRS, writer(sandrine), writer(karim))

    written = Note.objects.filter(meeting=live).values_list("text", flat=True)
    assert sorted(written) == sorted(f"{name} {n}" for name in ("Sandrine", "Karim") for n in range(PAIRS))


# ------------------------------------------------------------ two devices ticking one roster


class Device:
    """A console whose network drops: a press waits and is sent again, in order, until it has its answer."""

    def __init__(self, meeting, members, person, statuses):
        self.meeting, self.members, self.person, self.statuses = meeting, members, person, statuses
        self.chance, self.arrived, self.pressed = random.Random(statuses[0]), [], {}

    def __call__(self, _n):
        member, status = self.chance.choice(self.members), self.chance.choice(self.statuses)
        self.pressed[member] = status
        answered = False
        while not answered:
            if self.chance.random() < 0.1:
                continue  # dropped on the way
            row = attendance.record(self.meeting, member, status, by=self.person)
            self.arrived.append((row.recorded_at, member.pk, row.status))
            answered = self.chance.random() > 0.1  # the answer dropped on its way back: sent again


@pytest.fixture
def members(live):
    return [make.a_member(live.community) for _ in range(PEOPLE)]


def test_two_devices_of_500_presses_with_drops_and_replays_end_on_the_last(live, members, sandrine, karim):
    before = Meeting.objects.get(pk=live.pk).revision
    devices = [
        Device(live, members, sandrine, ["present", "unknown"]),
        Device(live, members, karim, ["absent", "excused"]),
    ]

    in_pairs(TOGGLES, *devices)

    arrived = sorted(devices[0].arrived + devices[1].arrived)
    assert len(arrived) > 2 * TOGGLES, "none was replayed: nothing was shown"
    assert Meeting.objects.get(pk=live.pk).revision == before + len(arrived), "a press was lost"
    standing = dict(live.attendances.values_list("membership", "status"))
    assert standing == {member: status for _at, member, status in arrived}
    for member in members:
        assert standing[member.pk] in {device.pressed.get(member) for device in devices}, "an older press came back"
    assert live.attendances.count() == PEOPLE


def test_control_pressing_without_taking_the_row_loses_presses_of_the_other(live, members):
    """Each device reads the row, changes what it pressed and saves it whole: of a pair, one press disappears."""
    row = Attendance.objects.create(meeting=live, membership=members[0])
    both_have_read = threading.Barrier(2)

    def naive(field):
        def press(n):
            mine = Attendance.objects.get(pk=row.pk)
            both_have_read.wait(30)
            setattr(mine, field, True)
            mine.save()

        return press

    in_pairs(1, naive("came_late"), naive("left_early"))

    row.refresh_from_db()
    assert row.came_late != row.left_early
