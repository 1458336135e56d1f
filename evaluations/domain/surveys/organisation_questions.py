"""The questions to a member's manager (evaluation.md, Q-O), word for word: signed, asked where the member wishes."""

from typing import Any

from evaluations.domain.surveys.options import AGREEMENT, options
from evaluations.models import Question

LOCKED: dict[str, Any] = {"is_locked": True, "is_required": True}

ORGANISATION_V1: list[dict[str, Any]] = [
    {
        "code": "O1",
        "scale": Question.Scale.AGREEMENT,
        "wording_fr": "La participation de {person} est utile à l’organisation.",
        "wording_en": "That {person} takes part is useful to the organisation.",
        "options": AGREEMENT,
        **LOCKED,
    },
    {
        "code": "O2",
        "scale": Question.Scale.TEXT,
        "wording_fr": "Un exemple ?",
        "wording_en": "An example?",
    },
    {
        "code": "O3",
        "scale": Question.Scale.CHOICE,
        "wording_fr": "Le temps est reconnu et soutenu.",
        "wording_en": "The time it takes is recognised and supported.",
        "options": options(("Oui", "Yes"), ("En partie", "In part"), ("Non", "No")),
        **LOCKED,
    },
]
