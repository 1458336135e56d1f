"""`python -m tests.leak_scan`, beside a private PostgreSQL and a private Redis (`.ci/services.sh`).

Twice on the same data: as shipped, where nothing that was planted may be found, and as a control with the filters off,
where all logs must have some. PostgreSQL's settings are those of docker-compose.yml; of Redis, all it is told is read
(MONITOR), which is more than it logs. The proxy is not run: its file is read by tests/test_production.py.
"""

import contextlib
import http.client
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import psycopg
import redis
import yaml
from aiosmtpd.controller import Controller
from selectolax.lexbor import LexborHTMLParser

from tests.leak_scan import faults
from tests.leak_scan.faults import PLANTED
from tests.services import Worker, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
CSRF = secrets.token_hex(16)
LOCKED = "meetings_meeting, accounts_user, communities_membership, meetings_calendarfeed, communities_call"


def main() -> int:
    started = time.monotonic()
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not os.environ.get(name):
            sys.exit(f"{name} is missing: run `make leak-scan`")
    with tempfile.TemporaryDirectory(prefix="leaks-") as folder:
        data = Data(Path(folder))
        try:
            shipped = Run(data, Path(folder) / "shipped").go()
            control = Run(data, Path(folder) / "control", is_control=True).go()
        finally:
            data.drop()
    print(f"In all: {time.monotonic() - started:.0f} s")
    clean = not sum(shipped.values())
    proven = all(control[name] for name in Run.LOGS)
    print("Nothing planted is in any log." if clean else "LEAKS: see above.")
    if not proven:
        print("The control found nothing in one of the logs: the scan proves nothing there.")
    return 0 if clean and proven else 1


# ---------------------------------------------------------------- the data


class Data:
    """One database with one of everything that has a public address, copied for each run."""

    def __init__(self, folder: Path) -> None:
        self.server = os.environ["DATABASE_URL"]
        self.names = [f"leaks_{os.getpid()}_{n}" for n in ("model", "shipped", "control")]
        self._sql(f"CREATE DATABASE {self.names[0]}")
        os.environ |= {
            "DATABASE_URL": self.url_of(self.names[0]),
            "DJANGO_SETTINGS_MODULE": "tests.leak_scan.settings",
            "DATA_DIR": str(folder / "data"),
            "SITE_URL": "http://localhost",
            "LOG_LEVEL": "INFO",
            "TRUSTED_PROXIES": "1",
        }
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
        self.addresses = plant()
        for name in self.names[1:]:
            self._sql(f"CREATE DATABASE {name} TEMPLATE {self.names[0]}")

    def url_of(self, name: str) -> str:
        return self.server.rpartition("/")[0] + "/" + name

    def copy(self, is_control: bool) -> str:
        return self.url_of(self.names[1 + is_control])

    def drop(self) -> None:
        for name in self.names:
            self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def quiet(self, is_control: bool) -> Path:
        """Give the server the settings of the compose file, or none; the file it logs to."""
        command = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["postgres"]["command"]
        settings = [flag.removeprefix("-c").split("=") for flag in command if flag.startswith("-c")]
        self._sql("ALTER SYSTEM RESET ALL")
        for name, value in [] if is_control else settings:
            self._sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self._sql("SELECT pg_reload_conf()")
        with psycopg.connect(self.server) as connection:
            (data,) = connection.execute("SHOW data_directory").fetchone()
        return Path(data).parent / "log"

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


def plant() -> dict[str, str]:
    """Every public address that is a key, by its name; a survey is open, and mails wait for a relay."""
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from communities.models import Role
    from evaluations.domain.surveys import collection
    from meetings.models import Attendance, Meeting
    from outbox.domain.account_emails import NOTICE
    from tests import factories as make
    from tests.test_permissions import PUBLIC, TABLE, Place

    place = Place("Constellation", make.a_programme("Familles"))
    make.a_role(make.a_person("Sandrine"), Role.FACILITATOR, community=place.community)
    make.an_attendance(place.meeting, place.membership, Attendance.Status.PRESENT)
    Meeting.objects.filter(pk=place.meeting.pk).update(started_at=timezone.now())
    collection.open_for(Meeting.objects.get(pk=place.meeting.pk), None)
    for n in range(6):
        words = {"subject": "Invitation", "text": "Venez", "html": "<p>Venez</p>"}
        NOTICE.queue_rendered(None, words, to=PLANTED["an e-mail address"], key=f"leak:{n}")
    keys = {name: line for name, line in TABLE.items() if line.roles == PUBLIC and line.of not in ("none", "demo")}
    addresses = {name: place.address(name, line.of) for name, line in keys.items()}
    with connection.cursor() as cursor:
        cursor.execute(faults.TRIGGER)
        for table in connection.introspection.table_names():
            cursor.execute(
                f"CREATE TRIGGER go_wrong BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION go_wrong()"
            )
    connection.close()
    return addresses


# ---------------------------------------------------------------- one run


class Run:
    LOGS = ("web", "worker", "postgres", "redis")

    def __init__(self, data: Data, folder: Path, is_control: bool = False) -> None:
        self.data, self.folder, self.is_control = data, folder, is_control
        folder.mkdir()
        self.answers: Counter = Counter()
        self.port = free_port()
        self.environment = {**os.environ, "DATABASE_URL": data.copy(is_control)}
        if is_control:
            self.environment["LEAK_CONTROL"] = "1"
        self.addresses = list(data.addresses.values()) + ["/moi/", "/ici/", f"/ici/{PLANTED['a wrong code']}/"]
        self.secrets = PLANTED | {f"the key of {name}": key_of(path) for name, path in data.addresses.items()}

    def go(self) -> Counter:
        redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()
        server_log = self.data.quiet(self.is_control)
        already = server_log.stat().st_size
        with self._watched_redis(), self._worker(), self._web():
            self._drive()
            time.sleep(3)  # for the worker to have met the relay
        with server_log.open("rb") as whole:
            whole.seek(already)
            (self.folder / "postgres.log").write_bytes(whole.read())
        return self._told()

    # ---- the services

    @contextlib.contextmanager
    def _web(self):
        """As the compose file starts it, asked for an access log: as shipped, there is none even so."""
        command = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["web"]["command"]
        words = [w for w in command if not w.startswith(("--bind", "--workers", "--worker-tmp"))]
        words += [f"--bind=127.0.0.1:{self.port}", "--workers=1", "--access-logfile=-"]
        if self.is_control:
            (self.folder / "nothing.py").touch()
            words.append(f"--config={self.folder / 'nothing.py'}")
        with (self.folder / "web.log").open("w") as log:
            process = subprocess.Popen(
                [str(Path(sys.executable).parent / words[0]), *words[1:]],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                self._wait_for_web(process)
                yield
            finally:
                process.terminate()
                process.wait(30)

    def _wait_for_web(self, process: subprocess.Popen) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError):
                if self._ask("GET", "/livez")[0] == 200:
                    return
            time.sleep(0.2)
        raise RuntimeError("the site did not start: " + (self.folder / "web.log").read_text())

    @contextlib.contextmanager
    def _worker(self):
        """Before a relay that quotes each address it refuses; and a task that fails with an answer in its words."""
        port = free_port()
        relay = Controller(Refusing(), hostname="127.0.0.1", port=port)
        relay.start()
        environment = {k: v for k, v in self.environment.items() if k not in ("DATABASE_URL", "EMAIL_HOST")}
        worker = Worker(self.environment["DATABASE_URL"], port, self.folder / "worker.log", **environment)
        try:
            task = [sys.executable, "-m", "celery", "-A", "cmtl", "call", "leak_scan.fails"]
            subprocess.run(task, cwd=ROOT, env=self.environment, check=True, capture_output=True)
            yield
        finally:
            worker.stop()
            relay.stop()

    @contextlib.contextmanager
    def _watched_redis(self):
        """All that Redis is told."""
        log = (self.folder / "redis.log").open("w")
        watched = subprocess.Popen(["redis-cli", "-u", os.environ["REDIS_URL"], "monitor"], stdout=log, text=True)
        try:
            yield
        finally:
            watched.terminate()
            watched.wait(20)
            log.close()

    # ---- the requests

    def _drive(self) -> None:
        for address in self.addresses:
            self._refused(address)
        for fault in faults.ALL:
            with self._locked() if fault == "locked" else contextlib.nullcontext():
                for address in self.addresses:
                    self._ask("GET", address, fault=fault)
                    self._ask("POST", address, body=self._filled(address), fault=fault)
        for address in self.addresses:
            self._ask("POST", address, body=self._filled(address))

    def _refused(self, address: str) -> None:
        self._ask("GET", address)
        self._ask("PUT", address)
        self._ask("GET", address.rstrip("/") + "x/?de=" + PLANTED["an e-mail address"])
        self._ask("GET", address.replace("/", "//", 1).upper())
        self._ask("POST", address, body=everything(), csrf="")
        self._ask("GET", address, headers={"Host": "elsewhere.example"})
        self._ask("GET", address, headers={"Content-Length": "many"})

    def _filled(self, address: str) -> str:
        """The fullest form of the page, as somebody would fill it; where there is none, everything at once."""
        if not hasattr(self, "_pages"):
            self._pages: dict[str, str] = {}
        if address not in self._pages:
            self._pages[address] = self._ask("GET", address, follow=True)[1]
        forms = LexborHTMLParser(self._pages[address]).css("form[method=post]")
        return max((filled(form) for form in forms), key=len, default=everything())

    def _ask(
        self, method: str, path: str, *, body: str = "", fault: str = "", csrf: str = CSRF, headers=None, follow=False
    ) -> tuple[int, str]:
        sent = {
            "Cookie": f"csrftoken={CSRF}",
            "X-CSRFToken": csrf,
            "X-Forwarded-For": PLANTED["an IP address"],
            "Referer": f"http://localhost{path}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Host": "localhost",
            **({faults.FAULT: fault} if fault else {}),
            **(headers or {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
        finally:
            connection.close()
        self.answers[f"{answer.status // 100}xx"] += 1
        if follow and (to := answer.headers.get("Location", "")):
            return self._ask("GET", urlsplit(urljoin(path, to)).path)
        return answer.status, page

    @contextlib.contextmanager
    def _locked(self):
        """Somebody holds the tables: every statement about them waits, and is cancelled."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            connection.execute(f"LOCK TABLE {LOCKED} IN ACCESS EXCLUSIVE MODE")
            yield

    # ---- what the logs say

    def _told(self) -> Counter:
        """Lines with something planted in them, by log."""
        found: Counter = Counter()
        print("control, filters off" if self.is_control else "as shipped", dict(sorted(self.answers.items())))
        for name in self.LOGS:
            lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
            kinds = Counter(kind for line in lines for kind, secret in self.secrets.items() if secret in line)
            found[name] = sum(any(secret in line for secret in self.secrets.values()) for line in lines)
            print(f"  {name:9} {len(lines):6} lines, {found[name]:5} with something planted")
            for kind, times in kinds.most_common(None if not self.is_control else 6):
                print(f"      {kind}: {times}")
            if found[name] and not self.is_control:
                shown = [line for line in lines if any(secret in line for secret in self.secrets.values())]
                print("\n".join("      > " + line[:400] for line in shown[:5]))
        return found


class Refusing:
    """A relay that finds every mail suspect, and says whose it is."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        return f"550 5.7.1 <{address}> is refused"


def key_of(address: str) -> str:
    """What opens it: its first argument."""
    return (
        max(re.split(r"[/?]", address.removesuffix(".ics")), key=len)
        if "/ici/" not in address
        else address.split("/")[2]
    )


def everything() -> str:
    names = {"code": "a wrong code", "email": "an e-mail address", "name": "a typed name"}
    words = {name: PLANTED[kind] for name, kind in names.items()}
    words |= dict.fromkeys(("R5A", "wish", "text", "needs", "organisation", "words"), PLANTED["an answer"])
    return urlencode(words)


def filled(form) -> str:
    fields: list[tuple[str, str]] = []
    chosen: set[str] = set()
    for node in form.css("input[name], textarea[name], select[name]"):
        name, kind, value = node.attributes["name"], node.attributes.get("type"), node.attributes.get("value") or ""
        if kind == "hidden" or (kind == "checkbox" and value):
            fields.append((name, value))
        elif kind == "radio":
            if name not in chosen:
                fields.append((name, value))
            chosen.add(name)
        elif node.tag == "select":
            options = [o.attributes.get("value") for o in node.css("option") if o.attributes.get("value")]
            fields.append((name, options[0] if options else ""))
        else:
            fields.append((name, planted_for(name, kind)))
    return urlencode(fields)


def planted_for(name: str, kind: str | None) -> str:
    if kind == "email" or "email" in name:
        return PLANTED["an e-mail address"]
    return PLANTED["a wrong code" if name == "code" else "a typed name" if "name" in name else "an answer"]


if __name__ == "__main__":
    sys.exit(main())
