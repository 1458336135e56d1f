"""Links that lie in mailboxes, and the person who closes them: everything that was mailed to them stops, nothing of
anybody else does, and unsubscribing goes on."""

import datetime as dt

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from communities.domain.charter import rules_links
from communities.domain.duplicates import merging
from communities.domain.lifecycle import alumni_invitations
from communities.domain.members import introducing
from communities.domain.recruitment import recruiting
from communities.models import Introduction, Kind
from evaluations.domain.follow_ups import links as conversations
from evaluations.domain.reports import members_links
from evaluations.models import AnnualReport
from meetings.domain import feeds, polls
from meetings.domain.links import links, visitors
from outbox.domain.post import unsubscribe_token
from tests import factories as make
from tests.forms import submit


def _page_of_a_year(community, membership) -> str:
    AnnualReport.objects.get_or_create(community=community, year=2025, defaults={"published_at": timezone.now()})
    return members_links.year_path(membership, 2025)


def mailed_to(membership, community) -> dict[str, str]:
    """One address of each kind that a mail of theirs may hold."""
    meeting = make.a_meeting(community)
    alumna = make.a_member(
        make.a_community("Sœur"), membership.user, status="alumni", left_on=timezone.localdate() - dt.timedelta(days=2)
    )
    other = make.a_member(community)
    asked = Introduction.objects.create(community=community, one=membership, other=other, why="Voisines")
    invitation = make.a_join_invitation(make.a_member(make.a_community("Cousine"), membership.user, status="invited"))
    return {
        "meeting": reverse("meetings:phone", args=[links.guest_token(meeting, membership)]),
        "poll": reverse("meetings:vote_dates", args=[polls.voter_token(make.a_date_poll(community), membership)]),
        "rules": reverse("communities:rules_link", args=[rules_links.rules_token(membership)]),
        "introduction": reverse("communities:introduction", args=[introducing.introduction_token(asked, membership)]),
        "come back": reverse("communities:come_back", args=[alumni_invitations.alumni_token(alumna)]),
        "join": reverse("communities:join", args=[recruiting.join_token(invitation)]),
        "space": reverse("meetings:space", args=[visitors.visitor_token(membership.user)]),
        "conversation": conversations.conversation_path(membership),
        "our year": _page_of_a_year(community, membership),
        "calendar": feeds.renew(user=membership.user).get_absolute_url(),
    }


@pytest.fixture
def membership(nadia, community):
    make.a_rules_version(community)
    return nadia.memberships.get()


def opened(client, mailed: dict[str, str]) -> set[str]:
    return {name for name, address in mailed.items() if client.get(address).status_code == 200}


def in_her_space(client, nadia):
    home = reverse("meetings:space", args=[visitors.visitor_token(nadia)])
    submit(client, home, action=f"{home}fermer/")


def on_her_account(client, nadia):
    client.force_login(nadia)
    submit(client, reverse("accounts:settings"), action=reverse("accounts:close_links"))
    client.logout()


def signing_out_everywhere(client, nadia):
    client.force_login(nadia)
    submit(client, reverse("accounts:settings"), action=reverse("accounts:sign_out_everywhere"))


@pytest.mark.parametrize("close", [in_her_space, on_her_account, signing_out_everywhere])
def test_whoever_closes_their_links_closes_all_of_them_and_nobody_elses(client, community, membership, nadia, close):
    mine, theirs = mailed_to(membership, community), mailed_to(make.a_member(community), community)
    stop = reverse("outbox:unsubscribe", args=[unsubscribe_token(nadia, "", "reminders")])
    assert opened(client, mine) == opened(client, theirs) == set(mine)

    close(client, nadia)

    assert opened(client, mine) == set()
    assert opened(client, theirs) == set(theirs)
    assert client.get(stop).status_code == 200
    nadia.refresh_from_db()
    membership.user = nadia
    anew = mailed_anew(membership, community)
    assert opened(client, anew) == set(anew)


def mailed_anew(membership, community):
    meeting = make.a_meeting(community)
    return {
        "meeting": reverse("meetings:phone", args=[links.guest_token(meeting, membership)]),
        "space": reverse("meetings:space", args=[visitors.visitor_token(membership.user)]),
        "calendar": feeds.renew(user=membership.user).get_absolute_url(),
    }


def test_a_closed_link_says_so_and_how_to_get_another(client, meeting, membership, nadia):
    address = reverse("meetings:phone", args=[links.guest_token(meeting, membership)])
    nadia.close_links()

    page = client.get(address)

    assert page.status_code == 410
    assert "Vous avez fermé ce lien" in page.content.decode()
    assert reverse("meetings:space_door") in page.content.decode()


def test_the_account_stays_signed_in_when_only_links_are_closed(client, nadia):
    client.force_login(nadia)

    submit(client, reverse("accounts:settings"), action=reverse("accounts:close_links"))

    assert client.get(reverse("accounts:settings")).status_code == 200


def test_links_mailed_before_one_could_close_them_still_open(client, meeting, membership):
    """Two numbers, and nothing else, were signed then."""
    token = signing.Signer(salt="meeting-link", sep="~").sign(f"{meeting.pk}.{membership.pk}")

    assert client.get(reverse("meetings:phone", args=[token])).status_code == 200


def test_a_merge_does_not_open_again_what_was_closed(client, community, meeting, membership, nadia, sandrine):
    """The record that goes had closed its links; the one that stays had not."""
    double = make.a_member(make.a_community("Autre"), make.a_person("nadia", "amrani", email=None))
    make.a_role(sandrine, "facilitator", community=double.community)
    there = make.a_meeting(double.community)
    closed, before = links.guest_token(there, double), links.guest_token(meeting, membership)
    double.user.close_links()
    since = links.guest_token(there, double)

    merged = merging.merge(Kind.PERSON, nadia, double.user, taken=[], by=sandrine)

    assert links.guest_of_link(closed) is None
    assert links.guest_of_link(since).membership.user == nadia
    assert links.guest_of_link(before) is None  # closed with the others: asking for another is cheap
    merging.undo_merge(merged)
    assert links.guest_of_link(before).membership.user == nadia
    assert links.guest_of_link(closed) is None


def test_a_calendar_made_since_is_shown_and_an_earlier_one_is_not(client, community, nadia):
    feed = feeds.renew(user=nadia)
    nadia.close_links()
    client.force_login(nadia)
    page = reverse("meetings:subscribe", args=[community.pk])

    assert feed.secret not in client.get(page).content.decode()
    assert feeds.renew(user=nadia).secret in client.get(page).content.decode()
