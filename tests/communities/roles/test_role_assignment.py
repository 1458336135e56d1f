"""Roles: given by those who may, never to oneself, and never down to nobody."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from communities.domain.roles import role_assignment, role_emails
from communities.models import Role, RoleAssignment
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/roles/"


def someone(role, email="rosalie@exemple.quebec", **fields):
    return {"role": role, "email": email, "first_name": "Rosalie", "last_name": "Roy", **fields}


def withdraw(client, address, assignment):
    return submit(client, address, button=f"withdraw={assignment.pk}")


@pytest.mark.parametrize("role", ["facilitator", "external", "note_taker"])
def test_a_facilitator_appoints_someone_new(signed_in, sandrine, community, address, role):
    until = timezone.localdate() + dt.timedelta(days=90)

    response = submit(signed_in(sandrine), address, someone(role, ends_on=until.isoformat()))

    assignment = RoleAssignment.objects.get(user__email="rosalie@exemple.quebec")
    assert response.status_code == 302
    assert (assignment.role, assignment.community, assignment.ends_on, assignment.granted_by) == (
        role,
        community,
        until,
        sandrine,
    )


def test_a_known_address_is_the_person_whose_name_stays(signed_in, sandrine, nadia, address):
    submit(signed_in(sandrine), address, someone("note_taker", email=" NADIA@exemple.quebec "))

    assert nadia.role_assignments.get().role == Role.NOTE_TAKER
    assert User.objects.get(email="nadia@exemple.quebec").first_name == "Nadia"


def test_nobody_gives_a_role_to_themselves(client, sandrine, philippe, address):
    for person in (sandrine, philippe):
        client.force_login(person)
        before = person.role_assignments.count()

        response = submit(client, address, someone("external", email=person.email))

        assert response.status_code == 422
        assert person.role_assignments.count() == before


@pytest.mark.parametrize("role", ["coordinator", "evaluator", "administrator", ""])
def test_a_facilitator_hands_out_no_more_than_the_roles_of_the_community(signed_in, sandrine, address, role):
    response = signed_in(sandrine).post(address, someone(role))

    assert response.status_code == 422
    assert not RoleAssignment.objects.filter(user__email="rosalie@exemple.quebec").exists()


def test_the_verb_itself_refuses_what_the_form_does_not_offer(sandrine, community):
    with pytest.raises(PermissionDenied):
        role_assignment.appoint(
            community,
            Role.COORDINATOR,
            email="r@exemple.quebec",
            first_name="R",
            last_name="",
            ends_on=None,
            by=sandrine,
        )
    assert not User.objects.filter(email="r@exemple.quebec").exists()


def test_the_coordination_is_shared_by_the_coordination(signed_in, philippe, programme, address):
    submit(signed_in(philippe), address, someone("coordinator"))

    assert programme.role_assignments.exclude(user=philippe).get().role == Role.COORDINATOR


@pytest.mark.parametrize("who", ["external", "karim", "nadia"])
def test_others_see_no_roles_page(client, community, karim, nadia, address, who):
    external = make.a_person("Eve")
    make.a_role(external, Role.EXTERNAL, community=community)
    client.force_login({"external": external, "karim": karim, "nadia": nadia}[who])

    assert client.get(address).status_code == 403


def test_a_role_withdrawn_closes_at_once(client, sandrine, karim, community, address):
    client.force_login(sandrine)
    withdraw(client, address, karim.role_assignments.get())

    client.force_login(karim)
    assert client.get(community.get_absolute_url()).status_code == 404


def test_the_last_person_who_leads_stays(signed_in, sandrine, community, address):
    withdraw(signed_in(sandrine), address, sandrine.role_assignments.get())

    assert sandrine.role_assignments.in_force().exists()


def test_with_a_coordination_the_facilitator_may_leave(signed_in, sandrine, philippe, address):
    response = withdraw(signed_in(sandrine), address, sandrine.role_assignments.get())

    assert not sandrine.role_assignments.in_force().exists()
    assert response["Location"] == "/communautes/"


def test_the_last_coordinator_stays(signed_in, philippe, sandrine, address):
    withdraw(signed_in(philippe), address, philippe.role_assignments.get())

    assert philippe.role_assignments.in_force().exists()


def test_a_facilitator_does_not_withdraw_a_coordinator(signed_in, sandrine, philippe, address):
    make.a_role(make.a_person(), Role.COORDINATOR, programme=philippe.role_assignments.get().programme)

    response = signed_in(sandrine).post(address, {"withdraw": philippe.role_assignments.get().pk})

    assert response.status_code == 403
    assert philippe.role_assignments.in_force().exists()


def test_a_role_of_another_community_is_not_found_here(signed_in, sandrine, address):
    other = make.a_role(make.a_person(), Role.NOTE_TAKER, community=make.a_community())

    assert signed_in(sandrine).post(address, {"withdraw": other.pk}).status_code == 404
    assert signed_in(sandrine).post(address, {"withdraw": "x"}).status_code == 404


def test_giving_the_same_role_again_changes_its_end_only(signed_in, sandrine, karim, community, address):
    submit(signed_in(sandrine), address, someone("note_taker", email=karim.email, ends_on="2099-01-01"))

    assert karim.role_assignments.get().ends_on == dt.date(2099, 1, 1)
    assert not Message.objects.filter(kind=role_emails.APPOINTED.slug).exists()


def test_a_role_withdrawn_stays_in_the_history(signed_in, sandrine, karim, community, address):
    client = signed_in(sandrine)
    withdraw(client, address, karim.role_assignments.get())

    ended = karim.role_assignments.get()
    assert (ended.ends_on, ended.ended_by) == (timezone.localdate(), sandrine)
    assert list(role_assignment.history_of(community)) == [ended]
    assert "Karim Lahlou" in client.get(address).content.decode()


def test_a_role_given_again_is_a_new_one(signed_in, sandrine, karim, address):
    client = signed_in(sandrine)
    withdraw(client, address, karim.role_assignments.get())

    submit(client, address, someone("note_taker", email=karim.email))

    assert karim.role_assignments.count() == 2
    assert karim.role_assignments.in_force().get().starts_on == timezone.localdate()


def test_a_mandate_that_ran_out_leaves_its_place(signed_in, sandrine, community, address):
    past = timezone.localdate() - dt.timedelta(days=30)
    eve = make.a_person("Eve")
    make.a_role(eve, Role.EXTERNAL, community=community, ends_on=past)

    submit(signed_in(sandrine), address, someone("external", email=eve.email))

    assert eve.role_assignments.get(ended_at=None).starts_on == timezone.localdate()
    assert eve.role_assignments.exclude(ended_at=None).get().ends_on == past


def test_a_role_to_come_opens_nothing_yet(signed_in, client, sandrine, community, address):
    soon = timezone.localdate() + dt.timedelta(days=10)

    submit(signed_in(sandrine), address, someone("facilitator", starts_on=soon.isoformat()))

    rosalie = User.objects.get(email="rosalie@exemple.quebec")
    assert not rosalie.role_assignments.in_force().exists()
    assert rosalie.role_assignments.in_force(soon).exists()
    assert rosalie.role_assignments.get() in role_assignment.assignments_of(community)


def test_the_person_is_told_once_and_in_the_same_breath(signed_in, sandrine, community, address):
    client, given = signed_in(sandrine), someone("facilitator")
    giving = form_on(client.get(address), given).fill(given)

    for _twice in range(2):
        giving.press(client)

    mail = Message.objects.get(kind=role_emails.APPOINTED.slug)
    assert mail.to == "rosalie@exemple.quebec"
    assert f"next=/communautes/{community.pk}/" in mail.text
    assert role_emails.role_cancel_reason(mail) is None


def test_a_role_withdrawn_before_its_mail_left_is_not_announced(signed_in, sandrine, address):
    client = signed_in(sandrine)
    submit(client, address, someone("note_taker"))

    withdraw(client, address, RoleAssignment.objects.get(user__email="rosalie@exemple.quebec"))

    assert role_emails.role_cancel_reason(Message.objects.get(kind=role_emails.APPOINTED.slug))


def test_an_external_evaluator_is_given_by_the_coordination_with_an_end(signed_in, philippe, address):
    client = signed_in(philippe)
    until = timezone.localdate() + dt.timedelta(days=300)

    assert submit(client, address, someone("evaluator")).status_code == 422
    submit(client, address, someone("evaluator", ends_on=until.isoformat()))

    assert RoleAssignment.objects.get(role=Role.EVALUATOR).ends_on == until


def test_a_role_does_not_end_before_it_starts(signed_in, sandrine, address):
    response = submit(signed_in(sandrine), address, someone("external", starts_on="2099-02-01", ends_on="2099-01-01"))

    assert response.status_code == 422


# ------------------------------------------------------------ where nobody is left


@pytest.fixture
def left_alone(community, sandrine, philippe):
    """Both who led Constellation have gone; its sister, of another programme, is still led."""
    sandrine.role_assignments.update(ended_at=timezone.now(), ends_on=timezone.localdate())
    philippe.role_assignments.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    sister = make.a_community("Groupe des Vingt", programme=make.a_programme("Culture"))
    make.a_role(make.a_person("Thierno"), Role.FACILITATOR, community=sister)
    return community


def of(place):
    return f"/communautes/{place.pk}/roles/"


def rosalie(role="facilitator"):
    return {"role": role, "email": "rosalie@exemple.quebec", "first_name": "Rosalie", "last_name": "Roy"}


def test_an_administrator_finds_who_is_led_by_nobody_and_names_someone(signed_in, ada, left_alone):
    client = signed_in(ada)
    listed = client.get("/communautes/").content.decode()
    assert listed.count("Nommer quelqu’un") == 1
    assert of(left_alone) in listed
    assert of(left_alone) in client.get(left_alone.get_absolute_url()).content.decode()

    answer = submit(client, of(left_alone), rosalie())

    assert answer["Location"] == left_alone.get_absolute_url()
    assignment = RoleAssignment.objects.get(user__email="rosalie@exemple.quebec")
    assert (assignment.role, assignment.community, assignment.granted_by) == (Role.FACILITATOR, left_alone, ada)
    assert Message.objects.get(kind=role_emails.APPOINTED.slug).to == "rosalie@exemple.quebec"
    assert client.get(of(left_alone)).status_code == 403, "from then on, roles are given by her"
    assert "Nommer quelqu’un" not in client.get("/communautes/").content.decode()


def test_a_coordination_can_be_named_too(signed_in, ada, left_alone, programme):
    submit(signed_in(ada), of(left_alone), rosalie("coordinator"))

    assert programme.role_assignments.in_force().get().user.email == "rosalie@exemple.quebec"


def test_outside_any_programme_nobody_else_is_left(signed_in, ada, left_alone):
    """A role without a programme must not be taken for the coordination of no programme at all."""
    alone = make.a_community("Sans programme")
    client = signed_in(ada)
    assert client.get("/communautes/").content.decode().count("Nommer quelqu’un") == 2

    roles = client.get(of(alone)).context["form"].fields["role"].choices
    assert [value for value, _label in roles] == ["facilitator"]


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATOR])
def test_somebody_is_left(signed_in, ada, left_alone, role):
    """One leader is enough, here or through the programme; a closed account leads nothing."""
    scope = {"community": left_alone} if role == Role.FACILITATOR else {"programme": left_alone.programme}
    assignment = make.a_role(make.a_person("Mireille"), role, **scope)
    client = signed_in(ada)
    assert client.get(of(left_alone)).status_code == 403
    assert client.post(of(left_alone), rosalie()).status_code == 403

    User.objects.filter(pk=assignment.user_id).update(is_active=False)

    assert client.get(of(left_alone)).status_code == 200


def test_an_administrator_names_neither_themselves_nor_another_role(signed_in, ada, left_alone, karim):
    client = signed_in(ada)

    assert "vous" in submit(client, of(left_alone), {"role": "facilitator", "email": ada.email}).content.decode()
    assert client.post(of(left_alone), rosalie("evaluator")).status_code == 422
    assert client.post(of(left_alone), {"withdraw": karim.role_assignments.get().pk}).status_code == 403
    assert not ada.role_assignments.exists()
    assert not User.objects.filter(email="rosalie@exemple.quebec").exists()
    assert karim.role_assignments.in_force().exists()


def test_an_administrator_reads_no_address_on_the_way(signed_in, ada, left_alone, karim):
    page = signed_in(ada).get(of(left_alone)).content.decode()

    assert karim.full_name in page
    assert karim.email not in page
    assert "/reglages/" not in page, "no link that would be refused"


def test_an_archived_community_is_reopened_first(signed_in, ada, left_alone):
    type(left_alone).objects.filter(pk=left_alone.pk).update(status="archived")
    client = signed_in(ada)

    assert client.get(of(left_alone)).status_code == 403
    assert "Nommer quelqu’un" not in client.get("/communautes/").content.decode()


@pytest.mark.parametrize(("who", "answer"), [("karim", 403), ("nadia", 403), ("sam", 404)])
def test_nobody_but_an_administrator_names_a_leader(client, left_alone, karim, nadia, sam, who, answer):
    client.force_login({"karim": karim, "nadia": nadia, "sam": sam}[who])

    assert client.get(of(left_alone)).status_code == answer
    assert client.post(of(left_alone), rosalie()).status_code == answer
    assert "Nommer quelqu’un" not in client.get("/communautes/").content.decode()


def test_the_list_asks_once_whatever_its_length(signed_in, ada, left_alone, django_assert_num_queries):
    client = signed_in(ada)
    client.get("/communautes/")
    with CaptureQueriesContext(connection) as few:
        client.get("/communautes/")
    for n in range(5):
        make.a_community(f"Seule {n}")

    with django_assert_num_queries(len(few)):
        client.get("/communautes/")
