"""What is no request: mails, the annual report, memory, and what a browser loads on a first visit."""

import smtplib
import subprocess
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.mail import get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from cmtl import pdf
from cmtl.celery import app
from evaluations.domain.reports import report
from meetings.domain.links import links
from outbox.domain import delivery
from outbox.models import Message
from tests import services
from tests.bench.data import Size, World
from tests.bench.measure import Line, Request, Site, ask, cpu_of, in_turn, memory_of, started
from tests.bench.pages import cookie_of
from tests.outbox.letters import write

POLLS = {"xhr", "fetch"}  # what a page asks once it is there


def cost_here(action: Callable[[], object], postmaster: int) -> float:
    """Milliseconds of CPU that something takes in this process and in PostgreSQL."""
    before = time.process_time() + cpu_of(postmaster)
    action()
    return 1000 * (time.process_time() + cpu_of(postmaster) - before)


# ---------------------------------------------------------------- mails


def measure_mails(postmaster: int, size: Size) -> Line:
    """The outbox, beside one SMTP connection that sends the same bytes to the same server."""
    count = 25 * size.requests
    sent: list[bytes] = []

    def through_outbox() -> float:
        prefix = f"bench{time.monotonic_ns()}"
        write(count, prefix=prefix)
        cost = cost_here(lambda: delivery.deliver_due(seconds=60), postmaster)
        done = Message.objects.filter(key__startswith=prefix, sent_at__isnull=False).select_related("recipient")
        connection = get_connection()
        sent[:] = [delivery.as_email(mail, connection).message().as_bytes(linesep="\r\n") for mail in done]
        return cost / len(sent) if sent else float("nan")

    def bare() -> float:
        return cost_here(lambda: send_bare(sent), postmaster) / max(len(sent), 1)

    return Line("a mail through the outbox", "the same bytes", pairs=in_turn(through_outbox, bare, size.rounds, 5))


def send_bare(mails: list[bytes]) -> None:
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as smtp:
        for mail in mails:
            smtp.sendmail("a@exemple.quebec", ["b@exemple.quebec"], mail)


# ---------------------------------------------------------------- annual report


def measure_report(world: World, postmaster: int, size: Size) -> Line:
    """From rows to PDF, beside WeasyPrint on the same HTML."""
    from weasyprint import HTML

    year = timezone.localdate().year
    html = render_to_string(*report.pdf_source(world.community, year))

    def draw() -> bytes:
        return pdf.render_pdf(*report.pdf_source(world.community, year))

    def draw_bare() -> bytes:
        return HTML(string=html, base_url="static:", url_fetcher=pdf.fetcher()).write_pdf(pdf_variant="pdf/ua-1")

    draw()  # loads fonts
    pairs = in_turn(
        lambda: cost_here(draw, postmaster), lambda: cost_here(draw_bare, postmaster), size.rounds, size.seconds
    )
    return Line("annual report as PDF", "WeasyPrint alone", pairs=pairs)


# ---------------------------------------------------------------- memory


def measure_memory(site: Site, bare: Site) -> Iterator[Line]:
    """After all the pages."""
    yield Line("web server with one worker", "bare Django", "MB", [(memory(site), memory(bare))])
    if settings.REDIS_URL:
        yield Line("Celery worker of two processes", unit="MB", alone=memory_of_worker())


def memory(site: Site) -> float:
    return memory_of(site.process.pid)


def memory_of_worker() -> float:
    command = ["-m", "celery", "-q", "-A", "cmtl", "worker", "--concurrency=2", "--without-gossip", "--without-mingle"]
    with started(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as worker:
        for _attempt in range(60):
            if app.control.ping(timeout=1):
                break
        return memory_of(worker.pid)


# ---------------------------------------------------------------- first visit


def measure_first_visits(world: World, site: Site) -> list[Line]:
    """What a browser that knows nothing yet loads: kilobytes as they travel, and files."""
    cookie = cookie_of(world.boss)
    member = world.members[-1]
    visits = [
        ("Today", reverse("evaluations:today"), cookie),
        ("console", reverse("meetings:live", args=[world.live.pk]), cookie),
        ("reply page", reverse("meetings:phone", args=[links.guest_token(world.coming, member)]), ""),
        ("survey page", reverse("evaluations:ballot", args=[links.guest_token(world.evaluating, member)]), ""),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=services.CHROMIUM, args=services.FLAGS)
        weights = {name: first_visit(browser, site, path, cookie) for name, path, cookie in visits}
        browser.close()
    kilobytes = [Line(f"first visit: {name}", unit="kB", alone=sum(found)) for name, found in weights.items()]
    files = [Line(f"first visit: {name}", unit="files", alone=len(found)) for name, found in weights.items()]
    return kilobytes + files


def first_visit(browser: Browser, site: Site, path: str, cookie: str) -> list[float]:
    """The kilobytes of each file: the page as the proxy compresses it, the others as the site sends them."""
    context = browser.new_context(locale="fr-CA")
    if cookie:
        name, _is, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": site.address}])
    page, loaded = context.new_page(), []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(site.address + path, wait_until="load")
    files = [request for request in loaded if request.resource_type not in {"document", *POLLS}]
    weights = [request.sizes()["responseBodySize"] / 1000 for request in files]
    context.close()
    return [ask(site.connection(), Request(path, cookie=cookie)).zipped, *weights]
