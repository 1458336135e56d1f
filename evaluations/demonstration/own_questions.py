"""Questions that two groups ask of their own, and what people answered to them at the last meetings."""

import random
from typing import Any

from communities.models import Community
from evaluations.demonstration.groups import Group
from evaluations.domain.surveys.questionnaires import asked_of_its_own
from evaluations.models import OwnQuestion, Survey

LATELY = 6  # meetings that asked them; one by one their answers are not kept, which no page reads
ASKED: dict[str, list[dict[str, Any]]] = {
    "Constellation": [
        {
            "wording_fr": "Aujourd’hui, j’ai découvert une ressource de mon territoire que je ne connaissais pas.",
            "wording_en": "Today I discovered a resource in my area that I did not know.",
        },
        {
            "scale": OwnQuestion.Scale.CHOICE,
            "wording_fr": "D’ici la prochaine rencontre, je compte joindre quelqu’un du groupe…",
            "wording_en": "Before the next meeting, I mean to get in touch with someone of the group…",
            "choices_fr": "pour un conseil\npour un projet\npas cette fois",
            "choices_en": "for advice\nfor a project\nnot this time",
        },
        {
            "moment": OwnQuestion.Moment.YEAR,
            "scale": OwnQuestion.Scale.FREQUENCY,
            "wording_fr": "Cette année, j’ai dirigé une famille vers un autre organisme du groupe.",
            "wording_en": "This year, I referred a family to another organisation of the group.",
        },
    ],
    "Groupe des Trente": [
        {"wording_fr": "Les sujets choisis sur place étaient les bons.", "wording_en": ""},
    ],
}


def write(group: Group, community: Community) -> None:
    objective = community.objectives.first()
    OwnQuestion.objects.bulk_create(
        OwnQuestion(community=community, number=number, objective=objective if number == 1 else None, **fields)
        for number, fields in enumerate(ASKED.get(group.name, []), 1)
    )


def answers(survey: Survey, rng: random.Random) -> dict[str, Any]:
    """One person's, to what its survey asks of its own; some skip one."""
    found = {}
    for question in asked_of_its_own(survey.own_questions):
        values = [value for value, _label in question.options if value != "0"]
        if rng.random() < 0.9:
            found[question.code] = rng.choices(values, range(1, len(values) + 1))[0]
    return found
