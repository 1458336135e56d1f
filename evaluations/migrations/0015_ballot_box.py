from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("evaluations", "0014_cleaned_at")]

    operations = [migrations.RenameField("SealedBallot", "urn", "ballot_box")]
