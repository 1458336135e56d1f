"""One search: people, organisations, communities, topics and meetings, never what one may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.models import Membership
from meetings.domain.searching import search
from tests import factories as make


def labels(user, text, kind) -> list[str]:
    return next((([hit.label for hit in found.hits]) for found in search(user, text) if found.kind == kind), [])


@pytest.fixture
def elsewhere(db):
    """A community that nobody of the cast belongs to, full of the same words."""
    other = make.a_community("Rejoindre autrement", programme=make.a_programme("Rejoindre ailleurs"))
    make.a_member(other, make.a_person("Rejoindre", "Secret"), organisation="Maison Rejoindre")
    make.a_topic(other, "Rejoindre en secret")
    make.a_meeting(other, title="Rejoindre en secret")
    return other


def test_sandrine_finds_what_is_hers_without_accents_or_capitals(community, meeting, sandrine):
    make.a_member(community, make.a_person("Émilie", "Côté"), organisation="Maison de l’été")
    make.a_topic(community, "Élargir l’accueil l’été")

    assert labels(sandrine, "EMILIE cote", "people") == ["Émilie Côté"]
    assert labels(sandrine, "ete", "organisations") == ["Maison de l’été"]
    assert labels(sandrine, "elargir", "topics") == ["Élargir l’accueil l’été"]
    assert labels(sandrine, "peres isoles", "meetings") == ["Rejoindre les pères isolés"]
    assert labels(sandrine, "constel", "communities") == ["Constellation"]


def test_what_one_may_not_see_is_not_found(elsewhere, meeting, sandrine, nadia, sam, ada):
    for person in (sandrine, nadia):
        hits = [hit.label for found in search(person, "rejoindre") for hit in found.hits]
        assert hits == ["Rejoindre les pères isolés"]
    assert search(sam, "rejoindre") == []
    assert {found.kind for found in search(ada, "rejoindre")} <= {"communities", "people", "organisations"}


def test_a_member_is_not_found_by_an_address_they_keep_to_themselves(community, nadia, sandrine):
    make.a_member(community, make.a_person("Théo", "Roy", email="cache.ici@exemple.quebec"))

    assert labels(nadia, "cache.ici", "people") == []
    assert labels(sandrine, "cache.ici", "people") == ["Théo Roy"]


def test_members_do_not_find_the_pool(community, nadia, sandrine):
    make.a_member(community, make.a_person("Prospère", "Admissible"), status=Membership.Status.ELIGIBLE)

    assert labels(nadia, "prospere", "people") == []
    assert labels(sandrine, "prospere", "people") == ["Prospère Admissible"]


def test_it_costs_the_same_whatever_there_is_to_find(community, sandrine):
    def queries(n: int) -> int:
        for _n in range(n):
            make.a_member(community, make.a_person("Zoé"), organisation="Zoo")
            make.a_topic(community, "Zoo")
            make.a_meeting(community, title="Zoo")
        with CaptureQueriesContext(connection) as asked:
            del sandrine._roles
            search(sandrine, "zo")
        return len(asked)

    search(sandrine, "zo")
    assert queries(3) == queries(30)


def test_typing_answers_with_the_results_alone(meeting, sandrine, signed_in):
    client = signed_in(sandrine)
    page = client.get(reverse("meetings:search"), {"q": "pères"})
    part = client.get(reverse("meetings:search"), {"q": "pères"}, headers={"HX-Request": "true"})

    assert "<html" in page.text
    assert "<html" not in part.text
    assert meeting.title in part.text


@pytest.mark.parametrize("text", ["", "a", "%", "  ", "\0\0\0", "x" * 5000, "' OR 1=1 --", "\\"])
def test_odd_searches_find_nothing_and_break_nothing(meeting, sandrine, signed_in, text):
    answer = signed_in(sandrine).get(reverse("meetings:search"), {"q": text})

    assert answer.status_code == 200
    assert {found.kind for found in answer.context["found"]} <= {"actions", "pages"}


def addresses(user, text, kind) -> list[str]:
    return [hit.url for found in search(user, text) if found.kind == kind for hit in found.hits]


def test_what_one_may_do_is_found_in_the_communities_one_leads(community, sandrine, nadia, philippe):
    sister = make.a_community("Voisine", programme=community.programme)
    elsewhere = make.a_community("Ailleurs")
    plan = {c: reverse("meetings:plan", args=[c.pk]) for c in (community, sister, elsewhere)}

    assert addresses(sandrine, "planifier", "actions") == [plan[community]]
    assert set(addresses(philippe, "planifier", "actions")) == {plan[community], plan[sister]}
    assert addresses(philippe, "planifier voisine", "actions") == [plan[sister]]
    assert addresses(nadia, "planifier", "actions") == []


def test_every_action_found_opens_for_whoever_found_it(community, sandrine, philippe, client):
    for person in (sandrine, philippe):
        client.force_login(person)
        found = [*addresses(person, "", "actions"), *addresses(person, "", "pages")]
        assert len(found) > 6
        assert {client.get(address, follow=True).status_code for address in found} == {200}


def test_pages_are_found_by_their_names(nadia):
    assert addresses(nadia, "renc", "pages") == [reverse("meetings:list")]
    assert addresses(nadia, "vie privee", "pages") == []
    nadia.is_privacy_officer = True
    assert addresses(nadia, "vie privee", "pages") == [reverse("communities:privacy_desk")]
