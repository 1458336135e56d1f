"""A whole community in one file: what it holds, what it never says, and its seven days."""

import csv
import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from evaluations import tasks
from evaluations.domain import archive as archiving
from evaluations.models import AnnualReport, CommunityArchive
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.forms import submit


@pytest.fixture(autouse=True)
def elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def made(community, by) -> zipfile.ZipFile:
    archive = archiving.ask_archive(community, by=by)
    assert archiving.build(archive.pk)
    archive.refresh_from_db()
    return zipfile.ZipFile(archive.file.open("rb"))


def table(z: zipfile.ZipFile, name: str) -> list[list[str]]:
    text = z.read(f"constellation/{name}").decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def everything(z: zipfile.ZipFile) -> str:
    return "\n".join(z.read(name).decode(errors="replace") for name in z.namelist())


def test_it_is_read_without_the_site(community, sandrine, nadia):
    held = make.a_meeting(
        community, timezone.now() - dt.timedelta(days=9), title="Isolement", synthesis="On se revoit.",
        closed_at=timezone.now(),
    )  # fmt: skip
    make.an_attendance(held, nadia.memberships.get())
    make.a_note(held, "Appeler la maison de quartier")
    make.an_objective(community, "Rompre l’isolement")

    z = made(community, sandrine)

    index = z.read("constellation/index.html").decode()
    assert "Rompre l’isolement" in index
    links = re.findall(r'href="([^"]+)"', index)
    assert all(f"constellation/{link}" in z.namelist() for link in links), links
    page = next(z.read(name).decode() for name in z.namelist() if name.endswith(f"-{held.pk}.html"))
    assert "On se revoit." in page
    assert "Appeler la maison de quartier" in page
    assert "1 personne présente" in page
    assert "http" not in everything(z).replace("http://www.w3.org", "")


def test_tables_open_in_a_spreadsheet_and_run_nothing(community, sandrine, nadia):
    make.a_topic(community, "=HYPERLINK(1)")

    z = made(community, sandrine)

    assert table(z, "sujets.csv")[1][0] == "'=HYPERLINK(1)"
    assert [row[0] for row in table(z, "membres.csv")[1:]] == ["Nadia Amrani"]


def test_of_an_evaluation_it_tells_what_its_page_tells_and_nothing_else(community, sandrine):
    few, members = a_room(community, 4, by=sandrine)
    closed_with(few, members, [{**ANSWERS, "R5A": "Le secret de quatre personnes"}] * 4)
    many, members = a_room(community, 6, by=sandrine)
    closed_with(many, members, [{**ANSWERS, "R5A": "Une phrase écrite par quelqu’un"}] * 6)

    z = made(community, sandrine)

    rows = table(z, "evaluations.csv")[1:]
    assert rows
    assert {row[4] for row in rows} == {"6"}
    said = everything(z)
    assert "Le secret de quatre personnes" not in said
    assert "Une phrase écrite par quelqu’un" not in said


def test_the_published_reports_are_in_it_and_those_without_file_are_named(community, sandrine):
    year = timezone.localdate().year - 1
    there = AnnualReport(community=community, year=year, published_at=timezone.now())
    there.pdf.save("x.pdf", ContentFile(b"%PDF-1.7"), save=True)
    AnnualReport.objects.create(community=community, year=year - 1, published_at=timezone.now())
    AnnualReport.objects.create(community=community, year=year + 1, highlights="Brouillon secret")

    z = made(community, sandrine)

    assert z.read(f"constellation/bilan-{year}.pdf") == b"%PDF-1.7"
    assert str(year - 1) in z.read("constellation/index.html").decode()
    assert "Brouillon secret" not in everything(z)


def test_asked_twice_while_it_is_made_it_is_one(community, sandrine, philippe):
    first = archiving.ask_archive(community, by=sandrine)

    assert archiving.ask_archive(community, by=philippe) == first
    assert archiving.build(first.pk)
    assert not archiving.build(first.pk)


def test_after_seven_days_the_file_is_destroyed(community, sandrine, signed_in):
    made(community, sandrine)
    archive = CommunityArchive.objects.get()
    path, address = archive.file.path, reverse("evaluations:download_archive", args=[archive.pk])
    client = signed_in(sandrine)
    assert b"".join(client.get(address).streaming_content)[:2] == b"PK"

    CommunityArchive.objects.update(built_at=timezone.now() - archiving.KEPT_FOR)
    tasks.tend_archives()

    assert not Path(path).exists()
    assert client.get(address).status_code == 404


def test_the_page_says_how_far_it_is(community, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("evaluations:archive", args=[community.pk])
    submit(client, address)
    archive = CommunityArchive.objects.get()
    CommunityArchive.objects.update(built_at=None, started_at=timezone.now(), error="", done=3, parts=8)

    part = client.get(reverse("evaluations:archive_progress", args=[community.pk]), HTTP_HX_REQUEST="true")

    assert "partie 3 sur 8" in part.content.decode()
    assert "hx-trigger" in part.content.decode()
    assert archive.asked_by == sandrine


def test_a_failure_is_told_and_may_be_asked_again(community, sandrine, signed_in):
    CommunityArchive.objects.create(community=community, error="OSError")

    page = signed_in(sandrine).get(reverse("evaluations:archive", args=[community.pk])).content.decode()

    assert "n’a pas pu être faite" in page
    assert archiving.ask_archive(community, by=sandrine).error == ""
