"""Values signed into links: what opens them, and what does not."""

import datetime as dt
import re

import pytest
import time_machine

from cmtl.signed_tokens import SignedJson, SignedToken
from communities.domain.charter import rules_links
from communities.domain.lifecycle import alumni_invitations
from communities.domain.members import introducing
from communities.domain.recruitment import recruiting, referring
from meetings.domain import polls
from meetings.domain.invitations import signing_up
from meetings.domain.links import links, phone, visitors
from meetings.domain.live import notes
from outbox.domain import post
from outbox.models import Category
from tests.test_conventions import CODE


def test_a_token_gives_back_the_values_it_was_made_of():
    assert SignedToken("letter").verify(SignedToken("letter").make(12, 7)) == (12, 7)
    words = SignedToken("letter", part=str)
    assert words.verify(words.make(12, "2026-03-01")) == ("12", "2026-03-01")
    assert SignedJson("letter").verify(SignedJson("letter").make({"à": [12]})) == {"à": [12]}


@pytest.mark.parametrize("made_by", [SignedToken("letter"), SignedJson("letter")])
def test_a_link_that_was_altered_opens_nothing(made_by):
    token = made_by.make(12)

    assert made_by.verify(token) is not None
    for altered in (token[:-1], token.replace(token[:2], "13", 1), f"x{token}", "", "12~nothing", "12:no:thing"):
        assert made_by.verify(altered) is None, altered


@pytest.mark.parametrize("kind", [SignedToken, SignedJson])
def test_a_link_of_one_use_opens_nothing_of_another(kind):
    assert kind("door").verify(kind("letter").make(12)) is None


@pytest.mark.parametrize("kind", [SignedToken, SignedJson])
def test_a_link_that_lasts_is_over_one_day(kind):
    letter = kind("letter", dt.timedelta(days=60))
    token = letter.make(12)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=59)):
        assert letter.verify(token)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=61)):
        assert letter.verify(token) is None


def test_one_that_is_over_is_still_known_as_ours():
    letter = SignedToken("letter", dt.timedelta(days=1))
    token = letter.make(12)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=2)):
        assert letter.is_ours(token)
        assert not letter.is_ours(f"1{token}")
        assert not SignedToken("door", dt.timedelta(days=1)).is_ours(token)


# ------------------------------------------------------------ links that lie in mailboxes

THAT_DAY = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
CLOSED_AT = 1764000000123456  # the stamp of someone who closed the links of before
# Made on that day, with this key, by the code of before one class signed them all.
KEY = "a-key-of-the-links-in-this-file-only-0123456789"
MAILED = [
    (rules_links._link, "12.7~1xVpBo~4EiQU5sv4lyyjYoyCyiXhPscCACoeM4gS2c0KOy8_w8", (12, 7)),
    (
        rules_links._link,
        "12.7.1764000000123456~1xVpBo~ONI3lcBnBDCW5ZiIFzWmdbGLkWwI66OQB2Zvgbnnrbc",
        (12, 7, CLOSED_AT),
    ),
    (introducing._link, "12.7~1xVpBo~PYzr-xNKPyUBWFS6wNY6-gb-WSEKv6tP8JEkiU_O7m0", (12, 7)),
    (recruiting._link, "12.7~H8C_-bfxZcYnHpQ9oIUROCgUv78Qp49NV4x98TbKCsk", (12, 7)),
    (referring._link, "12.7~KuNqYjen_sGOvRGok4tdpI9wTKOQYg6y0GHBZMLtEMw", (12, 7)),
    (signing_up._link, "12.7~Dd-qiGyUyq1c_3WIS-zQKwUsPPqI3qv9fjJq8v7MqxE", (12, 7)),
    (links._link, "12.7~xpr7nRVOG8GHTelbJmzLHKK0CTj2EuanNCq1djknlv0", (12, 7)),
    (links._link, "12.7.1764000000123456~In_Ph8M0XXmzrSUGqhyh4bBkEfrlV_tVvXwEp9yFI_I", (12, 7, CLOSED_AT)),
    (polls._link, "12.7~4jdMSUYILoP4tgHGnyRwTYd6U5IwGNtYqJCgc4G8rcA", (12, 7)),
    (phone._seat_token, "12.7~yoTWPw-5ryAkHgZMOrGwFKD9j_TI-iwljlgxpp9Tu-0", (12, 7)),
    (
        alumni_invitations._link,
        "12.2026-03-01~1xVpBo~RLthpxjJ0w66PBiY0g2tJaDNyxzIqn3VHiqK6W7SGyU",
        ("12", "2026-03-01"),
    ),
    (
        alumni_invitations._link,
        "12.2026-03-01.1764000000123456~1xVpBo~6HqiPOK0V_nYAb8YeX0HtsfNgOnlQUnxdr1YacZAtgs",
        ("12", "2026-03-01", str(CLOSED_AT)),
    ),
    (
        visitors.space_link,
        "12.0123456789abcdef01234567~1xVpBo~DUexkzXVLFWzp9nKOXUO2VGMgoNexbS8yRLFQrSggBE",
        ("12", "0123456789abcdef01234567"),
    ),
]
UNSUBSCRIBE = (
    "WzEyLCJjb21tdW5pdHk6NyIsImludml0YXRpb25zIl0:1xVpBo:IoYCOvJbgV9A15cynISabAmaLMmG_nv8q5dLLTQ8hCo",
    [12, "community:7", "invitations"],
)
REMOVED_NOTE = (
    "eyJtZWV0aW5nIjoxMiwia2luZCI6ImlkZWEiLCJ0ZXh0IjoiVW5lIGlkXHUwMGU5ZSJ9:1xVpBo:"
    "L1MsNv-22yUhx6nNRyjpuD6t1_TmpnLMMSel4xp03XU",
    {"meeting": 12, "kind": "idea", "text": "Une idée"},
)


@pytest.fixture
def that_day(settings):
    settings.SECRET_KEY = KEY
    with time_machine.travel(THAT_DAY, tick=False):
        yield


@pytest.mark.parametrize(("link", "token", "values"), MAILED)
def test_links_mailed_before_still_open_and_are_made_the_same(link, token, values, that_day):
    assert link.verify(token) == values
    assert link.make(*values) == token


def test_so_do_those_that_unsubscribe_and_a_removal_that_may_be_undone(that_day):
    token, values = UNSUBSCRIBE
    assert post._unsubscribe.verify(token) == values
    assert post._unsubscribe.make(values) == token
    token, value = REMOVED_NOTE
    assert notes._removed.verify(token) == value


def test_another_key_opens_none_of_them(that_day, settings):
    settings.SECRET_KEY = "another key"

    assert not any(link.verify(token) for link, token, _values in MAILED)
    assert post.read_unsubscribe_token(UNSUBSCRIBE[0]) is None


@pytest.mark.parametrize("days", [60, 3650])
def test_a_link_to_unsubscribe_never_ends(that_day, days):
    token = post._unsubscribe.make([12, "community:7", Category.values[0]])

    with time_machine.travel(THAT_DAY + dt.timedelta(days=days)):
        assert post.read_unsubscribe_token(token) == post.Claim(12, "community:7", Category.values[0])


def test_links_are_signed_in_one_place():
    assert not [path for path in CODE if re.search(r"\bdjango\.core(\.| import )signing\b", path.read_text())]
