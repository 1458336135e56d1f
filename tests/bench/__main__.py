"""`python -m tests.bench [--tiny] [--keep]`, beside a private PostgreSQL of this machine and a private Redis
(`make bench`)."""

import argparse
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time

from tests.bench import measure

MANAGE = [sys.executable, "manage.py"]


def main() -> None:
    parser = argparse.ArgumentParser(description="What pages, mails and reports cost, beside a bare Django")
    parser.add_argument("--tiny", action="store_true", help="few rows, one round: only to see that it runs")
    parser.add_argument("--keep", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        sys.exit("DATABASE_URL must name a PostgreSQL server of this machine")
    with contextlib.ExitStack() as stack:
        mine = stack.enter_context(measure.database(server, f"bench_{os.getpid()}"))
        bare = stack.enter_context(measure.database(server, f"bench_bare_{os.getpid()}"))
        sink = stack.enter_context(measure.started("-m", "tests.sink", "/dev/null", stdout=subprocess.PIPE, text=True))
        os.environ |= {
            "DATABASE_URL": mine,
            "DATA_DIR": stack.enter_context(tempfile.TemporaryDirectory(prefix="cmtl-bench-")),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": "http://localhost",
            "MFA_REQUIRED": "0",
            "DJANGO_SETTINGS_MODULE": "cmtl.settings",
            "LOG_LEVEL": "ERROR",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": sink.stdout.readline().strip(),
        }
        run(options, measure.postmaster(server), bare)


def run(options: argparse.Namespace, postmaster: int, bare_url: str) -> None:
    began = time.monotonic()
    subprocess.run([*MANAGE, "migrate", "-v0"], check=True)
    subprocess.run([*MANAGE, "collectstatic", "--noinput", "-v0"], check=True)
    bare_settings = {"BARE_URL": bare_url, "DJANGO_SETTINGS_MODULE": ""}
    subprocess.run([sys.executable, "-m", "tests.bench.bare"], env=os.environ | bare_settings, check=True)
    import django

    django.setup()
    from django.db import connection

    from tests.bench import data, table

    size = data.TINY if options.tiny else data.FULL
    world = data.load(size)
    connection.cursor().execute("VACUUM ANALYZE")  # as a database in use does by itself
    print(f"Prepared in {time.monotonic() - began:.0f} s\n\n{table.HEAD}", end="", flush=True)
    lines = []
    with (
        measure.Site("tests.bench.bare", postmaster).running(bare_settings) as bare,
        measure.Site("cmtl.wsgi", postmaster).running({}) as site,
    ):
        for line in measured(world, size, site, bare):
            lines.append(line)
            print(table.row(line), end="", flush=True)
    print(f"\n{time.monotonic() - began:.0f} s in all", *table.changes(lines), sep="\n")
    if options.keep:
        table.keep(lines)


def measured(world, size, site, bare):
    from tests.bench import others, pages

    for page in pages.pages(world, size):
        yield pages.measure(page, site, bare, size)
    yield from pages.measure_crowd(world, site, bare, size)
    yield others.measure_mails(site.postmaster, size)
    yield others.measure_report(world, site.postmaster, size)
    yield from others.measure_memory(site, bare)
    yield from others.measure_first_visits(world, site)


if __name__ == "__main__":
    main()
