"""Olga, the privacy officer, serves people who have no way in: Ginette, a member without an address; Rosaire, a
note-taker without one; and their neighbours, Nadia and another Ginette, whom nothing touches."""

import datetime as dt
import io
import json
import zipfile

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditLine
from cmtl import editing
from communities.domain.privacy import destructions, serving
from communities.models import DestructionRequest, Role
from communities.models.privacy import ANSWERED_WITHIN
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit

FIND = reverse("meetings:served_people")
TODAY = timezone.localdate


@pytest.fixture
def olga(db):
    return make.a_person("Olga", "Responsable", is_privacy_officer=True)


@pytest.fixture
def ginette(community):
    return make.a_member(community, make.a_person("Ginette", "Roy", email=None)).user


@pytest.fixture
def other_ginette(db):
    return make.a_member(make.a_community("Ailleurs"), make.a_person("Ginette", "Royer", email=None)).user


@pytest.fixture
def rosaire(community):
    person = make.a_person("Rosaire", "Lévesque", email=None)
    make.a_role(person, Role.NOTE_TAKER, community=community)
    return person


def page_of(person) -> str:
    return reverse("meetings:served_person", args=[person.pk])


def words(response) -> str:
    return response.content.decode()


# ---------------------------------------------------------------- finding


def test_she_finds_anybody_by_name_or_address_and_lists_nobody_without_asking(
    signed_in, olga, ginette, other_ginette, rosaire, nadia
):
    client = signed_in(olga)
    assert FIND in words(client.get(reverse("communities:privacy_desk")))
    assert not [p for p in (ginette, rosaire, nadia) if page_of(p) in words(client.get(FIND))]

    def found(text):
        page = words(submit(client, FIND, {"q": text}))
        return {p for p in (ginette, other_ginette, rosaire, nadia) if page_of(p) in page}

    assert found("levesque") == {rosaire}
    assert found("ginette") == {ginette, other_ginette}
    assert found("ginette royer") == {other_ginette}
    assert found("nadia@exemple") == {nadia}
    assert "Personne n’a ce nom" in words(submit(client, FIND, {"q": "zéphirin"}))
    assert submit(client, FIND, {"q": "z"}).status_code == 422
    assert AuditLine.objects.filter(action=Action.NAMES_READ).count() == 1, "once an hour"


def test_whoever_applied_to_a_call_is_found_too(signed_in, olga, community):
    call = make.a_call(community)
    make.an_application(call, "Rosalie", last_name="Lévesque", email="rosalie@exemple.quebec")
    make.an_application(call, "Benoît", last_name="Voisin", email="benoit@exemple.quebec")

    page = words(submit(signed_in(olga), FIND, {"q": "levesque"}))

    assert "rosalie@exemple.quebec" in page
    assert "benoit@exemple.quebec" not in page
    assert "Personne n’a ce nom" not in page


def test_whoever_was_erased_is_found_no_more(signed_in, olga, ginette):
    ginette.erased_at = timezone.now()
    ginette.save()

    assert page_of(ginette) not in words(submit(signed_in(olga), FIND, {"q": "ginette"}))
    assert signed_in(olga).get(page_of(ginette)).status_code == 404


def test_nobody_else_serves_people(signed_in, client, ginette, sandrine, philippe, ada, nadia, sam):
    for by in (sandrine, philippe, ada, nadia, sam):
        for address in (FIND, page_of(ginette), reverse("meetings:served_file", args=[ginette.pk])):
            assert signed_in(by).get(address).status_code == 403
    client.logout()
    assert client.get(FIND).status_code == 302


# ---------------------------------------------------------------- access


def test_she_gives_a_note_taker_without_an_address_the_file_of_my_data(signed_in, olga, rosaire, nadia):
    client = signed_in(olga)
    page = words(client.get(page_of(rosaire)))
    assert reverse("meetings:served_file", args=[rosaire.pk]) in page
    assert "Constellation" in page

    response = client.get(reverse("meetings:served_file", args=[rosaire.pk]))

    kept = json.loads(zipfile.ZipFile(io.BytesIO(response.content)).read("donnees.json"))
    assert response["Cache-Control"] == "no-store"
    assert kept["identity"][0]["last_name"] == "Lévesque"
    assert kept["roles"][0]["role"] == "note_taker"
    assert "Nadia" not in str(kept)
    written = AuditLine.objects.order_by("pk").values_list("action", flat=True)
    assert list(written) == [Action.PERSON_READ, Action.OWN_DATA_GIVEN]


# ---------------------------------------------------------------- rectification


def test_she_puts_a_name_and_an_address_right(signed_in, olga, ginette, other_ginette):
    submit(signed_in(olga), page_of(ginette), {"last_name": "Roy-Côté", "email": "Ginette@Exemple.quebec"})

    ginette.refresh_from_db()
    other_ginette.refresh_from_db()
    assert (ginette.full_name, ginette.email) == ("Ginette Roy-Côté", "ginette@exemple.quebec")
    assert other_ginette.full_name == "Ginette Royer"
    [line] = AuditLine.objects.filter(action=Action.PERSON_CORRECTED)
    assert line.details == {"fields": ["email", "last_name"]}


def test_saved_as_it_stands_it_leaves_no_line(signed_in, olga, ginette):
    submit(signed_in(olga), page_of(ginette), {"last_name": "Roy"})

    ginette.refresh_from_db()
    assert ginette.email is None
    assert not AuditLine.objects.filter(action=Action.PERSON_CORRECTED).exists()


def test_the_address_of_whoever_holds_a_role_or_signs_in_is_not_hers_to_change(signed_in, olga, rosaire, nadia):
    nadia.last_login = timezone.now()
    nadia.save()
    for person in (rosaire, nadia):
        assert not form_on(signed_in(olga).get(page_of(person)), ["last_name"]).named("email")
        shown = editing.seen(person, ["email"])
        with pytest.raises(PermissionDenied):
            serving.correct(person, {"email": olga.email}, shown=shown, by=olga)


def test_nor_her_own_record(signed_in, olga):
    assert "Vous corrigez votre propre fiche" in words(signed_in(olga).get(page_of(olga)))
    with pytest.raises(PermissionDenied):
        serving.correct(olga, {"last_name": "Autre"}, shown=editing.seen(olga, ["last_name"]), by=olga)
    with pytest.raises(PermissionDenied):
        destructions.enter(olga, "Lettre", received_on=TODAY(), by=olga)


def test_an_address_that_is_somebody_elses_is_refused(signed_in, olga, ginette, nadia):
    answer = submit(signed_in(olga), page_of(ginette), {"email": nadia.email})

    assert answer.status_code == 422
    ginette.refresh_from_db()
    assert ginette.email is None


def test_two_who_write_at_once_see_each_other(signed_in, olga, ginette):
    left_open = form_on(signed_in(olga).get(page_of(ginette)), ["last_name"])
    submit(signed_in(olga), page_of(ginette), {"last_name": "Roy-Côté"})

    answer = left_open.fill({"last_name": "Leroy"}).press(signed_in(olga))

    assert answer.status_code == 409
    assert "Roy-Côté" in words(answer)
    ginette.refresh_from_db()
    assert ginette.last_name == "Roy-Côté"


def test_those_who_put_the_rest_right_are_named(signed_in, olga, ginette, other_ginette, sandrine):
    assert f"mailto:{sandrine.email}" in words(signed_in(olga).get(page_of(ginette)))
    assert "Personne ne l’anime" in words(signed_in(olga).get(page_of(other_ginette)))


# ---------------------------------------------------------------- destruction


def enter(client, person, **typed):
    action = reverse("meetings:served_destruction", args=[person.pk])
    return submit(client, page_of(person), {"words": "Lettre signée", **typed}, action=action, follow=True)


def test_she_enters_what_came_on_paper_and_the_coordination_is_told(
    signed_in, olga, ginette, other_ginette, sandrine, philippe
):
    week_ago = TODAY() - dt.timedelta(days=7)
    answer = enter(signed_in(olga), ginette, received_on=week_ago.isoformat())

    [asked] = DestructionRequest.objects.all()
    assert (asked.user, asked.entered_by, asked.words) == (ginette, olga, "Lettre signée")
    assert asked.due_on == week_ago + ANSWERED_WITHIN
    assert "Demande inscrite par Olga Responsable" in words(answer)
    told = Message.objects.filter(kind=destructions.ASKED.slug).values_list("to", flat=True)
    assert list(told) == [philippe.email], "not herself"
    [line] = AuditLine.objects.filter(action=Action.DESTRUCTION_ENTERED)
    assert AuditLine.objects.filter(action=Action.DESTRUCTION_ASKED).count() == 0
    assert line.subject
    desk = words(signed_in(olga).get(reverse("communities:privacy_desk")))
    assert "il reste 23\xa0jours" in desk
    assert "Ginette Roy" in desk
    assert "Royer" not in desk


def test_what_a_person_asked_already_stands(signed_in, olga, nadia, philippe):
    asked = destructions.ask_destruction(nadia, "Merci")
    left_open = destructions.enter(nadia, "Lettre", received_on=TODAY(), by=olga)

    assert left_open == asked
    assert (left_open.words, left_open.entered_by) == ("Merci", None)
    assert "La demande existe déjà" in words(signed_in(olga).get(page_of(nadia)))


@pytest.mark.parametrize("typed", [{"words": " "}, {"received_on": "2999-01-01"}, {"received_on": "1999-01-01"}])
def test_how_and_when_it_came_are_asked(signed_in, olga, ginette, typed):
    action = reverse("meetings:served_destruction", args=[ginette.pk])
    form = form_on(signed_in(olga).get(page_of(ginette)), action=action)

    answer = form.fill({"words": "Lettre signée", **typed}).press(signed_in(olga))

    assert answer.status_code == 422
    assert not DestructionRequest.objects.exists()


def test_whoever_entered_it_never_confirms_alone_but_another_officer_may(olga, ginette, sandrine, philippe):
    asked = destructions.enter(ginette, "Lettre signée", received_on=TODAY(), by=olga)
    second = make.a_person("Diane", "Houle", is_privacy_officer=True)

    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        assert not destructions.may_be_alone(asked, olga)
        assert destructions.may_be_alone(asked, second), "control: a week has gone by"
        with pytest.raises(PermissionDenied):
            destructions.confirm_destruction(asked, by=olga, alone_because="Personne d’autre")
    ginette.refresh_from_db()
    assert ginette.erased_at is None


# ---------------------------------------------------------------- the desk


def test_the_desk_says_what_waits_and_leads_to_every_register(signed_in, olga, ada, ginette, philippe):
    client = signed_in(olga)
    desk = words(client.get(reverse("communities:privacy_desk")))
    assert "Rien à faire pour le moment" in desk
    registers = ("audit", "incidents", "destructions", "destruction_register", "anonymisations")
    assert not [name for name in registers if f'"{reverse(f"communities:{name}")}"' not in desk]

    told = make.an_incident(is_serious=True, commission_told_on=TODAY(), people_told_on=TODAY())
    waiting = make.an_incident(is_serious=True, commission_told_on=TODAY())
    late = DestructionRequest.objects.create(user=ginette, due_on=TODAY() - dt.timedelta(days=1))

    desk = words(client.get(reverse("communities:privacy_desk")))
    assert "Rien à faire" not in desk
    assert waiting.get_absolute_url() in desk
    assert told.get_absolute_url() not in desk
    assert reverse("communities:destruction", args=[late.pk]) in desk
    assert "en retard" in desk
    administrators = words(signed_in(ada).get(reverse("communities:privacy_desk")))
    assert waiting.get_absolute_url() not in administrators
    assert FIND not in administrators
