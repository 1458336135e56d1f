"""The questionnaires that all communities share: what each question says and said, and how a version is made.

Locked questions keep their words for good, so that years and communities compare. Of the others a coordinator may
change the words in both languages, the place, and whether they are asked; their answers stay the same, so that figures
of two versions add up. A version is used by the surveys opened from then on: those that are open keep theirs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import audit
from accounts.models import Action, User
from cmtl.editing import Conflict
from evaluations.domain.surveys.questionnaires import current, questions_of, words_of
from evaluations.models import ManagerOpinion, Pool, Question, Questionnaire, Survey

IN_BRACES = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Said:
    """What a question said, from one version to the next change of its words."""

    version: Questionnaire
    question: Question


@dataclass(frozen=True)
class Item:
    """A question of the bank."""

    question: Question
    place: int  # from 1; 0 for the words that go with the question before them
    is_asked: bool  # in the latest version
    history: tuple[Said, ...]  # oldest first; the last is what it says now

    @property
    def code(self) -> str:
        return self.question.code

    @property
    def follows(self) -> bool:
        return not self.place

    @property
    def earlier(self) -> tuple[Said, ...]:
        return self.history[-2::-1]


class Sheet:
    """One questionnaire: its latest version, the others, its items."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.current = current(code)
        standing = Questionnaire.objects.standing().filter(code=code).select_related("made_by")
        self.versions = sorted(standing, key=lambda version: version.version)

    @property
    def name(self) -> str:
        return str(Questionnaire.Code(self.code).label)

    @cached_property
    def items(self) -> list[Item]:
        """In their order; those that are asked no more come last."""
        latest: dict[str, Question] = {}
        said: dict[str, list[Said]] = {}
        for version in self.versions:
            for question in questions_of(version.pk):
                latest[question.code] = question
                before = said.setdefault(question.code, [])
                if not before or words_of(before[-1].question) != words_of(question):
                    before.append(Said(version, question))
        asked = [question.code for question in questions_of(self.current.pk)]
        codes = [*asked, *(code for code in latest if code not in asked)]
        places = {code: n for n, code in enumerate([c for c in codes if not _parent(c, latest)], 1)}
        return [Item(latest[code], places.get(code, 0), code in asked, tuple(said[code])) for code in codes]

    @property
    def asked(self) -> list[Item]:
        return [item for item in self.items if item.is_asked]

    @property
    def newest_first(self) -> list[Questionnaire]:
        return self.versions[::-1]

    @property
    def may_be_taken_back(self) -> bool:
        return self.current.version > 1 and not is_used(self.current)


def is_used(version: Questionnaire) -> bool:
    return any(model.objects.filter(questionnaire=version).exists() for model in (Survey, Pool, ManagerOpinion))


def _parent(code: str, codes: Iterable[str]) -> str:
    """« M15T » are words that go with « M15 »."""
    parent = code.removesuffix("T")
    return parent if parent != code and parent in codes else ""


# ------------------------------------------------------------ a version


@dataclass(frozen=True)
class Edit:
    """What a version changes of one question."""

    words: dict[str, str]
    is_asked: bool
    place: int = 0


@transaction.atomic
def make_version(code: str, edits: dict[str, Edit], by: User, *, based_on: int) -> Questionnaire | None:
    """Refuses locked questions. If another version was made since `based_on`, nothing is written; None where nothing
    differs from the one in use."""
    held = Questionnaire.objects.select_for_update().filter(code=code)
    last = max(held.values_list("version", flat=True))
    sheet = Sheet(code)
    if sheet.current.version != based_on:
        raise Conflict(sheet.current)
    items = {item.code: item for item in sheet.items}
    for asked_of, edit in edits.items():
        _check(items[asked_of].question, edit)
    questions = [_with_words(items[c].question, edits.get(c)) for c in _ordered(items, edits)]
    if _is_as_before(questions, questions_of(sheet.current.pk)):
        return None
    made = Questionnaire.objects.create(code=code, version=last + 1, made_at=timezone.now(), made_by=by)
    for position, question in enumerate(questions, 1):
        question.questionnaire, question.position = made, position
    Question.objects.bulk_create(questions)
    audit.write(Action.SETTINGS_CHANGED, by=by, about=made, part="questionnaire")
    return made


def _check(question: Question, edit: Edit) -> None:
    if question.is_locked:
        raise ValidationError(
            _("The question %(code)s is locked: its words stay the same, so that years and communities compare.")
            % {"code": question.code}
        )
    for name, text in edit.words.items():
        before = getattr(question, name)
        if bool(text) != bool(before):
            raise ValidationError(_("The question %(code)s is written in both languages.") % {"code": question.code})
        if IN_BRACES.findall(text) != IN_BRACES.findall(before):
            raise ValidationError(
                _("Keep what stands in braces in the question %(code)s: it is replaced when it is asked.")
                % {"code": question.code}
            )


def _ordered(items: dict[str, Item], edits: dict[str, Edit]) -> list[str]:
    """Codes that are asked: a question goes where its new place says, and its words follow it."""
    leading = [code for code in items if not items[code].follows]
    moved = {code: edits[code].place for code in leading if code in edits and edits[code].place != items[code].place}
    order = [code for code in leading if code not in moved]
    for code in sorted(moved, key=lambda code: moved[code]):
        order.insert(max(moved[code] - 1, 0), code)
    kept = [code for code in order if _is_asked(items[code], edits)]
    words = {_parent(code, items): code for code in items if items[code].follows and _is_asked(items[code], edits)}
    return [one for code in kept for one in (code, words.get(code)) if one]


def _is_asked(item: Item, edits: dict[str, Edit]) -> bool:
    return edits[item.code].is_asked if item.code in edits else item.is_asked


def _with_words(question: Question, edit: Edit | None) -> Question:
    kept = model_to_dict(question, exclude=["id", "questionnaire", "position"])
    return Question(**{**kept, **(edit.words if edit else {})})


def _is_as_before(questions: Sequence[Question], before: Sequence[Question]) -> bool:
    return [(q.code, words_of(q)) for q in questions] == [(q.code, words_of(q)) for q in before]


@transaction.atomic
def take_back(version: Questionnaire, by: User) -> None:
    """While nobody was asked it: surveys open with the one before. Its row stays, unused: one that opens at the same
    moment keeps it. Taking back twice does nothing."""
    held = Questionnaire.objects.select_for_update().get(pk=version.pk)
    if held.taken_back_at:
        return
    if held.version == 1 or is_used(held):
        raise ValidationError(_("Evaluations were opened with this version: it stays. Make another one instead."))
    held.taken_back_at = timezone.now()
    held.save(update_fields=["taken_back_at"])
    audit.write(Action.SETTINGS_CHANGED, by=by, about=held, part="questionnaire")
