"""Partners, their logos, the external evaluation foreseen, and the mail of a role."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from communities.domain.organisations import logos
from communities.domain.partners import partnering
from communities.models import Partner
from tests import factories as make
from tests.forms import form_on, submit


def picture(width=900, height=300, kind="PNG", **options):
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, kind, **options)
    return SimpleUploadedFile("logo.png", out.getvalue())


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/partenaires/"


def an_organisation(**fields):
    return {"organisation": "Conseil des arts de Montréal", "role": "co_organiser", "joined": "start", **fields}


def test_a_partner_is_added_once(signed_in, sandrine, community, address):
    client = signed_in(sandrine)

    adding = form_on(client.get(f"{address}ajouter/"), an_organisation()).fill(an_organisation())

    for _twice in range(2):
        adding.press(client)

    assert community.partners.get().organisation.name == "Conseil des arts de Montréal"


def test_organisations_met_elsewhere_are_not_proposed(signed_in, sandrine, nadia, community):
    make.a_member(make.a_community("Ailleurs"), organisation="Maison secrète")

    page = signed_in(sandrine).get(reverse("communities:add_partner", args=[community.pk])).content.decode()

    assert "Table de quartier Ahuntsic" in page
    assert "Maison secrète" not in page


def test_a_partner_that_came_along_the_way_came_on_a_day(signed_in, sandrine, community, address):
    client = signed_in(sandrine)

    refused = submit(client, f"{address}ajouter/", an_organisation(joined="during"))
    assert refused.status_code == 422
    submit(client, refused, {"starts_on": "2026-03-01"})  # what was typed is still there

    assert community.partners.get().starts_on.isoformat() == "2026-03-01"


def test_a_partnership_that_ends_stays_in_the_history(signed_in, sandrine, community, address):
    partner = make.a_partner(community)
    client = signed_in(sandrine)

    ending = form_on(client.get(f"/partenaires/{partner.pk}/"), action=f"/partenaires/{partner.pk}/fin/")

    for _twice in range(2):
        ending.press(client)

    partner.refresh_from_db()
    assert partner.ends_on == timezone.localdate()
    assert not community.partners.current().exists()
    assert "Partenaires d’avant" in client.get(address).content.decode()


def test_nothing_is_removed_before_it_is_confirmed(signed_in, sandrine, community):
    partner = make.a_partner(community)
    client = signed_in(sandrine)

    asked = client.get(f"/partenaires/{partner.pk}/retirer/")
    assert Partner.objects.exists()

    submit(client, asked)
    assert not Partner.objects.exists()


def test_whoever_is_inside_sees_the_partners_of_today(signed_in, nadia, community):
    make.a_partner(community, "Concertation Montréal")
    make.a_partner(community, "Ancien hôte", role="host", ends_on=timezone.localdate())

    overview = signed_in(nadia).get(community.get_absolute_url()).content.decode()

    assert "Concertation Montréal" in overview
    assert "Ancien hôte" not in overview


def test_two_people_who_edit_a_partner_see_both_texts(signed_in, sandrine, community):
    partner = make.a_partner(community)
    client = signed_in(sandrine)
    opened = client.get(f"/partenaires/{partner.pk}/")
    Partner.objects.filter(pk=partner.pk).update(note="Prête la grande salle")

    response = submit(client, opened, {"role": "host", "joined": "start", "note": "Prête un projecteur"})

    assert response.status_code == 409
    assert "Prête la grande salle" in response.content.decode()
    assert "Prête un projecteur" in response.content.decode()


def test_a_logo_is_drawn_again_small_and_bare(signed_in, sandrine, nadia, client, community, address):
    sent = picture(kind="JPEG", quality=95, comment=b"fait par Untel")
    submit(signed_in(sandrine), f"{address}ajouter/", an_organisation(logo=sent))

    partner = community.partners.get()
    kept = Image.open(io.BytesIO(bytes(partner.logo)))
    assert kept.format == "PNG"
    assert b"Untel" not in bytes(partner.logo)
    assert kept.width <= 600
    assert kept.height <= 240
    assert len(partner.logo) <= logos.KEPT_BYTES

    client.force_login(nadia)
    response = client.get(f"/partenaires/{partner.pk}/logo/")
    assert response["Content-Type"] == "image/png"
    assert response.content == bytes(partner.logo)


def test_a_stranger_sees_no_logo(signed_in, sam, community):
    partner = make.a_partner(community, logo=b"png")

    assert signed_in(sam).get(f"/partenaires/{partner.pk}/logo/").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 40,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"texte",
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(signed_in, sandrine, community, address, content):
    sent = SimpleUploadedFile("logo.png", content)

    response = submit(signed_in(sandrine), f"{address}ajouter/", an_organisation(logo=sent))

    assert response.status_code == 422
    assert not community.partners.exists()


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused(db):
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < logos.MAX_BYTES

    with pytest.raises(ValidationError, match="12"):
        logos.logo_from(SimpleUploadedFile("logo.png", out.getvalue()))


def test_a_file_too_heavy_is_refused(db):
    with pytest.raises(ValidationError, match="2"):
        logos.logo_from(SimpleUploadedFile("logo.png", b"x" * (logos.MAX_BYTES + 1)))


def test_a_logo_keeps_what_is_transparent(db):
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")

    kept = Image.open(io.BytesIO(logos.logo_from(SimpleUploadedFile("logo.png", out.getvalue()))))

    assert kept.convert("RGBA").getpixel((10, 10))[3] == 0


def test_an_external_evaluation_is_foreseen_with_its_cost(signed_in, sandrine, community):
    client = signed_in(sandrine)
    page = f"/communautes/{community.pk}/evaluation-externe/"
    opened = client.get(page)
    said = {"is_foreseen": "yes", "team": "UQTR", "cost": "12 500,00", "starts_on": "2026-09-01"}

    submit(client, opened, said)

    foreseen = partnering.foreseen(community)
    assert (foreseen.is_foreseen, foreseen.team, foreseen.cost) == (True, "UQTR", 1_250_000)
    assert submit(client, opened, {**said, "team": "UQAM"}).status_code == 409
    assert "12 500 $" in client.get(f"/communautes/{community.pk}/budget/").content.decode().replace("\xa0", " ")


def test_the_list_asks_the_same_for_three_partners_and_for_thirty(
    signed_in, sandrine, community, address, django_assert_max_num_queries
):
    client, counts = signed_in(sandrine), []
    for upto in (3, 30):
        for n in range(community.partners.count(), upto):
            make.a_partner(community, f"Organisation {n}")
        with django_assert_max_num_queries(60) as asked:
            client.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1]
