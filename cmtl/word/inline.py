"""The words of one block as runs of a paragraph: bold, italics, links, line breaks and keys of charts kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

HEADINGS = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "h5": "Heading 4"}
LISTS = {"ul": "List Bullet", "ol": "List Number"}
BLOCKS = {*HEADINGS, *LISTS, "p", "div", "section", "article", "header", "footer", "main", "aside", "figure", "details"}
BLOCKS |= {"table", "blockquote", "dl", "img", "hr", "figcaption", "summary", "body", "li", "dd", "dt"}
LEFT_OUT = {"script", "style", "template", "button", "form", "nav", "head"}
CLASSES_LEFT_OUT = {"visually-hidden", "no-print", "no-word"}
KEEP_LINES = {"prose", "words"}
BREAK = "\v"  # no HTML holds it: blanks of the source are other characters
KEYS = {  # of the legends of charts: their sign and colour, as in report-pdf.css
    "d1": ("■", "A5381F"),
    "d2": ("■", "D9927F"),
    "d3": ("■", "D9D1C2"),
    "d4": ("■", "7FB0A4"),
    "d45": ("■", "4C8478"),
    "d5": ("■", "14574D"),
    "dot": ("●", "14574D"),
    "square": ("■", "14574D"),
    "ring": ("○", "8A8375"),
    "triangle": ("▲", "754E00"),
}


@dataclass(frozen=True)
class Piece:
    """Words told one way."""

    text: str = ""
    is_bold: bool = False
    is_italic: bool = False
    link: str = ""
    colour: str = ""


def add_runs(paragraph: Paragraph, block: Any, *, is_bold: bool = False) -> None:
    """What the block says, blanks as a browser shows them."""
    pieces = list(_pieces(block, Piece(is_bold=is_bold)))
    last = " "
    for n, piece in enumerate(pieces):
        if piece.text == BREAK:
            paragraph.add_run().add_break(WD_BREAK.LINE)
            last = " "
            continue
        text = re.sub(r"[ \t\n\r]+", " ", piece.text)
        if last.endswith(" "):
            text = text.lstrip(" ")
        if n == len(pieces) - 1:
            text = text.rstrip(" ")
        if text:
            _add(paragraph, replace(piece, text=text))
            last = text


def words_of(block: Any) -> str:
    """All of it on one line."""
    return " ".join("".join(piece.text for piece in _pieces(block, Piece())).split())


def is_left_out(block: Any) -> bool:
    """What belongs to a screen, or is hidden on it."""
    classes = set(block.get("class", "").split())
    return block.tag in LEFT_OUT or bool(classes & CLASSES_LEFT_OUT) or "hidden" in block.attrib


def _add(paragraph: Paragraph, piece: Piece) -> None:
    run = _linked(paragraph, piece.link) if piece.link.startswith(("http", "mailto:")) else paragraph.add_run()
    run.text, run.bold, run.italic = piece.text, piece.is_bold or None, piece.is_italic or None
    if piece.colour:
        run.font.color.rgb = RGBColor.from_string(piece.colour)


def _linked(paragraph: Paragraph, address: str) -> Run:
    """A run inside a link: the library has no verb for it."""
    number = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), number)
    run = paragraph.add_run()
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
    return run


def _pieces(block: Any, told: Piece) -> Iterator[Piece]:
    yield from _lines(block, block.text, told)
    for part in block:
        if isinstance(part.tag, str) and not is_left_out(part):
            yield from _of_part(part, told)
        yield from _lines(block, part.tail, told)


def _of_part(part: Any, told: Piece) -> Iterator[Piece]:
    classes = part.get("class", "").split()
    if part.tag == "br":
        yield Piece(BREAK)
    elif "key" in classes:
        sign, colour = next((KEYS[name] for name in classes if name in KEYS), ("", ""))
        yield Piece(f" {sign} ", colour=colour)
    else:
        bold, italic = told.is_bold or part.tag in ("b", "strong"), told.is_italic or part.tag in ("i", "em")
        yield from _pieces(part, replace(told, is_bold=bold, is_italic=italic, link=part.get("href") or told.link))
    if part.tag in BLOCKS:
        yield Piece(" ")


def _lines(block: Any, text: str | None, told: Piece) -> Iterator[Piece]:
    if not text:
        return
    if not KEEP_LINES & set(block.get("class", "").split()):
        yield replace(told, text=text)
        return
    for n, line in enumerate(text.strip("\n").split("\n")):
        if n:
            yield Piece(BREAK)
        yield replace(told, text=line)
