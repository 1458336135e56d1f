from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0011_ballots_in_rows"), ("meetings", "0008_room_seats")]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="stopped_at",
            field=models.DateTimeField(
                blank=True,
                help_text="takes no more answers since, and waits until those present are confirmed",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="survey",
            name="ballots_dropped",
            field=models.PositiveIntegerField(
                default=0, help_text="of nobody confirmed, or the second of one person; written at closing"
            ),
        ),
        migrations.AlterField(
            model_name="survey",
            name="eligible",
            field=models.PositiveIntegerField(
                default=0, help_text="confirmed people who could answer; written at closing"
            ),
        ),
    ]
