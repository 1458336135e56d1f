"""The register: what came out of the community, who sees it, how it moves from a need to something finished."""

import datetime as dt
import re

import pytest
from django.utils import timezone, translation

from communities.models import Outcome, PracticeCard, Role
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def halte(community, sandrine):
    return make.an_outcome(community, "Halte mobile", description="Un autobus", created_by=sandrine)


@pytest.fixture
def adding(community):
    return f"/communautes/{community.pk}/retombees/ajouter/"


def test_the_register_is_searched_and_folded_by_year(community, sandrine, halte, signed_in):
    make.an_outcome(community, "Ludothèque", happened_on=dt.date(2024, 5, 2))
    make.an_outcome(make.a_community("Voisine"), "Halte d’à côté")
    client, address = signed_in(sandrine), f"/communautes/{community.pk}/retombees/"

    assert [o.title for o in client.get(address, {"q": "autobus"}).context["outcomes"]] == ["Halte mobile"]
    page = client.get(address)
    assert len(page.context["outcomes"]) == 2
    assert re.findall(r"<h3>(\d{4})</h3>", page.content.decode())[-1] == "2024"
    assert re.findall(r'<details class="year"\s*(open)?', page.content.decode()) == ["open", ""]


def test_needs_are_searched_once_they_are_many(community, sandrine, signed_in):
    client, address = signed_in(sandrine), f"/communautes/{community.pk}/besoins/"
    for n in range(12):
        make.a_need(community, f"Salle {n}")
    assert 'name="q"' not in client.get(address).content.decode().partition("<main")[2]
    make.a_need(community, "Une traductrice", met_at=timezone.now())

    page = client.get(address, {"q": "traductrice"})

    assert ([*page.context["open_needs"]], [n.what for n in page.context["met"]]) == ([], ["Une traductrice"])
    assert 'name="q"' in page.content.decode().partition("<main")[2]


def test_a_member_writes_down_what_the_group_made_possible(community, nadia, signed_in, adding):
    organisation = nadia.memberships.get().organisation
    written = {
        "title": "Halte mobile",
        "kind": "project",
        "stage": "filed",
        "organisations": [organisation.pk],
        "funder": "Fonds régional",
        "amount": "12 500,50 $",
    }

    response = submit(signed_in(nadia), adding, written)

    outcome = Outcome.objects.get()
    assert response["Location"] == outcome.get_absolute_url()
    assert (outcome.amount, outcome.created_by, outcome.is_expected) == (1_250_050, nadia, True)
    assert list(outcome.organisations.all()) == [organisation]
    assert [(change.stage, change.by) for change in outcome.stage_changes.all()] == [("filed", nadia)]


def test_an_external_evaluator_reads_the_outcome_and_no_name(halte, community, sandrine, nadia, signed_in):
    halte.stage_changes.create(stage="filed", by=sandrine)
    evaluator = make.a_person("Ève")
    make.a_role(evaluator, Role.EVALUATOR, community=community)

    pages = {who: signed_in(who).get(halte.get_absolute_url()).content.decode() for who in (nadia, evaluator)}

    assert "Beaulieu" in pages[nadia]
    assert "Halte mobile" in pages[evaluator]
    assert "Beaulieu" not in pages[evaluator]


def test_a_form_sent_twice_writes_once(nadia, signed_in, adding):
    client = signed_in(nadia)
    sent = form_on(client.get(adding), ["title"]).fill({"title": "Halte mobile", "kind": "project"})

    assert sent.press(client)["Location"] == sent.press(client)["Location"]

    assert Outcome.objects.count() == 1


def test_a_form_of_another_person_writes_nothing_under_its_key(client, nadia, sandrine, adding):
    client.force_login(nadia)
    sent = form_on(client.get(adding), ["title"]).fill({"title": "Halte mobile", "kind": "project"})
    sent.press(client)

    client.force_login(sandrine)
    refused = sent.press(client)

    assert refused.status_code == 422
    assert Outcome.objects.count() == 1


def test_an_amount_that_is_none_says_so_at_its_field(nadia, signed_in, adding):
    refused = submit(signed_in(nadia), adding, {"title": "X", "kind": "project", "amount": "beaucoup"})

    assert refused.status_code == 422
    assert "amount" in refused.context["form"].errors


def test_stages_keep_when_and_who(halte, sandrine, nadia, client):
    address = f"/retombees/{halte.pk}/modifier/"
    for person, stage in [(sandrine, "filed"), (nadia, "funded"), (nadia, "funded")]:
        client.force_login(person)
        assert submit(client, address, {"stage": stage}).status_code == 302

    assert [(c.stage, c.by) for c in halte.stage_changes.all()] == [("filed", sandrine), ("funded", nadia)]


def test_the_second_of_two_editors_sees_both_texts(halte, sandrine, nadia, client):
    address = f"/retombees/{halte.pk}/modifier/"
    client.force_login(sandrine)
    first = client.get(address)
    client.force_login(nadia)
    submit(client, address, {"description": "Le texte de Nadia"})

    client.force_login(sandrine)
    refused = submit(client, first, {"description": "Le texte de Sandrine"})

    assert refused.status_code == 409
    assert [(row["theirs"], row["yours"]) for row in refused.context["conflict"]] == [
        ("Le texte de Nadia", "Le texte de Sandrine")
    ]
    halte.refresh_from_db()
    assert halte.description == "Le texte de Nadia"
    assert submit(client, refused).status_code == 302, "having seen both, one may save again"
    halte.refresh_from_db()
    assert halte.description == "Le texte de Sandrine"


def test_what_is_removed_comes_back_in_a_press(halte, nadia, signed_in, community):
    client, register = signed_in(nadia), f"/communautes/{community.pk}/retombees/"

    page = submit(client, halte.get_absolute_url(), action=f"/retombees/{halte.pk}/retirer/", follow=True)
    assert "Halte mobile" not in client.get(register).content.decode()
    submit(client, page, action=f"/retombees/{halte.pk}/remettre/")

    assert "Halte mobile" in client.get(register).content.decode()


def test_what_was_removed_no_longer_exists_for_those_who_only_read(halte, sandrine, karim, signed_in):
    Outcome.objects.update(removed_at=timezone.now())

    assert signed_in(karim).get(halte.get_absolute_url()).status_code == 404
    assert signed_in(sandrine).get(halte.get_absolute_url()).status_code == 200


def test_what_is_not_shown_to_members_is_for_those_who_lead(community, sandrine, nadia, karim, client):
    hidden = make.an_outcome(community, "Entente en négociation", is_shared=False)

    for person, status in [(sandrine, 200), (nadia, 404), (karim, 404)]:
        client.force_login(person)
        assert client.get(hidden.get_absolute_url()).status_code == status
        shown = "Entente" in client.get(f"/communautes/{community.pk}/retombees/").content.decode()
        assert shown == (status == 200)


def test_the_register_is_narrowed_and_counted(community, sandrine, signed_in):
    make.an_outcome(community, "Projet déposé", stage="filed")
    make.an_outcome(community, "Groupe de pères", kind="initiative", is_expected=False)
    make.an_outcome(community, "Piste de local", advance="lead")
    client, register = signed_in(sandrine), f"/communautes/{community.pk}/retombees/"

    def titles(query):
        return {outcome.title for outcome in client.get(f"{register}?{query}").context["outcomes"]}

    assert titles("stage=filed") == {"Projet déposé"}
    assert titles("expected=no") == {"Groupe de pères"}
    assert titles("kind=initiative&stage=filed") == set()
    assert titles("kind=nonsense") == {"Projet déposé", "Groupe de pères", "Piste de local"}
    assert [(a["value"], a["n"]) for a in client.get(register).context["advances"]] == [("lead", 1)]


def test_leaders_take_it_away_as_a_table(community, sandrine, nadia, client, halte):
    Outcome.objects.update(amount=125_050)
    address = f"/communautes/{community.pk}/retombees.csv"
    client.force_login(sandrine)

    lines = client.get(address).content.decode("utf-8-sig").splitlines()

    assert "Halte mobile" in lines[1]
    assert ";1250,50;" in lines[1]
    client.force_login(nadia)
    assert client.get(address).status_code == 403


def test_it_leads_back_to_the_meeting_it_was_born_at(community, halte, sandrine, signed_in):
    held = make.a_meeting(community, timezone.now() - dt.timedelta(days=9), closed_at=timezone.now(), title="Les pères")
    Outcome.objects.update(meeting_on=held.local_start.date())

    page = signed_in(sandrine).get(halte.get_absolute_url())

    assert page.context["meeting"].address == held.get_absolute_url()


@pytest.mark.parametrize(("place", "maker"), [("retombees", "outcomes"), ("besoins", "needs"), ("bons-coups", "cards")])
def test_lists_cost_the_same_for_three_and_for_thirty(
    place, maker, community, nadia, signed_in, django_assert_num_queries
):
    client, address = signed_in(nadia), f"/communautes/{community.pk}/{place}/"
    fill(maker, community, 3)
    client.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(address)
    fill(maker, community, 27)

    with django_assert_num_queries(len(few)):
        client.get(address)


def fill(maker, community, number):
    for _ in range(number):
        if maker == "outcomes":
            make.an_outcome(community).organisations.add(make.a_member(community, organisation="Relais").organisation)
        elif maker == "needs":
            need = make.a_need(community, cost=100)
            make.a_party(need, make.a_member(community))
        else:
            make.a_practice_card(community)


# ------------------------------------------------------------ practice cards


def test_a_card_is_found_by_its_words(community, nadia, signed_in):
    make.a_practice_card(community, "Visite à deux", done="Une intervenante et une mère")
    make.a_practice_card(community, "Courriel trop long", kind="mistake", may_leave=True)
    client, cards = signed_in(nadia), f"/communautes/{community.pk}/bons-coups/"

    assert [c.title for c in client.get(f"{cards}?q=mère visite").context["cards"]] == ["Visite à deux"]
    assert [c.title for c in client.get(f"{cards}?kind=mistake").context["cards"]] == ["Courriel trop long"]
    assert [c.title for c in client.get(f"{cards}imprimer/?leaving=on").context["cards"]] == ["Courriel trop long"]


def test_a_contact_is_for_the_community_and_never_printed(community, nadia, client):
    card = make.a_practice_card(community, contact="Mireille, poste 12")
    evaluator = make.a_person("Solène")
    make.a_role(evaluator, "evaluator", community=community)

    client.force_login(nadia)
    assert "Mireille" in client.get(card.get_absolute_url()).content.decode()
    assert "Mireille" not in client.get(f"/communautes/{community.pk}/bons-coups/imprimer/").content.decode()
    client.force_login(evaluator)
    assert "Mireille" not in client.get(card.get_absolute_url()).content.decode()


def test_a_card_is_written_and_corrected(community, nadia, signed_in):
    client, address = signed_in(nadia), f"/communautes/{community.pk}/bons-coups/ajouter/"
    submit(client, address, {"title": "Visite à deux", "done": "On y va à deux"})
    card = PracticeCard.objects.get()
    editing = f"/bons-coups/{card.pk}/modifier/"

    submit(client, editing, {"result": "Moins de refus", "may_leave": True})

    card.refresh_from_db()
    assert (card.result, card.may_leave) == ("Moins de refus", True)


def test_labels_of_stages_read_in_french():
    with translation.override("fr-ca"):
        assert [str(stage.label) for stage in Outcome.Stage][:4] == ["Besoin", "Idée", "Déposé", "Financé"]
