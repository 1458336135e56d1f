"""What one typed is still there after a reload, after going away and back, and while a second tab has the same page."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from meetings.models import Meeting
from tests.test_permissions import TABLE, World

pytestmark = pytest.mark.browser

FORMS = {
    "meetings:edit": "",
    "meetings:plan": "",
    "communities:edit": "",
    "communities:membership": "?modifier",
    "communities:add_member": "",
    "evaluations:write_report": "",
    "evaluations:add_own_question": "",
    "evaluations:campaigns_together": "",
    "evaluations:edit_campaign": "",
    "meetings:complete": "",  # these two once it is over
    "meetings:follow_up": "",
}
FIELD = (
    "main form[method=post] :is(textarea, input[type=text], input[type=url], input:not([type])):visible:not([readonly])"
)
NOW = timezone.now()
WORDS, DAYS = ("Tapé ici, pas encore enregistré", "Dans un autre onglet"), ("2027-02-03", "2027-02-04")


@pytest.fixture
def world(site):
    return World()


@pytest.mark.long
def test_what_is_typed_is_kept(world, open_as):
    readers = {role: open_as(world.people[role]) for role in ("PC", "FA")}
    lost = []
    for name, query in FORMS.items():
        line = TABLE[name]
        page = readers["FA" if "FA" in line.roles.split() else "PC"]
        address = world.places["own"].address(name, line.of) + query
        if name == "meetings:complete":
            Meeting.objects.filter(pk=world.places["own"].meeting.pk).update(started_at=NOW, closed_at=NOW)
        page.goto(address)
        here, elsewhere = WORDS if page.locator(FIELD).count() else DAYS
        typed_in(page).fill(here)
        other = page.context.new_page()
        other.goto(address)
        typed_in(other).fill(elsewhere)
        other.reload()
        lost += [f"{name}: {how}" for how, back in WAYS.items() if back(page) != here]
        if still_there(other) != elsewhere:
            lost.append(f"{name}: in a second tab")
        other.close()

    assert not lost


def typed_in(page):
    """The first field of words; where there is none, the first date."""
    words = page.locator(FIELD)
    return (words if words.count() else page.locator("main input[type=date]:visible")).first


def still_there(page) -> str:
    page.wait_for_load_state("load")
    return typed_in(page).input_value()


def reloaded(page) -> str:
    page.reload()
    return still_there(page)


def gone_and_back(page) -> str:
    page.goto("/compte/")
    page.go_back()
    return still_there(page)


def by_a_link(page) -> str:
    page.locator(".rail nav a").first.click()
    page.wait_for_load_state("load")
    page.go_back()
    return still_there(page)


WAYS = {"a second tab": still_there, "reloaded": reloaded, "gone and back": gone_and_back, "by a link": by_a_link}


def test_what_was_saved_or_given_up_is_not_put_back(world, open_as):
    """And what a colleague saved meanwhile is shown beside it, never written over."""
    page, community = open_as(world.people["FA"], expects="409"), world.places["own"].community
    address = world.places["own"].address("communities:edit", "community")
    note = page.get_by_text("Ce que vous aviez tapé est revenu")
    page.goto(address)
    typed_in(page).fill("Constellation du Nord")
    page.reload()
    expect(note).to_be_visible()
    page.click("text=Repartir de ce qui est enregistré")
    expect(typed_in(page)).to_have_value("Constellation")
    expect(note).to_be_hidden()

    typed_in(page).fill("Constellation du Sud")
    type(community).objects.filter(pk=community.pk).update(name="Constellation de l’Est")
    page.reload()
    page.click("main form button.btn-primary")
    expect(page.get_by_text("Constellation de l’Est").first).to_be_visible()
    expect(typed_in(page)).to_have_value("Constellation du Sud")
    page.click("main form button.btn-primary")
    page.goto(address)
    expect(typed_in(page)).to_have_value("Constellation du Sud")
    expect(note).to_be_hidden()
