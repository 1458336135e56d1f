import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0001_squashed'),
        ('evaluations', '0004_opened_from'),
    ]

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('survey', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='release', serialize=False, to='evaluations.survey')),
                ('figures', models.JSONField(help_text='n, what is told of each question, topics wished for')),
            ],
        ),
        migrations.CreateModel(
            name='CommentBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texts', models.JSONField(help_text='in an order that only the words decide')),
                ('released_on', models.DateField(default=django.utils.timezone.localdate)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comment_batches', to='communities.community')),
            ],
            options={
                'ordering': ['-released_on', '-pk'],
            },
        ),
        migrations.AddField('response', 'code', models.CharField(default='', max_length=6)),
        migrations.AddField('response', 'value', models.JSONField(null=True)),
        migrations.AlterField('response', 'answers', models.JSONField(default=dict)),
    ]
