import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import Moves, moved, same_names

NAMES = ('mails_in_both_languages', 'reminder_days', 'reminder_hours')
SAID = 'mails_in_both_languages OR reminder_days <> 2 OR reminder_hours <> 2'


class Migration(Moves):

    dependencies = [
        ('communities', '0017_record_sheet_columns'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailSettings',
            fields=[
                ('community', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_settings', serialize=False, to='communities.community')),
                ('reminder_days', models.PositiveSmallIntegerField(default=2, help_text='days before, at nine on the wall; 0: no such reminder')),
                ('reminder_hours', models.PositiveSmallIntegerField(default=2, help_text='hours before; 0: no such reminder')),
                ('mails_in_both_languages', models.BooleanField(default=False, verbose_name='each mail in French and in English')),
            ],
        ),
        moved('communities_community', 'communities_mailsettings', same_names(NAMES), key='community_id', said=SAID),
        *(migrations.RemoveField('community', name) for name in NAMES),
    ]
