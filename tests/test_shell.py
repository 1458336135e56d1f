"""What surrounds every page: the rail, the bar of a phone, the palette, light and dark."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from communities.models import Community
from tests import factories as make


def rail_of(page: str) -> list[str]:
    listed = re.search(r'<ul class="rail-communities">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r'title="([^"]+)"', listed[1]) if listed else []


def trail_of(page: str) -> list[tuple[str, str]]:
    """Each page of the trail: its name and the address that it leads to."""
    trail = page.partition('class="crumb"')[2].partition("</nav>")[0]
    links = re.findall(r'<li[^>]*>\s*<(?:a href="([^"]*)"|span aria-current="page")>(.*?)</', trail, re.DOTALL)
    return [(unescape(" ".join(name.split())), address) for address, name in links]


def test_the_rail_lists_ones_own_communities_that_live(community, sandrine, sam, signed_in):
    make.a_role(sandrine, "facilitator", community=make.a_community("Voisine"))
    make.a_role(sandrine, "facilitator", community=make.a_community("Close", status=Community.Status.ARCHIVED))
    make.a_community("Inconnue")

    assert rail_of(signed_in(sandrine).get("/").text) == ["Constellation", "Voisine"]
    assert rail_of(signed_in(sam).get("/").text) == []


def test_of_many_communities_the_rail_shows_twelve_and_where_the_others_are(sandrine, signed_in):
    for n in range(14):
        make.a_role(sandrine, "facilitator", community=make.a_community(f"Cercle {n:02}"))

    page = signed_in(sandrine).get("/").text

    assert len(rail_of(page)) == 12
    assert "Toutes les communautés" in page


def test_who_is_a_member_somewhere_finds_their_own_space_on_every_page(community, sandrine, nadia, signed_in):
    door = reverse("meetings:space_door")
    for place in ("/", community.get_absolute_url()):
        assert signed_in(nadia).get(place).text.count(f'href="{door}"') >= 2, "in the rail and in the sheet of a phone"
        assert door not in signed_in(sandrine).get(place).text, "she facilitates, and belongs to none"

    community.memberships.filter(user=nadia).update(status="paused")
    assert door in signed_in(nadia).get("/").text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Constellation", "CO"),
        ("Les filles et le code", "FC"),
        ("Groupe des Vingt", "GV"),
        ("L’art de rue", "AR"),
        ("É", "É"),
    ],
)
def test_two_letters_stand_for_a_community(name, letters):
    assert Community(name=name).monogram == letters


def test_the_current_place_is_the_one_of_the_page_or_none(community, sandrine, signed_in, settings):
    settings.ORGANISATION_NAME = "Concertation Montréal"

    def current(address):
        return re.findall(r'title="([^"]+)"\s+aria-current="page"', signed_in(sandrine).get(address).text)

    organisation = make.a_member(community, organisation="Carrefour").organisation
    assert set(current(organisation.get_absolute_url())) == {"Personnes"}
    assert set(current(community.get_absolute_url())) == {"Communautés"}
    assert current(reverse("accounts:settings")) == []


def test_the_trail_says_where_one_is(community, meeting, sandrine, signed_in):
    neighbour = make.a_community("Voisine")
    make.a_role(sandrine, "facilitator", community=neighbour)
    read = signed_in(sandrine)

    def trail(url_name, *args):
        return trail_of(read.get(reverse(url_name, args=args)).text)

    communities = ("Communautés", reverse("communities:list"))
    own = ("Constellation", community.get_absolute_url())
    meetings = ("Rencontres", reverse("meetings:of_community", args=[community.pk]))
    settings_of = ("Réglages", reverse("communities:settings", args=[neighbour.pk]))
    assert trail("communities:list") == [("Communautés", "")]
    assert trail("communities:detail", neighbour.pk) == [communities, ("Voisine", "")]
    assert trail("communities:roles", neighbour.pk) == [
        communities,
        ("Voisine", neighbour.get_absolute_url()),
        settings_of,
        ("Rôles", ""),
    ]
    assert trail("meetings:detail", meeting.pk) == [communities, own, meetings, (meeting.heading, "")]
    assert trail("meetings:prepare", meeting.pk)[:3] == [communities, own, meetings]
    assert trail("meetings:edit", meeting.pk)[3] == (meeting.heading, meeting.get_absolute_url())
    assert trail("outbox:preferences")[0] == ("Mon compte", reverse("accounts:settings"))


def test_the_trail_leads_only_where_one_may_go(community, nadia, sandrine, signed_in):
    """A facilitator comes through the settings; a member, who has none, does not."""
    life = reverse("communities:life", args=[community.pk])

    assert "Réglages" in dict(trail_of(signed_in(sandrine).get(life).text))
    assert "Réglages" not in dict(trail_of(signed_in(nadia).get(life).text))


@pytest.mark.browser
def test_on_a_phone_one_link_leads_back_on_one_line(open_as, meeting, sandrine):
    """However long the names above are."""
    Community.objects.filter(pk=meeting.community_id).update(
        name="Les communautés de pratique du Grand Montréal et de ses couronnes, au nord comme au sud"
    )
    page = open_as(sandrine, width=390)
    page.goto(reverse("meetings:of_community", args=[meeting.community_id]))

    back = page.locator("nav.crumb a:visible")
    expect(back).to_have_count(1)
    assert back.bounding_box()["height"] < 50
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    back.click()
    page.wait_for_url(f"**{meeting.community.get_absolute_url()}")


def test_nobody_signed_in_has_no_rail(client, db):
    assert 'class="rail"' not in client.get(reverse("account_login")).text


def test_the_phone_has_the_colours_of_the_other_pages():
    def tokens(sheet):
        return dict(re.findall(r"(--[\w-]+): (light-dark\([^;]+\));", (Path(settings.BASE_DIR) / sheet).read_text()))

    phone, others = tokens("static/css/phone.css"), tokens("static/css/app.css")
    assert len(phone) > 10
    assert phone.items() <= others.items()


@pytest.mark.parametrize("sheet", ["app.css", "phone.css"])
def test_a_browser_that_knows_no_dark_has_the_light_colours(sheet):
    text = (Path(settings.BASE_DIR) / "static/css" / sheet).read_text()
    light = dict(re.findall(r"(--[\w-]+): light-dark\((#\w+), #\w+\);", text))
    otherwise = text.partition("@supports not (color: light-dark")[2].partition("\n  }")[0]

    assert len(light) > 10
    assert dict(re.findall(r"(--[\w-]+): (#\w+);", otherwise)) == light


def test_every_colour_that_a_sheet_asks_for_is_one_of_the_tokens():
    """A name that is not there draws nothing, and no tool says so."""
    sheets = [p for p in (Path(settings.BASE_DIR) / "static/css").glob("*.css") if "pdf" not in p.name]
    for sheet in sheets:
        text = sheet.read_text()
        base = "phone.css" if sheet.name in {"phone.css", "space.css", "date-vote.css"} else "app.css"
        known = set(re.findall(r"(--[\w-]+):", text + (sheet.parent / base).read_text()))
        assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= known, sheet.name


@pytest.mark.browser
def test_dark_is_chosen_once_and_the_rail_stays_folded(open_as, community, sandrine):
    page = open_as(sandrine)
    page.goto("/")
    page.get_by_role("button", name="Sombre").first.click()
    page.get_by_role("button", name="Réduire").click()
    expect(page.locator(".rail .rail-title")).to_be_hidden()

    page.goto(reverse("meetings:list"))

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".rail .rail-title")).to_be_hidden()
    expect(page.locator(".rail").get_by_role("link", name="Rencontres")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 28)"
    page.get_by_role("button", name="Réduire").click()
    page.get_by_role("button", name="Auto").first.click()
    page.reload()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    expect(page.locator(".rail .rail-title")).to_be_visible()


@pytest.mark.browser
def test_ctrl_k_leads_to_an_action_with_the_keyboard_alone(open_as, community, sandrine):
    page = open_as(sandrine)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("planif")
    expect(page.locator("#palette-found a").first).to_have_text("Planifier des dates")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('meetings:plan', args=[community.pk])}")

    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette-found a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette-found a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def unanswered(route):
    """What the palette asks is lost; the page of the search is not."""
    return route.abort() if "hx-request" in route.request.headers else route.continue_()


@pytest.mark.browser
def test_enter_before_the_answer_takes_the_first_of_what_is_typed(open_as, community, nadia, sandrine):
    page = open_as(sandrine, expects="ERR_FAILED|htmx:")
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-found a").first).to_have_text("Planifier des dates")
    page.keyboard.type("nadia")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{nadia.memberships.get().get_absolute_url()}")

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-found a").first).to_have_text("Planifier des dates")
    page.route("**/recherche/**", unanswered)  # however slowly it is typed
    page.keyboard.type("nadia")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=nadia")
    expect(page.locator("#results")).to_contain_text("Nadia Amrani")


@pytest.mark.browser
def test_on_the_page_of_the_search_ctrl_k_is_its_own_field(open_as, community, sandrine):
    page = open_as(sandrine)
    page.goto(reverse("meetings:search") + "?q=constel")
    page.locator("h1").click()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("planif")
    expect(page.locator("#results")).to_contain_text("Planifier des dates")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1000, 1280])
def test_folded_to_icons_every_place_keeps_its_name(open_as, community, sandrine, width):
    page = open_as(sandrine, width=width)
    page.goto("/")
    if width > 1100:
        page.get_by_role("button", name="Réduire").click()
    for name in ("Aujourd’hui", "Rencontres", "Communautés", "Évaluations", "Personnes", "Constellation"):
        expect(page.locator(".rail").get_by_role("link", name=name, exact=True)).to_be_visible()
    assert page.locator(".rail").bounding_box()["width"] == 64


@pytest.mark.browser
def test_on_a_phone_the_bar_is_at_the_foot_and_plus_has_the_rest(open_as, community, sandrine):
    page = open_as(sandrine)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    expect(page.locator("body > .rail")).to_be_hidden()
    page.locator(".bottom").get_by_role("button", name="Plus").click()
    page.locator("#more").get_by_role("link", name="Personnes").click()
    page.wait_for_url(f"**{reverse('communities:people')}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_what_takes_more_than_a_second_shows_that_it_goes_on(community, sandrine, open_as):
    """The event of a press whose answer never comes: a browser that really waits for a page lets nothing be read."""
    page = open_as(sandrine)
    page.goto(reverse("communities:edit", args=[community.pk]))
    drawn = "getComputedStyle(document.body, '::before').content"
    page.wait_for_function(f"{drawn} === 'none'")

    page.locator("main form[method=post]").first.dispatch_event("submit")

    expect(page.locator("#messages")).to_have_text(re.compile("Un instant…"))
    assert page.evaluate(drawn) == '""'
