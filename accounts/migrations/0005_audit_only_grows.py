from django.db import migrations

# A line and its place are never changed, and leave only once the anchor of the chain has passed them (`audit_chain.purge`).
TABLES = ("accounts_auditline", "accounts_auditlink", "accounts_auditanchor")
GUARD = """
CREATE FUNCTION cmtl_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'accounts_auditline' THEN
        IF EXISTS (
            SELECT 1 FROM accounts_auditlink k JOIN accounts_auditanchor a ON k.position <= a.position
            WHERE k.line_id = OLD.id
        ) THEN RETURN OLD; END IF;
    ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'accounts_auditlink' THEN
        IF EXISTS (SELECT 1 FROM accounts_auditanchor a WHERE OLD.position <= a.position) THEN RETURN OLD; END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'accounts_auditanchor' THEN
        IF NEW.position > OLD.position THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'The audit log is only added to.' USING ERRCODE = 'restrict_violation';
END $$;
"""


def guard(apps, schema_editor):
    """Of PostgreSQL only: SQLite serves a demonstration."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(GUARD, params=None)
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION cmtl_audit_only_grows()",
            params=None,
        )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER only_grows ON {table}", params=None)
    schema_editor.execute("DROP FUNCTION cmtl_audit_only_grows()", params=None)


class Migration(migrations.Migration):

    dependencies = [("accounts", "0004_audit")]

    operations = [migrations.RunPython(guard, unguard)]
