"""From signing in to a first meeting that twelve people are invited to, in twelve presses of the mouse or of Enter."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from outbox.models import Message
from tests import factories as make
from tests.communities.member_import.test_pasting import paste
from tests.test_seven_groups import Hand, in_days

pytestmark = pytest.mark.browser

PEOPLE = [
    ("Anne", "Roy"), ("Luc", "Côté"), ("Mai", "Tran"), ("Paul", "Gagné"), ("Rita", "Lopez"), ("Omar", "Haddad"),
    ("Éric", "Lavoie"), ("Sara", "Cohen"), ("Nina", "Petit"), ("Yves", "Dion"), ("Inès", "Roy"), ("Wei", "Chen"),
]  # fmt: skip
COUNTER = """
for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, (event) => {
        if (!event.isTrusted || (kind === "keydown" && !["Enter", " "].includes(event.key))) return;
        if (event.key === " " && event.target.matches("input:not([type=checkbox], [type=radio]), textarea")) return;
        sessionStorage.presses = Number(sessionStorage.presses ?? 0) + 1;
    }, true);
"""


def presses(page) -> int:
    """What the pages themselves counted: each press of a pointer, of Enter, of Space on a button."""
    return page.evaluate("Number(sessionStorage.presses ?? 0)")


def from_excel(people) -> str:
    rows = [f"{first}\t{last}\t{first.lower()[0]}.p{n}@exemple.org" for n, (first, last) in enumerate(people)]
    return "\n".join(["Prénom\tNom\tCourriel", *rows]).replace("é.p", "e.p")


@pytest.fixture
def page(open_as):
    page = open_as(None)
    page.add_init_script(COUNTER)
    return page


def test_philippe_invites_twelve_pasted_people_in_twelve_presses(page, philippe, programme):
    make.a_community("Les filles et le code", programme=programme)  # he has others: nothing greets him as a newcomer
    page.goto("/")
    page.fill("#id_login", philippe.email)
    page.get_by_role("button", name="Recevoir un code").click()
    page.locator("#id_code").wait_for()
    page.fill("#id_code", re.search(r"\d{6}", Message.objects.filter(to=philippe.email).first().subject)[0])
    page.keyboard.press("Enter")
    hand = Hand(page)
    hand.follow("Communautés", within="nav")
    hand.follow("Créer une communauté")
    hand.follow("Choisir Ouverte")
    hand.write("Nom", "Constellation")
    hand.write("Raison d’être", "Rejoindre les familles isolées.")
    hand.choose("Programme", "Familles isolées")
    hand.press("Créer la communauté")

    hand.follow("Ajouter des personnes")
    paste(page, "#id_text", from_excel(PEOPLE))
    hand.press("Ajouter 12 personnes")
    hand.follow("Fixer la première rencontre")
    hand.write("Date", in_days(9).isoformat())
    hand.write("Heure", "12:00")
    hand.write("Sujet", "Faire connaissance")
    hand.write("Lien de participation", "https://zoom.example/j/1")
    hand.press("Planifier ces rencontres")
    hand.press("Envoyer à 12 personnes")

    hand.sees("12 invitations sont en route", within="body")
    assert presses(page) <= 11, "one is left for whoever gives a second proof when signing in"
    assert Message.objects.filter(to__endswith="@exemple.org").count() == 12


def test_the_counter_sees_what_is_pressed_and_not_what_is_typed(page, philippe):
    """The negative control: it would see a thirteenth press, and it counts no letter."""
    page.goto("/")
    page.fill("#id_login", philippe.email)
    assert presses(page) == 0
    page.locator("#id_login").press_sequentially(" x")
    assert presses(page) == 0

    page.locator("#id_login").click()
    page.locator("#id_login").press("Enter")
    page.get_by_role("button", name="Recevoir un code").focus()
    page.keyboard.press("Space")

    assert presses(page) == 3


def test_the_four_steps_lead_to_the_end(open_as, philippe, community):
    """Each says what is done; the next one has the button; at the end they are gone."""
    community.status = "launch"
    community.save()
    hand = Hand(open_as(philippe))
    hand.page.goto(community.get_absolute_url())
    steps = hand.page.locator(".first-steps")
    expect(steps.locator("[aria-current=step] h3")).to_have_text("Personnes")
    make.a_member(community, make.a_person("Nadia", "Amrani", email="nadia@exemple.quebec"))
    hand.page.reload()
    expect(steps).to_contain_text("1 personne inscrite")
    hand.follow("Fixer la première rencontre", within=".first-steps")
    hand.write("Date", in_days(9).isoformat())
    hand.write("Heure", "12:00")
    hand.press("Planifier ces rencontres")
    hand.page.wait_for_url(re.compile(r"/rencontres/\d+/inviter/$"))
    hand.page.goto(community.get_absolute_url())
    expect(steps.locator("[aria-current=step] h3")).to_have_text("Invitation")
    hand.follow("Préparer l’invitation", within=".first-steps")
    hand.press("Envoyer à 1 personne")
    hand.sees("1 invitation est en route", within="body")

    hand.page.goto(community.get_absolute_url())

    expect(steps).to_have_count(0)
    assert Message.objects.filter(to="nadia@exemple.quebec").exists()
    assert dt.timedelta(0) < community.meetings.get().starts_at - community.meetings.get().invited_at
