from importlib import import_module

from django.db import migrations

from cmtl.migrations import Moves

NAMES = import_module('communities.migrations.0019_policies').NAMES


class Migration(Moves):
    dependencies = [('communities', '0019_policies')]

    operations = [migrations.RemoveField('community', name) for name in NAMES]
