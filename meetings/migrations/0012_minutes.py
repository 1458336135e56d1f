"""The synthesis, and who reads it: a row of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cmtl.migrations import Moves, moved


class Migration(Moves):
    dependencies = [("meetings", "0011_plain_names"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Minutes",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="minutes",
                        serialize=False,
                        to="meetings.meeting",
                    ),
                ),
                ("synthesis", models.TextField(blank=True, verbose_name="synthesis")),
                ("version", models.PositiveIntegerField(default=0, help_text="raised by each save of the synthesis")),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("log", "Internal log only"),
                            ("synthesis", "Synthesis to members"),
                            ("full", "Full minutes"),
                        ],
                        help_text="what its community kept of meetings when it was closed: no later choice opens more",
                        max_length=20,
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True, help_text="full minutes: members read them from then on", null=True
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        moved(
            "meetings_meeting",
            "meetings_minutes",
            {
                "synthesis": "synthesis",
                "synthesis_version": "version",
                "minutes_level": "level",
                "minutes_published_at": "published_at",
                "minutes_published_by_id": "published_by_id",
            },
            key="meeting_id",
            said="synthesis <> '' OR synthesis_version <> 0 OR minutes_level <> '' OR minutes_published_at IS NOT NULL",
        ),
        migrations.RemoveField("meeting", "minutes_published_by"),
        migrations.RemoveField("meeting", "minutes_published_at"),
        migrations.RemoveField("meeting", "minutes_level"),
        migrations.RemoveField("meeting", "synthesis_version"),
        migrations.RemoveField("meeting", "synthesis"),
    ]
