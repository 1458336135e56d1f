"""Changing a community while somebody else does: both are shown, nothing is lost."""

import re

import pytest

from communities import editing
from communities.forms.communities import CommunityForm
from communities.models import Community, Objective, Rule
from tests import factories as make


def fields_of(page) -> dict:
    """What the page's form would send back, unchanged."""
    form = page.context["form"]
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields} | {
        name: value.isoformat() for name, value in form.initial.items() if hasattr(value, "isoformat")
    }


def rows_of(page) -> dict:
    """The same of a list of rows."""
    formset, html = page.context["formset"], page.content.decode()
    sent = {"shown": re.search(r'name="shown" value="(\w+)"', html)[1]}
    for form in [formset.management_form, *formset, *filter(None, [page.context.get("also")])]:
        for name in form.fields:
            value = form[name].value()
            if value is not None and value is not False:
                sent[form.add_prefix(name)] = "on" if value is True else value
    return sent


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/modifier/"


def test_what_was_changed_is_kept(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    sent = fields_of(client.get(address))

    response = client.post(
        address, {**sent, "name": "Constellation 2", "meeting_minutes": 90, "anonymity_threshold": 8}
    )

    community.refresh_from_db()
    assert response.status_code == 302
    assert (community.name, community.meeting_minutes, community.anonymity_threshold) == ("Constellation 2", 90, 8)


def test_the_second_of_two_editors_sees_both_texts(client, sandrine, philippe, community, address):
    client.force_login(sandrine)
    sandrines = {**fields_of(client.get(address)), "purpose": "Le texte de Sandrine"}
    client.force_login(philippe)
    philippes = {**fields_of(client.get(address)), "purpose": "Le texte de Philippe"}
    assert client.post(address, philippes).status_code == 302

    client.force_login(sandrine)
    refused = client.post(address, sandrines)

    community.refresh_from_db()
    assert refused.status_code == 409
    assert community.purpose == "Le texte de Philippe"
    assert "Le texte de Philippe" in refused.content.decode()
    assert "Le texte de Sandrine" in refused.content.decode()
    assert [row["yours"] for row in refused.context["conflict"]] == ["Le texte de Sandrine"], "only what differs"


def test_having_seen_both_one_may_save_again(client, sandrine, community, address):
    client.force_login(sandrine)
    sent = {**fields_of(client.get(address)), "purpose": "Le mien"}
    Community.objects.filter(pk=community.pk).update(purpose="L’autre")
    refused = client.post(address, sent)

    client.post(address, {**sent, "shown": refused.context["form"]["shown"].value()})

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
        editing.revise(community, changes, shown="what was shown before")


def test_the_threshold_is_never_lowered_even_between_two_pages(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    sent = fields_of(client.get(address))
    Community.objects.filter(pk=community.pk).update(anonymity_threshold=9)

    assert client.post(address, {**sent, "anonymity_threshold": 8}).status_code == 422
    community.refresh_from_db()
    assert community.anonymity_threshold == 9


def test_a_facilitator_does_not_move_the_community_to_another_programme(signed_in, sandrine, community, address):
    client, elsewhere = signed_in(sandrine), make.a_programme("Ailleurs")
    sent = fields_of(client.get(address))

    for programme in (elsewhere.pk, ""):
        assert client.post(address, {**sent, "programme": programme}).status_code == 422


def test_a_name_refused_is_not_shown_as_if_it_were_saved(signed_in, sandrine, community, address):
    client = signed_in(sandrine)

    page = client.post(address, {**fields_of(client.get(address)), "name": "N" * 200, "purpose": "Gardé"})

    assert page.status_code == 422
    assert page.context["community"].name == "Constellation"
    assert "Gardé" in page.content.decode()


def test_objectives_are_added_changed_and_set_aside(signed_in, sandrine, community):
    old = make.an_objective(community, "Créer des liens")
    address = f"/communautes/{community.pk}/objectifs/"
    client = signed_in(sandrine)
    sent = rows_of(client.get(address))

    sent |= {"rows-0-state": "reached", "rows-1-wording": "Mutualiser une formation", "rows-1-kind": "pooling"}
    response = client.post(address, sent)

    assert response.status_code == 302
    old.refresh_from_db()
    assert old.state == Objective.State.REACHED
    assert community.objectives.exclude(pk=old.pk).get().kind == "pooling"


def test_an_objective_emptied_is_refused_rather_than_deleted(signed_in, sandrine, community):
    make.an_objective(community, "Créer des liens")
    address = f"/communautes/{community.pk}/objectifs/"
    client = signed_in(sandrine)

    response = client.post(address, {**rows_of(client.get(address)), "rows-0-wording": ""})

    assert response.status_code == 422
    assert community.objectives.get().wording == "Créer des liens"


def test_two_people_at_the_objectives_lose_nothing(client, sandrine, philippe, community):
    make.an_objective(community, "Créer des liens")
    address = f"/communautes/{community.pk}/objectifs/"
    client.force_login(sandrine)
    sandrines = {**rows_of(client.get(address)), "rows-0-wording": "Les mots de Sandrine"}
    client.force_login(philippe)
    client.post(
        address, {**rows_of(client.get(address)), "rows-1-wording": "Celui de Philippe", "rows-1-kind": "links"}
    )

    client.force_login(sandrine)
    refused = client.post(address, sandrines)

    assert refused.status_code == 409
    assert {o.wording for o in community.objectives.all()} == {"Créer des liens", "Celui de Philippe"}
    for words in ("Les mots de Sandrine", "Celui de Philippe"):
        assert words in refused.content.decode()

    client.post(address, rows_of(refused))
    assert {o.wording for o in community.objectives.all()} == {"Les mots de Sandrine", "Celui de Philippe"}


def test_a_row_of_another_community_is_never_touched(signed_in, sandrine, community):
    other = make.an_objective(make.a_community(), "Ailleurs")
    address = f"/communautes/{community.pk}/objectifs/"
    client = signed_in(sandrine)
    sent = rows_of(client.get(address))

    client.post(address, {**sent, "rows-0-pk": other.pk, "rows-0-wording": "Pris"})

    other.refresh_from_db()
    assert other.wording == "Ailleurs"


def test_rules_are_switched_off_and_recalled_each_time(signed_in, sandrine, community):
    make.a_rule(community, "On garde la caméra ouverte", theme=Rule.Theme.CAMERA)
    address = f"/communautes/{community.pk}/regles/"
    client = signed_in(sandrine)
    sent = {**rows_of(client.get(address)), "each_time": "on"}
    del sent["rows-0-is_active"]

    assert client.post(address, sent).status_code == 302

    community.refresh_from_db()
    assert community.shows_rules_each_time
    assert not community.rules.get().is_active


def test_two_people_at_the_rules_lose_nothing(client, sandrine, community):
    rule = make.a_rule(community, "Respect")
    address = f"/communautes/{community.pk}/regles/"
    client.force_login(sandrine)
    sent = {**rows_of(client.get(address)), "rows-0-text": "Mes mots"}
    Rule.objects.filter(pk=rule.pk).update(text="Ses mots")

    refused = client.post(address, sent)

    rule.refresh_from_db()
    assert refused.status_code == 409
    assert rule.text == "Ses mots"
    assert "Mes mots" in refused.content.decode()
    assert "Ses mots" in refused.content.decode()
