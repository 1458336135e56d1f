"""At most 120 words of explanation on a page; the rest is there on demand, folded under a summary."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.test_pages import PAGES
from tests.test_permissions import TABLE, World

MOST = 120
FOLDED = (
    "details:not([open]) > :not(summary), dialog, template, [hidden], .visually-hidden, script, style, table, "
    ".messages, .mail"
)
TEXTS = {  # what one comes to read: the text is the page
    "privacy", "evaluations:preview_campaign", "evaluations:questionnaire", "meetings:follow_up",
    "communities:policies",  # what each choice changes
    "communities:give_testimonial",  # the sentence of each consent
    "evaluations:funder_edition",  # the document itself, with where each of its figures comes from
}  # fmt: skip
LONGER: dict[str, int] = {}  # none any more: shorten a page, or fold what is there on demand


def explained(html: str) -> int:
    """Words of the paragraphs and helps that a page shows before anything is opened."""
    tree = LexborHTMLParser(html)
    main = tree.css_first("main") or tree.body
    for node in main.css(FOLDED):
        node.decompose()
    told = main.css("p, .help:not(p):not(p *)")
    return sum(any(letter.isalpha() for letter in word) for node in told for word in node.text(deep=True).split())


@pytest.mark.long
@pytest.mark.django_db
def test_no_page_explains_more_than_it_may():
    world, found = World(), {}
    for name in [name for name in PAGES if name not in TEXTS]:
        line = TABLE[name]
        roles = ["AN"] if line.of in ("token", "code") else ["AN", "PC", "FA", "OP", "AD"]
        role = next(role for role in roles if role in line.roles.split() or line.of in ("token", "code"))
        page = world.client(role).get(world.places["own"].address(name, line.of))
        if page.status_code == 200 and "html" in page["Content-Type"]:
            found[name] = explained(page.content.decode())

    assert len(found) > 100, "the control: pages were read"
    assert not {name: words for name, words in found.items() if words > LONGER.get(name, MOST)}


def test_control_what_is_folded_is_not_counted():
    shown = "<p>Trois mots ici</p><label>Nom</label><span class=help>Et deux</span>"
    folded = "<details><summary>Plus</summary><p>Quatre mots de plus</p></details>"

    assert explained(f"<main>{shown}{folded}</main>") == 5
    assert explained(f"<main>{shown}{folded.replace('<details', '<details open')}</main>") == 9
