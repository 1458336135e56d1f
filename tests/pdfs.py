"""Reading what a PDF says, and where its words stand, with Poppler (`.ci/prepare.sh` installs it)."""

import subprocess

from selectolax.lexbor import LexborHTMLParser

SIDES = ("xmin", "ymin", "xmax", "ymax")


def text_of_pdf(drawn: bytes) -> str:
    """Its lines, laid out as they are printed."""
    return _read(drawn, "-layout")


def words_of(drawn: bytes) -> list[list[tuple]]:
    """Page → its words and where they stand, in points."""
    pages = LexborHTMLParser(_read(drawn, "-bbox")).css("page")
    return [
        [(word.text(), *(float(word.attributes[side]) for side in SIDES)) for word in page.css("word")]
        for page in pages
    ]


def _read(drawn: bytes, how: str) -> str:
    return subprocess.run(["pdftotext", how, "-", "-"], input=drawn, capture_output=True, check=True).stdout.decode()
