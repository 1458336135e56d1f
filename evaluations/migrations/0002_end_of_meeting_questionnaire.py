"""The questionnaire of the end of a meeting, version 1."""

from django.db import migrations

from evaluations.domain.surveys import questionnaires


def write(apps, schema_editor):
    questionnaires.install(
        "Q-R", apps.get_model("evaluations", "Questionnaire").objects, apps.get_model("evaluations", "Question").objects
    )


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0001_initial")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
