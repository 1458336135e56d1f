"""The blocks of an HTML document, written one after the other into a Word document."""

import base64
import io
import re
from collections.abc import Callable
from typing import Any

from docx.document import Document as WordDocument
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml import OxmlElement
from docx.shared import Cm, Length
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree, html

from cmtl import pdf
from cmtl.word import inline
from cmtl.word.inline import BLOCKS, HEADINGS, LISTS, is_left_out, words_of

IN_A_ROW = 3
LOGO = Cm(1.6)  # high
DRAWN = 72 / (96 * pdf.DOTS_PER_PIXEL)  # a picture without a size counts 72 dots to the inch


def write(document: WordDocument, block: Any) -> None:
    """One block of HTML, and all it holds."""
    tag = block.tag if isinstance(block.tag, str) else ""
    if not tag or is_left_out(block):
        return
    if writer := WRITERS.get(tag):
        writer(document, block)
    elif _holds_blocks(block):
        _write_parts(document, block)
    else:
        _paragraph(document, block)


def _write_parts(document: WordDocument, block: Any) -> None:
    """A frame: what it holds, one after the other, with the text between."""
    loose = html.Element("p")
    loose.text = block.text
    for part in block:
        is_block = isinstance(part.tag, str) and (part.tag in BLOCKS or _holds_blocks(part))
        if is_block:
            loose = _flush(document, loose)
            write(document, part)
            loose.text = part.tail
        else:
            loose.append(_copied(part))
    _flush(document, loose)


def _flush(document: WordDocument, loose: Any) -> Any:
    if words_of(loose):
        _add(document, "Normal", loose)
    return html.Element("p")


def _copied(part: Any) -> Any:
    return html.fragment_fromstring(etree.tostring(part, encoding="unicode"), create_parent="span")


def _holds_blocks(block: Any) -> bool:
    return any(isinstance(part.tag, str) and part.tag in BLOCKS for part in block.iterdescendants())


def _heading(document: WordDocument, block: Any) -> None:
    _add(document, HEADINGS[block.tag], block)


def _paragraph(document: WordDocument, block: Any) -> None:
    if words_of(block):
        _add(document, "Normal", block)


def _list(document: WordDocument, block: Any, depth: int = 1) -> None:
    if "minis" in block.get("class", "").split():
        _side_by_side(document, block)
        return
    style = LISTS[block.tag] + (f" {min(depth, 3)}" if depth > 1 else "")
    for item in block:
        if not isinstance(item.tag, str) or is_left_out(item):
            continue
        inner = [part for part in item if isinstance(part.tag, str) and part.tag in LISTS]
        pictures = [*item.iter("img")]
        for part in inner:
            item.remove(part)
        if words_of(item):
            _add(document, style, item)
        for picture in pictures:
            WRITERS[picture.tag](document, picture)
        for part in inner:
            _list(document, part, depth + 1)


def _side_by_side(document: WordDocument, block: Any) -> None:
    """Small charts, so many in a row, each under its name: a table without lines, read in the same order."""
    items = [item for item in block if isinstance(item.tag, str)]
    table = document.add_table(rows=-(-len(items) // IN_A_ROW), cols=IN_A_ROW)
    for n, item in enumerate(items):
        paragraph = table.cell(n // IN_A_ROW, n % IN_A_ROW).paragraphs[0]
        inline.add_runs(paragraph, item)
        for picture in item.iter("img"):
            paragraph.add_run().add_break()
            _draw(paragraph.add_run(), picture, room=_room(document) // IN_A_ROW - Cm(0.5))
    document.add_paragraph()


def _quote(document: WordDocument, block: Any) -> None:
    for part in [*block.iter("p", "footer", "cite")] or [block]:
        if words_of(part):
            _add(document, "Quote", part)


def _terms(document: WordDocument, block: Any) -> None:
    for part in block.iter("dt", "dd"):
        if words_of(part):
            paragraph = _add(document, "Normal", part)
            if part.tag == "dt":
                for run in paragraph.runs:
                    run.bold = True
                paragraph.paragraph_format.keep_with_next = True


def _picture(document: WordDocument, block: Any) -> None:
    _draw(document.add_paragraph().add_run(), block, room=_room(document))


def _draw(run: Run, block: Any, *, room: int) -> None:
    """A chart at the size it was drawn for, or as wide as there is room; another picture is a logo. What cannot
    be read is told by its alternative text."""
    found = re.match(r"data:image/(png|jpeg|gif);base64,(.+)", block.get("src", ""), re.DOTALL)
    is_chart = "chart" in block.get("class", "").split()
    try:
        picture = io.BytesIO(base64.b64decode(found.group(2) if found else ""))
        shape = run.add_picture(picture, height=None if is_chart else LOGO)
    except UnrecognizedImageError:
        run.text = block.get("alt", "")
        return
    if is_chart:
        ratio = min(DRAWN, room / shape.width)
        shape.width, shape.height = Length(int(shape.width * ratio)), Length(int(shape.height * ratio))
    shape._inline.docPr.set("descr", block.get("alt", ""))


def _room(document: WordDocument) -> int:
    """How wide the text is."""
    section = document.sections[-1]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _table(document: WordDocument, block: Any) -> None:
    if (caption := block.find("caption")) is not None and words_of(caption):
        paragraph = _add(document, "Caption", caption)
        paragraph.paragraph_format.keep_with_next = True
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in block.iter("tr")]
    rows = [row for row in rows if row]
    if not rows:
        return
    width = max(sum(_span(cell) for cell in row) for row in rows)
    table = document.add_table(rows=len(rows), cols=width)
    if "Table Grid" in document.styles:
        table.style = document.styles["Table Grid"]
    for row, cells in zip(table.rows, rows, strict=True):
        is_head = all(cell.tag == "th" for cell in cells)
        _never_split(row, is_head=is_head)
        column = 0
        for cell in cells:
            target = row.cells[column]
            if _span(cell) > 1:
                target = target.merge(row.cells[min(column + _span(cell), width) - 1])
            inline.add_runs(target.paragraphs[0], cell, is_bold=cell.tag == "th")
            column += _span(cell)
    document.add_paragraph()


def _span(cell: Any) -> int:
    return int(cell.get("colspan", "1") or 1)


def _never_split(row: Any, *, is_head: bool) -> None:
    """A row stays on one page; the head is said again on each, and read as one by a screen reader."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))


WRITERS: dict[str, Callable[[WordDocument, Any], None]] = {
    **dict.fromkeys(HEADINGS, _heading),
    **dict.fromkeys(LISTS, _list),
    "blockquote": _quote,
    "dl": _terms,
    "img": _picture,
    "table": _table,
}


def _styled(document: WordDocument, style: str) -> Paragraph:
    return document.add_paragraph(style=style if style in document.styles else None)


def _add(document: WordDocument, style: str, block: Any) -> Paragraph:
    paragraph = _styled(document, style)
    inline.add_runs(paragraph, block)
    return paragraph
