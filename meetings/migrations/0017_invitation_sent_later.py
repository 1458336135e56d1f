import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("meetings", "0016_pointers"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="send_at",
            field=models.DateTimeField(
                blank=True, help_text="the hour it leaves by itself, until it has left", null=True
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                help_text="who chose that hour; nobody once they may no longer invite, and then it does not leave",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
