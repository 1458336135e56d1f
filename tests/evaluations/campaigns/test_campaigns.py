"""Once a year: prepared, opened and written to all, answered without an account, reminded of, closed, told."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.models import Expectation, Membership
from communities.models.profiles import Representation
from evaluations.domain import vitality
from evaluations.domain.campaigns import answering, campaigns, links
from evaluations.domain.campaigns.results import CampaignResults
from evaluations.domain.surveys import collection, purge
from evaluations.domain.surveys.annual_questions import ANNUAL_V1
from evaluations.models import Campaign, Pool, Receipt, Response, Survey
from evaluations.tasks import tend_surveys
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import said_in
from tests.forms import submit

# What a browser must send of each question that has to be answered; an objective is asked of twice here.
CHOSEN = {
    "M1": "1", "M2A": "3", "M2B": "4", "M3.1": "3", "M3.2": "2", "M5": "4", "M6": "4", "M7": "3", "M8": "4", "M10": "3",
    "M11": "4", "M12": "3", "M13": "4", "M15": "3", "M18": ["1"], "M20": "4", "M21": "4",
}  # fmt: skip


@pytest.fixture
def objectives(community):
    return [make.an_objective(community, wording) for wording in ("Rejoindre les pères isolés", "Partager nos outils")]


@pytest.fixture
def members(community):
    return [make.a_member(community) for _ in range(8)]


@pytest.fixture
def prepared(community):
    return make.a_campaign(community)


@pytest.fixture
def open_one(prepared, objectives, members, sandrine):
    campaigns.open_to_all(prepared, sandrine)
    return Campaign.objects.select_related("survey").get(pk=prepared.pk)


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def pressed(client: Client, campaign: Campaign, name: str):
    """A button of its page."""
    return submit(client, campaign.get_absolute_url(), action=reverse(f"evaluations:{name}", args=[campaign.pk]))


def ballot_of(campaign: Campaign, member: Membership) -> str:
    return links.ballot_path(campaign, member)


def answered(campaign: Campaign, members: list[Membership], **said) -> None:
    for member in members:
        assert submit(Client(), ballot_of(campaign, member), {**CHOSEN, **said}).status_code == 302


# ---------------------------------------------------------------- prepared


def test_sandrine_prepares_it_in_the_browser_and_nothing_leaves(community, members, objectives, sandrine, signed_in):
    client = signed_in(sandrine)
    first = timezone.localdate() + dt.timedelta(days=30)

    answer = submit(
        client,
        reverse("evaluations:prepare_campaign", args=[community.pk]),
        {"opens_on": first.isoformat(), "closes_on": (first + dt.timedelta(days=21)).isoformat(), "reminders": "1"},
    )

    campaign = Campaign.objects.get()
    assert answer.status_code == 302
    assert (campaign.community, campaign.opens_on, campaign.reminders) == (community, first, 1)
    assert campaign.prepared_by == sandrine
    page = words(client.get(campaign.get_absolute_url()))
    assert "Ouvrir et écrire à 8 personnes" in page
    assert not Message.objects.exists()
    assert not Survey.objects.exists()


def test_its_days_are_checked_at_their_field(community, sandrine, signed_in):
    day = timezone.localdate().isoformat()
    address = reverse("evaluations:prepare_campaign", args=[community.pk])

    answer = submit(signed_in(sandrine), address, {"opens_on": day, "closes_on": day})

    assert answer.status_code == 422
    assert "Choisissez un jour après celui de l’ouverture" in words(answer)
    assert not Campaign.objects.exists()


def test_a_first_day_that_is_too_far_is_refused_at_its_field(community, sandrine, signed_in):
    address = reverse("evaluations:prepare_campaign", args=[community.pk])

    answer = submit(signed_in(sandrine), address, {"opens_on": "9999-10-01", "closes_on": "9999-12-01"})

    assert answer.status_code == 422
    assert "Choisissez un jour d’ici un an" in words(answer)
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "is_warned"),
    [
        (dt.date(2026, 11, 2), dt.date(2026, 11, 23), False),
        (dt.date(2026, 6, 1), dt.date(2026, 6, 22), True),
        (dt.date(2026, 11, 30), dt.date(2026, 12, 18), True),
        (dt.date(2027, 1, 8), dt.date(2027, 1, 29), False),
    ],
)
def test_it_warns_of_the_summer_and_of_the_holidays_and_blocks_nothing(community, members, first, last, is_warned):
    campaign = Campaign(community=community, year=first.year, opens_on=first, closes_on=last)

    warned = any("autour des fêtes" in sentence for sentence in campaigns.warnings_of(campaign))

    assert warned == is_warned


def test_next_year_begins_from_this_one(community, prepared):
    Campaign.objects.filter(pk=prepared.pk).update(words="Merci.", reminders=1, days_between=5)

    following = campaigns.fresh(community)

    assert following.year == prepared.year + 1
    assert (following.words, following.reminders, following.days_between) == ("Merci.", 1, 5)
    assert following.closes_on - following.opens_on == dt.timedelta(days=21)
    assert following.opens_on.weekday() == prepared.opens_on.weekday()


def test_two_people_who_change_it_at_once_see_both_texts(prepared, sandrine, signed_in):
    address = reverse("evaluations:edit_campaign", args=[prepared.pk])
    shown = signed_in(sandrine).get(address)
    Campaign.objects.filter(pk=prepared.pk).update(words="Les mots de Philippe")

    answer = submit(signed_in(sandrine), shown, {"words": "Les mots de Sandrine"})

    assert answer.status_code == 409
    assert "Les mots de Philippe" in words(answer)
    assert "Les mots de Sandrine" in words(answer)


# ---------------------------------------------------------------- opened


def test_opening_writes_once_to_each_member_but_those_who_facilitate(
    prepared, objectives, members, community, sandrine, signed_in
):
    make.a_member(community, sandrine)
    make.a_member(community, status="paused")
    neighbour = make.a_member(make.a_community("Voisine"))

    pressed(signed_in(sandrine), prepared, "open_campaign")
    signed_in(sandrine).post(reverse("evaluations:open_campaign", args=[prepared.pk]))

    mails = Message.objects.filter(kind="annual-evaluation")
    assert sorted(mails.values_list("recipient", flat=True)) == sorted(member.user_id for member in members)
    assert not mails.filter(recipient=neighbour.user).exists()
    prepared.refresh_from_db()
    assert prepared.objectives == ["Rejoindre les pères isolés", "Partager nos outils"]
    assert Survey.objects.get().campaign == prepared


def test_it_does_not_open_past_its_closing_day(prepared, members, sandrine):
    Campaign.objects.filter(pk=prepared.pk).update(
        opens_on=timezone.localdate() - dt.timedelta(days=9), closes_on=timezone.localdate() - dt.timedelta(days=1)
    )

    with pytest.raises(ValidationError, match="fermeture"):
        campaigns.open_to_all(Campaign.objects.get(), sandrine)

    assert not Survey.objects.exists()
    assert not Message.objects.exists()


def test_today_says_what_is_due_to_who_leads_and_to_who_is_asked(prepared, members, sandrine, signed_in):
    nadia = members[0].user
    neighbour = make.a_member(make.a_community("Voisine")).user
    today = reverse("evaluations:today")
    assert "Ouvrir l’évaluation annuelle" in words(signed_in(sandrine).get(today))
    assert "Donner votre avis" not in words(signed_in(nadia).get(today))

    campaigns.open_to_all(prepared, sandrine)

    assert "Ouvrir l’évaluation annuelle" not in words(signed_in(sandrine).get(today))
    opened = Campaign.objects.get(pk=prepared.pk)
    assert ballot_of(opened, members[0]) in signed_in(nadia).get(today).text
    assert "Donner votre avis" not in words(signed_in(neighbour).get(today))


def test_in_the_autumn_today_recalls_the_one_that_is_made_each_year(community, sandrine, philippe, signed_in):
    make.a_member(community)
    said, address = "Préparer l’évaluation annuelle", reverse("evaluations:today")
    this_year = timezone.localdate().year
    with time_machine.travel(dt.datetime(this_year, 11, 3, 12, tzinfo=dt.UTC)):
        assert said not in words(signed_in(sandrine).get(address)), "there was none before"
        make.a_campaign(community, year=this_year - 1)
        assert said in words(signed_in(sandrine).get(address))
    with time_machine.travel(dt.datetime(this_year, 9, 3, 12, tzinfo=dt.UTC)):
        assert said not in words(signed_in(sandrine).get(address))


# ---------------------------------------------------------------- answered


def test_a_member_answers_without_an_account_once(open_one, members):
    answered(open_one, members[:1], M15T="Un café des pères, le samedi.")

    [said] = said_in(open_one.survey)
    assert said["M3.1"] == "3"
    assert said["M15T"] == "Un café des pères, le samedi."
    again = Client().post(ballot_of(open_one, members[0]), CHOSEN)
    assert again.status_code == 409
    assert "Vous avez déjà répondu" in words(again)
    assert Receipt.objects.count() == 1


def test_what_they_hoped_for_on_joining_is_quoted_to_them_alone(open_one, members):
    Expectation.objects.create(membership=members[0], expects="Moins de solitude & <des> outils.")

    hers, another = (Client().get(ballot_of(open_one, member)).text for member in members[:2])

    assert "Moins de solitude &amp; &lt;des&gt; outils" in hers
    assert 'name="M4"' in hers
    assert "Moins de solitude" not in another
    assert 'name="M4"' not in another
    assert "{expectation}" not in hers + another


def test_individuals_are_not_asked_about_their_organisation(open_one, members):
    assert 'name="M16"' in Client().get(ballot_of(open_one, members[0])).text
    type(open_one.community).objects.update(profile="individuals")
    if Campaign.objects.get().community.is_of_individuals:
        assert 'name="M16"' not in Client().get(ballot_of(open_one, members[0])).text


def test_an_altered_link_a_facilitator_and_a_closed_box_are_told_why(open_one, members, community, sandrine):
    assert Client().get(ballot_of(open_one, members[0])[:-3] + "x/").status_code == 404
    hers = make.a_member(community, sandrine)
    assert "pour les membres" in words(Client().get(ballot_of(open_one, hers)))

    client = Client()
    page = client.get(ballot_of(open_one, members[0]))
    collection.close(open_one.survey)

    late = submit(client, page, {**CHOSEN, "M19T": "Plus de temps"})
    assert late.status_code == 409
    assert "n’ont pas été gardées" in words(late)
    assert "Plus de temps" in words(late)


def test_a_required_answer_left_out_keeps_the_others(open_one, members):
    sent = {code: value for code, value in CHOSEN.items() if code != "M11"}

    answer = submit(Client(), ballot_of(open_one, members[0]), {**sent, "M19T": "Plus de temps"})

    assert answer.status_code == 422
    assert "Plus de temps" in answer.text
    assert not Receipt.objects.exists()


# ---------------------------------------------------------------- reminded of


def test_the_silent_alone_are_reminded_at_nine_twice_at_most(open_one, members):
    answered(open_one, members[:3])
    opened, at = open_one.last_written_at, []
    for hours in range(0, 20 * 24, 3):  # on the last day it closes, and its reminders go
        with time_machine.travel(opened + dt.timedelta(hours=hours), tick=False):
            before = Message.objects.filter(kind="annual-reminder").count()
            tend_surveys()
            if Message.objects.filter(kind="annual-reminder").count() > before:
                at.append(timezone.localtime())

    assert len(at) == 2
    assert all(9 <= moment.hour < 13 for moment in at)
    reminded = Message.objects.filter(kind="annual-reminder").values_list("recipient", flat=True)
    assert set(reminded) == {member.user_id for member in members[3:]}
    assert len(reminded) == 10


def test_a_short_time_has_room_for_fewer_reminders_as_the_page_says(prepared, members, sandrine, signed_in):
    Campaign.objects.filter(pk=prepared.pk).update(closes_on=timezone.localdate() + dt.timedelta(days=10))
    address = prepared.get_absolute_url()
    assert "au plus 2 rappels" in words(signed_in(sandrine).get(address))
    campaigns.open_to_all(Campaign.objects.get(), sandrine)
    opened = Campaign.objects.get()
    noon = timezone.localtime(opened.last_written_at).replace(hour=12)
    for day in range(1, 11):  # the last one closes it at five
        with time_machine.travel(noon + dt.timedelta(days=day), tick=False):
            tend_surveys()

    assert Campaign.objects.get().reminders_sent == 1
    assert "Aucun autre rappel" in words(signed_in(sandrine).get(address))


def test_where_nobody_is_reminded_the_page_says_so(prepared, members, sandrine, signed_in):
    Campaign.objects.filter(pk=prepared.pk).update(reminders=0)

    assert "Personne ne reçoit de rappel" in words(signed_in(sandrine).get(prepared.get_absolute_url()))


def test_who_answers_before_a_reminder_leaves_does_not_get_it(open_one, members):
    campaigns.remind(open_one)
    reminders = Message.objects.filter(kind="annual-reminder")
    mine, neighbour = (reminders.get(recipient=member.user) for member in members[:2])

    answered(open_one, members[:1])

    assert mail_types.cancel_reason(mine)
    assert mail_types.cancel_reason(neighbour) is None


def test_the_mails_that_tell_who_was_silent_go_with_the_closing(open_one, members):
    campaigns.remind(open_one)

    collection.close(open_one.survey)

    assert not Message.objects.filter(kind="annual-reminder").exists()
    assert Message.objects.filter(kind="annual-evaluation").count() == len(members)
    assert all(mail_types.cancel_reason(mail) for mail in Message.objects.filter(kind="annual-evaluation"))


# ---------------------------------------------------------------- closed and told


def test_it_closes_by_itself_at_five_on_its_day(open_one, members):
    answered(open_one, members)
    with time_machine.travel(open_one.closes_at - dt.timedelta(minutes=1), tick=False):
        tend_surveys()
        assert Survey.objects.get().is_open
    with time_machine.travel(open_one.closes_at, tick=False):
        tend_surveys()

    survey = Survey.objects.get()
    assert (survey.is_open, survey.answers_after, survey.eligible) == (False, 8, 8)


def test_its_figures_are_read_by_theme_with_their_n(open_one, members, sandrine, signed_in):
    answered(open_one, members, M19T="Plus de temps")
    pressed(signed_in(sandrine), open_one, "close_campaign")

    page = words(signed_in(sandrine).get(open_one.get_absolute_url()))

    assert "8 sur 8" in page
    assert "Rejoindre les pères isolés" in page
    assert "100 %" in page
    assert page.count("Plus de temps") == 8
    assert Response.objects.filter(code="M11").count() == 8


def test_under_the_threshold_nothing_is_told_nor_kept(open_one, members, sandrine, signed_in):
    answered(open_one, members[:4], M19T="Mot caché")

    collection.close(open_one.survey)

    page = words(signed_in(sandrine).get(open_one.get_absolute_url()))
    assert "Trop peu de réponses" in page
    assert "Mot caché" not in page
    assert not Response.objects.exists()
    assert not Pool.objects.exists(), "a year is not told with meetings"


def test_what_is_said_of_the_facilitation_goes_to_whoever_facilitates_first(
    open_one, members, sandrine, philippe, signed_in
):
    answered(open_one, members)
    collection.close(open_one.survey)
    address, said = open_one.get_absolute_url(), "laisse à chacune et chacun une place"
    export = reverse("evaluations:export_campaign", args=[open_one.pk])

    assert said in words(signed_in(sandrine).get(address))
    assert said not in words(signed_in(philippe).get(address))
    assert "M6" not in signed_in(philippe).get(export).text
    assert "M6" in signed_in(sandrine).get(export).text
    with time_machine.travel(timezone.now() + dt.timedelta(days=14, hours=1)):
        assert said in words(signed_in(philippe).get(address))

    pressed(signed_in(sandrine), open_one, "mark_campaign_read")
    assert said in words(signed_in(philippe).get(address))


def test_last_year_stands_beside_this_one(open_one, members, community, sandrine, signed_in):
    answered(open_one, members)
    collection.close(open_one.survey)
    Campaign.objects.filter(pk=open_one.pk).update(year=open_one.year - 1)
    second = make.a_campaign(community)
    campaigns.open_to_all(second, sandrine)
    second = Campaign.objects.get(pk=second.pk)
    answered(second, members[:6], M20="1")
    collection.close(second.survey)

    page = words(signed_in(sandrine).get(second.get_absolute_url()))

    assert "La fois précédente : 8 sur 8" in page.replace("\xa0", " ")


def test_trust_is_read_from_the_last_one_that_told_it(open_one, members, community):
    def trust():
        return list(vitality.Board(community).signs())[4]

    assert not trust().is_known
    answered(open_one, members[:5])
    answered(open_one, members[5:], M11="1")
    collection.close(open_one.survey)

    assert trust().is_known
    assert "n = 8" in trust().source.replace("\xa0", " ")
    assert trust().value != "100 %"


def test_what_was_written_is_forgotten_with_other_comments(open_one, members):
    answered(open_one, members, M19T="Plus de temps")
    collection.close(open_one.survey)
    assert dict(CampaignResults(Campaign.objects.get()).words)

    with time_machine.travel(timezone.now() + dt.timedelta(days=750)):
        purge.forget_comments()

    told = CampaignResults(Campaign.objects.get())
    assert not dict(told.words)
    assert told.is_released, "its figures stay"


def test_only_what_was_not_opened_is_deleted(open_one, community, sandrine, signed_in):
    client = signed_in(sandrine)
    other = Campaign.objects.create(
        community=community, year=2020, opens_on=dt.date(2020, 1, 1), closes_on=dt.date(2020, 2, 1)
    )
    pressed(client, other, "delete_campaign")
    client.post(reverse("evaluations:delete_campaign", args=[open_one.pk]))

    assert list(Campaign.objects.all()) == [open_one]


def test_every_question_is_in_both_languages_and_codes_are_its_own():
    assert len({question["code"] for question in ANNUAL_V1}) == len(ANNUAL_V1)
    for question in ANNUAL_V1:
        assert question["wording_fr"] != question["wording_en"]
        assert all(option["fr"] and option["en"] for option in question.get("options", []))
    assert set(answering.TEXTS) == {"M15T", "M18T", "M19T", "M22T", "N3T"}


@pytest.mark.parametrize(
    ("today", "opens_on"),
    [
        (dt.date(2026, 9, 1), dt.date(2026, 11, 2)),  # the first Monday of November
        (dt.date(2026, 11, 30), dt.date(2027, 1, 11)),  # it would last into the holidays
        (dt.date(2026, 12, 28), dt.date(2027, 1, 11)),
    ],
)
def test_dates_are_proposed_when_people_are_there(community, db, today, opens_on):
    proposed = campaigns.fresh(community, today)

    assert proposed.opens_on == opens_on
    assert proposed.closes_on - proposed.opens_on == dt.timedelta(days=21)
    assert not list(campaigns.warnings_of_dates(proposed))


def test_its_pages_open_once_the_community_is_one_of_individuals(open_one, members, community, sandrine, signed_in):
    """M16 and M17 were asked, and are not any more."""
    answered(open_one, members)
    collection.close(open_one.survey)
    type(community).objects.filter(pk=community.pk).update(representation=Representation.INDIVIDUAL)

    client = signed_in(sandrine)

    for address in (open_one.get_absolute_url(), reverse("evaluations:export_campaign", args=[open_one.pk])):
        assert client.get(address).status_code == 200


def test_launched_from_the_page_of_the_day_before_it_says_that_it_is_open(prepared, members, sandrine, signed_in):
    client, today = signed_in(sandrine), prepared.opens_on
    Campaign.objects.filter(pk=prepared.pk).update(opens_on=today + dt.timedelta(days=1))
    shown = client.get(prepared.get_absolute_url())
    Campaign.objects.filter(pk=prepared.pk).update(opens_on=today)

    page = submit(client, shown, action=reverse("evaluations:launch_campaign", args=[prepared.pk]), follow=True)

    assert "Sa date est venue" in words(page)
    assert Survey.objects.exists()
