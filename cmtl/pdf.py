"""HTML into a tagged PDF (PDF/UA-1), and charts into pictures. The only importer of WeasyPrint, which is slow to load
and needs Pango.

A document reaches nothing but our own static files (`static:css/x.css`), the fonts of two packages
(`font:SourceSansPro`) and what it carries itself (`data:`): no network, no file of the machine.
"""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import font_source_sans_pro
import font_source_serif_pro
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

FONTS = font_source_sans_pro.font_files_otf | font_source_serif_pro.font_files_otf
DOTS_PER_PIXEL = 2.5  # 240 to the inch
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PangoMissing(Exception):
    """The machine lacks the libraries that draw text; `PANGO` names their Debian packages."""


def fetcher() -> Any:
    """What a document may load."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        def __init__(self) -> None:
            super().__init__(allowed_protocols={"data"}, allow_redirects=False)

        def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
            scheme, _colon, name = url.partition(":")
            if scheme == "data":
                return super().fetch(url, headers)
            path = {"static": finders.find, "font": FONTS.get}.get(scheme, lambda _name: None)(name)
            if not path:
                raise FatalURLFetchingError(f"a document may not load {url[:100]}")
            return URLFetcherResponse(url, Path(str(path)).read_bytes(), {"Content-Type": content_type(str(path))})

    return OwnFilesOnly()


def content_type(path: str) -> str:
    known = {".css": "text/css", ".svg": "image/svg+xml", ".otf": "font/otf", ".png": "image/png"}
    return known.get(Path(path).suffix, "application/octet-stream")


def render_pdf(template: str, context: dict) -> bytes:
    """The template as a tagged PDF; its `lang` and `title` are the document's."""
    _require_pango()
    return write_pdf(render_to_string(template, context), pdf_variant="pdf/ua-1")


def write_pdf(source: str, **options: Any) -> bytes:
    """`options` are those of WeasyPrint. Raises `PangoMissing`, or ValueError for a document that loads what it may
    not."""
    _require_pango()
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    try:
        return HTML(string=source, base_url="static:", url_fetcher=fetcher()).write_pdf(**options)
    except FatalURLFetchingError as error:  # not an Exception: it would stop the worker, too
        raise ValueError(str(error)) from error


def _require_pango() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError as error:  # cannot load libgobject, libpango…
        raise PangoMissing from error


def draw_pictures(charts: Sequence[str]) -> list[bytes]:
    """Each SVG as a PNG, with the types of our papers: a page each, as wide as the chart, then its pixels."""
    if not charts:
        return []
    import pypdfium2

    sizes = [re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', chart)[0] for chart in charts]
    pages = "".join(
        f"@page p{n} {{ size: {width}px {height}px; margin: 0 }} .p{n} {{ page: p{n} }}"
        for n, (width, height) in enumerate(sizes)
    )
    drawings = "".join(f'<div class="p{n}">{_sized(chart, sizes[n])}</div>' for n, chart in enumerate(charts))
    style = f"{pages} svg {{ display: block }} body {{ margin: 0 }}"
    linked = '<link rel="stylesheet" href="static:css/paper.css">'
    document = write_pdf(f"<html><head>{linked}<style>{style}</style></head><body>{drawings}</body></html>")
    return [_png(page) for page in pypdfium2.PdfDocument(document)]


def _sized(chart: str, size: tuple[str, str]) -> str:
    """Of the size of its drawing, whatever the page gave it."""
    bare = re.sub(r'^(<svg\b[^>]*?) width="[^"]*" height="[^"]*"', r"\1", chart)
    return bare.replace("<svg", f'<svg width="{size[0]}" height="{size[1]}"', 1)


def _png(page: Any) -> bytes:
    written = io.BytesIO()
    page.render(scale=DOTS_PER_PIXEL * 96 / 72).to_pil().save(written, "PNG", optimize=True)
    return written.getvalue()
