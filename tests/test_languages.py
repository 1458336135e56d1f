"""One place knows in which language someone reads, and what is written in each."""

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import translation

from cmtl import languages

COMPARES = re.compile(r"[=!]= ?[\"'](?:en|fr)[\"']|startswith\([\"'](?:en|fr)[\"']\)")
QUESTION = SimpleNamespace(wording_fr="Le temps consacré", wording_en="The time I gave")


@pytest.mark.parametrize(("code", "letters"), [("fr-ca", "fr"), ("en", "en")])
def test_each_language_we_write_has_its_letters_and_they_lead_back_to_it(code, letters):
    assert languages.short(code) == letters
    assert languages.full(letters) == code
    with translation.override(code):
        assert (languages.active(), languages.short()) == (code, letters)
    assert {languages.short(code) for code, _name in settings.LANGUAGES} == {"fr", "en"}


@pytest.mark.parametrize("letters", ["", "de", "FR", "fr-ca"])
def test_an_address_that_asks_for_another_language_names_none(letters):
    assert languages.full(letters) is None


def test_a_text_is_read_in_the_language_of_the_page_or_in_the_one_that_is_asked_for():
    with translation.override("en"):
        assert languages.field(QUESTION, "wording") == QUESTION.wording_en
        assert languages.field(QUESTION, "wording", "fr-ca") == QUESTION.wording_fr
    with translation.override("fr-ca"):
        assert languages.field(QUESTION, "wording") == QUESTION.wording_fr


def test_where_no_language_is_active_french_is_read():
    with translation.override(None):
        assert (languages.active(), languages.short(), languages.is_english()) == ("fr-ca", "fr", False)


def test_no_other_module_compares_languages_by_hand():
    assert COMPARES.search('return "," if get_language() == "en" else ";"')
    apps = ("accounts", "cmtl", "communities", "evaluations", "meetings", "outbox")
    code = [p for app in apps for p in (settings.BASE_DIR / app).rglob("*.py") if "migrations" not in p.parts]
    found = {str(p.relative_to(settings.BASE_DIR)) for p in code if COMPARES.search(p.read_text())}
    assert found == {
        "cmtl/languages.py",
        "communities/domain/member_import/import_apply/writing.py",  # what somebody typed in a file, not a code
    }
