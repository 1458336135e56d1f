"""The cast. Sandrine facilitates Constellation, with Rita where a test asks; Karim takes its notes, Philippe
coordinates its programme, Nadia is a member of it, Ada administers the platform, and Sam is a stranger who belongs to
nothing."""

import gc
import os
import re

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from cmtl import messages
from communities.models import Role
from tests import emptying, services
from tests import factories as make
from tests.open_transactions import left_open

LONGEST = {"browser", "services"}
emptying.empty_quickly()
expect.set_options(timeout=15_000)  # a busy machine takes its time
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop running in this thread


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # once, before the workers start
        messages.compile_all()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes longest comes first, so that no worker ends long after the others."""
    items.sort(key=lambda item: not LONGEST & {mark.name for mark in item.iter_markers()})


def pytest_collection_finish():
    """What is imported by now stays: the collector need not look at it again after each thousand objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    """What is counted in the cache, as tries at a door, begins again: other tests knock from the same address."""
    cache.clear()


@pytest.fixture(autouse=True)
def no_transaction_left_open(request):
    """A test that really writes fails if somebody is still in a transaction when it ends."""
    marker = request.node.get_closest_marker("django_db")
    really_writes = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not really_writes and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")  # emptied after this
    yield
    assert not (left := left_open()), left


@pytest.fixture
def bare_refusals(monkeypatch):
    """Without the signal that makes Django read all addresses again."""
    monkeypatch.setattr(settings, "ROOT_URLCONF", "tests.bare_refusals")


@pytest.fixture
def programme(db):
    return make.a_programme("Familles isolées")


@pytest.fixture
def community(programme):
    return make.a_community("Constellation", programme=programme)


@pytest.fixture
def sandrine(community):
    user = make.a_person("Sandrine", "Beaulieu", email="sandrine@exemple.quebec")
    make.a_role(user, Role.FACILITATOR, community=community)
    return user


@pytest.fixture
def rita(community):
    """She facilitates too."""
    user = make.a_person("Rita", "Gagnon", email="rita@exemple.quebec")
    make.a_role(user, Role.FACILITATOR, community=community)
    return user


@pytest.fixture
def karim(community):
    user = make.a_person("Karim", "Lahlou", email="karim@exemple.quebec")
    make.a_role(user, Role.NOTE_TAKER, community=community)
    return user


@pytest.fixture
def philippe(programme):
    user = make.a_person("Philippe", "Marchand", email="philippe@exemple.quebec")
    make.a_role(user, Role.COORDINATOR, programme=programme)
    return user


@pytest.fixture
def nadia(community):
    """A member; `nadia.memberships.get()` is her membership."""
    user = make.a_person("Nadia", "Amrani", email="nadia@exemple.quebec")
    make.a_member(community, user, organisation="Table de quartier Ahuntsic")
    return user


@pytest.fixture
def ada(db):
    return make.a_person("Ada", "Opératrice", email="ada@exemple.quebec", is_staff=True)


@pytest.fixture
def sam(db):
    return make.a_person("Sam", "Étranger", email="sam@exemple.quebec")


@pytest.fixture
def meeting(community, sandrine):
    """Planned in three days, not yet invited to."""
    planned = make.a_meeting(community, title="Rejoindre les pères isolés", link="https://zoom.example/j/123")
    planned.facilitators.add(sandrine)
    return planned


@pytest.fixture
def signed_in(client):
    """`signed_in(sandrine)` is a test client in her name."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


# ------------------------------------------------------------ browser and services


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": services.CHROMIUM, "args": services.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-CA"}


@pytest.fixture
def site(transactional_db, live_server, settings):
    """The project under a real address; what it writes is really written."""
    settings.SITE_URL = live_server.url
    return live_server


@pytest.fixture
def open_as(site, browser):
    """`open_as(sandrine, width=390)` is a page of a browser of her own; `open_as(None)` a phone that nobody knows.

    A console error on any of them fails the test, but those it `expects` (it cuts the network…).
    """
    contexts, errors = [], []

    def open_page(user=None, *, width=1280, height=900, expects=""):
        def hear(error):
            if not (expects and re.search(expects, error)):
                errors.append(error)

        context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-CA", base_url=site.url)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: hear(f"{m.text} {m.location}") if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def sink():
    """A real SMTP server."""
    sink = services.Sink()
    sink.controller.start()
    yield sink
    sink.controller.stop()


@pytest.fixture
def no_broker():
    """Nobody listens where Celery's broker should be."""
    before = current_app.conf.broker_url
    _talk_to(f"redis://127.0.0.1:{services.free_port()}/0")
    yield
    _talk_to(before)


def _talk_to(broker: str) -> None:
    current_app.conf.broker_url = broker
    current_app.__dict__.pop("pool", None)
    current_app._pool = current_app.amqp._producer_pool = None  # earlier tests may have opened some


@pytest.fixture
def worker(site, sink, tmp_path):
    """A real Celery worker with its timetable, sending to the sink. Its broker starts empty: an earlier test's
    pause after a relay that was gone must not delay this one."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    same = {"SITE_URL": site.url, "DATA_DIR": str(settings.DATA_DIR)}  # files that the site writes, it may destroy
    worker = services.Worker(services.database_url(), sink.port, tmp_path / "celery.log", **same)
    yield worker
    worker.stop()
