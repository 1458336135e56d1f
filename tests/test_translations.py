"""French first, English second: nothing is left in the wrong language."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import timezone, translation

from evaluations.domain.surveys import results

ROOT = Path(settings.BASE_DIR)
CATALOG = ROOT / "locale/fr_CA/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def catalog():
    return read_po(CATALOG.open("rb"), locale="fr_CA")


def test_every_string_has_its_french(catalog):
    missing = [m.id for m in catalog if m.id and (not m.string or (m.pluralizable and not all(m.string)))]
    fuzzy = [m.id for m in catalog if m.id and m.fuzzy]

    assert missing == []
    assert fuzzy == []


def test_placeholders_are_the_same_in_both_languages(catalog):
    for message in catalog:
        if not message.id:
            continue
        sources = message.id if message.pluralizable else [message.id]
        wanted = set().union(*(re.findall(r"%\(\w+\)s", s) for s in sources))
        for string in message.string if message.pluralizable else [message.string]:
            assert set(re.findall(r"%\(\w+\)s", string)) <= wanted, message.id


# What a program can check of `wording.md`: (what is refused, where it stands in the French).
FAULTS = {
    "a space before ; ? or !": r"(?<!«)[ \u00a0\u202f](?=[;?!])(?![;?!]\u00a0»)",
    "no non-breaking space before a colon": r"[ \u202f]:|(?<=[a-zéèà)»])(?<![)]s):(?= )",
    "no non-breaking space inside guillemets": r"«(?!\u00a0)|(?<!\u00a0)»",
    "a double space": r"[ \u00a0]{2}",
    "a point médian inside a word": r"\w[·•‧]\w",
    "a straight apostrophe": r"\w'\w",
    "an English word": r"(?i)(?<!\()\b(e-?mails?|feedback|meetings?|surveys?|updates?|links?|the|with|please)\b",
    "a plain space between a number and its unit": r"(\d|%\(\w+\)s|\}) (?=(min|h|Mo|ko|000|%|\$)(?![\w(]))",
    # One word for one thing.
    "a click called otherwise": r"(?i)\b(gestes?|appuis?|pressions?)\b|\bappuy\w+(?! sur (Entrée|Échap)\b)\b",
    "« par an »": r"(?i)\bpar an\b",
    "« évènement »": r"(?i)évènement",
    "two-step verification called otherwise": r"(?i)\b(deux(ième)?|seconde) preuves?\b",
    "an authenticator app called otherwise": r"(?i)application qui (donne|génère) des codes",
    # The guide says « l’assiduité est souhaitée », and counts it among the signs of a living community.
    "a rate of attendance called otherwise": r"(?i)\bassiduité\b(?! est souhaitée)",
    "the record of a meeting called otherwise": r"(?i)\bconsignations?\b",
    "a link that opens nothing": r"(?i)\bn’ouvr\w+ (plus )?rien\b",
    # « de Les filles et le code »: a name after « de », « à » or « dans » needs a word before it.
    "a bare name of a community after a preposition": r"(?i)\b(de|d’|à|dans|pour|par)\s?(«\u00a0)?%\(community\)s",
}
EXCEPT = {"point-virgule ;", "Assiduité"}  # the sign itself; one of the guide's signs of vitality


def french_of(message) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (message.string,)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_french_keeps_the_rules_that_a_program_can_check(catalog, fault):
    found = [s for m in catalog if m.id for s in french_of(m) if s not in EXCEPT and re.search(FAULTS[fault], s)]

    assert found == []


@pytest.mark.parametrize(
    ("fault", "written", "right"),
    [
        ("a space before ; ? or !", "Vraiment\u00a0?", "Vraiment? «\u00a0?\u00a0»"),
        ("no non-breaking space before a colon", "Date : lundi", "Date\u00a0: 12:30"),
        ("no non-breaking space inside guillemets", "« Oui\u00a0»", "«\u00a0Oui\u00a0»"),
        ("a double space", "Deux  mots", "Deux mots"),
        ("a point médian inside a word", "invité·e", "membre · depuis 2020"),
        ("a straight apostrophe", "l'avis", "l’avis"),
        ("an English word", "Votre email", "Votre courriel"),
        ("a plain space between a number and its unit", "2 Mo", "2\u00a0Mo, 3 minutes"),
        ("a plain space between a number and its unit", "%(n)s min", "%(n)s\u00a0min"),
        ("a click called otherwise", "Un appui confirme", "Confirmez d’un clic"),
        ("a click called otherwise", "quand vous appuyez", "appuyez sur Entrée"),
        ("« par an »", "deux fois par an", "deux fois par année"),
        ("« évènement »", "Évènement", "Événement"),
        ("two-step verification called otherwise", "une deuxième preuve", "éléments probants"),
        ("an authenticator app called otherwise", "une application qui donne des codes",
         "une application d’authentification"),
        ("a rate of attendance called otherwise", "L’assiduité a une cible", "L’assiduité est souhaitée"),
        ("the record of a meeting called otherwise", "Compléter la consignation", "présence consignée"),
        ("a link that opens nothing", "Ce lien n’ouvre plus rien", "Ce lien n’est plus valide"),
        ("a bare name of a community after a preposition", "Membre de %(community)s",
         "Membre de la communauté «\u00a0%(community)s\u00a0»"),
    ],
)  # fmt: skip
def test_each_fault_is_seen_and_what_is_right_is_let_through(fault, written, right):
    assert re.search(FAULTS[fault], written)
    assert not re.search(FAULTS[fault], right)


NEVER_ONE = {"minutes", "threshold", "year", "spacing"}  # numbers that are always several, or no number of things
INVARIABLE = "fois|sous|mois|temps|avis|sans|pas|dans|plus"


def test_the_singular_counts_no_plural(catalog):
    """« 1 réponse sur 1 présence »: in a form for one, whatever a number counts agrees with a number of its own."""
    several = re.compile(rf"%\((\w+)\)s[ \u00a0](?!(?:{INVARIABLE})\b)\w+[sx]\b")
    found = [
        m.string[0]
        for m in catalog
        if m.id and m.pluralizable and any(name not in NEVER_ONE for name in several.findall(m.string[0]))
    ]

    assert found == []


def test_answers_and_presences_are_counted_each_by_its_own_number():
    with translation.override("fr-ca"):
        assert results.said(1, 1) == "1 réponse sur 1 présence"
        assert results.said(1, 2) == "1 réponse sur 2 présences"
        assert results.said(2, 12) == "2 réponses sur 12 présences"
        assert results.said(0, 1) == "0 réponse sur 1 présence"


def test_the_catalogue_holds_every_string_of_the_code(tmp_path, catalog):
    """Extracted again from a copy, the strings are those of the catalogue: a new one without French fails here."""
    copy = tmp_path / "copy"
    left_out = shutil.ignore_patterns(".*", "var", "locale", "tests", "__pycache__", "node_modules")
    shutil.copytree(ROOT, copy, ignore=left_out)
    (copy / "locale" / "fr_CA" / "LC_MESSAGES").mkdir(parents=True)
    command = [sys.executable, "manage.py", "makemessages", "-l", "fr_CA", "-v0"]
    environment = {**os.environ, "DEMO": "1", "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cmtl.settings"}
    subprocess.run(command, cwd=copy, env=environment, check=True)

    written = (copy / "locale/fr_CA/LC_MESSAGES/django.po").read_bytes()
    extracted = read_po(io.BytesIO(written.replace(b"nplurals=INTEGER", b"nplurals=2")), locale="fr_CA")
    unknown = [m.id for m in extracted if m.id and catalog.get(m.id, m.context) is None]
    assert len(extracted) > 300
    assert unknown == []


def test_every_function_that_translates_has_a_name_that_is_collected():
    """`makemessages` finds `_`, `gettext`, `ngettext`…: under another name, a string stays in English and nobody
    knows."""
    aliases = re.compile(r"import n?p?gettext\w* as (?!_$)\w+", re.MULTILINE)
    apps = ("accounts", "outbox", "communities", "meetings", "evaluations", "cmtl")
    sources = [path for app in apps for path in (ROOT / app).rglob("*.py")]

    assert [str(path) for path in sources if aliases.search(path.read_text())] == []
    assert aliases.search("from django.utils.translation import gettext_lazy as _lazy")


def test_times_read_as_in_quebec():
    """Django's own fr_CA format prints 15:05 as « 15 03 05 »."""
    from django.utils.formats import date_format

    at = timezone.datetime(2026, 11, 24, 15, 5)
    with translation.override("fr-ca"):
        assert date_format(at, "TIME_FORMAT") == "15\xa0h\xa005"
        assert date_format(at.replace(minute=0), "TIME_FORMAT") == "15\xa0h"
        assert date_format(at.replace(hour=0, minute=30), "DATETIME_FORMAT") == "24 novembre 2026, 0\xa0h\xa030"
        assert date_format(at, "DATE_FORMAT") == "24 novembre 2026"
        assert date_format(timezone.datetime(2026, 12, 1), "DATE_FORMAT") == "1er décembre 2026"
    with translation.override("en"):
        assert "3:05" in date_format(at, "TIME_FORMAT")
        assert date_format(at.replace(minute=0), "TIME_FORMAT") == "3 p.m."


def test_plurals_follow_french():
    with translation.override("fr-ca"):
        assert translation.ngettext("%(n)s reply out of %(invited)s", "", 0).startswith("%(n)s réponse ")
