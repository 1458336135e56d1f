from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0034_readers_of_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='annualreport',
            name='study',
            field=models.CharField(blank=True, max_length=500, verbose_name='external study'),
        ),
        migrations.AddField(
            model_name='annualreport',
            name='study_url',
            field=models.URLField(blank=True, max_length=500),
        ),
    ]
