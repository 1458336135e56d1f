"""The requests that are measured, each with the bare equal that it stands beside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from meetings.domain.links import links
from tests.bench.data import Size, World
from tests.bench.measure import Answer, Line, Request, Site, in_turn, take

ROW = "one row"
FORM = "one form"
INSERT = "one insert"
BARE_FOR_ONE = 6  # requests: they are cheap
SIX_FIELDS = {"name": "A", "mail": "a@b.ca", "town": "M", "role": "m", "number": "1", "day": "2026-11-24"}
BARE = {ROW: Request("/row/7/"), FORM: Request("/form/"), INSERT: Request("/form/", SIX_FIELDS)}


def rows(count: int) -> str:
    return f"{count} rows"


def lines_of_csv(count: int) -> str:
    return f"CSV of {count}"


def bare_request(beside: str) -> Request:
    if beside in BARE:
        return BARE[beside]
    count = re.sub(r"\D", "", beside)
    return Request(f"/rows/{count}.csv" if beside.startswith("CSV") else f"/rows/{count}/")


@dataclass
class Page:
    name: str
    beside: str
    requests: Iterator[Request]


def pages(world: World, size: Size) -> list[Page]:
    return [*staff_pages(world, size), *console_pages(world, size), *phone_pages(world, size)]


def staff_pages(world: World, size: Size) -> list[Page]:
    boss, keeper = cookie_of(world.boss), cookie_of(world.keeper)
    meeting, community = world.coming, world.community
    listed, directory = min(50, size.members), min(50, size.directory)
    last_page = -(-size.directory // 50)

    def page(title: str, beside: str, address: str, *args, query: str = "", cookie: str = boss) -> Page:
        return Page(title, beside, cycle([Request(reverse(address, args=args) + query, cookie=cookie)]))

    return [
        page("Today", rows(size.communities), "evaluations:today"),
        page("community", ROW, "communities:detail", community.pk),
        page("members", rows(listed), "communities:members", community.pk),
        page("members as CSV", lines_of_csv(size.members), "communities:export_members", community.pk),
        page("year of meetings", rows(size.meetings + 3), "meetings:year", community.pk),
        page("meeting", ROW, "meetings:detail", meeting.pk),
        page("prepare", ROW, "meetings:prepare", meeting.pk),
        page("attendance", rows(size.members), "meetings:roster", world.live.pk),
        page("results of a survey", ROW, "evaluations:survey", world.evaluated.pk),
        page("all evaluations", rows(size.communities), "evaluations:across", query=f"?annee={timezone.now().year}"),
        page("directory", rows(directory), "communities:people", cookie=keeper),
        page("its last page", rows(directory), "communities:people", query=f"?page={last_page}", cookie=keeper),
        page("a name in it", rows(11), "communities:people", query="?q=nom1234", cookie=keeper),
        page("organisations", rows(min(50, size.organisations)), "communities:organisations", cookie=keeper),
        page("search", rows(20), "meetings:search", query="?q=organisme+12", cookie=keeper),
    ]


def console_pages(world: World, size: Size) -> list[Page]:
    """Of a meeting that runs. Its refresh with news: someone has just come in, so the roster is another."""
    live, cookie = world.live, cookie_of(world.boss)
    live.refresh_from_db()
    address = reverse("meetings:refresh", args=[live.pk])
    whole, _queries = in_this_process(Request(f"{address}?revision=-1", cookie=cookie))
    shown = re.search(r'data-have="([^"]*)"', whole.content.decode())[1].split()
    have = "+".join(mark for mark in shown if not mark.startswith("roster."))
    nothing = Request(f"{address}?revision={live.revision}&have={'+'.join(shown)}", cookie=cookie)
    return [
        Page(
            "console",
            rows(size.members),
            cycle([Request(reverse("meetings:live", args=[live.pk]), cookie=cookie)]),
        ),
        Page("console, nothing new", ROW, cycle([nothing])),
        Page(
            "console, someone came in",
            rows(size.members),
            cycle([Request(f"{address}?revision=-1&have={have}", cookie=cookie)]),
        ),
    ]


def phone_pages(world: World, size: Size) -> list[Page]:
    """Without an account. Whoever answers, checks in or votes does it once."""
    live, coming, evaluating, members = world.live, world.coming, world.evaluating, world.members
    live.refresh_from_db()
    absent = members[size.members * 2 // 3 :]
    reply = {"answer": "yes", "mode": "online"}
    opinion = {"R1": "4", "R2": "3", "R3": "1", "R4": ["1", "2"], "R5A": "Le financement", "R5B": ""}
    room = reverse("meetings:room", args=[live.code])
    news, nothing = follow(world, size, "revision=0"), follow(world, size, f"revision={live.revision}&stage=during")
    return [
        Page("reply page", ROW, by_link("meetings:phone", coming, members)),
        Page("reply", INSERT, by_link("meetings:reply", coming, members, reply)),
        Page("room page", FORM, cycle([Request(room)])),
        Page("phone, nothing new", ROW, cycle(nothing)),
        Page("phone, news", ROW, cycle(news)),
        Page("check-in by room code", INSERT, iter([Request(room, {"name": m.user.full_name}) for m in absent])),
        Page("survey page", FORM, by_link("evaluations:ballot", evaluating, members[-1:])),
        Page("survey answer", INSERT, by_link("evaluations:ballot", evaluating, members[:-1], opinion)),
    ]


def by_link(address: str, meeting, members, body: dict | None = None) -> Iterator[Request]:
    requests = [Request(reverse(address, args=[links.guest_token(meeting, m)]), body) for m in members]
    return iter(requests) if body else cycle(requests)


def follow(world: World, size: Size, query: str) -> list[Request]:
    """What the phones that follow the meeting ask every few seconds."""
    there = world.members[: size.phones]
    return [Request(f"{reverse('meetings:follow', args=[links.guest_token(world.live, m)])}?{query}") for m in there]


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


# ---------------------------------------------------------------- measured


def measure(page: Page, site: Site, bare: Site, size: Size) -> Line:
    equal = [bare_request(page.beside)] * BARE_FOR_ONE * size.requests

    def ours() -> float:
        return site.cost(take(page.requests, size.requests))

    def theirs() -> float:
        return bare.cost(equal)

    ours(), theirs()  # templates, connections and imports are warm
    pairs = in_turn(ours, theirs, size.rounds, size.seconds)
    answer, queries = in_this_process(next(page.requests))
    return Line(page.name, page.beside, pairs=pairs, queries=queries, zipped=answer.zipped)


def measure_crowd(world: World, site: Site, bare: Site, size: Size) -> list[Line]:
    """All phones at once: each asks for the news of the meeting on a connection of its own."""
    phones, equal = follow(world, size, "revision=0"), [BARE[ROW]] * size.phones
    rounds = in_turn(lambda: site.cost_at_once(phones), lambda: bare.cost_at_once(equal), size.rounds, size.seconds)
    name = f"{size.phones} phones at once, news"
    return [
        Line(name, ROW, pairs=[(ours[0], theirs[0]) for ours, theirs in rounds]),
        Line(f"{name}: the last has it", ROW, "ms", pairs=[(ours[1], theirs[1]) for ours, theirs in rounds]),
    ]


def in_this_process(request: Request) -> tuple[Answer, int]:
    """The answer, and the statements that it took."""
    client = Client(HTTP_HOST="localhost")
    client.cookies.load(request.cookie)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(request.path) if request.body is None else client.post(request.path, request.body)
    noise = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    statements = [query for query in captured if not query["sql"].startswith(noise)]
    return Answer(answer.status_code, answer.getvalue()), len(statements)
