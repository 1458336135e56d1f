from django.db import migrations, models

from evaluations.domain.surveys import questionnaires


def write_questions(apps, schema_editor):
    questionnaires.install(
        "Q-N", apps.get_model("evaluations", "Questionnaire").objects, apps.get_model("evaluations", "Question").objects
    )


def forget_those_of_alumni(apps, schema_editor):
    """Before this they cannot be told from the annual ones, and two of a year were refused."""
    apps.get_model("evaluations", "Campaign").objects.filter(kind="alumni").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0024_asked_later'),
        ('evaluations', '0024_questionnaire_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='kind',
            field=models.CharField(choices=[('annual', 'Annual evaluation'), ('alumni', 'Former members')], default='annual', max_length=8),
        ),
        migrations.RemoveConstraint(
            model_name='campaign',
            name='one_campaign_a_year',
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(fields=('community', 'kind', 'year'), name='one_campaign_a_year_of_each_kind'),
        ),
        migrations.AlterField(
            model_name='questionnaire',
            name='code',
            field=models.CharField(choices=[('Q-R', 'End of meeting'), ('Q-M', 'Annual evaluation'), ('Q-N', 'Former members')], max_length=5),
        ),
        migrations.RunPython(write_questions, forget_those_of_alumni),
    ]
