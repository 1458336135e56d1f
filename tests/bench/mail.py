"""Mails per second: the outbox, against one reused SMTP connection sending the same bytes to the same server."""

import smtplib
import subprocess
import sys
import time

from tests.services import free_port

COUNT = 1000


def measure(_database: str) -> None:
    from django.conf import settings
    from django.core.mail import get_connection

    from outbox.domain import delivery
    from outbox.models import Message
    from tests.outbox.letters import write

    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.smtp", str(port)])
    try:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        wait_for(port)
        rates = {"outbox": [], "bare": []}
        for turn in range(3):
            write(COUNT, prefix=f"bench{turn}")
            started = time.perf_counter()
            delivery.deliver_due()
            rates["outbox"].append(COUNT / (time.perf_counter() - started))
            assert not Message.objects.due().exists()
            sent = Message.objects.filter(key__startswith=f"bench{turn}").select_related("recipient")
            connection = get_connection()
            raw = [delivery.as_email(m, connection).message().as_bytes(linesep="\r\n") for m in sent]
            rates["bare"].append(bare(port, raw))
        ours, theirs = max(rates["outbox"]), max(rates["bare"])
        print(
            f"Mail: {ours:.0f}/s through the outbox, {theirs:.0f}/s on one bare SMTP connection: {ours / theirs:.2f}\n"
        )
    finally:
        server.kill()


def bare(port: int, raw: list[bytes]) -> float:
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for body in raw:
            smtp.sendmail("a@exemple.quebec", ["b@exemple.quebec"], body)
    return len(raw) / (time.perf_counter() - started)


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            smtplib.SMTP("127.0.0.1", port).quit()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the SMTP server did not start")
