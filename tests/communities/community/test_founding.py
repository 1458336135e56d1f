"""Founding a community: whole or not at all, once however often the form is sent."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from cmtl.parts import row_with
from communities.domain.community.founding import Plan, found
from communities.models import (
    Community,
    Membership,
    Objective,
    Policies,
    Programme,
    Role,
    RoleAssignment,
    Rule,
    profiles,
)
from tests import factories as make
from tests.forms import form_on
from tests.racing import needs_row_locks

URL = "/communautes/nouvelle/"


@pytest.fixture
def typed(programme):
    """What one types in the form, the rules left as proposed except the last."""
    rules = {
        f"rules-{n}-{name}": value
        for n, theme in enumerate(Rule.Theme.values)
        for name, value in [("text", f"Règle : {theme}"), ("is_active", n != 6)]
    }
    return {
        "name": "Groupe des Vingt",
        "programme": programme.pk,
        "new_programme": "",
        "purpose": "Agir pour l’équité",
        "mode_policy": "alternating",
        "territory": "Montréal",
        "target_min": 10,
        "target_max": 20,
        "meetings_per_year": 5,
        "meeting_minutes": 90,
        "anonymity_threshold": 6,
        "objectives_links": ["Créer des liens", "  ", "Garder ces liens"],
        "objectives_practice": ["Partager"],
        "facilitates": True,
        **rules,
    }


def founding(client, typed, **changes):
    """The form of a new cohort, filled; nobody has pressed yet."""
    form = form_on(client.get(URL, {"profile": "cohort"}), ["name"])
    return form.add_lines("objectives_links", 2).fill({**typed, **changes})


def a_plan(**fields) -> Plan:
    fields = {"key": uuid.uuid4(), "profile": "open", "fields": {"name": "Constellation"}, **fields}
    return Plan(**fields)


def test_the_form_makes_everything_it_says(signed_in, philippe, typed):
    client = signed_in(philippe)

    response = founding(client, typed).press(client)

    community = Community.objects.get(name="Groupe des Vingt")
    assert response["Location"] == community.get_absolute_url()
    assert (community.profile, community.anonymity_threshold) == ("cohort", 6)
    assert Policies.of(community).mode_policy == "alternating"
    assert community.attendance_policy == profiles.AttendancePolicy.COMMITTED, "what the profile sets"
    assert [(o.kind, o.wording) for o in community.objectives.all()] == [
        (Objective.Kind.LINKS, "Créer des liens"),
        (Objective.Kind.LINKS, "Garder ces liens"),
        (Objective.Kind.PRACTICE, "Partager"),
    ]
    assert [r.theme for r in community.rules.all()] == Rule.Theme.values
    assert community.rules.get(is_active=False).theme == Rule.Theme.CAMERA
    assert list(community.facilitators()) == [philippe]


@pytest.mark.parametrize("profile", profiles.Profile.values)
def test_each_profile_sets_its_own_policies(profile, philippe):
    community = found(a_plan(profile=profile), by=philippe)

    for name, value in profiles.PRESETS[profile].policies().items():
        assert getattr(row_with(community, name), name) == value


@pytest.mark.parametrize(("language", "word"), [("fr-ca", "Chaque personne"), ("en", "Everyone has")])
def test_the_rules_are_proposed_in_the_language_of_the_founder(signed_in, philippe, language, word):
    philippe.language = language
    philippe.save()

    page = signed_in(philippe).get(URL, {"profile": "open"}).content.decode()

    assert word in page


def test_a_new_programme_is_coordinated_by_who_names_it(signed_in, philippe, typed):
    client = signed_in(philippe)

    founding(client, typed, programme="", new_programme="Équité").press(client)

    programme = Programme.objects.get(name="Équité")
    assert Community.objects.get(name="Groupe des Vingt").programme == programme
    assert programme.role_assignments.get().user == philippe
    assert programme.role_assignments.get().role == Role.COORDINATOR


def test_naming_someone_elses_programme_gives_nothing(signed_in, philippe, typed):
    other, client = make.a_programme("Ailleurs"), signed_in(philippe)

    response = founding(client, typed, programme="", new_programme="ailleurs").press(client)

    assert response.status_code == 422
    assert not other.role_assignments.exists()
    assert not Community.objects.exists()


def test_a_programme_taken_at_the_last_moment_leaves_nothing_by_halves(philippe):
    make.a_programme("Équité")

    with pytest.raises(ValidationError):
        found(a_plan(new_programme="Équité", objectives=[("links", "Liens")]), by=philippe)

    assert not Community.objects.exists()
    assert not Objective.objects.exists()
    assert not Programme.objects.get(name="Équité").role_assignments.exists()


def test_a_programme_one_does_not_coordinate_cannot_be_chosen(signed_in, philippe, typed):
    other, client = make.a_programme("Ailleurs"), signed_in(philippe)
    sent = dict(founding(client, typed).data().lists())

    response = client.post(URL, {**sent, "programme": other.pk})

    assert response.status_code == 422
    assert not Community.objects.exists()


def test_another_person_can_be_named_to_facilitate(signed_in, philippe, typed):
    other = {"other_email": "Rosalie@Exemple.quebec", "other_first_name": "Rosalie", "other_last_name": "Roy"}
    client = signed_in(philippe)

    founding(client, typed, **other, facilitates=False).press(client)

    (rosalie,) = Community.objects.get(name="Groupe des Vingt").facilitators()
    assert (rosalie.email, rosalie.full_name) == ("rosalie@exemple.quebec", "Rosalie Roy")
    assert not Membership.objects.exists(), "who facilitates is not thereby a member"


def test_a_community_is_not_left_to_nobody(signed_in, ada, typed):
    client = signed_in(ada)

    response = founding(client, typed, programme="", facilitates=False).press(client)

    assert response.status_code == 422
    assert "facilitates" in response.context["form"].errors


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("anonymity_threshold", 4),
        ("meetings_per_year", 0),
        ("meeting_minutes", 5),
        ("target_max", 3),
        ("name", ""),
        ("target_min", 10**12),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_typed_is_lost(signed_in, philippe, typed, field, value):
    client = signed_in(philippe)

    response = founding(client, typed, **{field: value}).press(client)

    assert response.status_code == 422
    assert not Community.objects.exists()
    assert "Agir pour l’équité" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 121),
        ("mode_policy", "by pigeon"),
        ("key", "not a key"),
        ("objectives_links", ["y" * 301]),
        ("rules-0-text", "z" * 401),
    ],
)
def test_what_the_page_does_not_let_one_type_is_refused_too(signed_in, philippe, typed, field, value):
    client = signed_in(philippe)
    sent = dict(founding(client, typed).data().lists())

    response = client.post(URL, {**sent, field: value})

    assert response.status_code == 422
    assert not Community.objects.exists()
    assert "Agir pour l’équité" in response.content.decode()


def test_the_same_form_sent_twice_founds_one_community(signed_in, philippe, typed):
    client = signed_in(philippe)
    form = founding(client, typed, programme="", new_programme="Équité")

    first, second = form.press(client), form.press(client)

    assert first["Location"] == second["Location"]
    assert Community.objects.count() == 1
    assert RoleAssignment.objects.filter(role=Role.FACILITATOR).count() == 1


def test_two_forms_found_two_communities(signed_in, philippe, typed):
    """The control of the test above: it is the key that makes one, not the name."""
    client = signed_in(philippe)

    founding(client, typed).press(client)
    founding(client, typed).press(client)

    assert Community.objects.count() == 2


def race(*calls) -> list:
    """Run the calls at the same moment, each on its own connection; what each returned or raised."""
    ready, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        ready.wait()
        try:
            results[place] = call()
        except Exception as error:  # handed to the test
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
@needs_row_locks
@pytest.mark.parametrize(("same_key", "founded"), [(True, 1), (False, 6)], ids=["one key", "control: six keys"])
def test_presses_at_the_same_moment(philippe, same_key, founded):
    key = uuid.uuid4()
    plans = [a_plan(key=key if same_key else uuid.uuid4(), objectives=[("links", "Liens")]) for _ in range(6)]

    results = race(*[lambda plan=plan: found(plan, by=philippe) for plan in plans])

    assert not [r for r in results if isinstance(r, Exception)]
    assert len({community.pk for community in results}) == founded
    assert Community.objects.count() == Objective.objects.count() == founded


def test_the_first_page_says_what_each_profile_changes(signed_in, philippe):
    page = signed_in(philippe).get(URL)

    for profile in profiles.Profile.values:
        assert f"?profile={profile}".encode() in page.content
    assert signed_in(philippe).get(URL, {"profile": "invented"}).status_code == 200


def test_a_member_founds_nothing(signed_in, nadia, typed):
    assert signed_in(nadia).get(URL).status_code == 403
    assert signed_in(nadia).post(URL, typed).status_code == 403


def test_reverse_of_the_page_is_french():
    assert reverse("communities:create") == URL
