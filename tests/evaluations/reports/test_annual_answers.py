"""The annual evaluation in the annual report: from its release, frozen with the other figures."""

import datetime as dt
import html
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.domain.roles import role_assignment
from evaluations.domain.campaigns import agreeing, campaigns
from evaluations.domain.campaigns.links import ballot_path
from evaluations.domain.reports import publishing
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.surveys import collection
from evaluations.models import AnnualReport, Campaign, Release
from tests import factories as make
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.forms import submit
from tests.test_undoing import undoing_on

YEAR = timezone.localdate().year


def evaluated(community, by, people: int, **said) -> Campaign:
    """Closed, with the answers of all its members."""
    make.an_objective(community, "Rejoindre les pères isolés")
    members = [make.a_member(community) for _ in range(people)]
    campaigns.open_to_all(make.a_campaign(community), by)
    campaign = Campaign.objects.select_related("survey", "community").get(community=community)
    chosen = {code: value for code, value in CHOSEN.items() if code != "M3.2"}
    for member in members:
        assert submit(Client(), ballot_path(campaign, member), {**chosen, **said}).status_code == 302
    collection.close(campaign.survey)
    return campaign


def words(response) -> str:
    """What one reads, without the tags."""
    text = html.unescape(re.sub(r"<[^>]*>", "", response.content.decode()))
    return re.sub(r"\s+", " ", text)


def page_of(client, community) -> str:
    return words(client.get(reverse("evaluations:report", args=[community.pk, YEAR])))


def test_the_report_tells_what_members_say_and_how_far_along_each_objective_is(community, sandrine, signed_in):
    evaluated(community, sandrine, 8)
    neighbour = make.a_community("Voisine")
    evaluated(neighbour, sandrine, 6, M20="1")

    page = page_of(signed_in(sandrine), community)

    assert "8 réponses sur 8 membres" in page
    assert "Les membres : Bien avancé 100 % (n = 8)" in page
    assert "Je peux parler ici d’une difficulté sans crainte." in page
    told = CommunityYear.gather(community, YEAR)
    assert told.annual.n == 8
    assert CommunityYear.from_json(told.to_json()) == told


OF_FACILITATION = "laisse à chacune et chacun une place"
LEFT_OUT = "Ce que les membres disent de l’animation n’y est pas"


def read(campaign):
    Campaign.objects.filter(pk=campaign.pk).update(facilitation_read_at=timezone.now())


def agree(client, community, **fields):
    """In the page where the report is written."""
    return submit(client, reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=answers", fields)


def test_what_is_said_of_the_facilitation_waits_until_it_may_be_read(community, sandrine, signed_in):
    campaign = evaluated(community, sandrine, 8)
    agree(signed_in(sandrine), community, tell_facilitation=True)
    assert OF_FACILITATION not in page_of(signed_in(sandrine), community), "a report is for everybody"

    read(campaign)

    assert OF_FACILITATION in page_of(signed_in(sandrine), community)


def test_members_read_it_only_where_whoever_facilitates_agreed(community, sandrine, philippe, nadia, signed_in):
    campaign = evaluated(community, sandrine, 8)
    read(campaign)
    assert OF_FACILITATION not in page_of(signed_in(philippe), community)
    assert LEFT_OUT in page_of(signed_in(philippe), community)
    report = publishing.publish(community, YEAR, by=philippe)
    told = page_of(signed_in(nadia), community)
    assert "8 réponses sur 9 membres" in told
    assert OF_FACILITATION not in told
    assert LEFT_OUT not in told, "it is for those who write the report"
    assert LEFT_OUT in page_of(signed_in(philippe), community)
    assert "M5" not in str(report.figures["annual"])

    agree(signed_in(sandrine), community, tell_facilitation=True, correction="L’animation")
    assert OF_FACILITATION not in page_of(signed_in(nadia), community), "a published report stays as it was"
    publishing.publish(community, YEAR, by=philippe)

    assert OF_FACILITATION in page_of(signed_in(nadia), community)
    assert LEFT_OUT not in page_of(signed_in(philippe), community)


def test_each_of_two_who_facilitate_agrees_and_takes_it_back(community, sandrine, philippe, signed_in):
    odile = make.a_person("Odile")
    make.a_role(odile, "facilitator", community=community)
    read(evaluated(community, sandrine, 8))

    agree(signed_in(sandrine), community, tell_facilitation=True)
    assert OF_FACILITATION not in page_of(signed_in(philippe), community), "one of two"
    agree(signed_in(odile), community, tell_facilitation=True)
    assert OF_FACILITATION in page_of(signed_in(philippe), community)
    agree(signed_in(sandrine), community)
    assert OF_FACILITATION in page_of(signed_in(philippe), community), "the form as it is shown changes nothing"
    agree(signed_in(sandrine), community, tell_facilitation=False)

    assert OF_FACILITATION not in page_of(signed_in(philippe), community)


def test_nobody_agrees_in_the_place_of_another(community, sandrine, philippe, signed_in):
    """Neither the coordination nor somebody who took over since; whoever left is no longer asked."""
    campaign = evaluated(community, sandrine, 8)
    read(campaign)
    since = make.a_person("Odile")
    make.a_role(since, "facilitator", community=community, starts_on=timezone.localdate() + dt.timedelta(days=1))
    for person in (philippe, since):
        page = signed_in(person).get(
            reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=answers"
        )
        assert "tell_facilitation" not in page.content.decode()
    address = reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=answers"
    forged = {"version": 1, "edit_version": 0, "tell_facilitation": "on"}
    assert signed_in(philippe).post(address, forged).status_code == 302

    assert not campaign.tell_facilitation.exists()
    assert agreeing.facilitated(campaign) == {sandrine.pk}


def test_roles_moved_after_it_closed_let_nobody_agree_in_their_place(community, sandrine, philippe, signed_in):
    """The coordination gives the facilitator their role again, from today, and appoints a friend from long before."""
    campaign = evaluated(community, sandrine, 8)
    read(campaign)
    friend, today = make.a_person("Odile"), timezone.localdate()
    give = role_assignment.appoint_person
    address = reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=answers"
    forged = {"version": 1, "edit_version": 0, "tell_facilitation": "on"}
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        give(community, "facilitator", sandrine, by=philippe, starts_on=today + dt.timedelta(days=2))
        give(community, "facilitator", friend, by=philippe, starts_on=today - dt.timedelta(days=300))
        assert signed_in(friend).post(address, forged).status_code == 302
        kept = Campaign.objects.select_related("survey", "community").get(pk=campaign.pk)

        assert friend not in kept.tell_facilitation.all()
        assert not agreeing.have_agreed(kept)
        assert OF_FACILITATION not in page_of(signed_in(philippe), community)
        agree(signed_in(sandrine), community, tell_facilitation=True)
        assert agreeing.have_agreed(kept), "the control: she is still the one who agrees"


def test_the_tick_is_kept_on_the_annual_evaluation_not_on_that_of_former_members(community, sandrine, signed_in):
    annual = evaluated(community, sandrine, 8)
    later = make.a_campaign(community, kind="alumni", facilitated_by=[sandrine.pk])
    survey = collection.open_campaign(later, sandrine)
    collection.close(survey)
    Release.objects.create(survey=survey, figures=annual.survey.release.figures)
    Campaign.objects.filter(pk=later.pk).update(facilitated_by=[sandrine.pk])

    for this, other in ((annual, later), (later, annual)):  # whichever the database gives first
        Campaign.objects.filter(pk=other.pk).update(year=YEAR)
        Campaign.objects.filter(pk=this.pk).update(year=YEAR)
        assert agreeing.asked_to_agree(community, YEAR, sandrine) == annual
    agree(signed_in(sandrine), community, tell_facilitation=True)
    assert list(annual.tell_facilitation.all()) == [sandrine]
    assert not later.tell_facilitation.exists()


@pytest.mark.parametrize("before", [False, True])
def test_undoing_a_saved_report_takes_back_the_tick_saved_with_it(community, sandrine, signed_in, before):
    campaign = evaluated(community, sandrine, 8)
    other = make.a_person("Odile")
    campaign.tell_facilitation.add(other, *([sandrine] if before else []))
    client = signed_in(sandrine)
    saved = agree(client, community, tell_facilitation=not before)
    assert campaign.tell_facilitation.filter(pk=sandrine.pk).exists() is not before

    undoing_on(client.get(saved.url)).press(client)

    assert campaign.tell_facilitation.filter(pk=sandrine.pk).exists() is before
    assert other in campaign.tell_facilitation.all(), "the neighbour's own stays"
    assert not AnnualReport.objects.exists()


def test_a_group_that_nobody_facilitated_is_told_nothing_of_it(community, sandrine):
    community.role_assignments.filter(user=sandrine).delete()
    campaign = evaluated(community, sandrine, 8)
    read(campaign)

    assert agreeing.facilitated(campaign) == set()
    assert not agreeing.have_agreed(campaign)
    assert CommunityYear.gather(community, YEAR).annual.leaves_facilitation_out


def test_under_the_threshold_the_report_says_nothing_of_it(community, sandrine, signed_in):
    evaluated(community, sandrine, 4)

    assert "Ce que les membres disent de l’année" not in page_of(signed_in(sandrine), community)


def test_published_it_stays_as_it_was(community, sandrine, signed_in):
    evaluated(community, sandrine, 8)
    publishing.publish(community, YEAR, by=sandrine)

    Campaign.objects.all().delete()

    assert "8 réponses sur 8 membres" in page_of(signed_in(sandrine), community)


@pytest.mark.parametrize("missing", ["annual", "objectives"])
def test_a_report_published_before_it_existed_opens(community, sandrine, signed_in, missing):
    make.an_objective(community, "Rejoindre les pères isolés")
    publishing.publish(community, YEAR, by=sandrine)
    report = AnnualReport.objects.get()
    if missing == "annual":
        del report.figures["annual"]
    else:
        report.figures["objectives"] = [
            {k: v for k, v in one.items() if k != "members"} for one in report.figures["objectives"]
        ]
    report.save(update_fields=["figures"])

    assert "Rejoindre les pères isolés" in page_of(signed_in(sandrine), community)
