"""All communities, narrowed: what each filter keeps, what the files keep of it, who needs somebody first and why."""

import datetime as dt
import io

import page
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from communities.models import Partner, RecordSheet, Role
from evaluations.domain.across.comparing import SHOWN, Across
from evaluations.domain.across.multiples import CORE
from evaluations.domain.across.needs import needing
from evaluations.models import AnnualReport
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.pdfs import words_of

YEAR = timezone.localdate().year - 1
THIS_YEAR = YEAR + 1
URL = reverse("evaluations:across")
DAY = dt.timedelta(days=1)


def shown(client, **asked):
    lines = client.get(URL, {"annee": YEAR, **asked}).context["page"].lines
    return {line.community.name for line in lines}


@pytest.fixture
def vingt(programme, community, philippe):
    """A neighbour in another programme that Philippe coordinates too, with all that Constellation has not."""
    other = make.a_community("Groupe des Vingt", programme=make.a_programme("Culture"), profile="cohort")
    make.a_role(philippe, Role.COORDINATOR, programme=other.programme)
    make.a_partner(other, "Fondation du Belvédère", Partner.Role.FUNDER)
    make.a_partner(other, "Conseil des arts", Partner.Role.CO_ORGANISER)
    RecordSheet.write(
        other, family="inclusion", reach=["montreal"], regions=["06"], is_social=True, concertation_model="cohort"
    )
    RecordSheet.write(community, family="democracy", reach=["regions"], regions=["03"], is_sectoral=True)
    return other


# ------------------------------------------------------------ filters


def test_each_filter_keeps_those_that_have_it_and_leaves_the_neighbour(community, vingt, philippe, signed_in):
    client = signed_in(philippe)
    funder = vingt.partners.get(role=Partner.Role.FUNDER).organisation_id

    assert shown(client) == {"Constellation", "Groupe des Vingt"}
    assert shown(client, programme=vingt.programme_id) == {"Groupe des Vingt"}
    assert shown(client, programme=community.programme_id) == {"Constellation"}
    assert shown(client, bailleur=funder) == {"Groupe des Vingt"}
    assert shown(client, famille="democracy") == {"Constellation"}
    assert shown(client, territoire="06") == {"Groupe des Vingt"}
    assert shown(client, territoire="regions") == {"Constellation"}
    assert shown(client, modele="cohort") == {"Groupe des Vingt"}
    assert shown(client, modele="community") == {"Constellation"}
    assert shown(client, enjeu="sectoral") == {"Constellation"}


def test_two_filters_narrow_together_and_an_empty_page_says_what_to_do(community, vingt, philippe, signed_in):
    client = signed_in(philippe)

    assert shown(client, famille="inclusion", enjeu="social") == {"Groupe des Vingt"}
    answer = client.get(URL, {"annee": YEAR, "famille": "inclusion", "enjeu": "sectoral"})

    assert answer.context["page"].lines == []
    assert "Aucune communauté ne répond à tous ces filtres" in answer.text


def test_what_nobody_has_narrows_nothing(community, vingt, philippe, signed_in):
    client = signed_in(philippe)
    elsewhere = make.a_community("Ailleurs", programme=make.a_programme("Caché"))
    partner = make.a_partner(elsewhere, "Secrète", Partner.Role.FUNDER)

    for asked in ({"famille": "ecology"}, {"programme": elsewhere.programme_id}, {"bailleur": partner.organisation_id}):
        assert shown(client, **asked) == {"Constellation", "Groupe des Vingt"}
    text = client.get(URL, {"annee": YEAR}).text
    assert "Caché" not in text
    assert "Secrète" not in text


def test_a_funder_counts_for_the_years_it_paid(community, vingt, philippe, signed_in):
    vingt.partners.filter(role=Partner.Role.FUNDER).update(ends_on=dt.date(YEAR - 1, 6, 30))
    funder = vingt.partners.get(role=Partner.Role.FUNDER).organisation_id

    assert shown(signed_in(philippe), bailleur=funder) == {"Constellation", "Groupe des Vingt"}
    assert shown(signed_in(philippe), annee=YEAR - 1, bailleur=funder) == {"Groupe des Vingt"}


def test_a_model_that_the_guide_does_not_name_is_chosen_by_its_name(community, vingt, philippe, signed_in):
    RecordSheet.write(community, concertation_model="other", concertation_name="Chantier")

    assert shown(signed_in(philippe), modele="Chantier") == {"Constellation"}
    assert "Chantier" in signed_in(philippe).get(reverse("communities:record", args=[community.pk])).text


def test_narrowed_to_a_programme_it_leads_to_its_topics(community, vingt, philippe, sandrine, signed_in):
    topics = reverse("meetings:programme_topics", args=[vingt.programme_id])

    asked = {"annee": YEAR, "programme": vingt.programme_id}
    assert f'href="{topics}"' in signed_in(philippe).get(URL, asked).text
    assert f'href="{topics}"' not in signed_in(philippe).get(URL, {"annee": YEAR}).text
    assert f'href="{topics}"' not in signed_in(sandrine).get(URL).text


# ------------------------------------------------------------ the files


def test_the_workbook_the_csv_and_the_page_say_the_same_and_keep_the_filter(community, vingt, philippe, signed_in):
    for one in (community, vingt):
        some = members(one, 8)
        survey(held(one, 2, present=some[:6], absent=some[6:], year=YEAR), [4] * 6)
    client, asked = signed_in(philippe), {"annee": YEAR, "famille": "democracy"}

    csv = client.get(reverse("evaluations:export_across"), asked).content.decode("utf-8-sig").splitlines()
    book = client.get(reverse("evaluations:export_across_workbook"), asked)
    rows = list(load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True))

    assert [len(csv), len(rows)] == [2, 2]
    assert csv[0].split(";") == list(rows[0])
    assert [str(cell if cell is not None else "").replace(".", ",") for cell in rows[1][8:12]] == [
        cell.removesuffix(",0") for cell in csv[1].split(";")[8:12]
    ]
    assert rows[1][8:12] == (6, 75, 75, None), "numbers as numbers, nothing where data are insufficient"
    lines = client.get(URL, asked).context["page"].lines
    assert [line.figures.by_code["P2"].shown for line in lines] == ["75\N{NO-BREAK SPACE}%"]


def test_a_workbook_runs_nothing(programme, philippe, signed_in):
    make.a_community('=HYPERLINK("http://x")', programme=programme)

    book = signed_in(philippe).get(reverse("evaluations:export_across_workbook"), {"annee": YEAR})

    cells = [cell for row in load_workbook(io.BytesIO(book.content)).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "'=HYPERLINK" in " ".join(str(cell.value) for cell in cells)


def test_the_pdf_is_of_what_is_shown_accessible_and_whole(community, vingt, programme, philippe, signed_in):
    for n in range(9):
        make.a_community(f"Les intervenantes et intervenants du Grand Montréal {n}", programme=programme)
    for one in (community, vingt):
        survey(held(one, 2, present=members(one, 8), year=YEAR), [4] * 6)

    narrowed = signed_in(philippe).get(reverse("evaluations:across_pdf"), {"annee": YEAR, "famille": "inclusion"})
    whole = signed_in(philippe).get(reverse("evaluations:across_pdf"), {"annee": YEAR}).content

    words = " ".join(word for leaf in words_of(narrowed.content) for word, *_where in leaf)
    assert "Groupe des Vingt" in words
    assert "Constellation" not in words
    assert "Famille de projets" in words
    assert page.validate_pdf_bytes(whole, profile="ua1").failures == []
    for leaf in words_of(whole):
        assert all(left >= 34 and right <= 792 - 34 for _word, left, _top, right, _bottom in leaf)


# ------------------------------------------------------------ who needs somebody first


def waits_for(user, *communities):
    return {one.community.name: [need.address for need in one.needs] for one in needing(user, communities)}


@pytest.fixture
def calm(programme):
    community = make.a_community("Calme", programme=programme)
    make.a_role(make.a_person("Lise", "Cormier"), Role.FACILITATOR, community=community)
    make.a_meeting(community, timezone.now() + 30 * DAY)
    return community


def test_each_reason_is_said_with_where_to_act_and_a_calm_neighbour_is_not_there(calm, programme, philippe):
    alone = make.a_community("Sans personne", programme=programme)
    behind = make.a_community("En retard", programme=programme)
    make.a_role(make.a_person("Luc", "Côté"), Role.FACILITATOR, community=behind)
    start = timezone.now() - 5 * DAY
    make.a_meeting(behind, start, started_at=start)
    held(behind, 3, present=members(behind, 6), year=YEAR)

    found = waits_for(philippe, calm, alone, behind)

    assert list(found) == ["Sans personne", "En retard"], "nobody to lead comes before a paper that is late"
    assert found["Sans personne"] == [
        reverse("communities:roles", args=[alone.pk]), reverse("meetings:plan", args=[alone.pk])
    ]  # fmt: skip
    assert found["En retard"] == [
        reverse("meetings:of_community", args=[behind.pk]),
        reverse("meetings:plan", args=[behind.pk]),
        reverse("evaluations:report", args=[behind.pk, YEAR]),
    ]


def test_a_decline_comes_first_and_leads_to_its_causes(calm, programme, philippe, signed_in):
    make.a_community("Sans personne", programme=programme)
    some = members(calm, 17)
    for days, n in ((500, 16), (440, 16), (380, 17), (320, 16), (260, 16), (90, 9), (60, 8), (46, 6)):
        start = timezone.now() - days * DAY
        meeting = make.a_meeting(calm, start, started_at=start, closed_at=start + dt.timedelta(hours=1))
        for membership in some[:n]:
            make.an_attendance(meeting, membership)

    answer = signed_in(philippe).get(URL)

    first, second = answer.context["page"].needing
    assert (first.community, first.first.is_marked) == (calm, True)
    assert first.first.address == reverse("evaluations:diagnosis", args=[calm.pk])
    assert second.community.name == "Sans personne"
    assert first.first.why in answer.text


def test_nothing_is_asked_of_whoever_may_not_act_nor_of_a_year_that_is_over(community, sandrine, philippe, signed_in):
    evaluator = make.a_person("Eva")
    make.a_role(evaluator, Role.EVALUATOR, community=community)

    assert waits_for(sandrine, community) == {"Constellation": [reverse("meetings:plan", args=[community.pk])]}
    assert waits_for(evaluator, community) == {}
    assert signed_in(philippe).get(URL, {"annee": YEAR}).context["page"].needing == []


def test_of_many_that_need_somebody_six_are_in_view_and_the_others_unfold(programme, philippe, signed_in):
    for n in range(8):
        make.a_community(f"Seule {n}", programme=programme)

    text = signed_in(philippe).get(URL).text

    first, others = text.split("2 autres")
    assert [f"Seule {n}</a>" in first for n in range(8)] == [True] * 6 + [False] * 2
    assert text.count("btn-primary") == 1


# ------------------------------------------------------------ many


def test_fifty_cost_the_queries_of_seven_and_a_page_shows_twenty_five(programme, philippe, client):
    def another():
        community = make.a_community(programme=programme)
        make.a_role(make.a_person(), Role.FACILITATOR, community=community)
        make.a_partner(community, f"Bailleur {community.pk}", Partner.Role.FUNDER)
        some = members(community, 3)
        for year in (YEAR, THIS_YEAR):
            survey(held(community, 1, present=some, year=year), [4] * 6)
        AnnualReport.objects.create(community=community, year=YEAR, published_at=timezone.now())

    def cost(**asked):
        client.force_login(philippe)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL, asked).status_code == 200
        return len(queries)

    for _ in range(7):
        another()
    few = cost()
    for _ in range(SHOWN + 3):
        another()

    assert cost() == cost(page=2) == few
    first, second = Across(philippe, THIS_YEAR), Across(philippe, THIS_YEAR, page="2")
    assert [len(first.lines), len(second.lines)] == [SHOWN, 10]
    assert first.together == second.together
    assert (first.together.communities, first.together.meetings, first.together.people) == (35, 35, 105)
    whole = Across(philippe, THIS_YEAR, is_whole=True)
    assert len(whole.lines) == 35
    assert whole.together == first.together, "what is only summed adds up to what is counted in full"


# ------------------------------------------------------------ indicator by indicator


def test_each_indicator_stands_by_profile_on_one_scale_with_the_year_before(community, vingt, philippe, signed_in):
    vingt.attendance_policy = "committed"
    vingt.save()
    for one, n in ((community, 12), (vingt, 6)):
        some = members(one, 12)
        held(one, 2, present=some[:n], absent=some[n:], year=YEAR)
        held(one, 2, present=some[: n - 3], absent=some[n - 3 :], year=YEAR - 1)

    found = signed_in(philippe).get(URL, {"annee": YEAR}).context["page"].multiples

    assert [one.code for one in found] == list(CORE)
    attendance = found[0]
    assert [(p, [r.line.community.name for r in rows]) for p, rows in attendance.groups] == [
        ("Ouverte", ["Constellation"]), ("Proche de la cohorte", ["Groupe des Vingt"])
    ]  # fmt: skip
    ours, theirs = (rows[0] for _profile, rows in attendance.groups)
    assert (ours.now.shown, ours.before.shown, theirs.now.shown) == ("12,0", "9,0", "6,0")
    assert ours.strip.now.left > ours.strip.before.left > theirs.strip.now.left
    overlap = next(one for one in found if one.code == "P5")
    assert [p for p, _rows in overlap.groups] == ["Ouverte"], "it says nothing where everyone is expected"


def test_a_row_opens_beside_the_table(community, vingt, philippe, signed_in):
    held(community, 2, present=members(community, 7), year=YEAR)

    answer = signed_in(philippe).get(URL, {"annee": YEAR, "ouvrir": community.pk})
    closed = signed_in(philippe).get(URL, {"annee": YEAR, "ouvrir": "99999"})

    assert answer.context["page"].opened.community == community
    assert 'id="beside"' in answer.text
    assert reverse("evaluations:figure", args=[community.pk, "P10"]) in answer.text
    assert 'id="beside"' not in closed.text


@pytest.mark.browser
def test_which_community_needs_me_why_and_what_do_i_do(site, community, sandrine, calm, philippe, open_as):
    """By screen and keyboard alone, from the page: narrowed, opened beside, and away to act."""
    shown_to = open_as(philippe)
    shown_to.goto(URL)

    needing_first = shown_to.get_by_role("region", name="Demandent quelqu’un d’abord")
    expect(needing_first.get_by_role("listitem")).to_have_count(1)
    expect(needing_first).to_contain_text("Aucune rencontre n’est prévue.")
    shown_to.get_by_role("link", name="Tous ses chiffres : Calme").press("Enter")
    expect(shown_to.get_by_role("complementary", name="Calme")).to_be_visible()
    needing_first.get_by_role("link", name="Planifier les prochaines dates").press("Enter")
    expect(shown_to).to_have_url(shown_to.url.split("/communautes")[0] + reverse("meetings:plan", args=[community.pk]))
