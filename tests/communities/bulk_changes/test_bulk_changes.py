"""Statuses and roles changed for many people at once: shown first, then done once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.domain import audit
from accounts.models import Action
from communities.domain import bulk_changes
from communities.domain.bulk_changes import Change
from communities.models import Membership, Role, RoleAssignment
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def people(community):
    """Ève is active, Wei eligible, Ida paused, Zoé without an address."""
    return {
        "Ève": make.a_member(community, make.a_person("Ève", "Dubé", email="eve@x.quebec")),
        "Wei": make.a_member(community, make.a_person("Wei", "Roy", email="wei@x.quebec"), status="eligible"),
        "Ida": make.a_member(community, make.a_person("Ida", "Côté", email="ida@x.quebec"), status="paused"),
        "Zoé": make.a_member(community, make.a_person("Zoé", "Fortin", email=None)),
    }


def address(community):
    return f"/communautes/{community.pk}/personnes/"


def shown(client, community, change, *names, people):
    return submit(client, address(community), {"people": [people[n].pk for n in names], "change": change})


def statuses(community):
    return dict(community.memberships.values_list("user__first_name", "status"))


def test_what_would_change_is_shown_then_done(signed_in, sandrine, community, people):
    client = signed_in(sandrine)
    page = shown(client, community, "status:alumni", "Ève", "Wei", "Ida", people=people)
    said = page.content.decode()
    assert statuses(community) == {"Ève": "active", "Wei": "eligible", "Ida": "paused", "Zoé": "active"}
    assert "3 personnes changeront" in said

    after = submit(client, page, {}, button="Modifier 3 personnes")

    assert statuses(community) == {"Ève": "alumni", "Wei": "alumni", "Ida": "alumni", "Zoé": "active"}
    assert "3 personnes ont un nouveau statut" in client.get(after["Location"]).content.decode()
    assert people["Ève"].pauses.get().has_left
    assert [(p.has_left, p.ends_on) for p in people["Ida"].pauses.order_by("pk")] == [
        (False, timezone.localdate()), (True, None),
    ]  # fmt: skip


def test_pressed_twice_changes_once(signed_in, sandrine, community, people):
    client = signed_in(sandrine)
    page = shown(client, community, "status:alumni", "Ève", people=people)

    submit(client, page, {})
    submit(client, page, {})

    assert people["Ève"].pauses.count() == 1


def test_who_would_not_change_is_told_with_why(signed_in, sandrine, community, people):
    make.a_member(community, sandrine)
    make.a_role(people["Ève"].user, community=community)
    mine = sandrine.memberships.get()
    everybody = {**people, "Sandrine": mine}

    page = shown(signed_in(sandrine), community, "role:facilitator", "Ève", "Wei", "Zoé", "Sandrine", people=everybody)

    plan = page.context["plan"]
    assert [m.user.first_name for m in plan.changing] == ["Wei"]
    assert {m.user.first_name: why for m, why in plan.staying} == {
        "Ève": "a déjà ce rôle",
        "Zoé": "n’a pas d’adresse courriel et ne pourrait pas se connecter",
        "Sandrine": "personne ne se donne un rôle à soi-même",
    }
    submit(signed_in(sandrine), page, {})
    assert set(community.facilitators()) == {sandrine, people["Ève"].user, people["Wei"].user}
    assert [m.recipient.first_name for m in Message.objects.all()] == ["Wei"], "told by mail, and nobody else"


def test_the_whole_list_that_was_searched_is_changed_over_its_pages(signed_in, sandrine, community):
    for n in range(60):
        make.a_member(community, make.a_person(f"P{n}"), status="eligible")
    make.a_member(community, make.a_person("Ève"), status="active")
    client = signed_in(sandrine)
    listed = f"{address(community)}?status=eligible"

    page = submit(client, listed, {"everyone": True, "change": "status:invited"})
    assert "60 personnes changeront" in page.content.decode()
    submit(client, page, {})

    assert community.memberships.counts_by_status() == {"invited": 60, "active": 1}
    assert not Message.objects.exists()


def test_nothing_chosen_changes_nothing_and_it_is_said(signed_in, sandrine, community, people):
    client = signed_in(sandrine)

    for typed in ({"change": "status:alumni"}, {"people": [people["Ève"].pk]}):
        page = client.get(submit(client, address(community), typed)["Location"]).content.decode()
        assert "Choisissez" in page

    assert statuses(community)["Ève"] == "active"


def test_people_of_another_community_are_never_changed(signed_in, sandrine, community, people):
    elsewhere = make.a_member(make.a_community("Sœur"))
    data = {"people": [elsewhere.pk, people["Ève"].pk], "change": "status:alumni", "confirmed": "1"}

    signed_in(sandrine).post(f"{address(community)}changer/", data)

    elsewhere.refresh_from_db()
    assert (elsewhere.status, statuses(community)["Ève"]) == ("active", "alumni")


@pytest.mark.parametrize("role", ["coordinator", "evaluator", "external", "admin"])
def test_roles_that_are_not_given_in_numbers_are_nothing(signed_in, sandrine, community, people, role):
    data = {"people": [people["Ève"].pk], "change": f"role:{role}", "confirmed": "1"}

    signed_in(sandrine).post(f"{address(community)}changer/", data)

    assert not RoleAssignment.objects.filter(user=people["Ève"].user).exists()


def test_an_external_facilitator_changes_nobody(signed_in, community, people):
    pascale = make.a_person("Pascale")
    make.a_role(pascale, Role.EXTERNAL, community=community)
    client = signed_in(pascale)

    page = client.get(address(community))
    answer = client.post(f"{address(community)}changer/", {"people": [people["Ève"].pk], "change": "status:alumni"})

    assert b'name="change"' not in page.content
    assert answer.status_code == 403


@pytest.mark.parametrize("status", Membership.Status.values)
@pytest.mark.parametrize("before", Membership.Status.values)
def test_many_become_what_one_would(community, before, status):
    day = timezone.localdate() - dt.timedelta(days=30)
    for first in ("Seule", "Ensemble"):
        member = make.a_member(community, make.a_person(first), status="active", joined_on=None)
        member.become(before, on=day)
    alone, together = community.memberships.order_by("user__first_name").reverse()

    alone.become(status)
    bulk_changes.become([together], status, on=timezone.localdate())

    for member in (alone, together):
        member.refresh_from_db()
    fields = ["status", "joined_on", "left_on", "paused_on"]
    assert [getattr(together, name) for name in fields] == [getattr(alone, name) for name in fields]
    away = ["starts_on", "ends_on", "has_left", "status_before"]
    assert list(together.pauses.values_list(*away)) == list(alone.pauses.values_list(*away))


def test_statuses_are_changed_in_as_many_queries_for_five_as_for_fifty(community, sandrine):
    told = []
    audit.write(Action.EXPORTED, by=sandrine, community=community)  # who acts has a key from now on
    for n in (5, 50):
        community.memberships.all().delete()
        for _ in range(n):
            make.a_member(community)
        with CaptureQueriesContext(connection) as queries:
            done = bulk_changes.apply_to_many(
                community, community.memberships.all(), Change("status", "alumni"), by=sandrine
            )
        assert len(done.changing) == n
        told.append(len(queries))

    assert told[0] == told[1]


def test_boxes_are_named_for_who_does_not_see(signed_in, sandrine, community, people):
    page = signed_in(sandrine).get(address(community))

    assert form_on(page, ["people", "change"])
    assert "Choisir Ève Dubé" in page.content.decode()
