"""What people thought: questionnaires, surveys and their sealed ballots, releases, annual reports."""

from evaluations.models.archives import CommunityArchive
from evaluations.models.campaigns import Campaign
from evaluations.models.conversations import ConversationRequest, OfferedTime, RequestReader
from evaluations.models.diagnoses import RetainedCause
from evaluations.models.follow_ups import FollowUpReader, FollowUpReading, IndividualFollowUp
from evaluations.models.influences import Influence
from evaluations.models.manager_opinions import DeclinedAddress, ManagerOpinion
from evaluations.models.own_questions import OwnQuestion
from evaluations.models.questionnaires import Question, Questionnaire
from evaluations.models.releases import CommentBatch, Pool, Release, SpokenEvaluation
from evaluations.models.reports import AnnualReport, ObjectiveRating
from evaluations.models.self_assessments import SelfAssessment
from evaluations.models.suggestions import SortedSuggestion
from evaluations.models.surveys import BallotBox, Receipt, Response, SealedBallot, Survey
from evaluations.models.vitality import Factor, FactorRating

__all__ = [
    "AnnualReport",
    "Campaign",
    "CommentBatch",
    "CommunityArchive",
    "ConversationRequest",
    "DeclinedAddress",
    "Factor",
    "FactorRating",
    "FollowUpReader",
    "FollowUpReading",
    "IndividualFollowUp",
    "Influence",
    "ObjectiveRating",
    "ManagerOpinion",
    "OfferedTime",
    "OwnQuestion",
    "Pool",
    "Question",
    "Questionnaire",
    "Receipt",
    "Release",
    "RequestReader",
    "Response",
    "RetainedCause",
    "SealedBallot",
    "SortedSuggestion",
    "SelfAssessment",
    "SpokenEvaluation",
    "Survey",
    "BallotBox",
]
