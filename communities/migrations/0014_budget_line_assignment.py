from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("communities", "0013_role_assignment")]

    operations = [migrations.RenameField("budgetline", "grant", "assignment")]
