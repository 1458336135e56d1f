"""The questions of the end of a meeting, word for word, and how questions are read by one survey.

A version that has been answered is never edited: new wording is a new version, and past surveys keep theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import transaction

from accounts.models import normalised
from cmtl import languages
from communities.models import Community
from evaluations.domain.surveys.alumni_questions import ALUMNI_V1
from evaluations.domain.surveys.annual_questions import ANNUAL_V1
from evaluations.domain.surveys.options import AGREEMENT, NO_OPINION, options
from evaluations.domain.surveys.organisation_questions import ORGANISATION_V1
from evaluations.models import Campaign, Question, Questionnaire, Survey

AT_MOST = 3
CHOSEN_OBJECTIVE = {"fr": "l’objectif choisi", "en": "the chosen objective"}
FAVOURABLE: dict[str, tuple[str, ...]] = {
    Question.Scale.STEPS: ("3", "4", "5"),
    Question.Scale.AGREEMENT: ("3", "4"),
    Question.Scale.FREQUENCY: ("3", "4"),
    Question.Scale.PROGRESS: ("3", "4"),
    Question.Scale.EXTENT: ("4", "5"),
    Question.Scale.SATISFIED: ("3", "4"),
}

END_OF_MEETING_V1: list[dict[str, Any]] = [
    {
        "code": "R1",
        "scale": Question.Scale.STEPS,
        "wording_fr": "Le temps que j’ai consacré à cette rencontre…",
        "wording_en": "The time I gave to this meeting…",
        "options": options(
            ("m’a peu servi", "was of little use to me"),
            ("m’a un peu servi, pas assez pour le temps donné", "was of some use, not enough for the time I gave"),
            ("en valait la peine, sans plus", "was worth it, no more"),
            ("m’a rapporté plus que le temps donné", "gave me back more than the time I gave"),
            ("m’a rapporté beaucoup plus", "gave me back much more"),
        ),
        "is_locked": True,
        "is_required": True,
    },
    {
        "code": "R2",
        "scale": Question.Scale.AGREEMENT,
        "wording_fr": "Les sujets abordés répondent à un besoin actuel dans mon travail.",
        "wording_en": "The topics we addressed meet a current need in my work.",
        "individual_fr": "Les sujets abordés répondent à un besoin actuel dans ma pratique.",
        "individual_en": "The topics we addressed meet a current need in my practice.",
        "options": AGREEMENT,
        "is_locked": True,
        "is_required": True,
    },
    {
        "code": "R3",
        "scale": Question.Scale.CHOICE,
        "wording_fr": "Pour ce qui est de prendre la parole, aujourd’hui…",
        "wording_en": "As for speaking up, today…",
        "options": options(
            ("j’ai parlé autant que je le voulais", "I spoke as much as I wanted to"),
            (
                "j’aurais voulu parler davantage, le temps a manqué",
                "I would have liked to speak more, there was not enough time",
            ),
            (
                "j’aurais voulu parler davantage, je n’étais pas à l’aise",
                "I would have liked to speak more, I was not at ease",
            ),
            ("j’ai préféré écouter", "I preferred to listen"),
        ),
        "is_locked": True,
        "is_required": True,
    },
    {
        "code": "R4",
        "scale": Question.Scale.CHOICES,
        "wording_fr": "Je repars avec…",
        "wording_en": "I leave with…",
        "options": options(
            ("une idée à essayer", "an idea to try"),
            ("une piste pour un problème précis", "a lead on a specific problem"),
            ("un contact à relancer", "someone to get back to"),
            ("un outil ou un document", "a tool or a document"),
            ("un regard différent", "a different view"),
            ("le sentiment d’être moins seul·e", "the feeling of being less alone"),
            ("rien de particulier cette fois", "nothing in particular this time"),
        ),
        "is_locked": True,
        "is_required": True,
    },
    {
        "code": "R6",
        "scale": Question.Scale.AGREEMENT,
        "wording_fr": "Cette rencontre nous a fait avancer vers : {objective}.",
        "wording_en": "This meeting moved us forward toward: {objective}.",
        "options": AGREEMENT,
    },
    {
        "code": "R7",
        "scale": Question.Scale.AGREEMENT,
        "wording_fr": "La rencontre valait le déplacement.",
        "wording_en": "The meeting was worth the trip.",
        "options": AGREEMENT,
        "in_person_only": True,
    },
    {
        "code": "R5A",
        "scale": Question.Scale.TEXT,
        "wording_fr": "Un sujet à aborder bientôt ?",
        "wording_en": "A topic to address soon?",
    },
    {
        "code": "R5B",
        "scale": Question.Scale.TEXT,
        "wording_fr": "Une chose à améliorer ?",
        "wording_en": "One thing to improve?",
    },
]

TOPIC_WISH, IMPROVEMENT = "R5A", "R5B"
LONGEST_TEXT = 600
LENGTHS = {TOPIC_WISH: 200, IMPROVEMENT: LONGEST_TEXT}
EXPECTATION = "{expectation}"  # in the wording of a question that quotes what one said on joining


FIRST_VERSIONS = {"Q-R": END_OF_MEETING_V1, "Q-M": ANNUAL_V1, "Q-N": ALUMNI_V1, "Q-O": ORGANISATION_V1}
PERSON = "{person}"  # in the wording of a question to the manager of that person


@transaction.atomic
def install(
    code: str = "Q-R", questionnaires: Any = Questionnaire.objects, questions: Any = Question.objects
) -> Questionnaire:
    """Write version 1 where it is not there yet (the migrations give their own historical models)."""
    questionnaire, is_new = questionnaires.get_or_create(code=code, version=1)
    if is_new:
        for position, fields in enumerate(FIRST_VERSIONS[code], 1):
            questions.create(questionnaire=questionnaire, position=position, **fields)
    return questionnaire


def current(code: str = Questionnaire.Code.MEETING) -> Questionnaire:
    """The version that surveys opened now use."""
    return Questionnaire.objects.standing().filter(code=code).order_by("-version").first() or install(code)


def is_own(code: str) -> bool:
    return code.startswith("X")


@dataclass(frozen=True)
class Asked:
    """A question as one survey asks it, in the reader's language."""

    code: str
    scale: str
    wording: str
    options: tuple[tuple[str, str], ...]
    is_required: bool
    asked_of_some: bool = False  # and it is known of whom: those in the room, those who said what they hoped for

    @property
    def is_own(self) -> bool:
        """Of one community (`own_questions`), not of all."""
        return is_own(self.code)

    @property
    def is_text(self) -> bool:
        return self.scale == Question.Scale.TEXT

    @property
    def is_many(self) -> bool:
        return self.scale == Question.Scale.CHOICES

    @property
    def at_most(self) -> int:
        return LENGTHS.get(self.code, LONGEST_TEXT) if self.is_text else AT_MOST

    @property
    def values(self) -> set[str]:
        return {value for value, _label in self.options}


def asked(survey: Survey, *, in_person: bool | None = None) -> tuple[Asked, ...]:
    """What this survey asks someone who was there in person or not; by default, all it may have asked anyone."""
    own = asked_of_its_own(survey.own_questions)
    if survey.campaign:
        return (*asked_in_campaign(survey.campaign, survey.questionnaire_id), *own)
    meeting = survey.its_meeting
    if in_person is None:
        in_person = meeting.has_room
    of_individuals = meeting.community.is_of_individuals
    core = [
        _as_asked(question, survey.objective, of_individuals, asked_of_some=question.in_person_only)
        for question in questions_of(survey.questionnaire_id)
        if (in_person or not question.in_person_only) and (survey.objective or "{objective}" not in question.wording_fr)
    ]
    return (*(one for one in core if not one.is_text), *own, *(one for one in core if one.is_text))


def asked_of_its_own(kept: list[dict[str, Any]]) -> tuple[Asked, ...]:
    """The questions of one community, as a survey froze them. None must be answered."""
    language = languages.short()
    return tuple(
        Asked(
            code=one["code"],
            scale=one["scale"],
            wording=one[f"wording_{language}"],
            options=tuple((option["value"], option[language]) for option in one["options"]),
            is_required=False,
        )
        for one in kept
    )


def said(questions: Iterable[Asked], given: dict[str, Any]) -> dict[str, Any]:
    """One person's answers, without the silences, but to questions that not everybody is asked: there silence is « no
    opinion », so that closing can count those who were asked."""
    passed = {question.code: NO_OPINION for question in questions if question.asked_of_some}
    return passed | {code: value for code, value in given.items() if value}


def asked_in_campaign(campaign: Campaign, questionnaire: int) -> tuple[Asked, ...]:
    """A question about « {objective} » is asked of each, numbered: « M3.1 », « M3.2 »."""
    of_individuals = campaign.community.is_of_individuals
    found: list[Asked] = []
    for question in questions_of(questionnaire):
        if question.of_organisations_only and of_individuals:
            continue
        if "{objective}" in question.wording_fr:
            each = [_as_asked(question, objective, of_individuals) for objective in campaign.objectives]
            found += [replace(one, code=f"{one.code}.{number}") for number, one in enumerate(each, 1)]
        else:
            quotes = EXPECTATION in question.wording_fr
            found.append(_as_asked(question, "", of_individuals, asked_of_some=quotes))
    return tuple(found)


def asked_of_manager(questionnaire: int, person: str) -> tuple[Asked, ...]:
    """In the reader's language, with the name of the person it is about."""
    found = [_as_asked(question, "", of_individuals=False) for question in questions_of(questionnaire)]
    return tuple(replace(one, wording=_naming(person, one.wording)) for one in found)


def _naming(person: str, wording: str) -> str:
    """« de Nadia », « d’Esther »."""
    if not languages.is_english() and normalised(person)[:1] in set("aeiouh"):
        wording = wording.replace(f"de {PERSON}", f"d’{PERSON}")
    return wording.replace(PERSON, person)


def asked_over_a_year(questionnaire: int, community: Community) -> tuple[Asked, ...]:
    """What it asks at any meeting, in the reader's language; which objective, each meeting said its own."""
    chosen = CHOSEN_OBJECTIVE[languages.short()]
    of_individuals = community.is_of_individuals
    return tuple(
        _as_asked(
            question,
            chosen,
            of_individuals,
            asked_of_some=question.in_person_only or "{objective}" in question.wording_fr,
        )
        for question in questions_of(questionnaire)
    )


@lru_cache(maxsize=32)
def questions_of(questionnaire: int) -> tuple[Question, ...]:
    """Read once by each process: a version never changes, a change of wording is a new version."""
    return tuple(Question.objects.filter(questionnaire=questionnaire))


WORDS = ("wording_fr", "wording_en", "individual_fr", "individual_en")


def rewordings(earlier: int, later: int) -> set[str]:
    """Codes of the questions that two versions ask in other words, in either language: people answered in both."""
    if earlier == later:
        return set()
    words = {question.code: words_of(question) for question in questions_of(earlier)}
    return {q.code for q in questions_of(later) if q.code in words and words[q.code] != words_of(q)}


def words_of(question: Question) -> tuple[str, ...]:
    return tuple(getattr(question, name) for name in WORDS)


def wording_of(question: Question, objective: str, of_individuals: bool, language: str | None = None) -> str:
    own = languages.field(question, "individual", language) if of_individuals else ""
    return (own or languages.field(question, "wording", language)).replace("{objective}", objective)


def _as_asked(question: Question, objective: str, of_individuals: bool, *, asked_of_some: bool = False) -> Asked:
    language = languages.short()
    return Asked(
        code=question.code,
        scale=question.scale,
        wording=wording_of(question, objective.rstrip(" ."), of_individuals),
        options=tuple((option["value"], option[language]) for option in question.options),
        is_required=question.is_required,
        asked_of_some=asked_of_some,
    )
