"""What the timetable starts; each task may run twice or be missed."""

import logging

from celery import shared_task

from accounts.domain import audit_chain, sessions
from cmtl import rights

logger = logging.getLogger(__name__)


@shared_task
def link_audit() -> None:
    """Give their place in the chain to the lines of the last minute."""
    audit_chain.link_all()


@shared_task
def say_audit_head() -> None:
    """In the worker's log, which is kept elsewhere: what the chain must still say at that place years later."""
    position, said = audit_chain.head()
    logger.info("audit head %s %s", position, said)


@shared_task
def forget_old_audit() -> None:
    rights.done_by_the_owner(audit_chain.TABLES, audit_chain.forget_old_lines, "accounts.tasks.let_go_of_old_audit")


@shared_task
def let_go_of_old_audit() -> None:
    """Asked of the worker of the maintenance: the application only adds to the log."""
    audit_chain.forget_old_lines()


@shared_task
def forget_sessions() -> None:
    """Those that ended."""
    sessions.forget_ended()
