"""The record of a community and the page of its programme."""

import os
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities import migrations
from communities.models import Community, Organisation, Programme, RecordSheet, Role
from tests import factories as make
from tests.forms import submit


@pytest.fixture
def address(community):
    return reverse("communities:record", args=[community.pk])


def test_the_record_is_kept_and_shown(signed_in, sandrine, community, address):
    client = signed_in(sandrine)

    submit(
        client,
        address,
        {
            "sector": "Petite enfance",
            "is_social": True,
            "reach": ["regions", "montreal"],
            "regions": ["05", "16"],
            "is_rural": True,
            "territory": "Sherbrooke",
            "anchor": "Concertation Montréal",
            "competition_zones": "Les demandes de subvention",
        },
    )

    community.refresh_from_db()
    sheet = RecordSheet.of(community)
    assert sheet.issues == ["social"]
    assert {"Estrie", "Montérégie", "Sherbrooke"} <= set(sheet.reaches)
    overview = client.get(community.get_absolute_url()).content.decode()
    for word in ("Petite enfance", "Concertation Montréal", "Sherbrooke", "Les demandes de subvention"):
        assert word in overview


def test_members_do_not_read_what_is_not_shared(signed_in, nadia, community):
    RecordSheet.write(community, competition_zones="Les demandes de subvention")
    make.a_resource_person(community, "Élise", contact="514 555-0101")

    overview = signed_in(nadia).get(community.get_absolute_url()).content.decode()

    assert "Élise" in overview
    assert "514 555-0101" not in overview
    assert "Les demandes de subvention" not in overview


def test_those_who_lead_are_reminded_of_it_on_the_console(signed_in, sandrine, meeting):
    RecordSheet.write(meeting.community, competition_zones="Les demandes de subvention")

    assert "Les demandes de subvention" in signed_in(sandrine).get(f"/rencontres/{meeting.pk}/animer/").content.decode()


def test_an_organisation_known_by_another_spelling_is_not_made_twice(signed_in, sandrine, community, address):
    known = Organisation.named("Maison de la famille")

    submit(signed_in(sandrine), address, {"anchor": "  maison de la FAMILLE"})

    community.refresh_from_db()
    assert RecordSheet.of(community).anchor == known


def test_a_record_changed_in_between_shows_both(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    opened = client.get(address)
    RecordSheet.write(community, reach=["borough"], is_rural=True)

    refused = submit(client, opened, {"reach": ["montreal"], "anchor": "Une nouvelle"})

    assert refused.status_code == 409
    assert {row["label"] for row in refused.context["conflict"]} >= {"Portée"}
    assert not Organisation.objects.filter(name="Une nouvelle").exists()


def test_a_programmes_objectives_stand_beside_those_of_its_communities(signed_in, nadia, community):
    Programme.objects.filter(pk=community.programme_id).update(objectives="Rejoindre plus de familles\n\nDurer")
    make.an_objective(community, "Se connaître")
    make.an_objective(make.a_community("Sœur", programme=community.programme), "Rien pour elle")

    page = signed_in(nadia).get(community.programme.get_absolute_url())

    assert page.context["objectives"] == ["Rejoindre plus de familles", "Durer"]
    assert "Se connaître" in page.content.decode()
    assert "Rien pour elle" not in page.content.decode(), "a community one is not in"


def test_the_coordination_edits_its_programme(signed_in, philippe, community):
    address = reverse("communities:edit_programme", args=[community.programme_id])

    submit(signed_in(philippe), address, {"objectives": "Durer", "ends_on": "2028-03-31"})

    community.programme.refresh_from_db()
    assert (community.programme.objectives, community.programme.ends_on.year) == ("Durer", 2028)


def test_the_page_of_a_programme_asks_as_much_for_three_communities_as_for_thirty(signed_in, philippe, programme):
    client, counts = signed_in(philippe), []
    client.get(programme.get_absolute_url())
    for n in range(30):
        make.an_objective(make.a_community(programme=programme))
        if n in (2, 29):
            with CaptureQueriesContext(connection) as asked:
                client.get(programme.get_absolute_url())
            counts.append(len(asked))

    assert counts[0] == counts[1]


def test_what_was_chosen_of_the_model_is_kept_by_the_migration_and_comes_back(community, programme):
    """« communities » may be renumbered: the module is found by what it does."""
    (name,) = [m for m in os.listdir(os.path.dirname(migrations.__file__)) if m.endswith("models_of_concertation.py")]
    moved = import_module(f"communities.migrations.{name.removesuffix('.py')}")
    short, long, cohort, plain = community, *(make.a_community(programme=programme) for _ in range(3))
    RecordSheet.write(short, concertation_model="other", concertation_note="Chantier")
    RecordSheet.write(
        long, concertation_model="other", concertation_note="Une table qui réunit " + "tout le monde " * 5
    )
    RecordSheet.write(cohort, concertation_model="cohort")
    RecordSheet.write(plain, concertation_note="Depuis 2019")
    before = RecordSheet.objects.get(pk=long.pk).concertation_note

    def told(one):
        sheet = RecordSheet.objects.get(pk=one.pk)
        return sheet.concertation_model, sheet.concertation_name, sheet.concertation_note

    moved.name_from_note(apps, None)
    assert [told(one) for one in (short, long, plain)] == [
        ("other", "Chantier", ""), ("other", "", before), ("community", "", "Depuis 2019")
    ]  # fmt: skip

    moved.note_from_name(apps, None)
    assert [told(one)[::2] for one in (short, long, cohort, plain)] == [
        ("other", "Chantier"), ("other", before), ("hybrid", ""), ("community", "Depuis 2019")
    ]  # fmt: skip


def test_a_model_is_written_by_its_name_with_those_known_here_as_proposals(community, sandrine, signed_in, programme):
    RecordSheet.write(
        make.a_community(programme=make.a_programme("Ailleurs")), concertation_model="other", concertation_name="Secret"
    )
    neighbour = make.a_community(programme=programme)
    make.a_role(sandrine, Role.FACILITATOR, community=neighbour)
    RecordSheet.write(neighbour, concertation_model="other", concertation_name="Chantier")
    client, address = signed_in(sandrine), reverse("communities:record", args=[community.pk])
    page = client.get(address)

    assert '<option value="Chantier">' in page.text
    assert "Secret" not in page.text
    submit(client, page, {"concertation_model": "other", "concertation_name": "Chantier"})
    assert RecordSheet.of(Community.objects.get(pk=community.pk)).model_of_concertation == "Chantier"
