"""HTML into a Word document that people edit: headings, lists, tables, quotes, links, pictures with their alternative
text. The same HTML makes the PDF, so that both say the same.

A chart is drawn by style sheets that Word does not read: its label, which says its values, stands in its place.
"""

import base64
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.template.loader import render_to_string
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from lxml import etree, html

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADINGS = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "h5": "Heading 4"}
LISTS = {"ul": "List Bullet", "ol": "List Number"}
LEFT_OUT = {"script", "style", "template", "button", "form", "nav", "head"}
CLASSES_LEFT_OUT = {"visually-hidden", "no-print", "no-word"}
BLOCKS = {*HEADINGS, *LISTS, "p", "div", "section", "article", "header", "footer", "main", "aside", "figure", "details"}
BLOCKS |= {"table", "blockquote", "dl", "img", "svg", "hr", "figcaption", "summary", "body", "li", "dd", "dt"}
LONGEST_ALTERNATIVE = 400
BREAK = "\v"  # no HTML holds it: blanks of the source are other characters
SPRUCE = RGBColor(0x14, 0x57, 0x4D)


def render_word(template: str, context: dict, **options: Any) -> bytes:
    """The template as a docx; the options are those of `from_html`."""
    return from_html(render_to_string(template, context), **options)


def from_html(source: str, *, title: str, language: str, contents: str = "", model: bytes = b"") -> bytes:
    """`contents` is the heading of a table of contents, where there is to be one. `model` is the document whose styles
    it takes, where an organisation has its own."""
    document = Document(io.BytesIO(model)) if model else _plain()
    _empty(document)
    document.core_properties.title = title
    document.core_properties.language = language
    _say_language(document, language)
    body = html.fromstring(source).find("body")
    for block in body if body is not None else html.fragments_fromstring(source):
        _write(document, block)
    if contents:
        _add_contents(document, contents)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def is_document(content: bytes) -> bool:
    """Whether Word would open it, and it holds the styles that we write in."""
    try:
        styles = {style.name for style in Document(io.BytesIO(content)).styles}
    except Exception:  # a zip that is none, XML that is broken: the library raises what it meets
        return False
    return {"Normal", "Title", "Heading 1", "List Bullet"} <= styles


def _plain() -> WordDocument:
    """Our own model: a page of Letter, a sober type, headings in the colour of the product."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    for name in ("Title", *list(HEADINGS.values())[1:]):
        document.styles[name].font.color.rgb = SPRUCE
        document.styles[name].font.name = "Cambria"
        _all_alphabets(document.styles[name], "Cambria")
    return document


def _all_alphabets(style: Any, font: str) -> None:
    """The styles of the library name the font of the theme, which wins over ours."""
    fonts = style.element.rPr.rFonts
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    fonts.set(qn("w:hAnsi"), font)


def _empty(document: WordDocument) -> None:
    """What a model holds is an example of its styles; its header and foot stay."""
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)


def _say_language(document: WordDocument, language: str) -> None:
    """For the spelling checker and the screen reader."""
    properties = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if properties is None:
        return
    known = properties.find(qn("w:lang"))
    if known is None:
        known = OxmlElement("w:lang")
        properties.append(known)
    known.set(qn("w:val"), {"fr-ca": "fr-CA", "en-ca": "en-CA"}.get(language, language))


# ---------------------------------------------------------------- contents


def _add_contents(document: WordDocument, heading: str) -> None:
    """A field that Word brings up to date, filled already: each line leads to its heading."""
    found = [p for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    if not found:
        return
    first = found[0]
    title = first.insert_paragraph_before()
    title.add_run(heading).bold = True
    lines = [first.insert_paragraph_before() for _heading in found]
    _field(lines[0], "begin", ' TOC \\o "1-1" \\h ')
    for number, (line, to) in enumerate(zip(lines, found, strict=True)):
        _bookmark(to, number)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"_Toc{number}")
        link.append(line.add_run(to.text)._r)
        line._p.append(link)
        line.paragraph_format.space_after = Pt(2)
    _field(lines[-1], "end")
    first.paragraph_format.page_break_before = True


def _field(paragraph: Paragraph, kind: str, instruction: str = "") -> None:
    kinds = [kind, *(["instruction", "separate"] if instruction else [])]
    for one in kinds:
        run = paragraph.add_run()._r
        part = OxmlElement("w:instrText" if one == "instruction" else "w:fldChar")
        if one == "instruction":
            part.text = instruction
            part.set(qn("xml:space"), "preserve")
        else:
            part.set(qn("w:fldCharType"), one)
        run.append(part)


def _bookmark(paragraph: Paragraph, number: int) -> None:
    for name, where in (("w:bookmarkStart", 0), ("w:bookmarkEnd", len(paragraph._p))):
        mark = OxmlElement(name)
        mark.set(qn("w:id"), str(number))
        if name == "w:bookmarkStart":
            mark.set(qn("w:name"), f"_Toc{number}")
        paragraph._p.insert(where + (1 if name == "w:bookmarkEnd" else 0), mark)


# ---------------------------------------------------------------- blocks


def _write(document: WordDocument, block: Any) -> None:
    tag = block.tag if isinstance(block.tag, str) else ""
    if not tag or _is_left_out(block):
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
            _write(document, part)
            loose.text = part.tail
        else:
            loose.append(_copied(part))
    _flush(document, loose)


def _flush(document: WordDocument, loose: Any) -> Any:
    if _words(loose):
        _add(document, "Normal", loose)
    return html.Element("p")


def _copied(part: Any) -> Any:
    return html.fragment_fromstring(etree.tostring(part, encoding="unicode"), create_parent="span")


def _is_left_out(block: Any) -> bool:
    classes = set(block.get("class", "").split())
    return block.tag in LEFT_OUT or bool(classes & CLASSES_LEFT_OUT) or "hidden" in block.attrib


def _holds_blocks(block: Any) -> bool:
    return any(isinstance(part.tag, str) and part.tag in BLOCKS for part in block.iterdescendants())


def _heading(document: WordDocument, block: Any) -> None:
    _add(document, HEADINGS[block.tag], block)


def _paragraph(document: WordDocument, block: Any) -> None:
    if _words(block):
        _add(document, "Normal", block)


def _list(document: WordDocument, block: Any, depth: int = 1) -> None:
    style = LISTS[block.tag] + (f" {min(depth, 3)}" if depth > 1 else "")
    for item in block:
        if not isinstance(item.tag, str) or _is_left_out(item):
            continue
        inner = [part for part in item if isinstance(part.tag, str) and part.tag in LISTS]
        pictures = [part for part in item.iter("img", "svg")]
        for part in inner:
            item.remove(part)
        if _words(item):
            _add(document, style, item)
        for picture in pictures:
            WRITERS[picture.tag](document, picture)
        for part in inner:
            _list(document, part, depth + 1)


def _quote(document: WordDocument, block: Any) -> None:
    for part in [*block.iter("p", "footer", "cite")] or [block]:
        if _words(part):
            _add(document, "Quote", part)


def _terms(document: WordDocument, block: Any) -> None:
    for part in block.iter("dt", "dd"):
        if _words(part):
            paragraph = _add(document, "Normal", part)
            if part.tag == "dt":
                for run in paragraph.runs:
                    run.bold = True
                paragraph.paragraph_format.keep_with_next = True


def _picture(document: WordDocument, block: Any) -> None:
    found = re.match(r"data:image/(png|jpeg|gif);base64,(.+)", block.get("src", ""), re.DOTALL)
    alternative = block.get("alt", "")
    if not found:
        if alternative:
            _styled(document, "Caption").add_run(alternative)
        return
    shape = document.add_picture(io.BytesIO(base64.b64decode(found.group(2))), height=Cm(1.6))
    shape._inline.docPr.set("descr", alternative)
    shape._inline.docPr.set("title", alternative[:60])


def _chart(document: WordDocument, block: Any) -> None:
    """In its place, what its label says; an ornament says nothing."""
    label = _one_line(
        block.get("aria-label", "") or "".join(block.itertext("title", "{http://www.w3.org/2000/svg}title"))
    )
    if label and block.get("aria-hidden") != "true":
        _styled(document, "Caption").add_run(label)


def _table(document: WordDocument, block: Any) -> None:
    if (caption := block.find("caption")) is not None and _words(caption):
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
            _runs(target.paragraphs[0], cell, is_bold=cell.tag == "th")
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
    "svg": _chart,
    "table": _table,
}


# ---------------------------------------------------------------- words in a block


def _styled(document: WordDocument, style: str) -> Paragraph:
    return document.add_paragraph(style=style if style in document.styles else None)


def _add(document: WordDocument, style: str, block: Any) -> Paragraph:
    paragraph = _styled(document, style)
    _runs(paragraph, block)
    return paragraph


def _runs(paragraph: Paragraph, block: Any, *, is_bold: bool = False) -> None:
    """The text of a block, bold, italics, links and line breaks kept; blanks as a browser shows them."""
    told = list(_told(block, is_bold=is_bold, is_italic=False, link=""))
    last = " "
    for n, (text, bold, italic, link) in enumerate(told):
        if text == BREAK:
            paragraph.add_run().add_break(WD_BREAK.LINE)
            last = " "
            continue
        text = re.sub(r"[ \t\n\r]+", " ", text)
        if last.endswith(" "):
            text = text.lstrip(" ")
        if n == len(told) - 1:
            text = text.rstrip(" ")
        if not text:
            continue
        last = text
        run = _linked(paragraph, link) if link.startswith(("http", "mailto:")) else paragraph.add_run()
        run.text, run.bold, run.italic = text, bold or None, italic or None


def _told(block: Any, *, is_bold: bool, is_italic: bool, link: str) -> Iterator[tuple[str, bool, bool, str]]:
    keeps_lines = "prose" in block.get("class", "").split() or "words" in block.get("class", "").split()
    yield from _lines(block.text, keeps_lines, is_bold, is_italic, link)
    for part in block:
        if isinstance(part.tag, str) and not _is_left_out(part):
            if part.tag == "br":
                yield BREAK, False, False, ""
            elif part.tag == "svg":
                yield _one_line(part.get("aria-label", "")), is_bold, is_italic, link
            else:
                bold, italic = is_bold or part.tag in ("b", "strong"), is_italic or part.tag in ("i", "em")
                yield from _told(part, is_bold=bold, is_italic=italic, link=part.get("href", "") or link)
            if part.tag in BLOCKS:
                yield " ", False, False, ""
        yield from _lines(part.tail, keeps_lines, is_bold, is_italic, link)


def _lines(text: str | None, keeps_lines: bool, *how: Any) -> Iterator[tuple[str, bool, bool, str]]:
    if not text:
        return
    if not keeps_lines:
        yield (text, *how)
        return
    for n, line in enumerate(text.strip("\n").split("\n")):
        if n:
            yield BREAK, False, False, ""
        yield (line, *how)


def _linked(paragraph: Paragraph, address: str) -> Any:
    """A run inside a link: the library has no verb for it."""
    number = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), number)
    run = paragraph.add_run()
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
    return run


def _words(block: Any) -> str:
    return _one_line("".join(text for text, *_how in _told(block, is_bold=False, is_italic=False, link="")))


def _one_line(text: str) -> str:
    return " ".join(text.split())
