"""`python -m tests.deanonymise`, beside a private PostgreSQL that is durable as in production and a private Redis
(`make deanonymise`).

In each run 40 people vote by their personal links, at a meeting, then on a year, then having left, in an order that
the attacker knows; their neighbours of another community vote in between; the facilitator closes. Then each attack
guesses who wrote what, in what our site has left and, with the same code, in what a naive storage has left that was
written at the same moments.
"""

import argparse
import contextlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.deanonymise import chance
from tests.deanonymise.site import ROOT, Server, Site

VOTERS = 40
SEEDS = (
    7129, 2687, 9311, 4903, 1567, 8219, 3361, 6143, 5477, 9887, 1039, 7603, 2311,
    4457, 8731, 6701, 3019, 5903, 1753, 9203, 2971, 7877, 4129, 6367, 8513,
)  # fixed beforehand, one a run  # fmt: skip
TIMES = 10  # how much better than chance each attack must do where nothing protects


@dataclass
class Score:
    """Of one way, over the runs."""

    right: int = 0
    attempts: int = 0

    def add(self, right: int, attempts: int) -> None:
        self.right += right
        self.attempts += attempts


class Report:
    """By way: what was found of ours, and of the control."""

    def __init__(self) -> None:
        self.ours: dict[str, Score] = defaultdict(Score)
        self.control: dict[str, Score] = defaultdict(Score)
        self.chance: dict[str, float] = {}
        self.runs = 0

    def add(self, way: str, ours: tuple[int, int], control: tuple[int, int], *, by_chance: float) -> None:
        self.ours[way].add(*ours)
        self.control[way].add(*control)
        self.chance[way] = by_chance

    def is_clean(self) -> bool:
        """Printed as a table; whether every way is at chance, and every control far above."""
        print(f"{'way':44} {'links':>13}  {'by chance':>9}  {'control':>13}  {'times chance':>12}")
        verdicts = [self._line(way) for way in self.ours]
        return all(verdicts)

    def _line(self, way: str) -> bool:
        ours, control, by_chance = self.ours[way], self.control[way], self.chance[way]
        guessed = sum(1 for one in self.chance.values() if one)
        low, high = chance.interval(ours.attempts, by_chance, guessed) if by_chance else (0, 0)
        expected = control.attempts * by_chance
        times = f"{control.right / expected:.0f}" if expected else "–"
        is_safe = low <= ours.right <= high
        is_proven = control.right > 0 and control.right >= TIMES * expected
        verdict = "" if is_safe and is_proven else "  LINKS" if not is_safe else "  THE CONTROL FOUND TOO LITTLE"
        print(
            f"{way:44} {ours.right:5} / {ours.attempts:5}  {low:3} – {high:3}  "
            f"{control.right:5} / {control.attempts:5}  {times:>12}{verdict}"
        )
        return is_safe and is_proven


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stop what was started
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=len(SEEDS), help="the first so many of the seeds")
    asked = parser.parse_args()
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not os.environ.get(name):
            sys.exit(f"{name} is missing: run `make deanonymise`")
    started = time.monotonic()
    server = Server(os.environ["DATABASE_URL"])
    with tempfile.TemporaryDirectory(prefix="deanonymise-") as folder:
        try:
            prepare(server.url, Path(folder))
            report = runs(server, Path(folder), SEEDS[: asked.runs])
        finally:
            server.drop()
    is_clean = report.is_clean()
    print(f"{report.runs} runs of {asked.runs}, {VOTERS} voters each, in {time.monotonic() - started:.0f} s")
    is_clean = is_clean and report.runs == asked.runs
    print("Nobody is linked to an answer." if is_clean else "See above.")
    return 0 if is_clean else 1


def prepare(url: str, folder: Path) -> None:
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.deanonymise.settings",
        "DATA_DIR": str(folder / "data"),
        "KEYRING_DIR": str(folder / "keyring"),
        "SITE_URL": "http://localhost",
        "LOG_LEVEL": "INFO",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
    import django

    django.setup()
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the tests' own mail server


def runs(server: Server, folder: Path, seeds: tuple[int, ...]) -> Report:
    from tests.deanonymise.naive import Storage
    from tests.deanonymise.occasions import Alumni, Room, Year
    from tests.deanonymise.run import Run

    report = Report()
    naive = Storage(server.url, folder / "naive.log")
    with Site(server, folder).running() as site:
        with contextlib.suppress(KeyboardInterrupt):  # what was found until then is told
            for seed in seeds:
                for kind in (Room, Year, Alumni):
                    Run(kind, site, naive, seed, VOTERS).go(report)
                report.runs += 1
                print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    naive.connection.close()
    return report


if __name__ == "__main__":
    sys.exit(main())
