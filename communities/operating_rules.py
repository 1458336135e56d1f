"""The operating rules a community starts from: one for each of the guide's seven themes (p. 12), in both languages."""

from communities.models import Rule

TEXTS = {
    Rule.Theme.SPEAKING: {
        "fr": "Chaque personne a l’occasion de s’exprimer : nous demandons la parole, nous n’interrompons pas et nous "
        "laissons de la place à celles et ceux qui ont moins parlé.",
        "en": "Everyone has a chance to speak: we ask for the floor, we do not interrupt, and we make room for those "
        "who have spoken less.",
    },
    Rule.Theme.CONFIDENTIALITY: {
        "fr": "Ce qui se dit ici reste ici : nous pouvons partager ce que nous avons appris, sans dire qui l’a dit ni "
        "de quelle organisation il s’agit.",
        "en": "What is said here stays here: we may share what we learned, but not who said it nor which organisation "
        "it was about.",
    },
    Rule.Theme.RESPECT: {
        "fr": "Nous accueillons la diversité des expériences et des points de vue : nous discutons des idées, jamais "
        "des personnes.",
        "en": "We welcome different experiences and points of view: we discuss ideas, never people.",
    },
    Rule.Theme.LISTENING: {
        "fr": "Nous écoutons pour comprendre avant de répondre et, pendant la rencontre, nous laissons de côté nos "
        "autres tâches.",
        "en": "We listen to understand before we answer and, during the meeting, we leave our other work aside.",
    },
    Rule.Theme.SHARING: {
        "fr": "Nous partageons nos bons coups comme nos difficultés : une question ou un essai qui n’a pas marché aide "
        "tout le groupe.",
        "en": "We share what went well and what did not: a question, or an attempt that failed, helps the whole group.",
    },
    Rule.Theme.EVALUATION: {
        "fr": "Nous gardons les cinq dernières minutes de chaque rencontre pour répondre à l’évaluation, qui est "
        "anonyme et sert à améliorer la suite.",
        "en": "We keep the last five minutes of each meeting for the evaluation, which is anonymous and helps improve "
        "what comes next.",
    },
    Rule.Theme.CAMERA: {
        "fr": "En ligne, nous gardons la caméra et le micro ouverts autant que possible; chaque personne reste libre "
        "de les fermer lorsque sa situation le demande.",
        "en": "Online, we keep cameras and microphones on as much as we can; everyone is free to turn them off when "
        "their situation calls for it.",
    },
}


def suggested(language: str) -> list[dict]:
    """The seven, as rows of a form, in the language of the person who founds the community."""
    kept_in = "en" if language == "en" else "fr"
    return [
        {"theme": theme, "text": texts[kept_in], "is_active": theme != Rule.Theme.CAMERA}
        for theme, texts in TEXTS.items()
    ]
