import django.core.validators
from django.db import migrations, models
from django.db.models import F


def from_zero(apps, schema_editor):
    """The rubric of the six factors goes from 0 to 3; ratings were kept from 1 to 4."""
    apps.get_model("evaluations", "FactorRating").objects.update(level=F("level") - 1)


def from_one(apps, schema_editor):
    apps.get_model("evaluations", "FactorRating").objects.update(level=F("level") + 1)


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0020_sorted_suggestions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='factorrating',
            name='level',
            field=models.PositiveSmallIntegerField(choices=[(0, 'To build'), (1, 'Fragile'), (2, 'Solid'), (3, 'A strength')], validators=[django.core.validators.MaxValueValidator(3)], verbose_name='our rating'),
        ),
        migrations.RunPython(from_zero, from_one),
    ]
