"""Print the table of what things cost. Takes PostgreSQL from DATABASE_URL, which must run on this machine.

CPU milliseconds (user + system, of the web process and of PostgreSQL) hold on a noisy machine where requests per
second do not; each is a ratio to a bare Django view measured in the same run, in alternating rounds.
"""

import os
import secrets
import statistics
import subprocess
import sys
from urllib.parse import urlsplit

from tests.bench import measure
from tests.bench.measure import Request, Server

ROUNDS = 5
PER_ROUND, ANSWERS_PER_ROUND = 50, 50  # the processes' clock ticks every 10 ms
CHEAP = 200  # requests a round, of what costs a millisecond or two


def main() -> None:
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        sys.exit("DATABASE_URL must name a PostgreSQL server of this machine")
    with (
        measure.database(given, "bench_cmtl") as ours,
        measure.database(given, "bench_reference") as bare,
    ):
        environment = {
            "DATABASE_URL": ours,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": "http://localhost",
            "MFA_REQUIRED": "0",
            "DJANGO_SETTINGS_MODULE": "cmtl.settings",
            "LOG_LEVEL": "ERROR",
        }
        os.environ |= environment
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)
        subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], check=True)
        subprocess.run(
            [sys.executable, "-m", "tests.bench.reference"], env={**os.environ, "REFERENCE_URL": bare}, check=True
        )
        import django

        django.setup()
        from django.db import connection

        from tests.bench import data, mail, report

        facts = data.load()
        connection.cursor().execute("ANALYZE")  # as a database in use has done by itself
        pages(facts, environment, bare, measure.postmaster(urlsplit(given).port))
        mail.measure(given)
        report.measure(facts)


def pages(facts: dict, environment: dict, bare: str, database: int) -> None:
    kinds = requests(facts)
    reference = {
        "list": [Request("/liste/")] * CHEAP,
        "row": [Request("/ligne/7/")] * CHEAP,
        "form": [Request("/formulaire/")] * CHEAP,
        "insert": [
            Request(
                "/formulaire/",
                "POST",
                {"name": "A", "mail": "a@b.ca", "town": "M", "role": "m", "number": "1", "day": "2026-11-24"},
            )
        ]
        * CHEAP,
    }
    bare_environment = {"REFERENCE_URL": bare, "DJANGO_SETTINGS_MODULE": ""}
    with Server("tests.bench.reference", bare_environment) as plain, Server("cmtl.wsgi", environment) as site:
        for _kind, series in kinds.values():  # warm both: templates, connections, imports
            measure.cost(site, database, series[-3:])
        for series in reference.values():
            measure.cost(plain, database, series[:3])
        theirs, mine, last = {k: [] for k in reference}, {k: [] for k in kinds}, {}
        for turn in range(ROUNDS):
            for kind, series in reference.items():
                theirs[kind].append(measure.cost(plain, database, series)[0])
            for name, (kind, series) in kinds.items():
                size = ANSWERS_PER_ROUND if kind == "insert" else PER_ROUND
                chosen = series[turn * size : (turn + 1) * size] if len(series) > PER_ROUND else series
                spent, last[name] = measure.cost(site, database, chosen)
                mine[name].append(spent)
        # Not the last of a series: it warmed the site, and who has answered once is refused.
        queries = {name: count_queries(facts, series[-10]) for name, (_kind, series) in kinds.items()}
        memory = measure.memory_of(site.worker), measure.memory_of(plain.worker)
    print_pages(kinds, theirs, mine, last, queries)
    print(f"\nMemory per worker: {memory[0]:.0f} MB (bare Django {memory[1]:.0f} MB)\n")


def requests(facts: dict) -> dict[str, tuple[str, list[Request]]]:
    """What is asked, and which bare view it is compared with."""
    from django.urls import reverse
    from django.utils import timezone

    from meetings.domain.links import links

    signed = session_cookie(facts["boss"])
    meeting, live, community = facts["coming"], facts["live"], facts["community"]
    token = links.token_for(meeting, facts["members"][50])
    live.refresh_from_db()

    def page(name, *args, query="", cookie=signed):
        return [Request(reverse(name, args=args) + query, cookie=cookie)] * PER_ROUND

    keeper = session_cookie(facts["keeper"])
    answers = [
        Request(
            reverse("evaluations:ballot", args=[links.token_for(live, m)]),
            "POST",
            {"R1": "4", "R2": "3", "R3": "1", "R4": ["1", "2"], "R5A": "Le financement", "R5B": ""},
            cookie="",
        )
        for m in facts["members"][:-5]
    ]
    ballot = reverse("evaluations:ballot", args=[links.token_for(live, facts["members"][-1])])
    year = timezone.localdate().year
    return {
        "reply page": ("row", page("meetings:phone", token, cookie="")),
        "meeting page": ("list", page("meetings:detail", meeting.pk)),
        "prepare page": ("list", page("meetings:prepare", meeting.pk)),
        "year page": ("list", page("meetings:year", community.pk)),
        "live page, whole": ("list", page("meetings:live", live.pk)),
        "live page, nothing new": ("row", page("meetings:refresh", live.pk, query=f"?revision={live.revision}")),
        "survey page": ("form", [Request(ballot)] * PER_ROUND),
        "survey answer": ("insert", answers),
        "Today": ("list", page("evaluations:today")),
        "member list": ("list", page("communities:members", community.pk)),
        "coordinator's page": ("list", page("evaluations:across", query=f"?annee={year}")),
        "results": ("list", page("evaluations:survey", facts["done"].pk)),
        "directory of 20,000": ("list", page("communities:people", cookie=keeper)),
        "page 200 of it": ("list", page("communities:people", query="?page=200", cookie=keeper)),
        "a name among 20,000": ("list", page("communities:people", query="?q=nom1234", cookie=keeper)),
        "search of everything": ("list", page("meetings:search", query="?q=organisme+12", cookie=keeper)),
        "650 organisations": ("list", page("communities:organisations", cookie=keeper)),
        "roster of 300": ("list", page("meetings:roster", live.pk)),
        "CSV of members": ("list", page("communities:export_members", community.pk)),
    }


def session_cookie(user) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def count_queries(facts: dict, request: Request) -> int:
    """Statements of one request, counted in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost")
    client.cookies.load(request.cookie)
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(request.path, request.body) if request.method == "POST" else client.get(request.path)
    if answer.status_code >= 400:
        raise SystemExit(f"{request.method} {request.path} answered {answer.status_code}")
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def print_pages(kinds, theirs, mine, last, queries) -> None:
    print("| page | CPU ms | compared with | its CPU ms | ratio | queries | bytes | gzipped |")
    print("|---|--:|---|--:|--:|--:|--:|--:|")
    labels = {"list": "list of 50 rows", "row": "one row", "form": "one form", "insert": "insert of six fields"}
    for name, (kind, _series) in kinds.items():
        cost, base = statistics.median(mine[name]), statistics.median(theirs[kind])
        print(
            f"| {name} | {cost:.1f} | {labels[kind]} | {base:.1f} | {cost / base:.2f} | {queries[name]} "
            f"| {last[name].size:,} | {last[name].zipped:,} |"
        )


if __name__ == "__main__":
    main()
