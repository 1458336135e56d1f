"""What the application's role may not do with some tables. `docs/production/roles.sql` lets it read and write all of
them; each `migrate` then takes back what follows."""

from django.conf import settings
from django.db import connections

# Tables of lines that are written once: the application adds to them and reads them. To let go of old lines is the
# maintenance's, as cleaning is (`evaluations.cleaning`): a task of its queue.
ONLY_ADDED_TO: list[str] = []


def take_back(using: str, **kwargs) -> None:
    """After the migrations, by the role that owns the tables, where the application has another."""
    if settings.ON_SQLITE or not settings.APPLICATION_ROLE:
        return
    connection = connections[using]
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in ONLY_ADDED_TO:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {quoted(table)} FROM {quoted(settings.APPLICATION_ROLE)}")
