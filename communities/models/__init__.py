"""Who belongs: programmes, communities, organisations, memberships, and the roles people hold."""

from communities.models.advice import SetAside
from communities.models.budget import BudgetLine
from communities.models.community import Community, CommunityQuerySet, Programme
from communities.models.consents import Consent, Purpose
from communities.models.frame import (
    Objective,
    ObjectiveProposal,
    ObjectivesReview,
    ObjectiveVersion,
    OutOfReach,
    Rule,
    RulesAcknowledgement,
    RulesVersion,
)
from communities.models.groups import SubGroup
from communities.models.imports import ImportedLine, MemberImport
from communities.models.life import HandOver, StatusChange
from communities.models.merges import FormerMembership, KeptApart, Kind, Merge
from communities.models.outcomes import Need, Outcome, Party, PracticeCard, StageChange
from communities.models.partners import ForeseenEvaluation, Partner
from communities.models.pauses import Pause, Reason
from communities.models.people import Membership, MembershipQuerySet, Organisation
from communities.models.privacy import DestructionRequest
from communities.models.representation import Representation
from communities.models.roles import LEADING, PRIVILEGED, Grant, Role, Roles, roles_of
from communities.models.support import LinkStep, ResourcePerson

__all__ = [
    "LEADING",
    "PRIVILEGED",
    "BudgetLine",
    "Community",
    "CommunityQuerySet",
    "Consent",
    "DestructionRequest",
    "ForeseenEvaluation",
    "FormerMembership",
    "Grant",
    "HandOver",
    "KeptApart",
    "Kind",
    "LinkStep",
    "ImportedLine",
    "MemberImport",
    "Membership",
    "MembershipQuerySet",
    "Merge",
    "Need",
    "Objective",
    "ObjectiveProposal",
    "ObjectiveVersion",
    "ObjectivesReview",
    "Organisation",
    "Pause",
    "Outcome",
    "Party",
    "PracticeCard",
    "Partner",
    "OutOfReach",
    "Programme",
    "Purpose",
    "Reason",
    "Representation",
    "ResourcePerson",
    "Role",
    "Roles",
    "Rule",
    "StageChange",
    "RulesAcknowledgement",
    "RulesVersion",
    "SetAside",
    "SubGroup",
    "StatusChange",
    "roles_of",
]
