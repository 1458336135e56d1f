"""One's own space: the link, what it shows, what one decides there, the letter, the data."""

import csv
import datetime as dt
import io
import json
import re
import zipfile

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from communities.domain.members import consents, leaving
from communities.models import Community, Consent, Membership, Pause, Purpose
from meetings.domain.attendance import hours
from meetings.domain.invitations import invitations
from meetings.domain.links import links, visitors
from meetings.domain.portal import my_data
from meetings.models import Attendance, Meeting, Note
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def membership(nadia):
    return nadia.memberships.get()


@pytest.fixture
def home(nadia):
    return reverse("meetings:space", args=[visitors.visitor_token(nadia)])


@pytest.fixture
def choices(home, membership):
    return f"{home}communautes/{membership.pk}/"


def text_of(response) -> str:
    return response.content.decode()


def held(community, membership, day, status=Attendance.Status.PRESENT, **fields):
    starts = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    meeting = make.a_meeting(community, starts, closed_at=starts, title=f"Rencontre du {day}", **fields)
    if status:
        make.an_attendance(meeting, membership, status)
    return meeting


# ------------------------------------------------------------ the link


def test_a_link_is_mailed_to_a_known_address_and_the_answer_says_nothing(client, nadia):
    door = reverse("meetings:space_door")
    known = text_of(submit(client, door, {"email": "nadia@exemple.quebec"}))
    unknown = text_of(submit(client, door, {"email": "inconnue@exemple.quebec"}))

    assert re.sub(r"value=.*?>", "", known) == re.sub(r"value=.*?>", "", unknown)
    mail = Message.objects.get()
    assert mail.to == "nadia@exemple.quebec"
    path = re.search(r"/moi/\S+/", mail.text).group(0)
    assert client.get(path).status_code == 200


def test_asking_again_at_once_sends_one_mail(client, nadia):
    for _ in range(3):
        submit(client, reverse("meetings:space_door"), {"email": nadia.email})

    assert Message.objects.count() == 1


def test_addresses_cannot_be_tried_by_the_hundred(client, db):
    codes = [
        submit(client, reverse("meetings:space_door"), {"email": f"n{i}@exemple.quebec"}).status_code for i in range(21)
    ]

    assert codes[-2:] == [200, 429]


def test_from_the_page_of_a_meeting_the_link_goes_by_mail_only(client, meeting, membership, nadia):
    phone = reverse("meetings:phone", args=[links.guest_token(meeting, membership)])

    answer = submit(client, phone, action=f"{phone}espace/", follow=True)

    assert "/moi/" not in text_of(answer)
    assert Message.objects.get().to == nadia.email


def test_a_link_opens_for_a_day(client, home):
    with time_machine.travel(timezone.now() + dt.timedelta(hours=23), tick=False):
        assert client.get(home).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25), tick=False):
        ended = client.get(home)

    assert ended.status_code == 410
    assert "Nadia" not in text_of(ended)


def test_a_link_that_was_altered_opens_nothing(client, home, membership):
    ended = client.get(home[:-4] + "xyz/")

    assert ended.status_code == 404
    assert membership.community.name not in text_of(ended)


def test_a_link_of_a_meeting_opens_no_space(client, meeting, membership):
    token = links.guest_token(meeting, membership)

    assert client.get(reverse("meetings:space", args=[token])).status_code == 404


def test_closing_ones_links_closes_them_all_and_every_device(client, home, nadia, signed_in):
    submit(client, home, action=f"{home}fermer/")

    assert client.get(home).status_code == 410


def test_an_address_corrected_elsewhere_closes_the_links_sent_to_the_old_one(client, home, nadia):
    nadia.email = "nouvelle@exemple.quebec"
    nadia.save()

    assert client.get(home).status_code == 410


def test_whoever_is_signed_in_needs_no_link(signed_in, nadia, membership):
    page = text_of(signed_in(nadia).get(reverse("meetings:space_door"), follow=True))

    assert membership.community.name in page
    assert "compte" in page


def test_without_signing_in_the_own_address_is_the_door(client, db):
    assert client.get(reverse("meetings:space", args=["compte"]))["Location"] == reverse("meetings:space_door")


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_changes_nothing(client, home, choices, method):
    with CaptureQueriesContext(connection) as queries:
        for address in (home, choices, f"{home}donnees/"):
            getattr(client, method)(address)

    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


# ------------------------------------------------------------ the page


def test_the_page_shows_dates_replies_presences_and_hours(client, home, community, membership, meeting):
    for month, status in [(1, "present"), (2, "present"), (3, "absent"), (4, "present"), (5, "present")]:
        held(community, membership, dt.date(2026, month, 10), status)
    held(community, membership, dt.date(2026, 6, 10), "present", kind=Meeting.Kind.TRAINING)
    meeting.replies.create(membership=membership, answer="maybe")

    page = text_of(client.get(home))

    assert meeting.title in page
    assert "4 sur 5 rencontres" in page
    assert "5\u00a0h" in page  # four meetings and the training
    assert "Table de quartier Ahuntsic" in page


def test_presences_count_the_meetings_one_was_expected_at(community, membership):
    Membership.objects.filter(pk=membership.pk).update(joined_on=dt.date(2026, 2, 1))
    membership.refresh_from_db()
    Pause.objects.create(membership=membership, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 6, 1))
    other = make.a_member(community)
    for month in (1, 3, 5, 7):  # before joining, expected, paused, expected
        meeting = held(community, membership, dt.date(2026, month, 10), "absent" if month == 3 else None)
        make.an_attendance(meeting, other)
    held(community, membership, dt.date(2026, 8, 10), None)  # nobody's presence was recorded
    held(community, membership, dt.date(2026, 9, 10), "unknown")

    [year] = hours.years_of([membership])[membership.pk]

    assert (year.came, year.possible) == (0, 2)


def test_the_first_page_asks_as_much_for_three_as_for_thirty(client, home, nadia, community, membership):
    def cost(n):
        for i in range(n):
            other = make.a_community()
            mine = make.a_member(other, nadia)
            meeting = held(other, mine, dt.date(2026, 1, 1) + dt.timedelta(days=i))
            make.a_meeting(other)
            make.a_note(meeting, kind=Note.Kind.ACTION, assignee=mine)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(home).status_code == 200
        return len(queries)

    assert cost(3) == cost(27)


def test_an_action_is_ticked_and_unticked(client, home, meeting, membership):
    action = make.a_note(meeting, "Appeler la bibliothèque", kind=Note.Kind.ACTION, assignee=membership)
    address = f"{home}actions/{action.pk}/"

    done = form_on(client.get(home), action=address)
    done.press(client)
    action.refresh_from_db()
    first = action.done_at
    done.press(client)
    action.refresh_from_db()
    assert action.done_at == first is not None

    submit(client, home, action=address, button="undo=1")
    action.refresh_from_db()
    assert action.done_at is None


def test_the_action_of_somebody_else_does_not_exist(client, home, meeting, community):
    action = make.a_note(meeting, kind=Note.Kind.ACTION, assignee=make.a_member(community))

    assert client.post(f"{home}actions/{action.pk}/").status_code == 404
    assert client.get(f"{home}communautes/{action.assignee_id}/").status_code == 404


# ------------------------------------------------------------ consents


def test_nothing_is_allowed_and_no_box_is_ticked_at_first(client, choices):
    page = text_of(client.get(choices))

    assert not Consent.objects.exists()
    assert not re.findall(r'name="consents"[^>]* checked', page)


def choose(client, choices, *purposes, **fields):
    return submit(client, choices, {"consents": purposes, **fields})


def test_a_field_is_shown_to_fellow_members_once_it_is_allowed_and_no_longer_after(
    client, choices, community, membership, signed_in
):
    fellow = make.a_member(community).user
    directory = reverse("communities:members", args=[community.pk])
    choose(client, choices, "directory_expertise", expertise="Les subventions", phone="514 555-0199")

    signed_in(fellow)
    page = text_of(client.get(directory))
    assert "Les subventions" in page
    assert "514 555-0199" not in page
    assert "nadia@exemple.quebec" not in page
    assert "Les subventions" in text_of(client.get(reverse("communities:people")))

    choose(client, choices, expertise="Les subventions")
    assert "Les subventions" not in text_of(client.get(directory))


def test_an_administrator_reads_nothing_that_members_share(client, choices, community, ada, karim, signed_in):
    choose(client, choices, "directory_email", "directory_expertise", expertise="Les subventions")

    for reader in (ada, karim):
        page = text_of(signed_in(reader).get(reverse("communities:members", args=[community.pk])))
        assert "Nadia" in page
        assert "Les subventions" not in page
        assert "nadia@exemple.quebec" not in page


def test_a_consent_keeps_when_it_was_given_and_taken_back(client, choices, membership):
    choose(client, choices, "photo")
    choose(client, choices, "photo", "alumni_contact")
    choose(client, choices)

    given = Consent.objects.filter(membership=membership)
    assert given.count() == 2
    assert all(one.withdrawn_at for one in given)
    assert not consents.granted(membership, Purpose.PHOTO)


def test_a_box_without_its_words_is_refused_and_nothing_is_saved(client, choices):
    answer = choose(client, choices, "directory_phone", title="Directrice")

    assert answer.status_code == 422
    assert not Consent.objects.exists()


def test_reminders_are_stopped_for_this_community_only(client, choices, nadia, community):
    submit(client, choices, {"mails": ["invitations", "follow-ups", "surveys"]})

    [stopped] = nadia.unsubscriptions.all()
    assert (stopped.category, stopped.sender_list) == ("reminders", community.sender_list)


def test_the_directory_asks_as_much_for_three_as_for_thirty(client, community, nadia, signed_in):
    signed_in(nadia)

    def cost(n):
        for _ in range(n):
            member = make.a_member(community, expertise="Les subventions")
            consents.give(member, Purpose.DIRECTORY_EXPERTISE)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("communities:members", args=[community.pk]))
        return len(queries)

    assert cost(3) == cost(27)


# ------------------------------------------------------------ pause, leave, come back


def test_a_pause_is_one_press_and_is_undone_by_another(client, choices, membership):
    submit(client, choices, button="what=pause")
    membership.refresh_from_db()
    assert (membership.status, membership.paused_on) == ("paused", timezone.localdate())

    submit(client, choices, button="what=undo")
    membership.refresh_from_db()
    assert (membership.status, membership.paused_on) == ("active", None)
    assert not membership.pauses.exists()


def test_nobody_comes_back_from_a_departure_alone_after_the_days_to_undo_it(client, choices, membership):
    leaving.pause(membership)
    left_open = form_on(client.get(choices), button="what=back")
    leaving.leave(membership)
    left_open.press(client, "what=back")

    membership.refresh_from_db()
    assert membership.status == "alumni"


def test_the_reason_comes_after_if_at_all_and_facilitators_read_it(client, choices, membership, sandrine, signed_in):
    submit(client, choices, button="what=leave")
    submit(client, choices, {"reason": "time", "words": "Le midi est impossible"}, button="what=why")

    page = text_of(signed_in(sandrine).get(membership.get_absolute_url()))

    assert "Le midi est impossible" in page
    assert membership.pauses.get().has_left


def test_leaving_is_undone_within_days_and_then_by_asking(client, choices, membership):
    leaving.pause(membership)
    submit(client, choices, button="what=leave")
    submit(client, choices, button="what=undo")
    membership.refresh_from_db()
    assert membership.status == "paused"
    assert membership.pauses.get().ends_on is None

    submit(client, choices, button="what=leave")
    left_open = form_on(client.get(choices), button="what=undo")
    membership.pauses.filter(ends_on=None).update(starts_on=timezone.localdate() - dt.timedelta(days=30))
    left_open.press(client, "what=undo")
    membership.refresh_from_db()
    assert membership.status == "alumni"


def test_whoever_left_keeps_their_space(client, home, choices, membership):
    leaving.leave(membership)

    assert client.get(home).status_code == 200
    assert client.get(choices).status_code == 200


def test_pauses_follow_one_another_as_periods(membership):
    membership.become("paused", on=dt.date(2026, 1, 10))
    membership.become("active", on=dt.date(2026, 3, 1))
    membership.become("paused", on=dt.date(2026, 6, 1))

    periods = list(membership.pauses.values_list("starts_on", "ends_on"))
    assert periods == [(dt.date(2026, 1, 10), dt.date(2026, 3, 1)), (dt.date(2026, 6, 1), None)]


def test_a_pause_pressed_twice_is_one(membership):
    leaving.pause(membership)
    leaving.pause(membership)

    assert membership.pauses.count() == 1


# ------------------------------------------------------------ the time it asks


def test_whoever_is_not_a_member_yet_is_told_how_much_time_it_takes(community, meeting, membership):
    newcomer = make.a_member(community, status="invited")
    invitations.invite(meeting)

    told = {mail.recipient_id: "environ 4" in mail.text for mail in Message.objects.all()}
    assert told == {membership.user_id: False, newcomer.user_id: True}


# ------------------------------------------------------------ the letter


def test_the_letter_counts_recorded_presences_of_the_period(community, membership):
    held(community, membership, dt.date(2026, 2, 10))
    held(community, membership, dt.date(2026, 3, 10), "absent")
    held(community, membership, dt.date(2025, 12, 10))

    attested = hours.Attestation.of(membership, dt.date(2026, 1, 1), dt.date(2026, 12, 31))

    assert [meeting.local_start.month for meeting in attested.meetings] == [2]
    assert attested.minutes == 60


@pytest.mark.parametrize("language", ["fr-ca", "en"])
def test_the_letter_is_a_pdf(client, choices, community, membership, language):
    held(community, membership, dt.date(2026, 2, 10))

    answer = client.get(
        f"{choices}attestation.pdf", {"first": "2026-01-01", "last": "2026-12-31", "language": language}
    )

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_period_upside_down_is_said_at_its_field(client, choices):
    answer = client.get(f"{choices}attestation.pdf", {"first": "2026-12-31", "last": "2026-01-01", "language": "en"})

    assert answer.status_code == 422


# ------------------------------------------------------------ my data


def test_the_export_holds_what_is_mine_and_nobody_elses(client, home, meeting, community, membership):
    meeting.replies.create(membership=membership, answer="yes", wish="Les pourboires")
    other = make.a_member(community, make.a_person("Zoé", "Autre"))
    meeting.replies.create(membership=other, answer="no", wish="Secret de Zoé")

    answer = client.get(f"{home}donnees/mes-donnees.zip")
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    everything = json.loads(files.read("donnees.json"))

    assert everything["replies"][0]["answer"] == "yes"
    assert everything["identity"][0]["email"] == "nadia@exemple.quebec"
    assert set(files.namelist()) == {"donnees.json", *(f"{s.name}.csv" for s in my_data.SECTIONS)}
    rows = list(csv.reader(io.StringIO(files.read("replies.csv").decode("utf-8-sig")), delimiter=";"))
    assert "Les pourboires" in rows[1]
    assert not any(b"Secret" in files.read(name) for name in files.namelist())


def test_the_contract_and_the_fee_of_a_mandate_are_held_about_whoever_has_it(community, nadia):
    assignment = make.a_role(nadia, "external", community=community, contract="2026-114")
    make.a_budget_line(community, assignment=assignment, planned=240050)

    with translation.override("fr-ca"):
        (roles,) = [held for held in my_data.held_about(nadia) if held.section.name == "roles"]

    assert roles.rows[0][-2:] == ["2026-114", "2400,50"]


# What hangs from a person and is not in their export: what is not theirs, or is a means of signing in.
LEFT_OUT = {
    "account.EmailAddress": "the address, said already",
    "mfa.Authenticator": "a means of signing in",
    "usersessions.UserSession": "a means of signing in",
    "admin.LogEntry": "unused",
    "communities.SubGroup": "part of the community’s own list",
    "communities.FormerMembership": "numbers of merged rows",
    "communities.ObjectiveVersion": "authorship of the community’s text",
    "communities.Merge": "authorship of a correction",
    "communities.ImportedLine": "what undoing an import needs, for seven days",
    "communities.Call": "which applications one reads, kept by the community",
    "meetings.CalendarFeed": "a secret address",
    "meetings.TopicVote": "anonymous, erased at closing",
    "meetings.ContinueVote": "anonymous, erased at closing",
    "meetings.RulesRead": "erased at closing; the lasting word is an acknowledgement",
    "meetings.SpeakingTurn": "erased at closing",
    "meetings.Meeting": "what one ran, kept by the community",
    "meetings.MeetingGroup": "with whom one works at a meeting, part of its plan",
    "meetings.Reflection": "one's own journal, in no file: its page alone shows it",
    "communities.InactivityNotice": "that a mail announced the end of an unused account: the mail itself is told",
    "evaluations.DeclinedAddress": "a digest, for thirty days: their own page says that the manager preferred not to",
    "meetings.RoomSeat": "that a name was typed in the room: told by the presence that it made",
}
TOLD = {
    "outbox.Message", "outbox.Unsubscription", "communities.RoleAssignment", "communities.Consent",
    "communities.Membership",
    "communities.DestructionRequest", "communities.ObjectiveProposal", "communities.RulesAcknowledgement",
    "communities.Pause", "communities.Representation", "communities.Party", "meetings.Note", "meetings.Reply",
    "meetings.Attendance", "meetings.AttendanceCorrection", "meetings.RecordingConsent",
    "communities.Application", "communities.JoinInvitation", "communities.Expectation", "communities.Commitment",
    "communities.Referral", "communities.Introduction", "communities.ParentalConsent", "meetings.DateVote",
    "evaluations.SelfAssessment", "evaluations.ManagerOpinion", "communities.Testimonial",
    "communities.TestimonialRequest", "evaluations.IndividualFollowUp", "evaluations.ConversationRequest",
    "meetings.WarmUpAnswer", "meetings.JoinClick", "meetings.TopicSupport", "accounts.AuditName",
}  # fmt: skip


def test_whatever_hangs_from_a_person_is_told_or_left_out_on_purpose():
    """A new table about people makes this fail until it has a section in `my_data`, or a reason not to."""
    about = [field for field in User._meta.get_fields() if field.auto_created and not field.concrete]
    about += [f for f in Membership._meta.get_fields(include_hidden=True) if f.auto_created and not f.concrete]
    # relations without a name back (« + ») from a user say who did something, not whom it is about
    tables = {field.related_model._meta.label for field in about if not field.related_model._meta.auto_created}

    assert tables - TOLD - LEFT_OUT.keys() == set()


def test_the_page_of_data_says_what_for_and_until_when(client, home, nadia):
    page = text_of(client.get(f"{home}donnees/"))

    assert page.count("<details") == len(my_data.SECTIONS)
    assert "nadia@exemple.quebec" in page


def test_a_name_is_put_right(client, home, nadia):
    submit(client, f"{home}donnees/", {"last_name": "Amrani-Côté"})

    nadia.refresh_from_db()
    assert (nadia.first_name, nadia.last_name) == ("Nadia", "Amrani-Côté")


def test_a_new_address_is_confirmed_by_the_digits_sent_there(client, home, nadia):
    submit(client, f"{home}donnees/", {"email": "Nadia.Neuve@exemple.quebec"})
    nadia.refresh_from_db()
    assert nadia.email == "nadia@exemple.quebec"
    mail = Message.objects.get(to="nadia.neuve@exemple.quebec")
    code = re.search(r"\b\d{6}\b", mail.text).group(0)

    refused = submit(client, f"{home}donnees/", {"code": "000000" if code != "000000" else "111111"})
    assert refused.status_code == 422
    answer = submit(client, refused, {"code": code})

    nadia.refresh_from_db()
    assert nadia.email == "nadia.neuve@exemple.quebec"
    assert client.get(answer["Location"]).status_code == 200  # a link anew: those before are closed
    assert client.get(home).status_code == 410
    assert Message.objects.filter(to="nadia@exemple.quebec").exists()  # the old address is told


def test_the_address_of_somebody_else_is_neither_taken_nor_told(client, home, nadia, sam):
    answer = submit(client, f"{home}donnees/", {"email": sam.email}, follow=True)

    assert answer.status_code == 200
    assert not Message.objects.filter(to=sam.email).exists()


def test_digits_cannot_be_guessed(client, home, nadia):
    submit(client, f"{home}donnees/", {"email": "neuve@exemple.quebec"})
    code = re.search(r"\b\d{6}\b", Message.objects.get(to="neuve@exemple.quebec").text).group(0)
    form = form_on(client.get(f"{home}donnees/"), ["code"])
    for _ in range(5):
        form.fill({"code": "12345x"}).press(client)

    assert form.fill({"code": code}).press(client).status_code == 422


def test_a_link_never_becomes_the_account_of_somebody_with_a_role(client, community, sandrine, signed_in):
    home = reverse("meetings:space", args=[visitors.visitor_token(sandrine)])

    answer = submit(client, f"{home}donnees/", {"email": "autre@exemple.quebec"}, follow=True)
    assert "connectez-vous" in text_of(answer)
    assert not Message.objects.filter(to="autre@exemple.quebec").exists()

    own = reverse("meetings:space_data", args=[visitors.OWN])
    submit(signed_in(sandrine), own, {"email": "autre@exemple.quebec"})
    assert Message.objects.filter(to="autre@exemple.quebec").exists()


# ------------------------------------------------------------ destruction


def test_a_request_to_destroy_is_dated_listed_and_told_to_the_coordinator(client, home, nadia, philippe, signed_in):
    form = form_on(client.get(f"{home}donnees/"), ["words"]).fill({"words": "Merci pour tout"})
    for _ in range(2):
        form.press(client)

    asked = nadia.destruction_requests.get()
    assert asked.due_on == timezone.localdate() + dt.timedelta(days=30)
    assert Message.objects.get(to=philippe.email).kind == "destruction-asked"
    page = text_of(signed_in(philippe).get(reverse("communities:destructions")))
    assert "Nadia Amrani" in page
    assert "Merci pour tout" in page


def test_it_is_withdrawn_while_nobody_has_acted(client, home, nadia):
    submit(client, f"{home}donnees/", action=f"{home}donnees/destruction/")
    submit(client, f"{home}donnees/", button="withdraw=1")

    assert nadia.destruction_requests.get().cancelled_at


def test_the_coordinator_of_another_programme_does_not_see_it(client, home, nadia, signed_in):
    submit(client, f"{home}donnees/", action=f"{home}donnees/destruction/")
    stranger = make.a_person()
    make.a_role(stranger, "coordinator", programme=make.a_programme())

    signed_in(stranger)
    assert "Nadia" not in text_of(client.get(reverse("communities:destructions")))
    address = reverse("communities:destruction", args=[nadia.destruction_requests.get().pk])
    assert client.get(address).status_code == 404


# ------------------------------------------------------------ an archived community


def test_what_is_archived_is_only_read_taken_back_and_left(client, home, choices, meeting, community, membership):
    consents.give(membership, Purpose.PHOTO)
    action = make.a_note(meeting, "Appeler", kind=Note.Kind.ACTION, assignee=membership)
    welcome = reverse("meetings:space_welcome", args=[visitors.visitor_token(membership.user), membership.pk])
    done = form_on(client.get(home), action=f"{home}actions/{action.pk}/")
    away = form_on(client.get(choices), button="what=pause")
    expects = form_on(client.get(welcome), ["expects"]).fill({"expects": "Tout"})
    chosen = form_on(client.get(choices), ["title"])
    chosen.fill({"title": "Autre", "phone": "514 555-0000", "consents": ["alumni_contact"]})
    Community.objects.filter(pk=community.pk).update(status=Community.Status.ARCHIVED)

    for left_open, button in ((done, ""), (away, "what=pause"), (expects, "")):
        assert left_open.press(client, button).status_code == 404, left_open
    assert chosen.press(client).status_code == 302

    membership.refresh_from_db()
    action.refresh_from_db()
    assert (membership.status, membership.title, membership.phone, action.done_at) == ("active", "", "", None)
    assert not consents.granted_among([membership])[membership.pk]
    assert "Appeler" not in text_of(client.get(home))

    assert submit(client, choices, button="what=leave").status_code == 302
    membership.refresh_from_db()
    assert membership.status == "alumni"
