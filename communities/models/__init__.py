"""Who belongs: programmes, communities, organisations, memberships, and the roles people hold."""

from communities.models.community import Community, CommunityQuerySet, Programme
from communities.models.frame import Objective, Rule
from communities.models.imports import MemberImport
from communities.models.people import Membership, MembershipQuerySet, Organisation
from communities.models.roles import LEADING, PRIVILEGED, Grant, Role, Roles, roles_of

__all__ = [
    "LEADING",
    "PRIVILEGED",
    "Community",
    "CommunityQuerySet",
    "Grant",
    "MemberImport",
    "Membership",
    "MembershipQuerySet",
    "Objective",
    "Organisation",
    "Programme",
    "Role",
    "Roles",
    "Rule",
    "roles_of",
]
