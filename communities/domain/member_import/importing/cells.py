"""What is written in the cells of a list: names in any order, addresses, and lines that are no person."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from accounts.models import normalised
from communities.domain.member_import.importing.headings import CIVILITY, field_of, is_exact

INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
PRONOUNS = re.compile(r"\s*\((?:elle|il|iel|lui|she|he|they|her|him|them|ael|ul|/|\s)+\)$", re.IGNORECASE)
PARTICLES = {
    "de",
    "du",
    "des",
    "la",
    "le",
    "van",
    "von",
    "der",
    "den",
    "el",
    "al",
    "ben",
    "bin",
    "di",
    "da",
    "dos",
    "st",
}
ADDRESS = re.compile(r"[^\s@<>()\[\],;:|\"«»]{1,64}@[^\s@<>()\[\],;:|/\"«»]{1,255}\.[^\s@<>()\[\],;:|/\"«».]{2,63}")
BETWEEN_ADDRESSES = re.compile(r"(?:[;,/|]|\s|\b(?:ou|or|et|and)\b)*", re.IGNORECASE)
TOTAL = re.compile(r"(?:sous|sub|grand)?[\s\-–]*tota(?:l|ux|ls)\b")
COUNT = re.compile(r"[\s:=(]*\d[\d\s.,]*%?\)?(?:\s*[^\d@]{0,40})?")
NOTE = re.compile(
    r"[*†‡•(\[=—–-]|(?:note|nb|n\.b|source|liste|list|mise a jour|derniere mise|updated|last updated|legende|imprime"
    r"|exporte|generated|genere|confidentiel|region|arrondissement|secteur|comite|groupe|equipe|nombre)\b"
)


def cleaned(text: str) -> str:
    return " ".join(INVISIBLE.sub("", text.replace("\x0b", " ")).split())


# ---------------------------------------------------------------- names


def named(first: str, last: str, full: str, *, last_first: bool) -> tuple[str, str, str]:
    """First name, last name, and what followed them in the same cell."""
    if not (first and last):
        whole = first or last or full
        if full and not (first or last) or "," in whole:
            return _split(whole, last_first=last_first)
    return _plain(first), _plain(last), ""


def _plain(name: str) -> str:
    """Without « Mme » before it, nor « (elle) » after."""
    words = PRONOUNS.sub("", name).split()
    while len(words) > 1 and CIVILITY.fullmatch(words[0]) and (words[0].endswith(".") or len(words[0]) > 1):
        words = words[1:]
    return " ".join(words)


def _split(whole: str, *, last_first: bool) -> tuple[str, str, str]:
    """« Otis, Jean-Guy », « OTIS Jean-Guy », « Jean-Guy Otis », « Nadia Amrani, directrice »."""
    before, comma, after = (part.strip() for part in whole.partition(","))
    if comma and _is_a_function(before, after):
        first, last, _rest = _split(before, last_first=last_first)
        return first, last, after
    if comma and before and after:
        return _plain(after), _plain(before), ""
    words = _plain(before).split()
    loud = [word for word in words if len(word) > 1 and word.isupper() and "." not in word]
    if loud and len(loud) < len(words):
        return " ".join(w for w in words if w not in loud), " ".join(loud), ""
    at = _end_of_last_name(words) if last_first else 1
    parts = [" ".join(words[:at]), " ".join(words[at:])]
    first, last = reversed(parts) if last_first and parts[1] else parts
    return first, last, ""


def _is_a_function(before: str, after: str) -> bool:
    """What follows the comma is no first name: « directrice générale », « M. Sc. »."""
    return len(before.split()) > 1 and bool(re.match(r"[a-zà-ÿ]{2}|[A-Za-z]{1,4}\.", after))


def _end_of_last_name(words: list[str]) -> int:
    at = 0
    while at < len(words) - 1 and words[at].lower().rstrip(".") in PARTICLES:
        at += 1
    return at + 1


def is_written_first_last(pairs: list[tuple[str, str]]) -> bool:
    """Whether whole names come first name first, as their addresses (« nadia.amrani@… ») say; pairs of both."""
    votes = 0
    for name, address in pairs:
        words, local = normalised(name).split(), re.split(r"[._-]", normalised(address).partition("@")[0])
        if len(words) > 1 and len(local) > 1:
            votes += (local[0] == words[0]) - (local[0] == words[-1])
    return votes > 0


# ---------------------------------------------------------------- addresses


def addresses_in(text: str) -> list[str]:
    """The address of a cell, several when they were written side by side; the text itself when it is none."""
    found = list(dict.fromkeys(address.strip("'.").removeprefix("mailto:") for address in ADDRESS.findall(text)))
    if not found:
        return [text] if text else []
    left = re.sub(r"mailto:|\b(?:courriel|e-?mail)s?\s*:", "", ADDRESS.sub("", text), flags=re.IGNORECASE)
    is_named = f"<{found[0]}>" in text
    without = re.sub(r"\([^)@]*\)|[<>()\"'.\[\]]", "", left)
    if is_named or BETWEEN_ADDRESSES.fullmatch(without):
        return found
    return [text]


def mended(text: str) -> str:
    """What an address that cannot be right was perhaps meant to be, or nothing."""
    plain = normalised(text)
    plain = re.sub(r"\s*(?:[(\[]\s*(?:at|a|arobase|@)\s*[)\]]|\s(?:at|arobas|arobase)\s)\s*", "@", plain)
    plain = re.sub(r"\s*(?:[(\[]\s*(?:dot|point)\s*[)\]]|\s(?:dot|point)\s)\s*", ".", plain)
    plain = re.sub(r"\s+", "", plain).replace(",", ".").replace(";", ".").strip(".:<>")
    plain = re.sub(r"@{2,}", "@", re.sub(r"\.{2,}", ".", plain)).replace("@.", "@").replace(".@", "@")
    return plain if plain != text and ADDRESS.fullmatch(plain) else ""


WELL_KNOWN = """
gmail.com hotmail.com hotmail.ca hotmail.fr outlook.com outlook.fr live.com live.ca live.fr yahoo.com yahoo.ca yahoo.fr
icloud.com msn.com videotron.ca sympatico.ca bell.net cgocable.ca globetrotter.net mcgill.ca umontreal.ca ulaval.ca
uqam.ca usherbrooke.ca
"""
DOMAINS = set(WELL_KNOWN.split())
NO_SLIPS = {"mail.com", "email.com", "ymail.com"}
OFTEN = 3  # in the same list: a domain that others have is no slip


def usual_domains(addresses: Iterable[str]) -> dict[str, None]:
    """Those that everyone knows, and those that come back in this list; in order."""
    counts = Counter(address.rpartition("@")[2].lower() for address in addresses if "@" in address)
    return dict.fromkeys(sorted(DOMAINS | {domain for domain, n in counts.items() if n >= OFTEN}))


def spelt(address: str, usual: Collection[str]) -> str:
    """The address under the usual domain that its own misses by one slip of the finger, or nothing."""
    local, at, domain = address.lower().rpartition("@")
    if not at or domain in usual or domain in NO_SLIPS:
        return ""
    return next((f"{local}@{known}" for known in usual if _is_a_slip(domain, known)), "")


def _is_a_slip(typed: str, meant: str) -> bool:
    """A letter left out, doubled or too many, two that changed places, another at the end: « gmial.com », « .con »."""
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    if len(longer) - len(shorter) > 1 or len(longer) > 255:
        return False
    if len(longer) - len(shorter) == 1:
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    differ = [at for at in range(len(typed)) if typed[at] != meant[at]]
    if len(differ) == 1:
        return differ[0] >= len(typed) - 3
    return (
        len(differ) == 2
        and differ[0] + 1 == differ[1]
        and typed[differ[0]] == meant[differ[1]]
        and (typed[differ[1]] == meant[differ[0]])
    )


# ---------------------------------------------------------------- lines that are no person


def kind_of(row: Sequence[str], headings: Sequence[str], names: str) -> str:
    """« total » or « remark » where a line is no person; `names` is what its columns of names hold."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if any("@" in cell for cell in filled) or not filled:
        return ""
    if _is_total(filled, names):
        return "total"
    repeats = [normalised(cell) for cell in filled] == [normalised(cell) for cell in headings if cell.strip()]
    return "remark" if (repeats and len(filled) > 1) or _is_note(filled) else ""


def _is_total(filled: list[str], names: str) -> bool:
    plain = [normalised(cell) for cell in filled]
    totals = [bool(TOTAL.match(cell)) for cell in plain]
    rest = [cell for cell, is_total in zip(plain, totals, strict=True) if not is_total]
    if any(totals) and all(COUNT.fullmatch(cell) for cell in rest):
        return True
    return bool(TOTAL.match(normalised(names)))


def _is_note(filled: list[str]) -> bool:
    """One cell alone that speaks of the list rather than names somebody."""
    if len(filled) > 1:
        return False
    plain = normalised(filled[0])
    if field_of(plain) and is_exact(plain):  # a heading, among addresses pasted with theirs
        return True
    return bool(NOTE.match(plain) or re.search(r"\d", plain) or len(plain.split()) > 5 or plain.endswith(":"))
