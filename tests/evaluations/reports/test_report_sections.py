"""What a report opens with, what it leaves out, and the drawings: this year over the year before, as releases allow."""

import dataclasses
import datetime as dt
import json
import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from communities.models import Partner
from evaluations.domain.reports import diverging, pair_chart, publishing, report, sections, shares, year_chart
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.year_answers import Answered, Line
from evaluations.models import AnnualReport, FactorRating, Influence, ObjectiveRating
from meetings.models import Meeting
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.evaluations.reports.test_report import words
from tests.forms import on_one_line, submit

YEAR = timezone.localdate().year - 1


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def two_years(community):
    """Three meetings of eight people, after two of five; everybody answers « worth more than the time »."""
    some = members(community, 8)
    for year, months, present in [(YEAR - 1, (3, 9), some[:5]), (YEAR, (2, 5, 9), some)]:
        for month in months:
            survey(held(community, month, present=present, year=year), [4] * len(present))
    return community


def contents(community, **words_):
    draft = AnnualReport(community=community, year=YEAR, **words_)
    return sections.contents_of(CommunityYear.gather(community, YEAR), draft)


def opening(community, key, **words_):
    found = next(section for section in contents(community, **words_).sections if section.key == key)
    return found.sentence.replace("\xa0", " ")


# ------------------------------------------------------------ sections


def test_a_year_with_nothing_lists_its_sections_and_prints_none(community):
    community.purpose, community.programme = "", None
    found = contents(community)

    assert [section.key for section in found.told] == ["page"]
    assert len(found.empty) == 10
    with translation.override("fr-ca"):
        paper = render_to_string(*report.pdf_source(community, YEAR))
    assert 'id="part-page"' in paper
    assert 'id="part-outcomes"' not in paper
    assert "Sections laissées de côté, faute de données cette année" in paper
    assert "Retombées, attendues ou non" in paper


def test_numbers_follow_what_is_printed_and_the_annex_comes_last(two_years):
    make.an_outcome(two_years, "Halte mobile", happened_on=dt.date(YEAR, 3, 4))
    found = contents(two_years)

    assert [section.number for section in found.told] == list(range(1, len(found.told) + 1))
    assert found.annex_number == len(found.told) + 1
    assert {"objectives", "learning", "testimonials"} <= {section.key for section in found.empty}


def test_six_chapters_hold_every_section_once(two_years):
    found = contents(two_years)

    assert len(found.chapters) == 6
    held_ = [section.key for chapter in found.chapters for section in chapter.sections]
    assert sorted(held_) == sorted(section.key for section in found.sections)


def test_the_first_page_says_what_changed_in_the_words_people_wrote(two_years):
    make.an_outcome(two_years, "Halte mobile", happened_on=dt.date(YEAR, 3, 4))

    assert contents(two_years, highlights="- On se téléphone.\n- Autre").what_changed == "On se téléphone."
    assert contents(two_years).what_changed == "1 outcome in the register: joint project\xa0(1)."
    two_years.outcomes.all().delete()
    assert contents(two_years).what_changed.startswith("8.0 people came to each meeting, 3.0 more than in")


def test_a_page_of_words_opens_nothing(two_years):
    """It stands below, whole."""
    long = "Nous avons beaucoup écrit. " * 20

    assert contents(two_years, highlights=long).what_changed.startswith("8.0 people")
    assert opening(two_years, "next", next_year=long) == ""
    assert opening(two_years, "next", next_year="Deux rencontres en personne.") == "Deux rencontres en personne."


def test_one_meeting_the_year_before_is_compared_with_nothing(community):
    some = members(community, 6)
    held(community, 3, present=some[:2], year=YEAR - 1)
    for month in (2, 5):
        held(community, month, present=some, year=YEAR)

    assert opening(community, "meetings") == "6.0 people came to each meeting, on average (n = 2 meetings)."


def test_objectives_are_counted_by_where_they_stand(community):
    for wording, level in [("Un", "reached"), ("Deux", "under_way"), ("Trois", "under_way"), ("Quatre", "")]:
        objective = make.an_objective(community, wording)
        if level:
            ObjectiveRating.objects.create(objective=objective, year=YEAR, level=level)

    assert opening(community, "objectives") == "1 objective is reached, 2 are under way, out of 4 objectives."
    assert contents(community).chapters[1].waiting == 1


def test_factors_are_those_rated_that_year_by_their_last_rating(community, sandrine):
    def rate(factor, level, year, month):
        day = dt.date(year, month, 1)
        FactorRating.objects.create(community=community, factor=factor, level=level, rated_on=day, by=sandrine)

    rate("rules", 0, YEAR, 1)
    rate("rules", 2, YEAR, 6)
    rate("group", 1, YEAR, 6)
    rate("evaluation", 3, YEAR - 1, 6)
    rate("rules", 0, YEAR + 1, 1)

    told = CommunityYear.gather(community, YEAR)

    assert [(one.factor, one.level) for one in told.factors] == [("group", 1), ("rules", 2)]
    assert opening(community, "factors").startswith("1 factor of success is solid or a strength, 1 is to be built up")


# ------------------------------------------------------------ the year before


def test_the_year_before_is_read_from_its_published_report(two_years, sandrine):
    make.an_attendance(two_years.meetings.get(starts_at__year=YEAR - 1, starts_at__month=3), make.a_member(two_years))
    live = CommunityYear.gather(two_years, YEAR).before
    publishing.publish(two_years, YEAR - 1, by=sandrine)
    two_years.meetings.filter(starts_at__year=YEAR - 1).update(guests=9)

    frozen = CommunityYear.gather(two_years, YEAR).before

    assert (live.is_frozen, frozen.is_frozen) == (False, True)
    assert frozen.figures.by_code["P1"] == live.figures.by_code["P1"]
    assert frozen.answers == live.answers


def test_a_question_in_other_words_is_compared_with_nothing(two_years):
    told = CommunityYear.gather(two_years, YEAR)
    now = next(one for one in told.answers if one.code == "R1")

    assert told.before.answered(now)
    assert told.before.answered(dataclasses.replace(now, fr="Autrement")) is None
    assert told.before.answered(dataclasses.replace(now, is_reworded=True)) is None


def test_a_first_year_has_nothing_beside_it(community):
    held(community, 3, present=members(community, 6), year=YEAR)
    told = CommunityYear.gather(community, YEAR)

    assert told.before is None
    assert [pair.before for pair in shares.of_attendance(told)] == [None] * len(shares.of_attendance(told))


# ------------------------------------------------------------ drawings


def test_who_came_stands_at_true_dates_over_the_year_before(two_years):
    make.a_meeting(
        two_years,
        dt.datetime(YEAR, 6, 1, 17, tzinfo=dt.UTC),
        kind=Meeting.Kind.TRAINING,
        closed_at=timezone.now(),
        title="Animer à deux",
    )
    chart = year_chart.draw(CommunityYear.gather(two_years, YEAR), year_chart.WIDE, "x")

    assert [dot.people for dot in chart.dots] == [8, 8, 8]
    assert [dot.people for dot in chart.earlier] == [5, 5]
    assert chart.dots[2].x == chart.earlier[1].x, "both of September 10"
    assert [mark.said for mark in chart.marks] == ["June 1: Animer à deux"]
    assert f"In {YEAR - 1}: March 10: 5 people" in chart.description


def answered(n, *lines, code="R2"):
    """Each line is (its answers, least, most)."""
    made = tuple(Line("", "", None, n, value=values, low=low, high=high) for values, low, high in lines)
    return Answered(code, "Un besoin", "A need", n, 1, made)


def drawn(two_years, *lines):
    told = CommunityYear.gather(two_years, YEAR)
    told = dataclasses.replace(told, answers=(answered(20, *lines),), before=None)
    return diverging.draw(told, diverging.AFTER_MEETINGS, diverging.WIDE, "x")


def segments(chart):
    return [(one.tone, one.is_pale) for one in chart.rows[0].bars[0].segments]


def test_each_answer_told_alone_is_a_bar_of_its_own(two_years):
    chart = drawn(two_years, ("1", 0, 0), ("2", 3, 3), ("3", 8, 8), ("4", 9, 9))

    assert segments(chart) == [("d1", False), ("d4", False), ("d5", False)]
    assert chart.rows[0].bars[0].total == "85%"
    left, *right = chart.rows[0].bars[0].segments
    assert left.x + left.width <= chart.zero <= right[0].x


def test_answers_told_together_are_drawn_together(two_years):
    chart = drawn(two_years, ("1 2 0", 3, 3), ("3 4", 17, 17))

    assert segments(chart) == [("d2", False), ("d45", False)]
    assert [tone for tone, _name in chart.tones] == ["d2", "d45"]


def test_a_range_is_a_full_bar_then_a_pale_one(two_years):
    chart = drawn(two_years, ("1 2 0", 3, 6), ("3 4", 14, 17))

    assert segments(chart) == [("d2", False), ("d2", True), ("d45", False), ("d45", True)]
    assert chart.rows[0].bars[0].total == "70 to 85%"
    assert chart.has_ranges


def test_two_sides_told_together_are_not_drawn(two_years):
    assert drawn(two_years, ("1", 3, 3), ("2 3", 8, 8), ("4", 9, 9)) is None


def test_no_opinion_told_alone_is_on_neither_side(two_years):
    chart = drawn(two_years, ("1 2", 3, 3), ("3 4", 12, 12), ("0", 5, 5))

    assert segments(chart) == [("d1", False), ("d45", False)]
    assert chart.rows[0].bars[0].total == "60%"


def test_a_small_multiple_says_both_years_in_words(two_years):
    told = CommunityYear.gather(two_years, YEAR)
    reach = pair_chart.draw(shares.of_attendance(told)[0])

    assert reach.description == f"63% in {YEAR - 1}, 100% in {YEAR}"
    assert not reach.before.is_now
    assert reach.now.top < reach.before.top, "more is higher"


# ------------------------------------------------------------ pages


def test_whoever_writes_sees_what_is_empty_and_members_do_not(two_years, sandrine, nadia, signed_in):
    make.an_objective(two_years, "Rejoindre les pères")
    url = reverse("evaluations:report", args=[two_years.pk, YEAR])
    draft = on_one_line(signed_in(sandrine).get(url))

    assert "1 non évalué" in draft
    assert re.search(r"6 Année suivante <span class=\"pill warn\">vide</span>|6\s+Année suivante", draft)
    publishing.publish(two_years, YEAR, by=sandrine)
    page = on_one_line(signed_in(nadia).get(url))
    assert "non évalué</span>" not in page.split('class="contents')[1].split("</nav>")[0]


def test_influences_and_an_external_study_are_told_with_the_factors(two_years, sandrine, signed_in):
    make.an_influence(two_years, sandrine, noted_on=dt.date(YEAR, 5, 1), is_in_report=True)
    make.an_influence(two_years, sandrine, "Trop de soirs", Influence.Kind.HINDERED, noted_on=dt.date(YEAR, 6, 1))
    client, url = signed_in(sandrine), reverse("evaluations:write_report", args=[two_years.pk, YEAR]) + "?chapitre=next"

    submit(client, url, {"study": "Tremblay, « Vingt ans », 2025.", "study_url": "exemple.quebec/etude"})

    draft = publishing.draft(two_years, YEAR)
    assert (draft.study, draft.study_url) == ("Tremblay, « Vingt ans », 2025.", "https://exemple.quebec/etude")
    page = on_one_line(client.get(reverse("evaluations:report", args=[two_years.pk, YEAR])))
    assert "Tremblay, « Vingt ans », 2025." in page
    assert 'href="https://exemple.quebec/etude"' in page
    assert "Une salle prêtée par la bibliothèque" in page
    assert "Trop de soirs" not in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp:/x", "pas une adresse"])
def test_the_address_of_a_study_is_one_that_a_browser_opens(community, sandrine, signed_in, address):
    url = reverse("evaluations:write_report", args=[community.pk, YEAR]) + "?chapitre=next"

    answer = submit(signed_in(sandrine), url, {"study": "Étude", "study_url": address})

    assert answer.status_code == 422
    assert publishing.draft(community, YEAR).study_url == ""


def test_a_correction_keeps_the_study(community, sandrine):
    fields = words(context="Contexte") | {"study": "Étude", "study_url": "https://exemple.quebec"}
    publishing.write_report(community, YEAR, 1, 0, fields, {})
    publishing.publish(community, YEAR, by=sandrine)

    assert publishing.draft(community, YEAR).study == "Étude"


def test_the_logo_of_whoever_pays_follows_those_of_co_organisers(two_years, sandrine, nadia, signed_in):
    from tests.evaluations.reports.test_report_logos import logo

    make.a_partner(two_years, "Fonds des arts", logo=logo("red"))
    make.a_partner(two_years, "Fondation", role=Partner.Role.FUNDER, logo=logo("blue"))
    make.a_partner(two_years, "Université", role=Partner.Role.EVALUATOR, logo=logo("green"))
    publishing.publish(two_years, YEAR, by=sandrine)
    client = signed_in(nadia)

    page = on_one_line(client.get(reverse("evaluations:report", args=[two_years.pk, YEAR])))

    assert 'alt="Fondation"' in page
    assert client.get(reverse("evaluations:report_logo", args=[two_years.pk, YEAR, 1])).content == logo("blue")
    assert client.get(reverse("evaluations:report_logo", args=[two_years.pk, YEAR, 2])).status_code == 404


def test_a_report_of_before_reads_on(two_years, sandrine, nadia, signed_in):
    """Kept when there was no year before, no costs, no factors."""
    figures = json.loads(json.dumps(CommunityYear.gather(two_years, YEAR).to_json()))
    for name in ("before", "contributions", "costs", "pooled", "factors", "follow_ups", "changes", "funders", "family"):
        del figures[name]
    two_years.reports.create(year=YEAR, figures=figures, published_at=timezone.now(), published_by=sandrine)

    page = signed_in(nadia).get(reverse("evaluations:report", args=[two_years.pk, YEAR]))

    assert page.status_code == 200
    assert "8,0 personnes par rencontre en moyenne" in on_one_line(page)
    with translation.override("fr-ca"):
        assert "part-meetings" in render_to_string(*report.pdf_source(two_years, YEAR))


def test_who_led_it_is_who_did_that_year(community, sandrine):
    before = make.a_person("Ancienne", "Animatrice")
    make.a_role(before, community=community, starts_on=dt.date(YEAR - 2, 1, 1), ends_on=dt.date(YEAR, 2, 1))
    after = make.a_person("Nouvelle", "Animatrice")
    make.a_role(after, community=community, starts_on=dt.date(YEAR + 1, 1, 1))

    found = CommunityYear.gather(community, YEAR).facilitators

    assert set(found) == {sandrine.full_name, "Ancienne Animatrice"}
