"""What a group does together: it chooses its topics, speaks in turn, works in sub-groups; then much is forgotten."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.models import RulesAcknowledgement, SubGroup
from meetings.domain.agenda import rules_display
from meetings.domain.attendance import attendance
from meetings.domain.links import links
from meetings.domain.live import live_breakouts, live_session, notes, purge, topic_vote, turns
from meetings.models import (
    AgendaItem,
    ContinueVote,
    Meeting,
    MeetingGroup,
    Note,
    RulesRead,
    SpeakingTurn,
    Topic,
    TopicVote,
)
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def three(community, nadia):
    """Nadia and two more members."""
    more = [make.a_member(community, make.a_person(first)) for first in ("Julien", "Maude")]
    return [nadia.memberships.get(), *more]


@pytest.fixture
def live(meeting, three):
    """Under way, its block « choice of topics » open, three people there."""
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60))
    for n, (kind, minutes) in enumerate([("welcome", 5), ("topics", 10), ("exchange", 30), ("evaluation", 5)]):
        AgendaItem.objects.create(meeting=meeting, kind=kind, title=kind, minutes=minutes, position=n)
    meeting = Meeting.objects.get(pk=meeting.pk)
    live_session.start(meeting)
    for membership in three:
        attendance.record(meeting, membership, "present")
    live_session.advance(meeting, meeting.agenda.get(kind="topics"))
    return Meeting.objects.get(pk=meeting.pk)


def home(meeting, membership):
    return reverse("meetings:phone", args=[links.guest_token(meeting, membership)])


def press(client, meeting, membership, button="", **values):
    return submit(client, home(meeting, membership), values, button=button, follow=True).content.decode()


def console(client, meeting, button):
    return submit(client, reverse("meetings:live", args=[meeting.pk]), button=button, headers={"HX-Request": "true"})


def split(client, meeting, number):
    return submit(client, reverse("meetings:breakouts", args=[meeting.pk]), {"way": "random", "number": str(number)})


def end_of(item, minutes_ago=0):
    """Its time ran out that long ago."""
    AgendaItem.objects.filter(pk=item.pk).update(
        started_at=timezone.now() - dt.timedelta(minutes=item.minutes + minutes_ago, seconds=1)
    )


# ------------------------------------------------------------ choosing topics


def test_a_member_proposes_in_a_line_and_the_console_shows_it_without_a_name(live, three, sandrine, client, signed_in):
    press(client, live, three[0], propose="  Les   pourboires ")

    topic = live.topics.get()
    assert (topic.title, topic.state, topic.source) == ("Les pourboires", Topic.State.PROPOSED, Topic.Source.MEETING)
    page = signed_in(sandrine).get(reverse("meetings:live", args=[live.pk])).content.decode()
    panel = page[page.index('id="choice"') : page.index('id="topics-title"')]
    assert "Les pourboires" in panel
    assert "Nadia" not in panel


def test_the_same_words_are_one_topic_and_one_of_the_backlog_is_itself(live, three, client):
    waiting = make.a_topic(live.community, "Recruter")

    press(client, live, three[0], propose="recruter")
    press(client, live, three[1], propose="Recruter")

    assert live.topics.get() == waiting


def test_three_dots_each_and_one_on_a_topic(live, three):
    topics = [make.a_topic(live.community, meeting=live) for _ in range(4)]
    for topic in topics[:3]:
        topic_vote.give_dot(live, topic, three[0], gives=True)
    topic_vote.give_dot(live, topics[0], three[0], gives=True)

    with pytest.raises(ValidationError, match="[Tt]rois|three"):
        topic_vote.give_dot(live, topics[3], three[0], gives=True)
    topic_vote.give_dot(live, topics[0], three[0], gives=False)
    topic_vote.give_dot(live, topics[3], three[0], gives=True)

    assert TopicVote.objects.count() == 3


def test_the_most_wanted_come_first_and_a_phone_shows_only_ones_own_dots(live, three, client):
    first, second = (make.a_topic(live.community, title, meeting=live) for title in ("Bail", "Ados"))
    for membership in three[:2]:
        press(client, live, membership, f"dot-{first.pk}")

    assert [(t.title, t.given) for t in topic_vote.candidates(live)] == [("Bail", 2), ("Ados", 0)]
    mine, theirs = (client.get(home(live, m)).content.decode() for m in (three[0], three[2]))
    assert mine.count('aria-pressed="true"') == 1
    assert 'aria-pressed="true"' not in theirs
    assert mine.index("Ados") < mine.index("Bail"), "by name: nobody follows the others"
    assert second.topic_votes.count() == 0


def test_one_who_is_not_there_does_not_vote(live, client):
    """Somebody unticks who had ticked themselves from home; the page of that person is still open."""
    away = make.a_member(live.community)
    topic = make.a_topic(live.community, meeting=live)
    attendance.record(live, away, "present")
    page = client.get(home(live, away))
    attendance.record(live, away, "absent")

    submit(client, page, button=f"dot-{topic.pk}")
    submit(client, page, {"propose": "Autre chose"})

    assert not TopicVote.objects.exists()
    assert live.topics.count() == 1


def test_when_nothing_comes_up_the_reserve_is_offered_in_a_press(live, sandrine, signed_in):
    make.a_topic(live.community, "Gardé pour un jour creux", state=Topic.State.RESERVE)
    client = signed_in(sandrine)
    assert "offer-reserve" in client.get(reverse("meetings:live", args=[live.pk])).content.decode()

    console(client, live, "offer-reserve")

    assert live.topics.get().state == Topic.State.RESERVE
    console(client, live, "put-back")
    assert not live.topics.exists()
    assert Topic.objects.get().state == Topic.State.RESERVE, "it is still kept"


def test_the_first_topic_starts_an_eight_minute_box_taken_from_the_exchange(live, sandrine, signed_in):
    topic, left = (make.a_topic(live.community, title, meeting=live) for title in ("Bail", "Ados"))
    client = signed_in(sandrine)

    page = client.get(reverse("meetings:live", args=[live.pk]))
    for _ in range(2):  # pressed twice
        submit(client, page, button=f"start-{topic.pk}", headers={"HX-Request": "true"})

    box = live.agenda.get(topic=topic)
    assert (box.minutes, box.position, box.ended_at) == (8, 2, None)
    assert live.agenda.get(kind="exchange", topic=None).allotted == 22
    assert [i.kind for i in live.agenda.all()] == ["welcome", "topics", "exchange", "exchange", "evaluation"]
    topic.refresh_from_db()
    assert topic.state == Topic.State.DISCUSSED
    console(client, live, "put-back")
    left.refresh_from_db()
    assert (left.meeting, left.state) == (None, Topic.State.PROPOSED)


def test_a_topic_chosen_for_today_and_not_reached_waits_for_another_day(live):
    chosen = make.a_topic(live.community, state=Topic.State.CHOSEN, meeting=live)

    topic_vote.put_back(live)

    chosen.refresh_from_db()
    assert chosen.state in Topic.WAITING
    assert chosen.meeting is None


@pytest.fixture
def box(live):
    topic = make.a_topic(live.community, "Bail", meeting=live)
    topic_vote.start_box(live, topic)
    return live.agenda.get(topic=topic)


def test_at_the_end_of_the_box_phones_ask_without_anybody_pressing(live, box, three, client):
    revision = Meeting.objects.get(pk=live.pk).revision
    page = client.get(home(live, three[0])).content.decode()
    assert 'name="goes_on"' not in page
    until = int(box.planned_end.timestamp())
    assert f'data-until="{until}"' in page
    follow = home(live, three[0]) + "suivre/"
    sent = {"revision": revision, "stage": "during"}

    assert client.get(follow, sent | {"until": until}).status_code == 204
    end_of(box)
    due = int(live.agenda.get(pk=box.pk).planned_end.timestamp())
    assert 'name="goes_on"' in client.get(follow, sent | {"until": due}).content.decode()
    assert client.get(follow, sent).status_code == 204, "and nothing more until something changes"


def test_a_majority_of_those_present_gives_three_more_minutes_then_the_question_comes_anew(live, box, three, client):
    end_of(box)

    press(client, live, three[0], "goes_on=yes")
    assert "1" in str(topic_vote.Choice(live, live.agenda.get(pk=box.pk)).votes)
    press(client, live, three[1], "goes_on=yes")

    box.refresh_from_db()
    assert box.added_minutes == 3
    assert not topic_vote.Choice(live, box).asks
    end_of(box, minutes_ago=3)
    box = live.agenda.get(pk=box.pk)
    assert topic_vote.Choice(live, box).votes == {"on": 0, "off": 0}


def test_the_console_counts_and_names_nobody(live, box, three, sandrine, client, signed_in):
    end_of(box)
    press(client, live, three[0], "goes_on=no")
    press(client, live, three[0], "goes_on=no")

    page = signed_in(sandrine).get(reverse("meetings:live", args=[live.pk])).content.decode()

    panel = page[page.index('id="choice"') : page.index('id="topics-title"')]
    assert "lengthen" in panel
    assert "Nadia" not in panel
    assert topic_vote.Choice(live, live.agenda.get(pk=box.pk)).votes == {"on": 0, "off": 1}


def test_nobody_answers_before_the_end(live, box, three):
    with pytest.raises(ValidationError):
        topic_vote.say_whether_to_continue(live, three[0], goes_on=True)


def test_written_first_nothing_is_shown_before_the_time(live, three, sandrine, client, signed_in):
    console(signed_in(sandrine), live, "silence-5")
    live.refresh_from_db()

    page = press(client, live, three[0], propose="Une idée timide")
    console_page = signed_in(sandrine).get(reverse("meetings:live", args=[live.pk])).content.decode()

    assert live.topics.count() == 1
    for shown in (page, console_page):
        assert "Une idée timide" not in shown
    assert f'data-until="{int(live.silent_until.timestamp())}"' in page
    console(signed_in(sandrine), live, "show-topics")
    assert "Une idée timide" in client.get(home(live, three[1])).content.decode()


def test_a_topic_noted_while_the_group_chooses_can_be_chosen(live, karim):
    notes.add(live, key=uuid.uuid4(), kind="topic", text="Les ados", by=karim)

    assert [t.title for t in topic_vote.candidates(live)] == ["Les ados"]


# ------------------------------------------------------------ speaking turns


def test_a_press_starts_a_turn_and_anothers_ends_it(live, three):
    turns.speak(live, three[0])
    SpeakingTurn.objects.update(started_at=timezone.now() - dt.timedelta(seconds=90))
    turns.speak(live, three[1])

    first, second = (SpeakingTurn.objects.get(membership=m) for m in three[:2])
    assert (first.seconds, first.started_at) == (90, None)
    assert second.started_at is not None
    assert [v.membership for v in turns.voices(live) if not v.was_heard] == [three[2]]


def test_the_round_goes_once_to_each_and_ends(live, three):
    heard = []
    for _ in range(3):
        before = heard[-1].pk if heard else 0
        for _press in range(2):  # its answer was lost, or two people pressed
            turns.go_round(live, after=before)
        heard.append(next(v.membership for v in turns.voices(live) if v.is_speaking))
    turns.go_round(live, after=heard[-1].pk)

    assert sorted(m.pk for m in heard) == sorted(m.pk for m in three)
    assert not any(v.is_speaking for v in turns.voices(live))


def test_only_the_facilitator_sees_who_was_not_heard(live, three, sandrine, karim, signed_in):
    address = reverse("meetings:live", args=[live.pk])

    assert 'id="turns"' in signed_in(sandrine).get(address).content.decode()
    assert 'id="turns"' not in signed_in(karim).get(address).content.decode()
    refreshed = signed_in(karim).get(reverse("meetings:refresh", args=[live.pk])).content.decode()
    assert 'id="turns"' not in refreshed


def test_shares_are_on_the_groups_screen_only_once_asked(live, three, sandrine, signed_in):
    client, screen = signed_in(sandrine), reverse("meetings:screen", args=[live.pk])
    turns.speak(live, three[0])

    assert "Nadia" not in client.get(screen).content.decode()
    console(client, live, "share-turns")
    assert "Nadia" in client.get(screen).content.decode()


# ------------------------------------------------------------ sub-groups


def test_those_present_are_shared_out_and_each_phone_says_its_group(live, three, sandrine, client, signed_in):
    split(signed_in(sandrine), live, 2)
    live.refresh_from_db()

    assert sorted(m.pk for g in live.groups.all() for m in g.members.all()) == sorted(m.pk for m in three)
    assert "group-title" not in client.get(home(live, three[0])).content.decode()
    console(signed_in(sandrine), live, "go-apart")
    assert "group-title" in client.get(home(live, three[0])).content.decode()


def test_a_group_without_anybody_to_facilitate_it_is_said(live, three, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("meetings:breakouts", args=[live.pk])
    split(client, live, 2)
    first, second = live.groups.all()
    assert live_breakouts.Groups(live).unfacilitated == 2

    placed = {f"in-{m.pk}": first.pk for m in three}
    submit(client, address, placed)
    submit(client, address, {f"leads-{first.pk}": three[0].user_id, f"leads-{second.pk}": "0"})

    assert set(first.members.all()) == set(three)
    assert live_breakouts.Groups(live).unfacilitated == 1
    assert 'class="note warn' in client.get(address).content.decode()


def test_the_communitys_own_sub_groups_can_be_those_of_the_day(live, three):
    make.a_sub_group(live.community, "Laurentides", kind=SubGroup.Kind.REGION, members=three[:2])

    live_breakouts.split(live, live_breakouts.KEPT, 2)

    assert [(g.name, g.members.count()) for g in live.groups.all()] == [("Laurentides", 2)]


# ------------------------------------------------------------ groups planned before, and those who came


@pytest.fixture
def planned(live, three, karim):
    """Two groups arranged by hand the day before: Karim leads Nord, Maude (a member) leads Sud. Nadia is in Nord;
    so is Léa, who did not come."""
    lea = make.a_member(live.community, make.a_person("Léa"))
    north = MeetingGroup.objects.create(meeting=live, name="Nord", position=0, facilitator=karim)
    south = MeetingGroup.objects.create(meeting=live, name="Sud", position=1, facilitator=three[2].user)
    north.members.set([three[0], lea])
    neighbour = MeetingGroup.objects.create(meeting=make.a_meeting(live.community), name="Nord", facilitator=karim)
    neighbour.members.set(three)
    return north, south, neighbour


def leaders(meeting):
    return {group.name: group.facilitator for group in meeting.groups.select_related("facilitator")}


def people(group):
    return set(group.members.all())


def test_whoever_was_moved_by_hand_stays_when_the_groups_start(live, three, planned, karim, sandrine, signed_in):
    """Moved on the page, then « En sous-groupes »: what the page showed is what starts."""
    north, south, neighbour = planned
    client, address = signed_in(sandrine), reverse("meetings:breakouts", args=[live.pk])
    moved = {f"in-{three[0].pk}": south.pk, f"in-{three[1].pk}": north.pk, f"leads-{south.pk}": three[1].user_id}

    submit(client, address, moved, button="apart")

    live.refresh_from_db()
    assert live.in_groups
    assert (people(south), three[1] in people(north)) == ({three[0]}, True)
    assert leaders(live) == {"Nord": karim, "Sud": three[1].user}
    assert people(neighbour) == set(three)


def test_the_page_saved_untouched_changes_nothing(live, planned, sandrine, signed_in):
    north, south, _neighbour = planned
    before = (leaders(live), people(north), people(south))

    submit(signed_in(sandrine), reverse("meetings:breakouts", args=[live.pk]), button="Enregistrer")

    assert (leaders(live), people(north), people(south)) == before


def test_those_who_came_join_the_smallest_group_and_nobody_planned_moves(live, three, planned, sandrine, signed_in):
    """Nadia, Julien and Maude are here. Maude leads Sud; Julien is in no group; Nord has only Nadia here too."""
    north, south, neighbour = planned
    more = [make.a_member(live.community) for _ in range(3)]
    for membership in more:
        attendance.record(live, membership, "present")
    before = leaders(live)

    submit(signed_in(sandrine), reverse("meetings:breakouts", args=[live.pk]), button="fill")

    assert leaders(live) == before
    assert three[0] in people(north)
    here = {*three, *more}
    assert sorted(len(people(group) & here) for group in (north, south)) == [2, 3]  # and Maude, who leads Sud
    assert not people(north) & people(south)
    assert people(north) | people(south) >= {*more, three[1]}
    assert people(neighbour) == set(three)


@pytest.mark.parametrize("way", ["random", "region", "rural", "hand"])
def test_split_anew_whoever_was_to_facilitate_a_group_still_does(way, live, three, planned, karim):
    live_breakouts.split(live, way, 2)

    led = leaders(live)
    assert karim in led.values()
    assert len(led) < 2 or three[2].user in led.values()


def test_split_by_region_each_keeps_the_group_of_the_same_name(live, three, planned, karim):
    four = [*three, make.a_member(live.community)]
    attendance.record(live, four[3], "present")
    for membership, region in zip(four, ("Sud", "Sud", "Nord", "Nord"), strict=True):
        membership.region = region
        membership.save()

    live_breakouts.split(live, "region", 2)

    assert leaders(live) == {"Nord": karim, "Sud": three[2].user}


def test_whoever_leads_a_group_sees_that_one_on_their_phone(live, three, planned, client):
    north, south, _neighbour = planned
    north.members.add(three[2])
    live_breakouts.go(live, apart=True)
    live.refresh_from_db()

    assert live_breakouts.of_member(live, three[2]) == south


def test_groups_replaced_meanwhile_lose_nobody(live, three, planned, sandrine, signed_in):
    """The page of one shows groups that a colleague has just made anew."""
    client, address = signed_in(sandrine), reverse("meetings:breakouts", args=[live.pk])
    shown = client.get(address)
    live_breakouts.split(live, "random", 2)
    made = {group.pk: people(group) for group in live.groups.all()}

    submit(client, shown, button="apart")

    live.refresh_from_db()
    assert not live.in_groups
    assert {group.pk: people(group) for group in live.groups.all()} == made


@pytest.fixture
def apart(live, three):
    group = MeetingGroup.objects.create(meeting=live, name="Rural")
    group.members.set(three[:2])
    live_breakouts.go(live, apart=True)
    live.refresh_from_db()
    return group


def a_line(client, meeting, membership, text):
    """The form of the sub-group on the phone of one of its members, with a line."""
    return form_on(client.get(home(meeting, membership)), ["text", "kind"]).fill({"text": text})


def test_lines_written_by_two_at_once_all_come_back_with_the_groups_name(
    live, apart, three, sandrine, client, signed_in
):
    hers, his = a_line(client, live, three[0], "De Nadia"), a_line(client, live, three[1], "De Julien")
    for line in (hers, hers, his):  # hers is sent twice
        line.press(client)
    address = reverse("meetings:live", args=[live.pk])
    assert "De Nadia" not in signed_in(sandrine).get(address).content.decode()

    console(signed_in(sandrine), live, "go-apart")

    page = signed_in(sandrine).get(address).content.decode()
    assert page.count("Rural") >= 2
    assert sorted(live.notes.told().values_list("text", flat=True)) == ["De Julien", "De Nadia"]


def test_a_line_on_its_way_when_everyone_is_called_back_is_kept(live, apart, three, client):
    on_its_way = a_line(client, live, three[0], "Encore une")
    live_breakouts.go(live, apart=False)

    on_its_way.press(client)

    assert live.notes.get().group == apart


def test_nobody_writes_in_another_group(live, apart, three, client):
    sent = {"group": apart.pk, "key": str(uuid.uuid4()), "kind": "highlight", "text": "Pas la mienne"}
    client.post(home(live, three[2]) + "ensemble/", sent)

    assert not Note.objects.exists()


def test_groups_that_have_noted_are_not_replaced(live, apart, three, client):
    a_line(client, live, three[0], "Une ligne").press(client)

    with pytest.raises(ValidationError):
        live_breakouts.split(live, "random", 2)


def test_closing_brings_everyone_back(live, apart, three, sandrine, client):
    a_line(client, live, three[0], "Une ligne").press(client)

    live_session.close(live, by=sandrine)

    assert live.notes.told().get().text == "Une ligne"


# ------------------------------------------------------------ rules, lines not to be recorded, and what is forgotten


def test_rules_read_on_the_phone_are_counted_and_said_once(live, three, sandrine, client, signed_in):
    make.a_rule(live.community, "On écoute")
    AgendaItem.objects.filter(meeting=live, kind="topics").update(kind="frame")

    read = form_on(client.get(home(live, three[0])), button="rules-read")
    for _ in range(2):
        page = read.press(client, "rules-read", follow=True).content.decode()

    assert 'name="rules"' not in page
    assert RulesRead.objects.count() == 1
    assert RulesAcknowledgement.objects.get().membership == three[0]
    assert "1" in signed_in(sandrine).get(reverse("meetings:live", args=[live.pk])).content.decode()


def test_a_name_typed_in_the_room_reads_the_rules_for_nobody(live, client):
    make.a_rule(live.community)
    AgendaItem.objects.filter(meeting=live, kind="topics").update(kind="frame")
    room = reverse("meetings:room", args=[live.code])
    submit(client, room, {"name": "Nadia Amrani"})

    submit(client, room, button="rules-read")

    assert RulesRead.objects.count() == 1
    assert not RulesAcknowledgement.objects.exists()


def test_the_camera_rule_is_read_at_check_in_with_its_exception(live, client):
    make.a_rule(live.community, "Caméra ouverte", theme="camera")
    away = make.a_member(live.community)

    assert "Caméra ouverte" in client.get(home(live, away)).content.decode()
    assert "Caméra ouverte" in client.get(reverse("meetings:room", args=[live.code])).content.decode()
    assert rules_display.camera_rule(live)
    Meeting.objects.update(mode="in_person")
    live.refresh_from_db()
    assert not rules_display.camera_rule(live)


def test_a_line_not_to_be_recorded_is_erased_at_closing_and_none_comes_after(live, sandrine, karim):
    note = notes.add(live, key=uuid.uuid4(), kind="off_record", text="Entre nous", by=karim)
    sealed = notes.remove(notes.add(live, key=uuid.uuid4(), kind="off_record", text="Aussi", by=karim))
    assert not live.notes.told().exists()

    live_session.close(live, by=sandrine)

    assert not Note.objects.filter(pk=note.pk).exists()
    live.refresh_from_db()
    with pytest.raises(ValidationError):
        notes.add(live, key=uuid.uuid4(), kind="off_record", text="Plus tard", by=karim)
    with pytest.raises(ValidationError):
        notes.restore(live, sealed)


def test_a_topic_that_was_not_to_be_recorded_leaves_the_backlog(live, karim):
    note = notes.add(live, key=uuid.uuid4(), kind="topic", text="Un concurrent", by=karim)

    notes.edit(note, note.version, kind="off_record", text=note.text)

    assert not Topic.objects.exists()


def everything_pressed(live, three, karim):
    topic = make.a_topic(live.community, meeting=live)
    topic_vote.give_dot(live, topic, three[0], gives=True)
    turns.speak(live, three[0])
    turns.share(live, shows=True)
    make.a_rule(live.community)
    rules_display.say_read(live, three[0], in_person=False)
    notes.add(live, key=uuid.uuid4(), kind="off_record", text="Entre nous", by=karim)
    topic_vote.start_box(live, topic)
    box = live.agenda.get(topic=topic)
    end_of(box)
    topic_vote.say_whether_to_continue(live, three[0], goes_on=False)


def what_is_left(live):
    live.refresh_from_db()
    rows = [TopicVote, ContinueVote, RulesRead, SpeakingTurn]
    return sum(model.objects.count() for model in rows) + Note.objects.filter(kind="off_record").count()


def test_closing_erases_dots_answers_turns_and_readings(live, three, sandrine, karim):
    everything_pressed(live, three, karim)
    assert what_is_left(live) == 5

    live_session.close(live, by=sandrine)

    assert what_is_left(live) == 0
    assert not live.shows_turns


def test_what_nobody_closes_is_forgotten_a_day_later(live, three, karim):
    everything_pressed(live, three, karim)

    assert purge.forget_old_words(live.ends_at + dt.timedelta(hours=23)) == 0
    assert purge.forget_old_words(live.ends_at + dt.timedelta(hours=25)) == 1

    assert what_is_left(live) == 0


# ------------------------------------------------------------ what it costs


def test_a_phone_asks_as_few_queries_for_forty_topics_as_for_four(live, three, client, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(30) as asked:
            client.get(home(live, three[0]))
        return len(asked)

    for _ in range(4):
        make.a_topic(live.community, meeting=live)
    few = count()
    for _ in range(36):
        make.a_topic(live.community, meeting=live)

    assert count() == few


def test_sub_groups_cost_the_same_for_three_people_and_for_thirty(
    live, three, sandrine, signed_in, django_assert_max_num_queries
):
    client, address = signed_in(sandrine), reverse("meetings:breakouts", args=[live.pk])
    split(client, live, 2)

    def count():
        with django_assert_max_num_queries(30) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = count()
    for _ in range(27):
        attendance.record(live, make.a_member(live.community), "present")
    split(client, live, 10)

    assert count() == few
