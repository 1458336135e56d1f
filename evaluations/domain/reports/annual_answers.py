"""What members answered in the annual evaluation of a year, as its report tells it: from its release alone."""

from dataclasses import dataclass, replace

from django.utils.functional import Promise

from communities.models import Community
from evaluations.domain.campaigns import agreeing
from evaluations.domain.campaigns.results import FACILITATION, THEMES, CampaignResults
from evaluations.domain.reports.year_answers import Answered, answered
from evaluations.domain.surveys.questionnaires import EXPECTATION, questions_of, wording_of
from evaluations.domain.surveys.releases import Told
from evaluations.models import Campaign, Question

ATTAINMENT = "M3"  # « Selon vous, où en sommes-nous : … », of each objective


@dataclass(frozen=True)
class AnnualAnswers:
    """Of `asked` members, `n` answered; none where no evaluation of the year was closed with enough answers. What is
    said of the facilitation is in it once everybody who reads figures may read it (E24), and where those who
    facilitated agreed that all members read it."""

    n: int = 0
    asked: int = 0
    questions: tuple[Answered, ...] = ()
    leaves_facilitation_out: bool = False

    @property
    def themes(self) -> list[tuple[str | Promise, list[Answered]]]:
        """In the order of the questionnaire. How far along an objective is stands beside it, or here where the report
        has it no more, or in other words."""
        found = []
        for name, codes in THEMES:
            some = [one for one in self.questions if one.code in codes]
            if some:
                found.append((name, some))
        return found


def annual_answers(community: Community, year: int) -> tuple[AnnualAnswers, dict[str, Answered]]:
    """And, by its wording, what members say of how far along each objective is."""
    told = Campaign.objects.annual().told().filter(community=community, year=year)
    campaign = told.select_related("survey__release", "survey__questionnaire").first()
    if campaign is None:
        return AnnualAnswers(), {}
    campaign.community = community
    results = CampaignResults(campaign)
    by_code = {question.code: question for question in questions_of(campaign.survey.questionnaire_id)}
    questions: list[Answered] = []
    tells_facilitation = results.facilitation_is_told and agreeing.have_agreed(campaign)
    attained: dict[str, Answered] = {}
    for shown in results.shown:
        code, _point, number = shown.told.code.partition(".")
        if not shown.is_shown or code not in by_code or (code in FACILITATION and not tells_facilitation):
            continue
        if code == ATTAINMENT:
            objective = campaign.objectives[int(number) - 1]
            attained[objective] = _answered(by_code[code], shown.told, community, objective)
        else:
            questions.append(_answered(by_code[code], shown.told, community))
    told_of = AnnualAnswers(results.n, campaign.survey.eligible, tuple(questions), not tells_facilitation)
    return told_of, attained


def _answered(question: Question, told: Told, community: Community, objective: str = "") -> Answered:
    fr, en = (
        wording_of(question, objective, community.is_of_individuals, language).replace(EXPECTATION, "…")
        for language in ("fr", "en")
    )
    return replace(answered(question, [told], community), fr=fr, en=en)
