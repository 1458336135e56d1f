"""The questions to those who left (evaluation.md, Q-N), word for word. N4, whether they wish for news, is a consent: it
is asked by name, on a page of its own, and is no question of this questionnaire."""

from typing import Any

from evaluations.domain.surveys.annual_questions import FREQUENCY
from evaluations.domain.surveys.options import AGREEMENT, options
from evaluations.models import Question

LOCKED: dict[str, Any] = {"is_locked": True, "is_required": True}

ALUMNI_V1: list[dict[str, Any]] = [
    {
        "code": "N1",
        "scale": Question.Scale.FREQUENCY,
        "wording_fr": "Êtes-vous encore en contact avec des personnes rencontrées ici ?",
        "wording_en": "Are you still in touch with people you met here?",
        "options": FREQUENCY,
        **LOCKED,
    },
    {
        "code": "N2",
        "scale": Question.Scale.AGREEMENT,
        "wording_fr": "Ces liens me servent encore.",
        "wording_en": "These connections are still useful to me.",
        "options": AGREEMENT,
        **LOCKED,
    },
    {
        "code": "N3",
        "scale": Question.Scale.CHOICE,
        "wording_fr": "Un projet ou un partenariat en est-il né depuis ?",
        "wording_en": "Has a project or a partnership come of it since?",
        "options": options(("Oui", "Yes"), ("Non", "No")),
        **LOCKED,
    },
    {
        "code": "N3T",
        "scale": Question.Scale.TEXT,
        "wording_fr": "Lequel ? Racontez en une phrase ou deux.",
        "wording_en": "Which one? Tell us in a sentence or two.",
    },
]
