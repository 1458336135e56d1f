"""Reading what processes cost: CPU from /proc, requests over kept connections, databases made for the occasion."""

import contextlib
import gzip
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.services import free_port

TICKS = os.sysconf("SC_CLK_TCK")


def processes() -> dict[int, tuple[int, float, str]]:
    """pid → (parent, CPU seconds with dead children, name)."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            text = (entry / "stat").read_text()
            name, rest = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2 :].split()
            found[int(entry.name)] = (int(rest[1]), sum(map(int, rest[11:15])) / TICKS, name)
    return found


def cpu_of(*roots: int) -> float:
    """CPU seconds of these processes and all that descend from them."""
    table, family = processes(), set(roots)
    grown = True
    while grown:
        more = {pid for pid, (parent, _cpu, _name) in table.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(table[pid][1] for pid in family if pid in table)


def memory_of(pid: int) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def children_of(pid: int) -> list[int]:
    return [child for child, (parent, _cpu, _name) in processes().items() if parent == pid]


def postmaster(port: int) -> int:
    """The PostgreSQL server that listens on this machine at `port`."""
    for pid, (_parent, _cpu, name) in processes().items():
        if name == "postgres":
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"-p" in command and command[command.index(b"-p") + 1] == str(port).encode():
                return pid
    raise SystemExit(f"no PostgreSQL of this machine listens on {port}: CPU cannot be read elsewhere")


def backends(server: int) -> list[int]:
    """The processes of PostgreSQL that work for the bench: others may use the same server meanwhile."""
    found = []
    for pid in children_of(server):
        with contextlib.suppress(OSError):  # it has just ended
            if b" bench_" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


@dataclass
class Server:
    """gunicorn with one worker, as in production but for their number."""

    application: str
    environment: dict[str, str]
    port: int = field(default_factory=free_port)

    def __enter__(self) -> "Server":
        command = [sys.executable, "-m", "gunicorn", self.application, "-b", f"127.0.0.1:{self.port}"]
        command += ["-k", "gthread", "-w", "1", "--threads", "4", "--keep-alive", "75", "--log-level", "error"]
        self.process = subprocess.Popen(command, env={**os.environ, **self.environment})
        for _ in range(300):
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("GET", "/livez")
                connection.getresponse().read()
                return self
            time.sleep(0.1)
        raise SystemExit(f"{self.application} did not start")

    def __exit__(self, *_error) -> None:
        self.process.terminate()
        self.process.wait(20)

    @property
    def worker(self) -> int:
        return children_of(self.process.pid)[0]


@dataclass
class Request:
    """One request, or a series of different ones of the same kind (an answer is given once a person)."""

    path: str
    method: str = "GET"
    body: dict | None = None
    cookie: str = ""


@dataclass
class Answer:
    status: int
    size: int
    zipped: int


def send(connection: http.client.HTTPConnection, request: Request) -> Answer:
    headers = {"Cookie": f"{request.cookie}; csrftoken={CSRF}", "Accept-Encoding": "identity"}
    body = None
    if request.body is not None:
        body = urlencode({**request.body, "csrfmiddlewaretoken": CSRF}, doseq=True)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(request.method, request.path, body=body, headers=headers)
    response = connection.getresponse()
    content = response.read()
    return Answer(response.status, len(content), len(gzip.compress(content, 6)))


CSRF = "b" * 32


def cost(server: Server, database: int, requests: list[Request]) -> tuple[float, Answer]:
    """CPU milliseconds per request, of the web process and of PostgreSQL together; and the last answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    before = cpu_of(server.process.pid, *backends(database))
    for request in requests:
        answer = send(connection, request)
        if answer.status >= 400:
            raise SystemExit(f"{request.method} {request.path} answered {answer.status}")
    after = cpu_of(server.process.pid, *backends(database))
    connection.close()
    return 1000 * (after - before) / len(requests), answer


@contextlib.contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """A database of its own on the server of `server_url`, dropped at the end; yields its address."""
    import psycopg

    parts = urlsplit(server_url)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
