"""Who answers for what people write is said on every page that asks for something without an account, and in every
mail. The pages come from the table of permissions: one made tomorrow is asked too."""

import pytest

from outbox.domain.account_emails import NOTICE
from outbox.models import Message
from tests.forms import forms_on
from tests.test_permissions import OURS, TABLE, Place

SAID = ["Ada Lovelace, directrice, vie-privee@carrefour.quebec", "Carrefour, 1, rue du Nom, Montréal"]
POLICY = "/confidentialite/"
# Asked of those who look at the demonstration, or of nobody: not pages where people write about themselves.
ELSEWHERE = {"accounts:language", "accounts:demo"}
OPEN = sorted(n for n in OURS if "AN" in TABLE[n].roles.split() and "GET" in TABLE[n].methods and n not in ELSEWHERE)
ASK_FOR_YEARS = {"communities:apply", "communities:join", "communities:referral", "meetings:sign_up", "meetings:room"}


@pytest.fixture
def keeper(settings):
    settings.PRIVACY_OFFICER = "vie-privee@carrefour.quebec"
    settings.PRIVACY_OFFICER_NAME, settings.PRIVACY_OFFICER_TITLE = "Ada Lovelace", "directrice"
    settings.ORGANISATION_NAME, settings.ORGANISATION_ADDRESS = "Carrefour", "1, rue du Nom, Montréal"
    return settings


def asks_something(page) -> bool:
    """A whole page with a form of its own; a part of one stands inside another."""
    return b"<!doctype html>" in page.content.lower() and any(
        form.method == "post" and "/langue/" not in form.action for form in forms_on(page)
    )


def test_each_page_that_asks_something_says_who_answers_for_it(keeper, client, programme):
    place, asking = Place("Constellation", programme), set()
    for name in OPEN:
        page = client.get(place.address(name, TABLE[name].of))
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html") or not asks_something(page):
            continue
        asking.add(name)
        text = page.content.decode()
        assert not [words for words in [*SAID, POLICY] if words not in text], name

    assert {"meetings:phone", "meetings:enter_code", "meetings:space_door", "meetings:room"} <= asking
    assert {"communities:apply", "communities:referral", "meetings:sign_up"} <= asking


def test_and_pages_with_an_account_and_the_policy_itself(keeper, signed_in, sandrine):
    for address in (POLICY, "/compte/", "/"):
        text = signed_in(sandrine).get(address, follow=True).content.decode()
        assert not [words for words in SAID if words not in text], address


def test_without_an_organisation_the_officer_is_still_named(keeper, client, db):
    """Control: the lines come from the settings."""
    keeper.ORGANISATION_NAME = keeper.ORGANISATION_ADDRESS = keeper.PRIVACY_OFFICER_NAME = ""

    text = client.get("/confidentialite/").content.decode()

    assert "directrice, vie-privee@carrefour.quebec" in text
    assert "Carrefour" not in text


def test_each_mail_says_it_in_its_two_forms(keeper, nadia):
    NOTICE.queue(nadia, {"notice": {"subject": "Bonjour", "text": "Bonjour"}}, key="one")

    mail = Message.objects.get()
    for body in (mail.text, mail.html):
        assert not [words for words in [*SAID, f"{keeper.SITE_URL}{POLICY}"] if words not in body]


@pytest.mark.parametrize("name", sorted(ASK_FOR_YEARS))
def test_whoever_enters_says_that_they_are_fourteen(client, programme, name, keeper):
    place = Place("Constellation", programme)
    place.joining.accepted_at = None
    place.joining.save()
    if name == "communities:join":
        place.membership.status = "invited"
        place.membership.save()

    text = client.get(place.address(name, TABLE[name].of)).content.decode()

    assert "14 ans ou plus" in text
    assert f"{POLICY}#fourteen" in text


def test_parents_find_the_words_of_their_consent(client, db, keeper):
    text = client.get(POLICY).content.decode()

    assert 'id="fourteen"' in text
    assert "autorité parentale" in text
