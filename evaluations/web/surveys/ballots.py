"""The ballot: what someone is asked, one screen at a time, and the check of what they send.

The page writes its own fields: a form class checks what comes back and draws nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from evaluations.domain.surveys.questionnaires import EXPECTATION, Asked, said


class BallotForm(forms.Form):
    """The shape of one person's answers."""

    use_required_attribute = False

    def __init__(self, questions: tuple[Asked, ...], data: Any = None, *, quoted: str = "") -> None:
        """`quoted`: what this person said on joining, where a question quotes it."""
        super().__init__(data)
        self.questions, self.quoted = questions, quoted
        for question in questions:
            self.fields[question.code] = _field(question)

    @property
    def answers(self) -> dict[str, Any]:
        return said(self.questions, self.cleaned_data)

    @cached_property
    def screens(self) -> list[list["Entry"]]:
        """One question a screen; the texts, last and optional, share theirs."""
        screens: list[list[Entry]] = []
        for question in self.questions:
            if question.is_text and screens and screens[-1][0].question.is_text:
                screens[-1].append(self._entry(question))
            else:
                screens.append([self._entry(question)])
        return screens

    def as_first_shown(self) -> SafeString:
        """The questions without an answer; what one quotes of the person is written in afterwards."""
        return SafeString(_drawn(self.questions, get_language()).replace(EXPECTATION, conditional_escape(self.quoted)))

    def _entry(self, question: Asked) -> "Entry":
        typed = self.data.getlist(question.code) if self.is_bound else []
        errors = self.errors.get(question.code) if self.is_bound else None
        return Entry(question, typed, str(errors[0]) if errors else "", self.quoted)


@dataclass(frozen=True)
class Entry:
    """A question on the page, with what was already answered and what is wrong with it."""

    question: Asked
    typed: list[str]
    error: str
    quoted: str = ""

    @property
    def wording(self) -> str:
        return self.question.wording.replace(EXPECTATION, self.quoted) if self.quoted else self.question.wording

    @property
    def text(self) -> str:
        return self.typed[0] if self.typed else ""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        return [(value, label, value in self.typed) for value, label in self.question.options]


@lru_cache(maxsize=64)
def _drawn(questions: tuple[Asked, ...], language: str) -> SafeString:
    """Drawn once by each process for all who are asked the same in one language: nothing in it is anyone's."""
    return render_to_string("evaluations/surveys/_ballot_form.html#questions", {"form": BallotForm(questions)})


def _field(question: Asked) -> forms.Field:
    if question.is_text:
        return forms.CharField(required=False, max_length=question.at_most)
    messages = {
        "required": _("Choose an answer to go on."),
        "invalid_choice": _("Choose one of these answers."),
        "invalid_list": _("Choose one of these answers."),
    }
    if not question.is_many:
        return forms.ChoiceField(choices=question.options, required=question.is_required, error_messages=messages)
    return forms.MultipleChoiceField(
        choices=question.options, required=question.is_required, error_messages=messages, validators=[_at_most_three]
    )


def _at_most_three(values: list[str]) -> None:
    if len(values) > 3:
        raise forms.ValidationError(_("Choose at most three."))
