"""What is written once a meeting is over: a row of its own."""

import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import Moves, moved


class Migration(Moves):
    dependencies = [("meetings", "0012_minutes")]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="follow_up",
                        serialize=False,
                        to="meetings.meeting",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="as edited; empty while the draft suffices", verbose_name="follow-up"
                    ),
                ),
                ("words_to_absent", models.TextField(blank=True, verbose_name="a word for those who were not there")),
                ("version", models.PositiveIntegerField(default=0, help_text="raised by each save of the words")),
                ("sent_at", models.DateTimeField(blank=True, help_text="for the first time", null=True)),
            ],
            options={"abstract": False},
        ),
        moved(
            "meetings_meeting",
            "meetings_followup",
            {
                "follow_up": "text",
                "follow_up_absent": "words_to_absent",
                "follow_up_version": "version",
                "followed_up_at": "sent_at",
            },
            key="meeting_id",
            said="follow_up <> '' OR follow_up_absent <> '' OR follow_up_version <> 0 OR followed_up_at IS NOT NULL",
        ),
        migrations.RemoveField("meeting", "follow_up"),
        migrations.RemoveField("meeting", "follow_up_absent"),
        migrations.RemoveField("meeting", "follow_up_version"),
        migrations.RemoveField("meeting", "followed_up_at"),
    ]
