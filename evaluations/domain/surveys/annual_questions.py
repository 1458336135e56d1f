"""The questions of the annual evaluation by members (evaluation.md, Q-M), word for word. Locked wording lets years and
communities compare. Codes with a T are words that go with the question before them."""

from typing import Any

from evaluations.domain.surveys.options import AGREEMENT, NO_OPINION, NOTHING, options
from evaluations.models import Question

Scale = Question.Scale

FREQUENCY = options(("Jamais", "Never"), ("Une fois", "Once"), ("Quelques fois", "A few times"), ("Souvent", "Often"))
NOT_APPLICABLE = {"value": NO_OPINION, "fr": "Ne s’applique pas", "en": "Does not apply"}


def _agreement(code: str, fr: str, en: str, *, individual: tuple[str, str] = ("", ""), **more: Any) -> dict[str, Any]:
    locked = {"is_locked": True, "is_required": True, "options": AGREEMENT, **more}
    return {
        "code": code,
        "scale": Scale.AGREEMENT,
        "wording_fr": fr,
        "wording_en": en,
        "individual_fr": individual[0],
        "individual_en": individual[1],
        **locked,
    }


def _often(code: str, fr: str, en: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "scale": Scale.FREQUENCY, "wording_fr": fr, "wording_en": en, "options": FREQUENCY, **more}


def _choice(code: str, fr: str, en: str, chosen: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    return {"code": code, "scale": Scale.CHOICE, "wording_fr": fr, "wording_en": en, "options": chosen, **more}


def _text(code: str, fr: str, en: str) -> dict[str, Any]:
    return {"code": code, "scale": Scale.TEXT, "wording_fr": fr, "wording_en": en}


LOCKED: dict[str, Any] = {"is_locked": True, "is_required": True}

ANNUAL_V1: list[dict[str, Any]] = [
    _choice(
        "M1",
        "Cette année, j’ai pris part aux rencontres…",
        "This year, I took part in the meetings…",
        options(
            ("presque toujours", "almost always"),
            ("environ la moitié du temps", "about half of the time"),
            ("rarement", "rarely"),
            ("pas encore", "not yet"),
        ),
        **LOCKED,
    ),
    _agreement(
        "M2A",
        "Les objectifs de la communauté sont clairs pour moi.",
        "The objectives of the community are clear to me.",
    ),
    _agreement(
        "M2B", "Les objectifs de la communauté sont réalistes.", "The objectives of the community are realistic."
    ),
    {
        "code": "M3",
        "scale": Scale.PROGRESS,
        "wording_fr": "Selon vous, où en sommes-nous : {objective} ?",
        "wording_en": "In your view, how far along are we: {objective}?",
        "options": options(
            ("Pas commencé", "Not started"),
            ("Un peu avancé", "A little way along"),
            ("Bien avancé", "Well along"),
            ("Atteint", "Reached"),
            no_opinion=True,
        ),
        **LOCKED,
    },
    {
        "code": "M4",
        "scale": Scale.EXTENT,
        "wording_fr": "À votre arrivée, vous espériez : « {expectation} ». Dans quelle mesure est-ce arrivé ?",
        "wording_en": "When you joined, you hoped for: “{expectation}”. To what extent has it happened?",
        "options": options(
            ("Pas du tout", "Not at all"),
            ("Un peu", "A little"),
            ("En partie", "In part"),
            ("En grande partie", "For the most part"),
            ("Entièrement", "Entirely"),
            no_opinion=True,
        ),
    },
    _agreement(
        "M5",
        "Les rencontres sont bien préparées et leur but est annoncé.",
        "Meetings are well prepared and their purpose is announced.",
    ),
    _agreement(
        "M6",
        "L’animation laisse à chacune et chacun une place pour parler.",
        "The facilitation leaves everyone room to speak.",
    ),
    _agreement(
        "M7", "Les idées importantes sont résumées de façon utile.", "Important ideas are summed up in a useful way."
    ),
    _agreement(
        "M8",
        "Les règles du groupe sont connues et respectées, y compris la confidentialité.",
        "The rules of the group are known and respected, confidentiality included.",
    ),
    _choice(
        "M9",
        "Dans cette communauté, je donne et je reçois à parts…",
        "In this community, I give and I receive…",
        options(
            ("inégales : je reçois surtout", "unequally: I mostly receive"),
            ("à peu près égales", "about equally"),
            ("inégales : je donne surtout", "unequally: I mostly give"),
            no_opinion=True,
        ),
    ),
    _choice(
        "M10",
        "Combien de personnes de la communauté oseriez-vous appeler pour un conseil ?",
        "How many people of the community would you dare call for advice?",
        options(("Aucune", "None"), ("1 ou 2", "1 or 2"), ("3 à 5", "3 to 5"), ("6 ou plus", "6 or more")),
        **LOCKED,
    ),
    _agreement(
        "M11",
        "Je peux parler ici d’une difficulté sans crainte.",
        "I can speak here of a difficulty without fear.",
    ),
    _agreement(
        "M12",
        "La communauté me rend moins isolé·e dans mon travail.",
        "The community makes me less isolated in my work.",
        individual=(
            "La communauté me rend moins isolé·e dans mon rôle.",
            "The community makes me less isolated in my role.",
        ),
        options=[*AGREEMENT[:4], NOT_APPLICABLE],
    ),
    _agreement(
        "M13",
        "J’ai appris ici des choses que je n’aurais pas trouvées facilement ailleurs.",
        "I learned things here that I would not have found easily elsewhere.",
    ),
    _often(
        "M14",
        "J’ai eu accès à une expertise, un outil ou une formation grâce au groupe.",
        "I had access to expertise, a tool or training thanks to the group.",
    ),
    _often(
        "M15",
        "J’ai essayé ou adapté dans ma pratique quelque chose vu ici.",
        "I tried, or adapted to my practice, something seen here.",
        **LOCKED,
    ),
    _text(
        "M15T",
        "Racontez : quoi, et qu’est-ce que cela a changé ?",
        "Tell us: what was it, and what did it change?",
    ),
    _often(
        "M16",
        "J’en ai fait profiter mon organisation.",
        "My organisation benefited from it.",
        of_organisations_only=True,
    ),
    _choice(
        "M17",
        "Mon temps ici est reconnu comme du temps de travail.",
        "My time here is recognised as work time.",
        [*options(("Oui", "Yes"), ("En partie", "In part"), ("Non", "No")), NOT_APPLICABLE],
    ),
    {
        "code": "M18",
        "scale": Scale.CHOICES,
        "wording_fr": "Qu’est-ce que cette communauté a permis, prévu ou non, cette année ?",
        "wording_en": "What did this community make possible this year, expected or not?",
        "options": [
            *options(
                ("un projet", "a project"),
                ("un partenariat", "a partnership"),
                ("une économie ou un partage de ressources", "savings, or shared resources"),
                ("une décision ou un changement", "a decision or a change"),
                ("autre chose", "something else"),
            ),
            {"value": NOTHING, "fr": "rien de tel cette année", "en": "nothing of the kind this year"},
        ],
        **LOCKED,
    },
    _text("M18T", "Lequel ou laquelle ? Racontez.", "Which one? Tell us."),
    _agreement(
        "M19",
        "La communauté a su s’ajuster à nos besoins.",
        "The community was able to adjust to our needs.",
        is_locked=False,
        is_required=False,
    ),
    _text(
        "M19T",
        "Que devrions-nous changer, arrêter ou commencer ?",
        "What should we change, stop or start?",
    ),
    {
        "code": "M20",
        "scale": Scale.SATISFIED,
        "wording_fr": "Dans l’ensemble, je suis…",
        "wording_en": "Overall, I am…",
        "options": options(
            ("pas satisfait·e", "not satisfied"),
            ("peu satisfait·e", "not very satisfied"),
            ("plutôt satisfait·e", "somewhat satisfied"),
            ("très satisfait·e", "very satisfied"),
        ),
        **LOCKED,
    },
    _agreement(
        "M21",
        "Si la communauté s’arrêtait, cela me manquerait.",
        "If the community stopped, I would miss it.",
    ),
    _choice(
        "M22",
        "L’an prochain, nous devrions nous rencontrer…",
        "Next year, we should meet…",
        options(
            ("moins souvent", "less often"),
            ("aussi souvent", "as often"),
            ("plus souvent", "more often"),
            no_opinion=True,
        ),
    ),
    _text(
        "M22T",
        "Les sujets, le moment ou la formule que vous souhaitez ?",
        "The topics, the time or the format you would like?",
    ),
]
