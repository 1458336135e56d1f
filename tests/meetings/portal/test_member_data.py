"""Access and portability without an address: Ginette has none, and asks Sandrine, who leads; Nadia has hers."""

import io
import json
import zipfile

import pytest
from django.urls import reverse

from accounts.models import Action, AuditLine
from communities.models import Role
from meetings.domain.portal import my_data
from tests import factories as make


@pytest.fixture
def ginette(community):
    person = make.a_person("Ginette", "Roy", email=None)
    return make.a_member(community, person, organisation="Cuisine collective")


def asked(client, membership):
    return client.get(reverse("meetings:member_data", args=[membership.pk]))


def page_of(client, membership):
    return client.get(reverse("communities:membership", args=[membership.pk])).content.decode()


def test_those_who_lead_take_the_file_that_the_person_would(signed_in, sandrine, ginette):
    client = signed_in(sandrine)
    assert reverse("meetings:member_data", args=[ginette.pk]) in page_of(client, ginette)

    response = asked(client, ginette)

    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "no-store"
    kept, theirs = (zipfile.ZipFile(io.BytesIO(f)) for f in (response.content, my_data.archive(ginette.user)))
    assert kept.namelist() == [name for name in theirs.namelist() if name != "self_assessments.csv"]
    told, own = (json.loads(z.read("donnees.json")) for z in (kept, theirs))
    own.pop("self_assessments")  # for them alone
    assert {**told, "exported_at": ""} == {**own, "exported_at": ""}
    assert "Ginette" in str(told)
    assert [line.action for line in AuditLine.objects.filter(action=Action.OWN_DATA_GIVEN)] == [Action.OWN_DATA_GIVEN]


def test_whoever_has_an_address_has_a_space_of_their_own(signed_in, sandrine, nadia, ginette):
    client, membership = signed_in(sandrine), nadia.memberships.get()
    assert reverse("meetings:member_data", args=[membership.pk]) not in page_of(client, membership)

    response = client.get(reverse("meetings:member_data", args=[membership.pk]), follow=True)

    assert response["Content-Type"].startswith("text/html")
    assert "Cette personne a une adresse" in response.content.decode()


@pytest.mark.parametrize("why", ["another community", "a role"])
def test_nobody_takes_what_is_held_elsewhere(signed_in, sandrine, ginette, why, settings):
    """Her other community is another team's; its facilitator cannot take the whole file either."""
    other = make.a_community()
    if why == "a role":
        make.a_role(ginette.user, Role.NOTE_TAKER, community=other)
    else:
        make.a_member(other, ginette.user)

    response = signed_in(sandrine).get(reverse("meetings:member_data", args=[ginette.pk]), follow=True)

    assert response["Content-Type"].startswith("text/html")
    assert f"Écrivez à {settings.PRIVACY_OFFICER}" in response.content.decode()


def test_the_neighbours_do_not(signed_in, sandrine, karim, nadia, ginette):
    stranger = make.a_person()
    make.a_role(stranger, Role.FACILITATOR, community=make.a_community())

    assert asked(signed_in(stranger), ginette).status_code == 404
    assert asked(signed_in(nadia), ginette).status_code in (403, 404)
    assert asked(signed_in(karim), ginette).status_code == 403
