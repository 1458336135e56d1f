"""Pokes from the timetable; each may run twice or be missed."""

from celery import shared_task

from meetings import (
    anonymising,
    attendance_import,
    forgetting,
    inactive,
    invitations,
    needs,
    nudges,
    recording,
    reminders,
)


@shared_task
def send_due_reminders() -> None:
    invitations.invite_late()
    reminders.send_due_reminders()


@shared_task
def send_due_nudges() -> None:
    nudges.send_due()


@shared_task
def forget_old_files() -> None:
    attendance_import.forget_old()


@shared_task
def forget_what_was_for_the_meeting() -> None:
    forgetting.forget_old()


@shared_task
def forget_old_consents() -> None:
    """Of recordings."""
    recording.forget_consents()


@shared_task
def anonymise() -> None:
    """Archived communities, and accounts that nobody uses."""
    anonymising.anonymise_due()
    inactive.tend()


@shared_task
def erase_needs() -> None:
    """What people needed to take part, the day after."""
    needs.erase_past()


@shared_task
def write_invitations(pk: int) -> None:
    """What is left once the first ones are written; asked twice, each person is written to once."""
    invitations.go_on(pk)
