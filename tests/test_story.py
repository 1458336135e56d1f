"""A whole year of Constellation, as the people who live it: a real browser, PostgreSQL and Redis, a real worker,
a real SMTP server. Sandrine facilitates, Karim takes the notes, twelve members come with their phones."""

import datetime as dt
import re
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

import icalendar
import page as validation
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from communities.models import Community, Role
from meetings.models import Attendance, Meeting
from tests import factories as make
from tests.pdfs import text_of_pdf

FILES = Path(__file__).parent / "communities" / "member_import" / "files"
MONTREAL = zoneinfo.ZoneInfo("America/Toronto")
WHO_COMES = [
    "benoit.menard@exemple7.quebec",
    "etienne.haddad@exemple9.quebec",
    "eve.dube@exemple1.quebec",
    "fatou.lefebvre@exemple2.quebec",
    "fatou.theriault@exemple9.quebec",
    "frederique.tremblay@exemple4.quebec",
    "genevieve.roy@exemple7.quebec",
    "karim.diallo@exemple4.quebec",
    "karim.haddad@exemple5.quebec",
    "karim.zhang@exemple6.quebec",
    "marieeve.lachance@exemple5.quebec",
    "raphaelle.menard@exemple9.quebec",
]
# What is wrong in the list, as the preview must count it.
FLAWS = {"no_address": 1, "malformed": 1, "formula": 1, "empty": 1, "letter": 2, "member": 0}


@pytest.mark.browser
@pytest.mark.services
def test_a_year_of_constellation(site, open_as, sink, worker, tmp_path):
    sandrine = make.a_person("Sandrine", "Beaulieu", email="sandrine.beaulieu@exemple.quebec")
    make.a_role(sandrine, Role.COORDINATOR, programme=make.a_programme("Familles isolées"))
    desk = open_as(None)

    she_signs_in_by_code(desk, sink, sandrine)
    community = she_founds_constellation(desk)
    she_imports_the_list(desk, community)
    first = she_plans_four_dates(desk, community)
    she_invites(desk, sink, first)
    a_member_says_yes(open_as, sink, first)
    phones = the_meeting_is_run(desk, open_as, sink, first)
    nine_answer(desk, phones, first)
    the_follow_up_arrives(desk, sink, first)
    the_report_is_published(desk, community, tmp_path)


def she_signs_in_by_code(desk, sink, sandrine):
    desk.goto("/")
    desk.get_by_label("Adresse courriel").fill(sandrine.email)
    desk.get_by_role("button", name="Recevoir un code").click()
    code = sink.wait_for(sandrine.email)
    desk.get_by_label(re.compile("Code")).fill(re.search(r"\b\d{6}\b", text_of(code)).group())
    desk.get_by_role("button", name="Continuer").click()
    expect(desk.get_by_role("heading", name="Bonjour Sandrine")).to_be_visible()


def she_founds_constellation(desk) -> Community:
    desk.get_by_role("link", name="Créer une communauté").first.click()
    desk.get_by_role("link", name="Choisir Ouverte").click()
    desk.get_by_label(re.compile("^Nom")).first.fill("Constellation")
    desk.get_by_label(re.compile("^Programme")).first.select_option(label="Familles isolées")
    desk.get_by_label(re.compile("Raison d’être")).fill("Rejoindre les familles isolées ayant de jeunes enfants.")
    desk.locator("summary", has_text="Objectifs").click()
    desk.locator("[name=objectives_links]").first.fill("Connaître dix personnes à qui téléphoner")
    desk.get_by_role("button", name="Créer la communauté").click()
    expect(desk.get_by_role("heading", name="Constellation")).to_be_visible()
    community = Community.objects.get(name="Constellation")
    assert community.rules.count() >= 6
    return community


def she_imports_the_list(desk, community):
    desk.goto(f"/communautes/{community.pk}/personnes/importer/")
    desk.locator("input[type=file]").set_input_files(FILES / "membres-constellation.csv")
    desk.get_by_role("button", name="Lire la liste").click()
    for flaw, n in FLAWS.items():
        counted = desk.locator(f"#count-{flaw}")
        assert (int(counted.get_attribute("data-n")) if counted.count() else 0) == n, flaw
    assert community.memberships.count() == 0, "nothing is written before « Ajouter »"
    desk.locator("#apply").click()
    desk.wait_for_load_state()
    assert community.memberships.active().count() >= 45


def she_plans_four_dates(desk, community) -> Meeting:
    """The first is in half an hour; the others at noon, on the second Tuesdays to come."""
    soon = (timezone.now() + dt.timedelta(minutes=30)).astimezone(MONTREAL)
    days = [soon.date(), dt.date(2027, 1, 12), dt.date(2027, 3, 9), dt.date(2027, 5, 11)]
    desk.goto(f"/communautes/{community.pk}/rencontres/planifier/")
    for n, day in enumerate(days):
        if not desk.locator(f"#id_{n}-day").count():
            desk.get_by_role("button", name="Ajouter une date").click()
        desk.locator(f"#id_{n}-day").fill(day.isoformat())
        desk.locator(f"#id_{n}-starts").fill(soon.strftime("%H:%M") if n == 0 else "12:00")
    desk.locator("#id_0-title").fill("Rejoindre les pères isolés")
    desk.locator("#id_link").fill("https://zoom.example/j/123")
    desk.get_by_role("button", name="Planifier ces rencontres").last.click()
    desk.wait_for_load_state()
    planned = list(community.meetings.order_by("starts_at"))
    assert [m.local_start.date() for m in planned] == days
    assert [m.local_start.hour for m in planned[1:]] == [12, 12, 12], (
        "noon on the wall, before and after the clock change"
    )
    return planned[0]


def she_invites(desk, sink, meeting):
    desk.goto(f"/rencontres/{meeting.pk}/inviter/")
    desk.get_by_role("button", name=re.compile("^Envoyer à")).click()
    desk.wait_for_load_state()
    wanted = meeting.community.memberships.active().exclude(user__email=None).count()
    deadline = timezone.now() + dt.timedelta(seconds=40)
    while len(invitations(sink)) < wanted and timezone.now() < deadline:
        desk.wait_for_timeout(200)
    assert len(invitations(sink)) == wanted
    for mail in invitations(sink):
        files = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        event = icalendar.Calendar.from_ical(files[0].get_content()).events[0]
        assert event.decoded("DTSTART") == meeting.starts_at.astimezone(MONTREAL).replace(microsecond=0)


def invitations(sink):
    return [m for m in sink.messages if any(p.get_content_type() == "text/calendar" for p in m.walk())]


def a_member_says_yes(open_as, sink, meeting):
    phone = open_as(None, width=390, height=844)
    phone.goto(link_in(sink, WHO_COMES[0]) + "?reponse=yes")
    assert meeting.replies.count() == 0, "opening the link does nothing"
    phone.get_by_role("button", name=re.compile("Confirmer")).click()
    phone.get_by_text("vous serez là").wait_for()
    assert meeting.replies.get().answer == "yes"
    phone.context.close()


def the_meeting_is_run(desk, open_as, sink, meeting) -> list:
    karim = make.a_person("Karim", "Lahlou", email="karim.lahlou@exemple.quebec")
    make.a_role(karim, Role.NOTE_TAKER, community=meeting.community)
    desk.goto(f"/rencontres/{meeting.pk}/animer/")
    desk.locator("#start").click()
    expect(desk.locator("#clock")).to_contain_text("Accueil")
    notes = open_as(karim)
    notes.goto(f"/rencontres/{meeting.pk}/animer/")

    phones = []
    for address in WHO_COMES:
        phone = open_as(None, width=390, height=844)
        phone.goto(link_in(sink, address))
        phone.get_by_role("button", name="Je suis là").click()
        phones.append(phone)
    notes.locator("#walk-in-name").fill("Paul Gagnon")
    notes.locator("#walk-in-organisation").fill("CLSC Hochelaga")
    notes.locator("#walk-in button").click()
    expect(desk.locator("#turnout b")).to_have_text("13", timeout=10_000)

    write(notes, "* Le bouche-à-oreille entre pères dépasse les affiches.")
    write(desk, "? Parler de santé mentale sans le dire")
    expect(desk.locator("#notes")).to_contain_text("bouche-à-oreille", timeout=10_000)
    expect(notes.locator("#notes")).to_contain_text("santé mentale", timeout=10_000)
    desk.locator(".views [data-view=synthesis]").click()
    desk.locator("#synthesis-text").fill("Aller vers les pères là où ils sont déjà.")
    expect(desk.locator("#synthesis-state")).not_to_be_empty(timeout=10_000)
    notes.context.close()

    assert meeting.attendances.filter(status=Attendance.Status.PRESENT).count() == 13
    assert meeting.community.topics.filter(title__contains="santé mentale").exists()
    return phones


def write(page, line):
    page.locator("#line").fill("")
    page.locator("#line").press_sequentially(line)
    page.locator("#line").press("Enter")


def nine_answer(desk, phones, meeting):
    """Nine of the twelve phones, plus the walk-in who has none: the counter counts, and names nobody."""
    open_the_evaluation(desk)
    for phone in phones[:9]:
        phone.wait_for_url("**/evaluation/", timeout=20_000)
        answer(phone)
    expect(desk.locator("#evaluation")).to_contain_text(re.compile(r"9 réponses sur 13"), timeout=10_000)
    desk.goto(f"/rencontres/{meeting.pk}/evaluation/")
    assert "Un peu plus de temps" not in desk.content(), "no content before closing"
    desk.goto(f"/rencontres/{meeting.pk}/clore/")
    desk.locator("#close-now").click()
    desk.goto(f"/rencontres/{meeting.pk}/evaluation/")
    desk.get_by_text("La fermer maintenant").click()
    desk.locator("#close-evaluation").click()
    expect(desk.locator("main")).to_contain_text("Le temps que j’ai consacré à cette rencontre", timeout=10_000)
    expect(desk.locator("main")).to_contain_text("Un peu plus de temps")  # nine comments can be shown together
    survey = meeting.survey
    assert (survey.answers_in_session, survey.eligible) == (9, 13)
    assert survey.responses.filter(code="R1").count() == 9


def open_the_evaluation(console):
    """In its tab, where it asks whether to pass the blocks in between."""
    console.locator("#tab-evaluation").click()
    corner = console.locator("#evaluation")
    corner.get_by_text("Ouvrir l’évaluation").click()
    if corner.locator("#open-early").count():
        corner.locator("#open-moving").click()


def answer(phone):
    """One screen after the other, by the options' own words: a choice leads on."""
    for option in ("m’a rapporté plus", "Tout à fait d’accord", "autant que je le voulais", "une idée à essayer"):
        phone.get_by_text(re.compile(option)).locator("visible=true").first.click()
    while phone.get_by_role("button", name="Suivant").is_visible():
        phone.get_by_role("button", name="Suivant").click()
    phone.locator("textarea:visible, input[type=text]:visible").last.fill("Un peu plus de temps")
    phone.get_by_role("button", name="Envoyer mes réponses").click()
    phone.wait_for_url("**/merci/", timeout=10_000)


def the_follow_up_arrives(desk, sink, meeting):
    desk.goto(f"/rencontres/{meeting.pk}/suivi/")
    expect(desk.locator("textarea").first).to_have_value(re.compile("Aller vers les pères"))
    desk.get_by_role("button", name=re.compile("^Envoyer")).first.click()
    desk.wait_for_load_state()
    mail = sink.wait_for(WHO_COMES[3], "Après la rencontre", seconds=30)
    assert "Aller vers les pères" in text_of(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def the_report_is_published(desk, community, tmp_path):
    year = timezone.localdate().year
    desk.goto(f"/communautes/{community.pk}/bilans/{year}/")
    desk.get_by_role("link", name=re.compile("^Publier")).click()
    desk.get_by_role("button", name="Publier et figer les chiffres").click()
    pdf = desk.get_by_role("link", name=re.compile("PDF"))
    expect(pdf.first).to_be_visible(timeout=60_000)
    figures = desk.locator("main").inner_text()
    with desk.expect_download() as download:
        pdf.first.click()
    target = tmp_path / "bilan.pdf"
    download.value.save_as(target)

    failures = validation.validate_pdf_bytes(target.read_bytes(), profile="ua1").failures
    assert not failures, failures
    written = text_of_pdf(target.read_bytes())
    for figure in ("13", "69 %", "Rejoindre les pères isolés", "bouche-à-oreille entre pères"):
        assert plain(figure) in plain(figures), figure
        assert plain(figure) in plain(written), figure


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def link_in(sink, address) -> str:
    """The path of the personal link in the invitation sent to that address."""
    mail = next(m for m in invitations(sink) if address in m["to"])
    return urlsplit(re.search(r"https?://\S+/r/[^\s?]+", text_of(mail)).group()).path
