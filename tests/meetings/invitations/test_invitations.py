"""Inviting: once each, in their language; and who said what."""

import datetime as dt
import threading
import zoneinfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from playwright.sync_api import expect

from accounts.models import User
from communities.models import Membership
from meetings import tasks
from meetings.domain.invitations import emails, invitations
from meetings.domain.links import links
from meetings.domain.preparation import co_facilitation
from meetings.domain.scheduling import planning
from meetings.models import Meeting, Reply
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


def invite_url(meeting):
    return reverse("meetings:invite", args=[meeting.pk])


def test_reading_the_invitation_sends_nothing(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)

    shown = client.get(invite_url(meeting))
    again = submit(client, shown, {"words": "Au plaisir !"}, button="step=preview")

    assert [m.user for m in shown.context["audience"].to_invite] == [nadia]
    assert "Au plaisir" in again.text
    assert "/r/…/" in again.text  # nobody's own link
    assert not Message.objects.exists()


def test_the_preview_holds_nobodys_link(meeting, nadia, sandrine, signed_in):
    response = signed_in(sandrine).get(invite_url(meeting))

    assert links.guest_token(meeting, nadia.memberships.get()).encode() not in response.content


def test_pressing_send_writes_one_mail_each(meeting, nadia, sandrine, signed_in):
    make.a_member(meeting.community, status=Membership.Status.INVITED)
    make.a_member(meeting.community, status=Membership.Status.ALUMNI)
    make.a_member(meeting.community, status=Membership.Status.PAUSED)
    make.a_member(meeting.community, make.a_person(email=None))

    response = submit(signed_in(sandrine), invite_url(meeting), {"words": "Au plaisir !"}, button="step=send")

    meeting.refresh_from_db()
    assert response.status_code == 302
    assert meeting.invited_at
    assert Message.objects.count() == 2
    mail = Message.objects.get(recipient=nadia)
    assert mail.key == f"invitation:{meeting.pk}:0:{nadia.pk}"
    assert "Au plaisir !" in mail.text
    assert mail.calendar_method == "REQUEST"
    assert (mail.about_kind, mail.about_id, mail.category) == ("meetings.meeting", meeting.pk, "invitations")


def test_the_mail_says_what_when_and_asks(meeting, nadia):
    make.an_objective(meeting.community, "Créer des liens")

    invitations.invite(meeting)

    mail = Message.objects.get()
    address = links.guest_address(meeting, nadia.memberships.get())
    for part in (mail.text, mail.html):
        assert meeting.title in part
        assert meeting.community.name in part
        assert "Créer des liens" in part
        assert [f"{address}?reponse={a}" in part for a in ("yes", "maybe", "no")] == [True] * 3
    assert f"{meeting.local_start.day} " in mail.subject
    assert "Au plaisir" not in mail.text


def test_each_person_reads_it_in_their_language(meeting, nadia):
    english = make.a_member(meeting.community, make.a_person("Ann", language="en"))

    invitations.invite(meeting)

    assert "You are invited" in Message.objects.get(recipient=english.user).text
    assert "You are invited" not in Message.objects.get(recipient=nadia).text


def test_the_hour_is_the_communitys_with_that_of_the_person_beside(meeting):
    away = make.a_member(meeting.community, make.a_person("Ann", language="en", time_zone="America/Vancouver"))

    invitations.invite(meeting)

    text = Message.objects.get(recipient=away.user).text
    with translation.override("en"):
        assert meeting.when in text
        there = meeting.starts_at.astimezone(zoneinfo.ZoneInfo("America/Vancouver"))
        assert "On your clock: " + date_format(there, "DATETIME_FORMAT") in text


def test_asked_twice_writes_nothing_more(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)
    form = form_on(client.get(invite_url(meeting)), ["words"])
    for _ in range(2):
        form.press(client, "step=send")

    assert Message.objects.count() == 1


def test_those_who_joined_since_get_theirs(meeting, nadia):
    invitations.invite(meeting)
    late = make.a_member(meeting.community)

    assert invitations.invite(meeting) == 1
    assert Message.objects.filter(recipient=late.user).count() == 1


def test_after_a_move_nobody_is_invited_again(meeting, nadia, sandrine):
    invitations.invite(meeting)
    meeting.refresh_from_db()
    planning.change(meeting, version=0, facilitators=[sandrine], link="https://zoom.example/j/2")

    assert invitations.invite(meeting) == 0
    assert [m.kind for m in Message.objects.order_by("pk")] == ["invitation", "moved"]


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite writes one at a time")
@pytest.mark.django_db(transaction=True)
def test_pressed_by_two_people_at_once_writes_to_each_once(meeting, nadia):
    gate, counts = threading.Barrier(4), []

    def press():
        gate.wait()
        try:
            counts.append(invitations.invite(Meeting.objects.get(pk=meeting.pk)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 0, 0, 1]
    assert Message.objects.count() == 1


@pytest.fixture
def many(meeting):
    """A community of two hundred and fifty-one people: Nadia is one of them."""
    people = User.objects.bulk_create(
        User(first_name=f"P{n}", last_name="N", email=f"p{n}@exemple.quebec", sort_key=f"n p{n:04}", password="!")
        for n in range(250)
    )
    Membership.objects.bulk_create(
        Membership(community=meeting.community, user=user, joined_on=dt.date(2024, 1, 1)) for user in people
    )


def test_of_many_the_press_writes_the_first_and_the_worker_the_others(meeting, nadia, many, sandrine, signed_in):
    pressed = submit(signed_in(sandrine), invite_url(meeting), {"words": "Venez !"}, button="step=send", follow=True)

    assert Message.objects.count() == invitations.CHUNK
    assert "151 invitations restent" in pressed.content.decode()
    replies = reverse("meetings:replies", args=[meeting.pk])
    assert "151 invitations" in signed_in(sandrine).get(replies, headers={"HX-Request": "true"}).content.decode()

    tasks.write_invitations(meeting.pk)

    assert set(Message.objects.values_list("recipient", flat=True)) == set(
        meeting.people.values_list("user", flat=True)
    )
    assert not Message.objects.exclude(text__contains="Venez !").exists(), "the words of whoever pressed"
    assert signed_in(sandrine).get(replies, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    tasks.write_invitations(meeting.pk)
    assert Message.objects.count() == 251


def test_a_worker_lost_midway_is_followed_by_the_timetable(meeting, nadia, many):
    invitations.begin(meeting)
    invitations.invite_some(meeting)  # and there it died

    tasks.send_due_reminders()

    assert Message.objects.count() == 251


def test_words_taken_back_are_said_to_nobody_else(meeting, nadia, many):
    make.say_of(meeting, invited_at=timezone.now(), invitation_words="Apportez vos patins")
    invitations.begin(meeting, "")

    tasks.write_invitations(meeting.pk)

    assert Message.objects.count() == 251
    assert not Message.objects.filter(text__contains="patins").exists()


def test_who_is_named_to_co_facilitate_later_is_not_announced_as_about_to_be_written_to(
    meeting, nadia, sandrine, signed_in
):
    start = timezone.now() + dt.timedelta(days=20)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=start, ends_at=start + dt.timedelta(hours=1))
    meeting.refresh_from_db()
    meeting.co_facilitators.set([nadia.memberships.get()])
    preparatory, _is_new = co_facilitation.plan_preparatory(meeting)
    invitations.begin(preparatory)
    meeting.co_facilitators.add(make.a_member(meeting.community))
    tasks.send_due_reminders()

    page = signed_in(sandrine).get(reverse("meetings:replies", args=[preparatory.pk]))

    assert Message.objects.count() == 1
    assert page.context["to_write"] == 0, "the page would ask, and wait, for ever"


def test_called_off_meanwhile_nobody_else_is_invited(meeting, nadia, many):
    invitations.begin(meeting)
    meeting.refresh_from_db()
    planning.cancel(meeting, "Tempête")
    written = Message.objects.count()

    tasks.write_invitations(meeting.pk)

    assert Message.objects.count() == written
    assert invitations.left_to_write(Meeting.objects.get(pk=meeting.pk)) == 0


@pytest.mark.parametrize("state", ["cancelled_at", "closed_at"])
def test_nobody_is_invited_to_what_is_over(meeting, nadia, state):
    setattr(meeting, state, timezone.now())
    meeting.save()

    with pytest.raises(ValidationError):
        invitations.invite(meeting)
    assert not Message.objects.exists()


# ------------------------------------------------------------ just before it leaves


@pytest.fixture
def mail(meeting, nadia):
    invitations.invite(meeting)
    return Message.objects.get()


def test_an_invitation_still_true_leaves(mail):
    assert mail_types.cancel_reason(mail) is None


def test_not_for_a_cancelled_meeting(mail, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=timezone.now())

    assert mail_types.cancel_reason(mail)


def test_not_for_a_date_that_moved(mail, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(sequence=1)

    assert mail_types.cancel_reason(mail)


@pytest.mark.parametrize("status", ["alumni", "paused", "eligible"])
def test_not_for_someone_who_is_no_longer_invited(mail, nadia, status):
    nadia.memberships.update(status=status)

    assert mail_types.cancel_reason(mail)


def test_a_cancellation_always_leaves(mail, meeting, nadia):
    planning.cancel(meeting, "Tempête")
    nadia.memberships.update(status="paused")

    assert mail_types.cancel_reason(Message.objects.get(calendar_method="CANCEL")) is None


# ------------------------------------------------------------ who said what


def replies_url(meeting):
    return reverse("meetings:replies", args=[meeting.pk])


def test_replies_and_the_state_of_each_mail(meeting, nadia, sandrine, signed_in):
    silent = make.a_member(meeting.community)
    unreachable = make.a_member(meeting.community, make.a_person(email=None))
    invitations.invite(meeting)
    Reply.objects.create(meeting=meeting, membership=nadia.memberships.get(), answer="yes", wish="Le répit")
    Message.objects.filter(recipient=nadia).update(sent_at=timezone.now())
    Message.objects.filter(recipient=silent.user).update(failed_at=timezone.now(), outcome="550 no such user")

    response = signed_in(sandrine).get(replies_url(meeting))

    seen = {line.membership.pk: (line.answer, line.delivery) for line in response.context["lines"]}
    assert seen == {
        nadia.memberships.get().pk: ("yes", "sent"),
        silent.pk: ("silent", "failed"),
        unreachable.pk: ("silent", "address"),
    }
    assert b"550 no such user" in response.content
    assert "Le répit".encode() in response.content


def test_silence_can_be_listed_alone(meeting, nadia, sandrine, signed_in):
    silent = make.a_member(meeting.community)
    Reply.objects.create(meeting=meeting, membership=nadia.memberships.get(), answer="no")

    response = signed_in(sandrine).get(replies_url(meeting), {"reponse": "silent"})

    assert [line.membership for line in response.context["lines"]] == [silent]


def test_members_do_not_read_each_others_replies(meeting, nadia, signed_in):
    assert signed_in(nadia).get(replies_url(meeting)).status_code == 403
    assert signed_in(nadia).get(meeting.get_absolute_url()).context.get("turnout") is None


@pytest.mark.parametrize("page", ["invite", "replies"])
def test_the_pages_ask_the_same_whatever_the_number_of_people(page, meeting, sandrine, signed_in):
    client, url, counts = signed_in(sandrine), reverse(f"meetings:{page}", args=[meeting.pk]), []
    for total in (3, 30):
        for n in range(meeting.community.memberships.count(), total):
            make.a_member(meeting.community, organisation=f"Organisation {n}")
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# ------------------------------------------------------------ called off or moved: who is told


def written_to(kind):
    return {m.recipient.first_name for m in Message.objects.of_type(kind).select_related("recipient")}


@pytest.fixture
def arriving(meeting, nadia):
    """Nadia was invited; Zoé joined since, and no mail of this meeting was written to her yet."""
    invitations.invite(meeting)
    meeting.refresh_from_db()
    return make.a_member(meeting.community, make.a_person("Zoé"))


def test_a_cancellation_is_for_those_who_were_told(meeting, arriving, sandrine, signed_in):
    address = reverse("meetings:cancel", args=[meeting.pk])
    page = signed_in(sandrine).get(address)

    submit(signed_in(sandrine), address, {"because": "Tempête"})

    assert page.context["told"] == 1
    assert written_to(emails.CANCELLED) == {"Nadia"}


def test_a_meeting_announced_to_nobody_is_called_off_in_silence(meeting, nadia, sandrine, signed_in):
    told = make.a_meeting(meeting.community)
    invitations.invite(told)
    address = reverse("meetings:cancel", args=[meeting.pk])

    submit(signed_in(sandrine), address, {"because": "Tempête"})

    assert not Message.objects.of_type(emails.CANCELLED).exists(), "the other meeting was announced, not this one"


def test_one_answer_does_not_tell_the_whole_community(meeting, nadia):
    """Somebody signed up by the public link, or answered for an absent one, before any invitation left."""
    early = make.a_member(meeting.community, make.a_person("Yara"))
    Reply.objects.create(meeting=meeting, membership=early, answer="yes")

    planning.cancel(meeting, "Tempête")

    assert written_to(emails.CANCELLED) == {"Yara"}


def test_who_wants_no_invitations_is_told_all_the_same(meeting, nadia):
    """They were invited: their own page says so, and people would come for nothing."""
    invitations.invite(meeting)
    Message.objects.update(dropped_at=timezone.now(), outcome="unsubscribed")

    planning.cancel(meeting, "Tempête")

    assert written_to(emails.CANCELLED) == {"Nadia"}


def test_who_joined_since_is_invited_to_the_new_date_and_told_of_no_move(meeting, arriving, sandrine):
    starts_at = meeting.starts_at + dt.timedelta(days=1)

    planning.change(
        meeting, version=0, facilitators=[sandrine], starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=1)
    )
    tasks.send_due_reminders()

    assert written_to(emails.MOVED) == {"Nadia"}
    new = Message.objects.get(recipient=arriving.user)
    assert (new.kind, new.facts) == (emails.INVITATION.slug, {"sequence": 1})


# ------------------------------------------------------------ the mail as it will be read


def mail_page(meeting, language):
    return reverse("meetings:invitation_mail", args=[meeting.pk]) + f"?langue={language}"


def test_the_mail_is_shown_in_each_language_with_its_own_styles_and_no_script(meeting, nadia, sandrine, signed_in):
    shown = {code: signed_in(sandrine).get(mail_page(meeting, code)) for code in ("fr", "en", "xx")}

    assert 'lang="fr' in shown["fr"].text
    assert "You are invited" in shown["en"].text
    assert shown["xx"].text == shown["fr"].text
    assert "script-src 'none'" in shown["fr"].headers["Content-Security-Policy"]
    assert shown["fr"].headers["X-Frame-Options"] == "SAMEORIGIN"
    assert links.guest_token(meeting, nadia.memberships.get()) not in shown["fr"].text


def test_words_typed_are_shown_escaped_and_kept_nowhere(meeting, nadia, sandrine, signed_in):
    client = signed_in(sandrine)
    form = form_on(client.get(invite_url(meeting)), ["words"])
    shown = form.fill({"words": "<script>Venez !</script>"}).press(client, "step=preview")

    assert "&lt;script&gt;Venez" in shown.text
    assert "<script" not in shown.text
    assert "Venez" not in client.get(mail_page(meeting, "fr")).text
    assert not Message.objects.exists()


@pytest.mark.browser
def test_what_is_typed_appears_in_the_mail_beside_it(site, open_as, meeting, nadia, sandrine):
    page = open_as(sandrine)
    page.goto(invite_url(meeting))
    mail = page.frame_locator("iframe[name=mail]")
    page.get_by_label("Quelques mots de votre part").fill("Apportez vos patins")
    expect(mail.get_by_text("Apportez vos patins")).to_be_visible()

    page.locator('[formaction$="langue=en"]').click()
    expect(mail.get_by_text("You are invited")).to_be_visible()
    expect(mail.get_by_text("Apportez vos patins")).to_be_visible()
    assert page.locator("iframe[name=mail]").bounding_box()["width"] <= 390
    page.get_by_label("Ordinateur").check()
    assert page.locator("iframe[name=mail]").bounding_box()["width"] > 390
    assert not Message.objects.exists()
