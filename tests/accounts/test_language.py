"""Two letters in the top bar: the choice is kept on the person, or in a cookie while nobody is signed in."""

from django.urls import reverse

from tests.forms import submit


def test_a_person_reads_in_english_from_then_on_and_on_every_device(client, nadia):
    client.force_login(nadia)

    answer = submit(client, reverse("accounts:settings"), button="language=en")
    assert answer["Location"] == reverse("accounts:settings")
    client.cookies.pop("django_language", None)

    nadia.refresh_from_db()
    assert nadia.language == "en"
    assert '<html lang="en">' in client.get(reverse("accounts:settings")).text


def test_a_passer_by_reads_in_english_on_this_device(client, db):
    submit(client, reverse("account_login"), button="language=en")

    assert '<html lang="en">' in client.get(reverse("account_login")).text
