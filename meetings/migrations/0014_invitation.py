"""What an invitation says of its own: a row of its own."""

import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import Moves, moved


class Migration(Moves):
    dependencies = [("meetings", "0013_follow_up")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="invitation",
                        serialize=False,
                        to="meetings.meeting",
                    ),
                ),
                (
                    "words",
                    models.TextField(blank=True, help_text="of whoever sent it; those who join later read them too"),
                ),
                ("warm_up", models.CharField(blank=True, max_length=200, verbose_name="a question to get going")),
            ],
            options={"abstract": False},
        ),
        moved(
            "meetings_meeting",
            "meetings_invitation",
            {"invitation_words": "words", "warm_up": "warm_up"},
            key="meeting_id",
            said="invitation_words <> '' OR warm_up <> ''",
        ),
        migrations.RemoveField("meeting", "invitation_words"),
        migrations.RemoveField("meeting", "warm_up"),
    ]
