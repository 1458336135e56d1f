"""The annual evaluation in the annual report: from its release, frozen with the other figures."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.domain.campaigns import campaigns
from evaluations.domain.campaigns.links import ballot_path
from evaluations.domain.reports import publishing
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.surveys import collection
from evaluations.models import AnnualReport, Campaign
from tests import factories as make
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.forms import submit

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


def test_what_is_said_of_the_facilitation_waits_until_it_may_be_read(community, sandrine, signed_in):
    campaign = evaluated(community, sandrine, 8)
    said = "laisse à chacune et chacun une place"
    assert said not in page_of(signed_in(sandrine), community), "a report is for everybody"

    Campaign.objects.filter(pk=campaign.pk).update(facilitation_read_at=timezone.now())

    assert said in page_of(signed_in(sandrine), community)


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
