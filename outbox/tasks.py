"""Pokes from the timetable and from whoever writes a mail; losing one costs a few seconds."""

from celery import shared_task

from accounts import erasing
from cmtl import health
from outbox import delivery, forgetting, pokes
from outbox.erasing import forget_goodbyes


@shared_task
def deliver() -> None:
    pokes.heard()
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
    forgetting.forget_bodies()
    forgetting.forget_lines()
