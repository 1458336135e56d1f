"""Roles: given by those who may, never to oneself, and never down to nobody."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from communities import appointing
from communities.models import Grant, Role
from tests import factories as make


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/roles/"


def someone(role, email="rosalie@exemple.quebec", **fields):
    return {"role": role, "email": email, "first_name": "Rosalie", "last_name": "Roy", **fields}


@pytest.mark.parametrize("role", ["facilitator", "external", "note_taker"])
def test_a_facilitator_appoints_someone_new(signed_in, sandrine, community, address, role):
    until = timezone.localdate() + dt.timedelta(days=90)

    response = signed_in(sandrine).post(address, someone(role, ends_on=until.isoformat()))

    grant = Grant.objects.get(user__email="rosalie@exemple.quebec")
    assert response.status_code == 302
    assert (grant.role, grant.community, grant.ends_on, grant.granted_by) == (role, community, until, sandrine)


def test_a_known_address_is_the_person_whose_name_stays(signed_in, sandrine, nadia, address):
    signed_in(sandrine).post(address, someone("note_taker", email=" NADIA@exemple.quebec "))

    assert nadia.grants.get().role == Role.NOTE_TAKER
    assert User.objects.get(email="nadia@exemple.quebec").first_name == "Nadia"


def test_nobody_gives_a_role_to_themselves(client, sandrine, philippe, address):
    for person in (sandrine, philippe):
        client.force_login(person)
        before = person.grants.count()

        response = client.post(address, someone("external", email=person.email))

        assert response.status_code == 422
        assert person.grants.count() == before


@pytest.mark.parametrize("role", ["coordinator", "evaluator", "administrator", ""])
def test_a_facilitator_hands_out_no_more_than_the_roles_of_the_community(signed_in, sandrine, address, role):
    response = signed_in(sandrine).post(address, someone(role))

    assert response.status_code == 422
    assert not Grant.objects.filter(user__email="rosalie@exemple.quebec").exists()


def test_the_verb_itself_refuses_what_the_form_does_not_offer(sandrine, community):
    with pytest.raises(PermissionDenied):
        appointing.appoint(
            community,
            Role.COORDINATOR,
            email="r@exemple.quebec",
            first_name="R",
            last_name="",
            ends_on=None,
            by=sandrine,
        )
    assert not User.objects.filter(email="r@exemple.quebec").exists()


def test_the_coordination_is_shared_by_the_coordination(signed_in, philippe, programme, address):
    signed_in(philippe).post(address, someone("coordinator"))

    assert programme.grants.exclude(user=philippe).get().role == Role.COORDINATOR


@pytest.mark.parametrize("who", ["external", "karim", "nadia"])
def test_others_see_no_roles_page(client, community, karim, nadia, address, who):
    external = make.a_person("Eve")
    make.a_grant(external, Role.EXTERNAL, community=community)
    client.force_login({"external": external, "karim": karim, "nadia": nadia}[who])

    assert client.get(address).status_code == 403


def test_a_role_withdrawn_closes_at_once(client, sandrine, karim, community, address):
    client.force_login(sandrine)
    client.post(address, {"withdraw": karim.grants.get().pk})

    client.force_login(karim)
    assert client.get(community.get_absolute_url()).status_code == 404


def test_the_last_person_who_leads_stays(signed_in, sandrine, community, address):
    signed_in(sandrine).post(address, {"withdraw": sandrine.grants.get().pk})

    assert sandrine.grants.exists()


def test_with_a_coordination_the_facilitator_may_leave(signed_in, sandrine, philippe, address):
    response = signed_in(sandrine).post(address, {"withdraw": sandrine.grants.get().pk})

    assert not sandrine.grants.exists()
    assert response["Location"] == "/communautes/"


def test_the_last_coordinator_stays(signed_in, philippe, sandrine, address):
    signed_in(philippe).post(address, {"withdraw": philippe.grants.get().pk})

    assert philippe.grants.exists()


def test_a_facilitator_does_not_withdraw_a_coordinator(signed_in, sandrine, philippe, address):
    make.a_grant(make.a_person(), Role.COORDINATOR, programme=philippe.grants.get().programme)

    response = signed_in(sandrine).post(address, {"withdraw": philippe.grants.get().pk})

    assert response.status_code == 403
    assert philippe.grants.exists()


def test_a_role_of_another_community_is_not_found_here(signed_in, sandrine, address):
    other = make.a_grant(make.a_person(), Role.NOTE_TAKER, community=make.a_community())

    assert signed_in(sandrine).post(address, {"withdraw": other.pk}).status_code == 404
    assert signed_in(sandrine).post(address, {"withdraw": "x"}).status_code == 404


def test_giving_the_same_role_again_changes_its_end_only(signed_in, sandrine, karim, community, address):
    signed_in(sandrine).post(address, someone("note_taker", email=karim.email, ends_on="2099-01-01"))

    assert karim.grants.get().ends_on == dt.date(2099, 1, 1)
