"""The nine models of concertation: those that the guide does not name are written by their own name, where the note
held it until now."""

from django.db import migrations, models

NAME_LENGTH = 60


def name_from_note(apps, schema_editor):
    """A short note was the name. A longer one stays a note, without a name, for somebody to read."""
    for sheet in apps.get_model("communities", "RecordSheet").objects.filter(concertation_model="other"):
        note = " ".join(sheet.concertation_note.split())
        if note and len(note) <= NAME_LENGTH:
            sheet.concertation_name, sheet.concertation_note = note, ""
            sheet.save(update_fields=["concertation_name", "concertation_note"])


def note_from_name(apps, schema_editor):
    sheets = apps.get_model("communities", "RecordSheet").objects
    for sheet in sheets.exclude(concertation_name=""):
        told = [sheet.concertation_name, sheet.concertation_note]
        sheet.concertation_note = " · ".join(filter(None, told))[:300]
        sheet.save(update_fields=["concertation_note"])
    # the cohort was noted among the hybrids before it had a line of its own
    sheets.filter(concertation_model="cohort").update(concertation_model="hybrid")


class Migration(migrations.Migration):
    dependencies = [("communities", "0029_end_told")]

    operations = [
        migrations.AddField(
            model_name="recordsheet",
            name="concertation_name",
            field=models.CharField(blank=True, max_length=NAME_LENGTH, verbose_name="name of the other model"),
        ),
        migrations.AlterField(
            model_name="recordsheet",
            name="concertation_model",
            field=models.CharField(
                choices=[
                    ("community", "Community of practice"),
                    ("cohort", "Cohort"),
                    ("hybrid", "Community of practice with features of a cohort"),
                    ("other", "Another model, named below"),
                ],
                default="community",
                max_length=20,
                verbose_name="model of concertation",
            ),
        ),
        migrations.RunPython(name_from_note, note_from_name),
    ]
