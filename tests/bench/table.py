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
    before, _old, after = re.split("|".join(ENDS[:1]) + "|" + ENDS[1], kept.read_text())
    table = f"{about_machine()}\n\n{HEAD}{''.join(map(row, lines))}"
    kept.write_text(f"{before}{ENDS[0]}\n{table}\n{ENDS[1]}{after}")


def about_machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{dt.date.today():%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}."
    )


def kept_ratios(kept: Path = KEPT) -> dict[tuple[str, str], tuple[float, float]]:
    """(what, unit) → lower and upper quartile of the ratio."""
    found = {}
    for text in kept.read_text().splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if len(cells) == 9 and "–" in cells[6]:
            low, high = map(float, cells[6].split("–"))
            found[cells[0], cells[2]] = low, high
    return found


def changes(lines: list[Line], kept: Path = KEPT) -> list[str]:
    """Where the quartiles of this run and of the kept one do not meet: what noise does not explain."""
    said, before = [], kept_ratios(kept)
    for line in lines:
        if len(line.pairs) < 2 or (line.name, line.unit) not in before:
            continue
        low, middle, high = line.ratios
        then_low, then_high = before[line.name, line.unit]
        if low > then_high or high < then_low:
            word = "slower" if low > then_high else "faster"
            said.append(f"{word}: {line.name} ({line.unit}), ratio {middle:.2f}, kept {then_low:.2f}–{then_high:.2f}")
    return said
