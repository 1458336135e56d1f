"""By which role a person acts, as the audit log says it: the one nearest to the community."""

from accounts.models import User
from communities.models import Community, Role, Roles, roles_of

OFFICER, ADMINISTRATOR = "officer", "administrator"
NEAREST = (Role.FACILITATOR, Role.EXTERNAL, Role.NOTE_TAKER, Role.COORDINATOR, Role.EVALUATOR, Roles.MEMBER)


def role_of(user: User, community: int | None) -> str:
    held = roles_of(user).by_community.get(community or 0, set()) | _through_programme(user, community)
    if nearest := next((str(role) for role in NEAREST if role in held), ""):
        return nearest
    if user.is_privacy_officer:
        return OFFICER
    return ADMINISTRATOR if user.is_staff else ""


def _through_programme(user: User, community: int | None) -> set[str]:
    """Without a community, what one holds in any programme."""
    by_programme = roles_of(user).by_programme
    if not by_programme:
        return set()
    if community is None:
        return set().union(*by_programme.values())
    programme = Community.objects.filter(pk=community).order_by().values_list("programme", flat=True).first()
    return by_programme.get(programme or 0, set())
