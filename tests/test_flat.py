"""What a page asks of the database, and what it sends, follow neither the people of a community, nor its meetings,
nor the rows of its lists: every page of the project is read for few, then for eighty people, forty meetings and lists
of two hundred; before an issue ends, for a thousand people."""

import copy
import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.models import Meeting
from tests.crowd import Crowd, Size
from tests.test_pages import LIGHT
from tests.test_permissions import PUBLIC, TABLE, World

FEW = Size(people=10, pool=10, meetings=10, rows=30)
MORE = Size(people=30, pool=40, meetings=14, rows=80)
A_THOUSAND = Size(people=990, pool=1990, meetings=490, rows=2970)
LEADERS = ("FA", "PC", "OP", "AD")  # who reads most of a page
FILES = ("pdf", "logo", "poster", "sign_in_sheet", "download", "guide")  # drawn or read from a disk: no list
READ = {
    name: line
    for name, line in sorted(TABLE.items())
    if "GET" in line.methods
    and (line.roles == PUBLIC or set(LEADERS) & set(line.roles.split()))
    and line.of != "demo"
    and not any(part in name.split(":")[-1] for part in FILES)
}
OF_A_MEETING = ("meeting", "minutes", "token", "code")
# Compressed, of the page alone: style sheets and scripts, which the browser keeps, add 33 kB at most.
MOST, MOST_ON_A_PHONE = 72_000, 20_000  # the console of a thousand people is the heaviest
WHOLE = {
    "meetings:feed",
    "meetings:space_export",
    "meetings:member_data",
    "meetings:served_file",
}  # files that are all one has, and say so


@pytest.fixture
def world(db):
    return World()


def addresses(world, crowd):
    """Each page with who reads most of it; those of a meeting before it, under way and after it."""
    own = world.places["own"]
    for name, line in READ.items():
        is_open_to_all = line.roles == PUBLIC and line.of != "none"
        who = "AN" if is_open_to_all else next(role for role in LEADERS if role in line.roles.split())
        if line.of not in OF_A_MEETING:
            yield name, who, own.address(name, line.of)
            continue
        for when, meeting in crowd.meetings.items():
            place = copy.copy(own)
            place.meeting = meeting
            yield f"{name} ({when})", who, place.address(name, line.of)


def read(world, crowd) -> dict[str, tuple[int, int]]:
    """How many queries each page asked, and its compressed size."""
    clients, found = {who: world.client(who) for who in (*LEADERS, "AN")}, {}
    for name, who, address in addresses(world, crowd):
        with CaptureQueriesContext(connection) as asked:
            response = clients[who].get(address)
        assert response.status_code in (200, 204, 302, 410), f"{name}: {response.status_code}"
        body = b"".join(response.streaming_content) if response.streaming else response.content
        found[name] = len(asked), len(gzip.compress(body, 6))
    return found


@pytest.mark.parametrize("more", [MORE, pytest.param(A_THOUSAND, marks=pytest.mark.long)], ids=["40", "1000"])
def test_a_page_asks_as_much_for_many_as_for_ten_and_stays_light(world, more):
    crowd = Crowd(world.places["own"], world.people["FA"])
    crowd.grow(FEW)
    for_few = read(world, crowd)

    crowd.grow(more)
    for_many = read(world, crowd)

    grown = {name: (n, for_many[name][0]) for name, (n, _size) in for_few.items() if for_many[name][0] > n}
    assert not grown, grown
    pages = {name: size for name, (_n, size) in for_many.items() if name.split()[0] not in WHOLE}
    heavy = {n: size for n, size in pages.items() if size > (MOST_ON_A_PHONE if n.split()[0] in LIGHT else MOST)}
    assert not heavy, heavy


def test_control_a_page_that_asked_for_each_would_be_seen(world):
    def one_by_one():
        with CaptureQueriesContext(connection) as asked:
            _names = [m.user.last_name for m in crowd.community.memberships.all()]
        return len(asked)

    crowd = Crowd(world.places["own"], world.people["FA"])
    for_few = one_by_one()
    crowd.grow(FEW)

    assert one_by_one() - for_few == FEW.people + FEW.pool


def test_presences_and_answers_are_counted_apart():
    """In one query each, but never joined: a thousand presences by a thousand answers took a minute."""
    assert " JOIN " not in str(Meeting.objects.with_replies().with_turnout().query)
