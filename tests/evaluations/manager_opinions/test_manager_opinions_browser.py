"""On phones: Nadia has her manager asked from her own space, Gisèle answers, Nadia reads it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.domain import manager_opinions
from evaluations.models import ManagerOpinion
from meetings.domain.links.visitors import visitor_token
from tests.soundness import sound

pytestmark = pytest.mark.browser


def test_a_member_asks_and_her_manager_answers(site, open_as, community, nadia, sandrine):
    membership = nadia.memberships.get()
    page = open_as(None, width=390)
    page.goto(reverse("meetings:space_choices", args=[visitor_token(nadia), membership.pk]))
    page.get_by_role("link", name="L’avis de mon organisation").click()
    expect(page.get_by_text("Sandrine Beaulieu")).to_be_visible()
    assert sound(page) == []
    page.get_by_label("Son nom").fill("Gisèle Patenaude")
    page.get_by_label("Son adresse courriel").fill("gisele@exemple.quebec")
    page.get_by_role("button", name="Voir le courriel avant l’envoi").click()
    expect(page.get_by_role("heading", name="Le courriel qui sera envoyé")).to_be_visible()
    assert sound(page) == []
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Les trois questions sont en route.")).to_be_visible()
    assert sound(page) == []

    opinion = ManagerOpinion.objects.get()
    hers = open_as(None, width=390)
    hers.goto(reverse("evaluations:manager_survey", args=[manager_opinions.token_of(opinion)]))
    expect(hers.get_by_text("Qui lit la réponse")).to_be_visible()
    assert sound(hers) == []
    hers.get_by_label("Plutôt d’accord").check()
    hers.get_by_label("Un exemple").fill("Un jardin partagé.")
    hers.get_by_label("En partie").check()
    hers.get_by_role("button", name="Envoyer ma réponse").click()
    expect(hers.get_by_text("Votre réponse est envoyée.")).to_be_visible()
    assert sound(hers) == []

    page.reload()
    expect(page.get_by_text("Un jardin partagé.")).to_be_visible()
    assert sound(page) == []
