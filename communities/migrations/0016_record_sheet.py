import django.db.models.deletion
from django.db import migrations, models

from cmtl.migrations import moved, same_names

NAMES = (
    'anchor_id', 'asked_by_id', 'competition_zones', 'concertation_model', 'concertation_note', 'family', 'is_flagship',
    'is_rural', 'is_sectoral', 'is_social', 'is_structural', 'origin', 'reach', 'regions', 'sector', 'territory',
)
SAID = """
    anchor_id IS NOT NULL OR asked_by_id IS NOT NULL OR competition_zones <> '' OR concertation_model <> 'community'
    OR concertation_note <> '' OR family <> '' OR is_flagship OR is_rural OR is_sectoral OR is_social OR is_structural
    OR origin <> '' OR reach <> '[]' OR regions <> '[]' OR sector <> '' OR territory <> ''
"""


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0015_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordSheet',
            fields=[
                ('community', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='record_sheet', serialize=False, to='communities.community')),
                ('sector', models.CharField(blank=True, max_length=120, verbose_name='sector')),
                ('is_sectoral', models.BooleanField(default=False, verbose_name='sectoral')),
                ('is_social', models.BooleanField(default=False, verbose_name='social')),
                ('is_structural', models.BooleanField(default=False, verbose_name='structural')),
                ('concertation_model', models.CharField(choices=[('community', 'Community of practice'), ('hybrid', 'Community of practice with features of a cohort'), ('other', 'Another model, named in the note')], default='community', max_length=20, verbose_name='model of concertation')),
                ('concertation_note', models.CharField(blank=True, max_length=300, verbose_name='note on the model')),
                ('family', models.CharField(blank=True, choices=[('democracy', 'Democratic life'), ('inclusion', 'Parity, diversity and inclusion'), ('ecology', 'Ecological transition')], max_length=20, verbose_name='family of projects')),
                ('is_flagship', models.BooleanField(default=False, verbose_name='it is the project’s main activity')),
                ('origin', models.TextField(blank=True, verbose_name='where it comes from')),
                ('reach', models.JSONField(blank=True, default=list, help_text='of communities.models.territories.Reach', verbose_name='reach')),
                ('regions', models.JSONField(blank=True, default=list, help_text='numbers, see territories.REGIONS', verbose_name='regions')),
                ('is_rural', models.BooleanField(default=False, verbose_name='rural communities take part')),
                ('territory', models.CharField(blank=True, max_length=120, verbose_name='territory')),
                ('competition_zones', models.TextField(blank=True, verbose_name='what members do not share')),
                ('anchor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.organisation', verbose_name='supported and facilitated by')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.organisation', verbose_name='asked for by')),
            ],
        ),
        moved('communities_community', 'communities_recordsheet', same_names(NAMES), key='community_id', said=SAID),
        # Of two relations SQLite makes the table again, from the model as drawn after the first.
        migrations.RemoveField('community', 'anchor'),
        migrations.RemoveField('community', 'asked_by'),
    ]
