"""Earlier versions of rows. PostgreSQL keeps those that were changed or deleted in its files until it is told to clean,
and while any transaction could still look at them: one left open at the moment of a closing would keep what was in the
ballot box for as long as it lasts. So each closed survey is cleaned after until nothing is left (`Survey.cleaned_at`),
and an operator is told where that takes too long.

Before PostgreSQL 17 only the owner of a table may clean it. In production that is not the role of the site nor of its
workers: they ask the worker of the maintenance.
"""

import datetime as dt
import logging

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from cmtl import rights
from evaluations.models import Pool, Survey

SETTLED = dt.timedelta(minutes=1)  # an answer on its way at the closing is undone by then, and leaves a row too
TOO_LONG = dt.timedelta(hours=1)
TOO_LATE = (
    "Deleted rows of an evaluation closed over an hour ago are still in the database's files. Something keeps them: "
    "see pg_stat_activity, pg_prepared_xacts and pg_replication_slots, and whether the worker of the maintenance is up."
)
log = logging.getLogger(__name__)


def surveys_to_clean() -> QuerySet[Survey]:
    """Closed, and not known to be clean."""
    return Survey.objects.filter(closed_at__isnull=False, cleaned_at=None)


def is_late() -> bool:
    """Whether an operator must look for what keeps the rows."""
    return _keeps_versions() and surveys_to_clean().filter(closed_at__lte=timezone.now() - TOO_LONG).exists()


def ask_cleaning() -> None:
    """At closing, and each minute until it is done. It never fails a closing."""
    if not _keeps_versions() or connection.in_atomic_block:
        return
    rights.done_by_the_owner(tables(), clean, "evaluations.tasks.clean")
    if is_late():
        log.error(TOO_LATE)


def clean() -> None:
    """By whoever owns the tables."""
    if not _keeps_versions() or connection.in_atomic_block:
        return
    now = timezone.now()
    settled = list(surveys_to_clean().filter(closed_at__lte=now - SETTLED).values_list("pk", flat=True))
    try:
        nothing_left = _vacuum()
    except DatabaseError:
        nothing_left = False
    if nothing_left:
        Survey.objects.filter(pk__in=settled).update(cleaned_at=now)
    elif not is_late():
        log.warning("Deleted rows of a closed evaluation could not all be cleaned now; it will be tried again.")


def tables() -> list[str]:
    """Of pools, and of all that hangs from a survey (a model is written after what it hangs from)."""
    hanging: list[type[Model]] = [Survey, Pool]
    for model in apps.get_app_config("evaluations").get_models():
        if model not in hanging and any(field.related_model in hanging for field in model._meta.fields):
            hanging.append(model)
    return [model._meta.db_table for model in hanging[1:]]


def _keeps_versions() -> bool:
    return connection.vendor == "postgresql"


def _vacuum() -> bool:
    """Whether nothing was left. Twice, because FULL alone keeps what a transaction of any database of the server might
    see, and a neighbour's may last for hours; the plain one asks about this database only, and leaves FULL nothing to
    keep. FULL writes the files anew: in the old ones the bytes of rows that are gone stay where they were."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '3s'")
        try:
            cursor.execute("SELECT clock_timestamp()")
            (began,) = cursor.fetchone()
            cursor.execute(f"VACUUM {', '.join(tables())}")
            cursor.execute(LEFT_BEHIND, [tables(), began])
            (left,) = cursor.fetchone()
            cursor.execute(f"VACUUM (FULL) {', '.join(tables())}")
        finally:
            cursor.execute("RESET lock_timeout")
    return not left


# A VACUUM writes down when it ended, and how many dead rows it had to leave, of a table and of its long values apart.
LEFT_BEHIND = """
    WITH named AS (SELECT oid, reltoastrelid FROM pg_class WHERE oid = ANY(%s::regclass[]))
    SELECT count(*) FROM (SELECT oid FROM named UNION SELECT reltoastrelid FROM named WHERE reltoastrelid <> 0) AS file
    LEFT JOIN pg_stat_all_tables AS told ON told.relid = file.oid
    WHERE told.n_dead_tup > 0 OR told.last_vacuum IS NULL OR told.last_vacuum < %s
"""
