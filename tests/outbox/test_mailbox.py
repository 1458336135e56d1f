"""The demonstration's mailbox: every mail readable by anyone; and nowhere else."""

import pytest
from django.urls import reverse

from tests.outbox.letters import write


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def test_outside_the_demonstration_there_is_no_mailbox(client, db):
    [letter] = write(1)

    for name, args in [("mailbox", []), ("message", [letter.pk]), ("message_page", [letter.pk])]:
        assert client.get(reverse(f"outbox:{name}", args=args)).status_code == 404


def test_a_mail_is_found_by_its_reader_and_read(client, demo, db):
    letters = write(3, people=3)

    page = client.get(reverse("outbox:mailbox"), {"q": "letter-1"}).content.decode()

    assert reverse("outbox:message", args=[letters[1].pk]) in page
    assert reverse("outbox:message", args=[letters[2].pk]) not in page
    read = client.get(reverse("outbox:message_page", args=[letters[1].pk]))
    assert "script-src 'none'" in read["Content-Security-Policy"]
    assert "default-src 'none'" in read["Content-Security-Policy"]
    assert client.get(reverse("outbox:message", args=[letters[1].pk])).status_code == 200
    calendar = client.get(reverse("outbox:message_calendar", args=[letters[1].pk]))
    assert calendar.content.startswith(b"BEGIN:VCALENDAR")


def test_the_list_asks_as_much_for_three_mails_as_for_thirty(client, demo, db, django_assert_num_queries):
    write(3, prefix="few")
    with django_assert_num_queries(2):
        client.get(reverse("outbox:mailbox"))

    write(27, prefix="many", people=27)
    with django_assert_num_queries(2):
        client.get(reverse("outbox:mailbox"))
