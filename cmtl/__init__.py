"""The project: settings, addresses, timetable, and leaf helpers that import no app."""

from cmtl.celery import app as celery_app

__all__ = ["celery_app"]
