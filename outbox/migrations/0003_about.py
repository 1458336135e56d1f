from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_mail_types")]

    operations = [
        migrations.RemoveField("message", "reason"),
        migrations.AddIndex("message", models.Index(fields=["about_kind", "about_id"], name="outbox_about")),
    ]
