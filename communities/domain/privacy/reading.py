"""Named reads by those who do not run the community: written down, so that members may know who looked (C4)."""

from collections.abc import Iterable

from django.db import models

from accounts.domain import audit
from accounts.models import Action, User
from communities.domain.roles.acting import ADMINISTRATOR, role_of
from communities.models import Community, Membership, Role, roles_of

LOOKS_IN = (Role.COORDINATOR, ADMINISTRATOR)


def note(action: Action, community: Community, *, by: User, about: models.Model | None = None) -> None:
    """Of those who facilitate or take notes there, reading is their work and leaves no line."""
    if role_of(by, community.pk) in LOOKS_IN:
        audit.write_read(action, by=by, about=about, community=community)


def note_contacts(shown: Iterable[Membership], *, by: User) -> None:
    """Of a page on which people of several communities stand: a line for each that one only coordinates."""
    programmes, own = roles_of(by).by_programme, roles_of(by).by_community
    coordinated = {pk for pk, held in programmes.items() if Role.COORDINATOR in held}
    if not coordinated:
        return
    found = {m.community for m in shown if m.community.programme_id in coordinated and not own.get(m.community_id)}
    for community in sorted(found, key=lambda c: c.pk):
        audit.write_read(Action.CONTACTS_READ, by=by, community=community)
