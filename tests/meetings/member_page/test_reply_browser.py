"""The page one replies on, on a phone whose network comes and goes: nothing pressed or typed is lost; it says so."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.links import links
from meetings.models import Meeting, Reply, WarmUpAnswer
from tests import factories as make

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(meeting, nadia, open_as):
    """Nadia's own page of next week's meeting, with its question and a topic."""
    start = timezone.now() + dt.timedelta(days=7)
    make.say_of(
        meeting, starts_at=start, ends_at=start + dt.timedelta(hours=1), warm_up="Qu’est-ce qui vous a surpris?"
    )
    make.a_topic(meeting.community, "Les pourboires")
    page = open_as(None, width=390, height=844, expects="net::ERR_")
    page.goto(reverse("meetings:phone", args=[links.guest_token(meeting, nadia.memberships.get())]))
    return page


def button(phone, name):
    return phone.get_by_role("button", name=name, exact=True)


def test_a_reply_and_words_sent_without_a_network_leave_when_it_is_back(phone, meeting, nadia):
    phone.context.set_offline(True)

    button(phone, "Oui").click()
    phone.fill("#warm-up", "La neige")
    button(phone, "Envoyer ma réponse").click()
    phone.get_by_role("button", name="Ce sujet m’interpelle").click()

    expect(phone.locator("#network")).to_contain_text("3 modifications")
    expect(button(phone, "Oui")).to_have_attribute("aria-pressed", "true")
    assert phone.input_value("#warm-up") == "La neige", "what was typed stays on the screen"
    assert not Reply.objects.exists()
    phone.context.set_offline(False)

    expect(phone.locator("#reponse .done")).to_contain_text("vous serez là", timeout=10_000)
    expect(phone.locator("#network")).to_be_hidden()
    expect(phone.get_by_role("button", name="Ce sujet m’interpelle")).to_have_attribute("aria-pressed", "true")
    assert Reply.objects.get().answer == "yes"
    assert WarmUpAnswer.objects.get().text == "La neige"


def test_of_two_presses_without_a_network_the_last_stands(phone, meeting):
    phone.context.set_offline(True)
    button(phone, "Oui").click()
    button(phone, "Non").click()
    expect(button(phone, "Oui")).to_have_attribute("aria-pressed", "false")

    phone.context.set_offline(False)

    expect(phone.locator("#reponse .done")).to_contain_text("vous ne serez pas là", timeout=10_000)
    assert Reply.objects.get().answer == "no"


def test_with_a_network_the_page_answers_in_place_and_keeps_what_is_being_typed(phone, meeting):
    phone.fill("#warm-up", "La neige")

    button(phone, "Peut-être").press("Enter")

    expect(phone.locator("#reponse .done")).to_contain_text("peut-être")
    expect(button(phone, "Peut-être")).to_be_focused()
    assert phone.input_value("#warm-up") == "La neige"
    phone.fill("#wish", "Le bénévolat")
    button(phone, "Envoyer ma suggestion").click()
    expect(button(phone, "Changer ma suggestion")).to_be_visible()
    assert Reply.objects.get().wish == "Le bénévolat"
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_who_says_that_they_are_here_is_not_asked_whether_they_will_be(phone, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=20))
    phone.reload()
    expect(phone.locator("#reponse")).to_be_visible()

    phone.click("#here")

    expect(phone.locator("#now .done")).to_be_visible()
    expect(phone.locator("#reponse")).to_have_count(0)
