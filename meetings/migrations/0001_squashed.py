import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import meetings.models.feeds
import meetings.models.meeting
import uuid
from django.conf import settings
from django.db import migrations, models

from cmtl.migrations import AtOnce


class Migration(AtOnce):

    replaces = [('meetings', '0001_initial'), ('meetings', '0002_in_full'), ('meetings', '0003_completed'), ('meetings', '0004_known_before')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('communities', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='communities.community')),
                ('kind', models.CharField(choices=[('regular', 'Regular meeting'), ('training', 'Training'), ('preparatory', 'Preparatory meeting'), ('launch', 'Launch'), ('external', 'At an external event')], default='regular', max_length=12, verbose_name='kind')),
                ('mode', models.CharField(choices=[('online', 'Online'), ('in_person', 'In person'), ('hybrid', 'Hybrid')], default='online', max_length=10, verbose_name='mode')),
                ('title', models.CharField(blank=True, max_length=160, verbose_name='topic')),
                ('objective', models.CharField(blank=True, max_length=300, verbose_name='what we want to leave with')),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link to join')),
                ('place', models.CharField(blank=True, max_length=250, verbose_name='place')),
                ('venue', models.CharField(blank=True, choices=[('own', 'Our own premises'), ('rented', 'Rented room'), ('partner', 'A partner’s premises'), ('member', 'Hosted by a member organisation')], max_length=8, verbose_name='whose premises')),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='hosted_meetings', to='communities.organisation', verbose_name='organisation that hosts')),
                ('event', models.CharField(blank=True, max_length=160, verbose_name='name of the event')),
                ('registration', models.CharField(choices=[('none', 'No reply asked: the link goes to everyone'), ('optional', 'Reply wished for, coming without one is fine'), ('required', 'Registration required')], default='optional', max_length=8, verbose_name='replies')),
                ('capacity', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(2000)], verbose_name='seats in the room')),
                ('is_open_to_all', models.BooleanField(default=False, verbose_name='open to people outside the community')),
                ('theme', models.CharField(blank=True, max_length=120, verbose_name='theme of the training')),
                ('expert', models.CharField(blank=True, max_length=160, verbose_name='given by')),
                ('cost', models.PositiveIntegerField(blank=True, help_text='cents', null=True, verbose_name='cost')),
                ('fee', models.PositiveIntegerField(blank=True, help_text='cents', null=True, verbose_name='share of each organisation')),
                ('series', models.UUIDField(blank=True, db_index=True, editable=False, help_text='planned in one go: the key of its form', null=True)),
                ('note_taker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes_taken_at', to=settings.AUTH_USER_MODEL, verbose_name='note-taker')),
                ('prepares', models.ForeignKey(blank=True, editable=False, help_text='the meeting that this preparatory one is about', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='preparatory_meetings', to='meetings.meeting')),
                ('code', models.CharField(default=meetings.models.meeting.new_code, editable=False, max_length=6, unique=True)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sequence', models.PositiveIntegerField(default=0, editable=False, help_text='RFC 5545: raised when time or place changes')),
                ('version', models.PositiveIntegerField(default=0, editable=False, help_text='raised by each edit of the plan')),
                ('revision', models.PositiveIntegerField(default=0, editable=False, help_text='raised by each change seen live')),
                ('children_attend', models.BooleanField(default=False, help_text='no recording then', verbose_name='children attend')),
                ('guests', models.PositiveSmallIntegerField(default=0, verbose_name='guests counted by head')),
                ('silent_until', models.DateTimeField(blank=True, editable=False, help_text='proposed topics are shown to nobody before', null=True)),
                ('in_groups', models.BooleanField(default=False, editable=False, help_text='its sub-groups are at work')),
                ('shows_turns', models.BooleanField(default=False, editable=False, help_text='speaking time on the group’s screen')),
                ('synthesis', models.TextField(blank=True, verbose_name='synthesis')),
                ('synthesis_version', models.PositiveIntegerField(default=0, editable=False, help_text='raised by each save of it')),
                ('follow_up', models.TextField(blank=True, help_text='as edited; empty while the draft suffices', verbose_name='follow-up')),
                ('follow_up_version', models.PositiveIntegerField(default=0, editable=False, help_text='raised by each save of it')),
                ('follow_up_absent', models.TextField(blank=True, verbose_name='a word for those who were not there')),
                ('minutes_level', models.CharField(blank=True, choices=[('log', 'Internal log only'), ('synthesis', 'Synthesis to members'), ('full', 'Full minutes')], editable=False, help_text='what its community kept of meetings when it was closed: no later choice opens more', max_length=20)),
                ('minutes_published_at', models.DateTimeField(blank=True, editable=False, help_text='full minutes: members read them from then on', null=True)),
                ('minutes_published_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('invitation_words', models.TextField(blank=True, editable=False, help_text='of whoever sent the invitation; those who join later read them too')),
                ('warm_up', models.CharField(blank=True, max_length=200, verbose_name='a question to get going')),
                ('topic_announced_at', models.DateTimeField(blank=True, editable=False, help_text='since when people can know what it is about', null=True)),
                ('started_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('closed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('attendance_confirmed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('followed_up_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('moved_because', models.CharField(blank=True, help_text='told with the last change of time or place', max_length=300, verbose_name='reason of the change')),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('cancelled_because', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('facilitators', models.ManyToManyField(blank=True, related_name='facilitated_meetings', to=settings.AUTH_USER_MODEL, verbose_name='facilitators')),
                ('co_facilitators', models.ManyToManyField(blank=True, related_name='co_facilitated', to='communities.membership', verbose_name='co-facilitating members')),
                ('volunteers', models.ManyToManyField(blank=True, help_text='offered to co-facilitate; nobody is assigned', related_name='volunteered_for', to='communities.membership')),
            ],
            options={
                'ordering': ['starts_at'],
                'indexes': [models.Index(fields=['community', 'starts_at'], name='meeting_of_community')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='meeting_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='communities.community')),
                ('title', models.CharField(max_length=200, verbose_name='topic')),
                ('source', models.CharField(choices=[('founding', 'Founding list'), ('meeting', 'Heard in a meeting'), ('news', 'Current events'), ('follow_up', 'Individual follow-up'), ('survey', 'Survey')], default='founding', max_length=10, verbose_name='source')),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('chosen', 'Chosen'), ('announced', 'Announced'), ('discussed', 'Discussed'), ('postponed', 'Postponed'), ('reserve', 'In reserve'), ('dropped', 'Set aside')], default='proposed', max_length=10, verbose_name='state')),
                ('before', models.DateField(blank=True, null=True, verbose_name='to be addressed before')),
                ('is_sensitive', models.BooleanField(default=False, verbose_name='sensitive topic')),
                ('sensitive_because', models.CharField(blank=True, max_length=200, verbose_name='why it is sensitive')),
                ('territory', models.CharField(blank=True, max_length=80, verbose_name='where it arises')),
                ('objective', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='topics', to='communities.objective', verbose_name='objective it serves')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='topics', to='meetings.meeting', verbose_name='meeting')),
                ('announced_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('discussed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('proposed_on', models.DateField(default=datetime.date.today, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False, help_text='raised by each edit')),
            ],
            options={
                'ordering': ['-proposed_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agenda', to='meetings.meeting')),
                ('kind', models.CharField(choices=[('welcome', 'Welcome and attendance'), ('frame', 'Purpose and rules'), ('topics', 'Choice of topics'), ('exchange', 'Exchange'), ('synthesis', 'Synthesis'), ('next', 'Next steps'), ('evaluation', 'Evaluation')], default='exchange', max_length=12, verbose_name='phase')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('minutes', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(480)], verbose_name='minutes')),
                ('added_minutes', models.SmallIntegerField(default=0, editable=False)),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='agenda_items', to='meetings.topic')),
                ('goal', models.CharField(blank=True, max_length=200, verbose_name='goal')),
                ('method', models.CharField(blank=True, max_length=200, verbose_name='method')),
                ('material', models.CharField(blank=True, max_length=200, verbose_name='material')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('started_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='meetings.meeting')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='communities.membership')),
                ('answer', models.CharField(blank=True, choices=[('yes', 'Yes'), ('maybe', 'Maybe'), ('no', 'No')], help_text='empty: asked again, see answer_before', max_length=5, verbose_name='answer')),
                ('answer_before', models.CharField(blank=True, choices=[('yes', 'Yes'), ('maybe', 'Maybe'), ('no', 'No')], editable=False, help_text='given for a time or a place that changed', max_length=5)),
                ('yes_since', models.DateTimeField(blank=True, editable=False, help_text='the turn in line for a room that has so many seats', null=True)),
                ('is_waiting', models.BooleanField(default=False, editable=False, help_text='for a seat: see meetings.seats')),
                ('mode', models.CharField(blank=True, choices=[('online', 'Online'), ('in_person', 'In person'), ('hybrid', 'Hybrid')], max_length=10, verbose_name='mode')),
                ('wish', models.CharField(blank=True, max_length=200, verbose_name='a topic you would like us to address')),
                ('topic', models.ForeignKey(blank=True, editable=False, help_text='what the wish became in the backlog', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='wished_in', to='meetings.topic')),
                ('needs', models.CharField(blank=True, help_text='erased the day after (meetings.needs)', max_length=300, verbose_name='what you need to take part')),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name_plural': 'replies',
                'constraints': [models.UniqueConstraint(fields=('meeting', 'membership'), name='one_reply_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='meetings.meeting')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='communities.membership')),
                ('status', models.CharField(choices=[('present', 'Present'), ('absent', 'Absent'), ('excused', 'Excused'), ('unknown', 'Not recorded')], default='unknown', max_length=8, verbose_name='attendance')),
                ('method', models.CharField(blank=True, choices=[('roster', 'Ticked on the list'), ('link', 'Own link'), ('code', 'QR or code'), ('walk_in', 'Added on the spot'), ('import', 'Imported')], max_length=8)),
                ('mode', models.CharField(blank=True, choices=[('online', 'Online'), ('in_person', 'In person'), ('hybrid', 'Hybrid')], max_length=10)),
                ('came_late', models.BooleanField(default=False, help_text='a mark on a presence; nothing is counted from it')),
                ('left_early', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['membership', 'status'], name='attendance_of_member')],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'membership'), name='one_attendance_per_member')],
            },
        ),
        migrations.CreateModel(
            name='AttendanceCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='meetings.meeting')),
                ('membership', models.ForeignKey(help_text='none: guests counted by head', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
                ('was', models.CharField(help_text='`Attendance.standing`; a number for guests', max_length=30)),
                ('became', models.CharField(max_length=30)),
                ('why', models.CharField(choices=[('forgotten', 'Forgotten during the meeting'), ('mistake', 'Ticked by mistake'), ('told', 'The person told us afterwards'), ('other', 'Another reason, in words'), ('self', 'Said by the person, on their own page'), ('late', 'Pressed as the meeting was closing'), ('file', 'From a file of Zoom or Teams'), ('undone', 'A file taken back')], max_length=10, verbose_name='reason')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='in a few words')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attendance', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='absence', to='meetings.attendance')),
                ('reason', models.CharField(choices=[('moment', 'The time did not suit me'), ('unforeseen', 'Something came up'), ('topic', 'The topic concerned me less'), ('unknown', 'I did not know the topic beforehand'), ('no_time', 'I lack time these days'), ('mode', 'Its form (online or in person) did not suit me'), ('needs', 'The community answers my needs less'), ('forgot', 'I forgot'), ('other', 'Another reason')], max_length=10, verbose_name='reason')),
                ('is_named', models.BooleanField(default=False, verbose_name='you may know that it is me')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Reflection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reflections', to='meetings.meeting')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reflections', to=settings.AUTH_USER_MODEL)),
                ('face', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('contributed', models.CharField(blank=True, choices=[('most', 'Almost everyone'), ('half', 'About half'), ('few', 'A few people')], max_length=5)),
                ('prompt', models.CharField(help_text='see meetings.reflecting', max_length=12)),
                ('words', models.TextField(blank=True)),
                ('plans_follow_up', models.BooleanField(default=False)),
                ('follow_up_with', models.CharField(blank=True, max_length=200)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-meeting__starts_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'author'), name='one_reflection_each'), models.CheckConstraint(condition=models.Q(('face', None), ('face__range', (1, 5)), _connector='OR'), name='five_faces')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
                ('community', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to='communities.community')),
                ('secret', models.CharField(default=meetings.models.feeds.new_secret, max_length=40, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('community__isnull', False), ('user', None)), models.Q(('community', None), ('user__isnull', False)), _connector='OR'), name='a_feed_is_of_one_person_or_one_community')],
            },
        ),
        migrations.CreateModel(
            name='MeetingGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='meetings.meeting')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('facilitator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who facilitates it')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('members', models.ManyToManyField(blank=True, related_name='meeting_groups', to='communities.membership', verbose_name='members')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AttendanceImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendance_imports', to='meetings.meeting')),
                ('file_name', models.CharField(max_length=200)),
                ('lines', models.JSONField(help_text='one per person found: see meetings.attendance_import')),
                ('read_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('before', models.JSONField(default=dict, help_text='what it wrote over, to put back')),
            ],
        ),
        migrations.CreateModel(
            name='MailWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_wordings', to='communities.community')),
                ('kind', models.CharField(choices=[('invitation', 'Invitation'), ('coming', 'Reminder to those who said yes'), ('hesitating', 'Reminder to those who said maybe'), ('silent', 'Reminder to those who have not answered'), ('soon', 'Last reminder, with the link'), ('moved', 'Change of date or place'), ('cancelled', 'Cancellation')], max_length=12)),
                ('subject_fr', models.CharField(blank=True, max_length=150, verbose_name='subject')),
                ('opening_fr', models.TextField(blank=True, max_length=1500, verbose_name='opening words')),
                ('subject_en', models.CharField(blank=True, max_length=150, verbose_name='subject')),
                ('opening_en', models.TextField(blank=True, max_length=1500, verbose_name='opening words')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('community', 'kind'), name='one_wording_per_kind_of_mail')],
            },
        ),
        migrations.CreateModel(
            name='WarmUpAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='warm_up_answers', to='meetings.meeting')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='warm_up_answers', to='communities.membership')),
                ('text', models.CharField(max_length=200, verbose_name='answer')),
                ('topic', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='meetings.topic')),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['answered_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'membership'), name='one_warm_up_answer_each')],
            },
        ),
        migrations.CreateModel(
            name='JoinPress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_presses', to='meetings.meeting')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_presses', to='communities.membership')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'membership'), name='one_join_press_each')],
            },
        ),
        migrations.CreateModel(
            name='TopicEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='meetings.topic')),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('chosen', 'Chosen'), ('announced', 'Announced'), ('discussed', 'Discussed'), ('postponed', 'Postponed'), ('reserve', 'In reserve'), ('dropped', 'Set aside')], max_length=10)),
                ('meeting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='topic_events', to='meetings.meeting')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TopicSupport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supports', to='meetings.topic')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_supports', to='communities.membership')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'membership'), name='one_support_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='meetings.meeting')),
                ('kind', models.CharField(choices=[('highlight', 'Highlight'), ('idea', 'Key idea'), ('decision', 'Decision'), ('action', 'Action'), ('topic', 'Suggested topic'), ('resource', 'Resource'), ('practice', 'Good practice'), ('off_record', 'Not to be recorded')], default='highlight', max_length=10, verbose_name='kind')),
                ('text', models.CharField(max_length=600, verbose_name='text')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes', to='meetings.agendaitem')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='actions', to='communities.membership', verbose_name='who')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='by when')),
                ('done_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('topic', models.ForeignKey(blank=True, editable=False, help_text='what a suggested topic became in the backlog', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes', to='meetings.topic')),
                ('group', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lines', to='meetings.meetinggroup')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('key', models.UUIDField(default=uuid.uuid4, help_text='chosen by the page: a repeated send is one note', unique=True)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DatePoll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='date_polls', to='communities.community')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, help_text='a form sent twice asks once', unique=True)),
                ('title', models.CharField(blank=True, max_length=160, verbose_name='topic')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='length, in minutes')),
                ('mode', models.CharField(choices=[('online', 'Online'), ('in_person', 'In person'), ('hybrid', 'Hybrid')], default='online', max_length=10, verbose_name='mode')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link to join')),
                ('place', models.CharField(blank=True, max_length=250, verbose_name='place')),
                ('asked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('meeting', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='date_poll', to='meetings.meeting')),
            ],
            options={
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='ProposedDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='meetings.datepoll')),
                ('starts_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['starts_at'],
                'constraints': [models.UniqueConstraint(fields=('poll', 'starts_at'), name='one_date_once_in_a_poll')],
            },
        ),
        migrations.CreateModel(
            name='DateVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='meetings.proposeddate')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='date_votes', to='communities.membership')),
                ('answer', models.CharField(choices=[('yes', 'Yes'), ('if_needed', 'If need be'), ('no', 'No')], max_length=9)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('date', 'membership'), name='one_vote_per_date_and_member')],
            },
        ),
        migrations.CreateModel(
            name='PreparationCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='meetings.meeting')),
                ('code', models.CharField(max_length=30)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'code'), name='a_thing_is_checked_once')],
            },
        ),
        migrations.CreateModel(
            name='Logistics',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='logistics', to='meetings.meeting')),
                ('room', models.TextField(blank=True, verbose_name='room')),
                ('meals', models.TextField(blank=True, verbose_name='meals')),
                ('travel', models.TextField(blank=True, verbose_name='travel')),
                ('access', models.TextField(blank=True, verbose_name='accessibility')),
            ],
            options={
                'verbose_name_plural': 'logistics',
            },
        ),
        migrations.CreateModel(
            name='AgendaModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agenda_models', to='communities.community')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('blocks', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('community', 'name'), name='one_agenda_model_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='recording', to='meetings.meeting')),
                ('purpose', models.CharField(max_length=300, verbose_name='what it is for')),
                ('heard_by', models.CharField(choices=[('notes', 'Only the person who takes notes'), ('team', 'The people who facilitate and take notes')], default='notes', max_length=10, verbose_name='who may hear it')),
                ('kept_at', models.CharField(blank=True, max_length=200, verbose_name='where it will be kept')),
                ('destroy_on', models.DateField(verbose_name='to be destroyed on')),
                ('guests_agreed', models.PositiveSmallIntegerField(default=0, help_text='guests counted by head who said yes aloud')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, help_text='somebody refused or withdrew once it was made', null=True)),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
                ('destroyed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RecordingConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='meetings.recording')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
                ('agrees', models.BooleanField()),
                ('how', models.CharField(choices=[('self', 'on their own page'), ('aloud', 'aloud, noted by the person who facilitates')], max_length=5)),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('noted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('recording', 'membership'), name='one_consent_each')],
            },
        ),
        migrations.CreateModel(
            name='Dot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dots', to='meetings.meeting')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dots', to='meetings.topic')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'topic', 'membership'), name='one_dot_each_on_a_topic')],
            },
        ),
        migrations.CreateModel(
            name='GoOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='go_ons', to='meetings.agendaitem')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
                ('goes_on', models.BooleanField()),
                ('asked_at', models.DateTimeField(help_text='the end this is about: minutes added ask anew')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'membership'), name='one_go_on_each')],
            },
        ),
        migrations.CreateModel(
            name='RulesRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules_read', to='meetings.meeting')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'membership'), name='rules_read_once_a_meeting')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='meetings.meeting')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(help_text='while they are speaking', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'membership'), name='one_turn_each')],
            },
        ),
    ]
