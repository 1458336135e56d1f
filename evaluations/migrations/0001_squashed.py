import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from cmtl.migrations import AtOnce
from evaluations.domain.surveys import questionnaires


def write(apps, schema_editor):
    questionnaires.install(
        "Q-R", apps.get_model("evaluations", "Questionnaire").objects, apps.get_model("evaluations", "Question").objects
    )


class Migration(AtOnce):

    replaces = [('evaluations', '0001_initial'), ('evaluations', '0002_end_of_meeting_questionnaire'), ('evaluations', '0003_in_full')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('communities', '0001_squashed'),
        ('meetings', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('Q-R', 'End of meeting')], max_length=5)),
                ('version', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='one_questionnaire_per_version')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='evaluations.questionnaire')),
                ('code', models.CharField(max_length=6)),
                ('position', models.PositiveSmallIntegerField()),
                ('scale', models.CharField(choices=[('steps', 'Five described steps'), ('agreement', 'Agreement'), ('choice', 'One choice'), ('choices', 'Up to three choices'), ('text', 'Text')], max_length=10)),
                ('wording_fr', models.CharField(max_length=300)),
                ('wording_en', models.CharField(max_length=300)),
                ('individual_fr', models.CharField(blank=True, help_text='wording for members as individuals', max_length=300)),
                ('individual_en', models.CharField(blank=True, max_length=300)),
                ('options', models.JSONField(default=list, help_text='[{"value": "1", "fr": "…", "en": "…"}, …]')),
                ('is_locked', models.BooleanField(default=False)),
                ('is_required', models.BooleanField(default=False)),
                ('in_person_only', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('questionnaire', 'code'), name='one_question_per_code')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='evaluations.questionnaire')),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='survey', to='meetings.meeting')),
                ('threshold', models.PositiveSmallIntegerField(help_text='answers needed to show anything; frozen at opening')),
                ('objective', models.CharField(blank=True, help_text='the one it asks about; frozen at opening', max_length=300)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closes_at', models.DateTimeField(help_text='closes by itself then')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('answers_in_session', models.PositiveIntegerField(default=0, help_text='written at closing')),
                ('answers_after', models.PositiveIntegerField(default=0, help_text='written at closing')),
                ('eligible', models.PositiveIntegerField(default=0, help_text='people present who could answer; written at closing')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('threshold__gte', 5)), name='survey_threshold_at_least_five')],
            },
        ),
        migrations.CreateModel(
            name='Urn',
            fields=[
                ('survey', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='urn', serialize=False, to='evaluations.survey')),
                ('answers', models.JSONField(default=dict, help_text='random id → answers')),
                ('in_session', models.PositiveIntegerField(default=0)),
                ('after', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='evaluations.survey')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('survey', 'membership'), name='one_answer_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responses', to='evaluations.survey')),
                ('answers', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='AnnualReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='communities.community')),
                ('year', models.PositiveSmallIntegerField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('highlights', models.TextField(blank=True, verbose_name='three findings of the year')),
                ('context', models.TextField(blank=True, verbose_name='context of the year')),
                ('outcomes', models.TextField(blank=True, verbose_name='outcomes, expected or not')),
                ('next_year', models.TextField(blank=True, verbose_name='what changes next year')),
                ('correction', models.CharField(blank=True, max_length=300, verbose_name='what this version corrects')),
                ('figures', models.JSONField(default=dict, help_text='frozen at publication')),
                ('edit_version', models.PositiveIntegerField(default=0, editable=False)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pdf', models.FileField(blank=True, upload_to='reports/')),
                ('pdf_started_at', models.DateTimeField(blank=True, null=True)),
                ('pdf_built_at', models.DateTimeField(blank=True, null=True)),
                ('pdf_error', models.CharField(blank=True, max_length=250)),
            ],
            options={
                'ordering': ['-year', '-version'],
                'constraints': [models.UniqueConstraint(fields=('community', 'year', 'version'), name='one_report_per_version')],
            },
        ),
        migrations.CreateModel(
            name='ObjectiveRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='communities.objective')),
                ('year', models.PositiveSmallIntegerField()),
                ('level', models.CharField(choices=[('reached', 'Reached'), ('under_way', 'Under way'), ('to_review', 'To review')], max_length=10, verbose_name='where are we?')),
                ('comment', models.CharField(blank=True, max_length=400, verbose_name='evidence, what comes next')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('objective', 'year'), name='one_rating_per_year')],
            },
        ),
        migrations.CreateModel(
            name='FactorRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='factor_ratings', to='communities.community')),
                ('factor', models.CharField(choices=[('facilitation', 'A lively facilitation'), ('group', 'The composition and size of the group'), ('objectives', 'Clear and realistic objectives'), ('rules', 'Rules defined and shared'), ('engagement', 'The commitment of the members'), ('evaluation', 'The evaluation of the community')], max_length=20)),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'To build'), (2, 'Fragile'), (3, 'Solid'), (4, 'A strength')], validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='our rating')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('rated_on', models.DateField(default=django.utils.timezone.localdate)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-rated_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CommunityArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='archives', to='communities.community')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('done', models.PositiveIntegerField(default=0, help_text='parts written')),
                ('parts', models.PositiveIntegerField(default=0, help_text='parts to write')),
                ('built_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=120)),
                ('file', models.FileField(blank=True, upload_to='archives/')),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
