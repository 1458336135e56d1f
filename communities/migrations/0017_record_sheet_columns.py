from importlib import import_module

from django.db import migrations

from cmtl.migrations import Moves

RELATIONS = ('anchor_id', 'asked_by_id')  # gone already
NAMES = import_module('communities.migrations.0016_record_sheet').NAMES


class Migration(Moves):
    dependencies = [('communities', '0016_record_sheet')]

    operations = [migrations.RemoveField('community', name) for name in NAMES if name not in RELATIONS]
