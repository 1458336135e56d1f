"""From comments of two meetings to a member's phone: sorted, agreed on, done, told."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.links import visitors
from meetings.models import Improvement, Topic
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.soundness import sound

pytestmark = pytest.mark.browser


def test_what_two_meetings_ask_for_is_changed_and_told_on_a_phone(site, community, sandrine, nadia, open_as):
    said = [["Les rencontres débordent tout le temps", "Parler de la relève", "Merci!"], ["Plus de pauses", "Un micro"]]
    for texts in said:
        held, people = a_room(community, 6)
        closed_with(held, people, [{**ANSWERS, "R5B": text} for text in texts] + [ANSWERS] * (6 - len(texts)))
    meeting = make.a_meeting(community, timezone.now() + dt.timedelta(days=9), title="La relève")
    page = open_as(sandrine)

    page.goto("/")
    page.get_by_role("link", name=re.compile("Trier 5 suggestions")).first.click()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert sound(page) == []
    page.locator("li", has_text="Parler de la relève").get_by_role("button", name="Vers les sujets").press("Enter")
    expect(page.get_by_text("C’est dans la liste des sujets.")).to_be_visible()
    page.locator("li", has_text="Merci!").get_by_role("button", name="Lue, sans suite").click()
    page.locator("li", has_text="débordent").get_by_role("button", name="Amélioration").click()
    assert Topic.objects.get().title == "Parler de la relève"

    page.get_by_role("link", name="Les rencontres débordent").click()
    expect(page.get_by_label("Ce qu’il faut changer")).to_have_value("Les rencontres débordent tout le temps")
    page.get_by_label("Acceptée").check()
    page.get_by_label(re.compile("Elle change les règles")).check()
    assert sound(page) == []
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("accord à demander")).to_be_visible()

    page.get_by_role("link", name="Les rencontres débordent").click()
    page.get_by_label("Ce qu’il faut changer").fill("Terminer à l’heure dite")
    page.get_by_label("Faite", exact=True).check()
    page.get_by_label("Réponse aux membres").fill("Un membre garde le temps à chaque rencontre.")
    page.get_by_label("Accord des membres le").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("sera dite dans la prochaine invitation")).to_be_visible()
    assert sound(page) == []

    page.goto(reverse("meetings:invite", args=[meeting.pk]))
    expect(page.get_by_label("Dire ce que nous avons changé")).to_be_checked()
    expect(page.frame_locator("iframe").get_by_text("Terminer à l’heure dite")).to_be_visible()
    page.get_by_role("button", name=re.compile("Envoyer à")).click()
    expect(page).to_have_url(re.compile("reponses"))

    assert "Un membre garde le temps" in Message.objects.get(recipient=nadia).text
    assert "débordent" not in Message.objects.get(recipient=nadia).html
    assert Improvement.objects.get().told_with == meeting
    phone = open_as(None, width=390)
    phone.goto(reverse("meetings:space", args=[visitors.visitor_token(nadia)]))
    phone.get_by_role("link", name=re.compile("Ce que nous avons changé")).click()
    expect(phone.get_by_text("Terminer à l’heure dite")).to_be_visible()
    expect(phone.get_by_text("Un membre garde le temps à chaque rencontre.")).to_be_visible()
    assert sound(phone) == []
