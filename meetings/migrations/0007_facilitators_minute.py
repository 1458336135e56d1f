"""What the facilitator's minute asks more: whether the group stayed close to the objective, and the rules."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0006_postponed_from"),
    ]

    operations = [
        migrations.AddField(
            model_name="reflection",
            name="rules_kept",
            field=models.CharField(
                blank=True,
                choices=[
                    ("yes", "Yes"),
                    ("recalled", "They were recalled"),
                    ("again", "To be taken up again with the group"),
                ],
                max_length=8,
                verbose_name="the rules were kept",
            ),
        ),
        migrations.AddField(
            model_name="reflection",
            name="stayed_close",
            field=models.CharField(
                blank=True,
                choices=[
                    ("1", "Strongly disagree"),
                    ("2", "Somewhat disagree"),
                    ("3", "Somewhat agree"),
                    ("4", "Strongly agree"),
                    ("0", "No opinion"),
                ],
                max_length=1,
                verbose_name="we stayed close to the objective",
            ),
        ),
    ]
