"""HTML into a tagged PDF (PDF/UA-1). The only importer of WeasyPrint, which is slow to load and needs Pango.

A document reaches nothing but our own static files (`static:css/x.css`), the fonts of two packages
(`font:SourceSansPro`) and what it carries itself (`data:`): no network, no file of the machine.
"""

from pathlib import Path
from typing import Any

import font_source_sans_pro
import font_source_serif_pro
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

FONTS = font_source_sans_pro.font_files_otf | font_source_serif_pro.font_files_otf
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
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError
    except OSError as error:  # cannot load libgobject, libpango…
        raise PangoMissing from error
    html = render_to_string(template, context)
    try:
        return HTML(string=html, base_url="static:", url_fetcher=fetcher()).write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # not an Exception: it would stop the worker, too
        raise ValueError(str(error)) from error
