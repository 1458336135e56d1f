import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import RemoveFields, to_part


NAMES = ['mails_in_both_languages', 'reminder_days', 'reminder_hours']


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0016_record_sheet'),
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
        to_part('communities', 'Community', 'MailSettings', NAMES),
        RemoveFields('community', NAMES),
    ]
