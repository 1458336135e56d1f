"""What only a training has: a row of its own."""

import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import Moves, moved

NAMES = ("theme", "expert", "cost", "fee")


class Migration(Moves):
    dependencies = [("meetings", "0014_invitation")]

    operations = [
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="training",
                        serialize=False,
                        to="meetings.meeting",
                    ),
                ),
                ("theme", models.CharField(blank=True, max_length=120, verbose_name="theme of the training")),
                ("expert", models.CharField(blank=True, max_length=160, verbose_name="given by")),
                ("cost", models.PositiveIntegerField(blank=True, help_text="cents", null=True, verbose_name="cost")),
                (
                    "fee",
                    models.PositiveIntegerField(
                        blank=True, help_text="cents", null=True, verbose_name="share of each organisation"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        moved(
            "meetings_meeting",
            "meetings_training",
            {name: name for name in NAMES},
            key="meeting_id",
            said="theme <> '' OR expert <> '' OR cost IS NOT NULL OR fee IS NOT NULL",
        ),
        *(migrations.RemoveField("meeting", name) for name in NAMES),
    ]
