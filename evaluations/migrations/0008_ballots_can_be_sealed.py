from django.db import migrations, models


def keep_as_written(apps, schema_editor):
    """What is sealed cannot be made smaller: PostgreSQL is spared the attempt at each answer."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('ALTER TABLE evaluations_urn ALTER COLUMN ballots SET STORAGE EXTERNAL')


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0007_no_row_holds_two_answers'),
    ]

    operations = [
        migrations.AddField('survey', 'keyring_name', models.CharField(blank=True, default='', help_text='of its keys, and its own for good', max_length=32)),
        migrations.AddField('survey', 'public_key', models.BinaryField(help_text='what its ballots are sealed with', null=True)),
        migrations.AddField('survey', 'ballots_dropped', models.PositiveIntegerField(default=0, help_text='second ballots of one person; at closing')),
        migrations.AddField('survey', 'lost_at', models.DateTimeField(blank=True, help_text='closed without its key: nobody can read it', null=True)),
        migrations.RenameField('urn', 'answers', 'ballots'),
        migrations.AlterField('urn', 'ballots', models.JSONField(default=dict, help_text='random id → sealed ballot')),
        migrations.RunPython(keep_as_written, migrations.RunPython.noop),
        migrations.AddField('receipt', 'digest', models.CharField(default='', max_length=64)),
    ]
