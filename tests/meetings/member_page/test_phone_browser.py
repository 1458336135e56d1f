"""The member's phone in a real browser: a network that comes and goes, and hands that only have a keyboard."""

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.domain.surveys import collection
from meetings.domain.links import links
from meetings.domain.live import live_breakouts, live_session
from meetings.models import Attendance, Meeting, Note, Topic, TopicVote
from tests import factories as make
from tests.keyboard import expect_place, sees_where_it_is, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def live(site, meeting, nadia, karim):
    return make.under_way_with_a_choice(meeting)


@pytest.fixture
def phone(live, nadia, open_as):
    page = open_as(None, width=390, height=844, expects="net::ERR_|404")
    page.goto(reverse("meetings:phone", args=[links.guest_token(live, nadia.memberships.get())]))
    return page


def numbered_from(topic_pk, live):
    """Rows of a site that has lived: their numbers are written with a space for people, never for forms."""
    Topic.objects.create(pk=topic_pk, community=live.community, title="Ancien sujet", state=Topic.State.DROPPED)
    with connection.cursor() as cursor:
        cursor.execute("select setval(pg_get_serial_sequence('meetings_topic', 'id'), %s)", [topic_pk])


def go_to(live, kind):
    live_session.advance(live, live.agenda.get(kind=kind))


def test_i_am_here_pressed_without_a_network_is_sent_when_it_is_back(live, phone, nadia):
    phone.context.set_offline(True)

    phone.click("#here")
    phone.click("#here")

    expect(phone.locator("#network")).to_contain_text("1")
    phone.wait_for_timeout(1_000)
    assert not live.attendances.filter(status=Attendance.Status.PRESENT).exists()
    phone.context.set_offline(False)

    expect(phone.locator("#now .done")).to_be_visible(timeout=10_000)
    expect(phone.locator("#network")).to_be_hidden()
    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.PRESENT


def test_what_one_proposes_and_wants_waits_for_the_network_in_order(live, phone):
    numbered_from(1234, live)
    Meeting.objects.filter(pk=live.pk).update(revision=4321)
    for title in ("Les ados", "La relève"):
        make.a_topic(live.community, title, meeting=live)
    phone.click("#here")
    go_to(live, "topics")
    expect(phone.locator(".dots button")).to_have_count(2, timeout=10_000)
    phone.context.set_offline(True)

    phone.locator(".dots button", has_text="ados").click()
    for _press in range(4):
        phone.locator(".dots button", has_text="relève").click()
    phone.fill("#propose", "Les pourboires")
    phone.press("#propose", "Enter")

    expect(phone.locator("#network")).to_contain_text("6")
    expect(phone.locator(".dots button[aria-pressed=true]")).to_have_text("Les ados")
    assert phone.input_value("#propose") == ""
    phone.context.set_offline(False)

    expect(phone.locator(".dots button")).to_have_count(3, timeout=10_000)
    assert Topic.objects.get(title="Les pourboires").meeting == live
    assert [dot.topic.title for dot in TopicVote.objects.select_related("topic")] == ["Les ados"]


def test_what_waits_survives_a_reload_and_an_answer_lost_counts_once(live, phone):
    phone.click("#here")
    go_to(live, "topics")
    expect(phone.locator("#propose")).to_be_visible(timeout=10_000)
    lost = []

    def lose_the_answers(route):
        if not lost:
            lost.append(route.fetch(max_redirects=0))  # the server has it, the page never knows
        route.abort()

    phone.route("**/ensemble/", lose_the_answers)
    phone.fill("#propose", "Une seule fois")
    phone.press("#propose", "Enter")
    expect(phone.locator("#network")).to_be_visible()
    phone.unroute("**/ensemble/")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.reload()

    expect(phone.locator(".dots button")).to_have_text(["Une seule fois"], timeout=10_000)
    expect(phone.locator("#network")).to_be_hidden(timeout=10_000)
    assert lost
    assert Topic.objects.filter(title="Une seule fois").count() == 1


def test_at_the_door_of_the_room_a_name_waits_for_the_network(live, open_as):
    door = open_as(None, width=390, height=844, expects="net::ERR_|422")
    door.goto(reverse("meetings:room", args=[live.code]))
    door.click("main form button.btn-primary")
    expect(door.locator("main .error").first).to_be_visible()
    door.fill("[name=name]", "Inès Côté")
    door.context.set_offline(True)

    door.click("main form button.btn-primary")
    expect(door.locator("#network")).to_contain_text("1")
    assert door.input_value("[name=name]") == "Inès Côté"
    door.context.set_offline(False)

    expect(door.locator("#now .done")).to_be_visible(timeout=10_000)
    assert live.attendances.filter(status=Attendance.Status.PRESENT).count() == 1


def test_of_two_people_at_the_door_without_a_network_whom_it_refuses_is_said(live, open_as):
    door = open_as(None, width=390, height=844, expects="net::ERR_|422")
    door.goto(reverse("meetings:room", args=[live.code]))
    door.context.set_offline(True)
    for name in ("x" * 170, "Inès Côté"):
        door.evaluate("(name) => { document.querySelector('[name=name]').value = name; }", name)
        door.click("main form button.btn-primary")
    expect(door.locator("#network")).to_contain_text("2")

    door.context.set_offline(False)

    expect(door.locator("#now .done")).to_be_visible(timeout=10_000)
    expect(door.locator(".messages .error")).to_contain_text("« xxxx")
    assert live.attendances.filter(status=Attendance.Status.PRESENT).count() == 1


def test_what_is_gone_by_the_time_it_leaves_is_said(live, phone):
    topic = make.a_topic(live.community, "Les ados", meeting=live)
    phone.click("#here")
    go_to(live, "topics")
    expect(phone.locator(".dots button")).to_have_count(1, timeout=10_000)
    phone.context.set_offline(True)
    phone.locator(".dots button").click()
    Topic.objects.filter(pk=topic.pk).delete()

    phone.context.set_offline(False)

    expect(phone.locator(".messages .error")).to_have_text("Ceci n’a pas pu être enregistré.", timeout=10_000)
    expect(phone.locator("#propose")).to_be_visible()


def test_whom_the_call_dropped_joins_again(phone):
    phone.context.route("https://zoom.example/**", lambda route: route.fulfill(body="la visioconférence"))
    join = phone.get_by_role("button", name="Rejoindre la visioconférence")

    for _call in range(2):
        with phone.context.expect_page() as opened:
            join.click()
        opened.value.close()


def test_a_member_checks_in_chooses_and_answers_with_the_keyboard_alone(live, phone, nadia, sandrine):
    make.a_topic(live.community, "Les ados", meeting=live)
    tab_to(phone, "#here")
    assert sees_where_it_is(phone)
    phone.keyboard.press("Enter")
    expect(phone.locator("#now .done")).to_be_visible()
    expect_place(phone, "^now$")  # the button is gone: one is where what follows begins

    go_to(live, "topics")
    expect(phone.locator("#propose")).to_be_visible(timeout=10_000)
    tab_to(phone, "#propose")
    phone.keyboard.type("Les pourboires")
    phone.keyboard.press("Enter")
    expect(phone.locator(".dots button")).to_have_count(2)
    expect_place(phone, "^propose$")
    tab_to(phone, ".dots button")
    phone.keyboard.press("Space")
    expect(phone.locator(".dots button[aria-pressed=true]")).to_have_count(1)
    expect_place(phone, "^dot-")
    assert sees_where_it_is(phone)

    go_to(live, "evaluation")
    collection.open_for(live, by=sandrine)
    phone.wait_for_url("**/evaluation/", timeout=15_000)
    for _screen in range(9):
        if phone.locator("#ballot [type=submit]").is_visible():
            break
        before = phone.locator("#ballot .progress").inner_text()
        tab_to(phone, "#ballot input")
        assert sees_where_it_is(phone)
        phone.keyboard.press("Space")
        phone.wait_for_timeout(100)
        if phone.locator("#ballot .progress").inner_text() == before:  # several choices: « Suivant » leads on
            tab_to(phone, "#ballot .moves .btn.btn-primary")
            assert sees_where_it_is(phone)
            phone.keyboard.press("Enter")
        expect_place(phone, "^(?!body$)")
    tab_to(phone, "#ballot [type=submit]")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/merci/", timeout=15_000)

    assert live.survey.receipts.count() == 1
    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.PRESENT


@pytest.mark.long
def test_news_that_change_nothing_one_sees_say_nothing_aloud(live, phone):
    phone.click("#here")
    expect(phone.locator("#now .done")).to_be_visible()
    phone.evaluate("""() => {
      window.said = [];
      const isAloud = ({ target }) => !(target.closest ? target : target.parentElement).closest("[aria-live=off]");
      const hear = (changes) => said.push(...changes.filter(isAloud).map(({ type }) => type));
      new MutationObserver(hear).observe(follows, { subtree: true, childList: true, characterData: true });
    }""")
    before = phone.locator("#now").get_attribute("data-revision")
    live.touch()

    expect(phone.locator("#now")).not_to_have_attribute("data-revision", before)
    assert phone.evaluate("said") == []
    go_to(live, "topics")  # the control: what one sees is said
    expect(phone.locator("#propose")).to_be_visible()
    assert phone.evaluate("said") != []


@pytest.mark.long
def test_the_line_being_typed_stays_as_it_is_while_the_page_follows(live, phone):
    phone.click("#here")
    expect(phone.locator("#now .done")).to_be_visible()
    live_breakouts.split(live, "random", 1)
    live_breakouts.go(live, apart=True)
    line = phone.locator("#group-line")
    line.fill("Un duo de")
    phone.locator("[name=kind]").last.check()
    line.press("Home")
    key = phone.locator("[name=key]").input_value()
    for title in ("Les ados", "La relève"):
        make.a_topic(live.community, title, meeting=live)

    go_to(live, "topics")
    expect(phone.locator(".dots button")).to_have_count(2)

    assert phone.locator("[name=key]").input_value() == key, "sent twice, it is one line"
    assert phone.locator("[name=kind]").last.is_checked()
    expect(line).to_be_focused()
    phone.keyboard.type("Voici : ")
    phone.locator("#keep-line").click()
    expect(phone.locator("#now")).to_contain_text("Voici : Un duo de")
    assert line.input_value() == ""
    assert phone.locator("[name=key]").input_value() != key, "the next is another"
    line.fill("Une autre")
    phone.locator("#keep-line").click()
    expect(phone.locator("#now")).to_contain_text("Une autre")
    assert Note.objects.filter(group__meeting=live).count() == 2


@pytest.mark.long
def test_what_is_typed_while_a_line_leaves_is_another_line(live, phone):
    phone.click("#here")
    expect(phone.locator("#now .done")).to_be_visible()
    live_breakouts.split(live, "random", 1)
    live_breakouts.go(live, apart=True)
    held = []
    phone.route("**/ensemble/", lambda route: route.continue_() if held else held.append(route))
    phone.fill("#group-line", "Un duo")
    phone.click("#keep-line")
    phone.fill("#group-line", "Autre chose")
    held[0].continue_()

    expect(phone.locator("#now .lines")).to_contain_text("Un duo")
    assert phone.input_value("#group-line") == "Autre chose"
    phone.click("#keep-line")
    expect(phone.locator("#now .lines")).to_contain_text("Autre chose")
    assert Note.objects.filter(group__meeting=live).count() == 2
