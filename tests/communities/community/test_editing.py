"""Changing a community while somebody else does: both are shown, nothing is lost."""

import pytest

from cmtl import editing
from communities.domain import revising
from communities.models import Community, Objective, Policies, Rule
from communities.web.community.forms import CommunityForm
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/modifier/"


def test_what_was_changed_is_kept(signed_in, sandrine, community, address):
    changed = {"name": "Constellation 2", "meeting_minutes": 90, "anonymity_threshold": 8}
    response = submit(signed_in(sandrine), address, changed)

    community.refresh_from_db()
    assert response.status_code == 302
    length = Policies.of(community).meeting_minutes
    assert (community.name, length, community.anonymity_threshold) == ("Constellation 2", 90, 8)


def test_the_second_of_two_editors_sees_both_texts(client, sandrine, philippe, community, address):
    client.force_login(sandrine)
    sandrines = client.get(address)
    client.force_login(philippe)
    assert submit(client, address, {"purpose": "Le texte de Philippe"}).status_code == 302

    client.force_login(sandrine)
    refused = submit(client, sandrines, {"purpose": "Le texte de Sandrine"})

    community.refresh_from_db()
    assert refused.status_code == 409
    assert community.purpose == "Le texte de Philippe"
    assert "Le texte de Philippe" in refused.content.decode()
    assert "Le texte de Sandrine" in refused.content.decode()
    assert [row["yours"] for row in refused.context["conflict"]] == ["Le texte de Sandrine"], "only what differs"


def test_having_seen_both_one_may_save_again(client, sandrine, community, address):
    client.force_login(sandrine)
    opened = client.get(address)
    Community.objects.filter(pk=community.pk).update(purpose="L’autre")
    refused = submit(client, opened, {"purpose": "Le mien"})

    submit(client, refused)

    community.refresh_from_db()
    assert community.purpose == "Le mien"


def test_without_the_check_the_first_text_would_be_lost(community):
    """The control: the same two savings, when nothing is compared, leave one text."""
    first, second = Community.objects.get(pk=community.pk), Community.objects.get(pk=community.pk)
    first.purpose, second.purpose = "Le texte de Philippe", "Le texte de Sandrine"
    first.save()
    second.save()

    community.refresh_from_db()
    assert community.purpose == "Le texte de Sandrine"
    changes = dict.fromkeys(CommunityForm.Meta.fields)
    with pytest.raises(editing.Conflict):
        revising.revise(community, changes, shown="what was shown before")


def test_the_threshold_is_never_lowered_even_between_two_pages(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    opened = client.get(address)
    Community.objects.filter(pk=community.pk).update(anonymity_threshold=9)

    assert submit(client, opened, {"anonymity_threshold": 8}).status_code == 422
    community.refresh_from_db()
    assert community.anonymity_threshold == 9


def test_a_facilitator_does_not_move_the_community_to_another_programme(signed_in, sandrine, community, address):
    client, elsewhere = signed_in(sandrine), make.a_programme("Ailleurs")
    sent = form_on(client.get(address), ["programme"]).data().dict()

    for programme in (elsewhere.pk, ""):
        assert client.post(address, {**sent, "programme": programme}).status_code == 422


def test_a_name_refused_is_not_shown_as_if_it_were_saved(signed_in, sandrine, community, address):
    client = signed_in(sandrine)

    sent = form_on(client.get(address), ["name"]).data().dict()

    page = client.post(address, {**sent, "name": "N" * 200, "purpose": "Gardé"})

    assert page.status_code == 422
    assert page.context["community"].name == "Constellation"
    assert "Gardé" in page.content.decode()


def test_objectives_are_added_changed_and_set_aside(signed_in, sandrine, community):
    old = make.an_objective(community, "Créer des liens")
    address = f"/communautes/{community.pk}/objectifs/"
    client = signed_in(sandrine)
    written = {"rows-0-state": "reached", "rows-1-wording": "Mutualiser une formation", "rows-1-kind": "pooling"}

    response = submit(client, address, written)

    assert response.status_code == 302
    old.refresh_from_db()
    assert old.state == Objective.State.REACHED
    assert community.objectives.exclude(pk=old.pk).get().kind == "pooling"


def test_an_objective_emptied_is_refused_rather_than_deleted(signed_in, sandrine, community):
    make.an_objective(community, "Créer des liens")
    address = f"/communautes/{community.pk}/objectifs/"
    client = signed_in(sandrine)

    response = submit(client, address, {"rows-0-wording": ""})

    assert response.status_code == 422
    assert community.objectives.get().wording == "Créer des liens"


def test_two_people_at_the_objectives_lose_nothing(client, sandrine, philippe, community):
    make.an_objective(community, "Créer des liens")
    address = f"/communautes/{community.pk}/objectifs/"
    client.force_login(sandrine)
    sandrines = client.get(address)
    client.force_login(philippe)
    submit(client, address, {"rows-1-wording": "Celui de Philippe", "rows-1-kind": "links"})

    client.force_login(sandrine)
    refused = submit(client, sandrines, {"rows-0-wording": "Les mots de Sandrine"})

    assert refused.status_code == 409
    assert {o.wording for o in community.objectives.all()} == {"Créer des liens", "Celui de Philippe"}
    for words in ("Les mots de Sandrine", "Celui de Philippe"):
        assert words in refused.content.decode()

    submit(client, refused)
    assert {o.wording for o in community.objectives.all()} == {"Les mots de Sandrine", "Celui de Philippe"}


def test_a_row_of_another_community_is_never_touched(signed_in, sandrine, community):
    other = make.an_objective(make.a_community(), "Ailleurs")
    address = f"/communautes/{community.pk}/objectifs/"
    client = signed_in(sandrine)
    sent = form_on(client.get(address), ["rows-0-wording"]).data().dict()

    client.post(address, {**sent, "rows-0-pk": other.pk, "rows-0-wording": "Pris"})

    other.refresh_from_db()
    assert other.wording == "Ailleurs"


def test_rules_are_switched_off_and_recalled_each_time(signed_in, sandrine, community):
    make.a_rule(community, "On garde la caméra ouverte", theme=Rule.Theme.CAMERA)
    address = f"/communautes/{community.pk}/regles/"

    answer = submit(signed_in(sandrine), address, {"rows-0-is_active": False, "each_time": True})

    assert answer.status_code == 302

    community.refresh_from_db()
    assert Policies.of(community).shows_rules_each_time
    assert not community.rules.get().is_active


def test_two_people_at_the_rules_lose_nothing(client, sandrine, community):
    rule = make.a_rule(community, "Respect")
    address = f"/communautes/{community.pk}/regles/"
    client.force_login(sandrine)
    opened = client.get(address)
    Rule.objects.filter(pk=rule.pk).update(text="Ses mots")

    refused = submit(client, opened, {"rows-0-text": "Mes mots"})

    rule.refresh_from_db()
    assert refused.status_code == 409
    assert rule.text == "Ses mots"
    assert "Mes mots" in refused.content.decode()
    assert "Ses mots" in refused.content.decode()
