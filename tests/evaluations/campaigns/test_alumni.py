"""What is asked of those who left, one year and three years after: who agreed, when it is due, the three questions
without a name, news by name, and what is kept of whom until when."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from cmtl import retention
from communities.domain.lifecycle import alumni_invitations, life
from communities.domain.members import asked_later, consents
from communities.models import Community, Consent, Membership, Purpose
from evaluations.domain.campaigns import alumni, campaigns, links
from evaluations.domain.campaigns.results import CampaignResults
from evaluations.domain.surveys import collection, eligible
from evaluations.models import Campaign, Receipt, Response, SealedBallot
from evaluations.tasks import tend_surveys
from evaluations.web.today.page import Today
from meetings.domain.links.visitors import visitor_token
from meetings.domain.retention import anonymising, inactive
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import said_in
from tests.forms import on_one_line, submit

SAID = {"N1": "3", "N2": "4", "N3": "1"}
NOW = dt.datetime(2026, 10, 5, 15, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(NOW, tick=True):
        yield


def who_left(community, days: int, *, agrees: bool = True, **fields) -> Membership:
    left_on = timezone.localdate() - dt.timedelta(days=days)
    membership = make.a_member(community, status="alumni", left_on=left_on, **fields)
    if agrees:
        asked_later.agree(membership)
    return membership


@pytest.fixture
def gone(community):
    """Four who left a year and some months ago, two three years and some months ago."""
    return [who_left(community, 400 + n) for n in range(4)] + [who_left(community, 1200 + n) for n in range(2)]


@pytest.fixture
def wave(community, gone, sandrine):
    fresh = alumni.fresh(community)
    typed = {name: getattr(fresh, name) for name in ("opens_on", "closes_on", "reminders")}
    return campaigns.prepare(community, fresh.year, typed, sandrine, fresh.kind)


@pytest.fixture
def open_wave(wave, sandrine):
    campaigns.open_to_all(wave, sandrine)
    return Campaign.objects.select_related("survey", "community").get(pk=wave.pk)


def answered(campaign, people, **said) -> None:
    for one in people:
        assert submit(Client(), links.ballot_path(campaign, one), {**SAID, **said}).status_code == 302


# ---------------------------------------------------------------- who, and when


@pytest.mark.parametrize(
    ("days", "is_asked"),
    [(300, False), (366, True), (725, True), (800, False), (1097, True), (1440, True), (1600, False)],
)
def test_one_year_and_three_years_after_leaving(community, days, is_asked):
    one = who_left(community, days)

    assert list(eligible.asked_in(alumni.fresh(community))) == ([one] if is_asked else [])


def test_only_those_who_agreed_and_not_their_neighbours(community):
    yes, no = who_left(community, 400), who_left(community, 400, agrees=False)
    elsewhere = who_left(make.a_community("Ailleurs"), 400)
    back = who_left(community, 401)
    asked_later.stop(back)
    asked = set(eligible.asked_in(alumni.fresh(community)))

    assert asked == {yes}
    assert not asked & {no, elsewhere, back}


def test_of_a_community_that_closed_its_last_members_are_asked(community, nadia, philippe):
    membership = nadia.memberships.get()
    asked_later.agree(membership)
    life.move(community, Community.Status.ARCHIVED, by=philippe)
    with time_machine.travel(NOW + dt.timedelta(days=380)):
        kept = Community.objects.get(pk=community.pk)
        assert list(eligible.asked_in(alumni.fresh(kept))) == [membership]
        assert philippe.has_perm("evaluations.ask_alumni", kept)
        assert not philippe.has_perm("evaluations.run_campaign", kept)


def test_whoever_was_asked_once_is_not_asked_again_the_next_year(community, gone, open_wave):
    collection.close(open_wave.survey)
    with time_machine.travel(NOW + dt.timedelta(days=364)):
        new = who_left(community, 500)
        following = alumni.fresh(community)

        assert following.year == open_wave.year + 1
        assert list(eligible.asked_in(following)) == [new]


def test_today_says_when_enough_can_be_asked_and_not_before(community, gone, sandrine, philippe, nadia):
    def titles(person) -> list[str]:
        return [one.title for one in Today(person).to_do]

    told = f"Demander des nouvelles aux anciens membres de la communauté «\u00a0{community}\u00a0»"
    assert told in titles(sandrine)
    assert told in titles(philippe)
    assert told not in titles(nadia)
    asked_later.stop(gone[0])
    asked_later.stop(gone[1])
    assert told not in titles(sandrine)


def test_today_asks_as_much_of_the_database_for_thirty_who_left(community, gone, sandrine):
    counts = []
    assert Today(sandrine).to_do  # her roles are remembered
    for size in (0, 24):
        for n in range(size):
            who_left(community, 400 + n)
        with CaptureQueriesContext(connection) as queries:
            list(Today(sandrine).to_do)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# ---------------------------------------------------------------- prepared and opened


def test_sandrine_prepares_and_opens_it_by_number_only(community, gone, sandrine, signed_in):
    client = signed_in(sandrine)
    page = on_one_line(client.get(reverse("evaluations:campaigns", args=[community.pk])))
    assert "6 personnes seraient sollicitées aujourd’hui." in page

    submit(client, reverse("evaluations:prepare_alumni", args=[community.pk]))
    campaign = Campaign.objects.get()
    page = on_one_line(client.get(campaign.get_absolute_url()))
    submit(client, campaign.get_absolute_url(), action=reverse("evaluations:open_campaign", args=[campaign.pk]))

    assert (campaign.kind, campaign.reminders) == ("alumni", 1)
    assert "6 personnes sont sollicitées par courriel" in page
    assert not [one for one in gone if one.user.last_name in page]
    assert Message.objects.filter(kind="alumni-survey").count() == 6
    assert not Campaign.objects.annual().exists()


@pytest.mark.parametrize("size", [0, 1, 4])
def test_too_few_are_not_asked_and_not_counted(community, sandrine, signed_in, size):
    client = signed_in(sandrine)
    for n in range(size):
        who_left(community, 400 + n)
    listed = on_one_line(client.get(reverse("evaluations:campaigns", args=[community.pk])))
    submit(client, reverse("evaluations:prepare_alumni", args=[community.pk]))
    campaign = Campaign.objects.get()
    page = on_one_line(client.get(campaign.get_absolute_url()))

    client.post(reverse("evaluations:open_campaign", args=[campaign.pk]))

    told = on_one_line(client.get(campaign.get_absolute_url()))
    assert "Moins de 5 personnes seraient sollicitées aujourd’hui" in told
    assert "Moins de 5 personnes seraient sollicitées aujourd’hui" in listed
    assert "Ouvrir et écrire" not in page
    assert "En tout" not in listed
    assert Campaign.objects.get().is_prepared
    assert not Message.objects.filter(kind="alumni-survey").exists()


def test_nobody_is_asked_twice_the_same_day(community, gone, open_wave, sandrine, signed_in):
    """Asked of five with a day gone by, then of the sixth alone, they would tell what each said."""
    client = signed_in(sandrine)
    address = reverse("evaluations:prepare_alumni", args=[community.pk])
    today = timezone.localdate()
    for days in (-5, 0, 330):
        day = today + dt.timedelta(days=days)
        refused = submit(client, address, {"opens_on": day, "closes_on": day + dt.timedelta(days=21)})
        assert refused.status_code == 422
        said = "Choisissez aujourd’hui ou un jour à venir." if days < 0 else "sollicitées une fois par année"
        assert said in on_one_line(refused)
    assert submit(client, address).status_code == 302, "the next year may be prepared"
    listed = on_one_line(client.get(reverse("evaluations:campaigns", args=[community.pk])))
    assert "sollicitées une fois par année" not in listed, "one is under way"

    for back in (5, 0):
        forged = make.a_campaign(
            community,
            kind="alumni",
            year=today.year + 2 + back,
            opens_on=today - dt.timedelta(days=back),
            closes_on=today + dt.timedelta(days=21),
        )
        client.post(reverse("evaluations:open_campaign", args=[forged.pk]))
        forged = Campaign.objects.select_related("community").get(pk=forged.pk)
        assert not eligible.asked_in(forged).exists()
        assert forged.is_prepared
    assert Message.objects.filter(kind="alumni-survey").count() == 6


def test_the_day_written_on_a_preparation_moves_no_count(community, gone, wave, sandrine, signed_in):
    """Five, or six from tomorrow on: who agreed could be read in the day when the count changes."""
    client = signed_in(sandrine)
    who_left(community, 364)
    address = reverse("evaluations:edit_campaign", args=[wave.pk])
    for days in (1, 30):
        day = timezone.localdate() + dt.timedelta(days=days)
        assert submit(client, address, {"opens_on": day, "closes_on": day + dt.timedelta(days=21)}).status_code == 302
        assert "6 personnes sont sollicitées par courriel" in on_one_line(client.get(wave.get_absolute_url()))


def test_opened_late_it_counts_from_the_day_it_opened(community, gone, wave, sandrine):
    with time_machine.travel(NOW + dt.timedelta(days=6)):
        who_left(community, 366)
        campaigns.open_to_all(wave, sandrine)
        opened = Campaign.objects.select_related("survey", "community").get(pk=wave.pk)

        assert opened.opens_on == timezone.localdate()
        assert eligible.asked_in(opened).count() == 7


def test_the_annual_evaluation_of_the_same_year_stands_beside_it(community, wave, sandrine, signed_in):
    annual = make.a_campaign(community, year=wave.year)
    collection_page = signed_in(sandrine).get(reverse("evaluations:campaigns", args=[community.pk]))

    assert annual.year == wave.year
    assert annual.title in on_one_line(collection_page)
    assert wave.title in on_one_line(collection_page)


# ---------------------------------------------------------------- answered


def test_they_answer_without_a_name_and_one_reminder_reaches_the_silent(open_wave, gone):
    answered(open_wave, gone[:3])
    assert [said["N1"] for said in said_in(open_wave.survey)] == ["3"] * 3

    with time_machine.travel(NOW + dt.timedelta(days=9)):
        tend_surveys()
        tend_surveys()
    with time_machine.travel(NOW + dt.timedelta(days=17)):
        tend_surveys()

    reminded = Message.objects.filter(kind="alumni-reminder")
    assert {m.recipient_id for m in reminded} == {one.user_id for one in gone[3:]}
    assert reminded.count() == 3
    assert not Receipt.objects.filter(digest__contains=str(gone[0].pk)).exists() or SealedBallot.objects.count() == 3


def test_results_are_a_release_and_nothing_is_told_under_five(open_wave, gone, sandrine, signed_in):
    answered(open_wave, gone, N3T="Un jardin partagé.")
    collection.close(open_wave.survey)
    told = CampaignResults(Campaign.objects.select_related("survey__release").get())
    page = on_one_line(signed_in(sandrine).get(open_wave.get_absolute_url()))

    assert told.is_released
    assert "6 sur 6" in page
    assert "Un jardin partagé." in page
    assert "Ce qu’il en reste" in page
    assert not SealedBallot.objects.exists()
    assert {row.code for row in Response.objects.all()} == {"N1", "N2", "N3", "N3T"}


def test_four_answers_are_shown_to_nobody(open_wave, gone, sandrine, signed_in):
    answered(open_wave, gone[:4], N3T="Un jardin partagé.")
    collection.close(open_wave.survey)
    page = on_one_line(signed_in(sandrine).get(open_wave.get_absolute_url()))

    assert "Trop peu de réponses" in page
    assert "jardin" not in page
    assert not Response.objects.exists()


def test_it_runs_to_its_end_in_an_archived_community(community, gone, sandrine, philippe, signed_in):
    life.move(community, Community.Status.ARCHIVED, by=philippe)
    client = signed_in(sandrine)
    submit(client, reverse("evaluations:prepare_alumni", args=[community.pk]))
    campaign = Campaign.objects.select_related("community").get()
    submit(client, campaign.get_absolute_url(), action=reverse("evaluations:open_campaign", args=[campaign.pk]))
    campaign = Campaign.objects.select_related("community", "survey").get()

    assert all(mail_types.cancel_reason(mail) is None for mail in Message.objects.filter(kind="alumni-survey"))
    answered(campaign, gone)
    with time_machine.travel(campaign.closes_at + dt.timedelta(minutes=2)):
        tend_surveys()
    assert Campaign.objects.told().count() == 1


# ---------------------------------------------------------------- by name, apart (N4)


def test_news_are_wished_for_by_name_and_never_with_the_ballot(open_wave, gone):
    one = gone[0]
    answered(open_wave, [one])
    sealed = bytes(SealedBallot.objects.get().sealed)
    thanks = Client().get(reverse("evaluations:annual_thanks", args=[links.token_of(open_wave, one)]))
    assert "Souhaitez-vous des nouvelles?" in on_one_line(thanks)

    address = reverse("evaluations:alumni_news", args=[links.token_of(open_wave, one)])
    submit(Client(), address, button="Oui, j’aimerais des nouvelles")

    assert consents.granted(one, Purpose.ALUMNI_CONTACT)
    assert alumni_invitations.reachable([Membership.objects.select_related("user", "community").get(pk=one.pk)])
    assert bytes(SealedBallot.objects.get().sealed) == sealed
    assert not AuditLine.objects.filter(details__icontains="N1").exists()


def test_whoever_agreed_again_can_be_written_to_for_two_more_years(community):
    one = who_left(community, 1200)
    consents.give(one, Purpose.ALUMNI_CONTACT)
    Consent.objects.filter(purpose=Purpose.ALUMNI_CONTACT).update(
        wording=1, given_at=timezone.now() - dt.timedelta(days=1300)
    )
    one = Membership.objects.select_related("user", "community").get(pk=one.pk)
    assert not alumni_invitations.reachable([one])

    alumni.wish_for_news(one)
    assert alumni_invitations.reachable([one]) == {one.pk}
    with time_machine.travel(NOW + dt.timedelta(days=740)):
        assert not alumni_invitations.reachable([one])


def test_one_link_stops_it_at_any_time(open_wave, gone):
    one, other = gone[:2]
    address = reverse("evaluations:alumni_news", args=[links.token_of(open_wave, one)])
    with time_machine.travel(NOW + dt.timedelta(days=200)):
        submit(Client(), address, button="Ne plus me solliciter")

    assert not consents.granted(one, Purpose.ALUMNI_SURVEY)
    assert consents.granted(other, Purpose.ALUMNI_SURVEY)
    page = Client().get(links.ballot_path(open_wave, one))
    assert "On ne vous sollicite plus" in on_one_line(page)
    mails = {m.recipient_id: mail_types.cancel_reason(m) for m in Message.objects.filter(kind="alumni-survey")}
    assert mails[one.user_id]
    assert mails[other.user_id] is None


def test_an_annual_link_opens_no_page_of_news(community, nadia, sandrine):
    annual = make.a_campaign(community)
    token = links.token_of(annual, nadia.memberships.get())

    assert Client().get(reverse("evaluations:alumni_news", args=[token])).status_code == 404


def test_leaving_asks_and_one_press_agrees(community, nadia):
    membership = nadia.memberships.get()
    membership.become("alumni")
    address = reverse("meetings:space_choices", args=[visitor_token(nadia), membership.pk])
    assert "Dans un an, puis dans trois ans" in on_one_line(Client().get(address))

    submit(Client(), address, button="J’accepte")
    assert consents.granted(membership, Purpose.ALUMNI_SURVEY)
    submit(Client(), address, button="Ne plus me solliciter")
    assert not consents.granted(membership, Purpose.ALUMNI_SURVEY)


@pytest.mark.parametrize(
    ("days", "heading", "thanks"),
    [
        (200, "Dans un an, puis dans trois ans", "un an après votre départ, puis trois ans après"),
        (800, "Trois ans après le départ", "interroger trois ans après votre départ"),
        (1120, None, "ce jour est passé"),
    ],
)
def test_only_the_questions_that_are_still_to_come_are_announced(community, nadia, days, heading, thanks):
    mine = nadia.memberships.get()
    mine.become("alumni")
    Membership.objects.filter(pk=mine.pk).update(left_on=timezone.localdate() - dt.timedelta(days=days))
    address = reverse("meetings:space_choices", args=[visitor_token(nadia), mine.pk])
    page = Client().get(address)
    assert ("J’accepte" in page.text) is bool(heading)
    assert not heading or heading in on_one_line(page)

    client = Client()
    client.post(reverse("meetings:space_away", args=[visitor_token(nadia), mine.pk]), {"what": "later"})

    assert thanks in on_one_line(client.get(address))
    assert consents.granted(mine, Purpose.ALUMNI_SURVEY) is bool(heading)


def test_what_was_agreed_to_is_stopped_even_once_the_last_day_has_passed(community, nadia):
    mine = nadia.memberships.get()
    mine.become("alumni")
    Membership.objects.filter(pk=mine.pk).update(left_on=timezone.localdate() - dt.timedelta(days=1120))
    asked_later.agree(mine)

    submit(
        Client(),
        reverse("meetings:space_choices", args=[visitor_token(nadia), mine.pk]),
        button="Ne plus me solliciter",
    )

    assert not consents.granted(mine, Purpose.ALUMNI_SURVEY)


# ---------------------------------------------------------------- kept until when


def test_a_name_is_kept_for_it_and_let_go_of_as_soon_as_it_ends(community, nadia, philippe):
    kept, other = nadia.memberships.get(), make.a_member(community)
    asked_later.agree(kept)
    life.move(community, Community.Status.ARCHIVED, by=philippe)
    with time_machine.travel(NOW + dt.timedelta(days=800)):
        anonymising.anonymise_due()
        anonymising.unname_the_last()
        kept.refresh_from_db()
        other.refresh_from_db()
        assert kept.user == nadia
        assert other.user.is_nameless
        asked_later.stop(kept)
        anonymising.unname_the_last()
        kept.refresh_from_db()
        assert kept.user.is_nameless


def test_it_ends_by_itself_once_nothing_more_can_be_asked(community):
    old, recent = who_left(community, 1500), who_left(community, 1400)

    assert asked_later.end_agreements() == 1
    assert not consents.granted(old, Purpose.ALUMNI_SURVEY)
    assert consents.granted(recent, Purpose.ALUMNI_SURVEY)
    assert retention.period("alumni_agreements").in_words == "48 mois"


def test_whoever_agreed_is_not_inactive_until_they_stop(community):
    one = who_left(community, 1000)
    type(one.user).objects.update(joined_at=NOW - dt.timedelta(days=2000))
    Consent.objects.update(given_at=NOW - dt.timedelta(days=1000))

    assert not inactive.to_tell(timezone.now()).filter(pk=one.user_id).exists()
    asked_later.stop(one)
    assert inactive.to_tell(timezone.now()).filter(pk=one.user_id).exists()


def test_the_agreement_outlives_the_proofs_of_three_years(community):
    one = who_left(community, 1200)
    consents.give(one, Purpose.PHOTO)
    consents.forget_old_consents()

    assert consents.granted(one, Purpose.ALUMNI_SURVEY)
    assert not Consent.objects.filter(purpose=Purpose.PHOTO).exists()
