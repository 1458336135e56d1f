"""The operating rules are presented at the launch, and at each meeting where it is so set."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Policies
from meetings.domain.agenda import rules_display
from meetings.domain.invitations import invitations
from meetings.domain.links import links
from meetings.models import AgendaItem
from outbox.models import Message
from tests import factories as make

RULE = "On laisse finir avant de répondre"


@pytest.fixture
def live(community, sandrine):
    """Its frame is open."""
    now = timezone.now()
    meeting = make.a_meeting(community, now - dt.timedelta(minutes=5), started_at=now)
    meeting.facilitators.add(sandrine)
    meeting.agenda.create(kind=AgendaItem.Kind.FRAME, title="But et règles", minutes=5, position=0, started_at=now)
    make.a_rule(community, RULE)
    make.an_objective(community, "Créer des liens entre régions")
    return meeting


@pytest.fixture
def held_before(community):
    start = timezone.now() - dt.timedelta(days=60)
    return make.a_meeting(community, start, started_at=start, closed_at=start + dt.timedelta(hours=1))


def test_the_first_meeting_presents_them(live):
    assert [rule.text for rule in rules_display.rules_at(live)] == [RULE]


@pytest.mark.parametrize("each_time", [True, False])
def test_the_next_ones_do_where_it_is_set(live, held_before, each_time):
    Policies.write(live.community, shows_rules_each_time=each_time)

    assert bool(rules_display.rules_at(live)) is each_time


@pytest.mark.parametrize("name", ["live", "screen"])
def test_the_console_and_the_screen_show_them_while_their_block_is_open(signed_in, sandrine, live, name):
    address = reverse(f"meetings:{name}", args=[live.pk])

    shown = signed_in(sandrine).get(address).content.decode()
    live.agenda.update(kind=AgendaItem.Kind.EXCHANGE)
    later = signed_in(sandrine).get(address).content.decode()

    for words in (RULE, "Créer des liens entre régions"):
        assert words in shown
        assert words not in later


def test_a_phone_reads_them_at_check_in(client, nadia, live):
    address = reverse("meetings:phone", args=[links.guest_token(live, nadia.memberships.get())])

    assert RULE in client.get(address).content.decode()
    live.agenda.update(kind=AgendaItem.Kind.EXCHANGE)
    assert RULE not in client.get(address).content.decode()


def test_the_invitation_tells_why_we_meet(meeting, nadia):
    for n in range(4):
        make.an_objective(meeting.community, f"Objectif numéro {n}", position=n)

    invitations.invite(meeting)

    mail = Message.objects.get(recipient=nadia)
    for part in (mail.text, mail.html):
        assert [f"Objectif numéro {n}" in part for n in range(4)] == [True, True, True, False]
