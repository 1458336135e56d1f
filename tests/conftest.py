"""The cast. Sandrine facilitates Constellation, Karim takes its notes, Philippe coordinates its programme,
Nadia is a member of it, Ada administers the platform, and Sam is a stranger who belongs to nothing."""

import pytest

from communities.models import Role
from tests import factories as make


@pytest.fixture
def programme(db):
    return make.a_programme("Familles isolées")


@pytest.fixture
def community(programme):
    return make.a_community("Constellation", programme=programme)


@pytest.fixture
def sandrine(community):
    user = make.a_person("Sandrine", "Beaulieu", email="sandrine@exemple.quebec")
    make.a_grant(user, Role.FACILITATOR, community=community)
    return user


@pytest.fixture
def karim(community):
    user = make.a_person("Karim", "Lahlou", email="karim@exemple.quebec")
    make.a_grant(user, Role.NOTE_TAKER, community=community)
    return user


@pytest.fixture
def philippe(programme):
    user = make.a_person("Philippe", "Marchand", email="philippe@exemple.quebec")
    make.a_grant(user, Role.COORDINATOR, programme=programme)
    return user


@pytest.fixture
def nadia(community):
    """A member; `nadia.memberships.get()` is her membership."""
    user = make.a_person("Nadia", "Amrani", email="nadia@exemple.quebec")
    make.a_member(community, user, organisation="Table de quartier Ahuntsic")
    return user


@pytest.fixture
def ada(db):
    return make.a_person("Ada", "Opératrice", email="ada@exemple.quebec", is_staff=True)


@pytest.fixture
def sam(db):
    return make.a_person("Sam", "Étranger", email="sam@exemple.quebec")


@pytest.fixture
def meeting(community, sandrine):
    """Planned in three days, not yet invited to."""
    planned = make.a_meeting(community, title="Rejoindre les pères isolés", link="https://zoom.example/j/123")
    planned.facilitators.add(sandrine)
    return planned


@pytest.fixture
def signed_in(client):
    """`signed_in(sandrine)` is a test client in her name."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
