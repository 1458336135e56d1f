"""The annual report: our rendering, against WeasyPrint on the same HTML; each in a process of its own, for memory."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory


def measure(facts: dict) -> None:
    with TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        rounds = [(run("ours", page, facts["community"].pk), run("alone", page, 0)) for _ in range(2)]
        ours, alone = zip(*rounds, strict=True)
    (our_ms, our_mb), (their_ms, their_mb) = min(ours), min(alone)
    print(
        f"Report: {our_ms:.0f} ms and {our_mb:.0f} MB, WeasyPrint alone on the same HTML {their_ms:.0f} ms and "
        f"{their_mb:.0f} MB: {our_ms / their_ms:.2f} and {our_mb / their_mb:.2f}"
    )


def run(who: str, page: Path, community: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.report", who, str(page), str(community)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    out = done.stdout.split()
    return float(out[-2]), float(out[-1])


def ours(page: Path, community: int) -> float:
    """CPU milliseconds from the row to the PDF; the HTML is kept for the other one."""
    import django

    django.setup()
    from django.template.loader import render_to_string
    from django.utils import timezone

    from cmtl import pdf
    from communities.models import Community
    from evaluations.domain.reports import report

    year = timezone.localdate().year
    found = Community.objects.get(pk=community)
    page.write_text(render_to_string(*report.pdf_source(found, year)))
    return best(lambda: pdf.render_pdf(*report.pdf_source(found, year)))


def best(draw: Callable[[], object], times: int = 5) -> float:
    """The least CPU of several, after one that loads fonts and modules: a neighbour's work only ever adds."""
    draw()
    spent = []
    for _ in range(times):
        started = time.process_time()
        draw()
        spent.append(time.process_time() - started)
    return 1000 * min(spent)


def alone(page: Path) -> float:
    import django
    from weasyprint import HTML

    django.setup()
    from cmtl import pdf

    html = page.read_text()

    def draw():
        return HTML(string=html, base_url="static:", url_fetcher=pdf.fetcher()).write_pdf(pdf_variant="pdf/ua-1")

    return best(draw)


if __name__ == "__main__":
    who, where, pk = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    spent = ours(where, pk) if who == "ours" else alone(where)
    print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
