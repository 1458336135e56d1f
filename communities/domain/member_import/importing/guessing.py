"""Which column is which where no heading says it, and the name that an address holds."""

import re
from collections.abc import Callable, Sequence

from accounts.models import normalised
from communities.domain.member_import.importing.headings import CIVILITY, holds_an_address

PHONE = re.compile(r"\+?[\d\s().–-]{7,}(?:\s*(?:poste|p|#|x|ext)\.?\s*\d+)?", re.IGNORECASE)
LANGUAGE = re.compile(r"fr|en|francais|anglais|french|english")
NAME = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[-'’. ]+[^\W\d_]+)*\.?")
OFFICES = """
info infos information contact contacts courriel mail email admin administration accueil reception direction dg
secretariat secretaire bonjour hello coordination communication communications comm noreply no-reply equipe team bureau
office adjointe adjoint coordo coordonnatrice coordonnateur presidence tresorerie projet projets programme
"""
NOBODY = set(OFFICES.split())
LONGEST = 100  # characters of a cell that are looked at
Row = Sequence[str]


def columns_of(rows: Sequence[Row], known: dict[str, int]) -> dict[str, int]:
    """Field → place, where only the addresses are `known`: names are what addresses resemble, or else come first."""
    columns, texts = dict(known), []
    for place in sorted({place for row in rows for place in range(len(row))} - set(known.values())):
        held = _cells(rows, place)
        if not held or _most(held, lambda cell: bool(CIVILITY.fullmatch(cell))):
            continue
        if _most(held, lambda cell: bool(PHONE.fullmatch(cell))):
            columns.setdefault("phone", place)
        elif _most(held, lambda cell: bool(LANGUAGE.fullmatch(normalised(cell)))):
            columns.setdefault("language", place)
        elif not _most(held, lambda cell: bool(re.search(r"\d", cell))):
            texts.append(place)
    names = _names(rows, texts, known.get("email"))
    left = [place for place in texts if place not in names.values()]
    return columns | names | ({"organisation": left[0]} if left and names else {})


def _cells(rows: Sequence[Row], place: int) -> list[str]:
    return [cell[:LONGEST] for row in rows if place < len(row) and (cell := row[place].strip())]


def _most(cells: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(holds, cells)) * 2 > len(cells)


def _names(rows: Sequence[Row], texts: list[int], email: int | None) -> dict[str, int]:
    if not texts:
        return {}
    alike = [place for place in texts if _resembles(rows, place, email)] or texts[:1]
    if _most(_cells(rows, alike[0]), lambda cell: len(cell.split()) > 1) and len(alike) == 1:
        return {"full_name": alike[0]}
    pair = alike[:2] if len(alike) > 1 else _with_its_neighbour(rows, texts, alike[0])
    if len(pair) == 1:
        return {"full_name": pair[0]}
    first, last = pair if _is_first_last(rows, pair, email) else reversed(pair)
    return {"first_name": first, "last_name": last}


def _with_its_neighbour(rows: Sequence[Row], texts: list[int], place: int) -> list[int]:
    """A column of single words goes with another beside it: « Luc », « Côté »."""
    for other in (place - 1, place + 1):
        if other in texts and _most(_cells(rows, other), lambda cell: len(cell.split()) == 1):
            return sorted([other, place])
    return [place]


def _local(address: str) -> str:
    return normalised(address).partition("@")[0]


def _resembles(rows: Sequence[Row], place: int, email: int | None) -> bool:
    """Most of its cells have a word that stands in the address."""
    pairs = [] if email is None else _pairs(rows, place, email)
    return bool(pairs) and sum(any(word in local for word in _words(cell)) for cell, local in pairs) * 2 > len(pairs)


def _pairs(rows: Sequence[Row], place: int, email: int) -> list[tuple[str, str]]:
    return [
        (row[place], _local(row[email]))
        for row in rows
        if len(row) > max(place, email) and row[place].strip() and "@" in row[email]
    ]


def _words(cell: str) -> list[str]:
    return [word for word in re.split(r"[^a-z]+", normalised(cell)) if len(word) > 1]


def _is_first_last(rows: Sequence[Row], pair: list[int], email: int | None) -> bool:
    """« lcote@… » is Luc Côté: unless addresses that hold both names show that the columns come the other way."""
    votes = 0
    for row in rows:
        if email is not None and len(row) > max(*pair, email) and all(row[place].strip() for place in pair):
            (one, other), local = (normalised(row[place]).strip() for place in pair), _local(row[email])
            votes += local.startswith(one[:1]) and other in local
            votes -= local.startswith(other[:1]) and one in local
    return votes >= 0


def are_names(rows: Sequence[Row]) -> bool:
    """One column, and whole names in it, from the first line on."""
    cells = [cell for row in rows for cell in [" ".join(" ".join(row).replace(",", " ").split())] if cell]
    return (
        bool(cells)
        and not holds_an_address(cells)
        and all(1 < len(cell.split()) < 6 and cell[0].isupper() and NAME.fullmatch(cell) for cell in cells)
    )


def name_in(address: str) -> tuple[str, str]:
    """« luc.cote@… » is Luc Cote, « luc@… » is Luc; nobody is « info@… »."""
    local = address.partition("@")[0].partition("+")[0]
    words = [word for word in re.split(r"[._]+", re.sub(r"\d+", "", local)) if word]
    plain = [normalised(word) for word in words]
    if not words or "@" not in address or NOBODY & {plain[0], "".join(plain)} or len("".join(words)) < 2:
        return "", ""
    first, *last = [capitalised(word) for word in words]
    return first, " ".join(last)


def quieter(name: str) -> str:
    """A name without its capitals, where it is written in nothing else; initials stay."""
    return capitalised(name) if name.isupper() and len(name) > 2 and "." not in name else name


def capitalised(name: str) -> str:
    """« CÔTÉ-ROY » is Côté-Roy, « O’BRIEN » O’Brien."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0][0].upper() + word[0][1:].lower(), name)
