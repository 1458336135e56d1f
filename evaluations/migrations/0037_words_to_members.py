from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0036_retained_causes'),
    ]

    operations = [
        migrations.AddField(
            model_name='annualreport',
            name='to_members',
            field=models.TextField(blank=True, verbose_name='your words to the members'),
        ),
    ]
