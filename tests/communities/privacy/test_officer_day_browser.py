"""A day of Olga, the privacy officer, in her browser. Ginette Roy has no address: she asks for what is held about her,
has her name put right, then asks to be forgotten. Philippe coordinates her programme, and confirms. Ginette Royer is
her neighbour, whom nothing touches."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import expect

from accounts.domain import audit
from accounts.models import Action, AuditLine
from communities.models import DestructionRequest, Incident
from tests import factories as make
from tests.soundness import violations

pytestmark = pytest.mark.browser
ACTS = (
    Action.OWN_DATA_GIVEN,
    Action.PERSON_CORRECTED,
    Action.DESTRUCTION_ENTERED,
    Action.DESTRUCTION_CONFIRMED,
    Action.INCIDENT_WRITTEN,
    Action.EXPORTED,
)


@pytest.fixture
def olga(site):
    return make.a_person("Olga", "Responsable", is_privacy_officer=True)


@pytest.fixture
def ginette(site, community):
    return make.a_member(community, make.a_person("Ginette", "Roy", email=None)).user


@pytest.fixture
def neighbour(site, community):
    return make.a_member(community, make.a_person("Ginette", "Royer", email=None)).user


def written(action, by) -> int:
    return AuditLine.objects.filter(action=action, actor__in=audit.keys_of(by)).count()


def say(action) -> str:
    with translation.override("fr-ca"):
        return str(action.label)


def click(page, name, role="button"):
    page.get_by_role(role, name=name, exact=True).click()


def open_desk(page):
    page.goto(reverse("communities:privacy_desk"))


def see(page, what):
    open_desk(page)
    page.locator("section[aria-labelledby=registers] li", has_text=what).get_by_role("link").click()


def search(page, name):
    open_desk(page)
    click(page, "Trouver une personne", "link")
    page.get_by_label("Nom ou adresse courriel").fill(name)
    click(page, "Rechercher")


def downloaded(page, link) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    return Path(waiting.value.path()).read_bytes()


def test_a_day_of_the_privacy_officer(olga, ginette, neighbour, philippe, community, open_as):
    page = open_as(olga)
    open_desk(page)
    expect(page.locator("section[aria-labelledby=waits]")).to_contain_text("Rien à faire pour le moment")
    assert not AuditLine.objects.filter(action__in=ACTS).exists(), "control: the day has not begun"

    answers_a_request_of_access(page, ginette, olga)
    puts_her_name_right(page, ginette, olga)
    destroys_what_is_held(page, ginette, olga, open_as(philippe), philippe)
    keeps_the_register_of_incidents(page, olga)
    reads_a_register(page, olga)

    see(page, "Journal")
    table = page.locator("table.audit")
    for act in ACTS:
        expect(table.locator("tr", has_text=say(act)).first).to_be_visible()
    expect(table).not_to_contain_text("Ginette Roy-Côté")
    neighbour.refresh_from_db()
    assert (neighbour.full_name, neighbour.erased_at) == ("Ginette Royer", None)


def answers_a_request_of_access(page, ginette, olga):
    search(page, "ginette")
    click(page, "Ginette Roy", "link")
    page.locator("details.held summary").first.click()
    expect(page.locator("details.held").first).to_contain_text("Ginette")

    kept = zipfile.ZipFile(io.BytesIO(downloaded(page, "Télécharger ses données")))

    assert json.loads(kept.read("donnees.json"))["identity"][0]["last_name"] == "Roy"
    assert written(Action.OWN_DATA_GIVEN, olga) == 1


def puts_her_name_right(page, ginette, olga):
    page.locator("[name=last_name]").fill("Roy-Côté")
    click(page, "Enregistrer")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ginette Roy-Côté")
    ginette.refresh_from_db()
    assert ginette.full_name == "Ginette Roy-Côté"
    assert written(Action.PERSON_CORRECTED, olga) == 1


def destroys_what_is_held(page, ginette, olga, his, philippe):
    page.get_by_label("Comment la personne a fait sa demande").fill("Lettre signée, rappelée à son numéro")
    click(page, "Inscrire la demande")
    expect(page.locator("main")).to_contain_text("Demande inscrite par Olga Responsable")
    asked = DestructionRequest.objects.get()
    assert (asked.user, asked.entered_by, asked.is_open) == (ginette, olga, True)
    assert written(Action.DESTRUCTION_ENTERED, olga) == 1

    click(page, "Tout est prêt")
    expect(page.locator("main")).to_contain_text("Vous avez répondu")
    asked.refresh_from_db()
    ginette.refresh_from_db()
    assert (asked.handled_by, ginette.erased_at) == (olga, None), "one person is not enough"

    his.goto(reverse("communities:destructions"))
    his.get_by_role("link", name="Répondre").click()
    click(his, "Confirmer et effacer")
    expect(his.locator("main")).to_contain_text("Détruit")
    asked.refresh_from_db()
    ginette.refresh_from_db()
    assert (asked.confirmed_by, asked.user, ginette.email) == (philippe, None, None)
    assert ginette.erased_at
    assert written(Action.DESTRUCTION_CONFIRMED, philippe) == 1
    search(page, "roy-côté")
    expect(page.locator("main")).to_contain_text("Personne n’a ce nom")


def keeps_the_register_of_incidents(page, olga):
    today = timezone.localdate().isoformat()
    see(page, "Registre des incidents")
    page.locator("main a.btn.btn-primary").click()
    page.get_by_label("Renseignements personnels").fill("Noms et adresses de 12 membres")
    for name in ("circumstances", "sensitivity", "consequences", "likelihood"):
        page.locator(f"[name={name}]").fill("Une liste envoyée à la mauvaise adresse")
    page.locator("[name=known_on]").fill(today)
    page.locator("[name=is_serious][value=True]").check()
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main .note.warn")).to_be_visible()
    incident = Incident.objects.get()
    assert (incident.is_serious, len(incident.to_tell)) == (True, 2)
    assert written(Action.INCIDENT_WRITTEN, olga) == 1

    open_desk(page)
    page.locator("section[aria-labelledby=waits] li", has_text="Incident").get_by_role("link").click()
    for name in ("commission_told_on", "people_told_on"):
        page.locator(f"[name={name}]").fill(today)
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main .note.warn")).to_have_count(0)
    incident.refresh_from_db()
    assert incident.to_tell == []
    assert written(Action.INCIDENT_CHANGED, olga) == 1
    open_desk(page)
    expect(page.locator("section[aria-labelledby=waits]")).not_to_contain_text("Incident connu")


def reads_a_register(page, olga):
    see(page, "Registre des destructions")
    expect(page.locator("main")).to_contain_text("Olga Responsable")
    expect(page.locator("main")).not_to_contain_text("Ginette")

    text = downloaded(page, "Télécharger").decode("utf-8-sig")

    [line] = csv.DictReader(io.StringIO(text), delimiter=";")
    assert "Ginette" not in text
    assert {"Olga Responsable", "Philippe Marchand"} <= set(line.values())
    exported = AuditLine.objects.get(action=Action.EXPORTED)
    assert (exported.details["what"], exported.role) == ("destructions", "officer")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_axe_violation_and_nothing_overflows(olga, ginette, philippe, community, open_as, width):
    asked = DestructionRequest.objects.create(user=ginette)
    make.an_incident(is_serious=True)
    page = open_as(olga, width=width)
    for address in (
        reverse("communities:privacy_desk"),
        f"{reverse('meetings:served_people')}?q=ginette",
        reverse("meetings:served_person", args=[ginette.pk]),
        reverse("communities:destruction", args=[asked.pk]),
    ):
        page.goto(address)
        found = violations(page)
        assert not found, [(address, v["id"], v["nodes"][0]["html"]) for v in found]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
