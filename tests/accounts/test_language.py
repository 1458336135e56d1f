"""Two letters in the top bar: the choice is kept on the person, or in a cookie while nobody is signed in."""

import re

from django.urls import reverse

from tests.forms import submit


def language_of(page) -> str:
    return re.search(r'<html\s+lang="([\w-]+)"', page.text)[1]


def test_a_person_reads_in_english_from_then_on_and_on_every_device(client, nadia):
    client.force_login(nadia)

    answer = submit(client, reverse("accounts:settings"), button="language=en")
    assert answer["Location"] == reverse("accounts:settings")
    client.cookies.pop("django_language", None)

    nadia.refresh_from_db()
    assert nadia.language == "en"
    assert language_of(client.get(reverse("accounts:settings"))) == "en"


def test_a_passer_by_reads_in_english_on_this_device(client, db):
    submit(client, reverse("account_login"), button="language=en")

    assert language_of(client.get(reverse("account_login"))) == "en"
