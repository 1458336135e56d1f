"""A passkey and an authenticator application, in a real browser, under the strict content policy."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.urls import reverse

from outbox.models import Message

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def required(settings):
    settings.MFA_REQUIRED = True


def sign_in_by_code(page, user):
    page.goto(reverse("account_login"))
    page.fill("#id_login", user.email)
    page.click(".door .btn.btn-primary")
    page.fill("#id_code", re.search(r"\d{6}", Message.objects.filter(to=user.email).first().subject)[0])
    page.click(".door .btn.btn-primary")
    page.wait_for_url(lambda url: "/login/" not in url)


def give_a_reader(page):
    """The browser's own simulated fingerprint reader."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def totp(secret: str) -> str:
    """Of a half-minute that lasts long enough to type it."""
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_facilitator_adds_a_passkey_and_signs_in_with_it(open_as, sandrine):
    page = open_as(None)
    give_a_reader(page)
    sign_in_by_code(page, sandrine)
    assert page.url.endswith(reverse("mfa_index"))

    page.click(f"a[href='{reverse('mfa_add_webauthn')}']")
    page.fill("#id_name", "Ordinateur du bureau")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")
    page.goto("/")
    assert reverse("mfa_index") not in page.url

    page.goto(reverse("account_logout"))
    page.click(".door .btn.btn-primary")
    page.goto(reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/compte/" not in url)
    assert page.locator(".avatar").is_visible()


def test_after_the_code_the_passkey_is_asked_for(open_as, sandrine):
    page = open_as(None)
    give_a_reader(page)
    sign_in_by_code(page, sandrine)
    page.goto(reverse("mfa_add_webauthn"))
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")
    page.goto(reverse("account_logout"))
    page.click(".door .btn.btn-primary")

    sign_in_by_code(page, sandrine)
    assert page.url.endswith(reverse("mfa_authenticate"))
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(lambda url: "/compte/" not in url)


def test_without_a_reader_the_page_says_so_in_words(open_as, sandrine):
    page = open_as(sandrine)
    page.goto(reverse("mfa_add_webauthn"))
    refuse = "() => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.credentials.create = {refuse}; }}")
    page.click("#mfa_webauthn_add")

    page.locator("#passkey-trouble").wait_for(state="visible")


def test_an_application_that_gives_codes(open_as, sandrine):
    page = open_as(None, width=390, height=844)
    sign_in_by_code(page, sandrine)
    page.click(f"a[href='{reverse('mfa_activate_totp')}']")
    secret = page.locator("code.key").inner_text().strip()
    assert page.evaluate("document.querySelector('.scan img').naturalWidth") > 0

    page.fill("#id_code", "000000")
    page.click("form.card .btn.btn-primary")
    page.locator("#id_code_error").wait_for()
    page.fill("#id_code", totp(secret))
    page.click("form.card .btn.btn-primary")
    page.wait_for_url("**/recovery-codes/**")

    page.goto(reverse("account_logout"))
    page.click(".door .btn.btn-primary")
    sign_in_by_code(page, sandrine)
    assert page.url.endswith(reverse("mfa_authenticate"))
    cache.clear()  # a code serves once; the next one comes in thirty seconds, which the test does not wait for
    page.fill("#id_code", totp(secret))
    page.click(".door .btn.btn-primary")
    page.wait_for_url(lambda url: "/compte/" not in url)
