"""A question of the community from the desk of Sandrine to the phones of six members, and back as a figure."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.domain.surveys import collection
from meetings.domain.links import links
from tests.evaluations.room import a_room
from tests.soundness import sound

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_written_seen_on_a_phone_answered_by_six_and_told(site, community, sandrine, open_as):
    desk = open_as(sandrine)
    desk.goto(reverse("evaluations:own_questions", args=[community.pk]))
    desk.get_by_role("link", name="Ajouter une question").click()
    desk.get_by_label(re.compile("^Question en français")).fill("Je compte joindre quelqu’un d’ici la prochaine fois…")
    expect(desk.get_by_label(re.compile("^Choix de réponse"))).to_be_hidden()
    desk.get_by_label("Un seul choix, parmi des réponses que vous écrivez").check()
    desk.get_by_label(re.compile("^Choix de réponse")).fill("pour un conseil\npour un projet\npas cette fois")
    assert sound(desk) == []
    desk.get_by_role("button", name="Enregistrer").click()

    frame = desk.frame_locator("iframe")
    expect(frame.get_by_text("pour un projet")).to_be_visible()
    expect(frame.get_by_text("Je compte joindre quelqu’un")).to_be_visible()
    assert frame.locator("#ballot").evaluate("one => one.ownerDocument.defaultView.innerWidth") <= 390
    assert sound(desk) == []
    desk.set_viewport_size({"width": 390, "height": 844})
    assert sound(desk) == []

    meeting, members = a_room(community, by=sandrine)
    survey = collection.open_for(meeting, by=sandrine)
    for member in members:
        _answer(open_as(None, width=390), reverse("evaluations:ballot", args=[links.guest_token(meeting, member)]))
    collection.close(survey)

    desk.goto(reverse("evaluations:survey", args=[meeting.pk]))
    expect(desk.get_by_role("heading", name="Questions de la communauté")).to_be_visible()
    expect(desk.get_by_role("heading", name="Je compte joindre quelqu’un")).to_be_visible()


def _answer(phone, address: str) -> None:
    """One question a screen: the first answer of each; the community's own before the words."""
    phone.goto(address)
    screens = phone.locator("[data-screen]")
    for number in range(screens.count() - 1):
        screen = screens.nth(number)
        expect(screen).to_be_visible()
        screen.locator(".choice").nth(0).click()
        if screen.locator("[type=checkbox]").count():
            phone.get_by_role("button", name="Suivant").click()
    phone.get_by_role("button", name="Envoyer mes réponses").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Merci")
    phone.close()


def test_philippe_makes_a_version_at_a_desk_and_on_a_phone(site, community, philippe, open_as):
    page = open_as(philippe)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (
            reverse("evaluations:questionnaires"),
            reverse("evaluations:questionnaire", args=["Q-M"]),
            reverse("evaluations:make_version", args=["Q-R"]),
        ):
            page.goto(address)
            assert sound(page) == [], (address, width)
    page.locator("[name=R5B-wording_fr]").fill("Que changer la prochaine fois?")
    page.get_by_role("button", name="Créer cette version").click()

    expect(page.get_by_text("version 2", exact=False).first).to_be_visible()
    expect(page.get_by_text("Que changer la prochaine fois?")).to_be_visible()
