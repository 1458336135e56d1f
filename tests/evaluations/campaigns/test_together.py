"""Philippe coordinates several communities: he launches their annual evaluations in one press, each on its own dates,
and reads them side by side."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, Objective, ObjectivesReview, RoleAssignment
from evaluations.domain.campaigns import campaigns, together
from evaluations.domain.campaigns.links import ballot_path
from evaluations.domain.surveys import collection
from evaluations.models import Campaign, Survey
from evaluations.tasks import tend_surveys
from outbox.models import Message
from tests import factories as make
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.forms import as_read, submit

PAGE = "/evaluations-annuelles/"


@pytest.fixture
def others(programme):
    return [make.a_community(name, programme=programme) for name in ("Les filles et le code", "Quartiers en fête")]


@pytest.fixture
def staffed(community, others, philippe):
    """Three communities of eight members."""
    for one in (community, *others):
        make.an_objective(one, f"Un but : {one.name}")
        for _ in range(8):
            make.a_member(one)
    return [community, *others]


def lines(staffed, **by_number):
    """What is typed in the lines of these communities: `{0: {"opens_on": …}}`."""
    return {f"c{staffed[int(n[1:])].pk}-{name}": value for n, some in by_number.items() for name, value in some.items()}


def day(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


# ---------------------------------------------------------------- launched


def test_three_are_launched_in_one_press_each_on_its_day(staffed, philippe, signed_in):
    client = signed_in(philippe)
    typed = lines(
        staffed,
        c0={"opens_on": day(0), "closes_on": day(21)},
        c1={"opens_on": day(7), "closes_on": day(28)},
        c2={"chosen": False},
    )

    page = submit(client, PAGE, typed, follow=True)

    assert "1 évaluation est ouverte" in as_read(page)
    assert "1 évaluation s’ouvrira d’elle-même" in as_read(page)
    now, later = Campaign.objects.get(community=staffed[0]), Campaign.objects.get(community=staffed[1])
    assert (now.is_open, later.is_prepared) == (True, True)
    assert not Campaign.objects.filter(community=staffed[2]).exists()
    assert Message.objects.filter(kind="annual-evaluation").count() == 8

    with time_machine.travel(later.opens_at - dt.timedelta(minutes=1), tick=False):
        tend_surveys()
        assert Survey.objects.count() == 1
    with time_machine.travel(later.opens_at + dt.timedelta(seconds=1), tick=False):
        tend_surveys()
        tend_surveys()
    assert Survey.objects.get(campaign=later).opened_by == philippe
    assert Message.objects.filter(kind="annual-evaluation").count() == 16


def test_pressed_twice_they_are_launched_once(staffed, philippe, signed_in):
    client = signed_in(philippe)
    shown = client.get(PAGE)
    typed = lines(staffed, c0={"opens_on": day(0), "closes_on": day(21)}, c1={"chosen": False}, c2={"chosen": False})

    submit(client, shown, typed)
    submit(client, shown, typed)

    assert Survey.objects.count() == 1
    assert Message.objects.filter(kind="annual-evaluation").count() == 8


def test_what_is_wrong_is_said_at_its_line_and_nothing_is_launched(staffed, philippe, signed_in):
    typed = lines(
        staffed,
        c0={"opens_on": day(5), "closes_on": day(5)},
        c1={"opens_on": "", "closes_on": day(9)},
        c2={"opens_on": day(0), "closes_on": day(21)},
    )

    page = submit(signed_in(philippe), PAGE, typed)

    assert page.status_code == 422
    assert "Choisissez un jour après celui de l’ouverture" in as_read(page)
    assert "Choisissez un jour." in as_read(page)
    assert day(9) in page.text, "what was typed stays"
    assert not Campaign.objects.exists()


def test_the_wrong_dates_of_one_that_is_not_ticked_are_not_judged(staffed, philippe, signed_in):
    typed = lines(
        staffed,
        c0={"opens_on": day(5), "closes_on": day(5), "chosen": False},
        c1={"opens_on": day(3), "closes_on": day(24)},
        c2={"chosen": False},
    )

    assert submit(signed_in(philippe), PAGE, typed).status_code == 302
    assert list(Campaign.objects.values_list("community", flat=True)) == [staffed[1].pk]


@pytest.mark.parametrize("closes_on", ["9999-12-01", "2400-01-01"])
def test_a_day_that_is_too_far_is_refused_at_its_field(staffed, philippe, signed_in, closes_on):
    typed = lines(staffed, c0={"opens_on": day(0), "closes_on": closes_on}, c1={"chosen": False}, c2={"chosen": False})

    page = submit(signed_in(philippe), PAGE, typed)

    assert page.status_code == 422
    assert "dans les six mois" in as_read(page)
    assert not Campaign.objects.exists()


def test_next_year_s_is_not_ticked_beforehand(staffed, philippe, signed_in):
    closed = make.a_campaign(staffed[0])
    campaigns.open_to_all(closed, philippe)
    collection.close(Campaign.objects.get(pk=closed.pk).survey)

    page = signed_in(philippe).get(PAGE).text

    boxes = {pk: box for box, pk in re.findall(r'(<input[^>]*name="c(\d+)-chosen"[^>]*>)', page)}
    assert "checked" not in boxes[str(staffed[0].pk)]
    assert "checked" in boxes[str(staffed[1].pk)]


def test_none_ticked_is_told(staffed, philippe, signed_in):
    page = submit(signed_in(philippe), PAGE, lines(staffed, **{f"c{n}": {"chosen": False} for n in range(3)}))

    assert "Cochez les communautés" in as_read(page)
    assert not Campaign.objects.exists()


def test_one_that_a_colleague_prepared_meanwhile_keeps_the_dates_of_the_colleague(
    staffed, philippe, sandrine, signed_in
):
    shown = signed_in(philippe).get(PAGE)
    hers = make.a_campaign(staffed[0], opens_on=timezone.localdate() + dt.timedelta(days=2), prepared_by=sandrine)
    typed = lines(staffed, c0={"opens_on": day(0), "closes_on": day(21)}, c1={"chosen": False}, c2={"chosen": False})

    page = submit(signed_in(philippe), shown, typed)

    assert page.status_code == 422
    assert "Quelqu’un l’a préparée entre-temps" in as_read(page)
    hers.refresh_from_db()
    assert hers.is_prepared
    assert hers.opens_on == timezone.localdate() + dt.timedelta(days=2)


@pytest.mark.parametrize("is_new", [True, False])
def test_between_the_check_and_the_writing_a_colleague_s_dates_stand_too(staffed, philippe, sandrine, is_new):
    today = timezone.localdate()
    others = {"opens_on": today + dt.timedelta(days=5), "closes_on": today + dt.timedelta(days=26)}
    campaign = None if is_new else make.a_campaign(staffed[0])
    line = next(one for one in together.lines_of(philippe) if one.community == staffed[0])
    if campaign:
        Campaign.objects.filter(pk=campaign.pk).update(**others)
    else:
        make.a_campaign(staffed[0], year=line.campaign.year, **others, prepared_by=sandrine)

    with pytest.raises(ValidationError, match="entre-temps"):
        together.launch(line, today, today + dt.timedelta(days=21), reviewed=True, by=philippe)

    kept = Campaign.objects.get()
    assert (kept.opens_on, kept.closes_on, kept.launched_by) == (others["opens_on"], others["closes_on"], None)
    assert not Survey.objects.exists()


def test_where_the_keyring_is_away_it_waits_and_nothing_else_does(staffed, philippe, sandrine, settings, tmp_path):
    campaign = make.a_campaign(staffed[0], opens_on=timezone.localdate() + dt.timedelta(days=2), launched_by=philippe)
    kept = settings.KEYRING_DIR
    (tmp_path / "a file").write_text("")
    settings.KEYRING_DIR = tmp_path / "a file" / "keyring"  # no folder can be made there

    with time_machine.travel(campaign.opens_at + dt.timedelta(minutes=1), tick=False):
        tend_surveys()
        assert not Survey.objects.exists()
        settings.KEYRING_DIR = kept
        tend_surveys()

    assert Survey.objects.exists()


def test_one_that_did_not_open_before_its_last_day_can_be_launched_again(staffed, philippe, signed_in):
    today = timezone.localdate()
    make.a_campaign(
        staffed[0],
        opens_on=today - dt.timedelta(days=30),
        closes_on=today - dt.timedelta(days=9),
        launched_by=philippe,
    )
    client = signed_in(philippe)
    assert "s’ouvrira d’elle-même" not in as_read(client.get(Campaign.objects.get().get_absolute_url()))
    typed = lines(
        staffed,
        c0={"opens_on": day(0), "closes_on": day(21), "chosen": True},
        c1={"chosen": False},
        c2={"chosen": False},
    )

    submit(client, PAGE, typed)

    assert Campaign.objects.get().is_open


def test_objectives_read_again_are_reviewed_in_the_same_press_where_one_may(staffed, philippe, signed_in):
    Objective.objects.update(reviewed_on=timezone.localdate() - dt.timedelta(days=500))
    page = signed_in(philippe).get(PAGE)
    assert "à réviser" in as_read(page)
    typed = lines(
        staffed,
        c0={"opens_on": day(3), "closes_on": day(24), "reviewed": True},
        c1={"opens_on": day(3), "closes_on": day(24)},
        c2={"chosen": False},
    )

    submit(signed_in(philippe), page, typed)

    assert ObjectivesReview.objects.get().community == staffed[0]
    reviewed = dict(Objective.objects.values_list("community", "reviewed_on"))
    assert reviewed[staffed[0].pk] == timezone.localdate()
    assert reviewed[staffed[1].pk] < timezone.localdate()


def test_one_launched_waits_again_when_its_launch_is_taken_back(staffed, philippe, signed_in):
    campaign = make.a_campaign(staffed[0], opens_on=timezone.localdate() + dt.timedelta(days=2))
    client, address = signed_in(philippe), campaign.get_absolute_url()

    submit(client, address, action=reverse("evaluations:launch_campaign", args=[campaign.pk]))
    assert "au nom de Philippe Marchand" in as_read(client.get(address))
    submit(client, address, action=reverse("evaluations:take_back_launch", args=[campaign.pk]))

    with time_machine.travel(campaign.opens_at + dt.timedelta(hours=1), tick=False):
        tend_surveys()
    assert not Survey.objects.exists()


@pytest.mark.parametrize("status", ["active", "dormant"])
def test_one_at_rest_on_its_day_does_not_open(staffed, philippe, status):
    campaign = make.a_campaign(staffed[0], opens_on=timezone.localdate() + dt.timedelta(days=2), launched_by=philippe)
    Community.objects.filter(pk=staffed[0].pk).update(status=status)

    with time_machine.travel(campaign.opens_at + dt.timedelta(hours=1), tick=False):
        tend_surveys()

    assert Survey.objects.exists() is (status == "active")


def test_launched_by_somebody_who_may_not_any_more_today_asks_whoever_may(staffed, philippe, sandrine, signed_in):
    campaign = make.a_campaign(staffed[0], opens_on=timezone.localdate() + dt.timedelta(days=2), launched_by=philippe)
    RoleAssignment.objects.filter(user=philippe).delete()

    with time_machine.travel(campaign.opens_at + dt.timedelta(hours=1), tick=False):
        tend_surveys()
        assert not Survey.objects.exists()
        assert "Ouvrir l’évaluation annuelle" in as_read(signed_in(sandrine).get("/"))


def test_only_what_one_runs_is_on_the_page(staffed, philippe, sandrine, nadia, signed_in):
    elsewhere = make.a_community("Ailleurs")

    page = as_read(signed_in(philippe).get(PAGE))

    assert "Quartiers en fête" in page
    assert elsewhere.name not in page
    assert signed_in(sandrine).get(PAGE).status_code == 403
    assert signed_in(nadia).get(PAGE).status_code == 403


def test_today_asks_for_several_at_once_of_whoever_coordinates_them(staffed, philippe, sandrine, signed_in):
    this_year = timezone.localdate().year
    for one in staffed:
        make.a_campaign(one, year=this_year - 1)
    with time_machine.travel(dt.datetime(this_year, 11, 3, 15, tzinfo=dt.UTC)):
        assert "Lancer 3 évaluations annuelles" in as_read(signed_in(philippe).get("/"))
        assert "Préparer l’évaluation annuelle" in as_read(signed_in(sandrine).get("/"))


# ---------------------------------------------------------------- side by side


def closed_of(community, by, **said):
    """Answered by its eight members, in their pages."""
    campaign = make.a_campaign(community)
    campaigns.open_to_all(campaign, by)
    campaign = Campaign.objects.select_related("survey", "community").get(pk=campaign.pk)
    chosen = {code: value for code, value in CHOSEN.items() if code != "M3.2"}  # one objective
    for member in community.memberships.all():
        assert submit(Client(), ballot_path(campaign, member), {**chosen, **said}).status_code == 302
    collection.close(campaign.survey)


def test_the_closed_ones_stand_side_by_side_from_their_releases(staffed, philippe, signed_in):
    closed_of(staffed[0], philippe)
    closed_of(staffed[1], philippe, M20="1")
    few = make.a_campaign(staffed[2])
    campaigns.open_to_all(few, philippe)
    collection.close(Campaign.objects.get(pk=few.pk).survey)

    page = as_read(signed_in(philippe).get(PAGE))
    table = page.partition('class="side-by-side"')[2]

    assert "8 sur 8" in table
    assert "Constellation" in table
    assert "Les filles et le code" in table
    assert "Quartiers en fête" not in table, "too few answered: nothing is told of it"
    assert "place pour parler" not in table, "what is said of the facilitation is not compared"
    side = together.SideBySide(philippe, timezone.localdate().year)
    ((_profile, told),) = side.groups
    at = list(side.wordings).index("M20")
    assert [one.cells[at] for one in told] == ["8 sur 8", "0 sur 8"]


def test_the_page_asks_as_much_for_six_communities_as_for_three(staffed, programme, philippe, signed_in):
    client = signed_in(philippe)
    asked = []
    for more in (0, 3):
        for _ in range(more):
            make.an_objective(grown := make.a_community(programme=programme), "Un but de plus")
            make.a_member(grown)
            make.a_campaign(make.a_community(programme=programme))
        client.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(PAGE).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1], asked
