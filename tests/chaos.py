"""Mails through real workers that are killed and a broker that is emptied: `python -m tests.chaos`.

Takes PostgreSQL and Redis from DATABASE_URL and REDIS_URL; EMPTIES that Redis. The mail server writes down what it
accepts before it says so; afterwards its journal is compared with what the database believes.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests import sink

LEASE = 3  # seconds, so that what a killed worker held comes back within the run


@dataclass
class Outcome:
    mails: int
    lost: list[str] = field(default_factory=list)
    wrongly_sent: list[str] = field(default_factory=list)
    copies: dict[str, int] = field(default_factory=dict)
    unexplained: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    kills: int = 0
    flushes: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        explained = len(self.copies) - len(self.unexplained)
        return "\n".join(
            [
                f"{self.mails} mails, {self.kills} workers killed, {self.flushes} times an empty Redis",
                f"  lost                       {len(self.lost)}",
                f"  written as sent, not sent  {len(self.wrongly_sent)}",
                f"  duplicated                 {len(self.copies)}, of which accepted and not yet written: {explained}",
                f"  most copies of one mail    {max(self.copies.values(), default=1)}",
                f"  with another Message-ID    {len(self.foreign)}",
                f"  seconds                    {self.seconds:.0f} ({self.mails / self.seconds:.0f} mails/s)",
            ]
        )


class Scene:
    """The database, the server, the timetable and the workers of one run."""

    def __init__(self, folder: Path, *, app: str, workers: int, delay: float) -> None:
        self.folder, self.app = folder, app
        self.journal = str(folder / "journal")
        self.log = (folder / "log").open("a")
        self.environment = dict(os.environ)
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.sink", self.journal, "--delay", str(delay)], stdout=subprocess.PIPE, text=True
        )
        self.environment |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": self.server.stdout.readline().strip()}
        self.beat = self._celery("beat", "-s", str(folder / "beat"), "-l", "WARNING")
        self.workers = [self._worker() for _ in range(workers)]

    def _celery(self, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "celery", "-A", self.app, *words]
        return subprocess.Popen(command, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True)

    def _worker(self) -> subprocess.Popen:
        return self._celery("worker", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle")

    def kill_one(self) -> None:
        """Most often a process that is sending; sometimes a whole worker, which then starts again."""
        n = random.randrange(len(self.workers))
        worker = self.workers[n]
        if (children := children_of(worker.pid)) and random.random() < 0.8:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(children), signal.SIGKILL)
            return
        stop(worker)
        self.workers[n] = self._worker()

    def accepted(self) -> list[dict]:
        return sink.accepted(self.journal)

    def stop(self) -> None:
        for process in [self.beat, *self.workers, self.server]:
            stop(process)
        self.log.close()


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def stop(process: subprocess.Popen) -> None:
    """At once, with whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait(20)


def run(
    *,
    mails: int,
    kills: int,
    flushes: int,
    workers: int = 2,
    delay: float = 0.005,
    app: str = "cmtl",
    patience: float = 300,
    seed: int = 1,
) -> Outcome:
    """Write the mails, let the workers send them, do harm along the way, count."""
    import redis

    from outbox.models import Message
    from tests.outbox.letters import write

    random.seed(seed)
    broker = redis.Redis.from_url(os.environ["REDIS_URL"])
    broker.flushall()
    Message.objects.all().delete()
    outcome = Outcome(mails)
    harm = sorted(
        [(place(n, kills), "kill") for n in range(kills)] + [(place(n, flushes), "flush") for n in range(flushes)]
    )
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        scene = Scene(Path(folder), app=app, workers=workers, delay=delay)
        try:
            ids = {m.message_id for m in write(mails, prefix="chaos")}
            started = time.monotonic()
            ask_to_deliver(workers * 2)
            while Message.objects.waiting().exists() and time.monotonic() - started < patience:
                done = len(scene.accepted()) / mails
                while harm and harm[0][0] <= done:
                    if harm.pop(0)[1] == "kill":
                        scene.kill_one()
                        outcome.kills += 1
                    else:
                        broker.flushall()
                        outcome.flushes += 1
                        ask_to_deliver(1)  # as the next press on any page would
                time.sleep(0.05)
            outcome.seconds = time.monotonic() - started
            if Message.objects.waiting().exists():
                print((Path(folder) / "log").read_text()[-3000:], file=sys.stderr)
            time.sleep(0.5)  # a mail marked before it is sent may still be on its way
            accepted = scene.accepted()
        finally:
            scene.stop()
    count(outcome, ids, accepted)
    return outcome


def place(n: int, total: int) -> float:
    """When, as a part of the mails accepted so far: spread over the run, a little at random."""
    return (n + random.random()) / (total + 1)


def ask_to_deliver(times: int) -> None:
    from cmtl.celery import app

    for _ in range(times):
        app.send_task("outbox.tasks.deliver", ignore_result=True)


def count(outcome: Outcome, ids: set[str], accepted: list[dict]) -> None:
    from outbox.models import Message

    copies = Counter(line["id"] for line in accepted)
    last = {line["id"]: line["at"] for line in accepted}
    recorded = dict(Message.objects.exclude(sent_at=None).values_list("message_id", "sent_at"))
    outcome.lost = sorted(ids - set(copies))
    outcome.wrongly_sent = sorted(set(recorded) - set(copies))
    outcome.foreign = sorted(set(copies) - ids)
    outcome.copies = {mail: n for mail, n in copies.items() if n > 1}
    # explained: the acceptance was written down after the last copy, so none was sent knowing of it
    outcome.unexplained = sorted(m for m in outcome.copies if m in recorded and recorded[m].timestamp() < last[m])


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stop what was started
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--flushes", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--patience", type=float, default=600, help="seconds before giving up")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--delay", type=float, default=0.005, help="seconds the server takes for a mail")
    parser.add_argument("--json", action="store_true", help="print figures for a program")
    parser.add_argument("--wrong-order", action="store_true", help="the negative control: written as sent, then sent")
    options = vars(parser.parse_args())
    as_json = options.pop("json")
    app = "tests.mark_first" if options.pop("wrong_order") else "cmtl"
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not os.environ.get(name):
            sys.exit(f"{name} is required: a PostgreSQL server and a Redis that may be emptied")
    if not os.environ["DATABASE_URL"].startswith("postgres"):
        sys.exit("only PostgreSQL lets several workers claim at once")
    with database(os.environ["DATABASE_URL"]) as url:
        prepare(url)
        print("seed", options["seed"], file=sys.stderr, flush=True)
        outcome = run(app=app, **options)
    print(json.dumps(asdict(outcome)) if as_json else outcome)
    return 0 if not (outcome.lost or outcome.wrongly_sent or outcome.unexplained or outcome.foreign) else 1


@contextlib.contextmanager
def database(given: str):
    """A database of its own on the same server, dropped afterwards."""
    import psycopg

    name = f"chaos_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield given.rpartition("/")[0] + "/" + name
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def prepare(url: str) -> None:
    os.environ |= {
        "DATABASE_URL": url,
        "SECRET_KEY": "only for the chaos",
        "SITE_URL": "http://localhost",
        "OUTBOX_LEASE": str(LEASE),
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "cmtl.settings",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
