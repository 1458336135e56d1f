"""Pokes from the timetable; each may run twice or be missed."""

from celery import shared_task

from accounts import sessions


@shared_task
def forget_sessions() -> None:
    sessions.forget_ended()
