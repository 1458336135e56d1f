"""The settings of a community: a list at the left, one page at the right, and a field to find one by its words."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from communities.models import Role
from communities.web.community.settings import GROUPS
from tests import factories as make
from tests.test_shell import trail_of

HEADINGS = [
    "Général", "Règles et objectifs", "Personnes et rôles", "Rencontres et courriels", "Évaluation",
    "Budget et partenaires", "Fin de vie",
]  # fmt: skip
OWN_PAGES = ("communities:subgroups", "evaluations:vitality")  # under the people, and under the evaluation


def words_of(found):
    return [" ".join(re.sub(r"<[^>]+>", "", words).split()) for words in found]


def list_on(page):
    return page.partition('<nav class="settings-list"')[2].partition("</nav>")[0]


def links_on(page):
    return re.findall(r'<a\s+href="([^"]+)"', list_on(page))


@pytest.fixture
def hub(community):
    return reverse("communities:settings", args=[community.pk])


def test_twenty_settings_stand_under_seven_headings(signed_in, philippe, hub):
    page = signed_in(philippe).get(hub).content.decode()

    assert words_of(re.findall(r"<h2[^>]*>(.*?)</h2>", list_on(page), re.DOTALL)) == HEADINGS
    assert len(links_on(page)) == 20


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.EXTERNAL])
def test_each_leads_where_one_may_go(client, community, hub, role):
    person = make.a_person("Alex")
    until = {"ends_on": timezone.localdate() + dt.timedelta(days=30)} if role == Role.EXTERNAL else {}
    make.a_role(person, role, community=community, **until)
    client.force_login(person)

    links = links_on(client.get(hub).content.decode())

    assert [link for link in links if client.get(link).status_code != 200] == []
    assert (reverse("communities:roles", args=[community.pk]) in links) == (role == Role.FACILITATOR)


@pytest.mark.parametrize(
    "entry", [e for g in GROUPS for e in g.entries if e.url_name not in OWN_PAGES], ids=lambda e: e.url_name
)
def test_beside_each_the_list_stays_and_says_where_one_is(signed_in, philippe, community, hub, entry):
    page = signed_in(philippe).get(reverse(entry.url_name, args=[community.pk])).content.decode()

    current = re.findall(r'<a\s+href="([^"]+)"\s+aria-current="page"', list_on(page))
    assert current == [reverse(entry.url_name, args=[community.pk])]
    assert trail_of(page)[-2:] == [("Réglages", hub), (trail_of(page)[-1][0], "")], "the way back, on a phone"
    assert page.count("<h1") == 1


def test_who_may_change_nothing_is_shown_no_list(client, community, ada, nadia):
    life = reverse("communities:life", args=[community.pk])
    client.force_login(ada)
    assert client.get(life).status_code == 200
    assert not list_on(client.get(life).content.decode())


@pytest.mark.browser
def test_a_setting_is_found_by_its_words_without_the_mouse(open_as, sandrine, community, hub):
    page = open_as(sandrine)
    page.goto(hub)
    search = page.get_by_role("searchbox", name="Chercher un réglage")

    search.fill("fuseau")
    expect(page.locator(".settings-list li:visible")).to_have_count(1)
    expect(page.locator(".settings-list h2:visible")).to_have_count(1)
    search.fill("zzz")
    expect(page.get_by_text("Aucun réglage ne correspond")).to_be_visible()
    search.fill("fuseau")
    search.press("Enter")

    page.wait_for_url(f"**{reverse('communities:edit', args=[community.pk])}")
    expect(page.locator("[data-changes]")).to_have_text("")
    page.get_by_label("Nom").fill("Constellation du Nord")
    page.get_by_label("En une ligne").fill("Rejoindre les familles")
    expect(page.locator("[data-changes]")).to_have_text("2 changements")
    page.get_by_label("Nom").fill("Constellation")
    expect(page.locator("[data-changes]")).to_have_text("1 changement")
