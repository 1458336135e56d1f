"""What only some are asked: those in the room of a hybrid meeting, those who said on joining what they hoped for. Who
they are is known to all, so that what is told of them must hide one or two people among them, not among everybody."""

import pytest

from evaluations.domain.surveys import collection, questionnaires, releases
from evaluations.domain.surveys.disclosure import compositions
from evaluations.domain.surveys.options import NO_OPINION
from evaluations.domain.surveys.questionnaires import Asked
from evaluations.models import Pool
from evaluations.web.surveys.ballots import BallotForm
from meetings.models import Attendance, Meeting
from tests.deanonymise import figures
from tests.evaluations.room import ANSWERS, a_room, closed_with

VALUES = ("1", "2", "3", "4", NO_OPINION)
AT_THE_TABLE = 6


def worth_the_trip(*, asked_of_some: bool) -> Asked:
    labels = tuple((value, f"réponse {value}") for value in VALUES)
    return Asked("R7", "agreement", "…", labels, is_required=False, asked_of_some=asked_of_some)


def published(question: Asked, counts, *, online: int) -> releases.Told:
    """What is told of these counts of those at the table; those online have no answer to this question."""
    said = [{"R7": value} for value, number in zip(VALUES, counts, strict=True) for _one in range(number)]
    return releases.released_counts(question, said + [{}] * online, 5)


def known_of_one_or_two(question: Asked, counts, *, online: int) -> bool:
    """By a reader who knows the rules, and how many sat at the table."""
    told = published(question, counts, online=online)
    ways = [
        other
        for other in compositions(sum(counts), len(VALUES))
        if published(question, other, online=online).groups == told.groups
    ]
    return figures._is_known(ways)


def one_against() -> tuple[int, ...]:
    """Of six at the table five agree and one does not."""
    return 1, 0, 0, 5, 0


def test_the_one_at_the_table_who_disagrees_is_not_left_when_those_online_are_taken_away():
    assert not known_of_one_or_two(worth_the_trip(asked_of_some=True), one_against(), online=6)


def test_control_counted_among_everybody_that_one_is_found():
    assert known_of_one_or_two(worth_the_trip(asked_of_some=False), one_against(), online=6)


@pytest.mark.parametrize("at_the_table", [5, 6, 7])
def test_whatever_those_at_the_table_said_nobody_is_found(at_the_table):
    question = worth_the_trip(asked_of_some=True)
    by_told: dict[tuple, list] = {}
    for counts in compositions(at_the_table, len(VALUES)):
        by_told.setdefault(published(question, counts, online=6).groups, []).append(counts)

    assert not [told for told, ways in by_told.items() if figures._is_known(ways)]
    assert len(by_told) > 1 or at_the_table == 5, "something is told all the same"


def test_under_five_at_the_table_nothing_is_told():
    told = published(worth_the_trip(asked_of_some=True), (0, 0, 0, 4, 0), online=20)

    assert (told.n, told.groups) == (4, ())


def hybrid(community, *, people: int, at_the_table: int):
    meeting, members = a_room(community, people, mode=Meeting.Mode.HYBRID, link="https://zoom.example/j/1")
    here = Attendance.objects.filter(meeting=meeting)
    here.update(mode=Meeting.Mode.ONLINE)
    here.filter(membership__in=members[:at_the_table]).update(mode=Meeting.Mode.IN_PERSON)
    return meeting, members


def filled(survey, *, in_person: bool, **typed) -> dict:
    """The answers of a page sent with these."""
    form = BallotForm(questionnaires.asked(survey, in_person=in_person), {**ANSWERS, **typed})
    assert form.is_valid(), form.errors
    return form.answers


def test_whoever_passes_at_the_table_is_counted_among_those_asked(community, db):
    meeting, members = hybrid(community, people=10, at_the_table=AT_THE_TABLE)
    survey = collection.open_for(meeting, by=None)

    for number, member in enumerate(members):
        here = number < AT_THE_TABLE
        said = filled(survey, in_person=here, **({"R7": "4"} if 0 < number < AT_THE_TABLE else {}))
        collection.answer(survey, member, said, in_session=True)
    collection.close(survey)

    told = {one.code: one for one in releases.told_by(survey.release.figures)}
    assert (told["R7"].n, told["R1"].n) == (AT_THE_TABLE, 10)
    values = survey.responses.filter(code="R7").values_list("value", flat=True)
    assert sorted(values) == [NO_OPINION, "4", "4", "4", "4", "4"]


def closed(community, *, people: int, at_the_table: int, silent: int = 0):
    """A hybrid meeting whose last `silent` people say nothing at all."""
    meeting, members = hybrid(community, people=people, at_the_table=at_the_table)
    survey = collection.open_for(meeting, by=None)
    for number, member in enumerate(members[: people - silent]):
        here = number < at_the_table
        collection.answer(
            survey, member, filled(survey, in_person=here, **({"R7": "4"} if here else {})), in_session=True
        )
    return meeting, survey


def codes_told(survey) -> set[str]:
    collection.close(survey)
    return {one.code for one in releases.told_by(survey.release.figures)}


@pytest.mark.parametrize(
    ("people", "at_the_table", "silent", "is_told"),
    [
        (10, 6, 0, True),
        (10, 4, 0, False),  # its number would say how many of four answered
        (8, 7, 0, False),  # … that the one online did
        (8, 6, 0, False),
        (9, 6, 0, True),
        (8, 8, 0, True),
    ],
)
def test_the_number_of_those_asked_does_not_say_who_answered(community, db, people, at_the_table, silent, is_told):
    _meeting, survey = closed(community, people=people, at_the_table=at_the_table, silent=silent)

    told = codes_told(survey)

    assert ("R7" in told) is is_told
    assert "R1" in told


def test_a_mode_that_is_changed_while_it_is_open_changes_nothing_of_who_was_asked(community, db):
    meeting, survey = closed(community, people=12, at_the_table=6)
    Meeting.objects.filter(pk=meeting.pk).update(mode=Meeting.Mode.IN_PERSON)
    survey = type(survey).objects.get(pk=survey.pk)

    collection.close(survey)

    told = {one.code: one for one in releases.told_by(survey.release.figures)}
    assert told["R7"].n == 6


def test_a_pool_tells_nothing_of_what_only_some_were_asked(community, db):
    """Five answers to it may be one person's, who came five times."""
    for people in (3, 3):
        meeting, members = a_room(community, people)
        closed_with(meeting, members, [{**ANSWERS, "R6": "4", "R7": "3"}] * people)

    pool = Pool.objects.get()
    assert pool.is_told
    assert {one.code for one in releases.told_by(pool.figures)} == {"R1", "R2", "R3", "R4"}
