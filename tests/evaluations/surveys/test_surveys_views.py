"""The ballot on a phone, the counter in the console, the results page."""

import datetime as dt
import re

import pytest
from django import db
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone, translation

from evaluations.domain.surveys import collection, keyring
from evaluations.models import BallotBox, Receipt, Survey
from evaluations.tasks import tend_surveys
from meetings.domain.links import links, phone
from meetings.domain.live import live_session
from meetings.models import Attendance, Meeting, RoomSeat, Topic
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with, opened, said_in
from tests.forms import form_on, submit


@pytest.fixture
def live(community, sandrine):
    """Six people in the room, the evaluation open."""
    meeting, members = a_room(community, by=sandrine)
    collection.open_for(meeting, by=sandrine)
    meeting.cast = members
    return meeting


def ballot_of(meeting, member, name="ballot"):
    return reverse(f"evaluations:{name}", args=[links.guest_token(meeting, member)])


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


# ------------------------------------------------------------ the ballot


def test_the_ballot_says_it_is_anonymous_before_the_first_question(live, client):
    response = client.get(ballot_of(live, live.cast[0]))

    page = words(response)
    assert response.status_code == 200
    assert page.index('class="lock"') < page.index('name="R1"')
    assert response["Cache-Control"] == "no-store"
    assert live.cast[0].user.last_name not in page


def test_answering_thanks_and_stores_once(live, client):
    ballot = form_on(client.get(ballot_of(live, live.cast[0])), ANSWERS)

    first = ballot.fill(ANSWERS).press(client)
    again = ballot.fill({"R1": "1"}).press(client)

    assert (first.status_code, first["Location"]) == (302, ballot_of(live, live.cast[0], "thanks"))
    assert again.status_code == 409
    assert 'data-why="ALREADY"' in words(again)
    assert [a["R1"] for a in said_in()] == ["4"]


def test_reading_never_changes_anything_whoever_opens_the_link(live, client):
    address = ballot_of(live, live.cast[0])
    before = Meeting.objects.get(pk=live.pk).revision

    for _scanner in range(5):
        client.get(address)
        client.head(address)
    client.get(ballot_of(live, live.cast[0], "thanks"))

    assert not Receipt.objects.exists()
    assert BallotBox.objects.get().count == 0
    assert Meeting.objects.get(pk=live.pk).revision == before
    assert not Session.objects.exists()


def test_an_empty_form_stores_nothing_and_says_what_is_missing(live, client):
    response = submit(client, ballot_of(live, live.cast[0]))

    assert response.status_code == 422
    assert re.search(r'id="R1-error" ?>[^<]+</p>', words(response))
    assert not Receipt.objects.exists()


def test_what_was_answered_stays_on_the_page_when_something_is_missing(live, client):
    response = submit(client, ballot_of(live, live.cast[0]), {"R1": "2", "R5A": "La relève & <b>nous</b>"})

    page = words(response)
    assert 'name="R1" value="2" checked' in page
    assert 'value="La relève &amp; &lt;b&gt;nous&lt;/b&gt;"' in page
    assert BallotBox.objects.get().count == 0


@pytest.mark.parametrize(
    "wrong",
    [{"R1": "9"}, {"R4": ["1", "2", "3", "4"]}, {"R4": ["nope"]}, {"R5A": "x" * 201}, {"R2": "<script>"}],
)
def test_answers_that_the_page_does_not_offer_are_refused(live, client, wrong):
    response = client.post(ballot_of(live, live.cast[0]), {**ANSWERS, **wrong})

    assert response.status_code == 422
    assert BallotBox.objects.get().count == 0


def test_a_stranger_without_the_secret_is_refused(live):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.get(ballot_of(live, live.cast[0]))

    assert strict.post(ballot_of(live, live.cast[0]), ANSWERS).status_code == 403


def test_an_altered_link_answers_nothing(live, client):
    address = ballot_of(live, live.cast[0])
    forged = address.replace(f"{live.cast[0].pk}~", f"{live.cast[1].pk}~")

    assert client.post(forged, ANSWERS).status_code == 404
    assert BallotBox.objects.get().count == 0


def test_those_who_run_the_meeting_are_told_why_they_do_not_answer(live, community, karim, client):
    noting = make.a_member(community, karim)
    make.an_attendance(live, noting)

    assert 'data-why="RUNS_IT"' in words(client.get(ballot_of(live, noting)))
    assert client.post(ballot_of(live, noting), ANSWERS).status_code == 409
    assert BallotBox.objects.get().count == 0


def test_someone_who_was_not_there_is_told_kindly(live, client):
    ballot = form_on(client.get(ballot_of(live, live.cast[0])), ANSWERS).fill(ANSWERS)
    Attendance.objects.filter(membership=live.cast[0]).update(status=Attendance.Status.EXCUSED)

    response = ballot.press(client)

    assert response.status_code == 409
    assert 'data-why="NOT_RECORDED"' in words(response)
    assert BallotBox.objects.get().count == 0


def test_before_it_opens_the_page_waits(community, client):
    meeting, members = a_room(community)

    assert 'data-why="NOT_OPEN"' in words(client.get(ballot_of(meeting, members[0])))
    assert client.post(ballot_of(meeting, members[0]), ANSWERS).status_code == 409


def test_after_closing_what_was_written_is_given_back(live, client):
    ballot = form_on(client.get(ballot_of(live, live.cast[0])), ANSWERS)
    collection.close(Survey.objects.get())

    response = ballot.fill({**ANSWERS, "R5B": "Commencer à l’heure"}).press(client)

    assert response.status_code == 409
    assert 'data-why="CLOSED"' in words(response)
    assert "Commencer à l’heure" in words(response)


def test_late_answers_count_as_given_afterwards(live, client):
    Meeting.objects.filter(pk=live.pk).update(closed_at=timezone.now() - dt.timedelta(minutes=11))
    submit(client, ballot_of(live, live.cast[0]), ANSWERS)

    assert [ballot.in_session for ballot in opened()] == [False]


def test_whoever_came_by_the_code_answers_by_the_cookie_of_that_phone(live, client):
    address = reverse("evaluations:room_ballot", args=[live.code])
    assert client.get(address)["Location"] == reverse("meetings:room", args=[live.code])
    seat = RoomSeat.objects.create(meeting=live, membership=live.cast[0])
    client.cookies[phone._cookie(live)] = phone._seat_token.make(live.pk, seat.pk)

    response = submit(client, address, ANSWERS)

    assert response["Location"] == reverse("evaluations:room_thanks", args=[live.code])
    assert client.get(response["Location"]).status_code == 200
    assert BallotBox.objects.get().count == 1


def test_the_thanks_page_gives_the_next_date_and_says_nothing_of_the_person(live, client, community):
    coming = make.a_meeting(community, title="Parler aux écoles")

    page = words(client.get(ballot_of(live, live.cast[0], "thanks")))

    assert "Parler aux écoles" in page
    assert reverse("meetings:phone_calendar", args=[links.guest_token(coming, live.cast[0])]) in page


def test_the_thanks_page_tells_a_wish_only_when_enough_people_had_it(community, client):
    earlier, people = a_room(community, 8, title="Avant")
    rare, common = {**ANSWERS, "R5A": "La paie"}, {**ANSWERS, "R5A": "le  financement"}
    closed_with(earlier, people, [rare] * 3 + [common] * 5)
    meeting, members = a_room(community)

    page = words(client.get(ballot_of(meeting, members[0], "thanks")))

    assert "le financement" in page
    assert "La paie" not in page


def test_a_ballot_asks_few_queries(live, client, django_assert_max_num_queries):
    client.get(ballot_of(live, live.cast[0]))  # each process reads the questions once
    with django_assert_max_num_queries(6):
        client.get(ballot_of(live, live.cast[0]))
    ballot = form_on(client.get(ballot_of(live, live.cast[1])), ANSWERS).fill(ANSWERS)
    with django_assert_max_num_queries(10):  # two of them open and end the transaction
        ballot.press(client)


# ------------------------------------------------------------ when something of ours is away

SECRET = "Je n’ose pas le dire"


def away(trouble):
    def fail(*_of, **_named):
        raise trouble

    return fail


@pytest.mark.parametrize("trouble", [db.OperationalError(SECRET), db.InterfaceError(SECRET), keyring.Away(SECRET)])
@pytest.mark.parametrize("where", ["_sealed", "voter_at"])
def test_a_ballot_that_cannot_be_taken_comes_back_with_its_answers(where, trouble, live, client, monkeypatch, caplog):
    address = ballot_of(live, live.cast[0])
    ballot = client.get(address)

    with monkeypatch.context() as broken:
        broken.setattr(collection, where, away(trouble))
        later = submit(client, ballot, {**ANSWERS, "R5B": SECRET})

    assert (later.status_code, later["Retry-After"], later["Cache-Control"]) == (503, "5", "no-store")
    assert "Elles sont encore ici" in words(later)
    assert "They are still here" in words(later)
    assert SECRET not in caplog.text
    assert not Receipt.objects.exists()
    assert submit(client, later, action=address).status_code == 302
    assert [said["R5B"] for said in said_in()] == [SECRET]
    assert [said["R4"] for said in said_in()] == [ANSWERS["R4"]]


def test_a_ballot_that_cannot_be_shown_asks_to_try_again(live, client, monkeypatch):
    monkeypatch.setattr(collection, "voter_at", away(db.OperationalError(SECRET)))

    later = client.get(ballot_of(live, live.cast[0]))

    assert later.status_code == 503
    assert "La page n’a pas pu s’afficher" in words(later)


def test_a_closing_that_cannot_be_done_now_says_so_and_keeps_all(live, sandrine, signed_in, settings, tmp_path):
    collection.answer(Survey.objects.get(), live.cast[0], ANSWERS, in_session=True)
    client = signed_in(sandrine)
    page = counter_of(client, live)
    settings.KEYRING_DIR = tmp_path / "unmounted"

    told = submit(client, page, button="close-evaluation", follow=True)

    assert "ne peut pas être fermée pour l’instant" in words(told)
    assert Survey.objects.get().is_open
    assert BallotBox.objects.get().count == 1


# ------------------------------------------------------------ the counter


def test_the_console_opens_it_counts_and_closes(community, sandrine, signed_in):
    meeting, members = a_room(community, by=sandrine)
    client = signed_in(sandrine)
    counter = reverse("evaluations:counter", args=[meeting.pk])
    assert reverse("evaluations:open_survey", args=[meeting.pk]) in words(client.get(counter))

    submit(client, counter, action=reverse("evaluations:open_survey", args=[meeting.pk]))
    collection.answer(Survey.objects.get(), members[0], ANSWERS, in_session=True)
    with translation.override("en"):
        shown = client.get(counter)
    submit(client, counter, action=reverse("evaluations:close_survey", args=[meeting.pk]))

    assert re.search(r'max="6" value="1"', words(shown))
    assert not any(member.user.last_name in words(shown) for member in members)
    assert reverse("evaluations:survey", args=[meeting.pk]) in words(client.get(counter))


def test_htmx_gets_the_counter_back(community, sandrine, signed_in):
    meeting, _members = a_room(community, by=sandrine)

    counter = reverse("evaluations:counter", args=[meeting.pk])
    response = submit(signed_in(sandrine), counter, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert words(response).lstrip().startswith('<div class="counter')


def test_a_counter_asks_few_queries_whatever_the_room(community, sandrine, signed_in, django_assert_max_num_queries):
    client = signed_in(sandrine)
    for people in (6, 18):
        meeting, _members = a_room(community, people, by=sandrine)
        collection.open_for(meeting, by=sandrine)
        address = reverse("evaluations:counter", args=[meeting.pk])
        # who asks; their roles; the meeting with its box, ballots, and the room; the names typed there, and twice
        with django_assert_max_num_queries(2 + 2 + 3 + 2):
            client.get(address)


@pytest.mark.parametrize("name", ["open_survey", "close_survey", "counter"])
def test_members_neither_see_the_counter_nor_press_its_buttons(live, nadia, signed_in, name):
    client = signed_in(nadia)
    send = client.get if name == "counter" else client.post

    assert send(reverse(f"evaluations:{name}", args=[live.pk])).status_code == 403


def at_block(community, kind, **fields):
    meeting, members = a_room(community, **fields)
    live_session.advance(meeting, meeting.agenda.get(kind=kind))
    return Meeting.objects.get(pk=meeting.pk), members


def counter_of(client, meeting):
    return client.get(reverse("evaluations:counter", args=[meeting.pk]))


def test_in_its_block_one_filled_button_opens_it_beside_what_to_say(community, sandrine, signed_in):
    meeting, _members = at_block(community, "evaluation", by=sandrine)
    client = signed_in(sandrine)

    page = counter_of(client, meeting)

    assert len(re.findall(r'class="btn[^"]* btn-primary', words(page))) == 1
    assert "<details" not in words(page)
    assert "quatre-vingt-dix secondes" in words(page)
    assert "C’est anonyme" in words(page)
    submit(client, page, button="open-evaluation")
    assert Survey.objects.get().meeting == meeting


@pytest.mark.parametrize(("which", "block"), [("open-moving", "evaluation"), ("open-staying", "exchange")])
def test_opened_before_its_time_it_asks_first(which, block, community, sandrine, signed_in):
    meeting, _members = at_block(community, "exchange", by=sandrine)
    client = signed_in(sandrine)

    page = counter_of(client, meeting)
    assert "Ouvrir et passer 2\xa0blocs" in page.content.decode()
    assert "Ouvrir sans changer de bloc" in words(page)
    assert not re.findall(r'class="btn[^"]* btn-primary', words(page))
    submit(client, page, button=which)

    assert Survey.objects.get().is_open
    assert Meeting.objects.get(pk=meeting.pk).current_item.kind == block


def test_just_before_its_block_there_is_nothing_to_skip(community, sandrine, signed_in):
    meeting, _members = at_block(community, "next", by=sandrine)

    assert "Ouvrir et passer à son bloc" in words(counter_of(signed_in(sandrine), meeting))


def test_an_opening_is_taken_back_while_nobody_has_answered(community, sandrine, signed_in):
    meeting, _members = at_block(community, "exchange", by=sandrine)
    client = signed_in(sandrine)
    submit(client, counter_of(client, meeting), button="open-moving")

    submit(client, counter_of(client, meeting), button="undo-opening")

    assert not Survey.objects.exists()
    assert Meeting.objects.get(pk=meeting.pk).current_item.kind == "exchange"
    assert "open-moving" in words(counter_of(client, meeting))


def test_answered_meanwhile_it_stays_open_and_this_is_said(community, sandrine, signed_in):
    """The page of the facilitator still shows « Annuler l’ouverture » when the first answer comes."""
    meeting, members = at_block(community, "exchange", by=sandrine)
    client = signed_in(sandrine)
    submit(client, counter_of(client, meeting), button="open-moving")
    shown = counter_of(client, meeting)
    collection.answer(Survey.objects.get(), members[0], ANSWERS, in_session=True)

    page = submit(client, shown, button="undo-opening", follow=True)

    assert "Quelqu’un a répondu\xa0: l’évaluation reste ouverte." in page.content.decode()
    assert Meeting.objects.get(pk=meeting.pk).current_item.kind == "exchange"
    assert BallotBox.objects.get().count == 1
    assert "undo-opening" not in words(counter_of(client, meeting))


def test_with_an_answer_only_the_block_is_offered_back(community, sandrine, signed_in):
    meeting, members = at_block(community, "exchange", by=sandrine)
    client = signed_in(sandrine)
    submit(client, counter_of(client, meeting), button="open-moving")
    collection.answer(Survey.objects.get(), members[0], ANSWERS, in_session=True)

    page = counter_of(client, meeting)
    assert "Revenir au bloc" in words(page)
    assert "Annuler l’ouverture" not in words(page)
    submit(client, page, button="undo-opening")

    assert Survey.objects.get().is_open
    assert Meeting.objects.get(pk=meeting.pk).current_item.kind == "exchange"


def test_a_phone_that_was_on_its_ballot_is_told_and_keeps_what_was_written(community, sandrine, client):
    meeting, members = at_block(community, "exchange", by=sandrine)
    survey = collection.open_for(meeting, by=sandrine)
    address = ballot_of(meeting, members[0])
    ballot = client.get(address)
    collection.undo_opening(survey)

    page = submit(client, ballot, {**ANSWERS, "R5A": "Rejoindre les pères"})

    assert page.status_code == 409
    assert "Rejoindre les pères" in words(page)
    assert not Receipt.objects.exists()


def test_the_console_gets_its_clock_and_agenda_with_the_counter(community, sandrine, signed_in):
    meeting, _members = at_block(community, "exchange", by=sandrine)
    client = signed_in(sandrine)
    live = f"http://testserver{reverse('meetings:live', args=[meeting.pk])}"
    results = f"http://testserver{reverse('evaluations:survey', args=[meeting.pk])}"

    def answered(which, current):
        headers = {"HX-Request": "true", "HX-Current-URL": current}
        return words(submit(client, counter_of(client, meeting), button=which, headers=headers))

    assert 'id="clock"' in answered("open-staying", live)
    assert 'id="clock"' not in answered("undo-opening", results)


def test_the_script_says_which_topic_of_today_came_from_the_answers(community, sandrine, signed_in):
    meeting, _members = a_room(community, by=sandrine)
    make.a_topic(community, "Rejoindre les pères", source=Topic.Source.SURVEY, meeting=meeting, state="chosen")

    page = words(signed_in(sandrine).get(reverse("evaluations:counter", args=[meeting.pk])))

    assert "Rejoindre les pères" in page


# ------------------------------------------------------------ the results


def results_page(client, meeting):
    return words(client.get(reverse("evaluations:survey", args=[meeting.pk])))


def test_before_closing_there_is_only_the_counter(live, sandrine, signed_in):
    survey = Survey.objects.get()
    for member in live.cast:
        collection.answer(survey, member, {**ANSWERS, "R5B": "Un secret"}, in_session=True)

    page = results_page(signed_in(sandrine), live)

    assert "Un secret" not in page
    assert "chart" not in page
    assert 'class="results' not in page


def test_above_the_threshold_figures_and_words_are_shown(community, sandrine, signed_in):
    meeting, members = a_room(community, 12, by=sandrine)
    said = [{**ANSWERS, "R5A": f"Sujet {n}", "R5B": f"Mieux {n}"} for n in range(11)]
    closed_with(meeting, members, said)

    page = results_page(signed_in(sandrine), meeting)

    assert page.count('<svg class="chart chart-bar"') == 4
    assert all(f"Mieux {n}" in page for n in range(11))
    assert "100" in page


def test_under_the_threshold_nothing_is_shown(community, sandrine, signed_in):
    meeting, members = a_room(community, by=sandrine)
    closed_with(meeting, members, [{**ANSWERS, "R5B": "Un secret"}] * 4)
    client = signed_in(sandrine)

    page = results_page(client, meeting)
    export = client.get(reverse("evaluations:export_results", args=[meeting.pk]))

    assert "Un secret" not in page
    assert "chart" not in page
    assert export.status_code == 302


def test_an_evaluator_reads_the_figures_and_not_the_words(community, sandrine, signed_in):
    meeting, members = a_room(community, 8, by=sandrine)
    closed_with(meeting, members, [{**ANSWERS, "R5B": "Un mot"}] * 7)
    evaluator = make.a_person("Eve")
    make.a_role(evaluator, "evaluator", community=community)

    page = results_page(signed_in(evaluator), meeting)

    assert 'id="q-R1"' in page
    assert "Un mot" not in page


def test_a_wished_topic_goes_to_the_backlog_in_one_press_and_once(community, sandrine, signed_in):
    meeting, members = a_room(community, by=sandrine)
    survey = closed_with(meeting, members, [{**ANSWERS, "R5A": "Le financement"}] * 5)
    client = signed_in(sandrine)
    key = re.search(r'name="topic" value="(\w+)"', results_page(client, meeting)).group(1)

    wished = form_on(client.get(reverse("evaluations:survey", args=[meeting.pk])), button=f"topic={key}")
    for _press in range(2):
        wished.press(client)

    topic = Topic.objects.get(community=community)
    assert (topic.title, topic.source, topic.state) == ("Le financement", "survey", "proposed")
    assert 'name="topic"' not in results_page(client, meeting)
    assert survey.responses.filter(code="R5A").count() == 5


def test_a_wish_longer_than_a_title_is_put_in_the_backlog_once(community, sandrine, signed_in):
    meeting, members = a_room(community, by=sandrine)
    long = "Le financement  à la mission, " * 10
    closed_with(meeting, members, [{**ANSWERS, "R5A": long}] * 5)
    client = signed_in(sandrine)
    key = re.search(r'name="topic" value="(\w+)"', results_page(client, meeting)).group(1)

    submit(client, reverse("evaluations:survey", args=[meeting.pk]), button=f"topic={key}")

    topic = Topic.objects.get()
    assert topic.title == " ".join(long.split())[: len(topic.title) - 1] + "…"
    assert len(topic.title) <= 200
    assert topic.description == " ".join(long.split()), "all the words are kept"
    assert 'name="topic"' not in results_page(client, meeting), "it says that it is there"


@pytest.mark.parametrize("who", ["a member who co-facilitates", "an external facilitator"])
def test_whoever_helps_to_facilitate_reads_the_figures_and_not_the_words(who, community, sandrine, signed_in):
    """Not even in the answer to a press that makes a topic of one."""
    meeting, members = a_room(community, 8, by=sandrine)
    closed_with(meeting, members, [{**ANSWERS, "R5A": "Le financement", "R5B": "Un mot"}] * 7)
    if who == "an external facilitator":
        helper = make.a_person("Eve")
        make.a_role(helper, "external", community=community)
    else:
        helper = members[0].user
        meeting.co_facilitators.add(members[0])
    client = signed_in(helper)

    page = results_page(client, meeting)
    pressed = client.post(
        reverse("evaluations:keep_topic", args=[meeting.pk]), {"topic": "x"}, headers={"HX-Request": "true"}
    )

    assert 'id="q-R1"' in page
    assert "Un mot" not in page
    assert "Le financement" not in page
    assert pressed.status_code == 403
    assert "Le financement" not in words(pressed)


def test_a_key_of_nothing_makes_no_topic(community, sandrine, signed_in):
    meeting, members = a_room(community, by=sandrine)
    closed_with(meeting, members, [{**ANSWERS, "R5A": "Le financement"}] * 3)  # under the threshold
    from evaluations.domain.surveys.scoring import digest

    signed_in(sandrine).post(reverse("evaluations:keep_topic", args=[meeting.pk]), {"topic": digest("Le financement")})

    assert not Topic.objects.exists()


def test_the_export_holds_the_figures_of_the_page_and_no_row_of_anyone(community, sandrine, signed_in):
    make.an_objective(community, "=HYPERLINK(1)")
    meeting, members = a_room(community, 12, by=sandrine)
    said = [{**ANSWERS, "R1": str(3 + n % 2), "R6": "4", "R5B": "Un mot"} for n in range(10)]
    closed_with(meeting, members, said)

    response = signed_in(sandrine).get(reverse("evaluations:export_results", args=[meeting.pk]))

    table = response.content.decode("utf-8-sig")
    assert "Un mot" not in table
    assert "R1;" in table
    assert ";5;50" in table
    assert not re.search(r"(^|;)[=+@]", table, re.MULTILINE)


def test_the_results_page_asks_the_same_queries_for_six_and_for_thirty(
    community, sandrine, signed_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, asked = signed_in(sandrine), []
    for people in (6, 30):
        meeting, members = a_room(community, people, by=sandrine)
        closed_with(meeting, members, [{**ANSWERS, "R5A": f"Sujet {n}"} for n in range(people)])
        with CaptureQueriesContext(connection) as queries:
            results_page(client, meeting)
        asked.append(len(queries))

    assert asked[1] <= asked[0]  # the first may read the questions, once for each process


# ------------------------------------------------------------ on the way


def test_a_phone_in_the_room_is_led_to_the_ballot(live, client):
    page = client.get(reverse("meetings:phone", args=[links.guest_token(live, live.cast[0])]))

    assert page["Location"] == ballot_of(live, live.cast[0])


def test_the_timetable_closes_what_is_past_its_hour(live):
    Survey.objects.update(closes_at=timezone.now() - dt.timedelta(seconds=1))

    tend_surveys()

    assert not Survey.objects.get().is_open
    assert not Message.objects.exists()
