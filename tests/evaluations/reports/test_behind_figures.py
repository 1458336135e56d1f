"""What is behind a figure: its definition, what it is counted from, and nothing of anybody's answers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from evaluations.domain.across import definitions
from evaluations.domain.indicators import INDICATORS
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey

YEAR = timezone.localdate().year - 1


def figure(client, community, code, year=YEAR):
    return client.get(reverse("evaluations:figure", args=[community.pk, code]), {"annee": year})


def test_attendance_leads_to_the_meetings_it_is_counted_from(community, sandrine, signed_in):
    some = members(community, 7)
    counted = held(community, 2, present=some, year=YEAR, title="Le logement")
    held(community, 4, present=some[:3], year=YEAR, kind="training", title="Une formation")
    held(community, 2, present=some[:3], year=YEAR - 1, title="L’an d’avant")

    page = figure(signed_in(sandrine), community, "P1")

    assert [one.turnout.meeting for one in page.context["behind"].meetings] == [counted.pk]
    assert f'href="{counted.get_absolute_url()}"' in page.text
    assert "L’an d’avant" not in page.text
    assert "Une formation" not in page.text
    assert str(INDICATORS["P1"].definition) in page.text


def test_people_are_named_without_how_often_they_came(community, sandrine, signed_in):
    often, once, absent = (make.a_member(community, make.a_person(name, "Roy")) for name in ("Odile", "Ugo", "Absente"))
    held(community, 2, present=[often, once], absent=[absent], year=YEAR)
    held(community, 4, present=[often], absent=[once, absent], year=YEAR)

    behind = figure(signed_in(sandrine), community, "P2").context["behind"]

    assert [membership.user.first_name for membership in behind.people] == ["Odile", "Ugo"]
    assert figure(signed_in(sandrine), community, "P1").context["behind"].people == []


def test_an_external_evaluation_reads_the_figure_and_no_name(community, signed_in):
    evaluator = make.a_person("Eva")
    make.a_role(evaluator, Role.EVALUATOR, community=community)
    held(community, 2, present=members(community, 7, organisation="Table de quartier"), year=YEAR)

    for code in ("P2", "P3", "P4", "P8"):
        page = figure(signed_in(evaluator), community, code)
        assert page.status_code == 200
        assert (page.context["behind"].people, page.context["behind"].organisations) == ([], [])
        assert "Table de quartier" not in page.text


def test_organisations_are_those_of_that_year(community, sandrine, signed_in):
    held(community, 2, present=[make.a_member(community, organisation="Table de quartier")], year=YEAR)
    held(community, 2, present=[make.a_member(community, organisation="Maison des jeunes")], year=YEAR - 1)

    page = figure(signed_in(sandrine), community, "P8")

    assert [one.name for one in page.context["behind"].organisations] == ["Table de quartier"]
    assert "Maison des jeunes" not in page.text


@pytest.mark.parametrize("code", ["R1", "P11", "P11s"])
def test_a_figure_of_answers_leads_to_releases_only(code, community, sandrine, signed_in):
    some = members(community, 8)
    told = survey(held(community, 2, present=some, year=YEAR), [4] * 6)
    few = survey(held(community, 3, present=some[:3], year=YEAR), [1] * 3)

    page = figure(signed_in(sandrine), community, code)

    behind = page.context["behind"]
    assert behind.releases == [told]
    assert (behind.meetings, behind.people, behind.organisations) == ([], [], [])
    assert f'href="{told.get_absolute_url()}"' in page.text
    assert f'href="{few.get_absolute_url()}"' not in page.text


def test_what_is_no_figure_or_says_nothing_here_is_not_there(community, sandrine, signed_in):
    community.representation = "individual"
    community.save()
    client = signed_in(sandrine)

    assert figure(client, community, "P8").status_code == 404, "individuals stand for no organisation"
    assert figure(client, community, "P99").status_code == 404
    assert figure(client, community, "P1").status_code == 200


def test_every_figure_has_its_definition_under_its_own_anchor(nadia, community, signed_in):
    page = signed_in(nadia).get(reverse("evaluations:definitions")).text

    told = [one.code for _title, some in definitions.all_of_them() for one in some]
    assert sorted(told) == sorted([*INDICATORS, "R1"])
    assert all(page.count(f'id="{code}"') == 1 for code in told)


def test_the_years_of_vitality_lead_to_what_each_figure_is_counted_from(community, sandrine, signed_in):
    held(community, 2, present=members(community, 7), year=YEAR)

    page = signed_in(sandrine).get(reverse("evaluations:vitality", args=[community.pk])).text

    own = reverse("evaluations:figure", args=[community.pk, "P1"])
    assert f'href="{own}?annee={YEAR}"' in page
    assert f'href="{own}?annee={YEAR - 1}"' not in page, "nothing was held then"
    assert f'href="{own}?annee={YEAR + 1}"' not in page, "nothing is known yet"
