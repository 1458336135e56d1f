"""The directory of organisations: what one sees of it, and how an organisation is corrected."""

import pytest

from communities.models import Membership, Organisation
from tests import factories as make
from tests.forms import submit

ADDRESS = "/organisations/"


def names(page) -> list[str]:
    return [o.name for o in page.context["people"]]


def test_one_sees_the_organisations_of_the_directories_one_reads(signed_in, nadia, community):
    make.a_member(community, organisation="Maison de la famille")
    make.a_member(community, organisation="Partie depuis", status="alumni")
    make.a_member(make.a_community(), organisation="Ailleurs")

    assert names(signed_in(nadia).get(ADDRESS)) == ["Maison de la famille", "Table de quartier Ahuntsic"]


def test_those_who_lead_also_see_organisations_of_before(signed_in, sandrine, community):
    left = make.a_member(community, organisation="Partie depuis", status="alumni")
    left.correct_organisation(None)

    assert names(signed_in(sandrine).get(ADDRESS)) == ["Partie depuis"]


def test_what_one_does_not_see_does_not_exist(signed_in, nadia):
    hidden = make.a_member(make.a_community(), organisation="Ailleurs").organisation

    assert signed_in(nadia).get(hidden.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("words", ["ENVIRONNEMENT", "montreal-nord", "maison famille"])
def test_searching_ignores_case_and_accents(signed_in, sandrine, community, words):
    found = make.a_member(community, organisation="Maison de la famille").organisation
    found.sector, found.territory = "Environnement", "Montréal-Nord"
    found.save()
    make.a_member(community, organisation="Bibliothèque")

    assert names(signed_in(sandrine).get(ADDRESS, {"q": words})) == ["Maison de la famille"]


def test_members_do_not_see_who_came(signed_in, nadia, community):
    page = signed_in(nadia).get(nadia.memberships.get().organisation.get_absolute_url())

    assert [place["came"] for place in page.context["places"]] == [None]


@pytest.fixture
def count_queries(django_assert_max_num_queries):
    def count(client, address):
        with django_assert_max_num_queries(60) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    return count


def test_the_directory_asks_as_much_for_three_as_for_thirty(signed_in, sandrine, community, count_queries):
    client = signed_in(sandrine)
    for n in range(3):
        make.a_member(community, organisation=f"Organisme {n}")
    few = count_queries(client, ADDRESS)
    for n in range(30):
        make.a_member(community, organisation=f"Organisme {n + 3}")

    assert count_queries(client, ADDRESS) == few


def test_a_page_of_an_organisation_asks_as_much_for_three_as_for_thirty(signed_in, sandrine, community, count_queries):
    client = signed_in(sandrine)
    for _n in range(3):
        membership = make.a_member(community, organisation="Coop")
    address = membership.organisation.get_absolute_url()
    few = count_queries(client, address)
    for _n in range(30):
        make.a_member(community, organisation="Coop")

    assert count_queries(client, address) == few


def test_an_organisation_is_described(signed_in, sandrine, community):
    organisation = make.a_member(community, organisation="Coop").organisation
    described = {"name": "Coop du coin", "kind": "cooperative", "size": "small", "territory": "Verdun"}

    submit(signed_in(sandrine), f"{organisation.get_absolute_url()}modifier/", described)

    organisation.refresh_from_db()
    assert (organisation.name, organisation.sort_key, organisation.size) == ("Coop du coin", "coop du coin", "small")
    assert organisation.has_paid_staff is True


def test_nobody_paid_and_paid_staff_contradict_each_other(signed_in, sandrine, community):
    organisation = make.a_member(community, organisation="Coop").organisation
    described = {"size": "none", "has_paid_staff": "yes"}

    page = submit(signed_in(sandrine), f"{organisation.get_absolute_url()}modifier/", described)

    assert page.status_code == 422
    assert "size" in page.context["form"].errors


def test_two_people_describing_it_see_both(signed_in, sandrine, community):
    organisation = make.a_member(community, organisation="Coop").organisation
    client = signed_in(sandrine)
    opened = client.get(f"{organisation.get_absolute_url()}modifier/")
    Organisation.objects.filter(pk=organisation.pk).update(territory="Lachine")

    page = submit(client, opened, {"territory": "Verdun"})

    assert page.status_code == 409
    assert "Lachine" in page.content.decode()
    assert Membership.objects.count() == 1
