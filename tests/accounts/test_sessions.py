"""Sessions are kept in the database and remembered by Redis: ended, they end at once; without Redis, nothing breaks."""

from importlib import import_module

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.forms import submit

pytestmark = pytest.mark.skipif(not settings.REDIS_URL, reason="Redis remembers sessions in production")
GONE = "redis://127.0.0.1:1/0"  # nothing listens there


@pytest.fixture
def laptop(sandrine):
    return signed_in_device(sandrine)


@pytest.fixture
def without_redis(settings):
    def stop():
        settings.CACHES = settings.CACHES | {"sessions": settings.CACHES["sessions"] | {"LOCATION": GONE}}

    return stop


def signed_in_device(user) -> Client:
    device = Client()
    device.force_login(user)
    request = RequestFactory().get("/")
    request.user, request.session = user, device.session
    UserSession.objects.create_from_request(request)
    return device


def is_signed_in(device) -> bool:
    return device.get("/").status_code == 200


def read(device) -> dict:
    engine = import_module(settings.SESSION_ENGINE)
    return engine.SessionStore(device.cookies[settings.SESSION_COOKIE_NAME].value).load()


def test_a_known_session_is_not_asked_of_the_database(laptop, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert read(laptop)["_auth_user_id"]


def test_redis_that_has_lost_everything_is_told_again(laptop, django_assert_num_queries):
    caches["sessions"].clear()

    assert is_signed_in(laptop)
    with django_assert_num_queries(0):
        read(laptop)


def test_a_device_signed_out_by_another_is_out_at_once(laptop, sandrine):
    phone = signed_in_device(sandrine)
    assert is_signed_in(phone)
    submit(laptop, reverse("usersessions_list"))

    assert is_signed_in(laptop)
    assert not is_signed_in(phone)


def test_signing_out_ends_the_session_wherever_its_cookie_was_copied(laptop):
    copy = Client()
    copy.cookies = laptop.cookies.copy()
    assert is_signed_in(copy)
    submit(laptop, reverse("account_logout"))

    assert not is_signed_in(copy)


def test_ending_all_sessions_ends_what_redis_remembers(laptop, sandrine):
    assert is_signed_in(laptop)
    sandrine.end_all_sessions()

    assert not is_signed_in(laptop)


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!other"}])
def test_the_person_is_always_read_again(change, laptop, sandrine):
    type(sandrine).objects.filter(pk=sandrine.pk).update(**change)

    assert not is_signed_in(laptop)


def test_without_redis_people_stay_signed_in_and_can_sign_out(laptop, sandrine, without_redis, caplog):
    without_redis()
    assert is_signed_in(laptop)
    assert "the database alone" in caplog.text
    assert is_signed_in(signed_in_device(sandrine))
    submit(laptop, reverse("account_logout"))

    assert not is_signed_in(laptop)


def test_redis_never_remembers_longer_than_a_minute():
    """Or a session ended while Redis was away would come back with it, for the week that a session lasts."""
    cache = caches.create_connection("sessions")
    cache.default_timeout = 60

    assert [cache.get_backend_timeout(n) for n in (7 * 24 * 3600, None, 20, -5)] == [60, 60, 20, 0]


def test_what_redis_forgets_the_database_decides(laptop):
    assert is_signed_in(laptop)
    Session.objects.all().delete()
    caches["sessions"].clear()  # its minute is over

    assert not is_signed_in(laptop)
