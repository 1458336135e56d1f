"""What is planned: one meeting that can be started now, one this week, and the dates after."""

import datetime as dt

from django.utils import timezone

from evaluations.demonstration.history import LINK, ZONE, Story, blocks, instant, name_facilitator
from meetings.domain.invitations import invitations
from meetings.models import AgendaItem, Meeting, Reply, Topic
from outbox.models import Message

NOW, SOON = "now", "soon"


def start_of(when: str | int, now: dt.datetime, hour: int = 12, weekday: int = 0) -> dt.datetime:
    """In ten minutes; on the next working day but one; or on the group's weekday, so many days ahead."""
    today = timezone.localdate(now, ZONE)
    if when == NOW:
        ahead = now + dt.timedelta(minutes=10)
        return ahead.replace(minute=ahead.minute // 5 * 5, second=0, microsecond=0)
    if when == SOON:
        days = [today + dt.timedelta(days=n) for n in (2, 1, 3, 4)]
        return instant(next(day for day in days if day.weekday() < 5), hour)
    day = today + dt.timedelta(days=int(when))
    return instant(day - dt.timedelta(days=(day.weekday() - weekday) % 7), hour)


def plan(story: Story) -> list[Meeting]:
    """The group's coming meetings, with what is ready of them."""
    group, meetings = story.group, []
    for told in group.coming:
        starts_at = start_of(told["when"], story.now, group.hour, group.weekday)
        in_person = told.get("mode") == Meeting.Mode.IN_PERSON
        meeting = story.new_meeting(
            starts_at,
            mode=told.get("mode", Meeting.Mode.ONLINE),
            place=group.place if in_person else "",
            kind=told.get("kind", Meeting.Kind.REGULAR),
            title=told.get("title", ""),
            objective=told.get("aim", ""),
            link="" if in_person else f"{LINK}{story.rng.randrange(10**9, 10**10)}",
            note_taker=story.note_taker if told["when"] == NOW else None,
        )
        if told.get("invited"):
            meeting.invited_at = min(starts_at - dt.timedelta(days=13), story.now - dt.timedelta(days=5))
            meeting.topic_announced_at = meeting.invited_at if meeting.title else None
        meetings.append(meeting)
    Meeting.objects.bulk_create(meetings)
    name_facilitator(story, meetings)
    for meeting, told in zip(meetings, group.coming, strict=True):
        prepare(story, meeting, told)
        if meeting.invited_at:
            send_invitations(story, meeting)
    return meetings


def prepare(story: Story, meeting: Meeting, told: dict) -> None:
    """Its topic, its blocks, and the replies received so far."""
    topic = None
    if meeting.title:
        state = Topic.State.ANNOUNCED if meeting.invited_at else Topic.State.CHOSEN
        announced = {"state": state, "meeting": meeting, "announced_at": meeting.invited_at}
        topic, _is_new = Topic.objects.update_or_create(
            community=story.community,
            title=meeting.title,
            defaults=announced,
            create_defaults={
                "source": Topic.Source.SURVEY,
                **announced,
                "proposed_on": timezone.localdate(story.now, ZONE) - dt.timedelta(days=50),
            },
        )
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            kind=kind,
            title=title,
            minutes=minutes,
            position=position,
            topic=topic if kind == AgendaItem.Kind.EXCHANGE else None,
        )
        for position, (kind, title, minutes) in enumerate(
            blocks(told.get("agenda", []), story.group.minutes, meeting.title)
        )
    )
    answers = [answer for answer, count in told.get("replies", {}).items() for _ in range(count)]
    invited_at = meeting.invited_at or story.now
    unasked = {story.members[0].pk} if story.group.name == "Constellation" else set()  # Nadia is still to answer
    active = [m for m in story.members if m.status == m.Status.ACTIVE and m.pk not in unasked]
    Reply.objects.bulk_create(
        Reply(
            meeting=meeting,
            membership=membership,
            answer=answer,
            answered_at=invited_at + dt.timedelta(hours=story.rng.uniform(1, 90)),
        )
        for membership, answer in zip(story.rng.sample(active, len(answers)), answers, strict=True)
    )


def send_invitations(story: Story, meeting: Meeting) -> None:
    """The mails that left, as they will be found on the page of mails; one address no longer exists."""
    mails = Message.objects.about(meeting)
    sent_at = meeting.invited_at
    invitations.invite(meeting)
    mails.update(queued_at=sent_at, send_after=sent_at, sent_at=sent_at, attempts=1)
    if story.group.name == "Constellation":
        mails.filter(pk=max(mails.values_list("pk", flat=True))).update(
            sent_at=None, failed_at=sent_at, outcome="550 5.1.1 La boîte de cette personne n’existe plus"
        )


def stay_current(now: dt.datetime | None = None) -> int:
    """Days after loading, move what nobody has started so that it is ahead again; returns how many days."""
    now = now or timezone.now()
    waiting = list(Meeting.objects.planned().filter(started_at=None).order_by("starts_at"))
    if not waiting or waiting[0].starts_at > now:
        return 0
    days = (timezone.localdate(now, ZONE) - waiting[0].local_start.date()).days
    for meeting in waiting:
        length = meeting.ends_at - meeting.starts_at
        day = meeting.local_start + dt.timedelta(days=days)  # wall clock: noon stays noon
        meeting.starts_at = start_of(NOW, now) if meeting is waiting[0] else day
        meeting.ends_at = meeting.starts_at + length
    Meeting.objects.bulk_update(waiting, ["starts_at", "ends_at"])
    return days
