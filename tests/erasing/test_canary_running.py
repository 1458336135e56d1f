"""The same canary where the product runs: a web server, a worker with its timetable, Redis, a relay. She is erased
through the pages, then looked for in a real dump, in Redis, in the files, in what leaves and in the logs.

Dead rows are no part of a dump, which reads as any transaction does: nothing has to be cleaned for it.
"""

import base64
import json
import time
from collections import Counter

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cmtl.caching import SealedSerializer
from communities.domain.privacy import destructions
from meetings.models import Reply
from outbox.models import Message
from tests import factories as make
from tests import services
from tests.deanonymise.site import Phone
from tests.erasing import test_canary
from tests.erasing.planting import EMAIL, LAST, database, dump, files, redis_holds, traces

pytestmark = [pytest.mark.long, pytest.mark.services, pytest.mark.django_db(transaction=True)]
own_folder, diane, neighbour, year, her = (
    getattr(test_canary, name) for name in ("own_folder", "diane", "neighbour", "year", "her")
)


@pytest.fixture
def web(site, her, tmp_path):
    server = services.Web(services.database_url(), tmp_path / "web.txt", DATA_DIR=str(settings.DATA_DIR))
    yield server
    server.stop()


@pytest.fixture
def logs(web, worker, tmp_path):
    worker_log = worker.log
    return lambda: [("web", web.log.read_text()), ("worker", worker_log.read_text())]


def found(logs) -> dict[str, Counter]:
    return {
        "database": traces(database()),
        "dump": traces(dump()),
        "redis": traces(redis_holds()),
        "files": traces(files()),
        "logs": traces(logs()),
    }


def by(web, person) -> Phone:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return Phone(web.port, **{name: client.cookies[name].value})


def test_erased_where_it_runs_she_is_in_no_dump_nor_redis_nor_log(her, web, sink, logs, philippe, diane):
    request = destructions.waiting_for(her)
    Phone(web.port).fill(reverse("account_login"), {"login": EMAIL})  # and types no code: her session is nobody's
    delivered_to(sink, EMAIL)
    before = found(logs)
    assert len(before["dump"]) > 55, "as many tables as in the database"
    assert before["dump"] == before["database"]
    assert {"account_emailaddress", "django_session", "outbox_message"} <= set(before["dump"])
    assert before["redis"]["opened"] >= 2, "the address that waits for its code, the sign-in that waits for its own"
    assert sum(before["files"].values()) >= 2
    assert before["redis"]["as it lies"] == 0, "by design: what a cache holds is sealed, its keys are digests"
    assert before["logs"] == {}, "by design: no log says a name"

    test_canary.decide_all(request, diane)
    page, answer = (reverse(f"communities:{name}", args=[request.pk]) for name in ("destruction", "handle_destruction"))
    told = len(sink.messages)
    for person in (philippe, diane):
        phone = by(web, person)
        status, where = phone.fill(answer, {}, page=phone.get(page)[1])
        assert status == 302, where
    goodbye = sink.wait_for(EMAIL, "")
    wait_until(lambda: not Message.objects.filter(to__icontains=LAST).exists(), "the timetable empties the last mail")

    her.refresh_from_db()
    assert her.erased_at
    left = found(logs)
    assert left == dict.fromkeys(before, Counter())
    written = dict(logs())
    assert "Booting worker" in written["web"]
    assert "outbox.tasks.finish_erasures" in written["worker"], "the log is that of what was done"
    after = [mail for mail in sink.messages[told:] if traces([("", str(mail))])]
    assert [str(mail["to"]) for mail in after] == [EMAIL], "the last mail, which says that it is done"
    assert goodbye


def test_each_place_is_really_read(site, tmp_path, meeting):
    """The control of what finds nothing: her address, put by hand in Redis in each way it keeps things, in a task that
    waits, in a log, in a column that is encrypted and in a file."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    server.flushdb()
    server.set("text", EMAIL)
    server.rpush("list", EMAIL)
    server.sadd("set", EMAIL)
    server.zadd("zset", {EMAIL: 1})
    server.hset("hash", "a", EMAIL)
    server.xadd("stream", {"a": EMAIL})
    server.set("sealed", SealedSerializer().dumps({"old": EMAIL}))
    body = base64.b64encode(json.dumps([[EMAIL], {}, {}]).encode()).decode()
    server.rpush("task", json.dumps({"body": body}))
    server.hset("unacked", "tag", json.dumps([{"body": body}, "", "celery"]))
    assert traces(redis_holds()) == {"as it lies": 6, "opened": 3}
    assert traces([("web", f"POST / {EMAIL}")]) == {"web": 1}
    Reply.objects.create(meeting=meeting, membership=make.a_member(meeting.community), answer="yes", needs=EMAIL)
    assert traces(dump()) == traces(database()) == {"meetings_reply": 1}
    (tmp_path / "a.txt").write_text(EMAIL)
    assert traces(files())["a.txt"] == 1


def test_nothing_else_is_kept_in_redis_than_what_is_read():
    """One database for caches and broker, and no results."""
    kept = {cache["LOCATION"] for cache in settings.CACHES.values()} | {settings.CELERY_BROKER_URL}
    assert kept == {settings.REDIS_URL}
    assert current_app.conf.result_backend is None


def delivered_to(sink, address: str) -> None:
    sink.wait_for(address, seconds=60)
    wait_until(lambda: not Message.objects.waiting().exists(), "the worker sends what waits")


def wait_until(true, what: str) -> None:
    deadline = time.monotonic() + 100
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.5)
