"""Nadia asks to be forgotten. Philippe coordinates her programme, Diane is the privacy officer, Ada administers."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.domain.privacy import destructions
from communities.models import DestructionRequest
from outbox import tasks
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def diane(db):
    return make.a_person("Diane", "Houle", is_privacy_officer=True)


@pytest.fixture
def asked(nadia, philippe, ada):
    return destructions.ask_destruction(nadia)


def page_of(asked) -> str:
    return reverse("communities:destruction", args=[asked.pk])


def answering(asked) -> str:
    return reverse("communities:handle_destruction", args=[asked.pk])


def words(response) -> str:
    return response.content.decode()


def press(client, asked, **typed):
    return submit(client, page_of(asked), typed, action=answering(asked), follow=True)


# ------------------------------------------------------------ who


def test_the_coordination_then_the_officer_and_she_is_erased(signed_in, asked, nadia, philippe, diane):
    press(signed_in(philippe), asked)
    nadia.refresh_from_db()
    assert nadia.erased_at is None

    assert "détruits" in words(press(signed_in(diane), asked))

    nadia.refresh_from_db()
    asked.refresh_from_db()
    assert (nadia.full_name, nadia.email, nadia.is_active) == ("Personne effacée", None, False)
    assert (asked.user, asked.handled_by, asked.confirmed_by, asked.words) == (None, philippe, diane, "")


def test_in_the_other_order_too(signed_in, asked, nadia, philippe, diane):
    press(signed_in(diane), asked)
    press(signed_in(philippe), asked)

    nadia.refresh_from_db()
    assert nadia.erased_at


def test_two_coordinators_are_not_enough(signed_in, asked, nadia, programme, philippe, diane):
    second = make.a_person("Odile", "Roux")
    make.a_role(second, "coordinator", programme=programme)
    left_open = form_on(signed_in(second).get(page_of(asked)), action=answering(asked))
    press(signed_in(philippe), asked)

    left_open.press(signed_in(second))

    nadia.refresh_from_db()
    assert nadia.erased_at is None
    assert "c’est à la personne responsable" in words(signed_in(second).get(page_of(asked), follow=True)).lower()


def test_pressing_twice_is_one_person(signed_in, asked, nadia, philippe, diane):
    done = form_on(signed_in(philippe).get(page_of(asked)), action=answering(asked))
    for _ in range(2):
        done.press(signed_in(philippe))

    asked.refresh_from_db()
    assert (asked.handled_by, asked.confirmed_by) == (philippe, None)


def test_administrators_stand_in_where_nobody_is_the_officer(signed_in, asked, nadia, philippe, ada):
    press(signed_in(philippe), asked)
    press(signed_in(ada), asked)

    nadia.refresh_from_db()
    assert nadia.erased_at


def test_an_administrator_only_looks_once_there_is_an_officer(signed_in, asked, ada, diane):
    assert "personne ne répond à la sienne" in words(signed_in(ada).get(page_of(asked)))


def test_nobody_answers_their_own_request(signed_in, philippe, diane, programme, community):
    make.a_member(community, philippe)
    asked = destructions.ask_destruction(philippe)

    assert "Tout est prêt" not in words(signed_in(philippe).get(page_of(asked)))
    assert signed_in(philippe).post(answering(asked)).status_code == 403


def test_one_coordinator_away_a_named_substitute_answers(signed_in, asked, nadia, sandrine, diane, sam):
    page = page_of(asked)
    assert signed_in(sandrine).get(page).status_code == 404
    named = form_on(signed_in(diane).get(page), ["substitute"])
    named.fill({"substitute": str(sandrine.pk)}).press(signed_in(diane))

    assert Message.objects.filter(to=sandrine.email, kind=destructions.SUBSTITUTE.slug).exists()
    press(signed_in(sandrine), asked)
    press(signed_in(diane), asked)

    nadia.refresh_from_db()
    assert nadia.erased_at
    assert signed_in(sandrine).get(reverse("communities:destructions")).status_code == 403


def test_a_stranger_is_no_substitute(signed_in, asked, sam, sandrine, diane):
    form = form_on(signed_in(diane).get(page_of(asked)), ["substitute"])
    field = next(c for c in form.controls if c.name == "substitute")
    assert str(sam.pk) not in field.options
    assert str(sandrine.pk) in field.options


def test_the_officer_alone_after_a_week_with_a_reason(signed_in, asked, nadia, diane):
    assert "Confirmer en solo" not in words(signed_in(diane).get(page_of(asked)))

    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        form = form_on(signed_in(diane).get(page_of(asked)), ["alone_because"])
        form.fill({"alone_because": "La coordination est en congé"}).press(signed_in(diane))

    asked.refresh_from_db()
    nadia.refresh_from_db()
    assert nadia.erased_at
    assert (asked.handled_by, asked.confirmed_by, asked.alone_because) == (diane, diane, "La coordination est en congé")


def test_never_alone_where_two_coordinate(signed_in, asked, programme, diane):
    make.a_role(make.a_person(), "coordinator", programme=programme)

    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        page = words(signed_in(diane).get(page_of(asked)))
    assert "alone_because" not in page


# ------------------------------------------------------------ told


def test_asked_in_a_community_without_a_programme_the_officer_is_told(diane, ada):
    lone = make.a_member(make.a_community("Sans programme")).user

    destructions.ask_destruction(lone)

    assert list(Message.objects.values_list("to", flat=True)) == [diane.email]


def test_without_an_officer_administrators_are_told(ada):
    destructions.ask_destruction(make.a_member(make.a_community("Sans programme")).user)

    assert list(Message.objects.values_list("to", flat=True)) == [ada.email]


def test_a_reminder_a_week_before_and_one_when_late(asked, philippe, diane):
    Message.objects.all().delete()
    told = {}
    for day in (20, 23, 24, 30, 31, 32):
        with time_machine.travel(timezone.now() + dt.timedelta(days=day)):
            destructions.remind_due()
        told[day] = Message.objects.filter(to=philippe.email).count()

    assert told == {20: 0, 23: 1, 24: 1, 30: 1, 31: 2, 32: 2}
    assert Message.objects.filter(to=diane.email).count() == 2


def test_today_says_it_until_one_has_answered(signed_in, asked, philippe, diane, sandrine):
    today = reverse("evaluations:today")
    for person in (philippe, diane):
        assert "Nadia Amrani" in words(signed_in(person).get(today))
    assert page_of(asked) not in words(signed_in(sandrine).get(today))

    press(signed_in(philippe), asked)

    assert page_of(asked) not in words(signed_in(philippe).get(today))
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        assert "en retard" in words(signed_in(diane).get(today))


def test_no_reminder_of_a_request_withdrawn(asked, nadia):
    destructions.withdraw_request(nadia)
    with time_machine.travel(timezone.now() + dt.timedelta(days=29)):
        assert destructions.remind_due() == 0


def test_she_is_told_in_her_language_and_the_mail_then_forgets_her(signed_in, nadia, philippe, diane):
    User.objects.filter(pk=nadia.pk).update(language="en")
    asked = destructions.ask_destruction(nadia)
    press(signed_in(philippe), asked)
    press(signed_in(diane), asked)
    waiting = Message.objects.get(kind=destructions.ERASED.slug)
    assert (waiting.to, waiting.recipient) == ("nadia@exemple.quebec", None)
    assert "Your personal information is destroyed" in waiting.subject

    tasks.finish_erasures()
    waiting.refresh_from_db()
    assert waiting.to  # it has not left
    tasks.deliver()
    tasks.finish_erasures()

    assert [m.to for m in mail.outbox if "destroyed" in m.subject] == [["nadia@exemple.quebec"]]
    waiting.refresh_from_db()
    assert (waiting.to, waiting.subject, waiting.text, waiting.html) == ("", "", "", "")
    assert waiting.sent_at


# ------------------------------------------------------------ the register


def test_the_register_says_when_and_who_confirmed_and_never_who(signed_in, asked, nadia, philippe, diane):
    register = reverse("communities:destruction_register")
    assert "Aucune destruction" in words(signed_in(diane).get(register))
    press(signed_in(philippe), asked)
    press(signed_in(diane), asked)

    page, table = words(signed_in(diane).get(register)), reverse("communities:download_destructions")
    rows = signed_in(diane).get(table).content.decode()
    for told in (page, rows):
        assert "Philippe Marchand" in told
        assert "Diane Houle" in told
        assert "P-39.1" in told
        assert "Nadia" not in told
    assert DestructionRequest.objects.get().touched["records"] >= 1


def test_the_register_is_for_the_officer(signed_in, philippe, sandrine):
    for person in (philippe, sandrine):
        assert signed_in(person).get(reverse("communities:destruction_register")).status_code == 403
