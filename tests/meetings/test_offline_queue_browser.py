"""The queue of presses alone: a page with nothing else on it, a real browser, and a server that the test drives. What
the console and the phone make of it is in `live/test_live_browser.py` and `member_page/test_phone_browser.py`."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ADDRESS = "https://communaute.example/"
QUEUE = (Path(settings.BASE_DIR) / "static/js/offline_queue.js").read_text()
PAGE = """<!doctype html><link rel="icon" href="data:,">
<p id="network" data-none="Hors ligne" data-one="1 geste" data-many="{n} gestes" hidden></p>
<form action="/gestes/"><input type="hidden" name="csrfmiddlewaretoken" value="secret"><input name="name">
  <button name="here" value="1" formaction="/ici/">Ici</button></form>
<script>QUEUE</script>
<script>
  const said = [];
  const queue = new OfflineQueue("queue", {
    headers: () => ({ "X-CSRFToken": "fresh" }),
    answered(press, response) {
      said.push([press.text, response.status]);
      if (press.text === "breaks") throw new Error("breaks");
    },
    changed: () => sayNetwork(queue),
  });
  const press = (...texts) => queue.add(...texts.map((text) => ({ url: "/gestes/", data: [["text", text]], text })));
  queue.send();
</script>""".replace("QUEUE</script>", QUEUE + "</script>")


class Server:
    """It answers each press as `answers` says, by its text; `away`, no press reaches it."""

    def __init__(self, page):
        self.page, self.received, self.answers, self.loads, self.away = page, [], {}, 0, False
        page.route("**/*", self.answer)

    def answer(self, route):
        if route.request.method == "GET":
            self.loads += 1
            return route.fulfill(body=PAGE, content_type="text/html")
        if self.away:
            return route.abort("internetdisconnected")
        text = parse_qs(route.request.post_data)["text"][0]
        self.received.append(text)
        answer = self.answers.get(text, {"status": 200})
        return answer(route) if callable(answer) else route.fulfill(**answer)


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.broken = []
    page.on("pageerror", lambda error: page.broken.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    page.close()


@pytest.fixture
def server(page):
    server = Server(page)
    page.goto(ADDRESS)
    return server


def press(page, *texts):
    page.evaluate("(texts) => press(...texts)", list(texts))


def expect_said(page, *said):
    page.wait_for_function("(n) => said.length >= n", arg=len(said))
    assert page.evaluate("said") == [list(one) for one in said]


def waiting(page):
    return page.evaluate("JSON.parse(sessionStorage.getItem('queue')).map(({ text }) => text)")


def test_each_leaves_once_the_one_before_is_answered(page, server):
    held = []
    server.answers["un"] = held.append

    press(page, "un", "deux")
    press(page, "deux")
    page.wait_for_timeout(300)
    assert server.received == ["un"], "the others wait"
    held[0].fulfill(status=200)

    expect_said(page, ("un", 200), ("deux", 200), ("deux", 200))
    assert server.received == ["un", "deux", "deux"], "whether two presses are one is for the page to say"
    expect(page.locator("#network")).to_be_hidden()


def test_while_the_network_is_away_they_wait_in_order_and_the_page_says_how_many(page, server):
    server.away = True
    press(page, "un", "deux")
    expect(page.locator("#network")).to_have_text("2 gestes")
    press(page, "trois")
    expect(page.locator("#network")).to_have_text("3 gestes")
    assert page.evaluate("said") == []

    server.away = False

    expect_said(page, ("un", 200), ("deux", 200), ("trois", 200))
    assert server.received == ["un", "deux", "trois"]
    expect(page.locator("#network")).to_be_hidden()


def test_news_of_the_network_send_what_waits(page, server):
    page.context.set_offline(True)
    expect(page.locator("#network")).to_have_text("Hors ligne")
    server.away = True
    press(page, "un")
    expect(page.locator("#network")).to_have_text("1 geste")

    server.away = False
    page.context.set_offline(False)

    expect_said(page, ("un", 200))
    expect(page.locator("#network")).to_be_hidden()


def test_an_answer_lost_on_its_way_is_asked_for_again(page, server):
    def lose(route):
        server.answers = {}
        route.abort()

    server.answers["un"] = lose
    press(page, "un", "deux")

    expect_said(page, ("un", 200), ("deux", 200))
    assert server.received == ["un", "un", "deux"]


def test_one_that_is_refused_is_said_and_the_next_leaves(page, server):
    server.answers["non"] = {"status": 422}
    press(page, "non", "oui")
    expect_said(page, ("non", 422), ("oui", 200))


def test_an_answer_that_breaks_the_page_does_not_hold_the_next_back(page, server):
    press(page, "breaks", "oui")
    expect_said(page, ("breaks", 200), ("oui", 200))
    assert page.broken == ["breaks"]


@pytest.mark.parametrize(
    ("status", "is_heard", "is_given_up"),
    [(500, True, True), (500, False, False), (503, True, False), (429, True, False)],
)
def test_one_that_always_fails_is_given_up_only_while_the_rest_is_answered(status, is_heard, is_given_up, page, server):
    """The server that is down, or asks for patience, gets all of them later."""
    server.answers["échoue"] = {"status": status}
    press(page, "échoue", "suit")
    for _try in range(8):
        if is_heard:
            page.evaluate("queue.back()")  # other requests of the page are answered
        page.evaluate("queue.send()")
        page.wait_for_function("() => !queue.isSending")

    if is_given_up:
        expect_said(page, ("échoue", 500), ("suit", 200))
        # Tries that follow no answer do not count: the first, and those that a slow page makes by itself.
        assert server.received.count("échoue") >= 1 + 5
    else:
        assert page.evaluate("said") == []
        assert server.received.count("échoue") > 5
        assert waiting(page) == ["échoue", "suit"]


def test_signed_out_meanwhile_what_waits_leaves_after_the_return(page, server):
    server.answers["un"] = {"status": 204, "headers": {"HX-Refresh": "true"}}
    with page.expect_event("load"):  # to the page that asks one to sign in
        server.answers["deux"] = {"status": 200}
        press(page, "un", "deux")
        page.wait_for_timeout(100)
        server.answers = {}

    expect_said(page, ("un", 200), ("deux", 200))
    assert server.received[-2:] == ["un", "deux"]
    assert server.loads > 1
    assert waiting(page) == []


@pytest.mark.parametrize("is_renewed", [True, False])
def test_a_token_that_changed_is_read_again_once(is_renewed, page, server):
    def refuse(route):
        if is_renewed:
            server.answers = {}
        route.fulfill(status=403)

    server.answers["un"] = refuse
    with page.expect_event("load"):
        press(page, "un", "deux")

    expect_said(page, ("un", 200 if is_renewed else 403), ("deux", 200))
    assert server.received == ["un", "un", "deux"]
    assert server.loads == 2


def test_what_waits_survives_a_reload_and_leaving_asks_first(page, server):
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.click("input[name=name]")  # a browser asks only those who did something
    page.reload()
    assert asked == [], "nothing waits"
    page.click("input[name=name]")
    server.away = True
    press(page, "un", "deux")
    expect(page.locator("#network")).to_be_visible()

    page.reload()
    assert asked == ["beforeunload"]
    assert waiting(page) == ["un", "deux"]
    server.away = False
    expect_said(page, ("un", 200), ("deux", 200))


def test_a_press_is_what_its_form_and_button_would_send_but_the_token(page, server):
    page.fill("[name=name]", " Inès ")
    pressed = page.evaluate("pressOf(document.forms[0], document.querySelector('button'))")

    assert pressed["data"] == [["name", " Inès "], ["here", "1"]]
    assert (pressed["url"], pressed["text"]) == (f"{ADDRESS}ici/", "Inès")
    assert page.evaluate("pressOf(document.forms[0]).url") == f"{ADDRESS}gestes/"
    key = page.evaluate("newKey()")
    assert re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", key)
    assert key != page.evaluate("newKey()")
