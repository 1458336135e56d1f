from django.db import migrations

from cmtl.encrypted import encrypts


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("meetings", "0009_needs_are_encrypted")]

    operations = [encrypts(("meetings", "reply", "needs"))]
