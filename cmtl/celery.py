"""The Celery app; the timetable is `CELERY_BEAT_SCHEDULE` in the settings."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_ready
from django.conf import settings

from cmtl import health

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmtl.settings")
app = Celery("cmtl")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_ours(**kwargs) -> None:
    """That somebody answers this signal is enough: Celery then adds no handler of its own to those of the settings."""


@worker_ready.connect
def say_so(**kwargs) -> None:
    """Without waiting for the first tick of the timetable; the worker of the maintenance sends no mail."""
    if not settings.MAINTENANCE_DATABASE_URL:
        health.beat()
