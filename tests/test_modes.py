"""One meeting from its preparation to its follow-up, in each mode, in three browsers at once: Sandrine facilitates at a
desk, Karim takes the notes, Nadia has her phone."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.agenda import agendas
from meetings.domain.links import links
from meetings.models import Attendance, Meeting
from outbox.models import Message
from tests import factories as make
from tests.test_story import answer, open_the_evaluation, write

pytestmark = [pytest.mark.browser, pytest.mark.services]
WHERE = {
    "online": {"link": "https://zoom.example/j/123", "place": ""},
    "in_person": {"link": "", "place": "Maison des familles, 12, rue Chabot"},
    "hybrid": {"link": "https://zoom.example/j/123", "place": "Maison des familles, 12, rue Chabot"},
}


@pytest.fixture
def soon(site, meeting, nadia, karim):
    """In twenty minutes, invited to, with its usual agenda; Julien and Maude are members too."""
    for first, last in [("Julien", "Trudel"), ("Maude", "Côté")]:
        make.a_member(meeting.community, make.a_person(first, last))
    starts = timezone.now() + dt.timedelta(minutes=20)
    ends = starts + dt.timedelta(minutes=60)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=starts, ends_at=ends, invited_at=timezone.now(), note_taker=karim
    )
    meeting.refresh_from_db()
    agendas.default_agenda(meeting)
    return meeting


@pytest.mark.long
@pytest.mark.parametrize("mode", WHERE)
def test_a_meeting_from_its_preparation_to_its_follow_up(mode, soon, sandrine, karim, nadia, open_as):
    Meeting.objects.filter(pk=soon.pk).update(mode=mode, **WHERE[mode])
    soon.refresh_from_db()
    hers, his, phone = open_as(sandrine), open_as(karim), open_as(None, width=390, height=844)
    home = reverse("meetings:phone", args=[links.guest_token(soon, nadia.memberships.get())])

    she_says_she_will_come(phone, home, soon, nadia)
    it_is_prepared(hers, soon)
    it_starts(hers, his, soon)
    {"online": all_come_online, "in_person": all_come_to_the_room, "hybrid": some_come_to_the_room}[mode](
        hers, his, phone, home, soon, open_as
    )
    words_are_kept(hers, his, soon)
    opinions_are_asked(hers, phone, soon)
    it_is_closed_and_followed_up(hers, soon)


def she_says_she_will_come(phone, home, meeting, nadia):
    phone.goto(home)
    phone.locator("#reponse form button").first.click()
    expect(phone.locator("#reponse .done")).to_be_visible()
    phone.locator("#wish").fill("Les pourboires")
    phone.locator("#wish").press("Enter")
    expect(phone.get_by_role("button", name="Changer ma suggestion")).to_be_visible()
    reply = meeting.replies.get()
    assert (reply.membership.user, reply.answer, reply.wish) == (nadia, "yes", "Les pourboires")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def it_is_prepared(hers, meeting):
    """She sees who comes and what they ask; a meeting in a room has its sheet and its poster."""
    hers.goto(reverse("meetings:prepare", args=[meeting.pk]))
    expect(hers.locator("section[aria-labelledby=coming-title]")).to_contain_text("Nadia Amrani")
    expect(hers.locator("section[aria-labelledby=coming-title]")).to_contain_text("Les pourboires")
    hers.locator("#checks summary").click()
    hers.locator("#checks .to-check").first.click()
    expect(hers.locator("#checks [aria-pressed=true]")).to_have_count(1)
    expect(hers.locator("#room-title")).to_have_count(0 if meeting.mode == "online" else 1)
    if meeting.mode != "online":
        for paper in ("sign_in_sheet", "poster"):
            printed = hers.request.get(reverse(f"meetings:{paper}", args=[meeting.pk]))
            assert printed.body().startswith(b"%PDF"), paper


def it_starts(hers, his, meeting):
    for page in (hers, his):
        page.goto(reverse("meetings:live", args=[meeting.pk]))
    hers.locator("#start").click()
    expect(hers.locator("#clock .time")).to_be_visible()
    expect(his.locator("#line")).to_be_visible(timeout=10_000)  # taken there by itself


def all_come_online(hers, his, phone, home, meeting, open_as):
    phone.goto(home)
    phone.get_by_role("button", name="Je suis là").click()
    expect(phone.locator("#now .done")).to_be_visible()
    expect(hers.locator("#turnout b")).to_have_text("1", timeout=10_000)
    tick(his, "Julien")
    expect(hers.locator("#turnout b")).to_have_text("2", timeout=10_000)
    assert modes(meeting) == {"Nadia": "online", "Julien": "online"}


def all_come_to_the_room(hers, his, phone, home, meeting, open_as):
    """Nadia by the poster's code, Julien from the signed sheet, Paul at the door, two guests by a head count."""
    phone.goto(reverse("meetings:enter_code"))
    expect(phone.locator("#id_code")).to_be_focused()
    phone.keyboard.type(meeting.code)
    phone.keyboard.press("Enter")
    phone.locator("#id_name").fill("Nadia Amrani")
    phone.get_by_role("button", name="Je suis là").click()
    expect(phone.locator("#now .done")).to_be_visible()
    tick(his, "Julien")
    his.locator("#walk-in-name").fill("Paul Gagnon")
    his.locator("#walk-in-organisation").fill("CLSC Hochelaga")
    his.locator("#walk-in button").click()
    expect(his.locator("#turnout b")).to_have_text("3")
    his.locator("#guest-more").click()
    his.locator("#guest-more").click()
    expect(hers.locator("#turnout b")).to_have_text("5", timeout=10_000)
    assert modes(meeting) == {"Nadia": "in_person", "Julien": "in_person", "Paul": "in_person"}
    meeting.refresh_from_db()
    assert meeting.guests == 2


def some_come_to_the_room(hers, his, phone, home, meeting, open_as):
    phone.goto(home)
    phone.get_by_role("button", name="Je suis là, en ligne").or_(phone.locator("button[value=online]")).first.click()
    expect(phone.locator("#now .done")).to_be_visible()
    row = his.locator("#roster-list > li", has_text="Julien")
    row.locator("summary").click()
    row.get_by_role("button", name=re.compile("^Présen")).first.click()
    expect(hers.locator("#turnout b")).to_have_text("2", timeout=10_000)
    assert modes(meeting) == {"Nadia": "online", "Julien": "in_person"}


def tick(page, name):
    page.locator("#roster-list > li", has_text=name).locator(".tick").click()
    expect(page.locator("#roster-list > li", has_text=name)).to_have_class("present")


def modes(meeting) -> dict:
    came = meeting.attendances.filter(status=Attendance.Status.PRESENT)
    return dict(came.values_list("membership__user__first_name", "mode"))


def words_are_kept(hers, his, meeting):
    """Both write at once, and each sees the other's line."""
    hers.locator("#next-block").click()
    write(his, "* Aller vers les pères là où ils sont")
    write(hers, "> Envoyer le gabarit")
    expect(hers.locator("#notes")).to_contain_text("Aller vers les pères", timeout=10_000)
    expect(his.locator("#notes")).to_contain_text("Envoyer le gabarit", timeout=10_000)
    his.locator(".views [data-view=synthesis]").click()
    his.locator("#synthesis-text").fill("Nous allons vers eux.")
    expect(his.locator("#synthesis-state")).not_to_be_empty(timeout=10_000)
    meeting.refresh_from_db()
    assert meeting.minutes.synthesis == "Nous allons vers eux."


def opinions_are_asked(hers, phone, meeting):
    open_the_evaluation(hers)
    phone.wait_for_url("**/evaluation/", timeout=20_000)
    answer(phone)
    expect(hers.locator("#evaluation")).to_contain_text("1 réponse sur", timeout=10_000)
    assert meeting.survey.receipts.count() == 1


def it_is_closed_and_followed_up(hers, meeting):
    hers.goto(reverse("meetings:close", args=[meeting.pk]))
    hers.locator("#close-now").click()
    expect(hers.locator("#over")).to_be_visible()
    hers.goto(reverse("meetings:follow_up", args=[meeting.pk]))
    expect(hers.locator("textarea").first).to_have_value(re.compile("Nous allons vers eux"))
    before = Message.objects.count()
    hers.get_by_role("button", name="Envoyer le suivi").click()
    hers.wait_for_load_state()
    assert Message.objects.count() > before
    meeting.refresh_from_db()
    assert meeting.follow_up.sent_at
    assert meeting.attendances.get(membership__user__first_name="Maude").status == Attendance.Status.ABSENT
