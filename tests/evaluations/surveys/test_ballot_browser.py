"""The ballot on a real phone: by touch, by keyboard, without JavaScript, and while the network comes and goes."""

import gzip

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.domain.surveys import collection
from evaluations.models import BallotBox, Survey
from meetings.domain.links import links
from tests.evaluations.room import a_room, said_in
from tests.soundness import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def live(site, community, sandrine):
    meeting, members = a_room(community, by=sandrine)
    collection.open_for(meeting, by=sandrine)
    meeting.cast = members
    return meeting


def ballot(meeting, who=0):
    return reverse("evaluations:ballot", args=[links.guest_token(meeting, meeting.cast[who])])


def fill(page):
    """A choice leads on; where several can be made, « Suivant » does."""
    for code, value in (("R1", "4"), ("R2", "3"), ("R3", "1"), ("R4", "1")):
        page.locator(f"input[name={code}][value='{value}']").check()
    page.locator(".moves .btn-primary:visible").click()


def given():
    return said_in()


def test_one_question_a_screen_and_thanks(live, open_as):
    page = open_as(width=390, height=844)
    page.goto(ballot(live))
    expect(page.locator("[data-screen]:visible")).to_have_count(1)
    expect(page.locator(".progress")).to_contain_text("1")

    fill(page)
    page.fill("#R5A", "Le financement")
    page.locator(".moves [type=submit]").click()

    page.wait_for_url("**/merci/")
    assert given() == [{"R1": "4", "R2": "3", "R3": "1", "R4": ["1"], "R5A": "Le financement"}]
    assert page.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('ballot-')).length") == 0


@pytest.mark.parametrize(("days", "is_kept"), [(6, True), (8, False)])
def test_what_was_begun_is_kept_for_seven_days(live, open_as, days, is_kept):
    page = open_as(width=390, height=844)
    page.goto(ballot(live))
    page.locator("input[name=R1][value='4']").check()
    page.evaluate(
        """(days) => {
          const [key] = Object.keys(sessionStorage).filter((one) => one.startsWith("ballot-"));
          const kept = JSON.parse(sessionStorage.getItem(key));
          sessionStorage.setItem(key, JSON.stringify({ ...kept, at: kept.at - days * 24 * 3600000 }));
        }""",
        days,
    )
    page.reload()

    assert bool(page.locator("input[name=R1]:checked").count()) is is_kept


def test_going_back_to_it_says_one_has_answered(live, open_as):
    page = open_as(width=390)
    page.goto(ballot(live))
    fill(page)
    page.locator(".moves [type=submit]").click()
    page.wait_for_url("**/merci/")

    page.goto(ballot(live))

    expect(page.locator("#answered")).to_be_visible()
    expect(page.locator("#ballot")).to_be_hidden()


def test_a_phone_that_two_people_share_keeps_apart_what_each_answers(live, open_as):
    page = open_as(width=390, height=844)
    page.goto(ballot(live))
    page.locator("input[name=R1][value='4']").check()

    page.goto(ballot(live, who=1))
    assert not page.locator("input[name=R1]:checked").count(), "nobody sees what another was answering"
    fill(page)
    page.locator(".moves [type=submit]").click()
    page.wait_for_url("**/merci/")

    page.goto(ballot(live))
    expect(page.locator("#ballot")).to_be_visible()
    expect(page.locator("input[name=R1][value='4']")).to_be_checked()


def test_the_keyboard_is_enough(live, open_as):
    page = open_as(width=390)
    page.goto(ballot(live))
    page.locator("input[name=R1]").first.focus()

    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("input[name=R1][value='2']")).to_be_checked()
    expect(page.locator("input[name=R1]").first).to_be_visible()  # arrows never lead on
    page.keyboard.press("Enter")
    for key in ("Space", "Enter"):  # the legend has the focus on each next screen
        page.keyboard.press("Tab")
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.locator("#R5A").wait_for()
    assert page.evaluate("document.activeElement.id") == "R5A"
    page.keyboard.type("Au clavier")
    page.keyboard.press("Enter")

    page.wait_for_url("**/merci/")
    assert given() == [{"R1": "2", "R2": "1", "R3": "1", "R4": ["1"], "R5A": "Au clavier"}]


def test_a_required_question_says_so_and_keeps_the_screen(live, open_as):
    page = open_as(width=390)
    page.goto(ballot(live))

    page.locator(".moves .btn-primary:visible").click()

    expect(page.locator("#R1-error")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "R1"


def test_three_at_most_and_nothing_in_particular_goes_alone(live, open_as):
    page = open_as(width=390)
    page.goto(ballot(live))
    for code in ("R1", "R2", "R3"):
        page.locator(f"input[name={code}]").first.check()

    for value in ("1", "2", "3"):
        page.locator(f"input[name=R4][value='{value}']").check()

    expect(page.locator("input[name=R4][value='4']")).to_be_disabled()
    page.locator("input[name=R4][value='1']").uncheck()
    page.locator("input[name=R4][value='7']").check()
    expect(page.locator("input[name=R4]:checked")).to_have_count(1)


def test_when_the_network_drops_the_same_press_arrives_once_it_is_back(live, open_as):
    page = open_as(width=390, expects="net::ERR_|Failed to fetch")
    page.goto(ballot(live))
    fill(page)
    page.context.set_offline(True)

    page.locator(".moves [type=submit]").click()
    expect(page.locator("#ballot .status.away")).to_be_visible()
    assert BallotBox.objects.get().count == 0
    page.context.set_offline(False)

    page.wait_for_url("**/merci/")
    assert BallotBox.objects.get().count == 1


def test_an_answer_whose_thanks_was_lost_on_the_way_is_thanked_and_counted_once(live, open_as):
    page = open_as(width=390, expects="net::ERR_|Failed to fetch|409")
    page.goto(ballot(live))
    fill(page)
    lost = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0))
            return route.abort()
        return route.continue_()

    page.route("**/evaluation/", lose_the_first)
    page.locator(".moves [type=submit]").click()

    page.wait_for_url("**/merci/")
    assert BallotBox.objects.get().count == 1


def test_a_draft_outlives_a_reload_in_that_tab_only(live, open_as):
    page = open_as(width=390)
    page.goto(ballot(live))
    page.locator("input[name=R1][value='5']").check()

    page.reload()

    expect(page.locator("input[name=R1][value='5']")).to_be_checked()
    other = open_as(width=390)
    other.goto(ballot(live))
    expect(other.locator("input[name=R1]:checked")).to_have_count(0)


def test_closed_meanwhile_what_was_written_is_still_on_the_page(live, open_as):
    page = open_as(width=390, expects="409")
    page.goto(ballot(live))
    fill(page)
    page.fill("#R5B", "Commencer à l’heure")
    collection.close(Survey.objects.get())

    page.locator(".moves [type=submit]").click()

    expect(page.locator("#closed")).to_have_attribute("data-why", "CLOSED")
    expect(page.locator("#closed")).to_contain_text("Commencer à l’heure")


def test_without_javascript_it_is_one_page_that_works(live, browser, site):
    context = browser.new_context(java_script_enabled=False, base_url=site.url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(ballot(live))
    for code, value in (("R1", "4"), ("R2", "3"), ("R3", "1"), ("R4", "1")):
        page.locator(f"input[name={code}][value='{value}']").check()

    page.get_by_role("button", name="Envoyer mes réponses").click()

    assert page.url.endswith("/merci/")
    assert BallotBox.objects.get().count == 1
    context.close()


def test_targets_are_large_and_nothing_scrolls_sideways(live, open_as):
    page = open_as(width=320, height=640)
    page.goto(ballot(live))

    heights = page.eval_on_selector_all(
        ".choice, .btn, .language > *", "all => all.map(e => e.offsetHeight).filter(Boolean)"
    )

    assert min(heights) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_no_axe_violation(live, open_as):
    page = open_as(width=390)
    page.goto(ballot(live))

    for code in ("R1", "R2", "R3", "R4"):
        choice = page.locator(f"input[name={code}]").first
        expect(choice).to_be_visible()
        found = violations(page)
        assert not found, [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found]
        choice.check()


def test_six_presses_answer_it_and_one_more_for_each_other_question(live, open_as):
    page, presses = open_as(width=390, height=844), 0
    page.goto(ballot(live))

    def press(where):
        nonlocal presses
        where.click()
        presses += 1

    for code in ("R1", "R2", "R3", "R4"):
        press(page.locator(f".choice:has(input[name={code}][value='1'])"))
    optional = page.locator("[data-screen]").count() - 5
    for _screen in range(1 + optional):
        press(page.get_by_role("button", name="Suivant"))
    press(page.locator(".moves [type=submit]"))

    page.wait_for_url("**/merci/")
    assert presses == 6 + optional
    assert given() == [{"R1": "1", "R2": "1", "R3": "1", "R4": ["1"]}]


def test_gone_back_to_a_question_shows_what_was_chosen_and_another_choice_leads_on(live, open_as):
    page = open_as(width=390, height=844)
    page.goto(ballot(live))
    page.locator("input[name=R1][value='4']").check()
    expect(page.locator("input[name=R2]").first).to_be_visible()

    page.get_by_role("button", name="Retour").click()
    expect(page.locator("input[name=R1][value='4']")).to_be_checked()
    page.locator(".choice:has(input[name=R1][value='4'])").click()  # the same again

    expect(page.locator("input[name=R2]").first).to_be_visible()


def test_all_of_it_weighs_less_than_fifteen_kilobytes_in_four_files_beside_the_page(live, open_as):
    page = open_as(width=390)
    came = []
    page.on("response", lambda response: came.append(response))
    page.goto(ballot(live))
    page.wait_for_load_state("networkidle")

    weights = {response.url: len(gzip.compress(response.body())) for response in came}

    files = [url for url in weights if url.endswith((".css", ".js"))]
    assert sum(weights.values()) < 15_000, weights
    assert len(files) <= 4, files
