import base64
import uuid

import django.db.models.deletion
from django.db import migrations, models


def move_out(apps, schema_editor):
    """Ballots of open surveys: from one value that each answer rewrote to rows of their own."""
    urns, ballots = apps.get_model("evaluations", "Urn"), apps.get_model("evaluations", "SealedBallot")
    for urn in urns.objects.all():
        ballots.objects.bulk_create(
            ballots(id=uuid.UUID(place), urn=urn, sealed=base64.b64decode(sealed))
            for place, sealed in urn.ballots.items()
        )


def spare_compressing(apps, schema_editor):
    """What is sealed does not compress: PostgreSQL is spared trying."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE evaluations_sealedballot ALTER COLUMN sealed SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0010_receipts_name_nobody")]

    operations = [
        migrations.CreateModel(
            name="SealedBallot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                (
                    "urn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="evaluations.urn"
                    ),
                ),
            ],
        ),
        migrations.RunPython(spare_compressing, migrations.RunPython.noop),
        migrations.RunPython(move_out, migrations.RunPython.noop),
        migrations.RemoveField("urn", "ballots"),
        migrations.RemoveField("urn", "in_session"),
        migrations.RemoveField("urn", "after"),
        migrations.AlterField(
            "sealedballot",
            "urn",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="ballots", to="evaluations.urn"
            ),
        ),
    ]
