import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0014_budget_line_assignment")]

    operations = [
        migrations.AlterModelOptions("objectiveversion", {"ordering": ["-at", "-pk"]}),
        migrations.RenameField("objectiveversion", "replaced_at", "at"),
        migrations.RenameField("objectiveversion", "replaced_by", "by"),
        migrations.AlterField(
            "objectiveversion",
            "by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+"
            ),
        ),
    ]
