from django.db.migrations import RenameModel

from cmtl.migrations import Renames, related_as


class Migration(Renames):

    dependencies = [("communities", "0011_incidents_have_an_end")]

    operations = [
        RenameModel("SetAside", "DismissedAlert"),
        RenameModel("OutOfReach", "ExcludedExpectation"),
        RenameModel("LinkStep", "TeamBuildingStep"),
        related_as("dismissedalert", "community", "dismissed_alerts", "communities.community"),
        related_as("excludedexpectation", "community", "excluded_expectations", "communities.community"),
        related_as("teambuildingstep", "community", "team_building_steps", "communities.community"),
    ]
