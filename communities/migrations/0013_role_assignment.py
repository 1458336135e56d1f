from django.conf import settings
from django.db.migrations import RenameModel, RunPython

from cmtl.migrations import Renames, related_as

GRANT, ROLE_ASSIGNMENT = "communities.grant", "communities.roleassignment"


def name_mails(before, after):
    """Mails that wait say which row they speak of, by its model: what cancels them must find it."""

    def write(apps, schema_editor):
        apps.get_model("outbox", "Message").objects.filter(about_kind=before).update(about_kind=after)

    return write


class Migration(Renames):
    dependencies = [("communities", "0012_plain_names"), ("outbox", "0003_about")]

    operations = [
        RenameModel("Grant", "RoleAssignment"),
        related_as("roleassignment", "user", "role_assignments", settings.AUTH_USER_MODEL),
        related_as("roleassignment", "community", "role_assignments", "communities.community", null=True, blank=True),
        related_as("roleassignment", "programme", "role_assignments", "communities.programme", null=True, blank=True),
        RunPython(name_mails(GRANT, ROLE_ASSIGNMENT), name_mails(ROLE_ASSIGNMENT, GRANT)),
    ]
