"""Pokes from the timetable; each may run twice or be missed."""

from celery import shared_task

from meetings import attendance_import, reminders


@shared_task
def send_due_reminders() -> None:
    reminders.send_due_reminders()


@shared_task
def forget_old_files() -> None:
    attendance_import.forget_old()
