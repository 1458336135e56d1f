"""Mails written before they had types: waiting or sent, each says after the migration what it would say if it were
written today, and is cancelled or sent as rightly."""

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.utils import timezone

from cmtl.renamed import current_label
from communities.domain.charter import rules_emails
from communities.domain.lifecycle import life_emails
from communities.domain.members import consents
from communities.domain.privacy import destructions
from communities.domain.recruitment import recruitment_emails
from communities.domain.roles import role_emails
from communities.models import Community, Membership, Purpose, RoleAssignment, RulesVersion
from evaluations.domain.surveys import collection
from evaluations.domain.surveys import emails as survey_emails
from meetings.domain import polls
from meetings.domain.followup import follow_up, overdue_reminders
from meetings.domain.invitations import emails
from meetings.models import DatePoll, Meeting
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.migrating import at

before = importlib.import_module("outbox.migrations.0002_mail_types")


M, C, A, E = (f"{app}/emails/" for app in ("meetings", "communities", "accounts", "evaluations"))
MEETING, COMMUNITY, ASKED = "meetings.meeting", "communities.community", "communities.application"
DAYS, HOURS = {"sequence": 2, "moment": "days"}, {"sequence": 2, "moment": "hours"}
IN_JUNE = {"planned_end": "2027-06-30"}
ACCEPTED, DECLINED = {"decision": "accepted"}, {"decision": "declined"}
NOTHING, POLL = ("", None, {}), "meetings.datepoll"

# As rows were: template, reason, key; and what they become.
ROWS = [
    (f"{M}invitation.html", "meeting:12", "invitation:12:3:7", "invitation", MEETING, 12, {"sequence": 3}),
    (f"{M}invitation.html", "meeting:13", "invitation:13:0:8", "invitation", MEETING, 13, {"sequence": 0}),
    (f"{M}moved.html", "meeting:12", "moved:12:4:7", "moved", MEETING, 12, {"sequence": 4}),
    (f"{M}cancelled.html", "meeting:12", "cancelled:12:5:7", "cancelled", MEETING, 12, {"sequence": 5}),
    (f"{M}signed_up.html", "meeting:12", "signed-up:12:1:7", "signed-up", MEETING, 12, {"sequence": 1}),
    (f"{M}seat_freed.html", "meeting:12", "seat:12:1:1790000000:7", "seat-freed", MEETING, 12, {"sequence": 1}),
    (f"{M}reminder.html", "meeting:12", "reminder:12:2:days:7", "reminder", MEETING, 12, DAYS),
    (f"{M}reminder.html", "meeting:12", "reminder:12:2:hours:7", "reminder", MEETING, 12, HOURS),
    (f"{M}nudge.html", "meeting:12", "nudge:12:7:5", "nudge", MEETING, 12, {"days": 7}),
    (f"{M}follow_up.html", "meeting:12", "follow-up:12:7", "follow-up", MEETING, 12, {}),
    ("a follow-up, tried", "", "follow-up-trial:0a1b", "follow-up-trial", *NOTHING),
    (f"{M}test", "", "mail-test:0a1b", "wording-test", *NOTHING),
    (f"{M}date_poll.html", "date_poll:3", "date-poll:3:7", "date-poll", POLL, 3, {}),
    (f"{M}date_poll.html", "date_poll:3", "date-poll-reminder:3:2026-11-29:7", "date-poll-reminder", POLL, 3, {}),
    (f"{M}account_ends.html", "", "account-ends:2026-11-29:7", "account-ends", *NOTHING),
    (f"{M}space_link.html", "", "space-link:0a1b:7", "space-link", *NOTHING),
    (f"{M}address_changed.html", "", "space-address:0a1b:7", "address-changed", *NOTHING),
    (f"{E}survey_reminder.html", "survey:4", "survey-reminder:4:7", "survey-reminder", "evaluations.survey", 4, {}),
    (f"{C}rules.html", "rules:5", "rules:5:2026-11-29:7", "rules", "communities.rulesversion", 5, {}),
    (f"{C}join.html", "join:7", "join:7:8", "join", "communities.joininvitation", 7, {}),
    (f"{C}asks_to_join.html", "community:1", "asks-to-join:9:8", "asks-to-join", COMMUNITY, 1, {}),
    (f"{C}appointed.html", "grant:2", "appointed:2:8", "appointed", "communities.grant", 2, {}),
    (f"{C}officer_named.html", "", "officer:77:8", "officer-named", *NOTHING),
    (f"{C}application_received.html", "call:3", "application:6:received", "application-received", ASKED, 6, {}),
    (f"{C}application_decided.html", "call:3", "application:6:accepted", "application-decided", ASKED, 6, ACCEPTED),
    (f"{C}application_decided.html", "call:3", "application:8:declined", "application-decided", ASKED, 8, DECLINED),
    (f"{C}planned_end.html", "community:1", "planned-end:1:2027-06-30:8", "planned-end", COMMUNITY, 1, IN_JUNE),
    (f"{C}come_back.html", "community:1", "come-back:31:2026-05-01:8", "come-back", "communities.membership", 31, {}),
    (f"{C}introduction.html", "community:1", "introduction:2:asked:7:7", "introduction-asked", COMMUNITY, 1, {}),
    (f"{C}introduced.html", "community:1", "introduction:2:met:7:7", "introduction-met", COMMUNITY, 1, {}),
    (f"{C}incident_ends.html", "", "incident-ends:4:2027-01-31:8", "incident-ends", *NOTHING),
    (f"{C}destruction_asked.html", "", "destruction:4:8", "destruction-asked", *NOTHING),
    (f"{C}destruction_due.html", "", "destruction:4:late:8", "destruction-due", *NOTHING),
    (f"{C}destruction_substitute.html", "", "destruction:4:substitute:8", "destruction-substitute", *NOTHING),
    (f"{C}erased.html", "erased", "erased:4", "erased", "communities.destructionrequest", 4, {}),
    (f"{A}sign_in_code.html", "", "account:0a1b:7", "sign-in-code", *NOTHING),
    (f"{A}unknown_address.html", "", "account:0a1c", "unknown-address", *NOTHING),
    (f"{A}confirm_address.html", "", "space-address:0a1d:7", "confirm-address", *NOTHING),
    (f"{A}notice.html", "", "account:0a1e:7", "account-notice", *NOTHING),
    ("of another time", "something:12", "what:1:2", "of another time", "something", 12, {}),
    ("of another time", "meeting:", "", "of another time", MEETING, None, {}),
    (f"{M}invitation.html", "meeting:12", "typed by hand", "invitation", MEETING, 12, {}),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[3]} {row[2]}")
def test_a_row_of_before_says_it_in_columns(row):
    kind, reason, key, *said = row

    assert list(before.structured(kind, reason, key).values()) == said


def test_every_template_and_every_reason_is_known():
    """Those that were there; a type that is younger needs no line."""
    assert {row[0] for row in ROWS} - {"of another time"} == set(before.SLUGS)
    for label in (*before.MODELS.values(), *before.NAMED_BY_KEY.values()):
        assert apps.get_model(current_label(label))


def old(mail):
    """The row as it was, of one written today."""
    words = {current_label(label): word for word, label in before.MODELS.items()}
    kind = mail_types.registry[mail.kind].template
    reason = f"{words[mail.about_kind]}:{mail.about_id}" if mail.about_kind in words else ""
    if mail.kind.startswith("application"):
        reason = "call:1"
    if mail.kind == "come-back":
        reason = mail.sender_list
    if mail.kind == destructions.GOODBYE:
        reason = destructions.GOODBYE
    return {"kind": kind, "reason": reason}


@pytest.fixture
def written(transactional_db):
    """Two of each mail that something may cancel, in two communities, as rows of before; by name of community."""
    for name in ("Constellation", "Écoles vertes"):
        all_of(make.a_community(name, ends_on=timezone.localdate() + dt.timedelta(days=30)))
    shape = {mail.pk: old(mail) for mail in Message.objects.all()}
    now = {mail["id"]: mail for mail in Message.objects.values()}
    Past = at(("outbox", "0001_initial")).get_model("outbox", "Message")
    for pk, fields in shape.items():
        Past.objects.filter(pk=pk).update(**fields)
    yield now
    at()


def all_of(community):
    sandrine, nadia, theo = (make.a_person(name) for name in ("Sandrine", "Nadia", "Théo"))
    assignment = make.a_role(sandrine, community=community)
    member, gone = make.a_member(community, nadia), make.a_member(community, theo, status="alumni")
    meeting = make.a_meeting(community, invited_at=timezone.now())
    emails.invitations(meeting, [member])
    emails.reminders(meeting, [(member, "yes")], moment="days")
    over = make.a_meeting(community, timezone.now() - dt.timedelta(days=2), closed_at=timezone.now())
    make.say_of(over, follow_up="Merci", started_at=over.starts_at)
    make.an_attendance(over, member)
    follow_up.send(over, follow_up.EVERYONE)
    overdue_reminders._post(over, sandrine, [], 1)
    survey = collection.open_for(Meeting.objects.get(pk=over.pk), by=None)
    survey_emails.survey_reminder(survey, member)
    poll = make.a_date_poll(community)
    polls._write(polls.ASK, poll, polls.asked(poll), key=f"date-poll:{poll.pk}")
    polls.remind_voters(poll)
    rules_emails.read_the_rules(member, make.a_rules_version(community))
    role_emails.appointed(assignment, community, by=nadia)
    life_emails.planned_end(community, sandrine)
    consents.give(gone, Purpose.ALUMNI_CONTACT)
    Membership.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
    life_emails.come_back_email(Membership.objects.get(pk=gone.pk), words="", by=sandrine, address="…")
    invited = make.a_member(community, make.a_person("Lou"), status="invited")
    recruitment_emails.join(make.a_join_invitation(invited), "…")
    application = make.an_application(make.a_call(community), decision="accepted")
    recruitment_emails.received(application)
    recruitment_emails.decided(application, "…")


WAS_SAID = ("kind", "about_kind", "about_id", "facts")


@pytest.mark.long
def test_what_waits_and_what_left_is_the_same_as_if_it_were_written_today(written):
    a_sent_one = min(written)
    at()
    Message.objects.filter(pk=a_sent_one).update(sent_at=timezone.now())

    for mail in Message.objects.values():
        assert {n: mail[n] for n in WAS_SAID} == {n: written[mail["id"]][n] for n in WAS_SAID}, mail["key"]
    waiting = list(Message.objects.waiting())
    assert len(waiting) == 2 * 14 - 1
    assert {mail.kind: mail_types.cancel_reason(mail) for mail in waiting} == dict.fromkeys(
        {m["kind"] for m in written.values()}
    )


@pytest.mark.long
def test_each_community_cancels_its_own_mails(written):
    """The neighbour's all leave."""
    at()
    ours, theirs = Community.objects.order_by("pk")
    end = {"ends_on": None, "status": Community.Status.ARCHIVED}
    Community.objects.filter(pk=ours.pk).update(**end)
    RoleAssignment.objects.filter(community=ours).update(ended_at=timezone.now())
    RulesVersion.objects.filter(community=ours).delete()
    DatePoll.objects.filter(community=ours).update(closed_at=timezone.now())
    Meeting.objects.filter(community=ours).update(cancelled_at=timezone.now())
    ours.calls.first().applications.update(decision="declined")
    collection.close(ours.meetings.get(closed_at__isnull=False).survey)

    cancelled = [(m.sender_list, m.kind) for m in Message.objects.all() if mail_types.cancel_reason(m)]

    kinds = {m["kind"] for m in written.values()} - {"application-received", "survey-reminder"}
    assert sorted(kind for _list, kind in cancelled) == sorted(kinds)
    assert {name for name, _kind in cancelled} <= {ours.sender_list, ""}
