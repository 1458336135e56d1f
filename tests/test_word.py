"""HTML into Word and back: what a page says, by headings, lists, tables and alternative texts; which documents may be a
template."""

import base64
import io
import shutil
import subprocess
import zipfile

import pytest
from django.core.exceptions import ValidationError
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Pt

from cmtl.word import documents, templates
from tests.evaluations.reports.test_report_logos import logo

CHART = (
    '<svg viewBox="0 0 120 40" role="img"><title>Présences</title><desc>8 en mai, 12 en juin</desc>'
    '<rect width="120" height="40" fill="#14574d"/></svg>'
)
ATTACHED_TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
ORNAMENT = '<svg viewBox="0 0 9 9" aria-hidden="true"><circle r="3"/></svg>'
HTML = f"""<!DOCTYPE html><html lang="fr"><head><title>Bilan</title><style>p {{ color: red }}</style></head><body>
<h1>Constellation</h1><p>Deux <b>mots</b> et <a href="https://exemple.quebec">un lien</a>.<br>Fin</p>
<h2>Rencontres</h2>{CHART}{ORNAMENT}
<ul><li>Mai<ul><li>Le 8</li></ul></li><li>Juin</li></ul>
<button>Fermer</button><p class="visually-hidden">Pour l’oreille</p><p hidden>Caché</p>
<table><caption>Présences</caption><tr><th>Jour</th><th>n</th></tr><tr><th>8 mai</th><td>12</td></tr>
<tr><td colspan="2">Total : 12</td></tr></table>
<h2>Règles</h2><h3>Confiance</h3><p class="prose">Une ligne
Une autre</p><blockquote><p>Ça se dit.</p></blockquote>
<img src="data:image/png;base64,{base64.b64encode(logo("red")).decode()}" alt="Fondation"></body></html>"""


def read(content: bytes):
    return Document(io.BytesIO(content))


def made(**options):
    return documents.from_html(HTML, language="fr-ca", **options)


def headings(document) -> list[tuple[str, str]]:
    return [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]


def alternatives(document) -> list[str]:
    return [one.get("descr") for one in document.element.body.iter("{*}docPr")]


def a_template(**parts) -> bytes:
    """One page with a style, a header and words of its own; `parts` are added to the archive."""
    document = Document()
    document.styles["Heading 1"].font.size = Pt(31)
    document.sections[0].header.paragraphs[0].text = "Concertation Montréal"
    document.add_paragraph("Écrivez ici.")
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_what_the_page_says_is_in_the_document_and_what_belongs_to_a_screen_is_not():
    document = read(made(contents="Table des matières"))

    assert headings(document) == [
        ("Title", "Constellation"),
        ("Heading 1", "Rencontres"),
        ("Heading 1", "Règles"),
        ("Heading 2", "Confiance"),
    ]
    assert alternatives(document) == ["Présences. 8 en mai, 12 en juin", "Fondation"]
    table = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert table == [["Jour", "n"], ["8 mai", "12"], ["Total : 12", "Total : 12"]]
    told = [p.text for p in document.paragraphs]
    assert "Deux mots et un lien.\nFin" in told
    assert "Une ligne\nUne autre" in told
    assert ("List Bullet 2", "Le 8") in [(p.style.name, p.text) for p in document.paragraphs]
    assert not {"Fermer", "Pour l’oreille", "Caché"} & set(told)
    assert document.core_properties.title == "Bilan"
    assert document.core_properties.author == "", "nobody is named by the file"


def test_the_contents_lead_to_the_headings():
    xml = read(made(contents="Table des matières")).element.xml

    assert 'w:anchor="_Toc0"' in xml
    assert 'w:name="_Toc0"' in xml
    assert "TOC" not in read(made()).element.xml, "a short document has none"


def test_bold_and_links_stay():
    (paragraph,) = [p for p in read(made()).paragraphs if p.text.startswith("Deux")]

    assert [run.text for run in paragraph.runs if run.bold] == ["mots"]
    assert [link.address for link in paragraph.hyperlinks] == ["https://exemple.quebec"]


def test_the_head_of_a_table_is_said_again_on_each_page_and_rows_are_not_cut():
    head, row, _total = read(made()).tables[0].rows

    assert "w:tblHeader" in head._tr.xml
    assert "w:tblHeader" not in row._tr.xml
    assert "w:cantSplit" in row._tr.xml


def test_a_chart_is_no_wider_than_the_page():
    wide = HTML.replace('viewBox="0 0 120 40"', 'viewBox="0 0 2400 40"')
    document = read(documents.from_html(wide, language="fr-ca"))
    section = document.sections[0]

    assert document.inline_shapes[0].width == section.page_width - section.left_margin - section.right_margin
    small = read(made()).inline_shapes[0]
    assert small.width.pt == pytest.approx(120 * 72 / 96, abs=1), "a small one keeps its size"


def test_a_document_takes_the_look_of_the_template_and_not_its_words():
    document = read(made(styles=a_template()))

    assert document.sections[0].header.paragraphs[0].text == "Concertation Montréal"
    assert document.styles["Heading 1"].font.size == Pt(31)
    assert "Écrivez ici." not in [p.text for p in document.paragraphs]
    assert headings(document) == headings(read(made()))


def linked(kind: str) -> bytes:
    document = read(a_template())
    document.part.relate_to("https://exemple.quebec/x.dotm", kind, is_external=True)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def without_a_style() -> bytes:
    document = Document()
    style = document.styles["List Number"]
    style.element.getparent().remove(style.element)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def emptied(content: bytes, part: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(written, "w") as after:
        for name in before.namelist():
            after.writestr(name, b"<broken" if name == part else before.read(name))
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "pas un document Word"),
        (a_template()[:900], "pas un document Word"),
        (emptied(a_template(), "word/document.xml"), "pas un document Word"),
        (a_template(**{"word/vbaProject.bin": "x"}), "des macros ou des objets"),
        (a_template(**{"word/embeddings/oleObject1.bin": "x"}), "des macros ou des objets"),
        (a_template(**{"word/media/a.png": "0" * (templates.MAX_UNPACKED + 1)}), "trop volumineux"),
        (linked(ATTACHED_TEMPLATE), "ailleurs"),
        (linked(RELATIONSHIP_TYPE.IMAGE), "ailleurs"),
        (without_a_style(), "List Number"),
        (b"0" * (templates.MAX_BYTES + 1), "trop lourd"),
    ],
    ids=["pdf", "cut", "broken", "macros", "embedded", "bomb", "template", "picture", "style", "heavy"],
)
def test_what_cannot_be_a_template_is_refused_with_its_reason(content, said):
    with pytest.raises(ValidationError, match=said):
        templates.refuse(content)


def test_control_an_ordinary_document_may_be_one_its_links_too():
    templates.refuse(a_template())
    templates.refuse(linked(RELATIONSHIP_TYPE.HYPERLINK))


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_another_program_reads_the_same_headings_tables_and_alternative_texts(tmp_path):
    (tmp_path / "a.docx").write_bytes(made(contents="Table des matières"))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/p", "--convert-to", "docx:MS Word 2007 XML"]
        + ["--outdir", tmp_path / "again", tmp_path / "a.docx"],
        check=True,
        capture_output=True,
        timeout=120,
    )

    ours, theirs = read((tmp_path / "a.docx").read_bytes()), read((tmp_path / "again" / "a.docx").read_bytes())

    assert headings(theirs) == headings(ours)
    assert alternatives(theirs) == alternatives(ours)
    assert [[c.text for c in row.cells] for row in theirs.tables[0].rows] == [
        [c.text for c in row.cells] for row in ours.tables[0].rows
    ]
