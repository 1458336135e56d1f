"""What processes spend and hold, as the kernel counts it: CPU, which a busy neighbour hardly changes, and memory."""

import contextlib
import gzip
import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from tests.services import free_port

TICKS = os.sysconf("SC_CLK_TCK")
CSRF = "b" * 32
AT_LEAST = 5  # rounds, however slow the machine


# ---------------------------------------------------------------- processes


def family(*roots: int) -> set[int]:
    """Processes and all that descend from them."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            parents[int(entry.name)] = int(after_name(entry)[1])
    found, last = set(roots), set()
    while found != last:
        last, found = found, found | {pid for pid, parent in parents.items() if parent in found}
    return found


def after_name(process: Path) -> list[str]:
    """The fields of /proc/PID/stat from the state on: the name, which may hold spaces, ends at the last bracket."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def cpu_of(*roots: int) -> float:
    """Seconds of CPU of these processes and their descendants, and of the children of theirs that have ended: the
    back-ends of PostgreSQL come and go."""
    spent = 0.0
    for pid in family(*roots):
        with contextlib.suppress(OSError):
            ended = sum(map(int, after_name(Path(f"/proc/{pid}"))[13:15])) / TICKS
            spent += time.clock_gettime(~pid << 3 | 2) + ended  # the process's own clock: nanoseconds, not ticks
    return spent


def memory_of(root: int) -> float:
    """Megabytes of a process and its descendants; what they share is counted once (PSS)."""
    total = 0
    for pid in family(root):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(rollup.split("Pss:")[1].split()[0])
    return total / 1024


# ---------------------------------------------------------------- servers


@contextlib.contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A database of its own on this server, dropped at the end; yields its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def postmaster(server: str) -> int:
    """The process that starts the back-ends of this server, which must run on this machine."""
    with psycopg.connect(server) as connection:
        (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        return int(after_name(Path(f"/proc/{backend}"))[1])


@contextlib.contextmanager
def started(*command: str, **options) -> Iterator[subprocess.Popen]:
    """A process of Python, ended with the block."""
    process = subprocess.Popen([sys.executable, *command], **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


@dataclass
class Site:
    """gunicorn as in production, but with one worker; `postmaster` works for it."""

    application: str
    postmaster: int
    port: int = field(default_factory=free_port)

    @contextlib.contextmanager
    def running(self, environment: dict[str, str]) -> Iterator["Site"]:
        command = ["-m", "gunicorn", self.application, "-b", f"127.0.0.1:{self.port}", "-k", "gthread", "-w", "1"]
        command += ["--threads", "8", "--keep-alive", "75", "--log-level", "error"]
        with started(*command, env={**os.environ, **environment}) as self.process:
            while not self.answers():
                if self.process.poll() is not None:
                    raise SystemExit(f"{self.application} did not start")
                time.sleep(0.1)
            yield self

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return ask(self.connection(), Request("/livez")).status == 200
        return False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def cpu(self) -> float:
        return cpu_of(self.process.pid, self.postmaster)

    def cost(self, requests: list["Request"]) -> float:
        """Milliseconds of CPU a request, one after the other on one connection."""
        before, connection = self.cpu(), self.connection()
        for request in requests:
            ask(connection, request)
        connection.close()
        return 1000 * (self.cpu() - before) / len(requests)

    def cost_at_once(self, requests: list["Request"]) -> tuple[float, float]:
        """Milliseconds of CPU a request when each has a connection of its own and all ask at the same moment; and the
        milliseconds after which the last has its answer."""
        before, began = self.cpu(), time.perf_counter()
        with ThreadPoolExecutor(len(requests)) as pool:
            list(pool.map(lambda request: ask(self.connection(), request), requests))
        took = time.perf_counter() - began
        return 1000 * (self.cpu() - before) / len(requests), 1000 * took


# ---------------------------------------------------------------- requests


@dataclass(frozen=True)
class Request:
    path: str
    body: dict | None = None  # posted
    cookie: str = ""


@dataclass
class Answer:
    status: int
    content: bytes

    @property
    def zipped(self) -> float:
        """Kilobytes, as the proxy sends them."""
        return len(gzip.compress(self.content, 6)) / 1000


def ask(connection: http.client.HTTPConnection, request: Request) -> Answer:
    """The answer; one that refuses ends the bench, which would measure refusals."""
    headers = {"Cookie": f"{request.cookie}; csrftoken={CSRF}"}
    method, body = "GET", None
    if request.body is not None:
        method, body = "POST", urlencode({**request.body, "csrfmiddlewaretoken": CSRF}, doseq=True)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, request.path, body=body, headers=headers)
    response = connection.getresponse()
    answer = Answer(response.status, response.read())
    if answer.status >= 400:
        raise SystemExit(f"{method} {request.path} answered {answer.status}")
    return answer


# ---------------------------------------------------------------- lines of the table


@dataclass
class Line:
    """One row of the table. `pairs` are ours and the bare equal's, measured in turn so that what else the machine does
    meets both; a figure without an equal has one number."""

    name: str
    beside: str = ""
    unit: str = "ms CPU"
    pairs: list[tuple[float, float]] = field(default_factory=list)
    alone: float | None = None
    queries: int | None = None
    zipped: float | None = None

    @property
    def ours(self) -> float:
        return self.alone if self.alone is not None else statistics.median(ours for ours, _bare in self.pairs)

    @property
    def bare(self) -> float:
        return statistics.median(bare for _ours, bare in self.pairs)

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Lower quartile, median and upper quartile of the pairs' own ratios."""
        ratios = [ours / bare for ours, bare in self.pairs]
        low, middle, high = statistics.quantiles(ratios if len(ratios) > 1 else ratios * 2, n=4, method="inclusive")
        return low, middle, high


def in_turn(ours: Callable[[], Any], bare: Callable[[], Any], rounds: int, seconds: float) -> list[tuple[Any, Any]]:
    """Ours, theirs, ours, theirs…: so many rounds, or fewer where they take longer than the seconds."""
    until = time.monotonic() + seconds
    pairs = []
    while len(pairs) < rounds and (len(pairs) < min(rounds, AT_LEAST) or time.monotonic() < until):
        pairs.append((ours(), bare()))
    return pairs


def take(series: Iterator[Request], count: int) -> list[Request]:
    return list(islice(series, count))
