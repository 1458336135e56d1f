"""People who can read what others said add a second proof before anything else; the others are left alone."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from tests import factories as make
from tests.forms import form_on, submit

TODAY, PROOFS = "evaluations:today", "mfa_index"


@pytest.fixture(autouse=True)
def required(settings):
    settings.MFA_REQUIRED = True


def sent_to_proofs(response) -> bool:
    return response.status_code == 302 and response["Location"] == reverse(PROOFS)


@pytest.mark.parametrize("who", ["sandrine", "karim", "philippe", "ada"])
def test_those_who_lead_are_sent_to_add_a_second_proof(who, request, signed_in):
    client = signed_in(request.getfixturevalue(who))

    assert sent_to_proofs(client.get(reverse(TODAY)))
    assert sent_to_proofs(client.post(reverse("communities:create")))
    for name in (PROOFS, "accounts:settings", "mfa_activate_totp", "mfa_add_webauthn", "usersessions_list"):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("who", ["nadia", "sam"])
def test_the_others_are_left_alone(who, request, signed_in):
    assert signed_in(request.getfixturevalue(who)).get(reverse(TODAY)).status_code == 200


@pytest.mark.parametrize("role", [Role.EXTERNAL, Role.EVALUATOR])
def test_those_from_elsewhere_too_while_their_role_lasts(role, community, signed_in):
    """An evaluator reads results, an external facilitator what is said in the room."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    here, gone = make.a_person(), make.a_person()
    make.a_role(here, role, community=community, ends_on=yesterday + dt.timedelta(days=30))
    make.a_role(gone, role, community=community, starts_on=yesterday - dt.timedelta(days=30), ends_on=yesterday)

    assert sent_to_proofs(signed_in(here).get(reverse(TODAY)))
    assert not sent_to_proofs(signed_in(gone).get(reverse(TODAY)))


def test_phone_pages_stay_open_to_everyone(signed_in, sandrine):
    assert signed_in(sandrine).get(reverse("meetings:enter_code")).status_code == 200


def test_once_added_it_is_remembered_until_a_proof_may_be_removed(signed_in, sandrine, django_assert_max_num_queries):
    client = signed_in(sandrine)
    TOTP.activate(sandrine, "A" * 32)
    proving = client.get(reverse("mfa_deactivate_totp"), follow=True)
    code = format_hotp_value(hotp_value("A" * 32, next(yield_hotp_counters_from_time())))
    stopping = form_on(submit(client, proving, {"code": code}, follow=True))
    assert client.get(reverse(TODAY)).status_code == 200

    Authenticator.objects.filter(user=sandrine).delete()
    assert client.get(reverse(TODAY)).status_code == 200, "the session remembers: no question asked"
    stopping.press(client)
    assert sent_to_proofs(client.get(reverse(TODAY)))


def test_recovery_codes_alone_are_no_second_proof(signed_in, sandrine):
    Authenticator.objects.create(user=sandrine, type=Authenticator.Type.RECOVERY_CODES, data={})

    assert sent_to_proofs(signed_in(sandrine).get(reverse(TODAY)))


def test_the_demonstration_does_not_insist(settings, signed_in, sandrine):
    settings.MFA_REQUIRED = False

    assert signed_in(sandrine).get(reverse(TODAY)).status_code == 200
