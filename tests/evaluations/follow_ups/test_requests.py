"""« Demander un échange »: by name and by choice, without an hour, told the next morning."""

import base64
import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from communities.domain.duplicates import merging
from communities.domain.lifecycle import life
from communities.models import Community, Kind, Role, RoleAssignment
from evaluations.domain.follow_ups import requests, suggesting
from evaluations.domain.follow_ups.links import conversation_path
from evaluations.domain.surveys import collection
from evaluations.models import ConversationRequest, IndividualFollowUp
from evaluations.tasks import tell_of_requests
from evaluations.web.today import Today
from meetings.domain.links import links, phone, visitors
from meetings.domain.portal import my_data
from meetings.models import RoomSeat
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import a_room
from tests.forms import form_on, on_one_line, submit

WORDS = "Je n’ose pas en parler devant le groupe"
NEXT = dt.timedelta(days=1)


@pytest.fixture
def membership(nadia):
    return nadia.memberships.get()


@pytest.fixture
def page(membership, sandrine):
    return conversation_path(membership)


def follow_ups(community):
    return reverse("evaluations:follow_ups", args=[community.pk])


def asked_of(client, community):
    return "Nadia Amrani demande un échange" in on_one_line(client.get(follow_ups(community)))


# ---------------------------------------------------------------- asking


def test_who_reads_it_that_it_is_apart_and_says_ones_name_is_read_before_anything(client, page, karim, philippe):
    shown = on_one_line(client.get(page))
    before, _form, after = shown.partition("<textarea")
    assert after
    assert "Sandrine Beaulieu" in before
    assert "dit votre nom" in before
    assert "à part de toute évaluation" in before
    assert "Karim" not in shown
    assert "Philippe" not in shown


def test_it_is_asked_in_a_press_with_or_without_words_and_taken_back(client, page, membership):
    submit(client, page)
    assert ConversationRequest.objects.get().words == ""
    submit(client, page)
    assert not ConversationRequest.objects.exists(), "the page of one that waits has one button: taking it back"

    submit(client, page, {"words": WORDS})
    kept = ConversationRequest.objects.get()
    assert (kept.membership, kept.words) == (membership, WORDS)
    assert WORDS in on_one_line(client.get(page))


def test_pressed_twice_it_is_one(client, page):
    form = form_on(client.get(page), ["words"])
    form.fill({"words": WORDS}).press(client)
    form.fill({"words": "Autre chose"}).press(client)
    assert ConversationRequest.objects.get().words == WORDS


def test_what_is_too_long_is_said_and_stays_on_the_page(client, page):
    shown = form_on(client.get(page), ["words"]).fill({"words": "mot " * 100}).press(client, checks=False)
    assert shown.status_code == 422
    assert "300 caractères" in on_one_line(shown)
    assert "mot mot" in on_one_line(shown)


def test_where_nobody_else_facilitates_it_is_not_asked(client, community, sandrine):
    hers = make.a_member(community, sandrine)
    make.a_role(make.a_person("Mandataire"), Role.EXTERNAL, community=community)
    shown = on_one_line(client.get(conversation_path(hers)))
    assert "personne ne lirait votre demande" in shown
    assert "<textarea" not in shown
    requests.ask(hers)
    assert not ConversationRequest.objects.exists()


@pytest.mark.parametrize("status", ["alumni", "invited", "declined"])
def test_whoever_is_no_member_asks_nothing(status, client, page, membership):
    membership.status = status
    membership.left_on = timezone.localdate()
    membership.save()
    assert client.get(page).status_code == 404


def test_a_link_in_the_mail_opens_once_two_records_are_one(client, page, community, membership, philippe):
    twin = make.a_person("Nadia", "Amrani", email="autre@exemple.quebec")
    kept = make.a_member(community, twin)
    merging.merge(Kind.PERSON, twin, membership.user, taken=[], by=philippe)
    submit(client, page)
    assert ConversationRequest.objects.get().membership == kept


def test_two_requests_of_one_person_keep_their_words_and_readers_apart(community, membership, sandrine, philippe):
    rita = make.a_person("Rita", email="rita@exemple.quebec")
    twin = make.a_person("Nadia", "Amrani", email="autre@exemple.quebec")
    first = make.a_request(make.a_member(community, twin), days_ago=5)
    second = make.a_request(membership, WORDS)
    second.readers.set([rita])
    merge = merging.merge(Kind.PERSON, twin, membership.user, taken=[], by=philippe)
    (kept,) = ConversationRequest.objects.all()
    assert (kept.pk, kept.words, list(kept.readers.all())) == (first.pk, "", [sandrine])
    merging.undo_merge(merge)
    second.refresh_from_db()
    assert (second.words, list(second.readers.all())) == (WORDS, [rita])


def test_an_altered_link_opens_nothing_and_that_of_another_opens_theirs(client, page, community, membership):
    assert client.get(page[:-3] + "xx/").status_code == 404
    submit(client, page, {"words": WORDS})
    other = conversation_path(make.a_member(community))
    assert WORDS not in on_one_line(client.get(other))


# ---------------------------------------------------------------- its time says nothing


def test_it_holds_a_day_and_nothing_that_says_the_hour(client, page):
    submit(client, page, {"words": WORDS})
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM evaluations_conversationrequest")
        (held,) = cursor.fetchone()
    assert "ose" not in held
    assert base64.urlsafe_b64decode(held)[1:9] == bytes(8), "Fernet's own second is not that of the request"
    kinds = {field.name: field.get_internal_type() for field in ConversationRequest._meta.concrete_fields}
    assert "DateTimeField" not in kinds.values()
    assert kinds["id"] == "UUIDField", "no number that grows"


def test_nothing_is_written_elsewhere(client, page, django_capture_on_commit_callbacks):
    lines = AuditLine.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        submit(client, page, {"words": WORDS})
    assert AuditLine.objects.count() == lines
    assert not Message.objects.exists()


def test_whoever_facilitates_learns_nothing_that_day_and_all_of_it_the_next(
    client, page, community, sandrine, membership
):
    with time_machine.travel("2026-05-04T09:00:00-04:00", tick=False):
        make.a_meeting(community, timezone.now() - dt.timedelta(days=2), closed_at=timezone.now())
        submit(client, page, {"words": WORDS})
        client.force_login(sandrine)
        assert not asked_of(client, community)
        assert not [one for one in Today(sandrine).to_do if "échange" in one.title]
        assert requests.tell_in_the_morning() == 0
    with time_machine.travel("2026-05-04T23:59:00-04:00", tick=False):
        assert not requests.told_to(sandrine, community).exists()
        assert requests.tell_in_the_morning() == 0
    with time_machine.travel("2026-05-05T08:59:00-04:00", tick=False):
        assert not requests.told_to(sandrine, community).exists()
        assert requests.how_many_told(sandrine, [community], timezone.now()) == {}
        assert requests.tell_in_the_morning() == 0, "at nine, by the clock of the community"
    with time_machine.travel("2026-05-05T09:00:00-04:00", tick=False):
        assert requests.tell_in_the_morning() == 1
        assert requests.tell_in_the_morning() == 0
        client.force_login(sandrine)
        assert asked_of(client, community)
        (line,) = [one for one in Today(sandrine).to_do if "échange" in one.title]
    assert "Nadia" not in line.title + line.detail
    mail = Message.objects.get()
    assert mail.recipient == sandrine
    assert "1 personne demande un échange" in mail.subject
    assert not {word for word in ("Nadia", "Amrani", "ose") if word in mail.subject + mail.text + mail.html}


def test_a_mail_that_has_not_left_does_not_leave_for_a_request_taken_back(membership, sandrine):
    make.a_request(membership)
    with time_machine.travel(timezone.localtime().replace(hour=10), tick=False):
        requests.tell_in_the_morning()
    mail = Message.objects.get()
    assert requests.nobody_asks_any_more(mail) is None
    requests.take_back(membership)
    assert requests.nobody_asks_any_more(mail)


def test_neither_who_takes_notes_nor_who_coordinates_nor_an_external_facilitator_learns_who(
    community, membership, karim, philippe, signed_in
):
    make.a_request(membership, WORDS)
    external = make.a_person("Mandataire", email="m@exemple.quebec")
    make.a_role(external, Role.EXTERNAL, community=community)
    for person in (karim, philippe, external):
        assert WORDS not in signed_in(person).get(follow_ups(community), follow=True).content.decode()
    with time_machine.travel(timezone.localtime().replace(hour=10), tick=False):
        assert requests.tell_in_the_morning() == 0


def test_the_suggestions_of_that_day_do_not_change_either(community, membership, sandrine):
    membership.joined_on = timezone.localdate() - dt.timedelta(days=300)
    membership.save()
    for days in (60, 30):
        start = timezone.now() - dt.timedelta(days=days)
        make.a_meeting(community, start, closed_at=start)
    asked = make.a_request(membership, days_ago=0)
    assert len(suggesting.suggestions(community, sandrine)) == 1, "one that vanished would say who asked"
    asked.asked_on -= 2 * NEXT
    asked.save()
    assert suggesting.suggestions(community, sandrine) == []
    appointed = make.a_person("Relève", email="releve@exemple.quebec")
    make.a_role(appointed, community=community)
    assert len(suggesting.suggestions(community, appointed)) == 1, "whoever may not read it learns nothing of it"


# ---------------------------------------------------------------- whoever the page named, and nobody else


def hand_over(community, was, to):
    RoleAssignment.objects.filter(user=was).update(ended_at=timezone.now())
    make.a_role(to, Role.FACILITATOR, community=community)


def test_a_member_who_facilitates_later_does_not_read_it(client, page, community, membership, sandrine, signed_in):
    rita = make.a_person("Rita", email="rita@exemple.quebec")
    make.a_member(community, rita)
    submit(client, page, {"words": WORDS})
    make.a_role(rita, Role.FACILITATOR, community=community)
    with time_machine.travel(timezone.now() + 2 * NEXT):
        client = signed_in(rita)
        assert WORDS not in on_one_line(client.get(follow_ups(community)))
        assert requests.how_many_told(rita, [community], timezone.now()) == {}
        assert requests.answer(ConversationRequest.objects.get(), by=rita) is None
        assert requests.told_to(sandrine, community).count() == 1
        assert requests.destroy_unread() == 0, "Sandrine leads still"
    shown = on_one_line(client.get(page))
    assert "Sandrine Beaulieu" in shown
    assert "Rita" not in shown


def test_where_none_of_them_leads_any_more_it_is_destroyed_and_the_member_told(
    client, page, community, membership, sandrine
):
    other = make.a_request(make.a_member(make.a_community("Voisine")))
    other.readers.add(sandrine)
    submit(client, page, {"words": WORDS})
    rita = make.a_person("Rita", email="rita@exemple.quebec")
    hand_over(community, sandrine, rita)
    make.a_role(sandrine, Role.FACILITATOR, community=other.membership.community)
    tell_of_requests()
    tell_of_requests()
    assert list(ConversationRequest.objects.all()) == [other]
    mail = Message.objects.get(kind="conversation-not-read")
    assert mail.recipient == membership.user
    assert WORDS not in mail.text
    assert "Rita" in on_one_line(client.get(re.search(r"/echange/\S+", mail.text)[0]))


def test_whoever_facilitates_the_whole_programme_is_named_too(client, page, community):
    make.a_role(
        make.a_person("Paule", "Roy", email="p@exemple.quebec"), Role.FACILITATOR, programme=community.programme
    )
    assert "Paule Roy" in on_one_line(client.get(page))


# ---------------------------------------------------------------- from where


def test_the_thanks_lead_there_by_the_personal_link(client, community, sandrine, membership):
    meeting, members = a_room(community, by=sandrine)
    collection.open_for(meeting, by=sandrine)
    thanks = reverse("evaluations:thanks", args=[links.guest_token(meeting, members[0])])
    (found,) = re.findall(r'href="(/echange/[^"]+)"', client.get(thanks).content.decode())
    assert client.get(found).status_code == 200
    submit(client, found)
    assert ConversationRequest.objects.get().membership == members[0]


def test_from_the_thanks_no_offer_is_answered(client, community, sandrine, membership):
    meeting, members = a_room(community, by=sandrine)
    collection.open_for(meeting, by=sandrine)
    follow_up = make.a_follow_up(members[0], sandrine, state=IndividualFollowUp.State.OFFERED)
    time = make.a_time(follow_up)
    make.a_time(make.a_follow_up(members[0], sandrine), 5, is_chosen=True)
    thanks = reverse("evaluations:thanks", args=[links.guest_token(meeting, members[0])])
    (found,) = re.findall(r'href="(/echange/[^"]+)"', client.get(thanks).content.decode())
    shown = client.get(found).content.decode()
    assert str(time.pk) not in shown
    assert "call_off" not in shown
    assert "Demander un échange" in shown
    asked = submit(client, found)
    assert str(time.pk) not in client.get(asked.url).content.decode(), "nor once it is asked"
    assert str(time.pk) in client.get(conversation_path(members[0])).content.decode(), "the mail leads to it"


def test_a_phone_that_typed_a_name_is_given_no_page_of_that_person(client, community, sandrine, membership):
    meeting, _members = a_room(community, by=sandrine, mode="in_person")
    collection.open_for(meeting, by=sandrine)
    seat = RoomSeat.objects.create(meeting=meeting, membership=membership)
    client.cookies[f"room-{meeting.pk}"] = phone._seat_token.make(meeting.pk, seat.pk)
    shown = client.get(reverse("evaluations:room_thanks", args=[meeting.code]))
    assert shown.status_code == 200
    assert "/echange/" not in shown.content.decode()
    assert reverse("meetings:space_door") in shown.content.decode()


def test_ones_own_space_leads_there(client, nadia, sandrine):
    home = reverse("meetings:space", args=[visitors.visitor_token(nadia)])
    (found,) = re.findall(r'href="(/echange/[^"]+)"', client.get(home).content.decode())
    assert client.get(found).status_code == 200


# ---------------------------------------------------------------- answering


def test_one_press_makes_a_follow_up_and_leads_to_it(community, membership, sandrine, signed_in):
    make.a_request(membership, WORDS)
    other = make.a_request(make.a_member(community))
    client = signed_in(sandrine)
    shown = on_one_line(client.get(follow_ups(community)))
    assert WORDS in shown
    request = ConversationRequest.objects.get(membership=membership)
    answer = form_on(client.get(follow_ups(community)), holding={"request": str(request.pk)}).press(client)
    kept = IndividualFollowUp.objects.get()
    assert answer.url == kept.get_absolute_url()
    assert (kept.membership, kept.author, kept.reason, kept.state) == (membership, sandrine, "asked", "planned")
    assert WORDS in on_one_line(client.get(kept.get_absolute_url())), "her words stay beside the notes"
    assert not asked_of(client, community)
    assert list(requests.told_to(sandrine, community)) == [other]


def test_of_two_colleagues_the_first_has_it(community, membership, sandrine, signed_in):
    rita = make.a_person("Rita", email="rita@exemple.quebec")
    make.a_role(rita, Role.FACILITATOR, community=community)
    request = make.a_request(membership, WORDS)
    client = signed_in(rita)
    form = form_on(client.get(follow_ups(community)), holding={"request": str(request.pk)})
    requests.answer(request, by=sandrine)
    shown = form.press(client, follow=True)
    assert "n’attend plus" in on_one_line(shown)
    assert IndividualFollowUp.objects.get().author == sandrine
    assert requests.answer(request, by=sandrine) == IndividualFollowUp.objects.get(), "pressed twice, it is one"


def test_one_taken_back_has_vanished(community, membership, sandrine, signed_in):
    request = make.a_request(membership)
    client = signed_in(sandrine)
    form = form_on(client.get(follow_ups(community)), holding={"request": str(request.pk)})
    requests.take_back(membership)
    assert "n’attend plus" in on_one_line(form.press(client, follow=True))
    assert not IndividualFollowUp.objects.exists()
    assert not asked_of(client, community)


def test_todays_cannot_be_answered_by_who_would_guess_its_number(community, membership, sandrine, signed_in):
    request = make.a_request(membership, days_ago=0)
    make.a_request(make.a_member(community))
    client = signed_in(sandrine)
    form = form_on(client.get(follow_ups(community)), ["request"])
    form.named("request")[0].typed = str(request.pk)
    form.press(client)
    assert not IndividualFollowUp.objects.exists()


# ---------------------------------------------------------------- the end


def test_it_is_told_to_the_member_and_destroyed_three_months_after_the_answer(nadia, membership, sandrine):
    request = make.a_request(membership, WORDS)
    requests.answer(request, by=sandrine)
    (told,) = [held.rows for held in my_data.held_about(nadia) if held.section.name == "conversation_requests"]
    assert told[0][2] == WORDS
    waiting = make.a_request(make.a_member(membership.community))
    assert requests.destroy_expired(timezone.now() + dt.timedelta(days=92)) == 0
    assert requests.destroy_expired(timezone.now() + dt.timedelta(days=94)) == 1
    assert list(ConversationRequest.objects.all()) == [waiting]


def test_it_goes_three_months_after_the_person_left(membership):
    make.a_request(membership)
    membership.become("alumni", on=timezone.localdate() - dt.timedelta(days=91))
    assert requests.destroy_expired() == 0
    assert requests.destroy_expired(timezone.now() + dt.timedelta(days=3)) == 1


def test_it_goes_three_months_after_the_community_was_archived(community, membership, philippe):
    make.a_request(membership)
    life.record(community, Community.Status.ARCHIVED, by=philippe)
    assert requests.destroy_expired(timezone.now() + dt.timedelta(days=91)) == 0
    assert requests.destroy_expired(timezone.now() + dt.timedelta(days=94)) == 1
