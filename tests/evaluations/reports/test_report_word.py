"""The annual report in Word: the headings, tables and charts of the PDF, to be taken up and adapted."""

import io
import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from docx import Document
from lxml import html

from accounts.models import Action, AuditLine
from cmtl.word import charts
from evaluations.domain.reports import publishing, report
from tests import factories as make
from tests.evaluations.reports.test_report import YEAR, held, members, words, year  # noqa: F401


@pytest.fixture
def published(year, sandrine):  # noqa: F811
    some = members(year, 6, organisation="Table de quartier")
    held(year, 3, present=some, year=YEAR - 1)
    held(year, 11, present=some, year=YEAR)
    told = make.a_testimonial(some[0], "Je ne suis plus seule.", uses=("accountability",))
    said = words(highlights="Trois quartiers s’appellent.", next_year="Une date fixe.") | {"quoted": [told.pk]}
    told.read_on = told.given_on
    told.save()
    publishing.write_report(year, YEAR, 1, 0, said, {})
    return publishing.publish(year, YEAR, by=sandrine)


def address(published, **asked):
    return reverse("evaluations:report_in_word", args=[published.community_id, YEAR])


def read(answer):
    assert answer.status_code == 200
    return Document(io.BytesIO(answer.content))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def on_paper(published):
    with translation.override("fr-ca"):
        return render_to_string(*report.pdf_source(published.community, YEAR, published))


def test_headings_tables_and_charts_are_those_of_the_pdf(signed_in, nadia, published):
    source = on_paper(published)
    tree = html.document_fromstring(source)

    document = read(signed_in(nadia).get(address(published)))

    told = [plain(p.text) for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert told == [plain(h.text_content()) for h in tree.iter("h1", "h2", "h3", "h4")]
    labels = [label for label in map(charts.label_of, charts.CHART.findall(source)) if label]
    assert [one.get("descr") for one in document.element.body.iter("{*}docPr")] == labels
    assert len(labels) > 3, "the control: there are charts"
    tables = [t for t in document.tables if t.style.name == "Table Grid"]
    assert [plain(t.cell(0, 0).text) for t in tables] == [
        plain(next(t.iter("th", "td")).text_content()) for t in tree.iter("table")
    ]
    assert "Je ne suis plus seule." in " ".join(p.text for p in document.paragraphs)


def test_a_testimonial_withdrawn_is_in_no_word_document(signed_in, nadia, published):
    published.community.memberships.filter(testimonials__isnull=False).get().testimonials.all().delete()

    document = read(signed_in(nadia).get(address(published)))

    assert "Je ne suis plus seule." not in " ".join(p.text for p in document.paragraphs)


def test_what_is_published_leaves_and_a_draft_does_not(signed_in, sandrine, nadia, year, published):  # noqa: F811
    corrected = words(highlights="Quatre quartiers.", correction="Un quartier de plus.")
    assert publishing.write_report(year, YEAR, 2, 0, corrected, {})

    for person in (sandrine, nadia):
        told = " ".join(p.text for p in read(signed_in(person).get(address(published))).paragraphs)
        assert "Trois quartiers s’appellent." in told
        assert "Quatre quartiers." not in told
        assert signed_in(person).get(address(published), {"version": "2"}).status_code == 404

    line = AuditLine.objects.filter(action=Action.EXPORTED).latest("pk")
    assert line.details["format"] == "docx"


def test_the_page_leads_to_it(signed_in, nadia, published):
    page = signed_in(nadia).get(published.get_absolute_url()).content.decode()

    assert f"{address(published)}?version=1" in page
