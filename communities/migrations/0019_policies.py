import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import moved, same_names

NAMES = (
    'admits_referred', 'agenda_model', 'follow_up_policy', 'meeting_minutes', 'meetings_per_year', 'mode_policy',
    'objectives_reviewed_every', 'preparation_minutes', 'proposals_frame', 'shows_rules_each_time', 'target_max',
    'target_min',
)
SAID = """
    admits_referred OR agenda_model <> '[]' OR follow_up_policy <> 'as_needed' OR meeting_minutes <> 60
    OR meetings_per_year <> 4 OR mode_policy <> 'online' OR objectives_reviewed_every <> 12 OR preparation_minutes <> 30
    OR proposals_frame <> '' OR shows_rules_each_time OR target_max <> 20 OR target_min <> 6
"""


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0018_mail_settings'),
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
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('target_min__lte', models.F('target_max'))), name='target_size_is_a_range')],
            },
        ),
        moved('communities_community', 'communities_policies', same_names(NAMES), key='community_id', said=SAID),
        # SQLite makes the table again, from the model as drawn without it.
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
    ]
