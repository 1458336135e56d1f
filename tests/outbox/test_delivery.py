"""Mails reach a real SMTP server, and each of its answers is understood."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone, translation

from outbox.domain import delivery, mail_types, post
from outbox.models import Category, Message, Unsubscription
from tests.outbox.letters import CALENDAR, HTML, TEXT, write


def due_again():
    Message.objects.waiting().update(send_after=timezone.now())
    cache.clear()


def test_everything_due_leaves_once_with_its_own_message_id(relay):
    letters = write(120)

    assert delivery.deliver_due() == {"sent": 120}
    assert delivery.deliver_due() == {}

    assert sorted(line["id"] for line in relay.accepted) == sorted(m.message_id for m in letters)
    assert not Message.objects.waiting().exists()


def test_a_mail_is_whole_when_a_standard_parser_reads_it(relay):
    [letter] = write(1)
    delivery.deliver_due()

    mail = relay.mail()

    parts = {part.get_content_type(): part for part in mail.walk()}
    assert list(parts) == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    assert decoded(parts["text/plain"]).replace("\r\n", "\n") == TEXT
    assert decoded(parts["text/html"]) == HTML
    assert decoded(parts["text/calendar"]) == CALENDAR
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert decoded(parts["application/ics"]) == CALENDAR
    assert parts["application/ics"].get_filename() == "invite.ics"
    assert mail["Message-ID"] == letter.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = mail["List-Unsubscribe"].strip("<>").rstrip("/").rpartition("/")[2]
    assert post.read_unsubscribe_token(token).category == Category.INVITATIONS


def decoded(part) -> str:
    return part.get_payload(decode=True).decode()


def test_service_mails_offer_nothing_to_stop(relay):
    write(1, category=Category.SERVICE)
    delivery.deliver_due()

    assert relay.mail()["List-Unsubscribe"] is None


def test_one_refused_address_ends_that_mail_alone(relay):
    letters = write(5)
    Message.objects.filter(pk=letters[1].pk).update(to="refused@exemple.quebec")

    assert delivery.deliver_due() == {"sent": 4, "refused": 1}
    refused = Message.objects.get(pk=letters[1].pk)
    assert refused.state == "failed"
    assert refused.outcome.startswith("550 5.1.1")


def test_one_asked_to_wait_is_tried_again_later_and_not_before(relay):
    letters = write(3)
    Message.objects.filter(pk=letters[0].pk).update(to="later@exemple.quebec")

    assert delivery.deliver_due() == {"sent": 2, "postponed": 1}
    waiting = Message.objects.get(pk=letters[0].pk)
    assert waiting.state == "retrying"
    assert waiting.send_after > timezone.now()


def test_after_two_days_of_trying_one_gives_up(relay):
    write(1)
    Message.objects.update(attempts=delivery.GIVE_UP_AFTER)

    assert delivery.deliver_due() == {"dropped": 1}


def test_a_poisoned_mail_is_refused_and_blocks_no_other(relay):
    letters = write(4)
    Message.objects.filter(pk=letters[0].pk).update(subject="Bonjour\nBcc: tout@exemple.quebec")
    Message.objects.filter(pk=letters[1].pk).update(to="nadia@exemple.quebec\nBcc: tout@exemple.quebec")

    assert delivery.deliver_due() == {"sent": 2, "refused": 2}
    assert {line["to"] for line in relay.accepted} == {letters[2].to, letters[3].to}


def test_our_own_fault_loses_no_mail(relay, monkeypatch):
    write(2)
    monkeypatch.setattr(mail_types, "_checks", {"letter": lambda message: 1 / 0})

    assert delivery.deliver_due() == {"postponed": 2}
    assert Message.objects.waiting().count() == 2


@pytest.mark.parametrize("fault", ["stopped", "535"])
def test_a_relay_that_is_down_costs_no_attempt_and_is_left_alone_a_minute(relay, fault):
    write(60)
    if fault == "stopped":
        relay.stop()
    else:
        relay.behave("535")

    assert delivery.deliver_due() == {"down": 1}
    assert delivery.deliver_due() == {}
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    assert Message.objects.waiting().count() == 60

    if fault == "535":
        relay.behave()
        due_again()
        assert delivery.deliver_due() == {"sent": 60}


def test_a_server_busy_for_a_while_loses_nothing(relay):
    write(20)
    relay.behave("451")
    delivery.deliver_due()
    relay.behave()
    due_again()

    assert delivery.deliver_due() == {"sent": 20}


def test_an_acceptance_lost_on_the_way_makes_a_copy_with_the_same_message_id(relay):
    [letter] = write(1)
    relay.behave("drop")
    delivery.deliver_due()
    relay.behave()
    due_again()
    delivery.deliver_due()

    assert {line["id"] for line in relay.accepted} == {letter.message_id}
    assert Message.objects.get().state == "sent"


def test_what_was_unsubscribed_after_the_claim_does_not_leave(relay):
    letters = write(2, people=2)
    batch = Message.objects.claim(10)
    Unsubscription.objects.create(user=letters[0].recipient, category=Category.INVITATIONS)
    Message.objects.filter(pk=letters[1].pk).update(dropped_at=timezone.now())

    tally = delivery.Counter()
    delivery._send_batch(batch, delivery.Relay(), tally)

    assert tally == {"dropped": 1, "taken": 1}
    assert relay.accepted == []
    letters[0].refresh_from_db()
    with translation.override("fr-ca"):
        assert letters[0].why == "la personne s’est désabonnée"


def test_what_is_too_late_does_not_leave(relay):
    write(1, not_after=timezone.now() - dt.timedelta(seconds=1))

    assert delivery.deliver_due() == {"dropped": 1}
    with translation.override("fr-ca"):
        assert Message.objects.get().why == "trop tard pour être utile"


def test_a_mail_taken_over_by_another_process_is_not_sent_by_the_first(relay):
    write(1)
    first = Message.objects.claim(1)
    Message.objects.update(send_after=timezone.now())
    Message.objects.claim(1)

    tally = delivery.Counter()
    delivery._send_batch(first, delivery.Relay(), tally)

    assert tally == {"taken": 1}


def test_two_processes_never_claim_the_same_mail(db):
    write(30)

    one, other = Message.objects.claim(20), Message.objects.claim(20)

    assert len(one) == 20
    assert len(other) == 10
    assert not {m.pk for m in one} & {m.pk for m in other}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a question to PostgreSQL's planner")
def test_asking_about_one_mail_does_not_read_all_that_wait(db):
    write(500, prefix="old", sent_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_message")  # when nothing waited
    write(500)
    [mine] = Message.objects.claim(1)

    assert "outbox_waiting" not in Message.objects.held(mine).explain()
    the_trap = Message.objects.waiting().filter(pk=mine.pk, claim_token=mine.claim_token)
    assert "outbox_waiting" in the_trap.explain()


def test_urgent_mails_leave_first(relay):
    write(3, prefix="survey", priority=Message.Priority.SURVEY)
    write(1, prefix="code", priority=Message.Priority.CODE)
    delivery.deliver_due()

    assert relay.accepted[0]["id"].startswith("<code")


def test_without_a_broker_a_command_sends(relay, capsys):
    write(2)
    call_command("deliver_mail")

    assert "sent: 2" in capsys.readouterr().out
