"""Tables that leave as CSV: opened by Excel in the reader's language, and never run as formulas."""

import csv
import io
from collections.abc import Iterable
from typing import TextIO

from django.http import HttpResponse
from django.utils.translation import get_language

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def harmless(cell) -> str:
    """A cell that a spreadsheet shows as text: a quote goes before what it would run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) and not is_number(text) else text


def is_number(text: str) -> bool:
    return text.replace(",", ".").replace("-", "", 1).replace(".", "", 1).isdigit()


def write_csv(out: TextIO, header: Iterable, rows: Iterable[Iterable]) -> None:
    """With the mark that Excel needs; semicolons in French, where the comma is the decimal sign. Row by row."""
    out.write("\ufeff")
    writer = csv.writer(out, delimiter="," if get_language() == "en" else ";")
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)


def csv_response(name: str, header: Iterable, rows: Iterable[Iterable]) -> HttpResponse:
    out = io.StringIO()
    write_csv(out, header, rows)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
