"""Pairs that look alike, found without comparing everybody with everybody."""

import pytest

from communities.domain.duplicates import duplicates
from communities.models import Kind, Organisation
from tests import factories as make
from tests.forms import form_on, submit


def alike(records) -> set:
    found = [*duplicates.alike(records), *duplicates.near(records)]
    return {tuple(sorted([one.pk, other.pk])) for one, other, _why in found}


def person(pk, name, email="", organisations=()):
    return duplicates.Record(pk, name, duplicates.words_of(name), email=email, organisations=set(organisations))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoé Çelik", "zoe celik"),
        ("Marie-Ève Roy", "Marie Eve Roy"),
        ("Roy Marie-Ève", "Marie-Ève Roy"),
        ("Nadia A.", "Nadia Amrani"),
        ("Nadia Amrani", "Nadia Amarni"),
        ("Alex Tremblay", "Alexandre Tremblay"),
    ],
)
def test_people_who_may_be_one(one, other):
    assert alike([person(1, one), person(2, other)])


@pytest.mark.parametrize(("one", "other"), [("Nadia Amrani", "Karim Lahlou"), ("Luc Roy", "Guy Roy")])
def test_people_who_are_two(one, other):
    assert not alike([person(1, one), person(2, other)])


def test_near_names_with_an_address_each_need_something_in_common():
    julie, julien = ("Julie Gagnon", "julie@a.quebec"), ("Julien Gagnon", "julien@b.quebec")

    assert not alike([person(1, *julie), person(2, *julien)])
    assert alike([person(1, *julie, [7]), person(2, *julien, [7])])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maison de la famille", "MAISON DE LA FAMILLE inc."),
        ("Concertation Montréal (CMTL)", "CMTL"),
        ("Table de quartier Ahuntsic", "Table de quartier d’Ahunstic"),
        ("Office de consultation publique de Montréal", "OCPM"),
    ],
)
def test_organisations_that_may_be_one(one, other):
    assert alike([duplicates.organisation_record(1, one), duplicates.organisation_record(2, other)])


@pytest.mark.parametrize(
    ("one", "other"),
    [("Maison de la famille de Verdun", "Maison de la famille de Lachine"), ("Centre 12", "Centre 13")],
)
def test_organisations_that_are_two(one, other):
    assert not alike([duplicates.organisation_record(1, one), duplicates.organisation_record(2, other)])


def test_three_thousand_of_one_name_are_not_compared_each_with_all():
    """4,498,500 pairs otherwise: the work grows as the list does, not as its square."""
    assert sum(1 for _pair in duplicates.beside(list(range(3000)))) <= 3000 * duplicates.NEIGHBOURS


def test_only_people_one_may_correct_are_compared(signed_in, sandrine, community):
    make.a_member(community, make.a_person("Zoé", "Çelik", email=None))
    make.a_member(make.a_community(), make.a_person("Zoe", "Celik", email=None))
    assert duplicates.pairs_of(sandrine, Kind.PERSON) == []

    make.a_member(community, make.a_person("ZOE", "celik", email=None))
    assert len(duplicates.pairs_of(sandrine, Kind.PERSON)) == 1


def test_not_the_same_is_remembered_and_may_be_proposed_again(signed_in, sandrine, community):
    one, other = (make.a_member(community, make.a_person("Zoé", "Çelik")).user for _n in range(2))
    client = signed_in(sandrine)
    page = client.get("/doublons/")
    (pair,) = page.context["pairs"]
    first, second = pair["first"], pair["second"]
    assert {first, second} == {one, other}
    parting = form_on(page, action=f"/doublons/personnes/{first.pk}/{second.pk}/distinguer/")

    parting.press(client)
    parting.press(client)
    page = client.get("/doublons/")
    assert page.context["pairs"] == []
    assert len(page.context["apart"]) == 1

    submit(client, page, button="again=1")
    assert len(client.get("/doublons/").context["pairs"]) == 1


def test_the_page_asks_as_much_for_three_pairs_as_for_thirty(
    signed_in, sandrine, community, django_assert_max_num_queries
):
    def add(count, start=0):
        for n in range(start, start + count):
            for name in (
                f"Coop Abc{chr(97 + n // 26)}{chr(97 + n % 26)}x",
                f"coop abc{chr(97 + n // 26)}{chr(97 + n % 26)}x inc.",
            ):
                make.a_member(community, organisation=name)

    client, counts = signed_in(sandrine), []
    for count, start in ((3, 0), (30, 3)):
        add(count, start)
        with django_assert_max_num_queries(60) as asked:
            assert client.get("/doublons/?sorte=organisations").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Organisation.objects.count() == 66
