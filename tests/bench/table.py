"""The table: printed, kept in docs/performance.md, and compared with the one that is kept there."""

import datetime as dt
import os
import platform
import re
from pathlib import Path

from tests.bench.measure import Line

KEPT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
HEAD = """| what | beside | unit | ours | bare | ratio | quartiles | queries | kB, gzipped |
|---|---|---|--:|--:|--:|:-:|--:|--:|
"""
WORTH_SAYING = 1.1  # the ratio of two ratios
ENDS = ("<!-- bench -->\n", "<!-- end of bench -->\n")


def row(line: Line) -> str:
    ours, bare, ratio, quartiles = f"{line.ours:.{0 if line.unit == 'files' else 1}f}", "", "", ""
    if line.pairs:
        low, middle, high = line.ratios
        bare, ratio = f"{line.bare:.1f}", f"{middle:.2f}"
        quartiles = f"{low:.2f}–{high:.2f}" if len(line.pairs) > 1 else ""
    queries = "" if line.queries is None else str(line.queries)
    zipped = "" if line.zipped is None else f"{line.zipped:.1f}"
    cells = (line.name, line.beside, line.unit, ours, bare, ratio, quartiles, queries, zipped)
    return f"| {' | '.join(cells)} |\n"


def keep(lines: list[Line], kept: Path = KEPT) -> None:
    """In place of the table that is kept, with the day and the machine."""
    before, _old, after = re.split("|".join(ENDS), kept.read_text())
    table = f"{about_machine()}\n\n{HEAD}{''.join(map(row, lines))}"
    kept.write_text(f"{before}{ENDS[0]}\n{table}\n{ENDS[1]}{after}")


def about_machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{dt.date.today():%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}."
    )


def changes(lines: list[Line], kept: Path = KEPT) -> list[str]:
    """Where this run's ratio is another than the kept one's by more than noise explains."""
    return [said for line in lines if len(line.pairs) > 1 and (said := change(line, kept.read_text()))]


def change(line: Line, kept: str) -> str:
    name = re.escape(f"{line.name} | {line.beside} | {line.unit}")
    then = re.search(rf"^\| {name} \| [\d.]+ \| [\d.]+ \| ([\d.]+) \| ([\d.]+)–([\d.]+) \|", kept, re.MULTILINE)
    if then is None:
        return ""
    low, now, high = line.ratios
    was, was_low, was_high = map(float, then.groups())
    if low > was_high and now > was * WORTH_SAYING:
        return f"slower: {line.name} ({line.unit}), ratio {now:.2f}, was {was:.2f}"
    if high < was_low and was > now * WORTH_SAYING:
        return f"faster: {line.name} ({line.unit}), ratio {now:.2f}, was {was:.2f}"
    return ""
