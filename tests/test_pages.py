"""Every page in a real browser, at a desk and on a phone: no console error, nothing that assistive technology trips
on, no sideways scrolling, no English on a French page, and light enough for a phone's connection."""

import gzip
import re

import pytest

from tests.soundness import violations
from tests.test_permissions import TABLE, World

ENGLISH = re.compile(
    r"\b(the|and|with|your|you|this|from|save|cancel|search|meeting|meetings|people|nobody|please)\b", re.I
)
READ = {name: line for name, line in TABLE.items() if "GET" in line.methods and line.of != "demo"}
FILES = (
    "calendar",
    "feed",
    "download",
    "export",
    "pdf",
    "in_word",
    "template_file",
    "logo",
    "served_file",
    "sign_in_sheet",
    "poster",
    "refresh",
    "counter",
    "invitation_mail",  # shown in a frame, as a mail program shows it
    "progress",
    "guide",
)
FOLLOWING = {"meetings:follow", "meetings:follow_room"}  # what a phone asks for again
PAGES = sorted(
    name
    for name, line in READ.items()
    if line.roles and name not in FOLLOWING and not any(part in name.split(":")[-1] for part in FILES)
)
LIGHT = {
    "meetings:space",
    "meetings:space_door",
    "meetings:phone",
    "meetings:room",
    "meetings:enter_code",
    "meetings:vote_dates",
    "meetings:sign_up",
    "evaluations:ballot",
    "evaluations:room_ballot",
}
WORDS = """() => { const copy = (document.querySelector('main') || document.body).cloneNode(true);
  copy.querySelectorAll('[lang=en]').forEach((quoted) => quoted.remove());  // a mail shown as its reader gets it
  document.body.append(copy); const text = copy.innerText; copy.remove(); return text }"""
# kilobytes of a first visit, and files: fonts come on top, once a year
STAFF, PHONE, SURVEY = (100, 6), (40, 5), (15, 4)
FRAMED = {"evaluations:own_questions"}  # they show a phone, whose page is one more
LIVE = {"meetings:live", "meetings:roster"}  # they go on when the network is away: that takes one script more
TRAIL = """() => { if (!document.querySelector('body > .rail')) return '';  // pages that one opens by a link
  const trails = [...document.querySelectorAll('nav.crumb')];
  if (trails.length !== 1) return `${trails.length} trails`;
  const entries = [...trails[0].querySelectorAll('li > *')], last = entries.pop();
  if (!last || last.matches('a') || last.getAttribute('aria-current') !== 'page' || !last.textContent.trim())
    return 'its last entry is not the current page';
  if (entries.some((one) => !one.matches('a[href]:not([aria-current])'))) return 'an entry above leads nowhere';
  return trails[0].offsetHeight > 50 ? `a trail ${trails[0].offsetHeight} px tall` : '' }"""
WIDTHS = 1280, 390
PARTS = 6  # of the walk through all pages
ACCOUNT = ["/compte/login/", "/compte/2fa/", "/compte/sessions/", "/compte/email/"]


@pytest.fixture
def world(site):
    return World()


def visit(page, address) -> dict[str, int]:
    """Open it and wait until it is quiet; the compressed weight of everything it loaded."""
    weights = {}

    def weigh(response):
        if response.request.resource_type in ("document", "stylesheet", "script", "image") and response.ok:
            weights[response.url] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    page.goto(address)
    page.wait_for_load_state("load")
    page.wait_for_timeout(75)
    page.remove_listener("response", weigh)
    return weights


def faults(page, *, language: str = "fr", contrast: bool = True) -> list[str]:
    page.wait_for_load_state("load")
    found = [f"{v['id']}: {v['help']} ({v['nodes'][0]['target']})" for v in violations(page, contrast=contrast)]
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if sideways > 0:
        found.append(f"scrolls sideways by {sideways} px at {page.viewport_size['width']}")
    if lost := page.evaluate(TRAIL):
        found.append(f"says badly where one is: {lost}")
    if language == "fr":
        text = page.evaluate(WORDS)
        found += [
            f"English: {m.group(0)!r} in « {text[max(0, m.start() - 30) : m.end() + 30]} »"
            for m in ENGLISH.finditer(text)
        ][:3]
    return found


@pytest.mark.browser
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound_and_light(world, open_as, part):
    """At a desk or as narrow as a phone, in turn. Contrast takes twice as long as all the rest and hangs on the colours
    of the style sheet: the long walks look at it."""
    walk(world, open_as, PAGES[part::PARTS], width_of=lambda n: WIDTHS[n % 2], contrast=False)


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound_at_the_other_width(world, open_as, part):
    walk(world, open_as, PAGES[part::PARTS], width_of=lambda n: WIDTHS[(n + 1) % 2])


LOOKS = {
    "the narrowest phone": (320, {}),
    "1280 px zoomed twice": (640, {}),
    "dark": (1280, {"color_scheme": "dark"}),
    "dark on a phone": (390, {"color_scheme": "dark"}),
    "forced colours, nothing moves": (1280, {"forced_colors": "active", "reduced_motion": "reduce"}),
}


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_sound_however_it_is_looked_at(world, open_as, look, part):
    width, media = LOOKS[look]
    walk(world, open_as, PAGES[part::PARTS], width_of=lambda n: width, **media)


def walk(world, open_as, names, width_of, *, contrast=True, **media):
    """A first visit is light, compressed as a server sends it, and of few files."""
    readers = {role: keeps_nothing(open_as(world.people[role])) for role in ("AN", "PC", "FA", "OP", "AD")}
    wrong, heavy = {}, {}
    for n, name in enumerate(names):
        page = read_by(readers, name)
        page.emulate_media(**media)
        page.set_viewport_size({"width": width_of(n), "height": 900})
        heavy |= too_much(name, visit(page, world.places["own"].address(name, READ[name].of)))
        wrong[name] = faults(page, contrast=contrast)

    assert not heavy
    assert not any(wrong.values()), "\n".join(f"{name}: {fault}" for name, found in wrong.items() for fault in found)


STOPS = 400  # presses of Tab: the longest page has fewer
AT = """() => { const at = document.activeElement;
  if (at === document.body || at === document.documentElement) return null;
  if (at.tagName === 'IFRAME') { window.framed = (window.framed ?? 0) + 1; return { again: window.framed > 60 } }
  const box = at.getBoundingClientRect(), shown = [at, at.nextElementSibling, ...at.labels ?? []];
  for (let above = at.parentElement; above?.matches('main *'); above = above.parentElement) shown.push(above);
  const outlined = shown.some((one) => { const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 });
  window.seen ??= new Set();
  const key = at.id || at;
  window.stops = window.last === key ? window.stops + 1 : 1;  // a date has three; a page may hold nothing else
  const again = window.seen.has(key) && (window.last !== key || window.stops > 8);
  window.seen.add(window.last = key);
  const where = box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth;
  return { again, name: `${at.tagName} ${at.id || at.name || at.textContent.trim().slice(0, 40)}`,
    fault: !outlined ? 'holds the keyboard without an outline' : where ? 'holds the keyboard out of sight' : '' } }"""
UNREACHED = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
  .filter((one) => !window.seen.has(one.id || one) && !one.disabled && one.tabIndex >= 0 && !one.closest('[inert]')
    && one.checkVisibility({ visibilityProperty: true, opacityProperty: false })
    && !one.closest('dialog:not([open])') && !(one.closest('fieldset:disabled'))
    && !(one.type === 'radio'
      && [...document.getElementsByName(one.name)].some((other) => window.seen.has(other.id || other)))
    && !(one.tagName === 'SUMMARY' && !one.matches('details > summary:first-of-type')))
  .map((one) => `${one.tagName} ${one.id || one.name || one.textContent.trim().slice(0, 40)} is out of reach of Tab`)"""


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_gone_through_with_the_keyboard(world, open_as, part):
    """Tab reaches all that can be pressed or filled, says where it is, and comes round."""
    readers = {role: open_as(world.people[role]) for role in ("AN", "PC", "FA", "OP", "AD")}
    wrong = {}
    for name in PAGES[part::PARTS]:
        page = read_by(readers, name)
        visit(page, world.places["own"].address(name, READ[name].of))
        wrong[name] = faults_by_keyboard(page)

    assert not any(wrong.values()), "\n".join(f"{name}: {fault}" for name, found in wrong.items() for fault in found)


def read_by(readers, name):
    """By whom a page is opened: the first who may."""
    line = READ[name]
    return readers["AN" if line.of in ("token", "code") else next(r for r in readers if r in line.roles.split())]


def faults_by_keyboard(page) -> list[str]:
    found, nowhere = [], 0
    for _press in range(STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(AT)
        nowhere = 0 if at else nowhere + 1
        if nowhere == 2 or (at and at["again"]):
            break
        if at and at.get("fault"):
            found.append(f"{at['name']} {at['fault']}")
    else:
        found.append("Tab never comes round")
    return found + page.evaluate(UNREACHED)


@pytest.mark.browser
@pytest.mark.parametrize(
    "harm",
    [
        "document.querySelector('main a').style.outline = 'none'",
        "const far = document.createElement('button'); far.textContent = 'Loin';"
        "far.addEventListener('focus', () => far.blur()); document.querySelector('main').append(far)",
        "document.querySelector('main a').style.cssText = 'position: fixed; left: -500px'",
    ],
)
def test_control_a_page_that_the_keyboard_does_not_go_through_is_found(world, open_as, harm):
    page = open_as(world.people["FA"])
    page.goto(world.places["own"].address("communities:roles", READ["communities:roles"].of))
    assert faults_by_keyboard(page) == []
    page.reload()

    page.evaluate(harm)

    assert faults_by_keyboard(page)


def too_much(name, loaded) -> dict[str, list]:
    kilobytes, files = SURVEY if "ballot" in name else PHONE if name in LIGHT else STAFF
    if name in FRAMED:
        kilobytes, files = kilobytes + PHONE[0], files + PHONE[1]
    is_heavy = sum(loaded.values()) > kilobytes * 1000
    is_of_many = 1 + sum("/static/" in address for address in loaded) > files + (name in LIVE)  # logos are content
    return {name: sorted(loaded.items())} if is_heavy or is_of_many else {}


def test_control_a_visit_of_too_many_files_or_too_heavy_is_found():
    for name, files, kilobytes in (("meetings:list", 6, 100), ("meetings:phone", 5, 40), ("evaluations:ballot", 4, 15)):
        assert not too_much(name, {f"/static/{n}": kilobytes * 1000 // files for n in range(files - 1)})
        assert too_much(name, {f"/static/{n}": 1 for n in range(files)})
        assert too_much(name, {"one": kilobytes * 1000 + 1})


@pytest.mark.browser
def test_the_phone_pages_fit_the_narrowest_phone(world, open_as):
    page = open_as(None, width=320, height=640)
    wrong = {}
    for name in sorted(LIGHT):
        visit(page, world.places["own"].address(name, READ[name].of))
        if found := faults(page):
            wrong[name] = found

    assert not wrong, wrong


def keeps_nothing(page):
    """Each of its visits is a first one: every style sheet and script is fetched again."""
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    return page


@pytest.mark.browser
def test_control_every_visit_of_a_browser_that_keeps_nothing_is_a_first_one(world, open_as):
    address, new = world.places["own"].address("meetings:enter_code", "none"), open_as(None)
    first, page = visit(new, address), keeps_nothing(open_as(None))

    visits = [visit(page, address) for _ in range(3)]

    assert any(".css" in loaded for loaded in first)
    assert [one.keys() for one in visits] == [first.keys()] * 3


@pytest.mark.browser
def test_the_pages_of_the_account_are_sound(world, open_as):
    page = open_as(world.people["FA"], width=390)
    wrong = {}
    for address in ACCOUNT:
        seen = open_as(None, width=390) if "login" in address else page
        visit(seen, address)
        if found := faults(seen):
            wrong[address] = found

    assert not wrong, wrong


@pytest.mark.browser
def test_these_checks_can_fail(world, open_as):
    """The negative control: a page with a nameless image, an English sentence and something too wide."""
    page = open_as(None, width=390)
    page.goto(world.places["own"].address("meetings:enter_code", "none"))
    page.evaluate(
        "document.querySelector('main').innerHTML += '<img src=\"/static/icons/favicon.svg\"><p>Save the meeting</p>';"
        "document.querySelector('main').style.width = '900px'"
    )

    found = " ".join(faults(page))

    assert "image-alt" in found
    assert "English" in found
    assert "sideways" in found


@pytest.mark.browser
@pytest.mark.parametrize(
    "harm",
    [
        "trail.append(trail.firstElementChild)",
        "trail.lastElementChild.firstElementChild.removeAttribute('aria-current')",
        "trail.parentNode.after(trail.parentNode.cloneNode(true))",
        "trail.style.height = '90px'",
    ],
)
def test_control_a_trail_that_does_not_say_where_one_is_is_found(world, open_as, harm):
    page = open_as(world.people["FA"], width=390)
    page.goto(world.places["own"].address("communities:roles", READ["communities:roles"].of))
    assert page.evaluate(TRAIL) == ""

    page.evaluate(f"const trail = document.querySelector('nav.crumb ol'); {harm}")

    assert page.evaluate(TRAIL)
