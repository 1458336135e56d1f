"""Topics in full: whom they call, announced, kept on record, read across a programme."""

import datetime as dt
import gzip

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from communities.domain.members import consents
from communities.models import Community, Purpose, Role
from meetings.domain.invitations import invitations, reminders
from meetings.domain.invitations.reminders import reminder_at
from meetings.domain.links import links, visitors
from meetings.domain.live import live_session
from meetings.domain.scheduling import advising
from meetings.domain.topics import topics, transitions
from meetings.models import AgendaItem, Meeting, Note, Topic, TopicEvent, TopicSupport
from meetings.web.topics.topic_board import Board
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def topic(community):
    return make.a_topic(community, "Les pourboires", source="news")


@pytest.fixture
def member(community):
    return community.memberships.first() or make.a_member(community)


# ------------------------------------------------------------ whom it calls


@pytest.mark.browser
def test_the_board_follows_the_words_typed_and_one_goes_on_typing(community, sandrine, open_as):
    for n in range(60):
        make.a_topic(community, f"Sujet {n:02}")
    page = open_as(sandrine)
    page.goto(reverse("meetings:topics", args=[community.pk]))
    expect(page.get_by_role("link", name="Sujet 58")).to_have_count(0)

    field = page.get_by_role("searchbox", name="Rechercher").last
    field.press_sequentially("sujet 5", delay=60)
    expect(page.get_by_role("link", name="Sujet 58")).to_be_visible()
    field.press_sequentially("8", delay=60)

    expect(page.locator("#board .list .main > a:first-child")).to_have_text(["Sujet 58"])
    expect(field).to_have_value("sujet 58")
    expect(field).to_be_focused()


def test_a_press_sent_twice_counts_once_and_is_taken_back(signed_in, nadia, topic):
    client, board = signed_in(nadia), reverse("meetings:topics", args=[topic.community_id])

    support = form_on(client.get(board), button=f"calls-{topic.pk}")
    support.press(client)
    support.press(client)
    assert topic.supports.count() == 1

    submit(client, board, button=f"calls-{topic.pk}")
    assert topic.supports.count() == 0


def test_the_database_itself_takes_one_support_per_member(community, topic):
    membership = make.a_member(community)
    TopicSupport.objects.create(topic=topic, membership=membership)

    with pytest.raises(IntegrityError), transaction.atomic():
        TopicSupport.objects.create(topic=topic, membership=membership)


def test_how_many_is_shown_and_never_who(signed_in, nadia, sandrine, community, topic):
    for n in range(3):
        topics.support(topic, make.a_member(community, make.a_person("Zoé", f"Secrète{n}")))

    for person in (nadia, sandrine):
        client = signed_in(person)
        for name, pk in (("meetings:topics", community.pk), ("meetings:topic", topic.pk)):
            page = client.get(reverse(name, args=[pk])).content.decode()
            assert "Secrète" not in page
            assert "3" in page


def test_nobody_supports_from_elsewhere_or_what_is_over(community, topic):
    with pytest.raises(ValidationError):
        topics.support(topic, make.a_member(make.a_community()))
    with pytest.raises(ValidationError):
        topics.support(topic, make.a_member(community, status="alumni", left_on=dt.date(2025, 6, 1)))
    with pytest.raises(ValidationError):
        topics.support(make.a_topic(community, state="discussed"), make.a_member(community))


def test_from_the_personal_page_of_a_meeting(client, community, topic):
    meeting, membership = make.a_meeting(community), make.a_member(community)
    topics.choose(topic, meeting)
    token = links.guest_token(meeting, membership)

    page = client.get(reverse("meetings:phone", args=[token]))
    support = form_on(page, button=f"calls-{topic.pk}")
    support.press(client)
    support.press(client)

    assert b"Les pourboires" in page.content
    assert [s.membership for s in topic.supports.all()] == [membership]


@pytest.mark.parametrize("sent", ["", "abc", "999999", "9" * 40])
def test_a_number_that_is_no_topic_says_so(client, community, sent):
    meeting, membership = make.a_meeting(community), make.a_member(community)
    response = client.post(
        reverse("meetings:phone_support", args=[links.guest_token(meeting, membership)]), {"topic": sent}
    )

    assert response.status_code == 302
    assert not TopicSupport.objects.exists()


def test_a_topic_of_another_community_cannot_be_reached_from_here(client, community):
    elsewhere = make.a_topic(make.a_community())
    meeting, membership = make.a_meeting(community), make.a_member(community)
    token = links.guest_token(meeting, membership)

    client.post(reverse("meetings:phone_support", args=[token]), {"topic": elsewhere.pk})

    assert not TopicSupport.objects.exists()


def test_one_s_own_space_lists_supports_and_proposes(client, community, topic):
    membership = make.a_member(community)
    address = reverse("meetings:space_topics", args=[visitors.visitor_token(membership.user), membership.pk])

    page = client.get(address)
    submit(client, page, button=f"calls-{topic.pk}")
    submit(client, address, {"title": "Les horaires atypiques"})
    refused = submit(client, address, {"title": "  "})

    assert b"Les pourboires" in page.content
    assert topic.supports.count() == 1
    assert Topic.objects.get(title="Les horaires atypiques").source == "survey"
    assert refused.status_code == 422


def test_the_space_of_another_member_s_community_does_not_exist(client, community):
    mine, theirs = make.a_member(community), make.a_member(make.a_community())

    response = client.get(reverse("meetings:space_topics", args=[visitors.visitor_token(mine.user), theirs.pk]))

    assert response.status_code == 404


# ------------------------------------------------------------ announcing


def test_announcing_stamps_the_topic_and_its_meeting_once(community, topic, sandrine):
    meeting = make.a_meeting(community)
    topics.choose(topic, meeting, by=sandrine)
    topics.announce(topic, by=sandrine)
    first = topic.announced_at
    topics.announce(topic, by=sandrine)

    meeting.refresh_from_db()
    topic.refresh_from_db()
    assert (topic.state, topic.announced_at, meeting.topic_announced_at) == ("announced", first, first)
    assert meeting.title == "Les pourboires"
    assert [event.state for event in topic.events.all()] == ["chosen", "announced"]


def test_a_topic_without_a_date_cannot_be_announced(topic):
    with pytest.raises(ValidationError):
        topics.announce(topic)


def test_an_announcement_taken_back_before_anybody_was_told_leaves_no_date(community, topic):
    meeting = make.a_meeting(community)
    topics.choose(topic, meeting)
    topics.announce(topic)
    transitions.change(topic, "bring_back", by=None)

    meeting.refresh_from_db()
    assert (topic.announced_at, meeting.topic_announced_at, meeting.title) == (None, None, "")


def test_an_invitation_that_says_the_topic_announces_it(community):
    make.a_member(community)
    meeting = make.a_meeting(community, timezone.now() + dt.timedelta(days=20), title="Les pourboires")
    silent = make.a_meeting(community, timezone.now() + dt.timedelta(days=40))
    for one in (meeting, silent):
        invitations.invite(one)
        one.refresh_from_db()

    assert meeting.topic_announced_at
    assert silent.topic_announced_at is None


def test_what_is_announced_is_in_the_reminder(community, topic):
    make.a_member(community)
    meeting = make.a_meeting(community, timezone.now() + dt.timedelta(days=20), title="Une rencontre sur l’argent")
    invitations.invite(meeting)
    topics.choose(topic, meeting)
    topics.announce(topic)

    reminders.send_due_reminders(reminder_at(meeting) + dt.timedelta(minutes=1))

    mail = Message.objects.filter(key__startswith="reminder").get()
    assert "Les pourboires" in mail.text
    assert "Les pourboires" in mail.html


# ------------------------------------------------------------ what became of it


def test_the_history_says_when_it_was_postponed_and_discussed_and_where(community, topic):
    meeting = make.a_meeting(community, timezone.now() - dt.timedelta(minutes=10))
    topics.choose(topic, meeting)
    live_session.start(meeting)
    live_session.postpone(meeting, topic)
    topic.refresh_from_db()
    assert (topic.state, topic.meeting) == ("postponed", None)

    live_session.mark_discussed(meeting, topic)
    live_session.mark_discussed(meeting, topic)

    assert list(topic.events.values_list("state", "meeting", "came_from")) == [
        ("chosen", meeting.pk, None),
        ("postponed", None, meeting.pk),
        ("discussed", meeting.pk, None),
    ]


def test_a_tick_taken_back_leaves_no_trace(community, topic):
    meeting = make.a_meeting(community, timezone.now() + dt.timedelta(minutes=10))
    topics.choose(topic, meeting)
    topics.announce(topic)
    live_session.start(meeting)
    topic.refresh_from_db()
    live_session.mark_discussed(meeting, topic)
    topic.refresh_from_db()
    live_session.unmark_discussed(meeting, topic)

    topic.refresh_from_db()
    assert topic.state == "announced"
    assert not topic.events.filter(state="discussed").exists()


def test_a_topic_heard_in_a_follow_up_keeps_nobody(signed_in, sandrine, community):
    fields = {"title": "Le conflit avec la direction", "source": "follow_up", "is_sensitive": True}
    submit(signed_in(sandrine), reverse("meetings:propose_topic", args=[community.pk]), fields)

    topic = Topic.objects.get()
    people = [f.name for f in Topic._meta.fields if f.related_model and f.related_model._meta.label == "accounts.User"]
    assert (topic.source, topic.is_sensitive, people) == ("follow_up", True, [])
    assert not TopicEvent.objects.exists()


def test_that_it_was_heard_in_a_follow_up_is_said_to_those_who_prepare_alone(signed_in, nadia, sandrine, community):
    heard = make.a_topic(community, "Le conflit avec la direction", source="follow_up")
    for n in range(6):
        make.a_topic(community, f"Autre {n}", source="news")
    board, source = reverse("meetings:topics", args=[community.pk]), "Suivi individuel"

    for person, is_told in ((sandrine, True), (nadia, False)):
        client = signed_in(person)
        for address in (board, heard.get_absolute_url()):
            assert (source in client.get(address).content.decode()) is is_told
        narrowed = client.get(board, {"source": "follow_up"}).content.decode()
        assert ("Autre 1" in narrowed) is not is_told


def test_what_was_noted_is_for_those_who_may_read_it(signed_in, nadia, sandrine, community, topic):
    meeting = make.a_meeting(community, timezone.now() - dt.timedelta(days=9), closed_at=timezone.now())
    block = AgendaItem.objects.create(meeting=meeting, title="Échange", minutes=20, topic=topic)
    Note.objects.create(meeting=meeting, item=block, text="Afficher la règle à la caisse")
    address = reverse("meetings:topic", args=[topic.pk])

    assert "Afficher la règle" in signed_in(sandrine).get(address).content.decode()
    assert "Afficher la règle" not in signed_in(nadia).get(address).content.decode()


def test_members_and_they_alone_read_it_once_the_minutes_are_published(signed_in, nadia, community, topic):
    now = timezone.now()
    meeting = make.a_meeting(community, now - dt.timedelta(days=9), closed_at=now, followed_up_at=now)
    block = AgendaItem.objects.create(meeting=meeting, title="Échange", minutes=20, topic=topic)
    Note.objects.create(meeting=meeting, item=block, text="Afficher la règle à la caisse")
    Community.objects.filter(pk=community.pk).update(minutes_level=Community.MinutesLevel.FULL)
    evaluator = make.a_person("Ève")
    make.a_role(evaluator, Role.EVALUATOR, community=community)
    address = reverse("meetings:topic", args=[topic.pk])

    assert "Afficher la règle" not in signed_in(nadia).get(address).content.decode()
    make.say_of(meeting, minutes_published_at=now)
    assert "Afficher la règle" in signed_in(nadia).get(address).content.decode()
    assert "Afficher la règle" not in signed_in(evaluator).get(address).content.decode()


def test_practices_and_people_who_can_help_are_found_by_their_words(signed_in, nadia, community):
    topic = make.a_topic(community, "Accueillir les nouveaux arrivants")
    make.a_practice_card(community, "Une soirée pour chaque nouvel arrivant")
    make.a_practice_card(community, "Classer les factures")
    shown = make.a_member(community, make.a_person("Wassila", "Ben"), expertise="Accueil des familles arrivantes")
    hidden = make.a_member(community, make.a_person("Yolande", "Côté"), expertise="Nouveaux arrivants")
    consents.give(shown, Purpose.DIRECTORY_EXPERTISE)
    consents.give(hidden, Purpose.DIRECTORY_EMAIL)

    page = signed_in(nadia).get(reverse("meetings:topic", args=[topic.pk])).content.decode()

    assert "Une soirée pour chaque nouvel arrivant" in page
    assert "Classer les factures" not in page
    assert "Yolande" not in page


def test_those_who_opted_in_are_named(signed_in, nadia, community):
    topic = make.a_topic(community, "Le financement des projets")
    member = make.a_member(community, make.a_person("Wassila", "Ben"), expertise="Demandes de financement")
    consents.give(member, Purpose.DIRECTORY_EXPERTISE)
    address = reverse("meetings:topic", args=[topic.pk])

    assert "Wassila" in signed_in(nadia).get(address).content.decode()

    consents.withdraw_consent(member, Purpose.DIRECTORY_EXPERTISE)
    assert "Wassila" not in signed_in(nadia).get(address).content.decode()


def test_why_it_is_sensitive_is_for_those_who_prepare(signed_in, nadia, sandrine, community):
    topic = make.a_topic(community, is_sensitive=True, sensitive_because="Un décès récent")
    address = reverse("meetings:topic", args=[topic.pk])

    assert "Un décès récent" in signed_in(sandrine).get(address).content.decode()
    assert "Un décès récent" not in signed_in(nadia).get(address).content.decode()


def test_a_sensitive_topic_advises_care(community):
    meeting = make.a_meeting(community, mode=Meeting.Mode.ONLINE, link="https://zoom.example/1")
    make.a_topic(community, is_sensitive=True, state="chosen", meeting=meeting)

    codes = {alert.code for alert in advising.on(meeting)[0]}

    assert {"sensitive_online", "sensitive_care"} <= codes


# ------------------------------------------------------------ the board


def test_a_topic_is_given_a_date_in_one_press_and_the_board_comes_back(signed_in, sandrine, meeting, topic):
    response = submit(
        signed_in(sandrine),
        reverse("meetings:topics", args=[topic.community_id]),
        button=f"decision=choose:{meeting.pk}",
        headers={"HX-Request": "true"},
    )

    topic.refresh_from_db()
    assert topic.meeting == meeting
    assert b'id="board"' in response.content
    assert b"<html" not in response.content


def test_the_most_wanted_come_first_then_the_nearest_limit(community):
    old = make.a_topic(community, "Vieux", proposed_on=dt.date(2024, 1, 1))
    soon = make.a_topic(community, "Bientôt", before=dt.date(2030, 1, 1))
    wanted = make.a_topic(community, "Voulu")
    topics.support(wanted, make.a_member(community))

    assert list(community.topics.wanted_first()) == [wanted, soon, old]


def test_the_list_is_narrowed_by_source_objective_and_territory(signed_in, sandrine, community):
    objective = make.an_objective(community, "Mieux se connaître")
    for n in range(5):
        make.a_topic(community, f"Autre {n}", source="meeting")
    make.a_topic(community, "Visé", source="news", objective=objective, territory="Estrie")
    client, address = signed_in(sandrine), reverse("meetings:topics", args=[community.pk])

    for asked in ({"source": "news"}, {"objective": objective.pk}, {"territory": "Estrie"}):
        page = client.get(address, asked).content.decode()
        assert "Visé" in page
        assert "Autre 1" not in page
    nonsense = client.get(address, {"source": "x", "objective": "zzz", "order": "?"})
    assert "Autre 1" in nonsense.content.decode()


@pytest.mark.parametrize(("days", "urgency"), [(-1, "past"), (0, "month"), (400, "later")])
def test_a_date_limit_says_how_near_it_is(community, days, urgency):
    topic = make.a_topic(community, before=timezone.localdate() + dt.timedelta(days=days))

    assert topic.urgency == urgency


def test_noted_in_a_few_words_from_the_board(signed_in, sandrine, community):
    response = submit(
        signed_in(sandrine),
        reverse("meetings:topics", args=[community.pk]),
        {"title": "Le budget provincial", "source": "news"},
        headers={"HX-Request": "true"},
    )

    assert "Le budget provincial" in response.content.decode()
    assert Topic.objects.get().source == "news"


def test_the_board_asks_as_much_for_three_hundred_topics_as_for_fourteen(signed_in, sandrine, community):
    client, address, counts = signed_in(sandrine), reverse("meetings:topics", args=[community.pk]), []
    make.an_objective(community)
    for more in (14, 286):
        Topic.objects.bulk_create(
            Topic(community=community, title=f"Sujet {more} {n}", state=list(Topic.State)[n % 7], territory="Estrie")
            for n in range(more)
        )
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_five_hundred_topics_fit_in_a_light_page(signed_in, sandrine, nadia, community):
    for n in range(12):
        make.a_meeting(community, timezone.now() + dt.timedelta(days=30 * n + 5))
    Topic.objects.bulk_create(
        Topic(community=community, title=f"Sujet {n} " + "mot " * 20, state=list(Topic.State)[n % 7])
        for n in range(500)
    )

    for person in (sandrine, nadia):
        page = signed_in(person).get(reverse("meetings:topics", args=[community.pk])).content
        assert len(gzip.compress(page)) < 50_000
        assert page.count(b"Sujet") < 500


def test_a_long_list_is_read_page_by_page_narrowed_as_it_was(signed_in, sandrine, community):
    for n in range(45):
        make.a_topic(community, f"Nouvelle {n:02}", source="news")
    make.a_topic(community, "Les bénévoles", source="meeting")
    client, address = signed_in(sandrine), reverse("meetings:topics", args=[community.pk])

    third = client.get(address, {"source": "news", "page": 3}).content.decode()

    assert third.count("decisions") == 5
    assert "?source=news&amp;page=2" in third
    assert "Les bénévoles" not in third


def test_those_discussed_are_all_one_press_away(signed_in, nadia, community):
    for n in range(26):
        at = timezone.now() - dt.timedelta(days=n)
        make.a_topic(community, f"Fini {n:02}", state=Topic.State.DISCUSSED, discussed_at=at)
    client, address = signed_in(nadia), reverse("meetings:topics", args=[community.pk])

    first = client.get(address).content.decode()
    alone = client.get(address, {"list": "discussed", "page": 2}).content.decode()

    assert "Fini 04" in first
    assert "Fini 05" not in first
    assert "list=discussed" in first
    assert "Fini 25" in alone
    assert client.get(address, {"list": "anything", "page": "x"}).status_code == 200


def test_a_topic_with_a_date_limit_is_offered_a_date_in_time(community, sandrine):
    soon, later = (make.a_meeting(community, timezone.now() + dt.timedelta(days=days)) for days in (10, 40))
    make.a_topic(community, state=Topic.State.CHOSEN, meeting=soon)
    urgent = make.a_topic(community, before=timezone.localdate() + dt.timedelta(days=20))
    too_late = make.a_topic(community, before=timezone.localdate() + dt.timedelta(days=5))
    any_time = make.a_topic(community)

    offered = {topic: topic for topic in Board(community, sandrine).waiting}

    assert offered[urgent].first_date.meeting == soon
    assert offered[any_time].first_date.meeting == later
    assert [offered[topic].is_late for topic in (urgent, too_late, any_time)] == [False, True, False]


def test_it_is_decided_announced_and_proposed_again_from_its_own_page(signed_in, sandrine, community, meeting, topic):
    client = signed_in(sandrine)
    page = client.get(topic.get_absolute_url()).content.decode()
    assert f'value="choose:{meeting.pk}"' in page
    assert 'value="announce"' not in page

    back = submit(client, topic.get_absolute_url(), button=f"decision=choose:{meeting.pk}", follow=True)
    assert back.redirect_chain[-1][0] == topic.get_absolute_url()
    assert 'value="announce"' in back.content.decode()

    Topic.objects.filter(pk=topic.pk).update(state=Topic.State.DISCUSSED)
    assert topic.title in client.get(topic.get_absolute_url()).content.decode()
    submit(client, topic.get_absolute_url(), action=reverse("meetings:propose_topic", args=[community.pk]))
    assert community.topics.filter(title=topic.title, state=Topic.State.PROPOSED).count() == 1


# ------------------------------------------------------------ across communities


def test_a_programme_is_read_by_its_titles_only(signed_in, philippe, sandrine, programme, community):
    make.a_topic(community, "Les pourboires", is_sensitive=True, sensitive_because="Un décès récent")
    make.a_topic(make.a_community(programme=programme), "Les bénévoles")
    make.a_topic(make.a_community(), "Ailleurs")
    address = reverse("meetings:programme_topics", args=[programme.pk])

    page = signed_in(philippe).get(address).content.decode()
    assert "Les pourboires" in page
    assert "Les bénévoles" in page
    assert "Ailleurs" not in page
    assert "décès" not in page
    assert signed_in(sandrine).get(address).status_code == 403
