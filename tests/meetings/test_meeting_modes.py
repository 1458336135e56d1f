"""Online, in person, both: what each mode says of a room and a link is asked in one place."""

import ast

import pytest

from meetings.domain.invitations.calendar import where_of
from meetings.domain.scheduling import planning
from meetings.models import DatePoll, Meeting
from tests import factories as make
from tests.test_conventions import CODE, PAGES, ROOT

WHERE_MODES_ARE_SAID = (
    *("meetings/models/attendance.py", "meetings/models/meeting.py", "meetings/models/replies.py"),
    # What is counted by mode, of meetings as a published report froze them.
    *("evaluations/domain/reports/contributions.py", "evaluations/domain/reports/costs.py"),
    "evaluations/domain/reports/year_chart.py",
)
ELSEWHERE = "/demonstration/", "/migrations/"  # a story that chooses modes; code of its day


@pytest.mark.parametrize(
    ("mode", "room", "link"), [("online", False, True), ("in_person", True, False), ("hybrid", True, True)]
)
def test_each_mode_says_whether_it_has_a_room_and_a_link(mode, room, link):
    for held in (Meeting(mode=mode), DatePoll(mode=mode)):
        assert (held.has_room, held.has_link, held.is_hybrid) == (room, link, room and link)


def test_no_mode_is_left_without_either():
    """A mode added to the list and said nowhere would be a meeting that nobody can come to."""
    assert {*Meeting.MODES_WITH_ROOM, *Meeting.MODES_WITH_LINK} == set(Meeting.Mode)


@pytest.mark.django_db
def test_the_database_says_the_same_as_the_property(community):
    for mode in [*Meeting.Mode.values, "webinar"]:
        meeting = make.a_meeting(community, mode=mode)
        (said,) = Meeting.objects.filter(pk=meeting.pk).values_has_room()
        assert said["has_room"] is meeting.has_room, mode


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("online", "online", ["link"]),
        ("in_person", "in_person", ["place"]),
        ("hybrid", "hybrid", ["link", "place"]),
        ("online", "in_person", ["mode", "link", "place"]),
    ],
)
def test_a_change_of_what_a_mode_has_not_is_told_to_nobody(was, becomes, told):
    before = Meeting(mode=was, link="https://exemple.org/1", place="Ici")

    assert planning.moves(before, {"mode": becomes, "link": "https://exemple.org/2", "place": "Là"}) == told


def test_a_place_left_by_an_earlier_plan_is_not_where_an_online_meeting_is():
    held = {mode: where_of(Meeting(mode=mode, place="Ici"), "là-bas") for mode in Meeting.Mode.values}

    assert held == {"online": "là-bas", "in_person": "Ici", "hybrid": "Ici · là-bas"}


# ------------------------------------------------------------ and nowhere else


def comparisons(source: str) -> list[str]:
    """Where a meeting's mode is compared; the mode that a community's policy wants is another thing."""
    found = [ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare)]
    return [said for said in found if (".mode " in f"{said} " or "Mode." in said) and "ModePolicy" not in said]


def test_a_comparison_is_found():
    for said in ("meeting.mode != Meeting.Mode.ONLINE", "x in (Meeting.Mode.HYBRID, y)", "a.mode == 'online'"):
        assert comparisons(f"def f():\n    return {said}"), said
    assert not comparisons("policy == ModePolicy.ONLINE")
    assert not comparisons("Meeting.Mode.ONLINE if meeting.is_hybrid else meeting.mode")


def test_code_asks_for_the_room_or_the_link_rather_than_compare_modes():
    found = {str(path.relative_to(ROOT)): comparisons(path.read_text()) for path in CODE}
    found = {name: said for name, said in found.items() if said and not any(part in name for part in ELSEWHERE)}

    assert set(found) == set(WHERE_MODES_ARE_SAID), found


def test_pages_and_mails_ask_the_same():
    said = [f"{x}.mode {sign}" for x in ("meeting", "poll") for sign in ("==", "!=", "in ")]
    assert not [page for page in PAGES if any(each in page.read_text() for each in said)]
