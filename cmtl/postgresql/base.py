"""Django's PostgreSQL, with values bound by the server: a statement then holds at most 65,535 of them, which Django 5.2
does not know yet, so that writing thousands of rows at once would fail."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base, features, operations

MOST_VALUES = 65_535  # a 16-bit count in PostgreSQL's protocol


class DatabaseFeatures(features.DatabaseFeatures):
    max_query_params = MOST_VALUES


class DatabaseOperations(operations.DatabaseOperations):
    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        return MOST_VALUES // max(len(fields), 1)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
