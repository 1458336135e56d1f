import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import RemoveFields, to_part


NAMES = ['admits_referred', 'agenda_model', 'follow_up_policy', 'meeting_minutes', 'meetings_per_year', 'mode_policy', 'objectives_reviewed_every', 'preparation_minutes', 'proposals_frame', 'shows_rules_each_time', 'target_max', 'target_min']


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0017_mail_settings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Policies',
            fields=[
                ('community', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='policies', serialize=False, to='communities.community')),
                ('mode_policy', models.CharField(choices=[('online', 'Online'), ('in_person', 'In person'), ('alternating', 'Sometimes online, sometimes in person'), ('once_in_person', 'Online, in person at least once a year'), ('first_in_person', 'First meeting in person, the others online')], default='online', max_length=20, verbose_name='mode')),
                ('follow_up_policy', models.CharField(choices=[('as_needed', 'Individual follow-up as needed'), ('everyone', 'Individual follow-up offered to everyone')], default='as_needed', max_length=20, verbose_name='individual follow-up')),
                ('meetings_per_year', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(24)], verbose_name='meetings per year')),
                ('target_min', models.PositiveSmallIntegerField(default=6, verbose_name='target size, from')),
                ('target_max', models.PositiveSmallIntegerField(default=20, verbose_name='target size, to')),
                ('meeting_minutes', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(15), django.core.validators.MaxValueValidator(600)], verbose_name='usual length, in minutes')),
                ('preparation_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(600)], verbose_name='preparation of each meeting, in minutes')),
                ('admits_referred', models.BooleanField(default=False, help_text='where admission is open: the mail that proves their address is their invitation', verbose_name='people referred by a member join without approval')),
                ('shows_rules_each_time', models.BooleanField(default=False, verbose_name='recall the rules at the start of each meeting')),
                ('objectives_reviewed_every', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='review the objectives every, in months')),
                ('proposals_frame', models.TextField(blank=True, verbose_name='frame of the proposals')),
                ('agenda_model', models.JSONField(blank=True, default=list, help_text="blocks (kind, title, minutes) that a meeting starts from; none: the guide's")),
            ],
        ),
        migrations.AddConstraint(
            model_name='policies',
            constraint=models.CheckConstraint(condition=models.Q(('target_min__lte', models.F('target_max'))), name='target_size_is_a_range'),
        ),
        to_part('communities', 'Community', 'Policies', NAMES),
        migrations.RemoveConstraint(
            model_name='community',
            name='target_size_is_a_range',
        ),
        # They had no default: put back in a table that has rows, they need one.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField('community', 'mode_policy', models.CharField(max_length=20, default='online')),
                migrations.AlterField('community', 'follow_up_policy', models.CharField(max_length=20, default='as_needed')),
            ]
        ),
        RemoveFields('community', NAMES),
    ]
