"""The console in a real browser: two people at once, and a network that comes and goes."""

import datetime as dt
import re
import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.live import live_session, notes
from meetings.models import AgendaItem, Attendance, Meeting, Note
from tests import factories as make
from tests.keyboard import expect_place, sees_where_it_is, tab_to
from tests.soundness import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def live(site, meeting, nadia, karim):
    for first, last in [("Julien", "Trudel"), ("Maude", "Côté")]:
        make.a_member(meeting.community, make.a_person(first, last))
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60))
    meeting.refresh_from_db()
    live_session.start(meeting)
    return Meeting.objects.get(pk=meeting.pk)


def console(page, meeting):
    page.goto(reverse("meetings:live", args=[meeting.pk]))
    return page


def tick(page, person):
    return page.locator(f"#tick-{person.memberships.get().pk}")


def write(page, text):
    page.fill("#line", text)
    page.press("#line", "Enter")


def open_tab(page, name):
    page.click(f"#tab-{name}")


def open_synthesis(page):
    page.click(".views [data-view=synthesis]")


def add_two_minutes(page):
    page.click("#bar-more")
    page.click("#add-2")


def test_two_people_at_once_see_what_the_other_does_and_keep_what_they_type(live, sandrine, karim, nadia, open_as):
    hers, his = console(open_as(sandrine), live), console(open_as(karim), live)
    hers.fill("#line", "Je n’ai pas fini cette phr")

    tick(his, nadia).click()
    write(his, "! On garde le samedi matin")

    expect(hers.locator("#notes")).to_contain_text("On garde le samedi matin", timeout=8000)
    expect(tick(hers, nadia)).to_have_attribute("aria-pressed", "true")
    expect(hers.locator("#news")).to_contain_text("Karim")
    assert hers.input_value("#line") == "Je n’ai pas fini cette phr"
    assert Note.objects.get().kind == Note.Kind.DECISION


def test_lines_typed_fast_and_presses_all_arrive_in_order(live, sandrine, nadia, open_as):
    page = console(open_as(sandrine), live)

    for n in range(6):
        write(page, f"Ligne {n}")
    for _ in range(5):
        tick(page, nadia).click()

    expect(page.locator("#notes > li[id]")).to_have_count(6)
    expect(page.locator("#notes > li").last).to_contain_text("Ligne 5")
    expect(page.locator("#notes > li").last).to_be_in_viewport()
    page.wait_for_timeout(500)
    assert [n.text for n in Note.objects.order_by("written_at")] == [f"Ligne {n}" for n in range(6)]
    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.PRESENT


def test_the_other_choices_of_a_person_unfold_under_the_keyboard(live, sandrine, nadia, open_as):
    page = console(open_as(sandrine), live)
    row = page.locator("#roster-list > li", has=tick(page, nadia))

    row.locator("summary").press("Enter")
    row.locator("[value=excused]").press("Enter")

    expect(row).to_have_class("excused")
    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.EXCUSED


def test_when_the_network_drops_presses_wait_and_nothing_typed_is_lost(live, sandrine, nadia, open_as):
    page = console(open_as(sandrine, expects="net::ERR_|htmx:"), live)
    page.context.set_offline(True)

    tick(page, nadia).click()
    write(page, "> Envoyer le gabarit")
    write(page, "Deuxième ligne")
    open_synthesis(page)
    page.fill("#synthesis-text", "Nous retenons deux pratiques.")
    page.fill("#line", "Une phrase en cours")

    expect(page.locator("#network")).to_contain_text("3")
    expect(tick(page, nadia)).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(1500)
    assert not Note.objects.exists()

    page.context.set_offline(False)

    expect(page.locator("#network")).to_be_hidden(timeout=10000)
    expect(page.locator("#notes > li[id]")).to_have_count(2)
    expect(page.locator("#synthesis-state")).not_to_be_empty()
    assert [(n.kind, n.text) for n in Note.objects.order_by("written_at")] == [
        ("action", "Envoyer le gabarit"),
        ("highlight", "Deuxième ligne"),
    ]
    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.PRESENT
    assert Meeting.objects.get(pk=live.pk).minutes.synthesis == "Nous retenons deux pratiques."
    assert page.input_value("#line") == "Une phrase en cours"


@pytest.mark.long
def test_a_lost_answer_is_sent_again_and_makes_one_note(live, sandrine, open_as):
    page, lost = console(open_as(sandrine, expects="net::ERR_|htmx:"), live), []

    def lose_the_first_answer(route):
        if not lost:
            lost.append(route.fetch())  # the server has it, the page never knows
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/notes/$"), lose_the_first_answer)
    write(page, "Une seule fois")

    expect(page.locator("#notes > li[id]")).to_have_count(1, timeout=10000)
    expect(page.locator("#network")).to_be_hidden()
    assert lost
    assert Note.objects.count() == 1


@pytest.mark.long
def test_news_that_come_late_find_their_place_when_all_was_asked_for_meanwhile(live, sandrine, karim, open_as):
    """The page asked for its news, slowly; after lines typed fast it wants all of it."""
    page, late, slow = console(open_as(sandrine), live), [], True
    page.route(
        re.compile(r"/actualiser/\?revision=\d"), lambda route: late.append(route) if slow else route.continue_()
    )
    page.wait_for_event("request", lambda request: "/actualiser/" in request.url)

    for n in range(3):
        write(page, f"Ligne {n}")
    page.wait_for_timeout(1500)
    slow = False
    for route in late:
        route.continue_()
    expect(page.locator("#notes > li[id]")).to_have_count(3)

    notes.add(live, key=uuid.uuid4(), kind=Note.Kind.HIGHLIGHT, text="Écrit après", by=karim)
    expect(page.locator("#notes")).to_contain_text("Écrit après", timeout=8000)


@pytest.mark.long
def test_news_asked_for_before_a_press_do_not_bring_back_what_it_removed(live, sandrine, karim, open_as):
    old = notes.add(live, key=uuid.uuid4(), kind=Note.Kind.HIGHLIGHT, text="À retirer", by=sandrine)
    page, late, slow = console(open_as(sandrine), live), [], True
    notes.add(live, key=uuid.uuid4(), kind=Note.Kind.HIGHLIGHT, text="De Karim", by=karim)

    def answer_late(route):  # as it stood before the press
        late.append((route, route.fetch())) if slow and not late else route.continue_()

    page.route(re.compile(r"/actualiser/\?revision=\d"), answer_late)
    while not late:
        page.wait_for_timeout(100)
    page.locator(f"#note-{old.pk} button").first.click()
    expect(page.locator("#undo-removal")).to_be_visible()
    slow = False
    route, answer = late[0]
    route.fulfill(response=answer)
    page.wait_for_timeout(300)

    assert page.locator(f"#note-{old.pk}").count() == 0
    expect(page.locator("#notes")).to_contain_text("De Karim")


def test_what_waits_survives_a_reload(live, sandrine, open_as):
    page = console(open_as(sandrine, expects="net::ERR_|htmx:"), live)
    page.route(re.compile(r"/notes/$"), lambda route: route.abort())
    write(page, "Gardée malgré tout")
    expect(page.locator("#notes .pending")).to_have_text("Gardée malgré tout")
    page.fill("#line", "Et ce brouillon")
    page.unroute(re.compile(r"/notes/$"))

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()

    expect(page.locator("#notes > li[id]")).to_have_count(1)
    assert page.input_value("#line") == "Et ce brouillon"


def sign_in(page, user):
    """Somebody else signs in in the same tab."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    kept = next(cookie for cookie in page.context.cookies() if cookie["name"] == name)
    page.context.add_cookies([{**kept, "value": client.cookies[name].value}])


def test_what_one_left_waiting_never_leaves_under_the_name_of_who_signs_in_next(live, sandrine, karim, open_as):
    page = console(open_as(sandrine, expects="net::ERR_|htmx:"), live)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(re.compile(r"/notes/$"), lambda route: route.abort())
    write(page, "De Sandrine")
    page.fill("#line", "Son brouillon")
    expect(page.locator("#notes .pending")).to_have_text("De Sandrine")
    page.goto("/ici/")
    page.unroute(re.compile(r"/notes/$"))

    sign_in(page, karim)
    console(page, live)
    page.wait_for_timeout(1_000)
    assert not Note.objects.exists()
    assert page.input_value("#line") == ""

    sign_in(page, sandrine)
    console(page, live)
    expect(page.locator("#notes > li[id]")).to_have_count(1)
    assert Note.objects.get().author == sandrine
    assert page.input_value("#line") == "Son brouillon"


def test_what_is_refused_among_what_waited_is_said(live, sandrine, nadia, open_as):
    page = console(open_as(sandrine, expects="net::ERR_|htmx:|422|404"), live)
    note = Note.objects.create(meeting=live, kind=Note.Kind.IDEA, text="Une idée", author=sandrine)
    expect(page.locator(f"#remove-{note.pk}")).to_have_count(0)
    page.reload()
    page.context.set_offline(True)
    page.click(f"#remove-{note.pk}")
    add_two_minutes(page)
    write(page, "Trop tard")
    write(page, "Beaucoup trop tard")
    note.delete()
    live_session.close(live, by=sandrine)
    Meeting.objects.filter(pk=live.pk).update(closed_at=timezone.now() - dt.timedelta(days=2))

    page.context.set_offline(False)

    refused = page.locator("#refused li")
    unsaved = "Un changement n’a pas pu être enregistré. La page montre la rencontre telle qu’elle est."
    expect(refused.first).to_have_text(unsaved, timeout=10_000)
    expect(page.locator("#refused")).to_contain_text("n’est pas en cours")
    expect(page.locator("#refused")).to_contain_text("« Beaucoup trop tard »")
    assert page.input_value("#line") == "Trop tard"


def test_a_second_proof_asked_meanwhile_keeps_what_waits(live, sandrine, open_as, settings):
    page = console(open_as(sandrine, expects="htmx:|CORS"), live)
    settings.MFA_REQUIRED = True

    write(page, "Avant la seconde preuve")

    page.wait_for_url("**/compte/2fa/**")
    assert not Note.objects.exists()
    settings.MFA_REQUIRED = False
    console(page, live)
    expect(page.locator("#notes > li[id]")).to_have_count(1)


@pytest.mark.long
def test_one_press_that_always_fails_does_not_hold_the_others_back(live, sandrine, nadia, open_as):
    page = console(open_as(sandrine, expects="500|htmx:"), live)
    page.route(re.compile(r"/notes/$"), lambda route: route.fulfill(status=500, body="<html></html>"))

    write(page, "Celle qui échoue")
    tick(page, nadia).click()

    expect(page.locator("#notes .pending")).to_have_count(0, timeout=60_000)
    assert page.input_value("#line") == "Celle qui échoue", "what was typed is back where it was typed"
    page.wait_for_timeout(500)
    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.PRESENT


def test_two_syntheses_meet_and_both_are_kept(live, sandrine, karim, open_as):
    hers, his = console(open_as(sandrine, expects="409|htmx:"), live), console(open_as(karim), live)
    for page in (hers, his):
        open_synthesis(page)
    hers.locator("#synthesis-text").focus()
    his.fill("#synthesis-text", "De Karim.")
    expect(his.locator("#synthesis-state .saved")).to_be_visible()

    hers.fill("#synthesis-text", "De Sandrine.")
    expect(hers.locator("#synthesis-state blockquote")).to_have_text("De Karim.")
    assert hers.input_value("#synthesis-text") == "De Sandrine."
    hers.locator("#synthesis-state [value=both]").click()

    expect(hers.locator("#synthesis-text")).to_have_value("De Karim.\n\nDe Sandrine.")
    hers.wait_for_timeout(300)
    assert Meeting.objects.get(pk=live.pk).minutes.synthesis == "De Karim.\n\nDe Sandrine."


def test_a_meeting_goes_from_start_to_close_with_the_keyboard_and_the_mouse(site, meeting, sandrine, nadia, open_as):
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=4))
    page = console(open_as(sandrine), meeting)
    page.click("#start")
    expect(page.locator("#clock .time")).to_have_text(re.compile(r"^\d+:\d\d$"))
    expect(page.locator("#propose")).to_be_visible()

    page.click("#next-block")
    expect(page.locator(".phase.now")).to_have_count(1)
    expect(page.locator(".phase").nth(1)).to_have_class(re.compile("now"))
    page.fill("#walk-in-name", "Inès Côté")
    page.press("#walk-in-name", "Enter")
    expect(page.locator("#turnout")).to_contain_text("1")
    page.click("#guest-more")
    page.click("#guest-more")
    expect(page.locator("#turnout b")).to_have_text("3")

    write(page, "À retirer")
    page.locator("#notes button").first.click()
    page.click("#undo-removal")
    expect(page.locator("#notes > li[id]")).to_have_count(1)
    page.locator("#notes a.icon").first.click()
    page.fill("#note-text", "Mieux dit")
    page.locator("#note-dialog .btn.btn-primary").click()
    expect(page.locator("#note-dialog")).to_be_hidden()
    expect(page.locator("#notes")).to_contain_text("Mieux dit")

    page.click("#bar-more")
    page.click("#bar-menu .end")
    page.click("#close-now")
    expect(page.locator("#over .btn").first).to_be_visible(timeout=20_000)
    meeting.refresh_from_db()
    assert meeting.closed_by == sandrine
    assert meeting.guests == 2


@pytest.mark.long
def test_a_whole_meeting_is_run_with_the_keyboard_alone(site, meeting, sandrine, nadia, open_as):
    people = [nadia.memberships.get(), *(make.a_member(meeting.community) for _n in range(4))]
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60))
    page = console(open_as(sandrine), meeting)

    def press(selector, key="Enter"):
        tab_to(page, selector)
        assert sees_where_it_is(page), selector
        page.keyboard.press(key)

    press("#start")
    expect(page.locator("#clock .time")).to_have_text(re.compile(r"^\d+:\d\d$"))
    for member in people[:3]:
        press(f"#tick-{member.pk}", "Space")
        expect(page.locator(f"#tick-{member.pk}")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#turnout b")).to_have_text("3")
    page.wait_for_timeout(3500)  # what others did has come: nothing is taken from under the fingers
    expect_place(page, f"^tick-{people[2].pk}$")

    press("#next-block")
    expect(page.locator(".phase").nth(1)).to_have_class(re.compile("now"))
    expect_place(page, "^next-block$")
    tab_to(page, "#line")
    page.keyboard.type("! On garde le samedi matin")
    page.keyboard.press("Enter")
    expect(page.locator("#notes .kind-decision")).to_have_count(1)
    expect_place(page, "^line$")

    while Meeting.objects.get(pk=meeting.pk).current_item.kind != AgendaItem.Kind.EVALUATION:
        before = page.locator(".phase.now b").inner_text()
        press("#next-block")
        expect(page.locator(".phase.now b")).not_to_have_text(before)
    expect(page.locator("#next-block")).to_have_count(0)
    expect_place(page, "^clock$")  # its button is gone with the last block: one stays at the clock
    press("#open-evaluation")  # three people only: evaluating aloud is what stands out
    expect(page.locator("#said")).to_be_visible()
    expect_place(page, "^evaluation$")

    press("#close-meeting")
    expect(page.locator("#close-now")).to_be_visible()
    assert page.evaluate("() => document.getElementById('closing').contains(document.activeElement)")
    press("#close-now")
    expect(page.locator("#over .btn").first).to_be_visible(timeout=20_000)
    meeting.refresh_from_db()
    assert meeting.closed_by == sandrine
    assert meeting.attendances.filter(status=Attendance.Status.PRESENT).count() == 3


def test_in_the_last_five_minutes_one_press_opens_the_evaluation(live, sandrine, open_as):
    Meeting.objects.filter(pk=live.pk).update(ends_at=timezone.now() + dt.timedelta(minutes=4))
    page = console(open_as(sandrine), live)

    with page.expect_request(lambda sent: sent.url.endswith("/evaluation/ouvrir/") and sent.method == "POST"):
        page.click("#propose button")

    expect(page.locator(".phase.now")).to_have_count(1)
    expect(page.locator("#propose")).to_be_hidden()
    assert Meeting.objects.get(pk=live.pk).current_item == live.agenda.last()


def filled(page):
    """The buttons that stand out, of those one can see."""
    return [words.strip() for words in page.locator(".btn.btn-primary:visible").all_inner_texts()]


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 390])
def test_in_its_block_opening_the_evaluation_is_the_one_filled_button_then_closing_the_meeting(
    width, live, sandrine, open_as
):
    for _ in range(5):  # with fewer, it is evaluating aloud that is filled
        make.an_attendance(live, make.a_member(live.community))
    page = console(open_as(sandrine, width=width), live)
    assert filled(page) == ["Bloc suivant"]
    live_session.advance(live, live.agenda.last())

    expect(page.locator("#open-now")).to_be_visible(timeout=10_000)
    assert filled(page) == ["Ouvrir l’évaluation"]
    if width == 390:
        open_tab(page, "evaluation")  # the notes are not taken away by themselves
    expect(page.locator("#evaluation .script")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#open-now")

    expect(page.locator("#said")).to_be_visible()
    expect(page.locator("#open-now")).to_be_hidden()
    assert filled(page) == ["Clore"]
    page.wait_for_timeout(3500)  # the counter has come again
    expect(page.locator("#close-evaluation")).to_be_hidden()
    live_session.advance(live, live.agenda.first())
    expect(page.locator("#next-block")).to_be_visible(timeout=10_000)
    assert filled(page) == ["Bloc suivant"]


def to_the_evaluation_by_keyboard(page):
    """The console's evaluation panel, reached by keys alone and unfolded."""
    tab_to(page, "#tab-presence")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    tab_to(page, "#open-early > summary")
    page.keyboard.press("Enter")


@pytest.mark.long
def test_opened_early_by_mistake_with_the_keyboard_alone_it_is_taken_back(live, sandrine, open_as):
    page = console(open_as(sandrine), live)
    to_the_evaluation_by_keyboard(page)
    page.wait_for_timeout(3500)  # the counter has come again, and what is unfolded stays so
    expect(page.locator("#open-staying")).to_be_visible()
    tab_to(page, "#open-moving")
    page.keyboard.press("Enter")

    expect(page.locator("#undo-opening")).to_be_visible()
    expect(page.locator(".phase.now b")).to_have_text(live.agenda.last().title)
    tab_to(page, "#undo-opening")
    page.keyboard.press("Enter")

    expect(page.locator(".phase.now b")).to_have_text(live.agenda.first().title)
    expect(page.locator("#open-early")).to_be_visible()
    expect_place(page, "^(?!body$)")


@pytest.mark.long
def test_the_panel_stays_when_what_was_pressed_goes_before_the_block_changes(live, sandrine, open_as):
    page = console(open_as(sandrine), live)
    to_the_evaluation_by_keyboard(page)
    tab_to(page, "#open-staying")
    page.evaluate("document.activeElement.blur()")  # as when its button is replaced first, on a slow machine
    live_session.advance(live, live.agenda.all()[2])

    expect(page.locator(".phase.now b")).not_to_have_text(live.agenda.first().title, timeout=10_000)
    expect(page.locator("#open-early")).to_be_visible()

    page.locator("h1").click()  # the hand is elsewhere: the next block opens what it calls for
    live_session.advance(live, live.agenda.first())
    expect(page.locator(".phase.now b")).to_have_text(live.agenda.first().title, timeout=10_000)
    expect(page.locator("#open-early")).to_be_hidden()


@pytest.mark.long
def test_the_evaluation_is_proposed_five_minutes_before_an_end_that_was_moved(live, sandrine, open_as):
    page = console(open_as(sandrine), live)
    expect(page.locator("#propose")).to_be_hidden()

    Meeting.objects.filter(pk=live.pk).update(ends_at=timezone.now() + dt.timedelta(minutes=4))
    live.touch()

    expect(page.locator("#propose")).to_be_visible(timeout=10_000)


def test_adding_minutes_twice_fast_adds_both(live, sandrine, open_as):
    page = console(open_as(sandrine), live)

    add_two_minutes(page)
    add_two_minutes(page)
    page.click("#add-5")

    expect(page.locator("#add-2")).to_have_attribute("value", "11")
    page.wait_for_timeout(800)
    assert live.agenda.first().added_minutes == 9


def test_on_a_phone_the_block_the_line_and_the_tabs_are_always_in_view(live, sandrine, open_as):
    page = console(open_as(sandrine, width=390, height=844), live)
    for n in range(30):
        make.a_note(live, f"Ligne {n}", author=sandrine)
    page.reload()

    tops = [page.locator(where).bounding_box()["y"] for where in ("#clock", "#stream", "#line", "#tab-presence")]

    assert tops == sorted(tops)
    expect(page.locator("#notes > li").last).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.scrollingElement.scrollHeight") <= 844
    for name in ("presence", "topics", "groups", "evaluation"):
        open_tab(page, name)
        expect(page.locator(f"#panel-{name}")).to_be_visible()
        expect(page.locator("#next-block")).to_be_in_viewport()
        assert page.evaluate("document.scrollingElement.scrollHeight") <= 844
    open_tab(page, "notes")
    expect(page.locator("#line")).to_be_visible()


def test_no_axe_violation(live, sandrine, nadia, open_as):
    make.a_note(live, author=sandrine)
    make.a_topic(live.community)
    page = open_as(sandrine)
    for name in ("live", "screen", "roster", "close"):
        page.goto(reverse(f"meetings:{name}", args=[live.pk]))
        found = violations(page)
        assert not found, [(name, v["id"], v["nodes"][0]["html"]) for v in found]
