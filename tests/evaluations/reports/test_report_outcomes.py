"""The register feeds the annual report, which then says the same ever after."""

import datetime as dt
import json

import pytest

from communities.models import Outcome
from evaluations.domain.reports import publishing
from evaluations.domain.reports.report import CommunityYear, told_by
from tests import factories as make

YEAR = 2025


@pytest.fixture
def year(community):
    """A project filed, a group nobody had foreseen, one negotiated in private, one of the year before."""
    make.an_outcome(community, "Halte mobile", stage="filed", amount=45_000_00, happened_on=dt.date(YEAR, 3, 4))
    make.an_outcome(community, "Groupe de pères", kind="initiative", is_expected=False, happened_on=dt.date(YEAR, 9, 1))
    make.an_outcome(community, "Piste de local", advance="lead", happened_on=dt.date(YEAR, 12, 31))
    make.an_outcome(community, "Entente secrète", is_shared=False, happened_on=dt.date(YEAR, 5, 5))
    make.an_outcome(community, "Vieux projet", happened_on=dt.date(YEAR - 1, 12, 31))
    return community


def test_it_tells_what_members_see_of_the_year(year):
    told = CommunityYear.gather(year, YEAR)

    assert [o.title for o in told.expected] == ["Halte mobile", "Piste de local"]
    assert [o.title for o in told.unexpected] == ["Groupe de pères"]
    assert [n for _label, n in told.outcomes_by_kind] == [2, 1]
    assert [n for _label, n in told.advances] == [1]
    assert told.expected[0].amount == 45_000_00
    assert CommunityYear.from_json(json.loads(json.dumps(told.to_json()))) == told


def test_what_moves_afterwards_changes_nothing_published(year, sandrine):
    report = publishing.publish(year, YEAR, by=sandrine)

    Outcome.objects.update(stage="finished", title="Autre chose")

    assert told_by(report).expected[0].title == "Halte mobile"
    assert told_by(report).expected[0].stage == "filed"


def test_a_report_published_before_the_register_still_opens(year, sandrine, nadia, signed_in):
    report = publishing.publish(year, YEAR, by=sandrine)
    del report.figures["outcomes"]
    report.save()

    page = signed_in(nadia).get(f"/communautes/{year.pk}/bilans/{YEAR}/")

    assert page.status_code == 200
    assert "Halte mobile" not in page.content.decode()


def test_the_page_and_the_pdf_list_them_the_unexpected_apart(year, sandrine, signed_in):
    publishing.publish(year, YEAR, by=sandrine)

    page = signed_in(sandrine).get(f"/communautes/{year.pk}/bilans/{YEAR}/").content.decode()

    assert page.index("Halte mobile") < page.index("Retombées inattendues") < page.index("Groupe de pères")
    assert "45\u00a0000\u00a0$" in page
    assert "Entente secrète" not in page
