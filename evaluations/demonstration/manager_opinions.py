"""What some managers of Constellation's members answered, and one who was asked lately."""

import datetime as dt

from communities.models import Membership
from evaluations.demonstration.history import Story
from evaluations.domain import manager_opinions
from evaluations.domain.surveys import questionnaires
from evaluations.models import ManagerOpinion, Questionnaire

GROUP = "Constellation"
ANSWERS = (  # O1, O2, O3
    ("4", "Elle est revenue avec un gabarit d’entente que toute l’équipe utilise.", "1"),
    ("3", "", "2"),
    ("4", "Il connaît maintenant les ressources de l’arrondissement voisin.", "1"),
    ("3", "Les idées sont bonnes; le temps manque pour les essayer.", "2"),
    ("2", "", "3"),
    ("4", "Un projet commun avec un autre organisme, déposé au printemps.", "1"),
)


def tell(story: Story) -> None:
    if story.group.name != GROUP:
        return
    active = [m for m in story.members if m.status == Membership.Status.ACTIVE and m.organisation_id]
    questionnaire = questionnaires.current(Questionnaire.Code.ORGANISATION)
    for number, (membership, answer) in enumerate(zip(active[2:], (*ANSWERS, None), strict=False)):
        asked_at = story.now - dt.timedelta(days=3 if answer is None else 60 + 9 * number)
        opinion = ManagerOpinion(membership=membership, questionnaire=questionnaire, asked_at=asked_at)
        if answer:
            opinion.useful, opinion.example, opinion.supported = answer
            opinion.answered_at = asked_at + dt.timedelta(days=4)
        else:
            opinion.manager_name, opinion.manager_email = "Gisèle Patenaude", "gisele.patenaude@exemple.quebec"
        opinion.save()
        opinion.readers.set(manager_opinions.readers_of(membership))
