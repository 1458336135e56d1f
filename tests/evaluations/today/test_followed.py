"""What a coordinator finds in the morning: the communities that need somebody, then the others."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from communities.models import Role
from evaluations.models import AnnualReport, Factor, FactorRating
from evaluations.web.today import Today
from evaluations.web.today.followed import FollowedCommunities
from tests import factories as make

DAY = dt.timedelta(days=1)


def held(community, days_ago, present):
    start = timezone.now() - days_ago * DAY
    meeting = make.a_meeting(community, start, started_at=start, closed_at=start + dt.timedelta(hours=1))
    for _ in range(present):
        make.an_attendance(meeting, make.a_member(community, status="alumni"))


@pytest.fixture
def calm(programme):
    """A neighbour of the same programme where nothing waits."""
    community = make.a_community("Calme", programme=programme)
    make.a_role(make.a_person("Lise", "Cormier"), Role.FACILITATOR, community=community)
    make.a_member(community)
    make.a_meeting(community, timezone.now() + 40 * DAY, title="Déjà prête", invited_at=timezone.now())
    return community


def names(followed) -> list[str]:
    return [one.community.name for one in followed]


def test_those_that_need_somebody_come_first_the_worst_before(programme, community, calm, meeting, nadia, philippe):
    falling = make.a_community("En baisse", programme=programme)
    make.a_member(falling)
    make.a_meeting(falling, timezone.now() + 40 * DAY, title="Plus tard", invited_at=timezone.now())
    for days_ago, present in ((500, 16), (440, 16), (380, 17), (320, 16), (260, 16), (90, 9), (60, 8), (46, 6)):
        held(falling, days_ago, present)

    followed = FollowedCommunities(Today(philippe))

    assert names(followed.needing) == ["En baisse", "Constellation"]
    assert names(followed.calm) == ["Calme"]
    assert [item.url for item in followed.needing[1].to_do] == [reverse("meetings:invite", args=[meeting.pk])]


def test_each_says_who_leads_its_next_date_its_factors_and_its_report(programme, calm, philippe, signed_in):
    other = make.a_community("Sans personne", programme=programme)
    make.a_member(other)
    FactorRating.objects.create(community=calm, factor=Factor.GROUP, level=1, rated_on=timezone.localdate() - 9 * DAY)
    FactorRating.objects.create(community=calm, factor=Factor.GROUP, level=3)
    FactorRating.objects.create(community=other, factor=Factor.GROUP, level=0)
    AnnualReport.objects.create(
        community=calm, year=timezone.localdate().year - 1, figures={}, published_at=timezone.now()
    )

    found = {one.community: one for one in FollowedCommunities(Today(philippe)).followed}

    assert found[calm].leads == ["Lise Cormier"]
    assert found[calm].next_meeting.title == "Déjà prête"
    assert [factor.level for factor in found[calm].factors] == [None, 3, None, None, None, None]
    assert found[calm].report == ("ok", "publié")
    assert (found[other].leads, found[other].next_meeting) == ([], None)
    assert [factor.level for factor in found[other].factors] == [None, 0, None, None, None, None]
    page = signed_in(philippe).get("/").text
    assert "personne à l’animation" in page
    assert page.count("btn-primary") <= 1


def test_the_communities_of_another_programme_are_not_there(calm, philippe):
    elsewhere = make.a_community("Ailleurs", programme=make.a_programme("Autre"))
    make.a_meeting(elsewhere)

    assert "Ailleurs" not in names(FollowedCommunities(Today(philippe)).followed)


def test_who_facilitates_keeps_their_own_page(calm, meeting, sandrine, signed_in):
    page = signed_in(sandrine).get("/").text

    assert "À soutenir maintenant" not in page
    assert "hero" in page


def test_who_has_no_role_is_told_what_to_do_and_whom_to_ask(sam, ada, signed_in, db):
    officer = make.a_person("Mireille", is_privacy_officer=True)

    stranger = signed_in(sam).get("/").text
    assert sam.email in stranger
    assert reverse("meetings:enter_code") in stranger
    assert reverse("communities:privacy_desk") in signed_in(officer).get("/").text
    administrator = signed_in(ada).get("/").text
    for name in ("communities:list", "communities:people", "communities:officers"):
        address = reverse(name)
        assert address in administrator
        assert signed_in(ada).get(address).status_code == 200
    assert reverse("communities:officers") not in stranger


def test_who_evaluates_from_outside_goes_to_what_they_evaluate(community, signed_in):
    evaluator, elsewhere = make.a_person("Ève"), make.a_community("Ailleurs")
    make.a_role(evaluator, Role.EVALUATOR, community=community)

    page = signed_in(evaluator).get("/").text

    assert community.get_absolute_url() in page
    assert elsewhere.get_absolute_url() not in page
    assert "Vous ne faites encore partie" not in page


@pytest.mark.browser
def test_the_coordinator_is_at_the_action_in_two_presses(open_as, community, calm, meeting, nadia, philippe):
    """The page is the first; the second is on what it names first."""
    page = open_as(philippe)
    page.goto("/")

    page.locator(".needing").get_by_role("link", name="Inviter à la rencontre").click()

    page.wait_for_url(f"**{reverse('meetings:invite', args=[meeting.pk])}")
    expect(page.get_by_role("button", name="Envoyer à 1 personne")).to_be_visible()
