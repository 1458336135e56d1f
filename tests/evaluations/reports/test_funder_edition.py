"""The edition for a funder: whose communities, which years, which indicators; frozen where a report is published."""

import datetime as dt

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.domain.testimonials import testimonials
from communities.models import Organisation, Partner
from evaluations.domain.across.funder import FunderEdition
from evaluations.domain.reports import publishing
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.evaluations.reports.test_pdf import failures, flat, flat_text_of
from tests.evaluations.reports.test_report import words
from tests.forms import submit

YEAR = timezone.localdate().year - 1
URL = reverse("evaluations:funder_edition")
PDF = reverse("evaluations:funder_edition_pdf")
QUOTE = "Nos perruches s’entraident."


def edition(user, **asked):
    query = QueryDict(mutable=True)
    for name, value in ({"de": YEAR, "a": YEAR} | asked).items():
        query.setlist(name, value if isinstance(value, list) else [str(value)])
    return FunderEdition(user, query)


def sums(told):
    return dict(told.sums)


@pytest.fixture
def two(community, programme, sandrine):
    """Two communities of one programme that share a person; the first is published with an outcome."""
    sister = make.a_community("Sœur", programme=programme)
    some = members(community, 6)
    make.a_member(sister, some[0].user)
    theirs = [sister.memberships.get(user=some[0].user), *members(sister, 4)]
    for month in (2, 9):
        survey(held(community, month, present=some, year=YEAR), [4] * 6)
        held(sister, month, present=theirs, year=YEAR)
    make.an_outcome(
        community, kind="project", title="Un guide", happened_on=dt.date(YEAR, 6, 1), amount=500000, stage="funded"
    )
    publishing.publish(community, YEAR, by=sandrine)
    return community, sister


def test_what_adds_up_is_added_and_each_person_counted_once(two, philippe):
    told = edition(philippe)

    assert sums(told)["Communautés"] == ["2"]
    assert sums(told)["Rencontres tenues"] == ["4"]
    assert sums(told)["Personnes rejointes"] == ["10"]
    assert [chart.code for chart in told.charts][:2] == ["P1", "P2"]
    assert told.unpublished == [(str(YEAR), ["Sœur"])]
    assert told.funds.replace("\xa0", " ").replace("\u202f", " ") == "5 000 $"


def test_a_published_year_is_frozen_and_its_neighbour_is_not(two, philippe):
    for community in two:
        community.meetings.update(guests=3)

    chart = next(chart for chart in edition(philippe).charts if chart.code == "P1")

    shown = {one.community.name: one.figures[-1].shown for _profile, some in chart.groups for one in some}
    assert shown == {two[0].name: "6,0", "Sœur": "8,0"}


def test_only_chosen_indicators_are_told(two, philippe):
    told = edition(philippe, indicateur=["P4", "P10", "nothing"])

    assert [chart.code for chart in told.charts] == ["P4", "P10"]
    assert [one.code for one in told.definitions] == ["P4", "P10"]
    assert "Organisations rejointes" not in sums(told)


def test_a_funder_that_pays_nobody_that_year_tells_of_nobody(two, philippe):
    """Never of everybody."""
    funder = Organisation.named("Fondation du Belvédère")
    dates = {"starts_on": dt.date(YEAR, 1, 1), "ends_on": dt.date(YEAR, 12, 31)}
    Partner.objects.create(community=two[0], organisation=funder, role="funder", **dates)

    assert [c.name for c in edition(philippe, bailleur=funder.pk).communities] == [two[0].name]
    assert edition(philippe, bailleur=funder.pk, de=YEAR - 1, a=YEAR - 1).communities == []
    over_two = edition(philippe, bailleur=funder.pk, de=YEAR - 1)
    assert sums(over_two)["Communautés"] == ["0", "1"]
    assert over_two.about == ["Bailleur de fonds : Fondation du Belvédère"]


def test_five_years_at_most_and_in_order(two, philippe):
    assert edition(philippe, de=YEAR, a=YEAR - 2).years == [str(YEAR - 2), str(YEAR - 1), str(YEAR)]
    assert len(edition(philippe, de=2001).years) == 5
    assert edition(philippe, de="abc", a="9999").last <= timezone.localdate().year


def test_a_testimonial_that_is_withdrawn_leaves_the_edition(two, nadia, sandrine, philippe):
    said = make.a_testimonial(nadia.memberships.get(), QUOTE, uses=["accountability"], read_on=timezone.localdate())
    edit = publishing.draft(two[0], YEAR).edit_version
    publishing.write_report(two[0], YEAR, 2, edit, words(correction="Un mot.", quoted=[said.pk]), {})
    publishing.publish(two[0], YEAR, by=sandrine)
    assert [voice.quote.text for voice in edition(philippe).voices] == [QUOTE]

    testimonials.withdraw_testimonial(said)

    assert edition(philippe).voices == []


@pytest.mark.parametrize(("person", "status"), [("philippe", 200), ("sandrine", 403), ("nadia", 403), ("sam", 403)])
def test_the_coordination_alone_makes_one(person, status, request, two, signed_in):
    client = signed_in(request.getfixturevalue(person))

    assert client.get(URL).status_code == status
    assert client.get(PDF).status_code == status


def test_a_coordinator_of_another_programme_reads_nothing_of_it(two, signed_in):
    stranger = make.a_person()
    make.a_role(stranger, "coordinator", programme=make.a_programme())

    assert "Sœur" not in signed_in(stranger).get(URL, {"de": YEAR, "a": YEAR}).content.decode()


def test_it_is_chosen_on_the_page_and_taken_as_a_tagged_pdf(two, philippe, signed_in):
    client = signed_in(philippe)
    shown = submit(client, f"{URL}?de={YEAR}&a={YEAR}", {"mot": "Une année de liens."})

    page = flat(shown.content.decode())
    assert "Une année de liens." in page
    assert f"Le bilan {YEAR} n’est pas encore publié" in page
    drawn = client.get(PDF, {"de": YEAR, "a": YEAR, "mot": "Une année de liens."}).content
    assert failures(drawn) == []
    assert "Une année de liens." in flat_text_of(drawn)
    assert "Sœur" in flat_text_of(drawn)


def test_ten_communities_cost_the_queries_of_two(two, programme, philippe, client):
    def cost():
        client.force_login(philippe)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL, {"de": YEAR, "a": YEAR}).status_code == 200
        return len(queries)

    few = cost()
    for _ in range(8):
        held(make.a_community(programme=programme), 2, present=[], year=YEAR)

    assert cost() == few
