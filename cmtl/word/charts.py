"""The charts of an HTML document as pictures, which Word draws everywhere: each bears what its label says."""

import base64
import re
from html import escape

from lxml import html

from cmtl import pdf
from cmtl.word import inline

CHART = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


def drawn(source: str) -> str:
    """The HTML with an `<img>` for each chart that has a label; those without are ornaments, and are left out.

    Where this machine cannot draw, what the chart says stands in its place."""
    labels = {chart: label_of(chart) for chart in CHART.findall(source)}
    told = [chart for chart, label in labels.items() if label]
    try:
        images = dict(zip(told, pdf.draw_pictures(told), strict=True))
    except pdf.PangoMissing:
        return CHART.sub(lambda chart: f"<p><em>{escape(labels[chart[0]])}</em></p>", source)
    return CHART.sub(lambda c: _image(images[c[0]], labels[c[0]]) if labels[c[0]] else "", source)


def label_of(chart: str) -> str:
    """What a screen reader says of it: its `aria-label`, or its title and its description. None where the words
    beside it say as much (`no-word`)."""
    svg = html.fragment_fromstring(chart)
    if svg.get("aria-hidden") == "true" or inline.is_left_out(svg):
        return ""
    told = svg.get("aria-label") or ". ".join(part.text_content().rstrip(". ") for part in svg if _tells(part))
    return " ".join(told.split())


def _tells(part: html.HtmlElement) -> bool:
    return part.tag in ("title", "desc")


def _image(picture: bytes, label: str) -> str:
    data = base64.b64encode(picture).decode()
    return f'<img class="chart" alt="{escape(label)}" src="data:image/png;base64,{data}">'
