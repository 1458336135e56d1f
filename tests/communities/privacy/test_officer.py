"""The privacy officer's day: named by an administrator, reads who looked, keeps the register of incidents."""

import csv
import datetime as dt
import html
import io
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.domain import audit
from accounts.models import Action, AuditLine, AuditName, User
from communities.domain.privacy import audit_reading
from communities.domain.roles import officers
from communities.models import Incident
from communities.web.middleware import needs_it
from communities.web.privacy import officer as views
from meetings.domain.portal import my_data
from outbox.models import Message
from tests import factories as make
from tests.forms import on_one_line, submit

LOG, INCIDENTS = reverse("communities:audit"), reverse("communities:incidents")


@pytest.fixture
def olga(db):
    """The privacy officer."""
    return make.a_person("Olga", "Responsable", is_privacy_officer=True)


@pytest.fixture
def elsewhere(db):
    return make.a_community("Ailleurs")


def rows_of(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")), delimiter=";"))


# ---------------------------------------------------------------- named


def test_an_administrator_names_the_officer_who_finds_her_pages(ada, sam, signed_in):
    answer = submit(signed_in(ada), reverse("communities:officers"), {"email": sam.email}, button="Nommer")

    assert answer.status_code == 302
    sam = User.objects.get(pk=sam.pk)
    assert sam.is_privacy_officer
    assert needs_it(sam), "a second proof"
    assert Message.objects.filter(recipient=sam, kind=officers.NAMED.slug).exists()
    page = signed_in(sam).get("/").content.decode()
    assert reverse("communities:privacy_desk") in page
    for address in (LOG, INCIDENTS):
        assert address in signed_in(sam).get(reverse("communities:privacy_desk")).content.decode()
    line = AuditLine.objects.first()
    assert (line.action, line.details) == (Action.ROLE_GIVEN, {"role": "officer"})


def test_nobody_names_themselves_and_only_administrators_name(ada, philippe, olga):
    for by in (philippe, olga):
        with pytest.raises(PermissionDenied):
            officers.name(email="x@exemple.quebec", first_name="X", last_name="", by=by)
    with pytest.raises(ValidationError, match="soi-même"):
        officers.name(email=ada.email, first_name="", last_name="", by=ada)
    assert list(officers.officers()) == [olga]


def test_withdrawn_her_pages_close_at_once(ada, olga, signed_in, client):
    assert signed_in(olga).get(LOG).status_code == 200
    submit(signed_in(ada), reverse("communities:officers"), button=f"withdraw={olga.pk}")

    assert signed_in(User.objects.get(pk=olga.pk)).get(LOG).status_code == 403
    assert AuditLine.objects.filter(action=Action.ROLE_ENDED).count() == 1


# ---------------------------------------------------------------- who looked


def test_she_finds_who_read_what_by_person_community_act_and_days(
    community, elsewhere, philippe, sandrine, nadia, olga, signed_in
):
    audit.write(Action.PERSON_READ, by=philippe, about=nadia.memberships.get())
    audit.write(Action.CONTACTS_EXPORTED, by=sandrine, community=elsewhere, format="csv")
    client = signed_in(olga)

    def found(**asked):
        return [row["Qui"] for row in rows_of(client.get(reverse("communities:export_audit"), asked))]

    assert {"Philippe Marchand", "Sandrine Beaulieu"} <= set(found())
    assert found(person="amrani") == ["Philippe Marchand"]
    assert found(person="sandrine beau") == ["Sandrine Beaulieu"]
    assert found(community=elsewhere.pk) == ["Sandrine Beaulieu"]
    assert found(action=Action.PERSON_READ) == ["Philippe Marchand"]
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert found(first=tomorrow.isoformat()) == []
    page = client.get(LOG, {"person": "amrani"}).content.decode()
    assert "A consulté la fiche d’une personne" in page
    assert "Nadia Amrani" in page
    assert client.get(LOG, {"first": "2026-02-01", "last": "2026-01-01"}).status_code == 422


def test_the_log_is_turned_page_by_page_without_being_counted(philippe, nadia, karim, olga, signed_in, monkeypatch):
    """Seven lines, three a page: each is read once, forwards and back; the file has them all, in the same order."""
    monkeypatch.setattr(views, "PER_PAGE", 3)
    monkeypatch.setattr(audit_reading, "BATCH", 2)
    client = signed_in(olga)
    client.get(LOG)  # one line: that she read it
    for n in range(6):
        audit.write(Action.PERSON_READ, by=philippe, about=(nadia, karim)[n % 2])
    pages = [client.get(LOG)]
    with CaptureQueriesContext(connection) as asked:
        while link := link_of(pages[-1], "next"):
            pages.append(client.get(LOG + link))
    assert not [q for q in asked if "COUNT(" in q["sql"]]
    read = [[line.pk for line in page.context["page"].lines] for page in pages]
    assert [len(one) for one in read] == [3, 3, 1]
    numbers = list(AuditLine.objects.order_by("-pk").values_list("pk", flat=True))
    assert sum(read, []) == numbers

    back = client.get(LOG + link_of(pages[2], "prev"))
    assert [line.pk for line in back.context["page"].lines] == read[1]
    first = client.get(LOG + link_of(back, "prev"))
    assert [line.pk for line in first.context["page"].lines] == read[0]
    assert link_of(first, "prev") == link_of(pages[0], "prev") == ""
    of_nadia = client.get(LOG, {"person": "amrani", "before": numbers[0]})
    assert len(of_nadia.context["page"].lines) == 3
    rows = rows_of(client.get(reverse("communities:export_audit")))
    assert [int(row["Ligne"]) for row in rows][1:] == numbers  # before them, that she takes them


def link_of(page, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', on_one_line(page))
    return html.unescape(found[1]) if found else ""


def test_an_erased_person_has_no_name_there(philippe, nadia, olga, signed_in):
    audit.write(Action.PERSON_READ, by=philippe, about=nadia)
    AuditName.objects.filter(user=nadia).delete()

    page = signed_in(olga).get(LOG).content.decode()
    assert "une personne effacée" in page
    assert "Nadia" not in page


def test_whoever_coordinates_leaves_a_line_and_whoever_facilitates_does_not(
    community, meeting, philippe, sandrine, ada, nadia, signed_in
):
    pages = [
        reverse("communities:members", args=[community.pk]),
        reverse("communities:membership", args=[nadia.memberships.get().pk]),
        reverse("communities:people"),
        reverse("meetings:roster", args=[meeting.pk]),
    ]
    for page in pages:
        assert signed_in(sandrine).get(page).status_code == 200
    assert not AuditLine.objects.exists()

    for page in [*pages, *pages]:
        signed_in(philippe).get(page)
    written = AuditLine.objects.order_by("pk").values_list("action", flat=True)
    assert list(written) == [Action.CONTACTS_READ, Action.PERSON_READ, Action.PRESENCES_READ]
    assert audit.people_of([AuditLine.objects.get(action=Action.PERSON_READ).subject]).popitem()[1] == nadia

    signed_in(ada).get(pages[0])
    assert AuditLine.objects.first().action == Action.NAMES_READ


def test_my_data_says_who_read_or_exported_what_concerns_me(community, elsewhere, philippe, sandrine, nadia, sam):
    neighbour = make.a_member(elsewhere, make.a_person("Nadia", "Voisine")).user
    audit.write(Action.PERSON_READ, by=philippe, about=nadia.memberships.get())
    audit.write(Action.CONTACTS_EXPORTED, by=sandrine, community=community, format="csv")
    audit.write(Action.EXPORTED, by=sandrine, community=community, what="budget")
    audit.write(Action.OWN_DATA_TAKEN, by=nadia, about=nadia)

    def told(person):
        held = next(one for one in my_data.held_about(person) if one.section.name == "looked_at")
        return [(row[1], row[3]) for row in held.rows]

    assert told(nadia) == [
        ("Philippe Marchand", Action.PERSON_READ.label),
        ("Sandrine Beaulieu", Action.CONTACTS_EXPORTED.label),
    ]
    assert told(neighbour) == told(sam) == []


# ---------------------------------------------------------------- incidents


TOLD = {
    "information": "Noms et adresses de 14 membres",
    "circumstances": "Une liste envoyée à une mauvaise adresse",
    "began_on": "2026-11-02",
    "known_on": "2026-11-03",
    "people": "14",
    "people_in_quebec": "14",
    "sensitivity": "Peu sensible",
    "consequences": "Des courriels non sollicités",
    "likelihood": "Faible",
    "is_serious": "False",
}


def test_the_empty_register_says_what_to_do_then_an_incident_is_written_and_changed(olga, signed_in):
    client = signed_in(olga)
    assert reverse("communities:add_incident") in client.get(INCIDENTS).content.decode()

    submit(client, reverse("communities:add_incident"), TOLD, button="Inscrire au registre")
    incident = Incident.objects.get()
    assert (incident.people, incident.is_serious, incident.written_by) == (14, False, olga)

    submit(client, incident.get_absolute_url(), button="Enregistrer")
    submit(client, incident.get_absolute_url(), {"is_serious": "True", "measures": "Rappel"}, button="Enregistrer")
    lines = AuditLine.objects.filter(kind="communities.incident").order_by("pk").values_list("action", "details")
    assert list(lines) == [
        (Action.INCIDENT_WRITTEN, {"serious": False}),
        (Action.INCIDENT_CHANGED, {"fields": ["is_serious", "measures"], "serious": True}),
    ]
    page = client.get(reverse("communities:privacy_desk")).content.decode()
    assert "la Commission d’accès à l’information" in page

    told = {"commission_told_on": "2026-11-04", "people_told_on": "2026-11-05"}
    submit(client, incident.get_absolute_url(), told, button="Enregistrer")
    assert "à aviser avec diligence" not in client.get(reverse("communities:privacy_desk")).content.decode()
    row = rows_of(client.get(reverse("communities:export_incidents")))[0]
    assert row["Connu le"] == "2026-11-03"
    assert row["Commission d’accès à l’information avisée le"] == "2026-11-04"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"known_on": "2026-11-01"}, "known_on"),
        ({"known_on": "2999-01-01"}, "known_on"),
        ({"ended_on": "2026-11-01"}, "ended_on"),
        ({"people_in_quebec": "15"}, "people_in_quebec"),
        ({"commission_told_on": "2026-11-01"}, "commission_told_on"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(wrong, field, olga, signed_in):
    answer = submit(
        signed_in(olga), reverse("communities:add_incident"), {**TOLD, **wrong}, button="Inscrire au registre"
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Incident.objects.exists()


def test_two_who_write_at_once_see_both(olga, signed_in):
    client, incident = signed_in(olga), make.an_incident()
    page = client.get(incident.get_absolute_url())
    submit(client, incident.get_absolute_url(), {"measures": "La première"}, button="Enregistrer")

    answer = submit(client, page, {"measures": "La seconde"}, button="Enregistrer")

    assert answer.status_code == 409
    assert "La première" in answer.content.decode()
    assert Incident.objects.get().measures == "La première"


def test_nothing_is_erased_before_five_years(olga):
    today = timezone.localdate()
    old = make.an_incident(known_on=today - dt.timedelta(days=5 * 366 + 1))
    make.an_incident(known_on=today - dt.timedelta(days=5 * 365 - 3))

    with pytest.raises(ValidationError, match="5 ans"):
        Incident.objects.all().delete()
    assert Incident.objects.count() == 2
    old.delete()
    assert Incident.objects.count() == 1
