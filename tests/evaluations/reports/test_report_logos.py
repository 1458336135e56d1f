"""Both logos on the report of a community that two organisations animate, as they were that day."""

import base64
import io

from django.utils import timezone
from PIL import Image

from communities.domain.partners import partnering
from communities.models import Partner
from evaluations.domain.reports import publishing
from tests import factories as make


def logo(colour):
    out = io.BytesIO()
    Image.new("RGBA", (120, 60), colour).save(out, "PNG")
    return out.getvalue()


def test_a_published_report_keeps_the_logos_of_that_day(signed_in, sandrine, nadia, client, community):
    year, first = timezone.localdate().year, logo("red")
    partner = make.a_partner(community, "Conseil des arts", logo=first)
    make.a_partner(community, "Université", role=Partner.Role.EVALUATOR, logo=logo("green"))
    report = publishing.publish(community, year, by=sandrine)
    partnering.set_logo(partner, logo("blue"))

    client.force_login(nadia)
    page = client.get(report.get_absolute_url()).content.decode()
    shown = client.get(f"/communautes/{community.pk}/bilans/{year}/logos/0/?version=1")

    assert "Conseil des arts" in page
    assert "Université" not in page
    assert shown.content == first


def test_the_pdf_holds_its_logos_and_fetches_nothing(sandrine, community):
    year, first = timezone.localdate().year, logo("red")
    make.a_partner(community, "Conseil des arts", logo=first)
    make.a_partner(community, "Sans logo")
    report = publishing.publish(community, year, by=sandrine)

    drawn = publishing.draw(report)

    assert report.figures["co_organisers"][0] == {"name": "Conseil des arts", "png": base64.b64encode(first).decode()}
    assert drawn.startswith(b"%PDF")
    assert b"/Subtype /Image" in drawn or b"/Subtype/Image" in drawn


def test_only_the_partners_of_the_year_are_named(community):
    from evaluations.domain.reports.report import CommunityYear

    make.a_partner(community, "Avant", starts_on="2020-01-01", ends_on="2023-05-01")
    make.a_partner(community, "Pendant", starts_on="2023-01-01", ends_on="2024-02-01")
    make.a_partner(community, "Après", starts_on="2025-01-01")

    assert [p.name for p in CommunityYear.gather(community, 2024).co_organisers] == ["Pendant"]


def test_a_logo_of_a_draft_is_for_those_who_write_it(signed_in, client, sandrine, nadia, community):
    make.a_partner(community, "Conseil des arts", logo=logo("red"))
    address = f"/communautes/{community.pk}/bilans/{timezone.localdate().year}/logos/0/"

    client.force_login(nadia)
    assert client.get(address).status_code == 404
    client.force_login(sandrine)
    assert client.get(address).status_code == 200
