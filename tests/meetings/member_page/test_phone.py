"""The member's path without an account: reply, check in, follow, and the door of the room."""

import datetime as dt
import re
import threading
from urllib.parse import quote_plus

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser

from communities.models import Membership
from evaluations.domain.surveys import collection
from meetings.domain.attendance import attendance
from meetings.domain.links import links, phone
from meetings.models import AgendaItem, Attendance, Meeting, Note
from tests import factories as make
from tests.forms import form_on, on_one_line, submit
from tests.soundness import violations


@pytest.fixture
def membership(nadia):
    return nadia.memberships.get()


@pytest.fixture
def home(meeting, membership):
    return reverse("meetings:phone", args=[links.guest_token(meeting, membership)])


@pytest.fixture
def soon(community, sandrine):
    """Starts in twenty minutes."""
    planned = make.a_meeting(community, timezone.now() + dt.timedelta(minutes=20), title="Les horaires")
    planned.facilitators.add(sandrine)
    return planned


@pytest.fixture
def own_link(soon, membership):
    return reverse("meetings:phone", args=[links.guest_token(soon, membership)])


@pytest.fixture
def room(soon):
    return reverse("meetings:room", args=[soon.code])


def text_of(response) -> str:
    return on_one_line(response)


# ------------------------------------------------------------ before


def test_the_page_says_what_when_and_asks_for_an_answer(client, home, meeting):
    page = text_of(client.get(home))

    assert meeting.title in page
    assert page.count('name="answer"') == 3
    assert "zoom.example" not in page  # three days ahead: the link to join is not shown yet


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client, home, meeting, method):
    """Mail scanners open every link, with the answer already in it."""
    with CaptureQueriesContext(connection) as queries:
        getattr(client, method)(home + "?reponse=yes")

    assert not meeting.replies.exists()
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_the_answer_pressed_in_the_mail_waits_for_one_press(client, home, meeting):
    page = text_of(client.get(home + "?reponse=no"))
    first = re.search(r'name="answer" value="([a-z]+)"', page).group(1)
    assert first == "no"

    submit(client, home + "?reponse=no", button=f"answer={first}")

    reply = meeting.replies.get()
    assert (reply.answer, reply.wish) == ("no", "")


def test_an_answer_is_said_back_and_can_be_changed(client, home, meeting):
    submit(client, home, button="answer=yes")
    page = text_of(client.get(home))
    assert re.search(r'value="yes" aria-pressed="true"', page)

    submit(client, home, button="answer=maybe")

    assert meeting.replies.get().answer == "maybe"


def test_a_hybrid_meeting_asks_how_one_comes_in_the_same_press(client, home, meeting):
    Meeting.objects.update(mode="hybrid", place="Bibliothèque")

    submit(client, home, button="answer=yes-in_person")

    assert meeting.replies.get().mode == "in_person"
    assert 'value="yes-in_person" aria-pressed="true"' in text_of(client.get(home))


def test_an_answer_sent_twice_is_one_row(client, home, meeting):
    answer = form_on(client.get(home), button="answer=yes")
    for _ in range(2):
        answer.press(client, "answer=yes")
    wish = form_on(client.get(home), ["wish"]).fill({"wish": "Les pourboires"})
    for _ in range(2):
        wish.press(client)

    assert meeting.replies.count() == 1
    assert meeting.community.topics.count() == 1


@pytest.mark.parametrize("sent", [{}, {"answer": "perhaps"}, {"answer": "yes", "wish": "x" * 201}])
def test_what_is_no_answer_is_refused_with_a_sentence(client, home, meeting, sent):
    response = client.post(home + "reponse/", sent)

    assert response.status_code == 422
    assert 'class="message error"' in text_of(response)
    assert not meeting.replies.exists()


def test_a_wish_that_is_too_long_is_not_lost(client, home, meeting):
    submit(client, home, button="answer=yes")

    response = submit(client, home, {"wish": "Les " + "pourboires " * 30})

    assert "Les pourboires pourboires" in text_of(response)


def test_my_open_actions_are_there_and_done_ones_are_not(client, home, meeting, membership, community):
    make.a_note(meeting, "Écrire à la bibliothèque", kind=Note.Kind.ACTION, assignee=membership)
    make.a_note(meeting, "Déjà fait", kind=Note.Kind.ACTION, assignee=membership, done_at=timezone.now())
    make.a_note(meeting, "À quelqu’un d’autre", kind=Note.Kind.ACTION, assignee=make.a_member(community))

    page = text_of(client.get(home))

    assert "Écrire à la bibliothèque" in page
    assert "Déjà fait" not in page
    assert "quelqu’un d’autre" not in page


def test_the_page_never_says_whose_link_it_is(client, home, nadia):
    """A forwarded link says the meeting, not the person."""
    assert nadia.last_name not in text_of(client.get(home))


@pytest.mark.parametrize(("hours", "shown"), [(-25, False), (-23, True), (2.9, True), (3.1, False)])
def test_the_link_to_join_is_there_from_a_day_before_to_two_hours_after(client, home, meeting, hours, shown):
    with time_machine.travel(meeting.starts_at + dt.timedelta(hours=hours), tick=False):
        assert ("zoom.example" in text_of(client.get(home))) is shown


def test_the_calendar_file_is_a_download(client, home):
    response = client.get(home + "calendrier.ics")

    assert response["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in response.content


def test_google_and_outlook_are_told_when_and_nothing_personal(client, home, meeting):
    page = LexborHTMLParser(client.get(home).content)
    google, apple, outlook = (link.attributes["href"] for link in page.css(".calendars a"))

    assert apple == f"{home}calendrier.ics"
    begins = meeting.starts_at.astimezone(dt.UTC)
    assert f"dates={begins:%Y%m%dT%H%M%SZ}%2F" in google
    assert quote_plus(f"{begins:%Y-%m-%dT%H:%M:%SZ}") in outlook
    for address in (google, outlook):
        assert quote_plus(meeting.heading) in address
        assert home.split("/")[2] not in address, "the personal link stays here"
        assert "zoom.example" not in address


def test_what_it_is_about_comes_before_the_reply(client, home, meeting):
    make.a_topic(meeting.community, "Rejoindre les pères", meeting=meeting, state="announced")
    page = text_of(client.get(home))

    assert page.index("Rejoindre les pères") < page.index('id="reponse"')


def test_it_is_kept_by_no_cache_and_found_by_no_search_engine(client, home, room):
    for address in (home, home + "suivre/", room, reverse("meetings:enter_code")):
        response = client.get(address)
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"


def test_it_speaks_the_language_of_the_person_unless_the_phone_says_otherwise(client, home, nadia):
    type(nadia).objects.filter(pk=nadia.pk).update(language="en")
    assert '<html lang="en">' in text_of(client.get(home))

    submit(client, home, button="language=fr-ca")

    assert '<html lang="fr-ca">' in text_of(client.get(home))


def test_hours_are_those_of_the_community(client, home, meeting, nadia):
    type(nadia).objects.filter(pk=nadia.pk).update(language="en", time_zone="America/Halifax")
    Meeting.objects.update(
        starts_at=timezone.datetime(2030, 1, 15, 15, tzinfo=dt.UTC),
        ends_at=timezone.datetime(2030, 1, 15, 16, tzinfo=dt.UTC),
    )

    page = text_of(client.get(home))

    assert "from 10 a.m. to 11 a.m." in page
    assert "11 a.m. on your clock" in page


# ------------------------------------------------------------ during


def test_one_press_checks_in(client, own_link, soon, membership):
    submit(client, own_link, action=own_link + "presence/")

    here = soon.attendances.get()
    assert (here.membership, here.status, here.method) == (membership, "present", "link")


def test_pressing_twice_is_one_presence(client, own_link, soon):
    form = form_on(client.get(own_link), action=own_link + "presence/")
    form.press(client)
    form.press(client)

    assert soon.attendances.count() == 1


def postpone(meeting):
    moved = {"starts_at": meeting.starts_at + dt.timedelta(days=3), "ends_at": meeting.ends_at + dt.timedelta(days=3)}
    Meeting.objects.filter(pk=meeting.pk).update(**moved)


def test_too_early_is_said_and_nothing_is_written(client, own_link, soon):
    """The page was open already when the meeting was moved."""
    form = form_on(client.get(own_link), action=own_link + "presence/")
    postpone(soon)

    page = form.press(client, follow=True)

    assert 'class="message error"' in text_of(page)
    assert not soon.attendances.exists()


def test_a_hybrid_meeting_records_how_one_came(client, own_link, soon):
    Meeting.objects.filter(pk=soon.pk).update(mode="hybrid")

    submit(client, own_link, button="mode=in_person")

    assert soon.attendances.get().mode == "in_person"


def go_to(meeting, kind, **fields) -> AgendaItem:
    """The meeting is at this block."""
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(started_at=now)
    meeting.agenda.filter(ended_at=None).update(ended_at=now)
    item = AgendaItem.objects.create(meeting=meeting, kind=kind, minutes=10, started_at=now, **fields)
    meeting.touch()
    return item


def test_the_page_follows_the_meeting(client, own_link, soon, membership):
    make.an_attendance(soon, membership)
    topic = make.a_topic(soon.community, "Les horaires atypiques")
    go_to(soon, "exchange", title="Échange", topic=topic)

    fragment = text_of(client.get(own_link + "suivre/?revision=0&stage=during"))

    assert fragment.lstrip().startswith('<div id="now"')
    assert 'data-stage="during"' in fragment
    assert "Les horaires atypiques" in fragment
    assert "<html" not in fragment


def test_nothing_new_is_answered_in_two_queries(client, own_link, soon):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{own_link}suivre/?revision={soon.revision}&stage=during")

    assert response.status_code == 204
    assert len(queries) <= 2


def test_the_hour_of_check_in_is_news_by_itself(client, home, meeting):
    """Nobody touched the meeting; the clock alone turned the page into another."""
    with time_machine.travel(meeting.starts_at - dt.timedelta(minutes=59), tick=False):
        response = client.get(home + "suivre/?revision=0&stage=before")

    assert response.status_code == 200
    assert 'data-stage="during"' in text_of(response)


def test_the_evaluation_opens_in_the_same_tab(client, own_link, soon, membership):
    make.an_attendance(soon, membership)
    go_to(soon, "evaluation", title="Évaluation")

    fragment = text_of(client.get(own_link + "suivre/?revision=0&stage=during"))
    page = client.get(own_link)

    assert f'data-goes="{own_link}evaluation/"' in fragment
    assert (page.status_code, page["Location"]) == (302, own_link + "evaluation/")
    assert client.get(own_link + "?retour").status_code == 200


def test_who_is_not_checked_in_is_asked_to_before_the_evaluation(client, own_link, soon):
    go_to(soon, "evaluation", title="Évaluation")

    assert "data-goes" not in text_of(client.get(own_link))


# ------------------------------------------------------------ after


@pytest.fixture
def past(community, membership):
    ago = timezone.now() - dt.timedelta(days=5)
    fields = {"started_at": ago, "closed_at": ago, "followed_up_at": ago, "synthesis": "Trois idées gardées."}
    meeting = make.a_meeting(community, ago, title="Le printemps", **fields)
    make.an_attendance(meeting, membership)
    return meeting


@pytest.mark.parametrize(("level", "shown"), [("log", False), ("synthesis", True), ("full", True)])
def test_the_synthesis_is_shown_where_it_is_for_members(client, past, membership, level, shown):
    type(past.community).objects.update(minutes_level=level)

    page = text_of(client.get(reverse("meetings:phone", args=[links.guest_token(past, membership)])))

    assert ("Trois idées gardées." in page) is shown


def test_a_synthesis_nobody_has_sent_is_not_shown(client, past, membership):
    type(past.community).objects.update(minutes_level="full")
    make.say_of(past, followed_up_at=None)

    page = text_of(client.get(reverse("meetings:phone", args=[links.guest_token(past, membership)])))

    assert "Trois idées gardées." not in page


def test_the_next_date_leads_to_ones_own_page_of_it(client, past, meeting, membership):
    page = text_of(client.get(reverse("meetings:phone", args=[links.guest_token(past, membership)])))

    assert reverse("meetings:phone", args=[links.guest_token(meeting, membership)]) in page


# ------------------------------------------------------------ links that open nothing


def test_an_altered_link_is_not_found(client, home):
    response = client.get(home[:-2] + "x/")

    assert response.status_code == 404
    assert "<h1>" in text_of(response)


def test_the_link_of_someone_who_left_has_ended(client, home, membership):
    left_open = form_on(client.get(home), button="answer=yes")
    membership.become(Membership.Status.ALUMNI)

    assert client.get(home).status_code == 410
    assert left_open.press(client, "answer=yes").status_code == 410


def test_the_link_of_a_paused_member_still_opens(client, home, membership, meeting):
    membership.become(Membership.Status.PAUSED)
    submit(client, home, button="answer=yes")

    assert client.get(home).status_code == 200
    assert meeting.replies.exists()


def test_a_link_ends_two_months_after_the_meeting(client, home, meeting):
    with time_machine.travel(meeting.ends_at + dt.timedelta(days=61)):
        assert client.get(home).status_code == 410


def test_a_cancelled_meeting_says_so_and_takes_no_answer(client, home, meeting):
    left_open = form_on(client.get(home), button="answer=yes")
    Meeting.objects.update(cancelled_at=timezone.now(), cancelled_because="Tempête annoncée")

    page = client.get(home)
    left_open.press(client, "answer=yes")

    assert page.status_code == 410
    assert "Tempête annoncée" in text_of(page)
    assert not meeting.replies.exists()


def test_a_link_opens_one_meeting_for_one_person(meeting, membership, community):
    guest = links.guest_of_link(links.guest_token(meeting, membership))
    stranger = make.a_member(make.a_community())

    assert (guest.meeting, guest.membership) == (meeting, membership)
    assert links.guest_of_link(links.guest_token(meeting, stranger)) is None


# ------------------------------------------------------------ the room


@pytest.mark.parametrize("typed", [str.lower, lambda c: f" {c[:3]} {c[3:]}\n", lambda c: f"{c[:3]}-{c[3:]}"])
def test_the_code_is_forgiving(client, soon, typed):
    response = submit(client, reverse("meetings:enter_code"), {"code": typed(soon.code)})

    assert response["Location"] == reverse("meetings:room", args=[soon.code])


def test_signs_that_eyes_confuse_are_understood(soon):
    Meeting.objects.filter(pk=soon.pk).update(code="QLQLAB")

    assert phone.room_of("o10iab") == soon


def test_codes_cannot_be_tried_one_after_the_other(client, soon, room):
    for n in range(phone.TRIES):
        submit(client, reverse("meetings:enter_code"), {"code": f"ZZZZ{n:02}"})

    assert submit(client, reverse("meetings:enter_code"), {"code": soon.code}).status_code == 429
    assert client.get(room).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.9").get(room).status_code == 200


def test_right_codes_are_not_counted(client, room):
    """A whole room may stand behind one address."""
    for _ in range(phone.TRIES + 5):
        assert client.get(room).status_code == 200


def test_a_name_of_the_list_is_that_person(client, room, soon, membership):
    submit(client, room, {"name": "  nadia AMRANI "})

    here = soon.attendances.get()
    assert (here.membership, here.method) == (membership, "code")


def test_another_name_joins_the_pool(client, room, soon):
    submit(client, room, {"name": "Awa Diallo", "organisation": "Maison de la famille"})

    newcomer = soon.attendances.get().membership
    assert (newcomer.user.full_name, newcomer.status, newcomer.source) == ("Awa Diallo", "eligible", "walk_in")
    assert newcomer.organisation.name == "Maison de la famille"


def test_of_two_people_of_one_name_the_organisation_decides(client, room, soon, community):
    for organisation in ("Maison A", "Maison B"):
        make.a_member(community, make.a_person("Awa", "Diallo"), organisation=organisation)

    submit(client, room, {"name": "Awa Diallo", "organisation": "maison b"})

    assert soon.attendances.get().membership.organisation.name == "Maison B"


def test_the_room_tells_nothing_of_who_is_on_the_list(room, nadia):
    """The same answers for a known name and an unknown one, and no page that names anyone."""
    known, unknown = Client(), Client()
    answers = submit(known, room, {"name": "Nadia Amrani"}), submit(unknown, room, {"name": "Awa Diallo"})
    pages = [text_of(c.get(room)) for c in (known, unknown)]
    pages = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", p) for p in pages]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert re.sub(r'data-(revision|now)="\d+"', "", pages[0]) == re.sub(r'data-(revision|now)="\d+"', "", pages[1])
    assert "Amrani" not in pages[0]


def test_a_typed_name_opens_nothing_personal(client, room, soon, membership):
    make.a_note(soon, "Écrire à la bibliothèque", kind=Note.Kind.ACTION, assignee=membership)

    submit(client, room, {"name": "Nadia Amrani"})
    page = text_of(client.get(room))

    assert "/r/" not in page
    assert "bibliothèque" not in page


def test_the_phone_is_known_in_this_room_and_no_other(client, room, soon, community):
    submit(client, room, {"name": "Awa Diallo"})
    cookie = client.cookies[f"room-{soon.pk}"]
    other = make.a_meeting(community, timezone.now())
    forged = Client()
    forged.cookies[f"room-{other.pk}"] = cookie.value

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", room)
    assert client.get(room + "suivre/").status_code == 200
    assert forged.get(reverse("meetings:room", args=[other.code]) + "suivre/").status_code == 410


def test_the_room_goes_on_to_the_evaluation_in_the_same_tab(client, room, soon):
    submit(client, room, {"name": "Awa Diallo"})
    go_to(soon, "evaluation", title="Évaluation")

    assert client.get(room)["Location"] == room + "evaluation/"


def test_someone_else_may_use_the_same_phone(client, room, soon):
    submit(client, room, {"name": "Awa Diallo"})
    assert 'name="name"' in text_of(client.get(room + "?autre=1"))

    submit(client, room + "?autre=1", {"name": "Bintou Keita"})

    assert soon.attendances.count() == 2


def test_whoever_is_taken_off_the_list_is_back_at_the_door(client, room, soon):
    submit(client, room, {"name": "Awa Diallo"})
    soon.attendances.update(status=Attendance.Status.ABSENT)

    assert 'name="name"' in text_of(client.get(room))


def test_a_name_is_needed(client, room, soon):
    response = submit(client, room, {"name": " ", "organisation": "Maison A"})

    assert response.status_code == 422
    assert "Maison A" in text_of(response)
    assert not soon.attendances.exists()


def test_the_room_says_when_it_opens(client, room, soon):
    left_open = form_on(client.get(room), ["name"]).fill({"name": "Awa Diallo"})
    postpone(soon)

    page = client.get(room)
    left_open.press(client)

    assert 'name="name"' not in text_of(page)
    assert not soon.attendances.exists()


def test_the_room_closes_a_day_after(client, meeting):
    with time_machine.travel(meeting.ends_at + dt.timedelta(hours=25)):
        assert client.get(reverse("meetings:room", args=[meeting.code])).status_code == 410


def closed(meeting):
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(started_at=now, closed_at=now)


def test_a_closed_meeting_admits_nobody_new_by_its_code(client, room, soon, community):
    """A page left open does not either; another meeting's room stays open."""
    left_open = form_on(client.get(room), ["name"]).fill({"name": "Awa Diallo", "organisation": "Maison A"})
    other = make.a_meeting(community, timezone.now() + dt.timedelta(minutes=20))
    closed(soon)

    page = client.get(room)
    late = left_open.press(client)

    assert page.status_code == late.status_code == 410
    assert 'name="name"' not in text_of(page)
    assert not soon.attendances.exists()
    assert not community.memberships.filter(user__last_name="Diallo").exists()
    assert client.get(reverse("meetings:room", args=[other.code])).status_code == 200


def test_a_name_typed_while_the_meeting_closes_is_not_taken(soon):
    """Asked of the row once it is held, whatever was read before."""
    closed(soon)

    with pytest.raises(ValidationError):
        attendance.check_in_by_code(soon, "Awa Diallo")

    assert not soon.attendances.exists()


def test_who_is_in_the_room_goes_on_after_its_closing(client, room, soon):
    submit(client, room, {"name": "Awa Diallo", "organisation": "Maison A"})
    Meeting.objects.filter(pk=soon.pk).update(started_at=timezone.now())
    survey = collection.open_for(Meeting.objects.get(pk=soon.pk), None)
    closed(soon)

    ballot = client.get(f"{room}evaluation/")

    assert ballot.status_code == 200
    assert "R1" in text_of(ballot)
    collection.close(survey)
    assert 'name="R1"' not in text_of(client.get(f"{room}evaluation/"))


def test_the_room_has_a_size(soon, monkeypatch):
    monkeypatch.setattr(attendance, "room_size", lambda meeting: 3)
    for n in range(3):
        attendance.check_in_by_code(soon, f"Personne {n}")

    with pytest.raises(ValidationError):
        attendance.check_in_by_code(soon, "Une de trop")

    attendance.check_in_by_code(soon, "Personne 1")  # already there: nothing is added
    assert soon.attendances.count() == 3
    assert soon.community.memberships.count() == 3


def test_a_room_of_many_members_is_larger(soon, community):
    assert attendance.room_size(soon) == 60
    for _ in range(31):
        make.a_member(community)
    assert attendance.room_size(soon) == 62


def at_once(count, press):
    start, errors = threading.Barrier(count), []

    def run():
        try:
            start.wait(5)
            press()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return errors


def test_presses_at_the_same_instant_are_one_presence(transactional_db, soon, membership):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time there")

    errors = at_once(6, lambda: attendance.check_in(soon, membership, method=Attendance.Method.LINK))
    errors += at_once(6, lambda: attendance.check_in_by_code(soon, "Awa Diallo", "Maison A"))

    assert errors == []
    assert soon.attendances.count() == 2
    assert soon.community.memberships.filter(user__last_name="Diallo").count() == 1


# ------------------------------------------------------------ in a browser


@pytest.mark.browser
@pytest.mark.long
def test_a_phone_from_the_invitation_to_the_evaluation_by_keyboard(open_as, soon, membership):
    """Reply, check in and follow with Tab and Enter alone; the page turns by itself."""
    in_minutes = lambda n: timezone.now() + dt.timedelta(minutes=n)  # noqa: E731
    Meeting.objects.filter(pk=soon.pk).update(starts_at=in_minutes(90), ends_at=in_minutes(150))
    page = open_as(None, width=320, height=640)
    own_link = reverse("meetings:phone", args=[links.guest_token(soon, membership)])

    page.goto(own_link + "?reponse=yes")
    press(page, 'button[name="answer"][value="yes"]')
    page.wait_for_selector('button[value="yes"][aria-pressed="true"]')
    focus(page, "#wish")
    page.keyboard.type("Les pourboires")
    page.keyboard.press("Enter")
    page.wait_for_selector('#wish[value="Les pourboires"]')
    assert sound(page) == []

    Meeting.objects.filter(pk=soon.pk).update(starts_at=in_minutes(5))
    page.reload()
    press(page, 'form[action$="presence/"] button')
    page.wait_for_selector("#now .done")
    go_to(soon, "exchange", title="On échange")
    page.wait_for_selector("text=On échange")
    assert sound(page) == []
    go_to(soon, "evaluation", title="Évaluation")
    page.wait_for_url("**/evaluation/")

    assert soon.attendances.get().membership == membership
    assert soon.replies.get().wish == "Les pourboires"


@pytest.mark.browser
def test_a_code_and_a_name_are_enough(open_as, soon):
    page = open_as(None, width=390, height=844)
    page.goto(reverse("meetings:enter_code"))
    assert sound(page) == []

    expect(page.locator("#id_code")).to_be_focused()
    page.keyboard.type(soon.code.lower())
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_name")
    assert sound(page) == []
    focus(page, "#id_name")
    page.keyboard.type("Awa Diallo")
    page.keyboard.press("Enter")
    page.wait_for_selector("#now .done")

    assert soon.attendances.get().membership.user.full_name == "Awa Diallo"


def focus(page, selector) -> None:
    """Reach it with Tab, as someone without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def press(page, selector) -> None:
    focus(page, selector)
    page.keyboard.press("Enter")


def sound(page) -> list[str]:
    found = [v["id"] for v in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    small = page.evaluate(
        "[...document.querySelectorAll('main .btn, main input:not([type=hidden])')]"
        ".filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML.slice(0, 80))"
    )
    return found + small


@pytest.mark.browser
def test_a_first_visit_is_light(open_as, soon, membership):
    import gzip

    page, weights = open_as(None, width=390), []
    page.on("response", lambda r: weights.append(len(gzip.compress(r.body()))) if r.ok else None)

    page.goto(reverse("meetings:phone", args=[links.guest_token(soon, membership)]))
    page.wait_for_load_state("networkidle")

    assert sum(weights) < 16_500, "4.7 kB of them morph the page in place (docs/decisions.md, 98)"


def test_the_french_of_the_page_is_there():
    with translation.override("fr-ca"):
        assert translation.gettext("Will you be there?") == "Serez-vous là?"
