"""Who belongs: programmes, communities, organisations, memberships, and the roles people hold."""

from communities.models.alerts import DismissedAlert
from communities.models.anonymisation import Anonymisation, InactivityNotice
from communities.models.budget import BudgetLine
from communities.models.community import Community, CommunityQuerySet, Programme
from communities.models.consents import Consent, ParentalConsent, Purpose
from communities.models.decline_rule import DeclineRule
from communities.models.drafts import Draft
from communities.models.groups import SubGroup
from communities.models.imports import ImportedLine, MemberImport
from communities.models.incidents import Incident
from communities.models.introductions import Introduction
from communities.models.life import HandOver, StatusChange
from communities.models.mail_settings import MailSettings
from communities.models.merges import FormerMembership, KeptApart, Kind, Merge
from communities.models.objectives import (
    ExcludedExpectation,
    Objective,
    ObjectiveProposal,
    ObjectivesReview,
    ObjectiveVersion,
)
from communities.models.operating_rules import Rule, RulesAcknowledgement, RulesVersion
from communities.models.outcomes import Need, Outcome, Party, PracticeCard, StageChange
from communities.models.partners import ForeseenEvaluation, Partner
from communities.models.pauses import Pause, Reason
from communities.models.people import Membership, MembershipQuerySet, Organisation
from communities.models.policies import Policies
from communities.models.privacy import DestructionRequest, TextDecision
from communities.models.record_sheet import RecordSheet
from communities.models.recruitment import Commitment, Expectation, JoinInvitation, Referral
from communities.models.representation import Representation
from communities.models.roles import LEADING, Role, RoleAssignment, Roles, roles_of
from communities.models.selection import Application, Call, Criterion, Score
from communities.models.support import ResourcePerson, TeamBuildingStep
from communities.models.survey_settings import SurveySettings
from communities.models.testimonials import (
    Testimonial,
    TestimonialConsent,
    TestimonialQuerySet,
    TestimonialRequest,
    Use,
)
from communities.models.word_templates import WordTemplate

__all__ = [
    "WordTemplate",
    "Testimonial",
    "TestimonialConsent",
    "TestimonialQuerySet",
    "TestimonialRequest",
    "Use",
    "Incident",
    "Introduction",
    "InactivityNotice",
    "LEADING",
    "Anonymisation",
    "Application",
    "BudgetLine",
    "Call",
    "Commitment",
    "Community",
    "CommunityQuerySet",
    "Consent",
    "Criterion",
    "DeclineRule",
    "DestructionRequest",
    "Draft",
    "TextDecision",
    "Expectation",
    "ForeseenEvaluation",
    "FormerMembership",
    "RoleAssignment",
    "HandOver",
    "JoinInvitation",
    "KeptApart",
    "Kind",
    "TeamBuildingStep",
    "ImportedLine",
    "MailSettings",
    "SurveySettings",
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
    "ParentalConsent",
    "Partner",
    "ExcludedExpectation",
    "Policies",
    "Programme",
    "Purpose",
    "Reason",
    "RecordSheet",
    "Referral",
    "Representation",
    "ResourcePerson",
    "Role",
    "Roles",
    "Rule",
    "StageChange",
    "RulesAcknowledgement",
    "RulesVersion",
    "Score",
    "DismissedAlert",
    "SubGroup",
    "StatusChange",
    "roles_of",
]
