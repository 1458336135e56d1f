"""Nadia writes on her phone; Sandrine proposes an edit; it is agreed to, shown, quoted by the report, and withdrawn."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from communities.domain.testimonials import links
from communities.models import Testimonial
from evaluations.domain.reports import publishing
from evaluations.models import AnnualReport
from meetings.domain.links import visitors
from tests import factories as make
from tests.test_pages import faults

WRITTEN = "je me sentait seule, mes canaris aussi."
EDITED = "Je me sentais seule; mes canaris aussi."
YEAR = timezone.localdate().year - 1


@pytest.mark.browser
def test_from_the_phone_of_a_member_to_the_report_and_back(open_as, community, nadia, sandrine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    membership, call = nadia.memberships.get(), make.a_call(community)
    door = reverse("communities:apply", args=[call.secret])
    report = reverse("evaluations:report", args=[community.pk, YEAR])
    phone, desk, reader = open_as(None, width=390), open_as(sandrine), open_as(None, width=390)

    phone.goto(reverse("meetings:space_choices", args=[visitors.visitor_token(nadia), membership.pk]))
    phone.get_by_role("link", name="Donner un témoignage").click()
    expect(phone.get_by_label("Dans vos mots")).to_be_visible()
    assert faults(phone) == []
    phone.get_by_label("Dans vos mots").fill(WRITTEN)
    phone.get_by_label("Par mon prénom et l’initiale de mon nom").check()
    phone.get_by_role("checkbox", name="Recrutement").check()
    phone.get_by_role("checkbox", name="Reddition de comptes").check()
    phone.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(phone.get_by_role("heading", name="Mon témoignage")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("— Nadia A.")

    desk.goto(reverse("communities:testimonials", args=[community.pk]))
    expect(desk.get_by_role("button", name="Afficher dans l’espace des membres")).to_have_count(0)
    desk.get_by_role("link", name="Proposer une retouche").click()
    desk.get_by_label("Votre retouche").fill(EDITED)
    desk.get_by_role("button", name="L’envoyer à la personne").click()
    expect(desk.get_by_text("retouche sans réponse")).to_be_visible()
    desk.get_by_role("button", name="Afficher dans les pages de recrutement").click()
    expect(desk.get_by_role("button", name="Retirer des pages de recrutement")).to_be_visible()
    reader.goto(door)
    expect(reader.locator("main")).to_contain_text(WRITTEN)

    phone.reload()
    phone.get_by_role("button", name="J’accepte cette formulation").click()
    expect(phone.get_by_role("button", name="J’accepte cette formulation")).to_have_count(0)
    expect(phone.locator("main")).to_contain_text(EDITED)
    assert faults(phone) == []
    reader.reload()
    expect(reader.locator("main")).to_contain_text(EDITED)
    expect(reader.locator("main")).not_to_contain_text(WRITTEN)

    desk.goto(reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=outcomes")
    desk.get_by_role("checkbox", name=EDITED).check()
    desk.get_by_role("button", name="Enregistrer et continuer").click()
    publishing.publish(community, YEAR, by=sandrine)
    desk.goto(report)
    expect(desk.locator("article.report")).to_contain_text(EDITED)

    phone.get_by_role("button", name="Le retirer partout").click()
    expect(phone.locator("main")).to_contain_text("Vous l’avez retiré le")
    for page in (reader, desk):
        page.reload()
        expect(page.locator("main")).not_to_contain_text("canaris")
    expect(desk.locator("main")).to_contain_text("Un témoignage a été retiré ou modifié")
    assert AnnualReport.objects.filter(community=community).count() == 2


@pytest.mark.browser
def test_the_form_in_english_by_keyboard_at_320(open_as, nadia):
    nadia.language = "en"
    nadia.save()
    phone = open_as(None, width=320)

    phone.goto(links.giving_path(nadia.memberships.get()))
    assert faults(phone, language="en") == []
    phone.get_by_label("In your own words").focus()
    phone.keyboard.type("My canaries sing again.")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")  # by my full name
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")  # communications
    phone.get_by_role("button", name="Send my testimonial").press("Enter")

    expect(phone.locator("main")).to_contain_text("— Nadia Amrani, Table de quartier Ahuntsic")
    assert [c.use for c in Testimonial.objects.get().consents.all()] == ["communications"]
