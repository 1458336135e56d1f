"""The PDF of the annual report: accessible, the same figures as the page, and nothing of the machine in it."""

import datetime as dt
import re
import shutil
import subprocess

import page
import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from weasyprint.urls import FatalURLFetchingError

from cmtl import pdf
from communities.models import Partner, profiles
from evaluations.domain.reports import publishing, report
from evaluations.models import AnnualReport
from meetings.models import Meeting
from tests import factories as make
from tests.evaluations.reports.test_report import YEAR, held, members, words, year  # noqa: F401
from tests.evaluations.reports.test_report_logos import logo
from tests.pdfs import text_of_pdf

UA = "ua1"


def flat(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def flat_text_of(drawn: bytes) -> str:
    return flat(text_of_pdf(drawn))


def failures(drawn: bytes) -> list:
    return [(f.rule_id, f.message) for f in page.validate_pdf_bytes(drawn, profile=UA).failures]


def drawn_of(community, language="fr-ca") -> bytes:
    with translation.override(language):
        return pdf.render_pdf(*report.pdf_source(community, YEAR))


@pytest.mark.parametrize("language", ["fr-ca", "en"])
def test_it_follows_pdf_ua(year, sandrine, language):  # noqa: F811
    publishing.write_report(year, YEAR, 1, 0, words(highlights="Un\nDeux", context="Contexte", next_year="Suite"), {})
    sandrine.language = language
    sandrine.save()

    drawn = publishing.draw(publishing.publish(year, YEAR, by=sandrine))

    assert failures(drawn) == []
    with translation.override(language):
        assert flat(gettext("Meetings and participation")) in flat_text_of(drawn)


def test_with_logos_costs_regions_testimonials_and_a_study_it_does_too(year, sandrine):  # noqa: F811
    for name, role in [("Fonds des arts", Partner.Role.CO_ORGANISER), ("Fondation", Partner.Role.FUNDER)]:
        make.a_partner(year, name, role=role, logo=logo("red"))
    make.a_budget_line(year, "Salle", spent=250_00, planned=300_00, on=dt.date(YEAR, 5, 10))
    some = members(year, 6, region="Estrie", organisation="Table de quartier")
    held(year, 3, present=some, year=YEAR - 1)
    held(year, 11, present=some, year=YEAR)
    held(year, 12, present=some, year=YEAR, kind=Meeting.Kind.TRAINING, mode="in_person")
    told = make.a_testimonial(some[0], "Je ne suis plus seule.", uses=("accountability",), read_on=dt.date(YEAR, 6, 1))
    fields = {"study": "Tremblay, 2025.", "study_url": "https://exemple.quebec/etude", "quoted": [told.pk]}
    publishing.write_report(year, YEAR, 1, 0, words(highlights="Trois quartiers s’appellent.") | fields, {})

    drawn = publishing.draw(publishing.publish(year, YEAR, by=sandrine))

    assert failures(drawn) == []
    paper = flat_text_of(drawn)
    for said in (
        "250 $",
        "Table de quartier",
        "Je ne suis plus seule.",
        "https://exemple.quebec/etude",
        "une estimation",
    ):
        assert said in paper
    assert paper.index("Ce qui a changé Trois quartiers s’appellent.") < paper.index("Page 2")


@pytest.mark.parametrize("profile", profiles.Profile.values)
def test_an_empty_year_is_accessible_too(db, profile):
    assert failures(drawn_of(make.a_community("Nouvelle", profile=profile))) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda html: html.replace('<html lang="fr-ca">', "<html>"),
        lambda html: re.sub(r"<title>.*?</title>", "", html, count=1, flags=re.S),
        lambda html: html.replace("<h2", "<h4").replace("</h2>", "</h4>"),
        lambda html: re.sub(r"(<svg class=\"chart.*?)<title.*?</title>", r"\1", html, flags=re.S),
    ],
    ids=["language", "title", "headings", "a figure without words"],
)
def test_the_check_sees_what_is_missing(year, spoil):  # noqa: F811
    """Negative control: the same report, spoiled, is refused."""
    from django.template.loader import render_to_string
    from weasyprint import HTML

    with translation.override("fr-ca"):
        html = render_to_string(*report.pdf_source(year, YEAR))
    spoiled = spoil(html)
    assert spoiled != html

    drawn = HTML(string=spoiled, base_url="static:", url_fetcher=pdf.fetcher()).write_pdf(pdf_variant="pdf/ua-1")

    assert failures(drawn) != []


def test_it_says_the_figures_of_the_page(year, sandrine, signed_in):  # noqa: F811
    publishing.write_report(year, YEAR, 1, 0, words(highlights="Les pères isolés sont venus, à l’été."), {})
    published = publishing.publish(year, YEAR, by=sandrine)

    paper = flat_text_of(publishing.draw(published))
    html = signed_in(sandrine).get(reverse("evaluations:report", args=[year.pk, YEAR])).content.decode()

    screen = flat(re.sub(r"<[^>]+>", " ", html))
    told = report.told_by(AnnualReport.objects.get())
    with translation.override("fr-ca"):
        for measure in told.figures.measures:
            assert flat(measure.shown) in screen
            assert flat(measure.shown) in paper, measure.code
            assert flat(measure.over) in paper, measure.code
        for answered in told.answers:
            for line in answered.lines:
                assert flat(line.share) in screen
                assert flat(line.share) in paper
    for words_ in (
        "Les pères isolés sont venus, à l’été.",
        "Créer des liens de confiance",
        "On se téléphone.",
        str(YEAR),
    ):
        assert words_ in paper


def test_what_people_write_is_text_and_loads_nothing(year, sandrine, tmp_path):  # noqa: F811
    secret = tmp_path / "secret.txt"
    secret.write_text("canari-9431")
    attack = f'<img src="file://{secret}"><link rel=attachment href="file://{secret}"><iframe src="file://{secret}">'
    publishing.write_report(
        year, YEAR, 1, 0, words(highlights=attack, context=attack, outcomes=attack, next_year=attack), {}
    )
    make.an_objective(year, attack[:200])

    drawn = publishing.draw(publishing.publish(year, YEAR, by=sandrine))

    assert b"canari-9431" not in drawn
    assert "canari-9431" not in flat_text_of(drawn)
    assert "<img src=" in flat_text_of(drawn)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "file:/etc/passwd",
        "http://127.0.0.1:1/",
        "https://exemple.quebec/x.css",
        "ftp://127.0.0.1/x",
        "static:../cmtl/settings.py",
        "static:/etc/passwd",
        "static:css/../../cmtl/settings.py",
        "font:/etc/passwd",
        "font:../x",
        "gopher://127.0.0.1",
        "/etc/passwd",
        "",
    ],
)
def test_a_document_reaches_nothing_but_its_own(url):
    with pytest.raises((FatalURLFetchingError, SuspiciousFileOperation)):
        pdf.fetcher().fetch(url)


def test_a_document_that_asks_for_more_is_not_drawn(tmp_path, settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    (tmp_path / "bad.html").write_text('<html lang="en"><title>x</title><img alt="" src="http://127.0.0.1:1/x.png">')

    with pytest.raises(ValueError, match="may not load"):
        pdf.render_pdf("bad.html", {})


def test_it_may_load_its_style_and_fonts():
    assert pdf.fetcher().fetch("static:css/report-pdf.css").read()
    assert pdf.fetcher().fetch("font:SourceSansPro").read()
    assert pdf.fetcher().fetch("data:text/plain,ok").read() == b"ok"


def test_its_fonts_are_its_own(year):  # noqa: F811
    drawn = drawn_of(year)
    if not shutil.which("pdffonts"):
        pytest.skip("pdffonts is missing")
    listed = subprocess.run(["pdffonts", "-"], input=drawn, capture_output=True, check=True).stdout.decode()
    names = [line.split()[0] for line in listed.splitlines()[2:]]

    assert names
    assert all("Source" in name for name in names), names


def test_where_pango_is_missing_it_says_so(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libgobject-2.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(pdf.PangoMissing):
        pdf.render_pdf("evaluations/reports/report_pdf.html", {})
