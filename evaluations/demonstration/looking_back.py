"""What those who facilitate noted through the year, and how they see their own facilitation."""

import datetime as dt

from evaluations.demonstration.history import Story
from evaluations.domain import self_assessment
from evaluations.models import Factor, Influence

HELPED, HINDERED = Influence.Kind.HELPED, Influence.Kind.HINDERED
LAST_YEAR = [
    (HELPED, Factor.FACILITATION, "Une personne de plus aux notes : l’animation écoute mieux.", (3, 12)),
    (HINDERED, Factor.ENGAGEMENT, "Trois dates de suite pendant des périodes de remise de rapports.", (11, 20)),
]
THIS_YEAR = [
    (HELPED, Factor.GROUP, "Une bibliothèque nous a prêté une salle près du métro.", (2, 17)),
    (HELPED, Factor.OBJECTIVES, "Relire l’objectif au début a gardé l’échange sur le sujet.", (5, 6)),
    (HINDERED, "", "Le budget a été annoncé trop tard pour inviter une personne-ressource.", (9, 22)),
]
SEEN = {
    "preparation": (4, "La liste des présences relue la veille"),
    "synthesis": (2, ""),
    "participation": (3, "Un tour de table au début de chaque rencontre"),
    "listening": (3, "Je regarde les visages avant de passer au bloc suivant"),
    "trust": (4, ""),
}


def note_last_year(story: Story) -> None:
    """Before its report is published, which tells them."""
    _note(story, story.now.year - 1, LAST_YEAR, is_in_report=True)


def tell(story: Story) -> None:
    _note(story, story.now.year, THIS_YEAR, is_in_report=False)
    self_assessment.write(story.facilitator, story.now.year - 1, SEEN, "Résumer plus court, et plus souvent.")


def _note(story: Story, year: int, lines: list, *, is_in_report: bool) -> None:
    """Those of days to come are not written yet."""
    Influence.objects.bulk_create(
        Influence(
            community=story.community,
            kind=kind,
            factor=factor,
            text=text,
            noted_on=day,
            by=story.facilitator,
            is_in_report=is_in_report,
        )
        for kind, factor, text, (month, number) in lines
        if (day := dt.date(year, month, number)) <= story.now.date()
    )
