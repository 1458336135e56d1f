"""What the tests with real services need: a browser's options, an SMTP server that keeps what it gets, a worker."""

import email
import email.policy
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller

# The shell without windows first: the whole browser draws its own bars and menus for each page, a third of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sink:
    """A real SMTP server that accepts everything and keeps it."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=60)

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [m for m in self.messages if address in str(m["to"])]

    def wait_for(self, address: str, subject: str = "", seconds: float = 20) -> EmailMessage:
        """The newest mail to that address whose subject holds `subject`; fails after `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := [m for m in self.to(address) if subject in str(m["subject"])]:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} about {subject!r}: {[str(m['subject']) for m in self.messages]}")


class Worker:
    """A real Celery worker, with the timetable, on the test database; stopped before that database is dropped."""

    def __init__(self, database_url: str, smtp_port: int, log: Path, **environment: str) -> None:
        self.log = log
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(smtp_port),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            **environment,
        }
        command = [sys.executable, "-m", "celery", "-A", "cmtl", "worker", "-l", "INFO", "-c", "1", "-P", "solo", "-B"]
        command += ["--without-gossip", "--without-mingle", "-s", str(log.with_suffix(".beat"))]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=log.open("w"), stderr=subprocess.STDOUT, start_new_session=True
        )
        deadline = time.monotonic() + 60
        while " ready." not in log.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the worker did not start: " + log.read_text())
            time.sleep(0.1)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)  # the timetable is a child of its own
        self.process.wait(20)


class Web:
    """A real gunicorn on the test database, with what it writes."""

    def __init__(self, database_url: str, log: Path, **environment: str) -> None:
        self.log, self.port = log, free_port()
        settings = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings", **environment}
        command = [sys.executable, "-m", "gunicorn", "cmtl.wsgi", f"--bind=127.0.0.1:{self.port}", "--workers=1"]
        self.process = subprocess.Popen(
            [*command, "--worker-class=gthread", "--threads=2"],
            env={**os.environ, **settings},
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 60
        while "Booting worker" not in log.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the site did not start: " + log.read_text())
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def database_url() -> str:
    """The address of the database the tests are running on."""
    from django.db import connections

    d = connections["default"].settings_dict
    return f"postgres://{d['USER']}:{d['PASSWORD']}@{d['HOST']}:{d['PORT']}/{d['NAME']}"
