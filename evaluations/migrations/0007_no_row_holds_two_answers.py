from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0006_release_what_is_closed'),
    ]

    operations = [
        migrations.RemoveField('response', 'answers'),
        migrations.AlterField('response', 'code', models.CharField(max_length=6)),
        migrations.AlterField('response', 'value', models.JSONField()),
    ]
