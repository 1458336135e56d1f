"""Tables that leave as CSV or as Excel workbooks: in the reader's language, and never run as formulas."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import formats, timezone, translation

from cmtl import languages

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48  # letters of a column
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def harmless(cell) -> str:
    """A cell that a spreadsheet shows as text: a quote goes before what it would run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) and not is_number(text) else text


def is_number(text: str) -> bool:
    return text.replace(",", ".").replace("-", "", 1).replace(".", "", 1).isdigit()


def _writer(out: Any) -> Any:
    return csv.writer(out, delimiter="," if languages.is_english() else ";")


def write_csv(out: TextIO, header: Iterable, rows: Iterable[Iterable]) -> None:
    """With the mark that Excel needs; semicolons in French, where the comma is the decimal sign. Row by row."""
    out.write("\ufeff")
    writer = _writer(out)
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)


class _Line:
    """A file that gives back what is written to it, for rows to leave one by one."""

    def write(self, text: str) -> str:
        return text


def csv_stream(name: str, header: Iterable, rows: Iterable[Iterable]) -> StreamingHttpResponse:
    """The same, row by row as it is read: for tables too long to be held. Rows are said while they leave, in the
    language and by the clock of the request."""
    language, zone = languages.active(), timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        with translation.override(language), timezone.override(zone):
            writer = _writer(_Line())
            yield "\ufeff" + writer.writerow([harmless(cell) for cell in header])
            for row in rows:
                yield writer.writerow([harmless(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_response(name: str, header: Iterable, rows: Iterable[Iterable]) -> HttpResponse:
    out = io.StringIO()
    write_csv(out, header, rows)
    response = HttpResponse(out.getvalue(), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def written(cell: Any) -> Any:
    """A number with decimals as the reader's language writes it, for CSV."""
    return formats.number_format(cell, 1) if isinstance(cell, float) else cell


def xlsx_response(name: str, title: str, header: Iterable, rows: Iterable[Iterable]) -> HttpResponse:
    """A workbook of one sheet: numbers stay numbers, and text is kept as text, whatever it begins with."""
    from openpyxl import Workbook  # slow to import, and few pages need it
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    widths: dict[int, int] = {}
    for line, row in enumerate([list(header), *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(line, column)
            if isinstance(value, (int, float)):
                cell.value = value
            elif value:
                cell.value = harmless(value)
                cell.data_type = "s"  # never a formula
            if line == 1:
                cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
            longest = max(map(len, str(value or "").split())) if line == 1 and value else len(str(value or ""))
            widths[column] = min(max(widths.get(column, 8), longest + 2), WIDEST)
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
