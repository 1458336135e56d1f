"""A type of mail is declared once, and whoever sends knows what cancels it."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template import loader

from outbox.domain import mail_types
from outbox.domain.mail_types import MailType
from outbox.models import Message
from tests import factories as make

TEMPLATES = settings.BASE_DIR / "templates"
ON_ITS_OWN = """
import json
import django
django.setup()
from cmtl.celery import app
app.loader.import_default_modules()
from outbox.domain import mail_types
print(json.dumps({slug: f"{check.__module__}.{check.__name__}" for slug, check in mail_types._checks.items()}))
"""


def checks():
    return {
        slug: f"{check.__module__}.{check.__name__}"
        for slug, check in mail_types._checks.items()
        if not slug.startswith("test-")
    }


def test_a_worker_that_only_started_knows_every_check(every_type):
    started = subprocess.run(
        [sys.executable, "-c", ON_ITS_OWN],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    known = json.loads(started.stdout.splitlines()[-1])

    assert known == checks()
    assert len(known) >= 17
    declared_late = {"invitation": known.pop("invitation")}
    assert checks() == known | declared_late != known, "a check that the worker lacked would be seen"


def test_every_mail_is_of_one_type_and_every_type_has_its_mail(every_type):
    of_types = {found.template for found in every_type.values()}

    assert of_types == {str(p.relative_to(TEMPLATES)) for p in TEMPLATES.glob("*/emails/[!_]*.html")}
    for template in of_types:
        loader.get_template(f"{template}#subject")


def test_two_types_of_one_name_are_refused(every_type):
    names = set(mail_types.registry)
    for slug in ("invitation", "reminder"):
        with pytest.raises(ImproperlyConfigured):
            MailType(slug, "meetings/emails/invitation.html")
    assert set(mail_types.registry) == names
    assert mail_types.registry["invitation"].category == "invitations"


@pytest.fixture
def greeting(every_type, monkeypatch):
    monkeypatch.setattr(mail_types, "registry", dict(mail_types.registry))
    monkeypatch.setattr(mail_types, "_checks", dict(mail_types._checks))
    return MailType("test-greeting", "accounts/emails/notice.html", priority=Message.Priority.REMINDER)


def test_a_mail_is_cancelled_by_the_check_of_its_own_type(greeting, nadia, karim, meeting):
    other = make.a_meeting(make.a_community("Écoles vertes"))
    neighbour = MailType("test-neighbour", greeting.template)
    words = {"notice": {"subject": "Bonjour", "text": "Bonjour"}}

    @greeting.cancelled_if
    def cancel_reason(message):
        found = message.row_in(type(meeting).objects.filter(cancelled_at=None))
        return None if found and message.facts == {"hour": 12} else "over"

    here = greeting.queue(nadia, words, key="one", about=meeting, facts={"hour": 12})
    elsewhere = greeting.queue(karim, words, key="one", about=other, facts={"hour": 12})
    changed = greeting.queue(nadia, words, key="two", about=meeting, facts={"hour": 13})
    of_another_type = neighbour.queue(nadia, words, key="three", about=meeting)
    of_another_model = greeting.queue(nadia, words, key="four", about=meeting.community, facts={"hour": 12})

    assert greeting.queue(nadia, words, key="one", about=other) is None, "it is the same mail"
    mails = [here, elsewhere, changed, of_another_type, of_another_model]
    assert [mail_types.cancel_reason(mail) for mail in mails] == [None, None, "over", None, "over"]
    assert (here.kind, here.priority, here.category) == ("test-greeting", Message.Priority.REMINDER, "service")
    assert set(Message.objects.about(meeting)) == {here, changed, of_another_type}
    assert set(Message.objects.about(meeting).of_type(greeting)) == {here, changed}
    assert set(Message.objects.about_any(type(meeting), [meeting.pk, other.pk]).of_type(greeting, neighbour)) == {
        *(here, elsewhere, changed, of_another_type)
    }
