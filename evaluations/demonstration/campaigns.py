"""Two years of annual evaluation for two of the groups, answered by rather more than half of their members."""

import datetime as dt
import random
from typing import Any

from django.utils import timezone

from evaluations.demonstration.history import Story
from evaluations.domain.campaigns import agreeing, campaigns
from evaluations.domain.surveys import eligible, own_questions, questionnaires, releases
from evaluations.domain.surveys.options import NO_OPINION, NOTHING
from evaluations.domain.surveys.questionnaires import Asked
from evaluations.models import Campaign, OwnQuestion, Question, Survey

GROUPS = {"Constellation": 0.57, "Groupe des Vingt": 0.8}  # the part of the members that answered
YEARS_AGO = 2, 1
WORDS = {
    "M15T": [
        "J’ai repris l’accueil en deux temps raconté par une autre équipe : les familles restent plus longtemps.",
        "Le gabarit d’invitation, adapté à notre quartier. Nous avons doublé les réponses.",
        "Une façon de commencer les réunions par une bonne nouvelle. L’équipe l’a gardée.",
        "Nous avons essayé le jumelage entre parents. Trois familles se voient sans nous maintenant.",
    ],
    "M18T": [
        "Un local partagé le samedi avec un organisme rencontré ici.",
        "Une demande de financement déposée à trois.",
        "Ma direction a accepté que ce temps compte comme du travail.",
    ],
    "M19T": [
        "Garder du temps pour les cas difficiles, en petits groupes.",
        "Envoyer les sujets plus tôt, pour en parler à l’équipe avant.",
        "Une rencontre en personne de plus, même courte.",
        "Moins de nouvelles, plus d’échanges.",
    ],
    "M22T": [
        "La relève, et le matin plutôt que le midi.",
        "Rejoindre les hommes; la formule en virtuel me convient.",
        "Une visite chez l’un des membres.",
    ],
}


def tell(story: Story) -> None:
    if story.group.name not in GROUPS:
        return
    for years_ago in YEARS_AGO:
        year = story.now.year - years_ago
        rng = random.Random(f"{story.group.name} {year}")  # its own: what is told after stays as it was
        _one_year(story, year, rng, story.group.satisfaction - 0.04 * (years_ago - 1))


def _one_year(story: Story, year: int, rng: random.Random, pleased: float) -> None:
    opens_on = dt.date(year, campaigns.MONTH, 4)
    campaign = Campaign.objects.create(
        community=story.community,
        year=year,
        opens_on=opens_on,
        closes_on=opens_on + campaigns.LASTS,
        prepared_by=story.facilitator,
        objectives=campaigns.objectives_of(story.community),
        reminders_sent=2,
        facilitation_read_at=timezone.make_aware(dt.datetime(year, 12, 1, 9)),
    )
    asked = eligible.members_of(story.community).count()
    count = round(asked * GROUPS[story.group.name])
    own = own_questions.frozen(story.community, OwnQuestion.Moment.YEAR)
    survey = closed_survey(campaign, asked=asked, count=count, own_questions=own)
    campaign.facilitated_by = sorted(story.community.facilitators().values_list("pk", flat=True))
    campaign.save(update_fields=["facilitated_by"])
    campaign.tell_facilitation.set(agreeing.facilitated(campaign))
    questions = questionnaires.asked(survey)
    publish(survey, [_answers(rng, questions, pleased) for _ in range(count)])


def closed_survey(campaign: Campaign, *, asked: int, count: int, **more: Any) -> Survey:
    """Opened at nine on its day by who prepared it, and closed on its last."""
    return Survey.objects.create(
        questionnaire=questionnaires.current(campaign.questionnaire_code),
        campaign=campaign,
        threshold=campaign.community.anonymity_threshold,
        opened_at=timezone.make_aware(dt.datetime.combine(campaign.opens_on, dt.time(9))),
        opened_by=campaign.prepared_by,
        closes_at=campaign.closes_at,
        closed_at=campaign.closes_at,
        answers_after=count,
        eligible=asked,
        **more,
    )


def publish(survey: Survey, answers: list[dict[str, Any]]) -> None:
    """What may be told of them; one by one, they are read by no page and are not kept."""
    told = releases.release(survey, answers)
    if told:
        told.save(force_insert=True)


def _answers(rng: random.Random, questions: tuple[Asked, ...], pleased: float) -> dict[str, Any]:
    """One person's: `pleased`, from 0 to 1, leans the scales; few people write words."""
    mood = min(max(rng.gauss(pleased, 0.2), 0), 1)
    given = {question.code: _answer(rng, question, mood) for question in questions}
    return {code: answer for code, answer in given.items() if answer}


def _answer(rng: random.Random, question: Asked, mood: float) -> Any:
    values = [value for value, _label in question.options if value not in (NO_OPINION, NOTHING)]
    if question.is_text:
        return rng.choice(WORDS[question.code]) if rng.random() < 0.2 else ""
    if question.is_many:
        return sorted(rng.sample(values, rng.randrange(1, 3))) if mood > 0.4 else [NOTHING]
    if NO_OPINION in question.values and rng.random() < 0.06:
        return NO_OPINION
    if question.scale == Question.Scale.CHOICE:
        return rng.choice(values)
    return values[round(mood * (len(values) - 1))]
