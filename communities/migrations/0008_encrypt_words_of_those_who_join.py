from django.db import migrations

from cmtl.encrypted import encrypts


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("communities", "0007_words_of_those_who_join_are_encrypted")]

    operations = [
        encrypts(
            ("communities", "application", "motivation"),
            ("communities", "expectation", "expects"),
            ("communities", "expectation", "brings"),
        )
    ]
