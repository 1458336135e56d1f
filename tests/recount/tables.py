"""Tables as they lie in the database: plain rows, read by plain SQL. Nothing of the project's own code is asked."""

import json
from functools import cached_property
from typing import Any

from django.db import connection

Row = dict[str, Any]


def rows(table: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of the list below
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class Tables:
    """Each read once."""

    @cached_property
    def communities(self) -> list[Row]:
        return rows("communities_community")

    @cached_property
    def policies(self) -> list[Row]:
        return rows("communities_policies")

    @cached_property
    def meetings(self) -> list[Row]:
        return rows("meetings_meeting")

    @cached_property
    def named(self) -> list[Row]:
        return rows("meetings_meeting_facilitators")

    @cached_property
    def attendances(self) -> list[Row]:
        return rows("meetings_attendance")

    @cached_property
    def replies(self) -> list[Row]:
        return rows("meetings_reply")

    @cached_property
    def roles(self) -> list[Row]:
        return rows("communities_roleassignment")

    @cached_property
    def memberships(self) -> list[Row]:
        return rows("communities_membership")

    @cached_property
    def pauses(self) -> list[Row]:
        return rows("communities_pause")

    @cached_property
    def represented(self) -> list[Row]:
        return rows("communities_representation")

    @cached_property
    def surveys(self) -> list[Row]:
        return rows("evaluations_survey")

    @cached_property
    def campaigns(self) -> list[Row]:
        return rows("evaluations_campaign")

    @cached_property
    def pools(self) -> list[Row]:
        return rows("evaluations_pool")

    @cached_property
    def releases(self) -> list[Row]:
        return [{**row, "figures": as_json(row["figures"])} for row in rows("evaluations_release")]

    @cached_property
    def responses(self) -> list[Row]:
        return [{**row, "value": as_json(row["value"])} for row in rows("evaluations_response")]

    @cached_property
    def questions(self) -> list[Row]:
        return [{**row, "options": as_json(row["options"])} for row in rows("evaluations_question")]
