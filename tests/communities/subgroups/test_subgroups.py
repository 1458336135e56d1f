"""Sub-groups that last: by region in one press, or by hand."""

import pytest

from communities.models import SubGroup
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/sous-groupes/"


def names(group):
    return {m.user.first_name for m in group.members.select_related("user")}


def test_one_press_groups_by_region(signed_in, sandrine, community, address):
    for first, region in [("Ana", "Estrie"), ("Bao", "estrie "), ("Cléo", "Gaspésie"), ("Dan", "")]:
        make.a_member(community, make.a_person(first), region=region)
    make.a_member(community, make.a_person("Élie"), region="Estrie", status="alumni")
    client = signed_in(sandrine)

    grouping = form_on(client.get(address), action=f"{address}regions/")

    for _twice in range(2):
        grouping.press(client)

    assert {g.name: names(g) for g in community.sub_groups.all()} == {"Estrie": {"Ana", "Bao"}, "Gaspésie": {"Cléo"}}


def test_grouping_again_adds_newcomers_and_takes_nobody_out(signed_in, sandrine, community, address):
    moved = make.a_member(community, make.a_person("Ana"), region="Gaspésie")
    group = make.a_sub_group(community, "Estrie", kind="region", members=[moved])
    make.a_member(community, make.a_person("Bao"), region="Estrie")

    submit(signed_in(sandrine), address, action=f"{address}regions/")

    assert names(group) == {"Ana", "Bao"}


def test_members_are_ticked_in_and_out(signed_in, sandrine, community, address):
    ana, bao = make.a_member(community, make.a_person("Ana")), make.a_member(community, make.a_person("Bao"))
    client = signed_in(sandrine)
    submit(client, address, {"name": "Ruralité", "kind": "rural"})
    group = SubGroup.objects.get()
    page = f"/sous-groupes/{group.pk}/"

    for members in ([ana.pk, bao.pk], [bao.pk]):
        submit(client, page, {"facilitator": bao.user_id, "members": members})

    group.refresh_from_db()
    assert (names(group), group.facilitator) == ({"Bao"}, bao.user)


def test_somebody_of_another_community_does_not_enter(signed_in, sandrine, community):
    group, elsewhere = make.a_sub_group(community, "Estrie"), make.a_member(make.a_community())
    client = signed_in(sandrine)
    address = f"/sous-groupes/{group.pk}/"
    sent = form_on(client.get(address), ["name"]).data().dict()

    response = client.post(address, {**sent, "members": [elsewhere.pk]})

    assert response.status_code == 422
    assert not group.members.exists()


def test_two_people_who_tick_see_both(signed_in, sandrine, nadia, community):
    group = make.a_sub_group(community, "Estrie")
    client = signed_in(sandrine)
    opened = client.get(f"/sous-groupes/{group.pk}/")
    group.members.add(nadia.memberships.get())

    response = submit(client, opened, {"name": "Estrie"})

    assert response.status_code == 409
    assert names(group) == {"Nadia"}


def test_a_name_is_taken_once(signed_in, sandrine, community, address):
    make.a_sub_group(community, "Estrie")

    assert submit(signed_in(sandrine), address, {"name": " estrie ", "kind": "theme"}).status_code == 422


def test_removing_a_sub_group_keeps_its_people(signed_in, sandrine, nadia, community):
    group = make.a_sub_group(community, "Estrie", members=[nadia.memberships.get()])

    removing = f"/sous-groupes/{group.pk}/retirer/"
    submit(signed_in(sandrine), removing, action=removing)

    assert not SubGroup.objects.exists()
    assert nadia.memberships.exists()


def test_the_list_asks_the_same_for_three_groups_and_for_thirty(
    signed_in, sandrine, community, address, django_assert_max_num_queries
):
    client, counts = signed_in(sandrine), []
    for upto in (3, 30):
        for _n in range(community.sub_groups.count(), upto):
            make.a_sub_group(community, members=[make.a_member(community)])
        with django_assert_max_num_queries(60) as asked:
            client.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1]
