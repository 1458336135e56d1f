"""Numbers sealed into links: what opens them, and what does not."""

import datetime as dt

import time_machine

from cmtl.seals import Seal


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
