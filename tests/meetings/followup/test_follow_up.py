"""The follow-up: drafted by the software, sent by a person, once to each."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from communities.models import Membership
from meetings.domain.followup import follow_up
from meetings.models import Attendance, FollowUp, Meeting, Note
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, on_one_line, submit
from tests.racing import needs_row_locks


@pytest.fixture
def held(community, sandrine, nadia):
    """Held an hour ago: two people came, one did not, and things were noted."""
    start = timezone.now() - dt.timedelta(hours=2)
    meeting = make.a_meeting(
        community,
        start,
        title="Rejoindre les pères isolés",
        started_at=start,
        closed_at=start + dt.timedelta(hours=1),
        synthesis="Nous repartons avec deux pratiques.",
    )
    meeting.facilitators.add(sandrine)
    here, there = nadia.memberships.get(), make.a_member(community, make.a_person("Julien", "Trudel"))
    away = make.a_member(community, make.a_person("Maude", "Côté", language="en"))
    for member, status in ((here, "present"), (there, "present"), (away, "absent")):
        make.an_attendance(meeting, member, status)
    make.a_note(meeting, "Le bouche-à-oreille marche", kind=Note.Kind.HIGHLIGHT)
    make.a_note(meeting, "On garde le samedi", kind=Note.Kind.DECISION)
    make.a_note(meeting, "Partager le gabarit", kind=Note.Kind.ACTION, assignee=here, due_on=dt.date(2026, 12, 1))
    meeting.here, meeting.there, meeting.away = here, there, away
    return meeting


def ready(meeting, text="Merci à toutes et à tous."):
    follow_up.save(meeting, text, FollowUp.of(meeting).version)
    return meeting


def recipients():
    return set(Message.objects.values_list("recipient", flat=True))


# ------------------------------------------------------------ the text


def test_the_draft_tells_what_was_noted_who_does_what_and_when_one_meets_next(held, community):
    make.a_meeting(community, title="Parler aux écoles")

    with translation.override("en"):
        text = follow_up.draft(held)

    for words in (
        "Nous repartons avec deux pratiques.",
        "– Le bouche-à-oreille marche",
        "– On garde le samedi",
        "– Partager le gabarit (Nadia Amrani, by December 1)",
        "Parler aux écoles",
    ):
        assert words in text


def test_the_draft_follows_the_notes_until_someone_saves_it(held):
    make.a_note(held, "Une ligne de plus", kind=Note.Kind.HIGHLIGHT)
    assert "Une ligne de plus" in follow_up.text_of(held)

    follow_up.save(held, "Mes mots", FollowUp.of(held).version)

    assert follow_up.text_of(held) == "Mes mots"


def test_what_the_synthesis_already_says_is_not_said_twice(held):
    make.say_of(held, synthesis="Ce que nous retenons :\n- le bouche-à-oreille marche.\n- Partager le gabarit")

    text = follow_up.draft(held)

    assert text.casefold().count("le bouche-à-oreille marche") == 1
    assert "– Partager le gabarit (Nadia Amrani" in text, "who does it, and by when, are said nowhere else"


def test_a_heading_is_a_line_followed_by_dashes():
    first, second, third = follow_up.blocks("Bonjour\nà vous\n\nDécisions\n– une\n- deux\n\n• seule")

    assert first.paragraph == "Bonjour\nà vous"
    assert (second.heading, second.items) == ("Décisions", ["une", "deux"])
    assert (third.heading, third.items) == ("", ["seule"])


def test_saving_over_someone_elses_words_is_refused(held):
    other = Meeting.objects.get(pk=held.pk)
    follow_up.save(held, "Les miens", 0)

    assert not follow_up.save(other, "Les siens", 0)
    assert other.follow_up.text == "Les miens"
    assert follow_up.save(other, "Les miens", 0), "the same words are no conflict"


# ------------------------------------------------------------ sending


def test_those_present_are_written_to_once_however_often_one_presses(held):
    ready(held)

    assert follow_up.send(held, follow_up.PRESENT) == 2
    assert follow_up.send(held, follow_up.PRESENT) == 0

    assert recipients() == {held.here.user_id, held.there.user_id}
    held.refresh_from_db()
    assert held.follow_up.sent_at


def test_widening_to_everyone_writes_only_to_the_others(held):
    ready(held)
    follow_up.send(held, follow_up.PRESENT)
    first = Meeting.objects.get(pk=held.pk).follow_up.sent_at

    assert follow_up.send(held, follow_up.EVERYONE) == 1

    assert Message.objects.latest("pk").recipient_id == held.away.user_id
    assert Meeting.objects.get(pk=held.pk).follow_up.sent_at == first


def test_sending_to_many_asks_as_much_as_sending_to_few(held):
    ready(held)
    asked = []
    for people in (0, 60):
        for _n in range(people):
            make.an_attendance(held, make.a_member(held.community), Attendance.Status.PRESENT)
        with CaptureQueriesContext(connection) as queries:
            assert follow_up.send(held, follow_up.EVERYONE) == (people or 3)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_each_reads_the_shell_in_their_language_and_the_words_as_written(held):
    ready(held, "Décisions\n– <b>garder</b> le samedi")
    follow_up.send(held, follow_up.EVERYONE)

    english = Message.objects.get(recipient=held.away.user)
    french = Message.objects.get(recipient=held.here.user)

    assert "here is what the group keeps" in english.text
    assert "– <b>garder</b> le samedi" in french.text
    assert "&lt;b&gt;garder&lt;/b&gt;" in french.html
    assert "/r/" in french.text
    assert french.text != Message.objects.get(recipient=held.there.user).text, "each has their own link"


def test_nothing_leaves_for_a_meeting_that_was_cancelled_or_never_held(held, meeting):
    with pytest.raises(ValidationError):
        follow_up.send(ready(meeting), follow_up.EVERYONE)
    Meeting.objects.filter(pk=held.pk).update(cancelled_at=timezone.now())
    with pytest.raises(ValidationError):
        follow_up.send(ready(held), follow_up.EVERYONE)
    assert not Message.objects.exists()


def test_whoever_left_meanwhile_is_not_written_to(held):
    ready(held)
    follow_up.send(held, follow_up.PRESENT)
    Membership.objects.filter(pk=held.there.pk).update(status=Membership.Status.ALUMNI)

    assert mail_types.cancel_reason(Message.objects.get(recipient=held.there.user)) == "no longer in the community"
    assert mail_types.cancel_reason(Message.objects.get(recipient=held.here.user)) is None


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_two_people_press_at_once_and_each_member_gets_one():
    community = make.a_community()
    start = timezone.now() - dt.timedelta(hours=2)
    meeting = ready(make.a_meeting(community, start, started_at=start))
    for _n in range(5):
        make.an_attendance(meeting, make.a_member(community))
    sent = []

    def press():
        sent.append(follow_up.send(meeting, follow_up.PRESENT))
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(sent) == [0, 0, 0, 0, 0, 5]
    assert Message.objects.count() == 5


# ------------------------------------------------------------ afterwards


def test_only_those_refused_leave_again_and_to_the_corrected_address(held):
    ready(held)
    follow_up.send(held, follow_up.PRESENT)
    refused = Message.objects.get(recipient=held.here.user)
    Message.objects.filter(pk=refused.pk).update(failed_at=timezone.now(), outcome="550 no such user", attempts=3)
    Message.objects.exclude(pk=refused.pk).update(sent_at=timezone.now())
    held.here.user.email = "nouvelle@exemple.quebec"
    held.here.user.save()

    assert follow_up.send_again(held) == 1

    refused.refresh_from_db()
    assert (refused.state, refused.to, refused.attempts) == ("waiting", "nouvelle@exemple.quebec", 0)
    assert Message.objects.get(recipient=held.there.user).state == "sent"
    assert follow_up.send_again(held) == 0


def test_a_mail_whose_words_are_no_longer_kept_is_not_sent_again(held, sandrine, signed_in):
    ready(held)
    follow_up.send(held, follow_up.PRESENT)
    Message.objects.update(failed_at=timezone.now(), outcome="550 no such user")
    Message.objects.filter(recipient=held.here.user).update(text="", html="")
    address = reverse("meetings:follow_up", args=[held.pk])

    page = signed_in(sandrine).get(address)

    assert page.context["failed"] == 1
    assert page.content.decode().count("n’est plus conservé") == 1
    assert follow_up.send_again(held) == 1
    assert Message.objects.get(recipient=held.here.user).state == "failed"
    assert "n’est plus conservé" in signed_in(sandrine).get(address).content.decode()


# ------------------------------------------------------------ the page


@pytest.fixture
def page(held, sandrine, signed_in):
    return signed_in(sandrine), reverse("meetings:follow_up", args=[held.pk])


def test_the_page_shows_the_draft_and_sends_nothing(held, page):
    client, address = page

    shown = client.get(address)

    assert "Le bouche-à-oreille marche" in shown.content.decode()
    assert not Message.objects.exists()
    assert FollowUp.of(Meeting.objects.get(pk=held.pk)).text == ""


def test_what_leaves_is_what_was_in_the_field(held, page):
    client, address = page

    submit(client, address, {"text": "Mes mots"}, action=reverse("meetings:send_follow_up", args=[held.pk]))

    assert set(Message.objects.values_list("recipient", flat=True)) == {held.here.user_id, held.there.user_id}
    assert all("Mes mots" in text for text in Message.objects.values_list("text", flat=True))


def test_who_already_has_it_is_said_beside_each_choice(held, page):
    client, address = page
    assert client.get(address).context["have_it"] == {"present": 0, "absent": 0, "everyone": 0}

    ready(held)
    follow_up.send(held, follow_up.ABSENT)

    assert client.get(address).context["have_it"] == {"present": 0, "absent": 1, "everyone": 1}


@pytest.mark.parametrize("name", ["follow_up", "send_follow_up"])
def test_a_conflict_shows_both_texts_and_sends_nothing(held, page, name):
    client, address = page
    form = form_on(client.get(address), ["text"]).fill({"text": "Les miens"})
    follow_up.save(held, "Les siens", 0)

    response = form.press(client, action=reverse(f"meetings:{name}", args=[held.pk]))

    shown = on_one_line(response)
    assert response.status_code == 409
    assert "Les siens" in shown
    assert "Les miens</textarea>" in shown
    assert 'name="version" value="1"' in shown
    assert not Message.objects.exists()


def test_an_empty_text_or_no_choice_of_people_sends_nothing(held, page):
    client, address = page
    send = reverse("meetings:send_follow_up", args=[held.pk])

    assert submit(client, address, {"text": "  "}, action=send).status_code == 422
    assert client.post(send, {"text": "Mes mots", "version": 0, "whom": "all"}).status_code == 422
    assert not Message.objects.exists()


def test_starting_again_from_the_notes_forgets_the_words(held, page):
    client, address = page
    follow_up.save(held, "Mes mots", 0)

    submit(client, address, button="again=1")

    held.refresh_from_db()
    assert FollowUp.of(held).text == ""
    assert "On garde le samedi" in follow_up.text_of(held)


def test_the_page_says_where_each_mail_is_and_why(held, page):
    client, address = page
    ready(held)
    follow_up.send(held, follow_up.PRESENT)
    Message.objects.filter(recipient=held.here.user).update(failed_at=timezone.now(), outcome="550 no such user")

    shown = client.get(address).content.decode()

    assert "550 no such user" in shown
    assert reverse("meetings:resend_follow_up", args=[held.pk]) in shown


def test_the_page_asks_the_same_queries_for_three_and_for_thirty(held, page):
    client, address = page
    ready(held)
    asked = []
    for people in (0, 27):
        for _n in range(people):
            make.an_attendance(held, make.a_member(held.community), Attendance.Status.PRESENT)
        follow_up.send(held, follow_up.EVERYONE)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_members_do_not_see_it(held, nadia, signed_in):
    assert signed_in(nadia).get(reverse("meetings:follow_up", args=[held.pk])).status_code == 403


def test_the_coordination_sends_again_what_was_refused_from_the_replies(held, sandrine, philippe, signed_in):
    """It reads no draft: it is told, where it sees what was delivered, and corrects the address."""
    follow_up.save(held, "Merci d’être venus.", FollowUp.of(held).version)
    follow_up.send(held, follow_up.PRESENT)
    Message.objects.update(failed_at=timezone.now(), outcome="550 no such user", attempts=3)
    page, press = (reverse(f"meetings:{name}", args=[held.pk]) for name in ("replies", "resend_follow_up"))
    client = signed_in(philippe)
    assert press in client.get(page).content.decode()
    assert client.get(reverse("meetings:follow_up", args=[held.pk])).status_code == 403

    assert submit(client, page, action=press).url == page

    assert {mail.state for mail in Message.objects.all()} == {"waiting"}
    assert press not in client.get(page).content.decode()
    Message.objects.update(failed_at=timezone.now(), outcome="550 no such user", attempts=3)
    draft = reverse("meetings:follow_up", args=[held.pk])
    assert submit(signed_in(sandrine), draft, action=press).url == draft
