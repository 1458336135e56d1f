"""Every period is printed as it is applied, and applied as it is printed."""

import ast
import datetime as dt
import sys
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.utils import translation

from cmtl import retention

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "outbox", "communities", "meetings", "evaluations", "cmtl")
CODE = [p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]

# Lengths of time that say nothing of how long data is kept: delays, leases, notices, what links open, what pages show.
NOT_KEPT = {
    "accounts": {"LONGEST", "READ_AGAIN_AFTER"},
    "communities": {
        *(
            "AGREED_FOR",
            "TAKEN_BACK_FOR",
            "AGAIN_AFTER",
            "ALONE_AFTER",
            "TAKEN_BACK_FOR",
            "REMINDED",
            "ANSWERED_WITHIN",
            "JUST_COPIED",
            "END_TOLD_BEFORE",
            "LEASE",
            "LIFETIME",
            "MONTH",
            "NOTICE",
            "UNDONE_WITHIN",
        ),
    },
    "evaluations": {
        *(
            "ASK_FOR_NEWS_FOR",
            "NEW_FOR",
            "QUIET_FOR",
            "OPENED_FOR",
            "SOON_ENOUGH",
            "FORGOTTEN_AFTER",
            "FRESH_FOR",
            "GIVEN_UP_AFTER",
            "LATELY",
            "LEASE",
            "LIFETIME",
            "PATIENCE",
            "RECENT",
            "REMEMBERED",
            "REVIEWED_EACH",
            "SEASON",
            "YEAR",
        ),
        *(
            "FIRST_TO_FACILITATORS",
            "LATE",
            "OPEN_TOO_LONG",
            "WEEK",
            "JUST_BEGUN",
            "FARTHEST",
            "LASTS",
            "LONGEST_OPEN",
            "OPENS_WITHIN",
            "REMINDED_AFTER",
            "REMINDER_AFTER",
            "SETTLED",
            "SHORT",
            "SOON_AGAIN",
            "SPAN",
            "STAYS_OPEN",
            "STILL_IN_THE_ROOM",
            "TOO_LONG",
            "WAITS_FOR_CONFIRMATION",
        ),
    },
    "meetings": {
        "AGAIN_AFTER",
        *("CHECK_IN_CLOSES", "CHECK_IN_OPENS", "COOKIE_AGE", "CROSSES_WITHIN", "EARLIER", "EARLY", "FARTHEST"),
        *(
            "FORGOTTEN_AFTER",
            "NEW_FOR",
            "JUST_COPIED",
            "KEPT_DAYS",
            "LAST_MOMENT",
            "LATE_WRITING",
            "LIFETIME",
            "NEW_FOR",
            "LINK_ENDS",
            "LINK_OPENS",
            "NEAR",
        ),
        *("OFFERED_FOR", "PAST", "PROPOSED_BEFORE", "SHARED_FOR", "SOON", "TOPIC_KNOWN"),
        "LONGEST",  # of a recording, which is not kept here: people destroy it, and say so
    },
    "outbox": {"GOOD_FOR", "LEASE", "MAX_WAIT", "SAFE_PART_OF_LEASE", "WAIT"},
    "cmtl": {"DAY", "HOUR", "NOTICE"},
}
DESTROYS = {"delete", "_raw_delete", "unlink"}


def constants_of_time(tree):
    """Names in capitals that are given a length of time said in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(is_timedelta(inner) for inner in ast.walk(node.value)):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name) and target.id.isupper())


def is_timedelta(node):
    name = getattr(node, "func", None)
    return isinstance(node, ast.Call) and getattr(name, "attr", getattr(name, "id", "")) == "timedelta"


def destroys_by_its_own_clock(function):
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(is_timedelta(c) for c in calls) and any(getattr(c.func, "attr", "") in DESTROYS for c in calls)


def faults_of(app, text):
    tree = ast.parse(text)
    unknown = [name for name in constants_of_time(tree) if name not in NOT_KEPT[app]]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return unknown + [function.name for function in functions if destroys_by_its_own_clock(function)]


def test_every_length_of_time_that_destroys_comes_from_the_table():
    faults = {str(p.relative_to(ROOT)): faults_of(p.relative_to(ROOT).parts[0], p.read_text()) for p in CODE}

    assert {path: names for path, names in faults.items() if names} == {}


@pytest.mark.parametrize(("hour", "day"), [(3, 29), (4, 29), (5, 30)])
def test_a_day_ends_at_midnight_of_here(hour, day):
    """Three o’clock in UTC is still the evening before, and so is four, though ninety-two days earlier, in summer, it
    was midnight."""
    now = dt.datetime(2026, 11, 30, hour, tzinfo=dt.UTC)

    first = retention.period("testimonials").first_day(now)

    assert first + retention.period("testimonials").length == dt.date(2026, 11, day)


@pytest.mark.parametrize(
    "text",
    [
        "KEPT_FOR = dt.timedelta(days=3)",
        "class A:\n    GONE = timedelta(weeks=3)",
        "def forget():\n    A.objects.filter(at__lt=now() - dt.timedelta(days=3)).delete()",
    ],
)
def test_a_period_of_its_own_is_found(text):
    """The control of the test above."""
    assert faults_of("meetings", text)


def test_a_period_taken_from_the_table_is_no_fault():
    assert faults_of("meetings", 'KEPT_FOR = retention.length("archives")') == []


def reached(run):
    """The code of every function that is called meanwhile."""
    seen = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, _arg: seen.add(frame.f_code) if event == "call" else None)
    try:
        run()
    finally:
        sys.setprofile(before)
    return seen


def not_applied(schedule, appliers):
    """Periods that no task of this timetable applies, each task being run once."""
    seen = set()
    for entry in schedule.values():
        seen |= reached(lambda entry=entry: current_app.tasks[entry["task"]].run())
    code = {key: {getattr(f, "__wrapped__", f).__code__ for f in functions} for key, functions in appliers.items()}
    return {period.key for period in retention.PERIODS if not code.get(period.key, set()) & seen}


@pytest.fixture
def tasks(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    current_app.loader.import_default_modules()
    return settings.CELERY_BEAT_SCHEDULE


def test_every_period_is_applied_by_a_task_of_the_timetable(tasks):
    assert not_applied(tasks, retention.appliers) == set()


def test_a_period_whose_task_is_taken_off_the_timetable_is_found(tasks):
    """The control of the test above."""
    without = {name: entry for name, entry in tasks.items() if name != "old mails"}

    assert not_applied(without, retention.appliers) == {"mail_bodies", "mail_lines"}


def test_a_period_that_no_function_applies_is_found(tasks):
    orphans = {key: functions for key, functions in retention.appliers.items() if key != "merges"}

    assert not_applied(tasks, orphans) == {"merges"}


def test_the_page_of_the_operator_prints_the_table_of_the_code():
    with translation.override("en"):
        assert retention.table() in (ROOT / "docs/production.md").read_text()


def test_each_period_is_there_once_and_said_in_both_languages():
    keys = [period.key for period in retention.PERIODS]

    assert len(keys) == len(set(keys))
    for language in ("en", "fr-ca"):
        with translation.override(language):
            assert all("%" not in period.said and ":" in period.said for period in retention.PERIODS)


@pytest.mark.parametrize(
    ("key", "french"),
    [("merges", "24 heures"), ("mail_bodies", "30 jours"), ("mail_lines", "12 mois"), ("requests_to_join", "3 mois")],
)
def test_a_length_is_said_as_people_say_it(key, french):
    with translation.override("fr-ca"):
        assert retention.in_words(retention.length(key)) == french
