import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import cmtl.encrypted
from evaluations.domain.surveys import questionnaires


def write_questions(apps, schema_editor):
    questionnaires.install(
        "Q-O", apps.get_model("evaluations", "Questionnaire").objects, apps.get_model("evaluations", "Question").objects
    )


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0024_asked_later'),
        ('evaluations', '0025_alumni'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='questionnaire',
            name='code',
            field=models.CharField(choices=[('Q-R', 'End of meeting'), ('Q-M', 'Annual evaluation'), ('Q-N', 'Former members'), ('Q-O', 'Organisation')], max_length=5),
        ),
        migrations.CreateModel(
            name='ManagerOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manager_name', cmtl.encrypted.EncryptedTextField(help_text='emptied with the address')),
                ('manager_email', cmtl.encrypted.EncryptedTextField(blank=True, help_text='emptied once it serves no more')),
                ('language', models.CharField(choices=[('fr-ca', 'French'), ('en', 'English')], default='fr-ca', max_length=5)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('useful', models.CharField(blank=True, help_text='O1', max_length=12)),
                ('example', cmtl.encrypted.EncryptedTextField(blank=True, help_text='O2')),
                ('supported', models.CharField(blank=True, help_text='O3', max_length=12)),
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='manager_opinion', to='communities.membership')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manager_opinions', to='evaluations.questionnaire')),
                ('readers', models.ManyToManyField(related_name='manager_opinions_read', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.RunPython(write_questions, migrations.RunPython.noop),
    ]
