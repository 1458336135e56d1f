"""HTML into a Word document that people edit: headings, lists, tables, quotes, links, charts and pictures with their
alternative text. The same HTML makes the PDF, so that both say the same."""

import io
from typing import Any

from django.template.loader import render_to_string
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from lxml import html

from cmtl.word import blocks, charts
from cmtl.word.inline import HEADINGS

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SPRUCE, SLATE = RGBColor(0x14, 0x57, 0x4D), RGBColor(0x4A, 0x56, 0x61)


def render_word(template: str, context: dict, **options: Any) -> bytes:
    """The template as a docx; the options are those of `from_html`."""
    return from_html(render_to_string(template, context), **options)


def from_html(source: str, *, language: str, contents: str = "", styles: bytes = b"") -> bytes:
    """Its title is that of the page. `contents` is the heading of a table of contents, where there is to be one.
    `styles` is the template of an organisation (`cmtl.word.templates`): its styles, header, foot and page are kept,
    what it says is not."""
    document = Document(io.BytesIO(styles)) if styles else _plain()
    _empty(document)
    page = html.document_fromstring(charts.drawn(source))
    document.core_properties.title = " ".join(page.findtext("head/title", "").split())
    document.core_properties.language = language
    document.core_properties.author = document.core_properties.comments = ""
    _say_language(document, language)
    blocks.write(document, page.find("body"))
    if contents:
        _add_contents(document, contents)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _plain() -> WordDocument:
    """Our own template: a page of Letter, a sober type, headings in the colour of the product."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    for name in HEADINGS.values():
        document.styles[name].font.color.rgb = SPRUCE
        document.styles[name].font.name = "Cambria"
        _all_alphabets(document.styles[name], "Cambria")
    document.styles["Caption"].font.color.rgb = SLATE
    document.styles["Title"].element.pPr.remove(document.styles["Title"].element.pPr.find(qn("w:pBdr")))
    return document


def _all_alphabets(style: Any, font: str) -> None:
    """The styles of the library name the font of the theme, which wins over ours."""
    fonts = style.element.rPr.rFonts
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    fonts.set(qn("w:hAnsi"), font)


def _empty(document: WordDocument) -> None:
    """What a template holds is an example of its styles; its header and foot stay."""
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


def _add_contents(document: WordDocument, heading: str) -> None:
    """A field that Word brings up to date, filled already: each line leads to its heading."""
    found = [p for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    if not found:
        return
    first = found[0]
    first.insert_paragraph_before().add_run(heading).bold = True
    lines = [first.insert_paragraph_before() for _heading in found]
    _begin_field(lines[0], ' TOC \\o "1-1" \\h ')
    for number, (line, to) in enumerate(zip(lines, found, strict=True)):
        _bookmark(to, number)
        link = _element("w:hyperlink", anchor=f"_Toc{number}")
        link.append(line.add_run(to.text)._r)
        line._p.append(link)
        line.paragraph_format.space_after = Pt(2)
    _mark_field(lines[-1], "end")
    first.paragraph_format.page_break_before = True


def _begin_field(paragraph: Paragraph, instruction: str) -> None:
    _mark_field(paragraph, "begin")
    told = _element("w:instrText")
    told.text = instruction
    told.set(qn("xml:space"), "preserve")
    paragraph.add_run()._r.append(told)
    _mark_field(paragraph, "separate")


def _mark_field(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType=kind))


def _bookmark(paragraph: Paragraph, number: int) -> None:
    paragraph._p.insert(0, _element("w:bookmarkStart", id=str(number), name=f"_Toc{number}"))
    paragraph._p.append(_element("w:bookmarkEnd", id=str(number)))


def _element(tag: str, **values: str) -> Any:
    """What the library has no verb for."""
    made = OxmlElement(tag)
    for name, value in values.items():
        made.set(qn(f"w:{name}"), value)
    return made
