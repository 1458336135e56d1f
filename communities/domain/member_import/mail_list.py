"""People as a mail program writes them: « Nadia Amrani <nadia@x.org>; luc@y.org », on one line or on several.

What stands around an address is a name and, perhaps, an organisation. Somebody without an address is kept too.
"""

import re
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

WAY = "<>"  # among the separators of a text
TOKEN = re.compile(r"[^\s<>()\[\],;:|\"«»]+")  # linear, whatever the text; what holds an « @ » is looked at closely
ADDRESS = re.compile(r"[^@]+@[^@/]+\.[^@/.]{2,}")
LONGEST, AROUND = 254, 300  # characters of an address, and of what is read around it
LEAD = re.compile(r"^\s*(?:(?:[-*•–·]|\d{1,3}[.)])\s+|(?:à|a|to|cc|cci|bcc|de|from)\s*:)\s*", re.IGNORECASE)
BRACKETS = re.compile(r"\(([^()]*)\)")
BETWEEN = re.compile(r"\s+[-–—|]\s+|\|")
EDGES = " <>\"'«»“”[]|-–—•*"
SPELT_OUT = re.compile(
    r"[^\s@]+\s?(?:[(\[](?:at|arobase)[)\]]|\s(?:at|arobase)\s)\s?[^\s@]+\.[^\s@.]{2,}", re.IGNORECASE
)
PRONOUN = re.compile(r"(?:elle|il|iel|lui|she|he|they|her|him|them|ael|ul|/|\s)+", re.IGNORECASE)


def is_one(text: str) -> bool:
    """Several addresses on a line, addresses in angle brackets, or lines without anything that makes columns."""
    if "\t" in text:
        return False
    lines = [(line, found) for line in text.splitlines() if (found := _addresses(line))]
    if not lines:
        return False
    count = sum(len({address.lower() for _start, _end, address in found}) for _line, found in lines)
    return (
        count * 2 >= len(lines) * 3
        or any(line[start - 1 : start] == "<" for line, found in lines for start, _end, _address in found)
        or not any(re.search("[;,|]", line.strip(" ;,")) for line, _found in lines)
    )


def rows_of(text: str, most: int) -> list[tuple[int, list[str]]]:
    """A table with its headings; people count from 1, in the order of the text, so many at most."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    people = islice((person for line in lines for person in _people(LEAD.sub("", line))), most)
    return [(0, [_("Full name"), _("E-mail"), _("Organisation")]), *enumerate(map(list, people), start=1)]


def _addresses(line: str) -> list[tuple[int, int, str]]:
    found = []
    for token in TOKEN.finditer(line):
        address = token[0].strip("'.")
        if "@" in address and len(address) <= LONGEST and ADDRESS.fullmatch(address):
            at = token.start() + token[0].index(address)
            found.append((at, at + len(address), address))
    return [
        here
        for n, here in enumerate(found)
        if n + 1 == len(found) or here[2].lower() != found[n + 1][2].lower()  # « 'n@x.org' <n@x.org> »
    ]


def _people(line: str) -> Iterator[tuple[str, str, str]]:
    """Name, address and organisation of each person of a line."""
    found, done = _addresses(line), 0
    for n, (start, end, address) in enumerate(found):
        *others, around = _pieces(line[done:start])
        yield from map(_alone, others)
        name, organisation = _name_and_organisation(around[-AROUND:])
        done = end
        after = line[end:] if n + 1 == len(found) else ""
        told = BRACKETS.match(follows := line[end : end + AROUND].lstrip(" >'"))
        if told and not name:
            name, done = told[1].strip(), line.index(follows, end) + len(told[0])
        elif after.strip(EDGES + ";,") and len(found) == 1:
            *rest, last = _name_and_organisation(after[:AROUND])
            name, organisation = (name, organisation or " ".join([*rest, last]).strip()) if name else (rest[0], last)
            done = len(line)
        yield _without_address(name, address), address, organisation
    if left := line[done:].strip(EDGES + ";,"):
        yield from (_alone(piece) for piece in _pieces(left) if piece)


def _alone(piece: str) -> tuple[str, str, str]:
    """Somebody without an address, or whose address is spelt out: « luc at y.org »."""
    if len(piece) <= LONGEST and SPELT_OUT.fullmatch(piece):
        return "", piece, ""
    name, organisation = _name_and_organisation(piece[:AROUND])
    return name, "", organisation


def _pieces(text: str) -> list[str]:
    """What stands before an address: people without one, each before a semicolon, then the name of its own."""
    pieces = [piece.strip(EDGES + ",") if '"' not in piece else piece.strip(" ,<") for piece in text.split(";")]
    return [*(piece for piece in pieces[:-1] if piece), pieces[-1]]


def _without_address(name: str, address: str) -> str:
    """A mail program that knows no name repeats the address, with « mailto: » before it."""
    name = re.sub(r"\b(?:mailto|courriels?|e-?mails?)\s*:?\s*$", "", name, flags=re.IGNORECASE)
    return "" if "@" in name or name.lower() == address.lower() else name.strip(EDGES + ":,")


def _name_and_organisation(text: str) -> tuple[str, str]:
    organisation = ""
    for told in BRACKETS.findall(text):
        if told.strip() and not PRONOUN.fullmatch(told) and not re.search(r"\d", told):
            organisation, text = told.strip(), text.replace(f"({told})", " ")
    if quoted := re.search(r"\"([^\"]+)\"", text):
        return quoted[1].strip(), organisation
    name, *others = [part.strip(EDGES + ",;:") for part in BETWEEN.split(text.strip(" ;,<>"), maxsplit=1)]
    pieces = [piece for part in name.split(",") if (piece := part.strip(EDGES + ";:"))]
    if len(pieces) > 1 and not _is_last_then_first(pieces):
        name, others = pieces[0], [", ".join(pieces[1:]), *others]
    else:
        name = ", ".join(pieces)
    return name, organisation or ", ".join(filter(None, others))


def _is_last_then_first(pieces: list[str]) -> bool:
    """« Amrani, Nadia », « DE LA DURANTAYE, Anne »: rather than a name and an organisation."""
    last, first = pieces[0], pieces[1]
    return len(pieces) == 2 and len(first.split()) <= 2 and (last.isupper() or len(last.split()) == 1)
