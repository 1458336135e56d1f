"""Whoever writes the report of a year types, takes a sentence, goes from chapter to chapter, and loses nothing."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.domain.reports import publishing
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.evaluations.reports.test_report_browser import YEAR
from tests.soundness import sound

pytestmark = pytest.mark.browser


@pytest.fixture
def written(site, community, sandrine):
    some = members(community, 8)
    for month in (2, 5, 9):
        survey(held(community, month, present=some, year=YEAR), [4] * len(some))
    return reverse("evaluations:write_report", args=[community.pk, YEAR])


def test_what_is_typed_is_saved_and_followed_to_its_publication(written, community, sandrine, open_as):
    page = open_as(sandrine)
    page.goto(written)
    field = page.get_by_label("Trois constats de l’année")
    field.press_sequentially("Une belle année.")
    expect(page.locator("#report-saved")).to_contain_text("Enregistré à")
    assert publishing.draft(community, YEAR).highlights == "Une belle année."
    assert sound(page) == []

    field.press_sequentially(" Des liens.")  # and no pause before the press
    page.get_by_role("listitem").filter(has_text="8,0 personnes").get_by_role("button", name="Prendre").click()
    expect(field).to_have_value(re.compile(r"Une belle année\. Des liens\.\r?\n8,0 personnes par rencontre"))
    page.get_by_role("button", name="6 Année suivante").click()
    page.get_by_label("Ce qui change l’an prochain").fill("Une rencontre de plus.")
    page.set_viewport_size({"width": 390, "height": 844})
    assert sound(page) == []
    page.get_by_role("button", name="Avant de publier").click()
    expect(page.get_by_role("heading", name="Ce qui manque au bilan")).to_be_visible()
    assert sound(page) == []
    page.get_by_role("button", name="Publier et figer les chiffres").click()
    expect(page.locator("main")).to_contain_text("Une rencontre de plus.")
    assert publishing.published(community, YEAR).highlights.startswith("Une belle année. Des liens.")


@pytest.mark.long
def test_a_network_that_fails_and_a_press_during_a_saving_lose_nothing(written, community, sandrine, open_as):
    page = open_as(sandrine, expects="net::ERR_|htmx:")  # the network is cut, and the library says so
    page.goto(written)
    page.route("**/rediger/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    with page.expect_event("requestfailed"):
        page.get_by_label("Trois constats de l’année").press_sequentially("Tapé sans réseau.")
    page.unroute("**/rediger/*")
    page.reload()
    expect(page.get_by_label("Trois constats de l’année")).to_have_value("Tapé sans réseau.")

    page.get_by_label("Trois constats de l’année").press_sequentially(" Puis avec.")
    with page.expect_request(lambda request: request.method == "POST"):
        pass
    page.get_by_label("Trois constats de l’année").press_sequentially(" Encore.")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_label("Contexte de l’année")).to_be_visible()
    assert publishing.draft(community, YEAR).highlights == "Tapé sans réseau. Puis avec. Encore."
