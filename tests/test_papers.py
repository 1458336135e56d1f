"""What is printed: in one hand, tagged, in both languages, with long names as with short ones, and nothing cut."""

import datetime as dt
import re

import page
import pytest
from django.urls import reverse
from django.utils import timezone

from cmtl import settings as site
from communities.models import Community
from meetings.domain.links import visitors
from meetings.models import Attendance
from meetings.web.preparation.preparation import FIRST_LEAF, FOR_OTHERS, OTHER_LEAVES, _lines_for
from tests import factories as make
from tests.pdfs import words_of

LONG = (
    "Rejoindre les personnes que personne ne rejoint, de Pointe-aux-Trembles à Sainte-Anne-de-Bellevue, toute l’année"
)
WIDTH, HEIGHT, EDGE = 612, 792, 34  # a letter page in points, and what no printer reaches and no text enters
ENGLISH = {"sheet": "Sign-in sheet", "agenda": "Agenda", "minutes": "Minutes", "letter": "Attestation of hours"}
FRENCH = {"sheet": "Feuille de présence", "agenda": "Déroulement", "minutes": "Compte rendu", "letter": "Attestation"}


@pytest.fixture
def papers(client, community, sandrine, nadia):
    """What each one is called → how it is fetched, in a language, and how many pages it may take."""
    Community.objects.filter(pk=community.pk).update(name="Les intervenantes et intervenants du Grand Montréal")
    community.refresh_from_db()
    for n in range(14):
        person = make.a_person(f"Marie-Antoinette {n}", "Bouchard-Villeneuve")
        make.a_member(community, person, organisation=f"Carrefour des familles de Côte-des-Neiges et du nord {n}")
    coming = make.a_meeting(community, title=LONG, place="Salle communautaire, 1234, boulevard Rosemont, porte arrière")
    for n in range(9):
        coming.agenda.create(kind="exchange", title=f"Échange {n}", goal=LONG, minutes=20, position=n)
    began = timezone.now() - dt.timedelta(days=2)
    held = make.a_meeting(community, began, title=LONG, started_at=began, closed_at=began, synthesis=LONG * 3)
    make.an_attendance(held, nadia.memberships.get(), Attendance.Status.PRESENT)
    for n in range(12):
        make.a_note(held, f"{n} : {LONG}", assignee=nadia.memberships.get(), due_on=dt.date(2026, 12, 4))
    call = make.a_call(community, title=LONG, text=LONG * 6)
    client.force_login(sandrine)
    letter = reverse("meetings:space_letter_pdf", args=[visitors.visitor_token(nadia), nadia.memberships.get().pk])

    def fetched(name, language):
        sandrine.language = language
        sandrine.save()
        address, asked = {
            "sheet": (reverse("meetings:sign_in_sheet", args=[coming.pk]), {"langue": language[:2]}),
            "agenda": (reverse("meetings:agenda_pdf", args=[coming.pk]), {"langue": language[:2]}),
            "poster": (reverse("meetings:poster", args=[coming.pk]), {"langue": language[:2]}),
            "call": (reverse("communities:call_poster", args=[call.pk]), {"langue": language[:2]}),
            "minutes": (reverse("meetings:minutes_pdf", args=[held.pk]), {}),
            "letter": (letter, {"first": "2020-01-01", "last": "2030-12-31", "language": language}),
        }[name]
        answer = client.get(address, asked)
        assert answer["Content-Type"] == "application/pdf"
        return answer.content

    return fetched


@pytest.mark.parametrize("language", ["fr-ca", "en"])
@pytest.mark.parametrize(
    ("name", "most"), [("sheet", 2), ("agenda", 2), ("poster", 1), ("call", 1), ("minutes", 3), ("letter", 1)]
)
def test_every_paper_is_accessible_whole_and_short(papers, name, most, language):
    drawn = papers(name, language)
    pages = words_of(drawn)
    words = " ".join(word for leaf in pages for word, *_where in leaf)

    assert [(f.rule_id, f.message) for f in page.validate_pdf_bytes(drawn, profile="ua1").failures] == []
    assert 1 <= len(pages) <= most
    assert all(len(leaf) > 20 for leaf in pages), "a page that holds next to nothing"
    for leaf in pages:
        for word, left, top, right, bottom in leaf:
            assert left >= EDGE, word
            assert right <= WIDTH - EDGE, word
            assert top >= EDGE, word
            assert bottom <= HEIGHT - EDGE + 10, word
    assert (FRENCH if language == "fr-ca" else ENGLISH).get(name, "") in words.replace("\xa0", " ")
    if name not in ("poster", "call"):
        assert re.search(rf"Page {len(pages)} (sur|of) {len(pages)}", words), "the foot"


def test_a_long_call_does_not_run_under_the_band_at_its_foot(papers):
    drawn = words_of(papers("call", "fr-ca"))[0]
    apply = next(top for word, _l, top, *_ in drawn if word == "Posez")
    places = next(bottom for word, _l, _t, _r, bottom in drawn if word == "Places")

    assert places < apply - 10


@pytest.mark.parametrize("people", [0, 1, 16, 17, 18, 43, 44, 70])
def test_a_sheet_fills_its_pages_and_leaves_lines_to_others(people):
    lines = _lines_for(people)

    assert lines >= people + FOR_OTHERS
    assert (lines - FIRST_LEAF) % OTHER_LEAVES == 0
    assert lines - people - FOR_OTHERS < max(FIRST_LEAF, OTHER_LEAVES)


def test_a_sheet_of_twenty_lines_takes_one_page(papers):
    pages = words_of(papers("sheet", "fr-ca"))

    ranks = [word for leaf in pages for word, left, *_ in leaf if word.isdigit() and left < 60]
    assert ranks[:FIRST_LEAF] == [str(n + 1) for n in range(FIRST_LEAF)]
    assert len([1 for word, left, *_ in pages[0] if word.isdigit() and left < 60]) == FIRST_LEAF


def test_paper_has_the_colours_of_the_screen_by_day():
    css = site.BASE_DIR / "static" / "css"
    screen, paper = (css / "app.css").read_text(), (css / "paper.css").read_text()

    ours = dict(re.findall(r"--([\w-]+): (#\w+);", paper))

    assert len(ours) > 8
    for name, value in ours.items():
        assert f"--{name}: light-dark({value}, " in screen, name
