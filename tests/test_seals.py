"""Numbers sealed into links: what opens them, and what does not."""

import datetime as dt

import pytest
import time_machine
from django.core import signing

from cmtl.seals import Seal
from communities.domain.charter import rules_links
from communities.domain.members import introducing
from communities.domain.recruitment import recruiting, referring
from meetings.domain import polls
from meetings.domain.invitations import signing_up
from meetings.domain.links import links


def test_a_seal_gives_back_the_numbers_it_was_put_on():
    assert Seal("letter").read(Seal("letter").put_on(12, 7)) == (12, 7)


def test_a_link_that_was_altered_opens_nothing():
    token = Seal("letter").put_on(12)

    assert Seal("letter").read(token.replace("12", "13")) is None
    assert Seal("letter").read("") is None
    assert Seal("letter").read("12~nothing") is None


def test_a_link_of_one_use_opens_nothing_of_another():
    assert Seal("door").read(Seal("letter").put_on(12)) is None


def test_a_link_that_lasts_is_over_one_day():
    seal = Seal("letter", dt.timedelta(days=60))
    token = seal.put_on(12)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=59)):
        assert seal.read(token) == (12,)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=61)):
        assert seal.read(token) is None


@pytest.mark.parametrize(
    ("use", "module"),
    [
        ("meeting-link", links),
        ("date-poll", polls),
        ("open-training", signing_up),
        ("join-community", recruiting),
        ("referral", referring),
        ("introduction", introducing),
        ("rules-link", rules_links),
    ],
)
def test_links_that_lie_in_mailboxes_still_open(use, module):
    """What each use is called is in every link ever sent: another name would close them all."""
    ends = module in (introducing, rules_links)
    signer = signing.TimestampSigner(salt=use, sep="~") if ends else signing.Signer(salt=use, sep="~")

    assert module._seal.read(signer.sign("12.7")) == (12, 7)
