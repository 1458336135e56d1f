import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from outbox.domain import mail_types
from tests import sink as server

APPS = ("accounts", "outbox", "communities", "meetings", "evaluations")


class Relay:
    """A mail server in a process of its own, and what it wrote down."""

    def __init__(self, folder: Path) -> None:
        self.journal = str(folder / "journal")
        command = [sys.executable, "-m", "tests.sink", self.journal, "--keep"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def behave(self, mode: str = "") -> None:
        Path(self.journal + ".mode").write_text(mode)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)

    @property
    def accepted(self) -> list[dict]:
        return server.accepted(self.journal)

    def mail(self, n: int = -1):
        return server.parsed(self.accepted[n])


@pytest.fixture
def relay(tmp_path, settings, db):
    relay = Relay(tmp_path)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
    yield relay
    relay.stop()


@pytest.fixture
def every_type():
    """Of all modules, whether anything imported them or not."""
    for app in APPS:
        for path in (settings.BASE_DIR / app / "domain").rglob("*.py"):
            importlib.import_module(".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts))
    return {slug: found for slug, found in mail_types.registry.items() if not slug.startswith("test-")}
