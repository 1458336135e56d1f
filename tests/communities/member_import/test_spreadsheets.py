"""Workbooks as Excel writes them, and files made to hurt: a sentence, nothing written, memory bounded."""

import datetime as dt
import html
import io
import subprocess
import sys
import textwrap
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from communities import tasks
from communities.domain.member_import import importing, spreadsheets
from communities.models import MemberImport
from tests.forms import submit

HEADINGS = ["Prénom", "Nom", "Courriel", "Organisation", "Fonction"]
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def workbook(*rows, headings=HEADINGS, title="Membres"):
    book = Workbook()
    book.active.title = title
    for row in ([headings] if headings else []) + list(rows):
        book.active.append(row)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def altered(parts, content=None):
    """A real workbook in which these parts are replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content or workbook(["Ève", "Dubé"]))) as before:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
            for name in before.namelist():
                if name not in parts:
                    after.writestr(name, before.read(name))
            for name, text in parts.items():
                after.writestr(name, text)
    return out.getvalue()


def with_sheet(rows):
    return altered({"xl/worksheets/sheet1.xml": SHEET.format(rows)})


def lying(content):
    """A workbook whose directory says that its sheet is nearly empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


# ------------------------------------------------------------------ as people have them


def test_a_workbook_is_read_like_a_csv():
    (line,) = importing.read_member_file(
        workbook(["Ève", "Dubé", "EVE@exemple.quebec", "Les filles d’à côté; collectif", "Directrice"])
    )

    assert (line["number"], line["first_name"], line["organisation"]) == (2, "Ève", "Les filles d’à côté; collectif")


def test_the_sheet_that_holds_the_list_is_found_and_hidden_ones_are_left_out():
    book = Workbook()
    book.active.append(["Notes de la rencontre"])
    book.create_sheet("Membres").append(HEADINGS)
    book["Membres"].append(["Ève", "Dubé"])
    hidden = book.create_sheet("Anciens")
    hidden.append([*HEADINGS, "Région"])
    hidden.append(["Ancienne", "Personne"])
    hidden.sheet_state = "hidden"

    how, lines = importing.interpret(saved(book))

    assert (how.sheet, how.sheets, len(lines)) == ("Membres", ["Sheet", "Membres"], 1)


def test_dates_and_numbers_are_text_and_formulas_are_never_computed():
    values = [dt.date(2026, 3, 4), dt.datetime(2026, 3, 4, 9, 30), 12.0, 1.5, '=HYPERLINK("http://x";"y")']
    (line,) = importing.read_member_file(workbook(values))

    assert line["first_name"] == "2026-03-04"
    assert line["last_name"] == "2026-03-04 09:30"
    assert (line["email"], line["organisation"]) == ("12", "1.5")
    assert line["title"] == '=HYPERLINK("http://x";"y")'


@pytest.mark.django_db
def test_a_formula_of_a_workbook_is_said_and_left_unticked(community):
    (line,) = importing.examine(community, importing.read_member_file(workbook(["=1+1", "Petit", "p@x.quebec"])))

    assert "formula" in line.flags
    assert not line.is_kept


def test_a_title_above_and_blank_rows_keep_the_numbers_of_the_sheet():
    content = workbook(["Membres 2026"], [], HEADINGS, ["Ève", "Dubé"], [None], ["Wei", "Roy"], headings=None)

    assert [line["number"] for line in importing.read_member_file(content)] == [4, 5, 6]


def test_what_a_sheet_says_of_its_size_is_not_believed():
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nom complet</t></is></c></row>' + "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>Ève Dubé</t></is></c></row>' for n in range(2, 9)
    )
    sheet = SHEET.format(rows).replace("<sheetData>", '<dimension ref="A1:A2"/><sheetData>')

    assert len(importing.read_member_file(altered({"xl/worksheets/sheet1.xml": sheet}))) == 7


# ------------------------------------------------------------------ made to hurt

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
WIDE = '<row r="1">' + "<c/>" * 200_000 + "</row>"
TALL = "".join(f'<row r="{n}"><c t="inlineStr"><is><t>Nom</t></is></c></row>' for n in range(1, 20_000))
HOSTILE = {
    "a bomb": lambda: altered({"xl/worksheets/sheet1.xml": b"<x>" + b" " * 200_000_000}),
    "a bomb that lies": lambda: lying(altered({"xl/worksheets/sheet1.xml": b"<x>" + b" " * 50_000_000})),
    "a bomb in another part": lambda: altered({"xl/media/image1.png": b"\0" * 100_000_000}),
    "a thousand parts": lambda: altered({f"xl/x{n}.xml": "<x/>" for n in range(1000)}),
    "entities": lambda: altered({"xl/worksheets/sheet1.xml": LAUGHS + SHEET.format("<row><c><v>&i;</v></c></row>")}),
    "entities in UTF-16": lambda: altered(
        {"xl/sharedStrings.xml": f'<?xml version="1.0" encoding="utf-16"?>{LAUGHS}<sst>&i;</sst>'.encode("utf-16")}
    ),
    "200,000 columns": lambda: with_sheet(WIDE),
    "200,000 columns of text": lambda: (";".join(f"c{n}" for n in range(200_000)) + "\n" + ";" * 200_000).encode(),
    "200 columns": lambda: workbook(["x"] * 200, headings=HEADINGS * 40),
    "20,000 rows": lambda: with_sheet(TALL),
    "a cell beyond the sheet": lambda: with_sheet('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'),
    "macros": lambda: altered({"xl/vbaProject.bin": b"\0"}),
    "macros by their type": lambda: altered(
        {"[Content_Types].xml": '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled"/></Types>'}
    ),
    "a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "an old format": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a text document": lambda: altered({}).replace(b"xl/workbook.xml", b"xl/document.xm"),
    "a truncated workbook": lambda: workbook(["Ève", "Dubé"])[:-400],
    "an empty workbook": lambda: saved(Workbook()),
    "a PDF renamed .csv": lambda: b"%PDF-1.7\n1 0 obj",
    "junk": lambda: b"PK" + bytes(range(256)) * 40,
}  # fmt: skip
SENTENCES = {
    "a bomb": "too large",
    "a bomb in another part": "too large",
    "a thousand parts": "too large",
    "200,000 columns": "columns",
    "200,000 columns of text": "columns",
    "200 columns": "columns",
    "20,000 rows": "5,000 lines",
    "macros": "macros",
    "macros by their type": "macros",
    "a password": "password",
    "an old format": ".xls",
    "a PDF renamed .csv": "PDF",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_each_hostile_file_has_its_sentence_and_writes_nothing(signed_in, sandrine, community, name):
    sandrine.language = "en"
    sandrine.save()
    client = signed_in(sandrine)
    upload = SimpleUploadedFile("membres.xlsx", HOSTILE[name]())
    response = submit(client, f"/communautes/{community.pk}/personnes/importer/", {"file": upload})

    if response.status_code == 302:
        tasks.tend_lists()
        (told,) = [MemberImport.objects.get().problem]
        assert told in html.unescape(client.get(response["Location"]).content.decode())
    else:
        assert response.status_code == 422
        (told,) = response.context["form"].errors["file"]
        assert not MemberImport.objects.exists()
    assert SENTENCES.get(name, "") in told
    assert not community.memberships.exists()


@pytest.mark.parametrize("name", ["a bomb", "a bomb that lies", "entities", "200,000 columns", "20,000 rows"])
def test_reading_a_hostile_file_takes_little_memory(name, tmp_path):
    """In a process of its own, whose memory is counted from what it takes before it reads."""
    file = tmp_path / "hostile.xlsx"
    file.write_bytes(HOSTILE[name]())
    script = """
        import os, resource, sys
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django; django.setup()
        from django.core.exceptions import ValidationError
        from communities.domain.member_import import importing
        import openpyxl
        peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        before = peak()
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        try:
            importing.read_member_file(open(sys.argv[1], "rb").read())
        except ValidationError as refused:
            print(peak() - before)
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(file)], capture_output=True, text=True, timeout=120
    )
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) < 120


def test_the_biggest_workbook_allowed_is_read_within_its_bounds(tmp_path):
    content = workbook(*[[f"P{n}", f"N{n}", f"p{n}@exemple.quebec", f"Organisme {n % 90}"] for n in range(5000)])

    assert len(importing.read_member_file(content)) == 5000
    assert not spreadsheets.is_small(content)


def test_nothing_but_the_parts_that_hold_text_reaches_the_library():
    content = altered({"xl/media/image1.png": b"x" * 1000, "xl/externalLinks/link.bin": b"x"})

    with zipfile.ZipFile(spreadsheets._unpacked(content)) as archive:
        assert all(name.endswith((".xml", ".rels")) for name in archive.namelist())


def test_a_workbook_in_another_compression_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))

    with pytest.raises(ValidationError):
        spreadsheets.refuse(out.getvalue())
