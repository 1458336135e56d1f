from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0013_pools_and_aloud'),
    ]

    operations = [
        migrations.AddField('survey', 'cleaned_at', models.DateTimeField(blank=True, help_text="no deleted row is left in the database's files since", null=True)),
    ]
