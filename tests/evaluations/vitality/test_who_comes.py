"""Who makes up a community, in pictures: counted as the measures count, without a name and without a rate."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.domain.reach import reach_of
from communities.models import Membership, Role
from communities.models.territories import REGIONS, region_of
from evaluations.domain import indicators
from evaluations.domain.who_comes import WhoComes
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members

YEAR = timezone.localdate().year - 1


def parts(community):
    return [part.n for part in WhoComes(community, YEAR).parts]


def test_core_and_occasional_members_are_those_of_the_measure(community):
    always, sometimes, never = members(community, 3), members(community, 4), members(community, 2)
    other = make.a_community("Voisine")
    held(other, 2, present=members(other, 9), year=YEAR)
    for month, there in ((2, always + sometimes), (4, always), (6, always), (9, always)):
        gone = [m for m in always + sometimes + never if m not in there]
        held(community, month, present=there, absent=gone, year=YEAR)

    core = indicators.of([community], YEAR)[community.pk].by_code["P4"]

    assert parts(community) == [3, 4, 2]
    assert (core.count, core.n) == (3, 9)


def test_whoever_could_come_once_only_is_not_placed(community):
    held(community, 2, present=members(community, 6), year=YEAR)

    assert parts(community) == [0, 0, 0]


def test_who_comes_back_is_drawn_meeting_by_meeting(community):
    some = members(community, 8)
    held(community, 2, present=some[:5], absent=some[5:], year=YEAR)
    held(community, 3, present=some, year=YEAR, kind="training")
    held(community, 4, present=some[3:], absent=some[:3], year=YEAR, guests=3)

    (column,) = WhoComes(community, YEAR).overlap.bars

    assert (column.full, column.hollow) == (2, 3), "a training is not a time before; a guest is nobody's second time"
    assert column.full_height < column.hollow_height


def test_arrivals_and_departures_stand_year_by_year(community):
    community.started_on = dt.date(YEAR - 1, 1, 1)
    community.save()
    make.a_member(community, joined_on=dt.date(YEAR - 1, 3, 1))
    make.a_member(
        community, joined_on=dt.date(YEAR - 1, 3, 1), left_on=dt.date(YEAR, 5, 1), status=Membership.Status.ALUMNI
    )
    make.a_member(community, joined_on=dt.date(YEAR, 2, 1))

    told = WhoComes(community, YEAR).comings.bars

    assert [(bar.label, bar.full, bar.under) for bar in told] == [
        (str(YEAR - 1), 2, 0), (str(YEAR), 1, 1), (str(YEAR + 1), 0, 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Estrie", "05"), (" saguenay - lac-saint-jean", None), ("Saguenay-Lac-Saint-Jean", "02"),
        ("MONTEREGIE", "16"), ("6", "06"), ("13", "13"), ("", None), ("Rosemont", None), ("99", None),
    ],
)  # fmt: skip
def test_a_region_is_recognised_as_people_write_it(written, number):
    assert region_of(written) == number


def test_the_map_counts_organisations_where_their_people_are(community):
    make.a_member(community, organisation="Table de quartier", region="Montréal")
    make.a_member(community, organisation="Table de quartier", region="")
    make.a_member(community, organisation="Maison des jeunes", region="Laval")
    make.a_member(community, organisation="Centre", region="ailleurs")
    make.a_member(community, organisation="Partie", region="Estrie", status=Membership.Status.ALUMNI)
    make.a_member(make.a_community("Voisine"), organisation="Autre", region="Estrie")

    found = reach_of(community)

    assert {tile.name: tile.n for tile in found.reached} == {"Montréal": 1, "Laval": 1}
    assert (found.known, found.outside, found.unknown) == (2, 1, 1)
    assert len(found.tiles) == len(REGIONS) == 17


def test_of_individuals_the_map_counts_people(community):
    community.representation = "individual"
    community.save()
    for region in ("Estrie", "Estrie", "Montréal"):
        make.a_member(community, region=region)

    found = reach_of(community)

    assert {tile.name: tile.n for tile in found.reached} == {"Estrie": 2, "Montréal": 1}
    assert found.tiles[0].level == 0 < found.reached[0].level


def test_where_members_are_is_for_those_who_lead(community, sandrine, signed_in):
    evaluator = make.a_person("Eva")
    make.a_role(evaluator, Role.EVALUATOR, community=community)
    some = members(community, 6, region="Estrie", organisation="Table de quartier")
    for month in (2, 4):
        held(community, month, present=some, year=YEAR)
    address = reverse("evaluations:vitality", args=[community.pk])

    seen, outside = signed_in(sandrine).get(address), signed_in(evaluator).get(address)

    assert "Jusqu’où elle rayonne" in seen.text
    assert "Jusqu’où elle rayonne" not in outside.text
    assert "Qui forme la communauté" in seen.text
    assert "Qui forme la communauté" in outside.text
