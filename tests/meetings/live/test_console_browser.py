"""The console stands still while its lists scroll; what one writes is understood; colleagues see each other write."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.live import live_session
from meetings.models import AgendaItem, Attendance, Meeting, Note
from tests import factories as make

pytestmark = pytest.mark.browser
STANDS_STILL = "() => document.scrollingElement.scrollHeight <= innerHeight && scrollY === 0"
SMALLEST_TEXT = """() => {
  const walker = document.createTreeWalker(document.getElementById("stage"), NodeFilter.SHOW_TEXT);
  const sizes = [];
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && at.checkVisibility()) sizes.push(parseFloat(getComputedStyle(at).fontSize));
  }
  return Math.min(...sizes);
}"""


@pytest.fixture
def soon(site, meeting, nadia, karim):
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60))
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def live(soon):
    live_session.start(soon)
    return Meeting.objects.get(pk=soon.pk)


def console(page, meeting):
    page.goto(reverse("meetings:live", args=[meeting.pk]))
    return page


def stands_still(page):
    return page.evaluate(STANDS_STILL)


def test_with_twenty_people_eight_blocks_and_sixty_lines_nothing_scrolls_but_lists(soon, sandrine, open_as):
    for _n in range(20):
        make.a_member(soon.community)
    live_session.start(soon)
    for n in range(8 - soon.agenda.count()):
        AgendaItem.objects.create(
            meeting=soon, title=f"Échange {n} : rejoindre les pères isolés", minutes=10, position=n
        )
    for n in range(60):
        make.a_note(soon, f"Ligne {n}, assez longue pour dire quelque chose de ce qui se passe", author=sandrine)
    for _n in range(30):
        make.a_topic(soon.community)
    page = console(open_as(sandrine, width=1280, height=800), soon)

    for name in ("presence", "topics", "groups", "evaluation"):
        page.click(f"#tab-{name}")
        expect(page.locator(f"#panel-{name}")).to_be_visible()
        assert stands_still(page), name
    for view in ("synthesis", "notes"):
        page.click(f".views [data-view={view}]")
        assert stands_still(page), view
    for always in ("#clock-title", "#clock .time", "#add-5", "#next-block", "#line", ".door"):
        expect(page.locator(always)).to_be_in_viewport(ratio=1)
    expect(page.locator("#notes > li").last).to_be_in_viewport()
    page.evaluate("document.body.classList.remove('running')")
    assert not stands_still(page), "the control: left to itself, so much does scroll"


def test_a_facilitator_starts_runs_and_closes_six_blocks_with_twelve_people_without_scrolling(soon, sandrine, open_as):
    people = [make.a_member(soon.community) for _n in range(11)]
    page = console(open_as(sandrine, width=1280, height=800), soon)
    assert stands_still(page)

    page.click("#start")
    for member in people:
        page.click(f"#tick-{member.pk}")
    page.fill("#walk-in-name", "Inès Côté")
    page.press("#walk-in-name", "Enter")
    expect(page.locator("#turnout b")).to_have_text("12")
    assert stands_still(page)
    blocks = list(soon.agenda.all())
    assert len(blocks) == 6
    for block in blocks[1:]:
        page.fill("#line", f"! Une décision avant « {block.title} »")
        page.press("#line", "Enter")
        page.click("#next-block")
        expect(page.locator("#clock-title")).to_have_text(block.title)
        assert stands_still(page), block.title
    page.click("#open-now")
    expect(page.locator("#said")).to_be_visible()
    assert stands_still(page)
    page.click("#close-meeting")
    page.click("#close-now")
    expect(page.locator("#over .btn").first).to_be_visible(timeout=20_000)
    assert stands_still(page)

    soon.refresh_from_db()
    assert soon.closed_by == sandrine
    assert soon.attendances.filter(status=Attendance.Status.PRESENT).count() == 12
    assert soon.notes.count() == 5


def test_an_action_is_written_as_one_says_it_its_person_completed_its_day_mended(live, sandrine, nadia, open_as):
    page = console(open_as(sandrine), live)
    page.focus("#line")

    page.keyboard.type("> envoyer le gabarit @na")
    expect(page.locator("#names [role=option]")).to_have_text(["Nadia Amrani"])
    page.keyboard.press("Enter")
    expect(page.locator("#line")).to_have_value("> envoyer le gabarit @Nadia Amrani ")
    page.keyboard.type("15 décembre")
    expect(page.locator("#assignee")).to_have_value(str(nadia.memberships.get().pk))
    expect(page.locator("#due")).to_have_value(re.compile(r"-12-15$"))
    expect(page.locator("#will-keep")).to_have_text("« envoyer le gabarit »")
    page.fill("#due", "2031-01-20")
    page.press("#line", "Enter")

    expect(page.locator("#notes > li.kind-action")).to_contain_text("Nadia A.")
    note = Note.objects.get()
    assert (note.text, note.assignee.user, note.due_on) == ("envoyer le gabarit", nadia, dt.date(2031, 1, 20))
    assert page.input_value("#due") == "", "the next line begins anew"


def test_what_was_read_by_mistake_goes_back_to_the_text(live, sandrine, open_as):
    page = console(open_as(sandrine), live)
    page.fill("#line", "> réserver la salle, 15 décembre")
    expect(page.locator("#due")).to_have_value(re.compile(r"-12-15$"))

    page.fill("#due", "")
    expect(page.locator("#will-keep")).to_be_empty()
    page.press("#line", "Enter")

    expect(page.locator("#notes > li.kind-action")).to_have_count(1)
    note = Note.objects.get()
    assert (note.text, note.due_on) == ("réserver la salle, 15 décembre", None)


@pytest.mark.long
def test_who_is_writing_is_seen_by_the_other(live, sandrine, karim, open_as):
    hers, his = console(open_as(sandrine), live), console(open_as(karim), live)
    expect(hers.locator("#writing")).to_be_empty()

    his.locator("#line").press_sequentially("Une idée qui se cherche encore un peu", delay=150)
    expect(hers.locator("#writing")).to_have_text("Karim écrit", timeout=15_000)
    his.click(".views [data-view=synthesis]")
    his.locator("#synthesis-text").press_sequentially("Nous retenons ceci de la rencontre", delay=150)
    expect(hers.locator("#writing")).to_have_text("Karim écrit dans la synthèse", timeout=15_000)

    expect(hers.locator("#writing")).to_be_empty(timeout=30_000)
    expect(his.locator("#writing")).to_be_empty()


def test_keys_lead_to_each_thing_and_can_be_put_away(live, sandrine, nadia, open_as):
    page = console(open_as(sandrine), live)
    press = page.keyboard.press
    page.locator("#clock-title").focus()

    press("n")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.type("Un e dans la ligne est un e")
    expect(page.locator("#panel-presence")).to_be_visible()
    press("Escape")
    press("p")
    page.keyboard.type("nadi")
    press("Enter")
    expect(page.locator(f"#tick-{nadia.memberships.get().pk}")).to_have_attribute("aria-pressed", "true")
    press("Escape")
    for key, panel in [("s", "topics"), ("g", "groups"), ("e", "evaluation")]:
        press(key)
        expect(page.locator(f"#panel-{panel}")).to_be_visible()
    press("ArrowRight")
    expect(page.locator(".phase").nth(1)).to_have_class(re.compile("now"))

    page.keyboard.press("?")
    page.uncheck("#keys-on")
    press("Escape")
    press("s")
    expect(page.locator("#panel-topics")).to_be_hidden()


def test_the_groups_are_made_without_leaving_and_the_screen_shows_who_is_where(live, sandrine, open_as):
    members = [make.a_member(live.community) for _n in range(6)]
    for member in members:
        make.an_attendance(live, member)
    page, screen = console(open_as(sandrine), live), open_as(sandrine, width=1280, height=800)
    screen.goto(reverse("meetings:screen", args=[live.pk]))
    assert screen.evaluate(SMALLEST_TEXT) >= 21

    page.click("#tab-groups")
    page.fill("#number", "3")
    page.click("#split-now")
    expect(page.locator("#apart .room-of")).to_have_count(3)
    expect(page.locator("#rooms-text")).to_have_value(re.compile(r"^Salle 1 – .+\s: .+\nSalle 2 – .+\nSalle 3 – .+$"))
    page.click("#go-apart")

    expect(screen.locator(".stage-groups > li")).to_have_count(3, timeout=15_000)
    for member in members:
        expect(screen.locator(".stage-groups")).to_contain_text(member.user.full_name)
    assert screen.evaluate(SMALLEST_TEXT) >= 21
    assert stands_still(screen)


def test_the_screen_counts_answers_beside_a_code_one_can_scan_from_the_back(live, sandrine, open_as):
    for _n in range(6):
        make.an_attendance(live, make.a_member(live.community))
    live_session.advance(live, live.agenda.last())
    page, screen = console(open_as(sandrine), live), open_as(sandrine, width=1280, height=800)
    screen.goto(reverse("meetings:screen", args=[live.pk]))
    page.click("#open-now")

    expect(screen.locator(".stage-count")).to_have_text(re.compile(r"0\s+réponse sur 6"), timeout=15_000)
    assert screen.locator(".stage-body > .qr svg").bounding_box()["width"] > 300
    assert screen.evaluate(SMALLEST_TEXT) >= 21
    assert stands_still(screen)
