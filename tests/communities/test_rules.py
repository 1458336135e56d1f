"""Who may do what to a community: every permission × everyone of the cast."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from communities.models import Role
from tests import factories as make

TABLE = """
                    facilitator external note_taker member coordinator evaluator administrator stranger nobody
create                        -        -          -      -           x         -             x        -      -
read                          x        x          x      x           x         x             -        -      -
edit                          x        x          -      -           x         -             -        -      -
adopt                         x        -          -      -           x         -             -        -      -
propose                       x        x          -      x           x         -             -        -      -
acknowledge                   -        -          -      x           -         -             -        -      -
archive                       -        -          -      -           x         -             x        -      -
see_people                    x        x          x      x           x         -             x        -      -
see_contacts                  x        x          -      -           x         -             -        -      -
manage_people                 x        -          -      -           x         -             -        -      -
import_people                 x        -          -      -           x         -             -        -      -
export_people                 x        -          -      -           x         -             -        -      -
grant_roles                   x        -          -      -           x         -             -        -      -
grant_coordination            -        -          -      -           x         -             -        -      -
grant_evaluation              -        -          -      -           x         -             -        -      -
see_budget                    x        x          -      -           x         -             -        -      -
"""
WHO, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CASES = [(row[0], who, mark == "x") for row in ROWS for who, mark in zip(WHO, row[1:], strict=True)]


@pytest.fixture
def people(community, sandrine, karim, philippe, nadia, ada, sam):
    external, evaluator = make.a_person("Eve"), make.a_person("Université")
    make.a_role(external, Role.EXTERNAL, community=community)
    make.a_role(evaluator, Role.EVALUATOR, community=community)
    return {
        "facilitator": sandrine,
        "external": external,
        "note_taker": karim,
        "member": nadia,
        "coordinator": philippe,
        "evaluator": evaluator,
        "administrator": ada,
        "stranger": sam,
        "nobody": AnonymousUser(),
    }


@pytest.mark.parametrize(("perm", "who", "may"), CASES, ids=lambda value: str(value))
def test_who_may(perm, who, may, people, community):
    thing = None if perm == "create" else community

    assert bool(people[who].has_perm(f"communities.{perm}", thing)) is may


@pytest.mark.parametrize("perm", [row[0] for row in ROWS if row[0] != "create"])
def test_a_role_in_one_community_says_nothing_of_its_sister(perm, people, programme):
    sister = make.a_community("Sœur", programme=programme)

    may = {who for who, person in people.items() if person.has_perm(f"communities.{perm}", sister)}

    assert may <= {"coordinator", "administrator"}


@pytest.mark.parametrize("days", [{"ends_on": -1}, {"starts_on": 1}])
def test_a_role_ended_or_not_begun_is_no_role(days, community):
    person = make.a_person("Eve")
    today = timezone.localdate()
    make.a_role(
        person, Role.EXTERNAL, community=community, **{k: today + dt.timedelta(days=n) for k, n in days.items()}
    )

    assert not person.has_perm("communities.read", community)
