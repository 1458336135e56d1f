"""What the timetable starts; each task may run twice or be missed."""

from celery import shared_task

from meetings.domain import recordings
from meetings.domain.attendance import attendance_import
from meetings.domain.followup import overdue_reminders
from meetings.domain.invitations import invitations, later, needs, reminders
from meetings.domain.live import purge
from meetings.domain.retention import anonymising, inactive


@shared_task
def send_due_reminders() -> None:
    later.send_due()
    invitations.invite_late()
    reminders.send_due_reminders()


@shared_task
def send_due_nudges() -> None:
    overdue_reminders.send_due()


@shared_task
def forget_old_files() -> None:
    attendance_import.forget_old_files()


@shared_task
def forget_what_was_for_the_meeting() -> None:
    purge.forget_old_words()


@shared_task
def forget_old_consents() -> None:
    """Of recordings."""
    recordings.forget_consents()


@shared_task
def anonymise() -> None:
    """Archived communities, and accounts that nobody uses."""
    anonymising.anonymise_due()
    anonymising.unname_the_last()
    inactive.tend()


@shared_task
def erase_needs() -> None:
    """What people needed to take part, the day after."""
    needs.erase_past()


@shared_task
def write_invitations(pk: int) -> None:
    """What is left once the first ones are written; asked twice, each person is written to once."""
    invitations.go_on(pk)
