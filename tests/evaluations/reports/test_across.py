"""All communities side by side: who reads what, what it costs, and a table that no spreadsheet runs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, Role, profiles
from evaluations.domain.across.comparing import Across
from evaluations.domain.reports import publishing
from evaluations.models import AnnualReport
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey

YEAR = timezone.localdate().year - 1
URL = reverse("evaluations:across")


def page(client, year=YEAR):
    return client.get(URL, {"annee": year})


def test_a_coordinator_reads_the_communities_of_their_programme(community, philippe, signed_in):
    sister = make.a_community("Sœur", programme=community.programme)
    make.a_community("Ailleurs", programme=make.a_programme())

    answer = page(signed_in(philippe))

    assert {line.community for line in answer.context["page"].lines} == {community, sister}
    assert "Ailleurs" not in answer.content.decode()


def test_a_facilitator_reads_their_own_only(community, sandrine, signed_in):
    make.a_community("Sœur", programme=community.programme)

    assert [line.community for line in page(signed_in(sandrine)).context["page"].lines] == [community]


def test_a_member_reads_published_reports_and_no_figures(community, sandrine, nadia, signed_in):
    held(community, 2, present=members(community, 7), year=YEAR)
    empty = page(signed_in(nadia))
    publishing.publish(community, YEAR, by=sandrine)

    answer = page(signed_in(nadia))

    assert (empty.status_code, empty.context["page"].reports) == (200, [])
    assert answer.context["page"].lines == []
    assert [r.community for r in answer.context["page"].reports] == [community]
    assert signed_in(nadia).get(reverse("evaluations:export_across"), {"annee": YEAR}).content.count(b"\n") == 1


@pytest.mark.parametrize("role", [Role.EXTERNAL, Role.NOTE_TAKER])
def test_a_published_report_leads_only_whoever_may_read_it(role, community, sandrine, sam, signed_in):
    make.a_role(sam, role, community=community)
    held(community, 2, present=members(community, 7), year=YEAR)
    publishing.publish(community, YEAR, by=sandrine)
    report = reverse("evaluations:report", args=[community.pk, YEAR])

    assert f'href="{report}"' in page(signed_in(sandrine)).content.decode()
    assert signed_in(sam).get(report).status_code == 403
    assert f'href="{report}"' not in page(signed_in(sam)).content.decode()


@pytest.mark.parametrize("person", ["sam", "ada", "karim"])
def test_others_find_an_empty_page(person, request, community, signed_in):
    found = page(signed_in(request.getfixturevalue(person)))

    assert found.status_code == 200
    assert found.context["page"].lines == []


def test_the_state_of_each_report_is_said(community, philippe, sandrine, signed_in):
    def state():
        (line,) = page(signed_in(philippe)).context["page"].lines
        return line.state[0], line.published is not None, line.is_begun

    assert state() == ("", False, False)
    AnnualReport.objects.create(community=community, year=YEAR)
    assert state() == ("warn", False, True)
    publishing.publish(community, YEAR, by=sandrine)
    assert state() == ("ok", True, False)


def test_communities_stand_by_profile_and_by_name(programme, philippe, signed_in):
    for name, profile in [("Zénith", "open"), ("Vingt", "cohort"), ("Atelier", "open"), ("Trente", "individuals")]:
        make.a_community(name, profile=profiles.Profile(profile), programme=programme)

    groups = page(signed_in(philippe)).context["page"].groups

    assert [[line.community.name for line in some] for _profile, some in groups] == [
        ["Atelier", "Zénith"],
        ["Trente"],
        ["Vingt"],
    ]


def test_what_is_not_known_is_not_zero(community, philippe, signed_in):
    """No figure at all for a community that has not met."""
    from django.utils import translation

    philippe.language = "en"
    philippe.save()
    with translation.override("en"):
        answer = page(signed_in(philippe)).content.decode()

    assert answer.count("insufficient data") >= 3
    assert "0%" not in answer


def test_ten_people_of_fifty_are_never_red(community, philippe, signed_in):
    some = members(community, 50)
    for month, n in [(1, 12), (2, 8), (4, 20), (5, 10), (9, 15), (10, 11), (11, 8)]:
        held(community, month, present=some[:n], absent=some[n:], year=YEAR)

    answer = page(signed_in(philippe)).content.decode()

    assert "bad" not in answer
    assert "#ab3a25" not in answer


@pytest.mark.parametrize("asked", ["", "abc", "0", "1999", "9999", "20255"])
def test_a_year_that_cannot_be_is_this_one(asked, community, philippe, signed_in):
    answer = signed_in(philippe).get(URL, {"annee": asked})

    assert answer.context["page"].year == timezone.localdate().year


def test_thirty_communities_cost_the_queries_of_three(programme, philippe, client):
    def another():
        community = make.a_community(programme=programme)
        make.a_role(make.a_person(), Role.FACILITATOR, community=community)
        for month in (2, 5):
            survey(held(community, month, present=members(community, 3), year=YEAR), [4] * 6)
        AnnualReport.objects.create(community=community, year=YEAR, published_at=timezone.now())

    def cost():
        client.force_login(philippe)
        with CaptureQueriesContext(connection) as queries:
            assert page(client).status_code == 200
        return len(queries)

    for _ in range(3):
        another()
    few = cost()
    for _ in range(12):
        another()

    assert cost() == few
    assert few <= 15


def test_the_export_runs_nothing_and_shows_the_page(programme, philippe, signed_in):
    hostile = make.a_community('=HYPERLINK("http://x")', programme=programme)
    some = members(hostile, 8)
    held(hostile, 2, present=some[:6], absent=some[6:], year=YEAR)

    answer = signed_in(philippe).get(reverse("evaluations:export_across"), {"annee": YEAR})

    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK" in text
    row = text.splitlines()[1]
    assert text.splitlines()[0].split(";")[8:16] == [
        "Présences par rencontre",
        "Portée annuelle (%)",
        "Taux de présence (%)",
        "Noyau (%)",
        "Recoupement d’une rencontre à l’autre (%)",
        "Organisations rejointes",
        "Heures contribuées",
        "Taux de réponse en séance (%)",
    ]
    assert ";75,0;75,0;" in row
    assert row.split(";")[8] == "6,0"


def test_archived_communities_are_left_out(community, philippe):
    Community.objects.update(status=Community.Status.ARCHIVED)

    assert Across(philippe, YEAR).lines == []


def test_the_years_begin_with_the_first_community(community, philippe):
    Community.objects.update(started_on=dt.date(timezone.localdate().year - 1, 3, 1))

    assert Across(philippe, YEAR).years == [str(YEAR + 1), str(YEAR)]
