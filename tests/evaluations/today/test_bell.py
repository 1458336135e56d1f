"""The bell: how much waits for a person, where, and what happened around them."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from communities.domain.charter import proposals
from evaluations.models import AnnualReport
from evaluations.web.today import Today, bell, happenings
from meetings.models import Reply, Topic
from tests import factories as make
from tests.forms import form_on
from tests.test_pages import faults

DAY = dt.timedelta(days=1)


def said(client) -> list[str]:
    """What the bell says to a screen reader, and where something waits."""
    page = client.get(reverse("accounts:settings")).text
    number = page.partition('id="bell"')[2].partition("</a>")[0].rpartition('visually-hidden"')[2]
    rail = page.partition('class="rail-communities"')[2].partition("</ul>")[0].split("<li>")[1:]
    dotted = [li.partition('title="')[2].partition('"')[0] for li in rail if "à faire" in li]
    return [number.strip("> \n").partition("<")[0].strip(), *dotted]


def waits(person) -> list[str]:
    return [item.url for item in bell.waiting_for(Today(person))]


def happened(person) -> list[str]:
    return [happening.title for happening in happenings.lately(Today(person))]


@pytest.fixture
def neighbour(sandrine):
    """A second community that Sandrine facilitates, where a meeting is planned and nothing waits."""
    other = make.a_community("Voisine")
    make.a_role(sandrine, community=other)
    make.a_member(other)
    make.a_meeting(other, timezone.now() + 40 * DAY, title="Plus tard", invited_at=timezone.now())
    return other


def test_a_dot_stands_where_something_waits_and_not_beside_it(meeting, neighbour, sandrine, nadia, signed_in):
    assert said(signed_in(sandrine)) == ["À faire et nouveautés"], "not known yet"

    signed_in(sandrine).get("/")

    assert said(signed_in(sandrine)) == ["1 chose à faire", "Constellation"]
    assert waits(sandrine) == [reverse("meetings:invite", args=[meeting.pk])]


def test_what_one_settles_is_counted_again(meeting, neighbour, sandrine, nadia, signed_in):
    client = signed_in(sandrine)
    client.get("/")
    form_on(client.get(reverse("meetings:invite", args=[meeting.pk])), ["words"]).press(client, "step=send")
    assert said(client) == ["À faire et nouveautés"], "asked for again once the page is shown"

    client.get(reverse("evaluations:bell"))

    assert said(client) == ["À faire et nouveautés"]
    assert waits(sandrine) == []


def test_what_was_counted_ten_minutes_ago_is_counted_again(meeting, sandrine, nadia, signed_in, monkeypatch):
    client = signed_in(sandrine)
    client.get("/")
    assert said(client)[0] == "1 chose à faire"

    monkeypatch.setattr(bell, "FRESH_FOR", dt.timedelta(0))

    assert said(client) == ["À faire et nouveautés"]


def test_a_member_is_asked_for_the_answer_they_have_not_given(community, nadia):
    asked = make.a_meeting(community, invited_at=timezone.now())
    make.a_meeting(community, timezone.now() + 9 * DAY)  # nobody is invited yet
    answered = make.a_meeting(community, timezone.now() + 20 * DAY, invited_at=timezone.now())
    Reply.objects.create(meeting=answered, membership=nadia.memberships.get(), answer="no")

    assert [item.community_id for item in bell.waiting_for(Today(nadia))] == [asked.community_id]


def test_what_happened_is_told_to_who_leads_for_two_weeks(community, meeting, sandrine, nadia, sam, neighbour):
    member, elsewhere = nadia.memberships.get(), make.a_community("Ailleurs")
    Reply.objects.create(meeting=meeting, membership=member, answer="yes")
    Reply.objects.create(meeting=meeting, membership=make.a_member(community), answer="no")
    make.a_topic(community, "Le répit", source=Topic.Source.MEETING)
    make.a_topic(community, "Trop ancien", source=Topic.Source.MEETING, proposed_on=timezone.localdate() - 20 * DAY)
    make.a_topic(community, "Liste de départ")
    make.a_topic(elsewhere, "Ailleurs", source=Topic.Source.MEETING)
    make.an_application(make.a_call(neighbour))

    told = happened(sandrine)

    assert sorted(told) == sorted(
        [
            f"2 réponses pour le {bell.date_format(meeting.local_start, 'MONTH_DAY_FORMAT')}",
            "Un sujet a été proposé : Le répit",
            "1 candidature",
        ]
    )
    assert happened(sam) == []
    assert happened(nadia) == [], "who answered and what was proposed is told to those who lead"


def test_a_published_report_is_told_to_who_may_read_it(community, nadia, karim, sandrine):
    AnnualReport.objects.create(community=community, year=2025, figures={}, published_at=timezone.now())
    AnnualReport.objects.create(community=community, year=2024, figures={})

    assert happened(nadia) == happened(sandrine) == ["Le bilan annuel 2025 est publié"]
    assert happened(karim) == [], "a note-taker does not read reports"


@pytest.mark.browser
def test_the_bell_opens_over_the_page_and_counts_again_by_itself(open_as, meeting, sandrine, nadia):
    proposals.propose_objective(meeting.community, by=nadia, wording="Mieux accueillir", kind="pooling")
    page = open_as(sandrine)
    page.goto(reverse("accounts:settings"))
    expect(page.locator("#bell b")).to_have_text("2")
    expect(page.locator(".rail-communities .waits")).to_have_text("à faire")

    page.locator("#bell").press("Enter")
    expect(page.locator("#bell-panel")).to_be_visible()
    expect(page.locator("#bell-panel li").filter(has_text="objectif proposé")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#bell-panel")).to_be_hidden()
    expect(page.locator("#bell")).to_be_focused()

    page.locator("#bell").press("Enter")
    page.locator("#bell-panel").get_by_role("link", name="objectif proposé").click()
    page.wait_for_url("**/objectifs/")


@pytest.mark.browser
def test_pressed_while_it_is_being_replaced_its_panel_is_not_empty(open_as, meeting, sandrine, nadia):
    """Its count comes and replaces it; for 20 ms the new one does not listen to htmx."""
    proposals.propose_objective(meeting.community, by=nadia, wording="Mieux accueillir", kind="pooling")
    page = open_as(sandrine)
    page.add_init_script(
        """addEventListener("htmx:afterSwap", (event) => {
          if (event.detail.target.id === "bell") document.getElementById("bell").click();
        }, { once: true });"""
    )

    page.goto(reverse("accounts:settings"))

    expect(page.locator("#bell-panel li").filter(has_text="objectif proposé")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#bell").click()
    expect(page.locator("#bell-panel li").filter(has_text="objectif proposé")).to_be_visible()


def test_a_session_that_ends_while_the_bell_is_worked_out_is_no_error(meeting, sandrine, nadia, signed_in):
    """A page asks for it by itself: whoever signs out meanwhile must not read that something failed."""
    client = signed_in(sandrine)

    def sign_out_first(execute, sql, *arguments):
        if "meetings_meeting" in sql and Session.objects.exists():
            Session.objects.all().delete()
        return execute(sql, *arguments)

    with connection.execute_wrapper(sign_out_first):
        answer = client.get(reverse("evaluations:bell"))

    assert answer.status_code == 200
    assert not Session.objects.exists(), "and is not signed in again"
