"""Two years of mails: their words go after a month, their address and subject after a year, and nothing else does."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.domain.invitations import calendar
from meetings.models import Meeting
from outbox.domain import purge
from outbox.models import Message
from tests.factories import a_community, a_meeting

NOW = timezone.now()
EMPTY = {"text": "", "html": "", "calendar": ""}


@pytest.fixture
def other_meeting(db):
    return a_meeting(a_community("Écoles vertes"))


def a_mail(person, days_ago, *, about=None, state="sent_at", **fields):
    at = NOW - dt.timedelta(days=days_ago)
    number = Message.objects.count()
    written = {
        "recipient": person,
        "to": person.email or "",
        "key": f"mail:{number}:{person.pk}",
        "kind": "invitation",
        "about_kind": about._meta.label_lower if about else "",
        "about_id": about.pk if about else None,
        "subject": "Rencontre du 3 mars",
        "text": "Bonjour",
        "html": "<p>Bonjour</p>",
        "message_id": f"<{number}@example.org>",
        "queued_at": at,
        "send_after": at,
    }
    settled = {state: at} if state else {}
    return Message.objects.create(**written | settled | fields)


def said(mail):
    mail.refresh_from_db()
    return mail.to, mail.subject, mail.text, mail.html, mail.calendar


def whole(mail):
    return Message.objects.filter(pk=mail.pk).values().get()


@pytest.mark.parametrize("state", ["sent_at", "failed_at", "dropped_at"])
def test_the_words_go_a_month_after_a_mail_left_or_was_given_up(nadia, karim, meeting, state):
    old = a_mail(nadia, 31, about=meeting, state=state, calendar="BEGIN:VCALENDAR")
    neighbour = a_mail(karim, 29, about=meeting, state=state, calendar="BEGIN:VCALENDAR")
    before = whole(neighbour)

    purge.forget_bodies(NOW)

    assert said(old) == (nadia.email, "Rencontre du 3 mars", "", "", "")
    assert whole(neighbour) == before


@pytest.mark.parametrize("days", [31, 400, 800])
def test_a_mail_that_has_not_left_is_left_alone_however_old(nadia, meeting, days):
    waiting = a_mail(nadia, days, about=meeting, state="")
    tried = a_mail(nadia, days, state="", attempts=3, outcome="450 later")
    before = [whole(waiting), whole(tried)]

    purge.forget_bodies(NOW)
    purge.forget_lines(NOW)

    assert [whole(waiting), whole(tried)] == before


def test_a_calendar_stays_until_its_meeting_is_over(nadia, karim, meeting):
    coming = a_mail(nadia, 60, about=meeting, calendar="BEGIN", not_after=NOW + dt.timedelta(days=9))
    over = a_mail(karim, 60, about=meeting, calendar="BEGIN", not_after=NOW - dt.timedelta(days=9))

    purge.forget_bodies(NOW)

    assert said(coming)[2:] == ("", "", "BEGIN")
    assert said(over)[2:] == ("", "", "")


def test_a_meeting_moved_long_after_its_invitation_keeps_its_organiser(community, sandrine, nadia, meeting):
    """Calendar programs take a change from the organiser they know, even when somebody else facilitates since."""
    named = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nORGANIZER:mailto:{sandrine.email}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    a_mail(nadia, 60, about=meeting, calendar=named, not_after=meeting.ends_at)

    purge.forget_bodies(NOW)

    assert calendar._organiser_named(meeting) == sandrine.email


def test_after_a_year_a_line_says_who_was_told_and_when_and_no_more(nadia, karim, meeting):
    old = a_mail(nadia, 366, about=meeting, state="failed_at", outcome="550 no such user <nadia@example.org>")
    neighbour = a_mail(karim, 364, about=meeting)
    before = whole(neighbour)

    purge.forget_bodies(NOW)
    purge.forget_lines(NOW)

    kept = whole(old)
    assert (kept["to"], kept["subject"], kept["outcome"]) == ("", "", "")
    assert (kept["recipient_id"], kept["about_id"], kept["failed_at"]) == (nadia.pk, meeting.pk, old.failed_at)
    assert whole(neighbour) == before | EMPTY


def test_a_line_goes_with_what_it_speaks_of(nadia, karim, meeting, other_meeting):
    old, its_neighbour = a_mail(nadia, 400, about=meeting), a_mail(karim, 400, about=other_meeting)
    young = a_mail(nadia, 100, about=meeting)
    about_nothing = a_mail(karim, 400)
    Meeting.objects.filter(pk=meeting.pk).delete()

    purge.forget_lines(NOW)

    assert set(Message.objects.all()) == {its_neighbour, young}
    assert not Message.objects.filter(pk__in=[old.pk, about_nothing.pk]).exists()


def test_what_is_about_a_row_of_no_model_is_kept(nadia):
    mail = a_mail(nadia, 400, about_kind="something", about_id=12)

    purge.forget_lines(NOW)

    assert whole(mail)["subject"] == ""


def test_two_years_are_forgotten_batch_by_batch_and_twice_is_once(nadia, karim, meeting, other_meeting, monkeypatch):
    monkeypatch.setattr(purge, "BATCH", 7)
    for days in range(1, 730, 10):
        a_mail(nadia, days, about=meeting)
        a_mail(karim, days, about=other_meeting)

    def kept():
        mails = Message.objects.all()
        return mails.exclude(text="").count(), mails.exclude(subject="").count(), mails.count()

    purge.forget_bodies(NOW)
    purge.forget_lines(NOW)
    once = kept()
    purge.forget_bodies(NOW)
    purge.forget_lines(NOW)

    assert once == (2 * 3, 2 * 37, 2 * 73) == kept()


def test_what_is_too_much_for_one_run_waits_for_the_next(nadia, monkeypatch):
    monkeypatch.setattr(purge, "BATCH", 2)
    monkeypatch.setattr(purge, "MOST_BATCHES", 2)
    for _mail in range(6):
        a_mail(nadia, 50)

    purge.forget_bodies(NOW)
    assert Message.objects.exclude(text="").count() == 2

    purge.forget_bodies(NOW)
    assert not Message.objects.exclude(text="").exists()


# ---------------------------------------------------------------- pages


def test_the_mailbox_says_that_the_content_is_no_longer_kept(client, settings, nadia, karim):
    settings.DEMO = True
    old, young = a_mail(nadia, 400, about_kind="something", about_id=12), a_mail(karim, 3)
    purge.forget_bodies(NOW)
    purge.forget_lines(NOW)

    page = client.get(reverse("outbox:message", args=[old.pk])).content.decode()
    assert "n’est plus conservé" in page
    assert "<iframe" not in page
    assert "n’est plus conservé" not in client.get(reverse("outbox:message", args=[young.pk])).content.decode()
    assert "Objet qui n’est plus conservé" in client.get(reverse("outbox:mailbox")).content.decode()
