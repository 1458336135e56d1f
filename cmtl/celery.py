"""The Celery app; the timetable is `CELERY_BEAT_SCHEDULE` in the settings."""

import os

from celery import Celery
from celery.signals import worker_ready

from cmtl import health

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmtl.settings")
app = Celery("cmtl")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def say_so(**kwargs) -> None:
    """Without waiting for the first tick of the timetable."""
    health.beat()
