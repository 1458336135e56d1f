"""The whole story, on a phone: from the thanks of an evaluation to a conversation in two calendars, and called off."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.domain.surveys import collection
from evaluations.models import ConversationRequest, OfferedTime
from meetings.domain.links import links
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import a_room

pytestmark = pytest.mark.browser
WORDS = "Un malaise depuis la rencontre de mars"


def fill(page):
    """A choice leads on; where several can be made, « Suivant » does."""
    for code, value in (("R1", "4"), ("R2", "3"), ("R3", "1"), ("R4", "1")):
        page.locator(f"input[name={code}][value='{value}']").check()
    page.locator(".moves .btn-primary:visible").click()


def test_a_member_asks_and_both_have_it_in_their_calendar(community, sandrine, nadia, open_as):
    meeting, _members = a_room(community, by=sandrine)
    membership = nadia.memberships.get()
    make.an_attendance(meeting, membership)
    collection.open_for(meeting, by=sandrine)

    phone = open_as(width=390, height=844)
    phone.goto(f"/r/{links.guest_token(meeting, membership)}/evaluation/")
    fill(phone)
    phone.locator(".moves [type=submit]").click()
    phone.get_by_role("link", name="Demander un échange").click()
    expect(phone.get_by_text("Sandrine Beaulieu")).to_be_visible()
    phone.get_by_label("Deux mots").fill(WORDS)
    phone.get_by_role("button", name="Demander un échange").click()
    expect(phone.get_by_text("Votre demande est notée.")).to_be_visible()

    desk = open_as(sandrine)
    page = f"/communautes/{community.pk}/suivis/"
    desk.goto(page)
    expect(desk.get_by_text("demande un échange")).to_have_count(0)
    ConversationRequest.objects.update(asked_on=timezone.localdate() - dt.timedelta(days=2))  # told at any hour
    desk.goto(page)
    expect(desk.get_by_text("Nadia Amrani demande un échange")).to_be_visible()
    expect(desk.get_by_text(WORDS)).to_be_visible()
    desk.get_by_role("button", name="Y répondre").click()

    desk.get_by_text("Proposer des moments").click()
    day = timezone.localdate() + dt.timedelta(days=4)
    for n, clock in ((1, "13:30"), (2, "15:00")):
        desk.get_by_label(f"Jour, choix {n}").fill(day.isoformat())
        desk.get_by_label(f"Heure, choix {n}").fill(clock)
    desk.locator("#moments select[name=mode]").select_option("phone")
    desk.locator("#moments input[name=where]").fill("514 555-0123")
    desk.get_by_role("button", name="Proposer ces moments").click()
    expect(desk.get_by_text("Proposés, sans choix encore")).to_be_visible()

    mail = Message.objects.get(kind="conversation-times")
    phone.goto(re.search(r"/echange/\S+", mail.text)[0])
    phone.get_by_role("button", name=re.compile("15 h")).click()
    expect(phone.get_by_text("Votre échange avec Sandrine Beaulieu")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    settled = Message.objects.filter(kind="conversation-settled")
    assert {mail.recipient for mail in settled} == {nadia, sandrine}
    assert all("BEGIN:VEVENT" in mail.calendar for mail in settled)
    desk.reload()
    expect(desk.locator("#moments").get_by_text("514 555-0123")).to_be_visible()

    phone.get_by_role("button", name="Annuler cet échange").click()
    expect(phone.get_by_text("Cet échange est annulé")).to_be_visible()
    off = Message.objects.filter(kind="conversation-called-off")
    assert {mail.recipient for mail in off} == {nadia, sandrine}
    assert not OfferedTime.objects.exists()
