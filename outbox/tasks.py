"""Notices from the timetable and from whoever writes a mail; losing one costs a few seconds."""

from celery import shared_task

from accounts.domain import erasing
from cmtl import health
from outbox.domain import delivery, notify_worker, purge
from outbox.domain.erasing import forget_goodbyes


@shared_task
def deliver() -> None:
    notify_worker.worker_started()
    delivery.deliver_due()


@shared_task
def finish_erasures() -> None:
    """What an erasure leaves for after its commit: files, and the address of the mail that says it is done."""
    erasing.destroy_files()
    forget_goodbyes()


@shared_task
def heartbeat() -> None:
    health.beat()


@shared_task
def forget_old_mails() -> None:
    """Their words after a month, their address and subject after a year."""
    purge.forget_bodies()
    purge.forget_lines()
