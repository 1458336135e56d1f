"""Signing in by code: for those someone listed, without a step more; and nothing told to those who try addresses."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from outbox.domain import delivery
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit

LOGIN, CODE = "account_login", "account_confirm_login_code"


def ask(client, email):
    return submit(client, reverse(LOGIN), {"login": email})


def type_code(client, code):
    return submit(client, reverse(CODE), {"code": code})


def code_for(email) -> str:
    return re.search(r"\d{6}", Message.objects.filter(to=email).first().subject)[0]


def masked(response) -> bytes:
    page = re.sub(rb'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', rb"", response.content)
    return re.sub(rb"[\w.]+@exemple\.quebec", b"ADDRESS", page)


def test_a_listed_person_signs_in_with_the_code_alone(client, nadia):
    ask(client, "Nadia@exemple.quebec")

    response = type_code(client, code_for(nadia.email))

    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(nadia.pk)
    assert EmailAddress.objects.get(user=nadia).verified
    assert Message.objects.count() == 1, "no second mail asks to confirm the address"


def test_the_code_leaves_at_once_and_is_useless_after_ten_minutes(client, nadia):
    ask(client, nadia.email)

    code = Message.objects.get()
    assert code.priority == Message.Priority.CODE
    assert 590 < (code.not_after - code.queued_at).total_seconds() < 610
    assert delivery.deliver_due() == {"sent": 1}
    assert mail.outbox[0].to == [nadia.email]


def test_a_code_perhaps_sent_is_not_sent_again(client, nadia):
    ask(client, nadia.email)
    Message.objects.claim(1)  # a worker took it and died
    Message.objects.update(send_after=Message.objects.get().queued_at)

    assert delivery.deliver_due() == {"dropped": 1}
    assert "ask for a new code" in Message.objects.get().outcome


def test_an_unknown_address_gets_the_same_pages_and_a_mail_that_says_so(client, nadia):
    known, unknown = type(client)(), type(client)()

    pairs = []
    for step in (
        lambda c, e: c.get(reverse(LOGIN)),
        ask,
        lambda c, e: c.get(reverse(CODE)),
        lambda c, e: type_code(c, "000000"),
        lambda c, e: submit(c, reverse(CODE), button="Envoyer un autre code"),
    ):
        pairs.append((step(known, nadia.email), step(unknown, "personne@exemple.quebec")))

    for one, other in pairs:
        assert one.status_code == other.status_code
        assert masked(one) == masked(other)
        assert one.get("Location") == other.get("Location")
        assert set(one.cookies) == set(other.cookies)
    told = Message.objects.filter(to="personne@exemple.quebec")
    assert [m.kind for m in told] == ["unknown-address"]
    assert told[0].recipient is None


def test_three_wrong_codes_end_the_attempt(client, nadia):
    ask(client, nadia.email)

    typing = form_on(client.get(reverse(CODE)), ["code"]).fill({"code": "000000"})

    answers = [typing.press(client) for _ in range(3)]

    assert answers[-1].status_code == 302
    typing.fill({"code": code_for(nadia.email)}).press(client)
    assert "_auth_user_id" not in client.session


def test_an_address_corrected_by_a_facilitator_opens_the_account_and_the_old_one_does_not(client, nadia):
    ask(client, nadia.email)
    type_code(client, code_for(nadia.email))
    nadia = type(nadia).objects.get(pk=nadia.pk)
    nadia.email = "nadia.nouvelle@exemple.quebec"
    nadia.save()

    other = type(client)()
    ask(other, "nadia@exemple.quebec")
    assert Message.objects.filter(to="nadia@exemple.quebec").first().kind == "unknown-address"
    other = type(client)()
    ask(other, nadia.email)
    type_code(other, code_for(nadia.email))
    assert other.session["_auth_user_id"] == str(nadia.pk)


def test_changing_ones_address_asks_for_a_code_sent_to_the_new_one(client, nadia):
    ask(client, nadia.email)
    type_code(client, code_for(nadia.email))

    submit(client, reverse("account_email"), {"email": "n.amrani@exemple.quebec"}, button="action_add")
    nadia.refresh_from_db()
    assert nadia.email == "nadia@exemple.quebec"

    typed = {"code": code_for("n.amrani@exemple.quebec")}
    submit(client, reverse("account_email_verification_sent"), typed)
    nadia.refresh_from_db()
    assert nadia.email == "n.amrani@exemple.quebec"


def test_there_are_no_passwords_and_no_sign_up(client, nadia):
    for path in ("password/change/", "password/reset/", "password/set/", "signup/", "login/code/"):
        assert client.get("/compte/" + path)["Location"] == reverse(LOGIN)


def test_a_person_without_an_address_is_not_signed_in_by_an_empty_one(client, db):
    make.a_person("Sans", "Adresse", email=None)

    assert client.post(reverse(LOGIN), {"login": ""}).status_code == 200
    assert not Message.objects.exists()


def test_signing_out_everywhere_ends_every_session(nadia, client):
    elsewhere = type(client)()
    for one in (client, elsewhere):
        one.force_login(nadia)

    submit(client, reverse("accounts:settings"), action=reverse("accounts:sign_out_everywhere"))

    assert elsewhere.get(reverse("accounts:settings")).status_code == 302


@pytest.mark.parametrize("way_out", ["account_logout", "accounts:sign_out_everywhere"])
def test_who_signs_out_asks_the_browser_to_forget_its_pages(way_out, nadia, client):
    client.force_login(nadia)

    page = client.get(reverse("accounts:settings"))
    assert "Clear-Site-Data" not in page
    assert submit(client, page, action=reverse(way_out))["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get(reverse(LOGIN))


def test_a_wrong_address_is_corrected_without_waiting(client, nadia):
    ask(client, "nadai@exemple.quebec")
    submit(client, reverse(CODE), action=reverse("account_logout"))
    ask(client, nadia.email)

    type_code(client, code_for(nadia.email))

    assert client.session["_auth_user_id"] == str(nadia.pk)
