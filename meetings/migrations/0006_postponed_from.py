"""What « postponed » said of a meeting was the one that the topic left."""

from django.db import migrations
from django.db.models import F


def say_from_where(apps, schema_editor):
    moves = apps.get_model("meetings", "TopicEvent").objects.filter(state="postponed", came_from=None)
    moves.exclude(meeting=None).update(came_from=F("meeting"), meeting=None)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_topic_moves")]

    operations = [migrations.RunPython(say_from_where, migrations.RunPython.noop)]
