"""The site as it runs: gunicorn, a worker with its timetable, PostgreSQL, Redis; and all that they leave behind."""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import yaml
from selectolax.lexbor import LexborHTMLParser

from tests.services import Sink, Worker, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
SEGMENT = 16 * 1024 * 1024
NEEDED = {"wal_level": "logical", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def compose(service: str) -> list[str]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][service]["command"]


# ---------------------------------------------------------------- the database, as its superuser sees it


class Server:
    """One database of its own on the given server, and the server's files."""

    def __init__(self, url: str) -> None:
        self.given, self.name = url, f"deanonymise_{os.getpid()}"
        self.url = url.rpartition("/")[0] + "/" + self.name
        with psycopg.connect(url, autocommit=True) as connection:
            for name, value in NEEDED.items():
                (found,) = connection.execute(f"SHOW {name}").fetchone()
                if found != value:
                    sys.exit(f"PostgreSQL's {name} must be {value}, not {found}: run `make deanonymise`")
            connection.execute("ALTER SYSTEM RESET ALL")
            for flag in compose("postgres"):
                if flag.startswith("-c"):
                    name, _is, value = flag.removeprefix("-c").partition("=")
                    connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE DATABASE {self.name}")
        self.connection = psycopg.connect(self.url, autocommit=True)
        self.rows("CREATE EXTENSION pageinspect")
        (data,) = self.rows("SHOW data_directory")[0]
        self.log = Path(data).parent / "log"

    def rows(self, sql: str, *parameters) -> list[tuple]:
        cursor = self.connection.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        self.connection.close()
        with psycopg.connect(self.given, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = %s", [self.name]
            )
            connection.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def table(self, name: str, order: str) -> list[tuple]:
        return self.rows(f"SELECT t::text FROM {name} t ORDER BY t.{order}")

    def by_transaction(self, name: str) -> list[tuple]:
        return self.rows(f"SELECT xmin::text::bigint, t::text FROM {name} t")

    def dead_rows(self, name: str) -> list[tuple]:
        """What lies in the pages of a table, and of its long values, and is no row any more; in the order of the
        transactions that wrote it."""
        long_values = (
            "SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = %s::regclass AND reltoastrelid <> 0"
        )
        found: list[tuple] = []
        for relation in [name, *(row[0] for row in self.rows(long_values, name))]:
            found += self.rows(DEAD_ROWS.format(relation), relation, relation)
        return sorted(found)

    # ---- the log of changes

    def begin_log(self) -> str:
        self.rows("SELECT pg_create_logical_replication_slot('changes', 'test_decoding')")
        return self._place()

    def _place(self) -> str:
        return self.rows("SELECT pg_current_wal_lsn()::text")[0][0]

    def changes(self) -> list[list[str]]:
        """All that was changed since, as one who holds the log reads it back: by transaction, in order of commit."""
        lines = [row[0] for row in self.rows("SELECT data FROM pg_logical_slot_get_changes('changes', NULL, NULL)")]
        self.rows("SELECT pg_drop_replication_slot('changes')")
        transactions: list[list[str]] = []
        for line in lines:
            if line.startswith("BEGIN"):
                transactions.append([])
            elif not line.startswith("COMMIT"):
                transactions[-1].append(line)
        return transactions

    def log_bytes(self, since: str) -> str:
        """The files of the log themselves, from that place on."""
        first, last = _number(since) // SEGMENT, _number(self._place()) // SEGMENT
        self.rows("SELECT pg_switch_wal()")
        files = []
        for number in range(first, last + 1):
            start = number * SEGMENT
            place = f"{start >> 32:X}/{start & 0xFFFFFFFF:X}"
            (name,) = self.rows("SELECT pg_walfile_name(%s::pg_lsn + 1)", place)[0]
            files.append(bytes(self.rows("SELECT pg_read_binary_file('pg_wal/' || %s)", name)[0][0]))
        return b"".join(files).decode("latin-1")

    # ---- dumps

    def dump(self, *options: str) -> str:
        command = [pg_dump(), "--data-only", "--dbname", self.url, *options]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


DEAD_ROWS = """
    SELECT t_xmin::text::bigint, page, lp, encode(t_data, 'escape') FROM (
        SELECT page, (heap_page_items(get_raw_page(%s, page::int))).*
        FROM generate_series(0, pg_relation_size(%s::regclass) / 8192 - 1) AS page
    ) AS items
    WHERE t_data IS NOT NULL AND format('(%%s,%%s)', page, lp) NOT IN (SELECT ctid::text FROM {})
"""


def _number(place: str) -> int:
    high, low = place.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def pg_dump() -> str:
    """The newest that is installed: it reads every older server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), key=lambda path: int(path.parts[4]))
    return str(found[-1]) if found else "pg_dump"


# ---------------------------------------------------------------- what answers


class Phone:
    """One browser: it keeps its cookies, and sends forms as the page shows them."""

    def __init__(self, port: int, **cookies: str) -> None:
        self.port, self.cookies = port, cookies

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def fill(self, path: str, typed: dict[str, str | list[str]], page: str = "") -> tuple[int, str]:
        """Press the form of a page that is shown; the answer's number, and its page or where it leads."""
        shown = LexborHTMLParser(page or self.get(path)[1])
        fields = {node.attributes.get("name") for node in shown.css("input, textarea, select, button")}
        missing = set(typed) - fields
        if missing:
            return 0, f"the page does not show {missing}"
        token = shown.css_first("input[name=csrfmiddlewaretoken]").attributes["value"]
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": token, **typed}, doseq=True))

    def press(self, path: str) -> tuple[int, str]:
        """A button alone."""
        self.cookies.setdefault("csrftoken", "a" * 32)
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"]}))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Host": "localhost",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, value = re.match(r"([^=]+)=([^;]*)", cookie).groups()
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location") or page


class Site:
    """All services, for as long as the check lasts; `logs` is what they have written."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder, self.port = server, folder, free_port()
        self.skipped = server.log.stat().st_size

    @contextlib.contextmanager
    def running(self) -> Iterator["Site"]:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._watched_redis())
            stack.enter_context(self._web())
            stack.enter_context(self._worker())
            yield self

    def logs(self) -> dict[str, list[str]]:
        with self.server.log.open("rb") as whole:
            whole.seek(self.skipped)
            (self.folder / "postgres.log").write_bytes(whole.read())
        names = ("web", "worker", "postgres", "redis")
        return {name: (self.folder / f"{name}.log").read_text(errors="replace").splitlines() for name in names}

    @contextlib.contextmanager
    def _web(self) -> Iterator[None]:
        words = [word for word in compose("web") if not word.startswith(("--bind", "--workers", "--worker-tmp"))]
        words += [f"--bind=127.0.0.1:{self.port}", "--workers=2", "--access-logfile=-"]
        with (self.folder / "web.log").open("w") as log:
            process = subprocess.Popen(
                [str(Path(sys.executable).parent / words[0]), *words[1:]], cwd=ROOT, stdout=log, stderr=log
            )
            try:
                self._wait_for(process)
                yield
            finally:
                process.terminate()
                process.wait(30)

    def _wait_for(self, process: subprocess.Popen) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError):
                if Phone(self.port).get("/livez")[0] == 200:
                    return
            time.sleep(0.2)
        raise RuntimeError("the site did not start: " + (self.folder / "web.log").read_text())

    @contextlib.contextmanager
    def _worker(self) -> Iterator[None]:
        sink = Sink()
        sink.controller.start()
        settings = {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
        worker = Worker(self.server.url, sink.port, self.folder / "worker.log", **settings)
        try:
            yield
        finally:
            worker.stop()
            sink.controller.stop()

    @contextlib.contextmanager
    def _watched_redis(self) -> Iterator[None]:
        """All that Redis is told, which is more than it keeps or logs."""
        with (self.folder / "redis.log").open("w") as log:
            watched = subprocess.Popen(["redis-cli", "-u", os.environ["REDIS_URL"], "monitor"], stdout=log)
            try:
                yield
            finally:
                watched.terminate()
                watched.wait(20)
