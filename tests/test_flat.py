"""What a page asks of the database follows neither the people of a community nor its meetings: ten or a thousand,
ten or five hundred, the same number of queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Membership, Organisation
from meetings import planning, running
from meetings.models import AgendaItem, Attendance, Meeting, Note, Reply, Topic, TopicSupport
from tests import factories as make

MEETING_PAGES = {
    "meeting page": ("meetings:detail", "coming"),
    "meeting held": ("meetings:detail", "held"),
    "console, whole": ("meetings:live", "live"),
    "refresh": ("meetings:refresh", "live"),
    "roster": ("meetings:roster", "live"),
    "roster corrected": ("meetings:roster", "held"),
    "group's screen": ("meetings:screen", "live"),
    "replies": ("meetings:replies", "coming"),
    "prepare": ("meetings:prepare", "coming"),
    "invite": ("meetings:invite", "coming"),
    "follow-up": ("meetings:follow_up", "held"),
    "after": ("meetings:complete", "held"),
}
COMMUNITY_PAGES = {
    "year": "meetings:year",
    "topics": "meetings:topics",
    "meetings": "meetings:of_community",
    "people": "communities:members",
    "overview": "communities:detail",
}


@pytest.fixture
def places(community, sandrine):
    """The community with one meeting held, one under way, one coming, all hers."""
    now = timezone.now()
    days = {"held": -7, "live": 0, "coming": 7}
    meetings = {
        name: make.a_meeting(community, now + dt.timedelta(days=n), title=name, invited_at=now)
        for name, n in days.items()
    }
    for meeting in meetings.values():
        meeting.facilitators.add(sandrine)
        planning.default_agenda(meeting)
    for name in ("held", "live"):
        running.start(meetings[name])
    Meeting.objects.filter(title="held").update(closed_at=now - dt.timedelta(days=7), attendance_confirmed_at=now)
    return {"community": community, **{name: Meeting.objects.get(pk=m.pk) for name, m in meetings.items()}}


def people_come(places, first, last):
    """Each of an organisation, with answers, wishes, needs, presences, topics they call for, and an action to do."""
    community, meetings = places["community"], [places["held"], places["live"], places["coming"]]
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Organisme {n}", sort_key=f"organisme {n:04}") for n in range(first, last)
    )
    users = User.objects.bulk_create(
        User(first_name=f"P{n}", last_name=f"N{n}", email=f"p{n}@exemple.quebec", sort_key=f"n{n:04}", password="!")
        for n in range(first, last)
    )
    members = Membership.objects.bulk_create(
        Membership(community=community, user=user, organisation=organisation, joined_on=dt.date(2024, 1, 1))
        for user, organisation in zip(users, organisations, strict=True)
    )
    topics = Topic.objects.bulk_create(Topic(community=community, title=f"Sujet {m.pk}") for m in members[::5])
    TopicSupport.objects.bulk_create(TopicSupport(topic=topics[m.pk % len(topics)], membership=m) for m in members)
    for meeting in meetings:
        Reply.objects.bulk_create(
            Reply(meeting=meeting, membership=m, answer="yes", wish=f"Idée {m.pk}", needs="Une place assise")
            for m in members
        )
    for meeting in meetings[:2]:
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, membership=m, status="present", recorded_at=timezone.now()) for m in members
        )
        Note.objects.bulk_create(
            Note(meeting=meeting, kind="action", text=f"À faire {m.pk}", assignee=m, author=m.user) for m in members
        )


def meetings_are_held(places, first, last):
    """Half of them past, with who came and what was said; half to come; each with its agenda, topics and replies.
    They share the days around today, so that one year holds them all."""
    community, now = places["community"], timezone.now()
    member = community.memberships.first()
    meetings = Meeting.objects.bulk_create(
        Meeting(
            community=community,
            title=f"Rencontre {n}",
            starts_at=starts,
            ends_at=starts + dt.timedelta(hours=1),
            invited_at=now,
            started_at=starts if n % 2 else None,
            closed_at=starts if n % 2 else None,
        )
        for n in range(first, last)
        for starts in [now + dt.timedelta(days=(-1 if n % 2 else 1) * (2 + n % 20), minutes=n)]
    )
    topics = Topic.objects.bulk_create(Topic(community=community, title=m.title, meeting=m) for m in meetings)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=topic.meeting, title="Échanges", minutes=50, topic=topic) for topic in topics
    )
    Reply.objects.bulk_create(Reply(meeting=m, membership=member, answer="yes") for m in meetings)
    past = [m for m in meetings if m.closed_at]
    Attendance.objects.bulk_create(Attendance(meeting=m, membership=member, status="present") for m in past)
    Note.objects.bulk_create(Note(meeting=m, kind="action", text=m.title, assignee=member) for m in past)


def asked_by_each_page(client, places) -> dict[str, int]:
    addresses = {name: reverse(page, args=[places[of].pk]) for name, (page, of) in MEETING_PAGES.items()}
    addresses |= {name: reverse(page, args=[places["community"].pk]) for name, page in COMMUNITY_PAGES.items()}
    addresses |= {"Today": reverse("evaluations:today"), "all meetings": reverse("meetings:list")}
    return {name: _queries(client, address) for name, address in addresses.items()}


def _queries(client, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return len(asked)


@pytest.mark.parametrize(("grow", "few", "many"), [(people_come, 10, 1000), (meetings_are_held, 10, 500)])
def test_a_page_asks_as_much_for_many_as_for_ten(grow, few, many, places, sandrine, signed_in):
    client = signed_in(sandrine)
    people_come(places, 5000, 5010)
    grow(places, 0, few)
    asked_by_each_page(client, places)  # what is asked once for all is known
    for_ten = asked_by_each_page(client, places)

    grow(places, few, many)
    for_many = asked_by_each_page(client, places)

    grown = {name: (n, for_many[name]) for name, n in for_ten.items() if for_many[name] != n}
    assert not grown, grown


def test_control_a_page_that_asked_for_each_would_be_seen(places):
    def one_by_one():
        with CaptureQueriesContext(connection) as asked:
            _names = [m.user.last_name for m in places["community"].memberships.all()]
        return len(asked)

    people_come(places, 0, 10)
    for_ten = one_by_one()
    people_come(places, 10, 100)

    assert one_by_one() - for_ten == 90


def test_presences_and_answers_are_counted_apart():
    """In one query each, but never joined: a thousand presences by a thousand answers took a minute."""
    assert " JOIN " not in str(Meeting.objects.with_replies().with_turnout().query)
