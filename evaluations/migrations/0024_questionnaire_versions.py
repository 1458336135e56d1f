import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('evaluations', '0023_own_questions'),
    ]

    operations = [
        migrations.AddField(
            model_name='questionnaire',
            name='made_at',
            field=models.DateTimeField(blank=True, help_text='None: it came with the software', null=True),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='taken_back_at',
            field=models.DateTimeField(blank=True, help_text='before anyone was asked it: no survey opens with it', null=True),
        ),
    ]
