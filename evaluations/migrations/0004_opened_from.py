"""The block that opening an evaluation ended, so that an opening can be undone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0003_in_full"),
        ("meetings", "0002_in_full"),
    ]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="opened_from",
            field=models.ForeignKey(
                help_text="the block that opening it ended, to go back to",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="meetings.agendaitem",
            ),
        ),
    ]
