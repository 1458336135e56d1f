"""The clock in calendar files, by yearly rules: expanded by dateutil, as a calendar program would, and compared with
what zoneinfo knows at each hour near a change."""

import datetime as dt
import zoneinfo

import icalendar
import pytest
from dateutil.rrule import rrulestr

from meetings.domain.invitations.calendar import calendar_for
from meetings.domain.invitations.time_zones import time_zone
from tests import factories as make

CANADA = [
    "America/St_Johns", "America/Halifax", "America/Glace_Bay", "America/Moncton", "America/Goose_Bay",
    "America/Blanc-Sablon", "America/Toronto", "America/Nipigon", "America/Thunder_Bay", "America/Iqaluit",
    "America/Pangnirtung", "America/Atikokan", "America/Winnipeg", "America/Rainy_River", "America/Resolute",
    "America/Rankin_Inlet", "America/Regina", "America/Swift_Current", "America/Edmonton", "America/Cambridge_Bay",
    "America/Yellowknife", "America/Inuvik", "America/Creston", "America/Dawson_Creek", "America/Fort_Nelson",
    "America/Whitehorse", "America/Dawson", "America/Vancouver",
]  # fmt: skip
ELSEWHERE = ["Europe/Paris", "Atlantic/Reykjavik", "Africa/Casablanca", "America/Sao_Paulo", "Australia/Lord_Howe",
             "Africa/Cairo", "America/Santiago", "Asia/Jerusalem", "Asia/Kathmandu", "Pacific/Apia"]  # fmt: skip
YEARS = range(2019, 2031)  # Whitehorse put its clocks forward for the last time in 2020
HOUR = dt.timedelta(hours=1)


def read_back(name, first_year, last_year):
    return icalendar.Timezone.from_ical(time_zone(name, first_year, last_year).to_ical())


def observances(zone):
    """(instant, offset from then on) of each change that the file tells, up to 2032."""
    found = []
    for part in zone.subcomponents:
        first, offset = part["dtstart"].dt, part["tzoffsetto"].td
        times = [first]
        if "rrule" in part:
            rule = part["rrule"].to_ical().decode()
            if "UNTIL" in rule:  # it is in UTC, which dateutil takes with starts in UTC only
                until = dt.datetime.strptime(rule.partition("UNTIL=")[2][:15], "%Y%m%dT%H%M%S")
                local = until + part["tzoffsetfrom"].td
                rule = rule.replace(f"{until:%Y%m%dT%H%M%S}Z", f"{local:%Y%m%dT%H%M%S}")
            times = rrulestr(rule, dtstart=first).between(first, dt.datetime(2033, 1, 1), inc=True)
        found += [(when - part["tzoffsetfrom"].td, offset) for when in times]
    return sorted(found)


def offset_at(changes, instant):
    """As RFC 5545 has it: that of the last change before."""
    return [offset for when, offset in changes if when <= instant.astimezone(dt.UTC).replace(tzinfo=None)][-1]


def instants(zone, year):
    """The first and the last hour of the year, each noon or nearly, and each half hour of the weeks with a change."""
    yield dt.datetime(year, 1, 1, tzinfo=zone)
    yield dt.datetime(year, 12, 31, 23, tzinfo=zone)
    day = dt.datetime(year, 1, 1, 12, tzinfo=dt.UTC)
    while day.year == year:
        yield day
        later = day + dt.timedelta(days=3)
        if day.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            yield from (day + n * HOUR / 2 for n in range(3 * 48))
        day = later


@pytest.mark.parametrize("name", CANADA + ELSEWHERE)
def test_the_rules_tell_the_clock_that_zoneinfo_knows_for_ten_years(name):
    zone = zoneinfo.ZoneInfo(name)
    for year in YEARS:
        changes = observances(read_back(name, year, year))
        wrong = [at for at in instants(zone, year) if offset_at(changes, at) != at.astimezone(zone).utcoffset()]
        assert not wrong, (year, wrong[:3])


@pytest.mark.parametrize("name", CANADA)
def test_a_feed_of_several_years_is_right_in_each(name):
    zone, changes = zoneinfo.ZoneInfo(name), observances(read_back(name, 2019, 2027))

    for year in range(2019, 2028):
        assert all(offset_at(changes, at) == at.astimezone(zone).utcoffset() for at in instants(zone, year)), year


@pytest.mark.parametrize("name", CANADA + ELSEWHERE)
def test_no_list_of_dates_which_outlook_passes_over(name):
    written = time_zone(name, 2026, 2027).to_ical().decode()

    assert "RDATE" not in written
    assert written.count("RRULE:") == written.count("RRULE:FREQ=YEARLY;")


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("America/Toronto", {("STANDARD", 11, "1SU", -5.0), ("DAYLIGHT", 3, "2SU", -4.0)}),
        ("America/St_Johns", {("STANDARD", 11, "1SU", -3.5), ("DAYLIGHT", 3, "2SU", -2.5)}),
        ("Europe/Paris", {("STANDARD", 10, "-1SU", 1.0), ("DAYLIGHT", 3, "-1SU", 2.0)}),
    ],
)
@pytest.mark.parametrize("year", [2024, 2026, 2027, 2028])
def test_where_clocks_change_there_are_two_yearly_rules_without_an_end(name, rules, year):
    parts = read_back(name, year, year).subcomponents

    said = {
        (p.name, int(p["rrule"]["bymonth"][0]), str(p["rrule"]["byday"][0]), p["tzoffsetto"].td / HOUR) for p in parts
    }
    assert said == rules
    assert not any("until" in p["rrule"] for p in parts)


@pytest.mark.parametrize("name", ["America/Regina", "Atlantic/Reykjavik", "America/Whitehorse", "America/Atikokan"])
def test_where_clocks_never_change_there_is_one_standard_time(name):
    (only,) = read_back(name, 2027, 2027).subcomponents

    assert only.name == "STANDARD"
    assert only["tzoffsetfrom"].td == only["tzoffsetto"].td


def test_the_file_of_a_meeting_holds_these_rules(community, nadia):
    meeting = make.a_meeting(community, dt.datetime(2027, 1, 12, 17, tzinfo=dt.UTC))

    text = calendar_for(meeting, nadia.memberships.get(), method="REQUEST")

    assert "RDATE" not in text
    assert "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in text
