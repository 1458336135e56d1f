"""What others do comes into the console in place: what someone reads, unfolds, presses or types stays as it is."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.domain.live import live_session, notes
from meetings.models import Attendance, Meeting, Minutes, Note
from tests import factories as make

pytestmark = pytest.mark.browser
AGO = 20_000  # milliseconds that news may take on a busy machine


@pytest.fixture
def live(site, meeting, nadia, karim):
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + dt.timedelta(minutes=60))
    meeting.refresh_from_db()
    for n in range(30):
        make.a_topic(meeting.community, f"Sujet {n}")
    live_session.start(meeting)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def hers(live, sandrine, open_as):
    page = open_as(sandrine)
    page.goto(reverse("meetings:live", args=[live.pk]))
    return page


def write_the_synthesis(live, text):
    """As someone else does: over the version that is there."""
    meeting = Meeting.objects.get(pk=live.pk)
    assert live_session.save_synthesis(meeting, text, Minutes.of(meeting).version)


def someone_writes(live, by, text="Des nouvelles"):
    notes.add(live, key=uuid.uuid4(), kind=Note.Kind.HIGHLIGHT, text=text, by=by)


@pytest.mark.long
@pytest.mark.parametrize("is_morphed", [True, False])
def test_a_list_unfolded_and_scrolled_stays_where_it_was(is_morphed, live, hers, karim):
    if not is_morphed:
        hers.evaluate("htmx.removeExtension('morph')")  # the control: without it, the list comes anew and folded
    hers.click("#tab-topics")
    hers.click("#backlog summary")
    hers.evaluate("window.list = document.querySelector('#backlog .scroll'); list.scrollTop = 60")

    make.a_topic(live.community, "Un sujet de plus", meeting=live)
    someone_writes(live, karim)

    expect(hers.locator("#topics")).to_contain_text("Un sujet de plus", timeout=AGO)
    stays = hers.evaluate("list.isConnected && list.scrollTop === 60 && list.checkVisibility()")
    assert stays is is_morphed


@pytest.mark.long
def test_a_button_held_down_while_news_come_is_pressed_all_the_same(live, hers, karim, nadia):
    hers.locator(f"#tick-{nadia.memberships.get().pk}").hover()
    hers.mouse.down()
    with hers.expect_response(lambda answer: "/actualiser/" in answer.url and answer.status == 200, timeout=AGO):
        someone_writes(live, karim)
    hers.mouse.up()

    expect(hers.locator("#notes")).to_contain_text("Des nouvelles", timeout=AGO)
    expect(hers.locator("#turnout b")).to_have_text("1", timeout=AGO)
    assert live.attendances.get(membership__user=nadia).status == Attendance.Status.PRESENT


@pytest.mark.long
def test_the_text_of_another_waits_until_the_field_is_left(live, hers, karim):
    hers.click(".views [data-view=synthesis]")
    hers.locator("#synthesis-text").focus()
    write_the_synthesis(live, "De Karim.")
    someone_writes(live, karim)
    expect(hers.locator("#notes")).to_contain_text("Des nouvelles", timeout=AGO)
    assert hers.input_value("#synthesis-text") == "", "one may be about to type"

    hers.locator("#line").focus()

    expect(hers.locator("#synthesis-text")).to_have_value("De Karim.", timeout=AGO)
    assert hers.input_value("#synthesis-version") == str(Meeting.objects.get(pk=live.pk).minutes.version)


@pytest.mark.long
def test_after_one_saved_what_the_other_writes_comes_in(live, hers):
    hers.click(".views [data-view=synthesis]")
    hers.fill("#synthesis-text", "De Sandrine.")
    expect(hers.locator("#synthesis-state .saved")).to_be_visible(timeout=AGO)
    hers.locator("#line").focus()

    write_the_synthesis(live, "De Sandrine et de Karim.")

    expect(hers.locator("#synthesis-text")).to_have_value("De Sandrine et de Karim.", timeout=AGO)
