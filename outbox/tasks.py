"""Pokes from the timetable; losing one costs a few seconds."""

from celery import shared_task

from cmtl import health


@shared_task
def heartbeat() -> None:
    health.beat()
