"""Real workers killed in mid-sending, a real broker emptied: no mail is lost. `make chaos` does it with 10,000."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.services, pytest.mark.long]


def chaos(*words: str) -> dict:
    """On a database of its own; the Redis of the suite is emptied."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        assert os.environ.get(name), f"{name} must name a private server; see .ci/services.sh"
    command = [sys.executable, "-m", "tests.chaos", "--json", "--mails", "300", "--workers", "1", "--delay", "0.04"]
    environment = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "DEMO", "DATA_DIR")}
    ran = subprocess.run([*command, *words], capture_output=True, text=True, check=False, env=environment)
    assert ran.stdout, ran.stderr
    return json.loads(ran.stdout)


def test_workers_killed_and_a_broker_emptied_lose_no_mail():
    figures = chaos("--kills", "5", "--flushes", "2", "--patience", "90")

    assert (figures["kills"], figures["flushes"]) == (5, 2)
    assert figures["lost"] == []
    assert figures["wrongly_sent"] == []
    assert figures["foreign"] == [], "every copy carries the Message-ID of its row"
    assert figures["unexplained"] == [], "a second copy leaves only when the first was not written down"
    assert sum(figures["copies"].values()) - len(figures["copies"]) <= 2 * figures["kills"], "two processes a worker"


def test_the_measure_sees_mails_lost_when_they_are_written_as_sent_too_early():
    """A kill has one chance in three to fall between the writing and the sending: twelve, and twelve again."""
    runs = (chaos("--kills", "12", "--flushes", "0", "--wrong-order", "--patience", "60") for _ in range(2))

    assert any(figures["wrongly_sent"] for figures in runs), "the wrong order lost nothing: the measure is blind"
