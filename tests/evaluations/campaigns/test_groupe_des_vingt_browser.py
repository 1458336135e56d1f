"""The Groupe des Vingt, from what each person hopes for on joining to what is said of it a year's evaluation later:
every page of it, four people in a browser, the others by the form that their page shows, nobody by the database."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories as make
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.evaluations.campaigns.test_together_browser import by_thumb
from tests.forms import submit
from tests.soundness import sound
from tests.test_seven_groups import MONTREAL, PATIENCE, Hand, found, letter_to, list_people, plan

pytestmark = [pytest.mark.browser, pytest.mark.long]

HOPES = {
    "ines": "Revoir nos façons d’embaucher",
    "jo": "Rencontrer d’autres théâtres",
    "ana": "Trouver des partenaires",
    "bea": "Apprendre à mesurer",
    "cam": "Ne plus être seule",
    "dan": "Un outil pour accueillir",
    "eve": "Des idées de comités",
}
SAID_NOTHING = ("fay", "gil", "hugo")
EVERYONE = (*HOPES, *SAID_NOTHING)
ON_A_PHONE = ("ines", "jo", "fay")
OBJECTIVE = "Changer nos façons d’embaucher"


def address(who: str) -> str:
    return f"{who}@exemple.quebec"


def path_in(who: str, kind: str) -> str:
    """The link of the latest mail of that person, as they would press it."""
    return re.search(rf"https?://[^/\s]+(/\S*{kind}/\S+)", letter_to(address(who))).group(1)


def test_from_what_each_hopes_for_to_what_is_told_back(hand, open_as):
    sandrine = make.a_person("Sandrine", "Beaulieu", email="sandrine@exemple.quebec")
    the_group_is_founded(hand, sandrine)
    hers = Hand(open_as(sandrine))
    hers.community = hand.community
    they_arrive(hers, open_as)
    they_meet(hers, title="Revoir nos pratiques d’embauche")
    they_meet(hers, title="Un comité qui ressemble à la ville")
    the_evaluation_is_opened(hers)
    each_is_quoted_their_own_hope(open_as)
    it_is_closed_and_read(hers)
    an_improvement_is_told_back(hers, open_as)


@pytest.fixture
def hand(site, open_as, philippe):
    return Hand(open_as(philippe))


def the_group_is_founded(philippe: Hand, sandrine) -> None:
    def objective_and_facilitator():
        philippe.unfold("Objectifs")
        philippe.write_first("Créer ou renforcer des liens", OBJECTIVE)
        philippe.unfold("Une autre personne anime")
        philippe.write("Courriel", sandrine.email)

    programme = "Culture et diversité"
    found(philippe, "Groupe des Vingt", "Proche de la cohorte", programme=programme, also=objective_and_facilitator)
    list_people(philippe, *(f"{who.title()} Roy; Théâtre {who.title()}" for who in EVERYONE))


def they_arrive(sandrine: Hand, open_as) -> None:
    """Invited, each by a mail; three answer on a phone, seven by the form of their page."""
    sandrine.go("personnes/inviter/")
    for box in sandrine.page.locator("input[name=people]").all():
        box.check()
    sandrine.press("Voir le courriel")
    sandrine.press(f"Envoyer à {len(EVERYONE)} personnes")
    for who in EVERYONE:
        path, hope = path_in(who, "rejoindre"), HOPES.get(who, "")
        if who in ON_A_PHONE:
            phone = Hand(open_as(None, width=390, height=844))
            phone.page.goto(path)
            phone.sees("Deux questions facultatives", OBJECTIVE)
            assert sound(phone.page) == []
            phone.page.locator("#id_expects").fill(hope)
            phone.tick("Je m’engage à prendre part à toutes les rencontres.")
            phone.press("Je signe et je deviens membre")
            phone.sees("l’engagement de venir à toutes les rencontres")
        else:
            assert submit(Client(), path, {"expects": hope, "commits": True}).status_code == 302
    sandrine.go("personnes/attentes/")
    sandrine.sees("7 membres sur 10 ont répondu", *HOPES.values())


def they_meet(sandrine: Hand, title: str) -> None:
    soon = (timezone.now() + dt.timedelta(minutes=30)).astimezone(MONTREAL)
    meeting = plan(sandrine, soon.date(), at=soon.strftime("%H:%M"), title=title)
    sandrine.page.goto(f"{meeting}animer/")
    sandrine.page.locator("#start").click()
    expect(sandrine.page.locator("#clock")).to_be_visible()
    sandrine.page.goto(f"{meeting}clore/")
    sandrine.page.locator("#close-now").click()
    expect(sandrine.page.locator("#over")).to_be_visible(timeout=PATIENCE)


def the_evaluation_is_opened(sandrine: Hand) -> None:
    sandrine.go("evaluations-annuelles/")
    sandrine.page.get_by_role("link", name=re.compile("Préparer l’évaluation")).click()
    sandrine.press("Préparer")
    sandrine.sees("Rien n’a été envoyé.")
    sandrine.press(f"Ouvrir et écrire à {len(EVERYONE)} personnes")
    sandrine.sees(f"0 sur {len(EVERYONE)}")


def each_is_quoted_their_own_hope(open_as) -> None:
    """And no other's: neither on the page, nor by whoever said nothing."""
    chosen = {code: value for code, value in CHOSEN.items() if code != "M3.2"}
    for number, who in enumerate(EVERYONE):
        path = path_in(who, "a")
        shown = Client().get(path).content.decode()
        assert [hope for hope in HOPES.values() if hope in shown] == [h for h in [HOPES.get(who)] if h]
        if who in ON_A_PHONE:
            phone = open_as(None, width=390, height=844)
            phone.goto(path)
            by_thumb(phone, "Suivant")
            expect(phone.get_by_role("heading", level=1)).to_contain_text("Merci")
            continue
        hoped = {"M4": "4" if number % 2 else "5"} if who in HOPES else {}
        words = {"M19T": "Envoyer les textes une semaine avant"} if number > 4 else {}
        assert submit(Client(), path, {**chosen, **hoped, **words}).status_code == 302


def it_is_closed_and_read(sandrine: Hand) -> None:
    sandrine.page.reload()
    sandrine.sees("10 sur 10")
    sandrine.unfold("Fermer avant ce jour")
    sandrine.press("Fermer l’évaluation")
    sandrine.sees("10", "sur 10 personnes sollicitées", "Dans quelle mesure est-ce arrivé", OBJECTIVE)
    sandrine.does_not_see(*HOPES.values())
    for width in (1280, 390):
        sandrine.page.set_viewport_size({"width": width, "height": 900})
        assert sound(sandrine.page) == []
    sandrine.press("J’en ai pris connaissance\u00a0: la coordination peut le lire")


def an_improvement_is_told_back(sandrine: Hand, open_as) -> None:
    sandrine.go("ameliorations/")
    words = "Envoyer les textes une semaine avant"
    sandrine.page.locator("li", has_text=words).get_by_role("button", name="Amélioration").click()
    sandrine.follow(words)
    sandrine.write("Ce qu’il faut changer", "Lire avant de se voir")
    sandrine.page.get_by_label("Faite", exact=True).check()
    sandrine.write("Réponse aux membres", "Les textes partent le lundi d’avant.")
    sandrine.press("Enregistrer")
    sandrine.sees("sera dite dans la prochaine invitation")
    meeting = plan(sandrine, timezone.localdate() + dt.timedelta(days=20), title="Une dernière fois")
    sandrine.page.goto(f"{meeting}inviter/")
    sandrine.sees("Les textes partent le lundi d’avant.")
