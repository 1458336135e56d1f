"""Sandrine puts Nadia and Théo in touch: each is asked apart, and an address is given only when both said yes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.domain.members import introducing
from communities.models import Introduction, Membership
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def one(nadia):
    membership = nadia.memberships.get()
    Membership.objects.filter(pk=membership.pk).update(region="Laval")
    membership.refresh_from_db()
    return membership


@pytest.fixture
def other(community):
    person = make.a_person("Théo", "Roy", email="theo@exemple.quebec")
    return make.a_member(community, person, organisation="Halte du coin", region="Laval")


@pytest.fixture
def asked(community, one, other, sandrine):
    return introducing.propose_introduction(community, one, other, "Vous cherchez la même chose", by=sandrine)


def mails(mail_type) -> dict[str, str]:
    return {m.recipient.email: m.text for m in Message.objects.of_type(mail_type).select_related("recipient")}


def page_of(asked, membership) -> str:
    return reverse("communities:introduction", args=[introducing.introduction_token(asked, membership)])


def say(client, asked, membership, answer):
    return submit(client, page_of(asked, membership), button=f"agrees={answer}")


def test_each_is_asked_apart_and_no_address_is_given(asked, one, other):
    sent = mails(introducing.ASKED)

    assert set(sent) == {"nadia@exemple.quebec", "theo@exemple.quebec"}
    assert "Théo Roy" in sent["nadia@exemple.quebec"]
    assert "theo@exemple.quebec" not in sent["nadia@exemple.quebec"]


def test_both_say_yes_on_their_phones_and_get_each_others_address(asked, one, other, client):
    say(client, asked, one, "yes")
    assert not mails(introducing.MET)
    assert "theo@exemple.quebec" not in client.get(page_of(asked, one)).text

    agreeing = form_on(client.get(page_of(asked, other)), button="agrees=yes")
    agreeing.press(client, "agrees=yes")
    agreeing.press(client, "agrees=yes")

    sent = mails(introducing.MET)
    assert "theo@exemple.quebec" in sent["nadia@exemple.quebec"]
    assert "nadia@exemple.quebec" in sent["theo@exemple.quebec"]
    assert "theo@exemple.quebec" in client.get(page_of(asked, one)).text


def test_opening_the_link_answers_nothing(asked, one, client):
    client.get(page_of(asked, one))

    asked.refresh_from_db()
    assert (asked.one_says, asked.other_says) == ("", "")


def test_one_no_puts_nobody_in_touch_and_may_change(asked, one, other, client):
    say(client, asked, one, "yes")
    say(client, asked, other, "no")
    asked.refresh_from_db()
    assert asked.met_at is None

    say(client, asked, other, "yes")
    asked.refresh_from_db()
    assert asked.met_at


def test_who_left_is_introduced_to_nobody(asked, one, other, client):
    other.become(Membership.Status.ALUMNI)

    assert client.get(page_of(asked, one)).status_code == 410


def test_a_pair_is_asked_once_whatever_the_order(asked, community, one, other, sandrine):
    with pytest.raises(ValidationError):
        introducing.propose_introduction(community, other, one, "Encore", by=sandrine)
    with pytest.raises(ValidationError):
        introducing.propose_introduction(community, one, one, "Soi-même", by=sandrine)
    assert Introduction.objects.count() == 1


def test_neighbours_of_two_organisations_are_suggested_until_they_are_introduced(community, one, other, sandrine):
    make.a_member(community, organisation="Loin", region="Gaspésie")
    (suggested,) = introducing.suggestions(community)
    assert {suggested.one, suggested.other} == {one, other}
    assert suggested.region == "Laval"

    introducing.propose_introduction(community, suggested.one, suggested.other, "Voisins", by=sandrine)

    assert introducing.suggestions(community) == []


def test_sandrine_asks_from_the_page(community, one, other, sandrine, signed_in):
    address = reverse("communities:introductions", args=[community.pk])
    client = signed_in(sandrine)

    refused = submit(client, address, {"one": one.pk, "other": one.pk, "why": "Seul"})
    submit(client, refused, {"other": other.pk, "why": "Vous cherchez la même chose"})

    assert refused.status_code == 422
    assert Introduction.objects.get().asked_by == sandrine


def test_the_page_costs_the_same_for_three_members_and_for_thirty(community, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("communities:introductions", args=[community.pk])

    def look(members: int) -> int:
        for n in range(members):
            make.a_member(community, organisation=f"Organisme {community.pk}-{members}-{n}", region="Laval")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    assert look(3) == look(30)
