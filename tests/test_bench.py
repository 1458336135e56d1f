"""`make bench` measures what it says it measures, and its pages go on answering."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench import data, measure, pages, table
from tests.bench.measure import Line

ROOT = Path(__file__).resolve().parent.parent
BURN = "import time\nwhile time.process_time() < 0.5: pass"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}]); print(flush=True); input()"


def test_each_page_that_is_measured_answers(db):
    world = data.load(data.TINY)

    for page in pages.pages(world, data.TINY):
        answer, _queries = pages.in_this_process(next(page.requests))

        assert answer.status < 400, page.name
        assert (answer.status == 204) == page.name.endswith("nothing new"), page.name


def test_the_work_of_a_child_that_has_ended_is_counted():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    parent.stdout.readline()  # the child has ended

    assert measure.cpu_of(parent.pid) > 0.4
    assert time.clock_gettime(~parent.pid << 3 | 2) < 0.4  # the parent's own clock does not tell
    parent.communicate(b"\n")


def test_rounds_alternate_and_stop_in_time_but_never_before_five():
    said = []
    in_time = measure.in_turn(lambda: said.append("ours"), lambda: said.append("bare"), rounds=7, seconds=60)
    too_slow = measure.in_turn(lambda: 1, lambda: 2, rounds=7, seconds=0)

    assert (len(in_time), said) == (7, ["ours", "bare"] * 7)
    assert too_slow == [(1, 2)] * 5


@pytest.fixture
def kept(tmp_path) -> Path:
    """A page with the table of yesterday: two pages at about four times their equal."""
    page = tmp_path / "performance.md"
    page.write_text("Read me.\n<!-- bench -->\nold\n<!-- end of bench -->\nThe end.\n")
    table.keep([line("Today", 3.9, 4.0, 4.1), line("members", 3.9, 4.0, 4.1)], page)
    return page


def line(name: str, *ratios: float) -> Line:
    return Line(name, "one row", pairs=[(ratio * 2, 2.0) for ratio in ratios])


def test_the_table_that_is_kept_replaces_the_old_one_and_nothing_else(kept):
    text = kept.read_text()

    assert text.startswith("Read me.\n<!-- bench -->\n")
    assert text.endswith("<!-- end of bench -->\nThe end.\n")
    assert "old" not in text
    assert "| Today | one row | ms CPU | 8.0 | 2.0 | 4.00 | 3.95–4.05 |  |  |" in text


def test_a_page_is_slower_or_faster_only_beyond_the_noise_of_both_runs(kept):
    same = [line("Today", 3.9, 4.1, 4.7), line("members", 4.2, 4.3, 4.3)]  # the second only a little dearer
    other = [line("Today", 5.0, 5.1, 5.2), line("members", 2.0, 2.1, 2.2), line("a new page", 9.0, 9.1, 9.2)]

    assert table.changes(same, kept) == []
    assert [said.partition(",")[0] for said in table.changes(other, kept)] == [
        "slower: Today (ms CPU)",
        "faster: members (ms CPU)",
    ]


@pytest.mark.long
@pytest.mark.services
def test_the_bench_runs_whole_and_writes_nothing():
    before = table.KEPT.read_text()
    command = [sys.executable, "-m", "tests.bench", "--tiny"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    rows = [text for text in done.stdout.splitlines() if text.startswith("| ")]
    assert not [text for text in rows if "nan" in text]
    for name in ("Today", "console, someone came in", "check-in by room code", "3 phones at once", "a mail through"):
        assert any(text.startswith(f"| {name}") for text in rows), done.stdout
    for figure in ("Celery worker of two processes", "first visit: survey page", "annual report as PDF"):
        assert any(text.startswith(f"| {figure}") for text in rows), done.stdout
    assert table.KEPT.read_text() == before
