"""Words as people type them in a search: without their accents, in any case."""

import re
import unicodedata

LIKE = ("aàâä", "cç", "eéèêë", "iîï", "oôö", "uùûü", "yÿ")
LETTERS = {letter: f"[{some}]" for some in LIKE for letter in some} | {"'": "['’]"}
LONGEST = 60  # letters of a word that are compared: more would only weigh on the database


def loosely(word: str) -> str:
    """A pattern for `…__iregex`, of both databases: « peres » finds « pères », « soeur » finds « Sœur »."""
    plain = unicodedata.normalize("NFC", word).lower().replace("’", "'").replace("œ", "oe")[:LONGEST]
    pattern = "".join(LETTERS.get(letter, re.escape(letter)) for letter in plain)
    return pattern.replace("[oôö][eéèêë]", "(œ|[oôö][eéèêë])")
