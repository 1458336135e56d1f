from django.db.migrations import RenameModel
from django.db.models import OneToOneField

from cmtl.migrations import Renames, related_as


class Migration(Renames):

    dependencies = [("evaluations", "0015_ballot_box")]

    operations = [
        RenameModel("Urn", "BallotBox"),
        related_as("ballotbox", "survey", "ballot_box", "evaluations.survey", kind=OneToOneField, primary_key=True, serialize=False),
    ]
