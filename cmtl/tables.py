"""Tables that leave as CSV: opened by Excel in the reader's language, and never run as formulas."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation

from cmtl import languages

CSV = "text/csv; charset=utf-8"
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
