import zoneinfo

from django.db import migrations, models
from django.db.models import Q

LEADING = ("facilitator", "external")


def write_who_did(apps, schema_editor):
    """Of annual evaluations that are closed, from the roles as they stand: nothing else tells it any more."""
    RoleAssignment = apps.get_model("communities", "RoleAssignment")
    closed = apps.get_model("evaluations", "Campaign").objects.filter(kind="annual", survey__closed_at__isnull=False)
    for campaign in closed.select_related("community", "survey"):
        closed_at = campaign.survey.closed_at
        day = closed_at.astimezone(zoneinfo.ZoneInfo(campaign.community.time_zone)).date()
        held = RoleAssignment.objects.filter(
            Q(starts_on=None) | Q(starts_on__lte=day),
            Q(ends_on=None) | Q(ends_on__gte=day),
            Q(ended_at=None) | Q(ended_at__gt=closed_at),
            community=campaign.community_id,
            role__in=LEADING,
        )
        campaign.facilitated_by = sorted(set(held.values_list("user", flat=True)))
        campaign.save(update_fields=["facilitated_by"])


class Migration(migrations.Migration):

    dependencies = [
        ("communities", "0024_asked_later"),
        ("evaluations", "0032_offered_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="facilitated_by",
            field=models.JSONField(blank=True, help_text="numbers of the people who facilitated when it closed, written then", null=True),
        ),
        migrations.RunPython(write_who_did, migrations.RunPython.noop, elidable=True),
    ]
