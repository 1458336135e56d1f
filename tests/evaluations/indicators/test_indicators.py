"""The measures of a year: their exact denominators, the decline, what is never shown, and what they cost."""

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from communities.models import Membership, Role, profiles
from evaluations.domain import indicators
from evaluations.domain.indicators import Measure, decline
from evaluations.domain.indicators.decline import Rule
from evaluations.domain.surveys import questionnaires, releases
from evaluations.models import Survey
from meetings.models import Attendance, Meeting
from tests import factories as make

YEAR = 2025
TODAY = dt.date(2026, 3, 1)
Status = Attendance.Status


def held(community, month, *, present=(), absent=(), unknown=(), excused=(), year=YEAR, **fields):
    """A closed meeting of that month, with who was recorded how."""
    starts_at = dt.datetime(year, month, 10, 17, tzinfo=dt.UTC)
    fields.setdefault("closed_at", starts_at + dt.timedelta(hours=1))
    fields.setdefault("attendance_confirmed_at", fields["closed_at"])
    meeting = make.a_meeting(community, starts_at, started_at=starts_at, **fields)
    for status, some in [
        (Status.PRESENT, present),
        (Status.ABSENT, absent),
        (Status.UNKNOWN, unknown),
        (Status.EXCUSED, excused),
    ]:
        for membership in some:
            make.an_attendance(meeting, membership, status)
    return meeting


def members(community, n, **fields):
    return [make.a_member(community, **fields) for _ in range(n)]


def year_of(community, **options):
    return indicators.of([community], YEAR, today=TODAY, in_depth=True, **options)[community.pk]


def measure(community, code):
    return year_of(community).by_code[code]


# ------------------------------------------------------------ who came


def test_attendance_is_the_mean_of_people_and_guests(community):
    some = members(community, 4)
    held(community, 2, present=some[:3], guests=2)
    held(community, 5, present=some[:2])

    assert measure(community, "P1") == Measure("P1", 3.5, 2, 7)


def test_those_who_run_the_meeting_are_not_counted(community, sandrine, karim):
    animating = make.a_member(community, sandrine)
    noting = make.a_member(community, karim)
    member = make.a_member(community)
    meeting = held(community, 2, present=[animating, noting, member], note_taker=karim)
    meeting.facilitators.add(sandrine)

    found = year_of(community)

    assert found.attended == [1]
    assert found.by_code["P3"] == Measure.share("P3", 1, 1)


def test_a_member_who_co_facilitates_once_counts(community, sandrine):
    member = make.a_member(community)
    meeting = held(community, 2, present=[member])
    meeting.facilitators.add(sandrine, member.user)

    assert year_of(community).attended == [1]


def test_a_note_taker_of_one_meeting_counts_at_the_next(community, sandrine):
    member, other = members(community, 2)
    held(community, 2, present=[member, other], note_taker=member.user)
    held(community, 5, present=[member, other])

    assert year_of(community).attended == [1, 2]


def test_trainings_stand_apart(community):
    some = members(community, 5)
    held(community, 2, present=some[:2])
    held(community, 3, present=some, kind=Meeting.Kind.TRAINING)
    held(community, 4, present=some, kind=Meeting.Kind.PREPARATORY)

    found = year_of(community)

    assert found.by_code["P1"].value == 2
    assert [t.present for t in found.apart] == [5, 5]
    assert (found.held, found.trainings) == (3, 1)


def test_cancelled_open_and_other_years_do_not_count(community):
    some = members(community, 3)
    held(community, 2, present=some)
    held(community, 3, present=some[:1], cancelled_at=timezone.now())
    held(community, 4, present=some[:1], closed_at=None)
    held(community, 4, present=some[:1], year=YEAR - 1)

    found = year_of(community)

    assert found.attended[-1:] == [3]
    assert found.by_code["P1"].n == 1
    assert found.unclosed == 1


def test_a_meeting_belongs_to_the_year_of_its_local_date(community):
    """8 p.m. on December 31 in Montréal is January 1 in London."""
    member = make.a_member(community)
    meeting = held(community, 12, present=[member])
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=dt.datetime(YEAR + 1, 1, 1, 1, tzinfo=dt.UTC), ends_at=dt.datetime(YEAR + 1, 1, 1, 2, tzinfo=dt.UTC)
    )

    assert year_of(community).attended == [1]


def test_nothing_recorded_is_insufficient_data_and_not_zero(community):
    members(community, 3)
    held(community, 2, attendance_confirmed_at=None)

    found = year_of(community)

    assert {m.value for m in found.measures} == {None}
    with translation.override("en"):
        assert found.by_code["P2"].shown == "insufficient data"
    assert found.turnouts[0].present is None


# ------------------------------------------------------------ reach and assiduity


def test_reach_counts_active_members_of_the_year_once(community):
    came, absent = members(community, 2)
    gone_before = make.a_member(community, status=Membership.Status.ALUMNI, left_on=dt.date(YEAR - 1, 6, 1))
    walked_in = make.a_member(community, status=Membership.Status.ELIGIBLE, joined_on=None)
    for month in (2, 5):
        held(community, month, present=[came, walked_in], absent=[absent])

    found = year_of(community)

    assert found.by_code["P2"] == Measure.share("P2", 1, 2)
    assert found.by_code["P1"].value == 2  # whoever is there is there
    assert gone_before.user_id not in found.people


@pytest.mark.parametrize(
    ("fields", "possible"),
    [
        ({}, 4),
        ({"joined_on": dt.date(YEAR, 4, 1)}, 2),
        ({"joined_on": dt.date(YEAR, 5, 10)}, 2),  # the very day of a meeting
        ({"status": Membership.Status.ALUMNI, "left_on": dt.date(YEAR, 5, 10)}, 2),  # no longer there that day
        ({"status": Membership.Status.PAUSED, "paused_on": dt.date(YEAR, 6, 1)}, 3),
        ({"status": Membership.Status.ELIGIBLE, "joined_on": None}, 0),
        ({"status": Membership.Status.INVITED, "joined_on": None}, 0),
    ],
)
def test_assiduity_counts_the_meetings_one_could_come_to(community, fields, possible):
    make.a_member(community, **fields)
    for month in (2, 3, 5, 9):
        held(community, month, guests=1)

    assert measure(community, "P3").n == possible


def test_assiduity_leaves_out_the_pauses_that_are_over(community):
    """Away from April to June, and once before for a day that was undone; back since."""
    back = make.a_member(community)
    back.become("paused", on=dt.date(YEAR, 4, 1))
    back.become("active", on=dt.date(YEAR, 6, 5))
    back.pauses.create(starts_on=dt.date(YEAR, 2, 5), ends_on=dt.date(YEAR, 2, 5))
    for month in (2, 3, 4, 5, 9):
        held(community, month, guests=1)

    assert measure(community, "P3").n == 3
    assert measure(community, "P2").n == 1


def test_assiduity_leaves_out_what_was_not_recorded_and_counts_the_excused_as_absent(community):
    present, unknown, excused = members(community, 3)
    held(community, 2, present=[present], unknown=[unknown], excused=[excused])

    assert measure(community, "P3") == Measure.share("P3", 1, 2)


def test_the_core_came_to_half_of_two_meetings_at_least(community):
    faithful, half, rare, new = members(community, 4)
    Membership.objects.filter(pk=new.pk).update(joined_on=dt.date(YEAR, 9, 1))
    held(community, 2, present=[faithful, half])
    held(community, 3, present=[faithful, half])
    held(community, 5, present=[faithful, rare])
    held(community, 10, present=[faithful, new])

    assert measure(community, "P4") == Measure.share("P4", 2, 3)


def test_overlap_is_both_over_either_of_meetings_in_a_row(community):
    a, b, c = members(community, 3)
    held(community, 2, present=[a, b])
    held(community, 3, present=[b, c])
    held(community, 4, present=[a])

    overlap = measure(community, "P5")

    assert (overlap.value, overlap.n) == (1 / 6, 2)


def test_overlap_says_nothing_of_a_group_where_all_are_expected(db):
    twenty = make.a_community("Groupe des Vingt", profile=profiles.Profile.COHORT)
    held(twenty, 2, present=members(twenty, 2))

    assert "P5" not in year_of(twenty).by_code


def test_organisations_are_counted_once_and_not_for_individuals(community, db):
    one, two = (make.a_member(community, organisation="Maison de la famille") for _ in range(2))
    other = make.a_member(community, organisation="Bibliothèque")
    held(community, 2, present=[one, two])
    held(community, 3, present=[one, other])
    thirty = make.a_community("Groupe des Trente", profile=profiles.Profile.INDIVIDUALS)
    held(thirty, 2, present=members(thirty, 1))

    assert measure(community, "P8").value == 2
    assert "P8" not in year_of(thirty).by_code


def test_new_faces_are_those_never_seen_before(community):
    old, new, left = members(community, 3)
    Membership.objects.filter(pk=left.pk).update(status="alumni", left_on=dt.date(YEAR, 6, 1))
    held(community, 5, present=[old], year=YEAR - 4)
    held(community, 2, present=[old, new])

    found = year_of(community).by_code

    assert (found["P9"].value, found["P9"].n) == (1, 2)
    assert (found["P9b"].value, found["P9b"].n) == (1, 3)


def test_hours_are_planned_length_times_people(community):
    held(community, 2, present=members(community, 3), guests=1)

    assert measure(community, "P10").value == 4


# ------------------------------------------------------------ answers


def survey(meeting, steps, *, threshold=5, in_session=None, eligible=None, **fields):
    fields.setdefault("closed_at", meeting.ends_at)
    in_session = len(steps) if in_session is None else in_session
    opened = Survey.objects.create(
        questionnaire=questionnaires.current(),
        meeting=meeting,
        threshold=threshold,
        closes_at=meeting.ends_at,
        answers_in_session=in_session,
        answers_after=len(steps) - in_session,
        eligible=len(steps) if eligible is None else eligible,
        **fields,
    )
    if opened.closed_at and (told := releases.release(opened, [{"R1": str(step)} for step in steps])):
        told.save()
    return opened


def test_response_rates_are_over_the_people_who_could_answer(community):
    some = members(community, 10)
    survey(held(community, 2, present=some), [4] * 8, in_session=6, eligible=10)
    survey(held(community, 3, present=some[:2]), [4], eligible=2)  # counts, though nothing of it is shown

    found = year_of(community).by_code

    assert found["P11"] == Measure.share("P11", 9, 12)
    assert found["P11s"] == Measure.share("P11s", 7, 12)
    assert found["P11a"] == Measure.share("P11a", 2, 12)


def test_response_rates_leave_trainings_and_preparatory_meetings_out(community):
    some = members(community, 10)
    survey(held(community, 2, present=some), [4] * 8, in_session=6, eligible=10)
    survey(held(community, 3, present=some, kind=Meeting.Kind.TRAINING), [4] * 5, eligible=10)
    survey(held(community, 4, present=some, kind=Meeting.Kind.PREPARATORY), [4] * 2, eligible=2)

    found = year_of(community)

    assert (found.by_code["P11"].count, found.by_code["P11"].n) == (8, 10)
    assert (found.by_code["P11s"].count, found.by_code["P11a"].count) == (6, 2)
    assert found.responded == (6, 2, 10), "nor do the figures of all communities together"


def test_satisfaction_adds_up_only_what_was_released(community):
    some = members(community, 9)
    survey(held(community, 2, present=some), [5, 5, 4, 4, 4, 3, 3, 3, 2])
    survey(held(community, 3, present=some), [1, 1, 1, 1])  # under the threshold
    survey(held(community, 4, present=some), [1] * 8, closed_at=None)  # still open
    survey(held(community, 5, present=some), [1] * 6, threshold=7)  # a stricter promise was made

    satisfaction = year_of(community).satisfaction

    assert (satisfaction.worth, satisfaction.most, satisfaction.n) == (6, 8, 9)
    with translation.override("en"):
        assert satisfaction.share == "67% to 89%"


def test_what_was_released_stays_as_it_was_promised(community):
    """A threshold raised later holds for the surveys opened from then on."""
    survey(held(community, 2, present=members(community, 6)), [5] * 6)
    community.anonymity_threshold = 8

    assert (year_of(community).satisfaction.worth, year_of(community).satisfaction.most) == (6, 6)


# ------------------------------------------------------------ decline


def test_a_marked_and_repeated_decline_is_said():
    found = decline([15, 16, 14, 17, 16, 12, 8, 5])

    assert found
    assert not found.is_weak
    assert round(found.before, 1) == 15.6


@pytest.mark.parametrize(
    "turnouts",
    [
        [],
        [20, 8],
        [20, 8, 20, 8, 20, 8, 20, 8],  # 8 after 20 is normal
        [20, 20, 20, 20, 20, 20, 1],  # one low meeting
        [20, 20, 20, 8, 8],  # too few to tell
        [12, 8, 15, 20, 11, 14, 12, 9, 13, 15],
        [20, 18, 19, 17, 19, 18, 18, 19, 17],
    ],
)
def test_what_is_normal_is_no_decline(turnouts):
    assert decline(turnouts) is None


@pytest.mark.parametrize("seed", range(200))
def test_one_low_meeting_never_makes_a_decline(seed):
    rng = random.Random(seed)
    usual = rng.randrange(6, 40)
    turnouts = [rng.randint(usual, usual + usual // 8) for _ in range(rng.randrange(6, 14))]
    turnouts[rng.randrange(len(turnouts))] = rng.randrange(0, usual)

    assert decline(turnouts) is None


@pytest.mark.parametrize("seed", range(200))
def test_a_decline_is_always_both_marked_and_repeated(seed):
    """Against the rule written another way; and scaling a group does not change the answer."""
    rng = random.Random(seed)
    turnouts = [rng.randrange(3, 30) for _ in range(rng.randrange(6, 12))]

    found = decline(turnouts)

    last, before = turnouts[-3:], turnouts[:-3][-6:]
    marked = 10 * sum(last) * len(before) <= 7 * sum(before) * 3
    ranked = sorted(before)
    at = (len(ranked) - 1) / 4
    low = ranked[int(at)] + (at - int(at)) * (ranked[min(int(at) + 1, len(ranked) - 1)] - ranked[int(at)])
    second = sorted(last)[1]
    repeated = second < low and 100 * second * len(before) < 85 * sum(before)
    assert bool(found) == (marked and repeated)
    assert bool(decline([2 * n for n in turnouts])) == bool(found)


def test_few_meetings_over_long_years_make_a_weak_signal():
    turnouts = [15, 16, 14, 17, 16, 12, 8, 5]
    close = [dt.date(2025, 1, 1) + dt.timedelta(days=60 * n) for n in range(8)]
    far = [dt.date(2022, 1, 1) + dt.timedelta(days=182 * n) for n in range(8)]

    assert not decline(turnouts, close).is_weak
    assert decline(turnouts, far).is_weak


def test_meetings_of_two_years_are_enough_where_they_are_three_before():
    """Older ones would make a weak signal of an ordinary group."""
    turnouts = [15, 16, 14, 17, 16, 12, 8, 5, 6]
    thrice_a_year = [dt.date(2022, 1, 1) + dt.timedelta(days=122 * n) for n in range(9)]

    assert not decline([20, *turnouts[1:]], thrice_a_year).is_weak


def every(months, turnouts, until=dt.date(2026, 11, 15)):
    """The days of so many meetings, so many months apart, the last one then."""
    return [until - dt.timedelta(days=round(30.4375 * months * n)) for n in reversed(range(len(turnouts)))]


@pytest.mark.parametrize(
    ("turnouts", "is_told"),
    [
        # four a year, of which the two of the end of the year always gather fewer
        ([16, 16, 8, 8, 17, 15, 8, 7, 16, 16, 8, 8], False),
        # they gather fewer than they do every year
        ([16, 16, 10, 10, 17, 15, 11, 10, 16, 10, 5, 5], True),
    ],
)
def test_where_three_years_exist_a_meeting_is_compared_with_those_of_its_season(turnouts, is_told):
    found = decline(turnouts, every(3, turnouts))

    assert bool(found) is is_told
    assert not found or found.is_seasonal


def test_without_three_years_a_low_season_is_a_decline_like_another():
    turnouts = [16, 16, 16, 17, 15, 16, 8, 8]

    assert not decline(turnouts, every(3, turnouts)).is_seasonal


@pytest.mark.parametrize(
    ("rule", "is_told"),
    [
        (Rule(), True),
        (Rule(percent=50), False),
        (Rule(fewest_before=6), False),
        (Rule(last=2, low=2), True),
        (Rule(last=3, low=3), False),
    ],
)
def test_the_numbers_of_the_rule_are_a_community_s(rule, is_told):
    assert bool(decline([15, 16, 14, 17, 16, 14, 8, 5], rule=rule)) is is_told


# ------------------------------------------------------------ cost


def test_a_hundred_communities_cost_the_queries_of_one(programme):
    def cost(communities):
        with CaptureQueriesContext(connection) as queries:
            indicators.of(communities, YEAR, today=TODAY)
        return len(queries)

    def another():
        community = make.a_community(programme=programme)
        make.a_role(make.a_person(), Role.FACILITATOR, community=community)
        for month in (2, 5):
            survey(held(community, month, present=members(community, 2)), [4] * 5)
        return community

    one = [another()]
    few = cost(one)
    many = cost(one + [another() for _ in range(6)])

    assert many == few
    assert few <= 8


def test_together_counts_a_person_of_two_communities_once(programme):
    first, second = (make.a_community(programme=programme) for _ in range(2))
    nadia = make.a_person("Nadia")
    for community in (first, second):
        held(community, 2, present=[make.a_member(community, nadia, organisation="Table"), make.a_member(community)])

    together = indicators.Together.of(indicators.of([first, second], YEAR, today=TODAY).values())

    assert (together.communities, together.meetings, together.people, together.organisations) == (2, 2, 3, 1)


def test_every_measure_has_a_name_a_definition_and_its_n(community):
    held(community, 2, present=members(community, 2))

    for language in ("en", "fr-ca"):
        with translation.override(language):
            for found in year_of(community).measures:
                assert found.name
                assert found.definition.endswith(".")
                assert str(found.n) in found.over
