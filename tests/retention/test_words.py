"""What pages say of how long things are kept, of who sees an address and of photos is what the code does."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from cmtl import retention
from communities.domain.members import consents
from communities.models import Consent, Purpose
from meetings.domain.links import visitors
from meetings.domain.portal import my_data
from tests import factories as make
from tests.forms import form_on


def text_of(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


@pytest.fixture
def membership(nadia):
    return nadia.memberships.get()


@pytest.fixture
def choices(membership):
    return reverse("meetings:space_choices", args=[visitors.visitor_token(membership.user), membership.pk])


def test_the_privacy_page_says_every_period(client):
    page = text_of(client.get(reverse("privacy")))

    with translation.override("fr-ca"):
        for period in retention.PERIODS:
            assert str(period.what) in page
            assert period.said in page


def test_my_data_says_the_periods_of_the_table(nadia):
    with translation.override("fr-ca"):
        kept = {one.section.name: str(one.section.kept) for one in my_data.held_about(nadia)}
        for name, key in (("consents", "consents"), ("recordings", "consents"), ("mails", "mail_lines")):
            assert retention.period(key).said in kept[name]


def test_no_section_of_my_data_promises_what_the_table_does_not_say(nadia):
    for one in my_data.held_about(nadia):
        left = str(one.section.kept)
        for period in retention.PERIODS:
            left = left.replace(period.said, "")
        assert left.strip("; ") == "", one.section.name


def test_an_earlier_sentence_is_still_the_one_agreed_to(client, membership, choices, nadia):
    """Nadia agreed before the sentence was made exact; Julien agrees now."""
    consents.give(membership, Purpose.DIRECTORY_EMAIL)
    Consent.objects.update(wording=1)

    page = text_of(client.get(choices))

    assert consents.wording_of(Purpose.DIRECTORY_EMAIL, 1) in page
    assert "Vous avez accepté une phrase antérieure" in page
    [section] = [one for one in my_data.held_about(nadia) if one.section.name == "consents"]
    assert [row[2:4] for row in section.rows] == [[consents.wording_of(Purpose.DIRECTORY_EMAIL, 1), 1]]

    form_on(client.get(choices), ["title"]).fill({"title": "Directrice"}).press(client)
    assert Consent.objects.get().wording == 1, "saving other choices is no new consent"


def test_whoever_agrees_today_agrees_to_the_sentence_of_today(client, membership, choices):
    consents.give(membership, Purpose.DIRECTORY_EMAIL)

    assert Consent.objects.get().wording == 2
    assert "phrase antérieure" not in text_of(client.get(choices))


# ---------------------------------------------------------------- photos


@pytest.fixture
def prepare_page(community, meeting, nadia):
    julien = make.a_member(community, make.a_person("Julien", "Trudel"))
    make.a_member(community, make.a_person("Maude", "Côté"))
    make.a_member(community, make.a_person("Ancienne", "Partie"), status="alumni")
    make.a_member(make.a_community("Écoles vertes"), make.a_person("Ailleurs", "Lavoie"))
    consents.give(julien, Purpose.PHOTO)
    return reverse("meetings:prepare", args=[meeting.pk])


def names_on(answer):
    section = answer.content.decode().partition('id="photo-title"')[2].partition("</section>")[0]
    return {name for name in ("Julien", "Maude", "Nadia", "Ancienne", "Ailleurs") if name in section}


def test_those_who_facilitate_read_whom_not_to_photograph(client, prepare_page, sandrine, signed_in):
    shown = signed_in(sandrine).get(prepare_page)

    assert "Ne pas photographier" in shown.content.decode()
    assert names_on(shown) == {"Maude", "Nadia"}


def test_who_withdraws_is_on_the_list_at_once_and_who_agrees_leaves_it(
    client, prepare_page, sandrine, signed_in, membership
):
    julien = Consent.objects.get().membership
    consents.withdraw_consent(julien, Purpose.PHOTO)
    consents.give(membership, Purpose.PHOTO)

    assert names_on(signed_in(sandrine).get(prepare_page)) == {"Julien", "Maude"}


def test_members_do_not_read_the_list(client, prepare_page, nadia, sam, signed_in):
    assert signed_in(nadia).get(prepare_page).status_code == 403
    assert signed_in(sam).get(prepare_page).status_code == 404
