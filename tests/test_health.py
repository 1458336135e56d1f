"""Probes: alive, and fit to serve."""

import time

import pytest
from celery.signals import worker_ready
from django.core.cache import cache

from cmtl import health

WELL = {"closed_evaluations_cleaned": True}  # watched, beside what serving needs


@pytest.fixture(autouse=True)
def no_heartbeat_yet():
    cache.delete(health.HEARTBEAT)


def test_alive_is_said_to_anyone_under_any_host(client):
    response = client.get("/livez", headers={"host": "10.0.0.7:8000"})

    assert (response.status_code, response.content) == (200, b"ok")


def test_probes_are_not_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/livez").status_code == 200


def test_ready_when_the_worker_was_alive_a_moment_ago(client, db):
    health.beat()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"database": True, "broker": True, "worker": True, **WELL}


def test_not_ready_before_the_worker_was_ever_seen(client, db):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["worker"] is False


def test_not_ready_when_the_worker_has_been_silent_too_long(client, db):
    cache.set(health.HEARTBEAT, time.time() - health.HEARTBEAT_MAX_AGE - 1, timeout=None)

    assert client.get("/readyz").json()["worker"] is False


def test_not_ready_without_a_broker_and_the_others_are_still_told(client, db, settings):
    health.beat()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nothing listens there

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": True, "broker": False, "worker": True, **WELL}


def test_the_answer_is_never_kept_by_a_cache(client, db):
    assert client.get("/readyz")["Cache-Control"] == "no-store"


def test_the_timetable_makes_the_worker_beat(settings):
    tick = settings.CELERY_BEAT_SCHEDULE["heartbeat"]

    assert tick["task"] == "outbox.tasks.heartbeat"
    assert tick["schedule"].run_every.total_seconds() * 5 <= health.HEARTBEAT_MAX_AGE


def test_a_worker_that_starts_says_so_at_once(client, db):
    worker_ready.send(sender=None)

    assert client.get("/readyz").json()["worker"] is True
