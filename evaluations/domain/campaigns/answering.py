"""A member before the annual evaluation, or somebody who left before theirs: whether they may answer, what they are
asked, and their ballot."""

import enum
from typing import Any

from cmtl.encrypted import readable
from communities.models import Membership
from evaluations.domain.campaigns.links import Respondent
from evaluations.domain.surveys import collection, eligible, questionnaires
from evaluations.domain.surveys.alumni_questions import ALUMNI_V1
from evaluations.domain.surveys.annual_questions import ANNUAL_V1, Scale
from evaluations.domain.surveys.collection import Outcome
from evaluations.domain.surveys.questionnaires import EXPECTATION, Asked

TEXTS = [question["code"] for question in (*ANNUAL_V1, *ALUMNI_V1) if question["scale"] == Scale.TEXT]


class Standing(enum.Enum):
    MAY_ANSWER = "may answer"
    NOT_OPEN = "not open"
    CLOSED = "closed"
    NOT_ASKED = "not asked"  # facilitates, is not an active member any more, or stopped it after having left


def standing_of(respondent: Respondent) -> Standing:
    campaign = respondent.campaign
    if campaign.is_prepared:
        return Standing.NOT_OPEN
    if not campaign.survey.takes_answers:
        return Standing.CLOSED
    asked = eligible.asked_in(campaign).filter(pk=respondent.membership.pk)
    return Standing.MAY_ANSWER if asked.exists() else Standing.NOT_ASKED


def expectation_of(membership: Membership) -> str:
    """What this person said on joining, to quote it back to them alone."""
    said = getattr(membership, "expectation", None)
    return " ".join(readable(said.expects).split()).rstrip(" .") if said else ""


def asked_of(respondent: Respondent, *, quotes: bool) -> tuple[Asked, ...]:
    """Whoever said nothing on joining is not asked whether it happened."""
    every = questionnaires.asked(respondent.campaign.survey)
    return tuple(question for question in every if quotes or EXPECTATION not in question.wording)


def answer(respondent: Respondent, answers: dict[str, Any]) -> Outcome:
    return collection.answer(respondent.campaign.survey, respondent.membership, answers, in_session=False)
