"""Finding Nadia Amrani in what people write, and not Nadia Amrane."""

import pytest

from accounts.domain.naming import Naming, sentence_at

NADIA = Naming("Nadia", "Amrani", ["nadia@exemple.quebec"])
HELENE = Naming("Marie-Hélène", "Lœuvre-Côté", [])


@pytest.mark.parametrize(
    "text",
    [
        "Nadia Amrani propose une salle.",
        "Merci à NADIA  AMRANI!",
        "Amrani, Nadia : présente",
        "écrire à Nadia@exemple.quebec",
        "nadia\u00a0amrani",
        "Nádïa Amràni",
    ],
)
def test_the_whole_name_and_the_address_are_certain(text):
    assert NADIA.names(text)
    assert not Naming("Nadia", "Bouchard").names(text)


@pytest.mark.parametrize("text", ["Nadia Amrane", "Nadiane Amrani", "nadia@exemple.quebecois", "amrani.nadiax"])
def test_other_words_are_not_her(text):
    assert not NADIA.names(text)


def test_part_of_the_name_is_for_somebody_to_judge():
    (found,) = NADIA.found_in("M. Amrani a proposé une salle")
    assert not found.is_certain
    assert NADIA.found_in("M. Amrani a proposé une salle", surely=True) == []


def test_hyphens_ligatures_and_accents_aside():
    assert HELENE.names("Vu avec Marie Hélène Loeuvre-Cote")
    assert HELENE.names("LŒUVRE-CÔTÉ, MARIE-HÉLÈNE")


def test_the_name_alone_is_replaced():
    assert NADIA.replaced("Nadia Amrani et Nadia Roy.", "Une personne") == "Une personne et Nadia Roy."
    told = NADIA.replaced_within({"a": ["Nadia Amrani", 3], "n": None}, "X")
    assert told == {"a": ["X", 3], "n": None}


def test_the_sentence_around_it():
    text = "On commence. Nadia Amrani propose une salle. On finit."
    (found,) = NADIA.found_in(text)
    start, end = sentence_at(text, found)
    assert text[start:end].strip() == "Nadia Amrani propose une salle."
