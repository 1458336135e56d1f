"""Which column of a file is which, by the words of its heading rather than by whole headings."""

import re
from collections.abc import Iterable, Sequence

from accounts.models import normalised

WORDS = {
    "email": "courriel courriels email emails mail mails mel electronique",
    "phone": "telephone telephones tel phone cell cellulaire cellphone mobile",
    "language": "langue language langues",
    "first_name": "prenom prenoms first firstname given givenname forename",
    "last_name": "famille surname last lastname family familyname patronyme",
    "title": "fonction fonctions titre poste function title position role emploi occupation profession job",
    "organisation": "organisation organisations organisme organismes organization organizations structure employeur"
    " employer company compagnie association entreprise institution etablissement affiliation regroupement",
    "region": "region regions territoire territory ville city town borough arrondissement municipalite mrc localite",
    "name": "nom noms name names",  # of what, another word may say
    "person": "personne personnes membre membres member members participant participante participants participantes"
    " participantes contact representant representante representative delegue deleguee delegate",
}
FIELD_OF = {word: field for field, words in WORDS.items() for word in words.split()}
# A column about something else, or about somebody else than the person.
OTHER_WORDS = """
date depuis since statut status type taille size horodateur horodatage timestamp heure time duree duration presence
naissance birth age genre sexe gender pronom pronoms pronoun pronouns civilite salutation prefixe prefix postal postale
civique mailing site web website url linkedin facebook note notes commentaire commentaires comment comments remarque
remarques allergie allergies mission budget annee year montant paiement photo signature consentement consent accepte fax
telecopieur superieur superieure gestionnaire manager supervisor urgence emergency adjoint adjointe assistant assistante
substitut substitute remplacant remplacante alternate nombre envoye secteur utilisateur username
"""
SMALL_WORDS = """
de du des la le les un une et ou of the and or your votre vos en full complet complete principal principale
professionnel professionnelle work business adresse address obligatoire required correspondance preferred administrative
"""
OTHER, SMALL = set(OTHER_WORDS.split()), set(SMALL_WORDS.split())
NUMBERING = {"numero", "no", "number", "id", "identifiant", "code", "nb"}  # unless of a telephone
LONGEST = 80  # characters: more is a sentence, not a heading
CIVILITY = re.compile(r"(m|mr|mme|mrs|ms|mlle|dr|dre|me|mx|prof|monsieur|madame|mademoiselle)\.?", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]{2,63}")  # bounded: a text of one word is read in no time


def holds_an_address(row: Iterable[str]) -> bool:
    return any(ADDRESS.search(cell) for cell in row)


def words_of(heading: str) -> list[str]:
    """Without what stands in brackets, unless that is all of it."""
    plain = normalised(heading)
    plain = re.sub(r"[(\[].*?[)\]]", " ", plain).strip() or plain
    plain = re.sub(r"[^a-z0-9]+", " ", plain)
    return re.sub(r"\be mails?\b", "email", plain).split()


def field_of(heading: str) -> str:
    """The field that a heading names, or nothing."""
    words = words_of(heading) if len(heading) <= LONGEST else []
    if OTHER & set(words):
        return ""
    named = [FIELD_OF[word] for word in words if word in FIELD_OF]
    if words in (["adresse"], ["address"]):
        return "email"
    for first in ("email", "phone"):  # wherever it stands: « adresse courriel de l’organisme »
        if first in named:
            return first
    if NUMBERING & set(words) or not named:
        return ""
    if "first_name" in named:
        return "full_name" if "last_name" in named or {"nom", "noms"} & set(words) else "first_name"
    if named[0] not in ("name", "person"):
        return named[0]
    return _of_name(named, words)


def _of_name(named: list[str], words: list[str]) -> str:
    """« Nom » by what follows it: « Nom de l’organisme », « Nom du membre », « Nom de famille », « Nom complet »."""
    after = [field for field in named if field != "name"]
    if not after:
        return "full_name" if {"complet", "full", "complete"} & set(words) else "last_name"
    return "full_name" if after[0] == "person" else after[0]


def is_last_first(heading: str) -> bool:
    """« Nom, prénom » rather than « Prénom et nom »."""
    words = words_of(heading)
    places = {field: n for n, word in reversed(list(enumerate(words))) if (field := FIELD_OF.get(word))}
    first = places.get("first_name")
    last = min((places[field] for field in ("name", "last_name") if field in places), default=None)
    return first is not None and last is not None and last < first


def is_exact(heading: str) -> bool:
    return not [word for word in words_of(heading) if word not in FIELD_OF and word not in SMALL and len(word) > 1]


def columns_of(headings: Sequence[str], rows: Iterable[Sequence[str]] = ()) -> dict[str, int]:
    """Field → place. Of two headings for one field, the plainer, then the first; what its cells hold must agree.
    « Nom » alone, without a first name, holds whole names."""
    rows = list(rows)
    candidates: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        field = field_of(heading)
        if field and _agrees(field, [row[place] for row in rows if place < len(row) and row[place].strip()]):
            candidates.setdefault(field, []).append(place)
    columns = {field: min(places, key=lambda p: (_extra(headings[p]), p)) for field, places in candidates.items()}
    if "last_name" in columns and "first_name" not in columns and "full_name" not in columns:
        columns["full_name"] = columns.pop("last_name")
    if rows and "email" not in columns:
        columns |= _email_by_its_cells(rows, set(columns.values()))
    return columns


def _extra(heading: str) -> int:
    return sum(word not in FIELD_OF for word in words_of(heading))


def _agrees(field: str, cells: list[str]) -> bool:
    """« Titre » may be Mme or M., « Poste » the extension of a telephone, « Adresse » a street."""
    if not cells:
        return True
    if field == "title":
        return not all(CIVILITY.fullmatch(cell.strip()) or cell.strip().isdigit() for cell in cells)
    if field == "email":
        return any("@" in cell for cell in cells) or not any(map(_is_a_street, cells))
    return True


def _is_a_street(cell: str) -> bool:
    """A number, and words after it."""
    number = re.search(r"\d", cell)
    return bool(number and re.search(r"\s\w", cell[number.end() :]))


def _email_by_its_cells(rows: list[Sequence[str]], taken: set[int]) -> dict[str, int]:
    """A column of addresses needs no heading."""
    widest = max(map(len, rows), default=0)
    for place in range(widest):
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        if place not in taken and cells and sum(bool(ADDRESS.fullmatch(cell)) for cell in cells) * 2 > len(cells):
            return {"email": place}
    return {}
