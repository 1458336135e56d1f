"""A move of a topic keeps the meeting it left."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_known_before")]

    operations = [
        migrations.AddField(
            model_name="topicevent",
            name="came_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="meetings.meeting"
            ),
        ),
    ]
