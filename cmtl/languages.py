"""In which language someone reads, and what is written in each.

The language of a person is a code of `settings.LANGUAGES` (« fr-ca », « en »). A text that exists in both is kept
under the first letters of each: keys « fr » and « en », fields `wording_fr` and `wording_en`.
"""

from typing import Any

from django.conf import settings
from django.utils import translation


def active() -> str:
    """The code of the language that this page or mail is written in."""
    return translation.get_language() or settings.LANGUAGE_CODE


def short(code: str | None = None) -> str:
    """« fr » or « en », under which texts are kept; by default, of the active language."""
    return "en" if (code or active()).startswith("en") else "fr"


def full(letters: str) -> str | None:
    """The code that begins with these letters; None for a language that we do not write."""
    return next((code for code, _name in settings.LANGUAGES if short(code) == letters), None)


def is_english() -> bool:
    return short() == "en"


def field(thing: Any, name: str, language: str | None = None) -> Any:
    """The one of the fields `name_fr` and `name_en` that is in this language."""
    return getattr(thing, f"{name}_{short(language)}")
