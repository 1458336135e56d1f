"""Environmental files of linked cities: representatives change, the city's history stays."""

import datetime as dt

import pytest
from django.utils import timezone

from communities.domain.organisations import representing
from communities.models import Membership
from evaluations.domain import indicators
from meetings.models import Meeting
from tests import factories as make
from tests.forms import form_on, submit

SPRING, SUMMER, AUTUMN = dt.date(2025, 3, 12), dt.date(2025, 7, 1), dt.date(2025, 10, 8)


@pytest.fixture
def cities(programme, sandrine):
    community = make.a_community("Dossiers environnementaux des villes liées", programme=programme)
    make.a_role(sandrine, community=community)
    return community


@pytest.fixture
def joris(cities):
    """Speaks for Westmount until he is replaced."""
    listed = make.a_member(cities, make.a_person("Joris", "Petit"), organisation="Ville de Westmount")
    return Membership.objects.get(pk=listed.pk)


def held(community, day, *present):
    start = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    meeting = make.a_meeting(community, start, closed_at=start, attendance_confirmed_at=start)
    for membership in present:
        make.an_attendance(meeting, membership)
    return meeting


def somebody(first, last="Nouvelle", email=""):
    return {"listed": None, "first_name": first, "last_name": last, "email": email, "title": ""}


def measured(community, code, year=2025):
    return indicators.of([community], year, today=dt.date(2025, 12, 31))[community.pk].by_code[code]


def measure(community, code, year=2025):
    return measured(community, code, year).value


def attended(organisation, community):
    return representing.meetings_attended(organisation, [community.pk])[community.pk]


def test_who_is_replaced_leaves_and_the_city_keeps_its_history(cities, joris):
    city = joris.organisation
    held(cities, SPRING, joris)

    amel = representing.replace(joris, somebody("Amel"), on=SUMMER, stays=False)
    held(cities, AUTUMN, amel)

    joris.refresh_from_db()
    assert (joris.status, joris.left_on) == ("alumni", SUMMER)
    assert (amel.status, amel.joined_on, amel.organisation) == ("active", SUMMER, city)
    assert attended(city, cities) == (2, 2)
    assert measure(cities, "P8") == 1


def test_who_stays_as_an_individual_no_longer_counts_for_the_city(cities, joris):
    city = joris.organisation
    held(cities, SPRING, joris)

    representing.replace(joris, somebody("Amel"), on=SUMMER, stays=True)
    held(cities, AUTUMN, joris)

    joris.refresh_from_db()
    assert (joris.status, joris.organisation, joris.as_individual) == ("active", None, True)
    assert attended(city, cities) == (1, 2)
    assert measure(cities, "P8") == 1


def test_someone_who_changes_cities_leaves_their_presences_behind(cities, joris):
    hampstead = make.a_member(cities, organisation="Ville de Hampstead")
    held(cities, SPRING, joris)

    representing.replace(hampstead, {**somebody(""), "listed": joris}, on=SUMMER, stays=False)
    held(cities, AUTUMN, joris)

    joris.refresh_from_db()
    assert attended(hampstead.organisation, cities) == (1, 2)
    assert joris.representations.get().organisation.name == "Ville de Westmount"
    assert measure(cities, "P8") == 2


def test_either_of_a_representative_and_a_substitute_is_enough(cities, joris):
    substitute = representing.name_substitute(joris, somebody("Béa"), on=SPRING)
    held(cities, SPRING, joris)
    held(cities, AUTUMN, substitute)
    held(cities, AUTUMN + dt.timedelta(days=7))

    assert substitute.seat == Membership.Seat.SUBSTITUTE
    assert attended(joris.organisation, cities) == (2, 3)


def test_a_substitute_is_not_expected_at_each_meeting(cities, joris):
    representing.name_substitute(joris, somebody("Béa"), on=SPRING)
    held(cities, AUTUMN, joris)

    found = measured(cities, "P3")
    assert (found.count, found.n) == (1, 1)


@pytest.mark.parametrize("twice", [False, True])
def test_replaced_twice_is_replaced_once(signed_in, sandrine, cities, joris, twice):
    sent = {"first_name": "Amel", "last_name": "Roy", "on": "2025-07-01", "stays": "no"}
    client = signed_in(sandrine)
    replacing = form_on(client.get(f"/membres/{joris.pk}/remplacer/"), sent).fill(sent)
    for _press in range(1 + twice):
        replacing.press(client)

    assert cities.memberships.filter(user__first_name="Amel").count() == 1
    assert cities.memberships.active().count() == 1


def test_a_day_to_come_is_refused_at_its_field(signed_in, sandrine, cities, joris):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    sent = {"first_name": "Amel", "on": tomorrow.isoformat(), "stays": "no"}
    page = submit(signed_in(sandrine), f"/membres/{joris.pk}/remplacer/", sent)

    assert page.status_code == 422
    assert "on" in page.context["form"].errors
    assert cities.memberships.count() == 1


def test_an_organisation_written_by_mistake_is_written_over(signed_in, sandrine, cities, joris):
    held(cities, SPRING, joris)
    corrected = {"organisation": "Ville de Mont-Royal", "seat": "main"}

    submit(signed_in(sandrine), f"/membres/{joris.pk}/organisation/", corrected)

    joris.refresh_from_db()
    assert joris.organisation.name == "Ville de Mont-Royal"
    assert not joris.representations.exists()
    assert attended(joris.organisation, cities) == (1, 1)


def test_an_organisation_left_on_a_day_stays_in_the_history_until_it_is_called_a_mistake(
    signed_in, sandrine, cities, joris
):
    client, address = signed_in(sandrine), f"/membres/{joris.pk}/organisation/"
    form = {"organisation": "Ville de Mont-Royal", "seat": "main", "on": "2025-07-01", "hours_are_work": "yes"}
    submit(client, address, form)
    joris.refresh_from_db()
    assert (joris.represents_since, joris.hours_are_work) == (SUMMER, True)

    submit(client, address, action=f"{address}{joris.representations.get().pk}/oublier/")

    joris.refresh_from_db()
    assert not joris.representations.exists()
    assert joris.represents_since is None


def test_two_people_changing_it_see_both(signed_in, sandrine, cities, joris):
    client = signed_in(sandrine)
    opened = client.get(f"/membres/{joris.pk}/organisation/")
    Membership.objects.filter(pk=joris.pk).update(manager_name="Diane Gravel")
    form = {"organisation": "Ville de Westmount", "seat": "main", "manager_name": "Paul Otis"}

    page = submit(client, opened, form)

    assert page.status_code == 409
    assert "Diane Gravel" in page.content.decode()
    assert "Paul Otis" in page.content.decode()


def test_a_new_organisation_in_the_list_of_this_year_keeps_last_years(cities, joris):
    joris.correct_organisation(None)

    assert joris.representations.get().ends_on == timezone.localdate()
    assert Meeting.objects.count() == 0
