"""What members expect on joining: gathered, read together from five on, summed up, and answered openly."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from communities.domain.recruitment import common_needs, recruiting
from communities.models import Expectation, RecordSheet
from meetings.domain.links import visitors
from outbox.domain.mail_types import cancel_reason
from outbox.models import Message
from tests import factories as make
from tests.forms import submit

HOPES = ["Des idées neuves", "Rompre l’isolement", "Un réseau", "Des outils", "Comparer nos approches"]


@pytest.fixture
def members(community, nadia):
    """Five who answered, Nadia among them, and one who came from a list and was asked nothing."""
    people = [nadia.memberships.get(), *(make.a_member(community, make.a_person(f"Membre{n}")) for n in range(4))]
    for membership, hope in zip(people, HOPES, strict=True):
        recruiting.expect(membership, hope, "")
    return people


@pytest.fixture
def silent(community):
    return make.a_member(community, make.a_person("Imelda", email="imelda@exemple.quebec"))


def page_of(client, community, name="expectations") -> str:
    return client.get(reverse(f"communities:{name}", args=[community.pk])).content.decode()


def test_they_are_read_without_names_once_five_have_answered(community, members, sandrine, signed_in):
    shown = page_of(signed_in(sandrine), community)
    for hope in HOPES:
        assert hope in shown
    assert "Nadia" not in shown.split("<main", 1)[1]

    Expectation.objects.filter(membership=members[-1]).delete()

    for name in ("expectations", "common_needs"):
        told = page_of(signed_in(sandrine), community, name)
        assert not [hope for hope in HOPES if hope in told], "four words without names still say whose they are"
    assert "Il manque 1 réponse" in page_of(signed_in(sandrine), community)


def test_one_question_answered_by_few_stays_hidden_beside_the_other(community, members, sandrine, signed_in):
    recruiting.expect(members[0], HOPES[0], "Mon réseau")

    shown = page_of(signed_in(sandrine), community)

    assert HOPES[0] in shown
    assert "Mon réseau" not in shown


def test_the_places_of_two_answers_do_not_say_that_they_are_of_one_person(community, members):
    for membership, hope in zip(members, HOPES, strict=True):
        recruiting.expect(membership, hope, f"{hope}, que j’apporte")

    drawn = [common_needs.expectations_of(community) for _ in range(20)]

    assert {frozenset(one.brings) for one in drawn} == {frozenset(f"{hope}, que j’apporte" for hope in HOPES)}
    aligned = [all(map(str.startswith, one.brings, one.expects)) for one in drawn]
    assert not all(aligned), "in one order of people, each answer stands beside the other of the same person"


def test_whoever_left_is_not_among_the_five(community, members, sandrine, signed_in):
    members[1].status = "alumni"
    members[1].save()

    assert HOPES[0] not in page_of(signed_in(sandrine), community)


def ask(client, community):
    address = reverse("communities:expectations", args=[community.pk])
    return submit(client, address, action=reverse("meetings:ask_expectations", args=[community.pk]))


def test_those_who_came_from_a_list_are_asked_once_and_answer_in_their_own_space(
    community, members, silent, sandrine, signed_in, client
):
    neighbour = make.a_community("Voisine", programme=community.programme)
    make.a_member(neighbour, make.a_person("Voisin", email="voisin@exemple.quebec"))

    ask(signed_in(sandrine), community)

    mail = Message.objects.get(kind="expectations-asked")
    assert mail.recipient == silent.user
    path = reverse("meetings:space_welcome", args=[visitors.visitor_token(silent.user), silent.pk])
    assert path in mail.text
    ask(signed_in(sandrine), community)
    assert Message.objects.filter(kind="expectations-asked").count() == 1
    assert cancel_reason(mail) is None

    submit(client, path, {"expects": "Apprendre", "brings": "Mes essais"})

    assert Expectation.objects.get(membership=silent).expects == "Apprendre"
    assert cancel_reason(mail), "whoever answered is left in peace"


def test_after_six_months_of_silence_one_is_asked_again(community, silent, sandrine, signed_in):
    ask(signed_in(sandrine), community)
    with time_machine.travel(timezone.now() + dt.timedelta(days=184), tick=False):
        ask(signed_in(sandrine), community)
    assert Message.objects.filter(kind="expectations-asked").count() == 2


def test_what_they_have_in_common_is_written_read_by_all_and_sent(
    community, members, silent, sandrine, nadia, signed_in, client
):
    community.excluded_expectations.create(wording="Un financement", reason="Voir le programme d’aide de la Ville.")
    make.an_objective(community, "Nous outiller")
    address = reverse("communities:common_needs", args=[community.pk])
    needs = "Nous sommes seules dans nos dossiers."

    submit(signed_in(sandrine), address, {"common_needs": needs}, action=address)

    assert RecordSheet.of(community).common_needs == needs
    assert needs in page_of(signed_in(nadia), community, "charter")
    space = reverse("meetings:space_welcome", args=[visitors.visitor_token(nadia), members[0].pk])
    welcome = client.get(space).content.decode()
    assert needs in welcome
    assert "Un financement" in welcome
    telling = reverse("communities:tell_common_needs", args=[community.pk])
    for _twice in range(2):
        submit(signed_in(sandrine), address, action=telling)
    mails = Message.objects.filter(kind="common-needs")
    assert {mail.recipient for mail in mails} == {membership.user for membership in (*members, silent)}
    for mail in mails:
        for words in (needs, "Un financement", "programme d’aide", "Nous outiller"):
            assert words in mail.text
            assert words in mail.html
        assert not [hope for hope in HOPES if hope in mail.text]


def test_nothing_is_sent_while_nothing_is_written(community, members, sandrine, signed_in):
    telling = reverse("communities:tell_common_needs", args=[community.pk])

    answer = signed_in(sandrine).post(telling, follow=True)

    assert "Écrivez d’abord" in answer.content.decode()
    assert not Message.objects.filter(kind="common-needs").exists()


def test_two_people_writing_it_see_both_texts(community, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("communities:common_needs", args=[community.pk])
    first, late = client.get(address), client.get(address)
    submit(client, first, {"common_needs": "Le premier texte"}, action=address)

    answer = submit(client, late, {"common_needs": "Le second"}, action=address)

    assert answer.status_code == 409
    assert "Le premier texte" in answer.content.decode()
    assert "Le second" in answer.content.decode()
