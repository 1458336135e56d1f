"""Going back to tables that do not know what is taken back: the latest version is there the one in use. One that was
taken back goes; where an evaluation opened with it at the same moment, it stays and a copy of the one in use follows."""

from django.db import migrations


def leave_none_in_use(apps, schema_editor):
    versions = apps.get_model("evaluations", "Questionnaire").objects
    for version in versions.exclude(taken_back_at=None):
        is_used = any(
            apps.get_model("evaluations", name).objects.filter(questionnaire=version).exists()
            for name in ("Survey", "Pool")
        )
        if not is_used:
            version.delete()
    for code in versions.exclude(taken_back_at=None).values_list("code", flat=True).distinct():
        last = versions.filter(code=code).order_by("-version").first()
        if last.taken_back_at:
            _copy(versions.filter(code=code, taken_back_at=None).order_by("-version").first(), last.version + 1)


def _copy(version, number):
    questions = list(version.questions.order_by("position"))
    version.pk, version.version = None, number
    version.save(force_insert=True)
    for question in questions:
        question.pk, question.questionnaire = None, version
        question.save(force_insert=True)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0026_manager_opinions")]

    operations = [migrations.RunPython(migrations.RunPython.noop, leave_none_in_use)]
