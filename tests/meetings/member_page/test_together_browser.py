"""The Groupe des Trente chooses its topics on the spot, in three browsers at once: facilitator, note-taker, a phone."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.links import links
from meetings.domain.live import live_session
from meetings.models import AgendaItem, Note, Topic, TopicVote
from tests import factories as make
from tests.soundness import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def live(site, meeting, nadia, karim):
    return make.under_way_with_a_choice(meeting)


@pytest.mark.long
def test_a_topic_is_proposed_wanted_discussed_prolonged_and_the_rest_put_back(live, sandrine, karim, nadia, open_as):
    make.a_topic(live.community, "Gardé pour aujourd’hui", meeting=live)
    hers, his, phone = open_as(sandrine), open_as(karim), open_as(None, width=390, height=844)
    for page in (hers, his):
        page.goto(reverse("meetings:live", args=[live.pk]))
    phone.goto(reverse("meetings:phone", args=[links.guest_token(live, nadia.memberships.get())]))
    phone.locator("#now form button").first.click()
    expect(phone.locator("#now .done")).to_be_visible()
    hers.click("#next-block")
    expect(phone.locator("#propose")).to_be_visible(timeout=10_000)

    phone.fill("#propose", "Les pourboires")
    his.fill("#line", "? Les ados")
    his.press("#line", "Enter")
    expect(phone.locator(".dots")).to_contain_text("Les ados", timeout=10_000)
    assert phone.input_value("#propose") == "Les pourboires", "what others do never takes what one is typing"
    phone.press("#propose", "Enter")
    phone.locator(".dots button", has_text="pourboires").click()
    expect(phone.locator(".dots button[aria-pressed=true]")).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    expect(hers.locator("#choice li").first).to_contain_text("Les pourboires", timeout=8_000)
    expect(his.locator("#choice li")).to_have_count(3, timeout=8_000)
    hers.locator("#choice li button").first.click()
    expect(hers.locator("#clock-title")).to_have_text("Les pourboires")
    expect(phone.locator(".now .topic")).to_have_text("Les pourboires", timeout=10_000)

    box = live.agenda.get(topic__title="Les pourboires")
    AgendaItem.objects.filter(pk=box.pk).update(started_at=timezone.now() - dt.timedelta(minutes=8))
    live.touch()
    phone.locator("button[value=yes]").click(timeout=10_000)
    expect(phone.locator(".box button[value=yes]")).to_have_count(0)
    box.refresh_from_db()
    assert box.added_minutes == 3, "one person is there: most of them continue"

    hers.locator("#put-back").click()
    expect(hers.locator("#choice li")).to_have_count(0)
    assert set(live.topics.values_list("title", flat=True)) == {"Les pourboires"}
    assert Topic.objects.get(title="Les ados").state in Topic.WAITING
    live_session.close(live, by=sandrine)
    assert not TopicVote.objects.exists()


def test_a_sub_group_notes_on_a_phone_and_comes_back(live, sandrine, nadia, open_as):
    hers, phone = open_as(sandrine), open_as(None, width=390, height=844)
    phone.goto(reverse("meetings:phone", args=[links.guest_token(live, nadia.memberships.get())]))
    phone.locator("#now form button").first.click()
    expect(phone.locator("#now .done")).to_be_visible()
    hers.goto(reverse("meetings:breakouts", args=[live.pk]))
    hers.locator("#split-form button").click()
    hers.goto(reverse("meetings:live", args=[live.pk]))
    hers.click("#tab-groups")
    hers.click("#go-apart")

    phone.locator("#group-line").fill("Un duo de direction")
    phone.locator("form:has(#group-line) button").click()
    expect(phone.locator("#now")).to_contain_text("Un duo de direction")
    assert Note.objects.get().group.meeting == live
    expect(hers.locator("#notes")).not_to_contain_text("Un duo de direction")
    hers.click("#go-apart")

    expect(hers.locator("#notes")).to_contain_text("Un duo de direction")
    hers.click("#turns-open summary")
    hers.click("#go-round")
    expect(hers.locator("#turns [aria-pressed=true]")).to_have_count(1)
    expect(hers.locator("#turns-open")).to_have_attribute("open", "")


def test_no_axe_violation(live, sandrine, nadia, open_as):
    make.a_topic(live.community, meeting=live)
    membership = nadia.memberships.get()
    live.attendances.update(status="present")
    live_session.advance(live, live.agenda.get(kind="topics"))
    page, phone = open_as(sandrine), open_as(None, width=390)
    for opened, address in [
        (page, reverse("meetings:live", args=[live.pk])),
        (page, reverse("meetings:breakouts", args=[live.pk])),
        (page, reverse("meetings:screen", args=[live.pk])),
        (phone, reverse("meetings:phone", args=[links.guest_token(live, membership)])),
    ]:
        opened.goto(address)
        found = violations(opened)
        assert not found, [(address, v["id"], v["nodes"][0]["html"]) for v in found]
