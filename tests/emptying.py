"""Emptying the database after a test that really wrote. Django truncates every table, then makes its content types and
permissions again: a second, most of it for tables that the test never touched. Here only rows are deleted."""

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

KEPT = (ContentType, Permission)  # as migrations leave them
_truncate = TransactionTestCase._fixture_teardown


def empty_quickly() -> None:
    """From now on, on PostgreSQL."""
    if connection.vendor == "postgresql":
        TransactionTestCase._fixture_teardown = _empty  # type: ignore[method-assign]


def _empty(case: TransactionTestCase) -> None:
    """Rows are deleted whatever refers to them and whatever forbids it (triggers of the audit log), where the role may
    set that aside."""
    connection.ensure_connection()
    if connection.connection.info.parameter_status("is_superuser") == "on":
        _delete_rows()
    else:
        _truncate(case)


def _delete_rows() -> None:
    kept = {model._meta.db_table for model in KEPT}
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - kept)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT array_remove(ARRAY[{', '.join(map(_name_if_filled, tables))}], NULL)")
        if filled := cursor.fetchone()[0]:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in filled))
            cursor.execute("SET session_replication_role = DEFAULT")


def _name_if_filled(table: str) -> str:
    return f"""CASE WHEN EXISTS (SELECT FROM "{table}") THEN '{table}' END"""
