"""What two younger columns say of older meetings, from what is known.

Since when their topic is announced: the first mail about the meeting whose words hold its title (an invitation, a change
or a reminder), or the day one of its topics was announced, whichever came first. Where neither is known (mails are
destroyed after a while) the column stays empty: an invented day would count in figures. And what their community kept of
meetings when they were closed: nobody wrote it down, so what it keeps now, which opens nothing and closes nothing.
"""

from django.db import migrations
from django.db.models import Min, OuterRef, Subquery

TELLING = ("meetings/emails/invitation.html", "meetings/emails/moved.html", "meetings/emails/reminder.html")


def say_since_when(apps, schema_editor):
    Meeting, Topic = apps.get_model("meetings", "Meeting"), apps.get_model("meetings", "Topic")
    Message = apps.get_model("outbox", "Message")
    quiet = Meeting.objects.filter(topic_announced_at=None).exclude(title="")
    for meeting in quiet.only("pk", "title").iterator():
        mails = Message.objects.filter(reason=f"meeting:{meeting.pk}", kind__in=TELLING)
        told = [
            mails.filter(text__contains=meeting.title).aggregate(first=Min("queued_at"))["first"],
            mails.filter(subject__contains=meeting.title).aggregate(first=Min("queued_at"))["first"],
            Topic.objects.filter(meeting=meeting.pk).aggregate(first=Min("announced_at"))["first"],
        ]
        if known := [when for when in told if when]:
            Meeting.objects.filter(pk=meeting.pk).update(topic_announced_at=min(known))


def keep_the_level(apps, schema_editor):
    Meeting, Community = apps.get_model("meetings", "Meeting"), apps.get_model("communities", "Community")
    level = Community.objects.filter(pk=OuterRef("community")).values("minutes_level")
    Meeting.objects.filter(closed_at__isnull=False, minutes_level="").update(minutes_level=Subquery(level))


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0002_in_full"),
        ("meetings", "0003_completed"),
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(say_since_when, migrations.RunPython.noop),
        migrations.RunPython(keep_the_level, migrations.RunPython.noop),
    ]
