"""Les filles et le code: fifteen organisations without staff, one expert that none could pay alone."""

import pytest

from communities.models import Need, Organisation, Party
from tests import factories as make
from tests.forms import form_on, submit

NAMES = ["Ada et cie", "Algo-Rythme", "Code en tresses", "La Console", "Les Débogueuses", "Pixelles", "Terminal 5"]


@pytest.fixture
def filles(programme):
    return make.a_community("Les filles et le code", programme=programme)


@pytest.fixture
def members(filles):
    return [make.a_member(filles, organisation=name) for name in NAMES]


@pytest.fixture
def expert(filles, members):
    need = make.a_need(filles, "Une spécialiste de l’animation d’ateliers")
    for membership in members[:3]:
        make.a_party(need, membership.organisation)
    return need


def joining(client, need, button="En a besoin aussi"):
    return form_on(client.get(need.get_absolute_url()), ["who"], button=button)


def test_seven_organisations_pay_one_expert_together(filles, members, client):
    """One writes the need, six join, somebody offers a room, the cost is shared, its table leaves as a file."""
    first, *others = members
    client.force_login(first.user)
    adding = f"/communautes/{filles.pk}/besoins/ajouter/"
    page = client.get(adding)
    assert page.context["form"]["needed_by"].value() == f"o{first.organisation_id}", (
        "her own, unless she says otherwise"
    )
    submit(client, page, {"what": "Une spécialiste de l’animation d’ateliers"})
    need = Need.objects.get()
    for member in others:
        client.force_login(member.user)
        needing = joining(client, need).fill({"who": f"o{member.organisation_id}"})
        needing.press(client)
        needing.press(client)  # pressed twice
    offering = joining(client, need, "Ajouter l’offre")
    offering.fill({"who": f"m{others[-1].pk}", "offer": "Une salle le samedi"}).press(client)

    submit(client, f"/besoins/{need.pk}/partage/", {"cost": "1 000,00 $"})

    page = client.get(need.get_absolute_url())
    assert [str(share["party"]) for share in page.context["shares"]] == NAMES
    shares = Need.objects.get().shares()
    assert [cents for _party, cents in shares] == [142_86] * 5 + [142_85] * 2
    assert "Une salle le samedi" in page.content.decode()
    table = client.get(f"/besoins/{need.pk}/partage.csv").content.decode("utf-8-sig").splitlines()
    assert table[1] == "Ada et cie;1;142,86"
    assert table[-1] == "Total;7;1000,00"


def test_parts_may_differ(expert, members, signed_in):
    client, sharing = signed_in(members[0].user), f"/besoins/{expert.pk}/partage/"
    first, second, third = expert.needing
    weights = {f"weight-{first.pk}": 3, f"weight-{second.pk}": 0, f"weight-{third.pk}": 3}

    submit(client, sharing, {"cost": "100", "by_share": "yes", **weights})

    assert [cents for _party, cents in Need.objects.get().shares()] == [50_00, 0, 50_00]


def test_somebody_must_pay(expert, members, signed_in):
    client, sharing = signed_in(members[0].user), f"/besoins/{expert.pk}/partage/"
    nobody = {f"weight-{party.pk}": 0 for party in expert.needing}

    refused = submit(client, sharing, {"cost": "100", "by_share": "yes", **nobody})

    assert refused.status_code == 422
    assert Need.objects.get().cost is None


def test_a_sharing_that_changed_in_between_is_shown(expert, members, signed_in):
    client, sharing = signed_in(members[0].user), f"/besoins/{expert.pk}/partage/"
    opened = client.get(sharing)
    make.a_party(expert, members[4].organisation)

    refused = submit(client, opened, {"cost": "90"})

    assert refused.status_code == 409
    assert Need.objects.get().cost is None
    submit(client, refused)  # what was typed is still there
    assert [cents for _party, cents in Need.objects.get().shares()] == [22_50] * 4


def test_only_people_and_organisations_of_the_community_join(expert, members, signed_in):
    stranger = Organisation.named("Ailleurs inc.")
    client = signed_in(members[0].user)

    for who in [f"o{stranger.pk}", "o999999999", "m0", "x", ""]:
        assert client.post(f"/besoins/{expert.pk}/participer/", {"side": "needs", "who": who}).status_code == 422

    assert expert.parties.count() == 3


def test_leaving_is_one_press(expert, members, signed_in):
    party = expert.parties.first()

    leaving = f"/besoins/{expert.pk}/participer/{party.pk}/retirer/"
    submit(signed_in(members[0].user), expert.get_absolute_url(), action=leaving)

    assert expert.parties.count() == 2
    assert not expert.parties.filter(pk=party.pk).exists()


def test_a_party_of_another_need_is_not_reached_through_this_one(expert, filles, members, signed_in):
    other = make.a_party(make.a_need(filles), members[0])

    response = signed_in(members[0].user).post(f"/besoins/{expert.pk}/participer/{other.pk}/retirer/")

    assert response.status_code == 404
    assert Party.objects.filter(pk=other.pk).exists()


def test_a_need_is_met_and_opened_again(expert, filles, members, signed_in):
    client = signed_in(members[0].user)
    settling = form_on(client.get(expert.get_absolute_url()), button="met=yes")

    settling.press(client)
    met_at = Need.objects.get().met_at
    assert met_at
    settling.press(client)
    assert Need.objects.get().met_at == met_at, "said twice, the first date stays"
    assert list(client.get(f"/communautes/{filles.pk}/besoins/").context["open_needs"]) == []
    submit(client, expert.get_absolute_url(), button="met=no")

    assert not Need.objects.get().is_met


def test_external_evaluators_do_not_read_who_needs_what(expert, filles, signed_in):
    evaluator = make.a_person("Solène")
    make.a_role(evaluator, "evaluator", community=filles)
    client = signed_in(evaluator)

    assert client.get(f"/communautes/{filles.pk}/besoins/").status_code == 403
    assert "Besoins communs" not in client.get(f"/communautes/{filles.pk}/retombees/").content.decode()
