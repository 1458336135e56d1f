"""What each figure is: its name, its formula, over what it is counted."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluations.domain.across.multiples import WORTH, Multiple, definition_of, name_of
from evaluations.domain.indicators import INDICATORS


@dataclass(frozen=True)
class Definition:
    code: str
    name: str
    text: str
    is_on_answers: bool = False


def of_code(code: str) -> Definition:
    is_on_answers = code == WORTH or INDICATORS[code].is_on_answers
    return Definition(code, name_of(code), definition_of(code), is_on_answers)


def of(multiples: Iterable[Multiple]) -> list[Definition]:
    return [of_code(multiple.code) for multiple in multiples]


def all_of_them() -> list[tuple[str, list[Definition]]]:
    """Under three titles, in the order of the report."""
    attendance = [code for code, one in INDICATORS.items() if code.startswith("P") and not one.is_on_answers]
    answers = [code for code, one in INDICATORS.items() if one.is_on_answers]
    around = [code for code in INDICATORS if not code.startswith("P")]
    return [
        (_("Who came"), [of_code(code) for code in attendance]),
        (_("What was answered"), [of_code(code) for code in (*answers, WORTH)]),
        (_("How the year was made"), [of_code(code) for code in around]),
    ]
