"""What a report tells of time, money, regions and follow-ups: sums, in which nobody is one of a few."""

import datetime as dt
import itertools
from collections import defaultdict

import pytest
from django.utils import timezone, translation

from communities.models import BudgetLine, Organisation, Role
from evaluations.domain import indicators
from evaluations.domain.reports import contributions, costs
from evaluations.domain.reports.follow_up_count import FollowUpCount, follow_up_count
from evaluations.domain.reports.gathering import changes_done, pooled_costs
from evaluations.models import IndividualFollowUp
from meetings.models import Improvement, Meeting, Training
from tests import factories as make
from tests.evaluations.indicators.test_indicators import TODAY, YEAR, held, members

Category = BudgetLine.Category


def year_of(community, year=YEAR):
    return indicators.over([community], (year - 1, year), today=TODAY, in_depth=True)[community.pk][year]


def costs_of(community):
    return costs.costs_of(community, year_of(community))


def given(community):
    return contributions.contributions_of(year_of(community))


def line(community, category, spent, day, planned=0, **fields):
    return make.a_budget_line(community, category=category, spent=spent * 100, planned=planned * 100, on=day, **fields)


# ------------------------------------------------------------ costs (G12)


def test_each_way_of_meeting_has_its_cost_with_its_part_of_the_rest(community):
    some = members(community, 3)
    for month in (2, 4, 6):
        held(community, month, present=some)
    room = held(community, 9, present=some, mode="in_person")
    line(community, Category.ROOM, 100, None or dt.date(YEAR, 1, 5), planned=200)
    line(community, Category.OTHER, 50, room.local_start.date())
    line(community, Category.OTHER, 400, dt.date(YEAR, 7, 1))

    found = costs_of(community)

    assert (found.planned, found.spent) == (200_00, 550_00)
    assert found.per_meeting == 138_00
    assert found.per_in_person == 250_00, "its room, what was paid that day, and a quarter of the rest"
    assert found.per_online == 100_00


def test_other_years_and_lines_without_a_date_are_left_out(community):
    held(community, 2, present=members(community, 3))
    line(community, Category.ROOM, 100, dt.date(YEAR, 12, 31))
    line(community, Category.ROOM, 7, dt.date(YEAR - 1, 12, 31))
    line(community, Category.ROOM, 9, None)
    line(make.a_community("Voisine"), Category.ROOM, 11, dt.date(YEAR, 2, 1))

    found = costs_of(community)

    assert (found.spent, found.undated) == (100_00, 1)
    assert found.per_in_person is None, "nobody met in a room: the mean says it all"


def test_a_training_held_counts_and_is_written_nowhere_else(community):
    training = held(community, 3, kind=Meeting.Kind.TRAINING, mode="in_person", guests=4)
    Training.objects.create(meeting=training, cost=300_00)
    held(community, 5, guests=4)

    found = costs_of(community)

    assert (found.planned, found.spent, found.held) == (300_00, 300_00, 2)
    assert (found.per_in_person, found.per_online) == (300_00, 0)


def test_what_one_person_is_paid_is_not_told(community):
    mandate = make.a_role(make.a_person(), Role.EXTERNAL, community=community)
    held(community, 2, guests=4)
    line(community, Category.EXTERNAL_FACILITATOR, 2400, dt.date(YEAR, 2, 1), assignment=mandate)

    assert not costs_of(community).is_told

    line(community, Category.CATERING, 100, dt.date(YEAR, 2, 1))
    assert costs_of(community).is_told


# ------------------------------------------------------------ hours, regions (G11, G13)


def test_hours_go_to_whom_each_person_stood_for(community):
    library, school = Organisation.named("Bibliothèque"), Organisation.named("École")
    first = make.a_member(community, organisation="Bibliothèque")
    second = make.a_member(community, organisation="École")
    alone = make.a_member(community)
    held(community, 2, present=[first, second, alone], guests=2)
    held(community, 3, present=[first], absent=[second])

    found = given(community)

    assert [(one.name, one.minutes, one.meetings) for one in found.hours] == [
        (library.name, 120, 2),
        (school.name, 60, 1),
    ]
    assert (found.without_organisation, found.guests, found.total) == (60, 120, 360)
    assert round(found.total / 60) == year_of(community).by_code["P10"].value


def test_rows_of_two_hold_everything_once():
    some = tuple(contributions.OrganisationHours(name, 60, 1) for name in "ABC")

    with translation.override("en"):
        rows = contributions.Contributions(hours=some, guests=30).rows_of_two
        odd = contributions.Contributions(hours=some).rows_of_two

    assert rows == [[("A", 60), ("C", 60)], [("B", 60), ("Guests, counted by head", 30)]]
    assert odd == [[("A", 60), ("C", 60)], [("B", 60), ("", 0)]]


def from_regions(community, **numbers):
    return [m for region, n in numbers.items() for m in members(community, n, region=region.replace("_", " "))]


def test_regions_of_few_people_are_told_together(community):
    some = from_regions(community, Montréal=6, Estrie=5, Laval=2, Outaouais=1)
    held(community, 2, present=[*some, make.a_member(community, region="Quelque part")])
    make.a_member(community, region="Mauricie")  # never came

    found = given(community)

    assert [(one.name, one.people) for one in found.regions] == [("Montréal", 6), ("Estrie", 5)]
    assert (set(found.few), found.few_people, found.unknown) == ({"Laval", "Outaouais"}, 3, 1)
    assert (found.few_named, found.elsewhere) == ((), 4), "of three people in two regions, one has a single one"
    assert found.number_of_regions == 2


def regions_known_to_be_of_few(regions, people):
    """Whether, of so many people in so many regions of four at most, one or two are known to come from each."""
    ways = [way for way in itertools.product(range(1, 5), repeat=regions) if sum(way) == people]
    return bool(ways) and all(set(numbers) <= {1, 2} for numbers in zip(*ways, strict=True))


def test_no_region_that_is_named_is_known_to_be_of_one_or_two_people():
    sizes = [(k, n) for k in range(1, 7) for n in range(k, 4 * k + 1)]
    named = {(k, n) for k, n in sizes if contributions.Contributions(few=tuple("ABCDEF"[:k]), few_people=n).few_named}

    assert (2, 5) in named
    assert not [size for size in named if regions_known_to_be_of_few(*size)]
    known = [size for size in sizes if regions_known_to_be_of_few(*size)]
    assert {(1, 1), (2, 3), (5, 5), (5, 6)} <= set(known), "the control: told together, they were told apart"


def test_organisations_from_outside_are_new_once(community):
    old = make.a_member(community, organisation="Ancienne", region="Estrie")
    new = make.a_member(community, organisation="Nouvelle", region="Laval")
    here = make.a_member(community, organisation="D’ici", region="Montréal")
    colleague = make.a_member(community, organisation="Ancienne", region="Estrie")
    held(community, 5, present=[old], year=YEAR - 1)
    held(community, 2, present=[old, new, here, colleague])

    assert given(community).new_outside == 1


def test_nothing_is_claimed_where_no_region_is_known(community):
    held(community, 2, present=members(community, 3))

    assert given(community).new_outside is None


def test_travel_spared_is_that_of_meetings_online_and_of_five_people(community):
    some = from_regions(community, Estrie=5)
    held(community, 2, present=some)
    held(community, 3, present=some, mode="in_person")
    held(community, 4, present=some, mode="hybrid")
    make.a_member(community, region="Estrie")

    found = given(community).travel

    assert (found.people, found.presences, found.kilometres) == (5, 5, 5 * 2 * 155)
    assert found.is_told
    assert not contributions.Travel(people=4, presences=40, kilometres=900).is_told


def test_only_held_meetings_of_the_year_are_counted(community):
    some = from_regions(community, Estrie=5)
    held(community, 2, present=some, year=YEAR - 1)
    held(community, 3, present=some, kind=Meeting.Kind.TRAINING)

    assert given(community) == contributions.Contributions()


# ------------------------------------------------------------ follow-ups, pooled costs, changes


@pytest.mark.parametrize(
    ("members_", "offered", "held_", "said"),
    [
        (20, 20, 14, ("20", "14")),
        (20, 20, 18, ("20", "more than 15")),
        (20, 14, 3, ("14", "fewer than 5")),
        (20, 17, 0, ("more than 15", "0")),
        (20, 17, 16, ("more than 15", "more than 15")),
        (20, 6, 5, ("6", "fewer than 6")),
    ],
)
def test_nobody_can_be_known_to_be_one_of_a_few(members_, offered, held_, said):
    with translation.override("en"):
        found = FollowUpCount(members_, offered, held_)
        assert (found.offered_words, found.held_words) == said


MOST_MEMBERS = 24


def each_number_by_itself(members_, offered, held_):
    """As it was said before: each number against the one that it is a part of."""
    if offered < 5:
        return None

    def number(some, among):
        if 0 < some < 5:
            return "fewer than 5"
        return f"more than {max(among - 5, 0)}" if 0 < among - some < 5 else str(some)

    return number(offered, members_), number(held_, offered)


def as_we_say(members_, offered, held_):
    found = FollowUpCount(members_, offered, held_)
    return (found.offered_words, found.held_words) if found.is_told else None


def known_to_be_few(say, members_):
    """What is said → which of those with whom one was held, those who were only offered one, and the others, are known
    to be one or two: in all the ways to come to these words."""
    ways = defaultdict(list)
    for offered in range(members_ + 1):
        for held_ in range(offered + 1):
            ways[say(members_, offered, held_)].append((held_, offered - held_, members_ - offered))
    return {said for said, some in ways.items() if any(set(group) <= {1, 2} for group in zip(*some, strict=True))}


def test_both_numbers_of_conversations_together_tell_of_nobody():
    with translation.override("en"):
        sizes = range(3, MOST_MEMBERS)
        assert not {size: known for size in sizes if (known := known_to_be_few(as_we_say, size))}


def test_numbers_of_conversations_said_each_by_itself_told_of_one_person():
    """The control. Seven of eight were offered one, and six said yes: « more than 3 », « more than 2 »."""
    known = known_to_be_few(each_number_by_itself, 8)

    assert ("more than 3", "more than 2") in known
    assert ("more than 3", "7") in known  # only seven may have been offered one: one person was not
    assert ("6", "more than 1") in known_to_be_few(each_number_by_itself, 20)


def test_few_conversations_are_not_told(community, sandrine):
    for membership in members(community, 8)[:4]:
        make.a_follow_up(membership, sandrine, state=IndividualFollowUp.State.HELD, began_on=dt.date(YEAR, 5, 1))

    assert not follow_up_count(community, YEAR).is_told
    make.a_follow_up(
        make.a_member(community), sandrine, state=IndividualFollowUp.State.HELD, began_on=dt.date(YEAR, 6, 1)
    )
    assert follow_up_count(community, YEAR).is_told
    assert not follow_up_count(community, YEAR + 1).is_told


def test_a_cost_is_pooled_once_met_and_between_several(community):
    met = timezone.make_aware(dt.datetime(YEAR, 6, 1))
    shared = make.a_need(community, "Traduction", cost=900_00, met_at=met)
    for membership in members(community, 2):
        make.a_party(shared, membership)
    make.a_party(make.a_need(community, "Seule", cost=50_00, met_at=met), make.a_member(community))
    waiting = make.a_need(community, "Plus tard", cost=70_00)
    for membership in members(community, 2):
        make.a_party(waiting, membership)

    found = pooled_costs(community, YEAR)

    assert (found.needs, found.total) == (1, 900_00)


def test_changes_are_those_done_in_the_year(community):
    State = Improvement.State
    make.an_improvement(community, "Une pause", state=State.DONE, done_on=dt.date(YEAR, 4, 1), answer="Depuis mai.")
    make.an_improvement(community, "Non", state=State.NOT_KEPT, done_on=dt.date(YEAR, 4, 1))
    make.an_improvement(community, "Avant", state=State.DONE, done_on=dt.date(YEAR - 1, 4, 1))
    make.an_improvement(community, "Bientôt", state=State.ACCEPTED)

    assert [(one.wording, one.answer) for one in changes_done(community, YEAR)] == [("Une pause", "Depuis mai.")]
