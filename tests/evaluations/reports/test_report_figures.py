"""What a report says of the year beside who came: rhythm, trainings, hosts, announced topics, replies, time spent."""

import csv
import datetime as dt
import io
import json
import re

import pytest
from django.utils import timezone, translation

from cmtl.json_dataclasses import from_json, to_json
from communities.models import Membership, Organisation, Role, profiles
from evaluations.domain import vitality
from evaluations.domain.indicators import Circumstance, Measure, decline, measures
from evaluations.domain.reports.report import CommunityYear
from evaluations.models import Factor
from meetings.models import AgendaItem, Meeting, Reply, Topic
from tests import factories as make
from tests.evaluations.indicators.test_indicators import TODAY, YEAR, held, measure, members, survey, year_of

Kind = Meeting.Kind


def shown(community, code):
    with translation.override("en"):
        return measure(community, code).shown


def moved(meeting, starts_at):
    meeting.starts_at, meeting.ends_at = starts_at, starts_at + dt.timedelta(hours=1)
    meeting.save()


# ------------------------------------------------------------ rhythm (C04)


def test_only_regular_meetings_make_the_rhythm(community):
    some = members(community, 3)
    for month, kind in enumerate([Kind.REGULAR, Kind.REGULAR, Kind.LAUNCH, Kind.EXTERNAL, Kind.TRAINING], start=1):
        held(community, month, present=some, kind=kind)

    assert shown(community, "rhythm") == "2 of 5"
    assert measure(community, "P1").n == 4, "a launch has an attendance, which is told"


def test_launches_and_events_tell_no_decline(community):
    some = members(community, 10)
    for month in range(1, 7):
        held(community, month, present=some)
    for month in range(7, 10):
        held(community, month, present=some[:2], kind=Kind.EXTERNAL)

    assert year_of(community).decline is None

    Meeting.objects.filter(kind=Kind.EXTERNAL).update(kind=Kind.REGULAR)
    assert year_of(community).decline


# ------------------------------------------------------------ trainings (C05)


def test_new_members_met_through_a_training_are_counted_of_all_the_new_ones(community):
    joined = dt.date(YEAR, 6, 1)
    signed_up = make.a_member(community, joined_on=joined, source=Membership.Source.TRAINING)
    seen_there, came_first, later, _else = members(community, 4, joined_on=joined)
    make.a_member(community, joined_on=dt.date(YEAR - 2, 1, 1), source=Membership.Source.TRAINING)
    make.a_member(community, joined_on=None, status=Membership.Status.ELIGIBLE, source=Membership.Source.TRAINING)
    held(community, 2, present=[came_first])
    held(community, 3, present=[signed_up, seen_there, came_first], kind=Kind.TRAINING)
    held(community, 9, present=[later], kind=Kind.TRAINING)  # a member already

    found = measure(community, "training")

    assert (found.count, found.n) == (2, 5)
    assert shown(community, "training") == "2 of 5"


def test_nothing_is_told_of_so_few_new_members_that_it_would_be_about_one(community):
    members(community, 4, joined_on=dt.date(YEAR, 6, 1), source=Membership.Source.TRAINING)

    assert shown(community, "training") == "insufficient data"

    make.a_member(community, joined_on=dt.date(YEAR, 6, 1))
    assert shown(community, "training") == "4 of 5"


@pytest.mark.parametrize("reader", ["Pacific/Auckland", "America/Toronto"])
def test_the_day_of_a_training_is_that_of_the_community_wherever_one_reads(community, reader):
    (someone, *_others) = members(community, 5, joined_on=dt.date(YEAR, 3, 10))
    meeting = held(community, 3, present=[someone], kind=Kind.TRAINING)
    moved(meeting, dt.datetime(YEAR, 3, 10, 18, tzinfo=meeting.zone))

    with timezone.override(reader):
        assert measure(community, "training").count == 1


@pytest.mark.parametrize("reader", ["Pacific/Auckland", "America/Toronto"])
def test_a_year_begins_where_the_community_lives_wherever_one_reads(community, reader):
    some = members(community, 2)
    meeting = held(community, 12, present=some, year=YEAR - 1)
    moved(meeting, dt.datetime(YEAR - 1, 12, 31, 12, tzinfo=meeting.zone))
    held(community, 2, present=some)

    with timezone.override(reader):
        assert measure(community, "P9").value == 0


def test_no_new_member_is_insufficient_data(community):
    held(community, 3, kind=Kind.TRAINING, guests=4)

    assert shown(community, "training") == "insufficient data"


# ------------------------------------------------------------ hosts (C17)


def test_a_member_organisation_that_hosts_is_a_contribution(community):
    library = Organisation.named("Bibliothèque Le Prévost")
    held(community, 2, guests=3, mode="in_person", venue="member", host=library)
    held(community, 3, guests=3, mode="hybrid", venue="own")
    held(community, 4, guests=3, mode="online", venue="member", host=library)  # moved online since

    found = year_of(community)

    assert shown(community, "hosted") == "1 of 2"
    assert [t.host for t in found.turnouts] == ["Bibliothèque Le Prévost", "", ""]


def test_hosting_counts_among_the_signs_of_engagement(community):
    now = timezone.localdate()
    held(community, 1, guests=3, year=now.year, mode="in_person", venue="member")

    with translation.override("en"):
        (line,) = [line for line in vitality.Board(community).factors() if line.factor == Factor.ENGAGEMENT]

    assert ("Meetings hosted by a member organisation", "1 of 1") in [(e.name, e.value) for e in line.evidence]


def test_where_everything_was_online_nobody_could_host(community):
    held(community, 2, guests=3)

    assert shown(community, "hosted") == "insufficient data"


# ------------------------------------------------------------ announced topics (C22)


def test_attendance_with_and_without_the_topic_announced(community):
    some = members(community, 9)
    for month, present in [(1, 9), (2, 6), (3, 4), (4, 2)]:
        meeting = held(community, month, present=some[:present])
        if month < 3:
            meeting.topic_announced_at = meeting.starts_at - dt.timedelta(days=10)
            meeting.save()

    found = year_of(community).by_code

    assert found["told"] == Measure("told", 7.5, 2, 15)
    assert found["untold"] == Measure("untold", 3, 2, 6)


def test_one_meeting_is_no_average(community):
    held(community, 1, guests=9)

    with translation.override("en"):
        found = measure(community, "untold")
        assert (found.shown, found.over) == ("insufficient data", "n = 1 meeting")


def test_a_topic_announced_once_begun_was_not_announced(community):
    for month in (1, 2):
        meeting = held(community, month, guests=9)
        meeting.topic_announced_at = meeting.starts_at + dt.timedelta(minutes=1)
        meeting.save()

    assert measure(community, "told").n == 0
    assert measure(community, "untold").n == 2


# ------------------------------------------------------------ replies (P6, P7)


def said(meeting, some, answer="yes", **fields):
    Reply.objects.bulk_create(Reply(meeting=meeting, membership=m, answer=answer, **fields) for m in some)


def test_absences_after_a_yes_are_told_announced_or_not(community):
    some = members(community, 10)
    meeting = held(community, 2, present=some[:5], absent=some[5:7], excused=some[7:8], unknown=some[8:9])
    said(meeting, some[:9])
    said(meeting, some[9:], answer="no")

    found = year_of(community).by_code

    assert found["P6"] == Measure("P6", 2 / 8, 8, 2)
    assert found["P6e"] == Measure("P6e", 1 / 8, 8, 1)


def test_a_no_is_an_absence_announced_and_never_one_that_was_not(community):
    """Five said yes, three of whom came; of the four who said no, two were absent, one excused, one came."""
    some = members(community, 12)
    meeting = held(community, 2, present=[*some[:3], some[8]], absent=[*some[3:7], some[9]], excused=some[7:8])
    said(meeting, some[:5])
    said(meeting, some[5:9], answer="no")
    said(meeting, some[9:10], answer="maybe")

    found = year_of(community).by_code

    assert (found["P6"].count, found["P6"].n) == (2, 5)
    assert (found["P6e"].count, found["P6e"].n) == (3, 9)


def test_presences_without_a_reply_count_where_replies_were_asked(community):
    some = members(community, 6)
    said(held(community, 2, present=some), some[:4])
    held(community, 3, present=some, registration=Meeting.Registration.NONE)

    assert measure(community, "P7") == Measure("P7", 2 / 6, 6, 2)


def test_no_share_is_told_of_fewer_than_five(community):
    some = members(community, 4)
    said(held(community, 2, present=some[:3], absent=some[3:]), some)

    found = year_of(community).by_code

    assert (found["P6"].value, found["P6"].n) == (None, 4)
    assert (found["P7"].value, found["P7"].n) == (None, 3)
    with translation.override("en"):
        assert {found[code].shown for code in ("P6", "P6e", "P7")} == {"insufficient data"}


def test_whoever_waited_for_a_seat_broke_no_promise(community):
    some = members(community, 6)
    meeting = held(community, 2, present=some[:5], absent=some[5:])
    said(meeting, some[:5])
    said(meeting, some[5:], is_waiting=True)

    assert measure(community, "P6") == Measure("P6", 0.0, 5, 0)


def test_whoever_waited_for_a_seat_had_replied(community):
    some = members(community, 6)
    meeting = held(community, 2, present=some)
    said(meeting, some[:5])
    said(meeting, some[5:], is_waiting=True)

    assert measure(community, "P7") == Measure("P7", 0.0, 6, 0)


# ------------------------------------------------------------ time per objective (D09)


def blocks(meeting, *some):
    """(kind, planned, spent, topic): spent is None where nobody pressed « next »."""
    clock = meeting.starts_at
    for position, (kind, planned, spent, topic) in enumerate(some):
        item = AgendaItem(meeting=meeting, kind=kind, title=kind, minutes=planned, topic=topic, position=position)
        if spent is not None:
            item.started_at, item.ended_at = clock, clock + dt.timedelta(minutes=spent)
            clock = item.ended_at
        item.save()


def time_of(community):
    return CommunityYear.gather(community, YEAR, TODAY).time


@pytest.fixture
def ties(community):
    return make.an_objective(community, "Créer des liens")


def test_time_follows_the_topic_of_each_block(community, ties):
    about_ties = make.a_topic(community, "Rejoindre les pères", objective=ties)
    other = make.a_topic(community, "Le budget")
    run, planned = held(community, 2), held(community, 3)
    blocks(run, ("welcome", 5, 10, None), ("exchange", 20, 30, about_ties), ("exchange", 20, None, other))
    blocks(planned, ("exchange", 15, None, about_ties), ("exchange", 5, None, other))
    blocks(held(community, 4, kind=Kind.TRAINING), ("exchange", 60, 60, about_ties))
    held(community, 5)

    found = time_of(community)

    with translation.override("en"):
        assert found.rows == [
            ("Créer des liens", 45, "75%"),
            ("Topics that name no objective", 5, "8%"),
            ("Welcome, framing, synthesis…", 10, "17%"),
        ]
    assert (found.total, found.timed, found.held) == (60, 2, 3)


def test_an_exchange_without_a_topic_counts_for_the_one_objective_of_its_meeting(community, ties):
    alone, mixed = held(community, 2), held(community, 3)
    for meeting, objective in [(alone, ties), (alone, ties), (mixed, ties), (mixed, None)]:
        make.a_topic(community, state=Topic.State.DISCUSSED, meeting=meeting, objective=objective)
    for meeting in (alone, mixed):
        blocks(meeting, ("exchange", 40, 40, None))

    found = time_of(community)

    assert [(line.wording, line.minutes) for line in found.lines] == [("Créer des liens", 40)]
    assert found.without == 40


def test_a_meeting_closed_the_next_day_did_not_last_all_night(community, ties):
    topic = make.a_topic(community, objective=ties)
    meeting = held(community, 2)  # an hour
    blocks(meeting, ("exchange", 30, 40, topic), ("evaluation", 5, 24 * 60, None))
    meeting.closed_at = meeting.agenda.last().ended_at
    meeting.save()

    found = time_of(community)

    assert (found.lines[0].minutes, found.rest) == (40, meeting.length_in_minutes - 40)


def test_the_share_of_one_meeting_is_not_told(community, ties):
    topic = make.a_topic(community, objective=ties)
    blocks(held(community, 2), ("exchange", 40, 40, topic))

    assert time_of(community).rows == [("Créer des liens", 40, "")]


# ------------------------------------------------------------ on paper, and kept


@pytest.mark.parametrize("code", measures.INDICATORS)
def test_each_measure_says_in_both_languages_what_it_is_and_over_what(code):
    said = {}
    for language in ("fr-ca", "en"):
        with translation.override(language):
            one, several = Measure(code, 1, 1), Measure(code, 1, 1200)
            said[language] = {one.name, one.definition, one.over, several.over}
            assert len(said[language]) == 4
            assert one.over.replace("\xa0", " ").startswith("n = 1 ")

    assert not said["fr-ca"] & said["en"], "untranslated"


def test_assiduity_alone_has_a_target():
    with translation.override("fr-ca"):
        told = {code: Measure(code, 1, 9).target for code in measures.INDICATORS}
    assert {code for code, target in told.items() if target} == {"P3"}
    assert "100" in told["P3"]


def test_a_cell_of_a_table_is_the_bare_number():
    with translation.override("fr-ca"):
        assert Measure.share("P2", 3, 8).bare == 37.5
        assert Measure.share("P2", 3, 4).bare is None, "no share of fewer than five"
        assert Measure.mean("P1", [6, 7]).bare == 6.5
        assert Measure.mean("P1", []).bare is None


SHARES = [code for code, indicator in measures.INDICATORS.items() if indicator.shown_as == measures.SHARE]


@pytest.mark.parametrize("code", SHARES)
@pytest.mark.parametrize(("n", "is_told"), [(4, False), (5, True)])
def test_no_percentage_of_fewer_than_five_however_it_was_made_or_kept(code, n, is_told):
    """Made today, or kept in a report when percentages of fewer were told."""
    made = Measure.overlap(1, n, 2) if code == "P5" else Measure.share(code, 1, n)
    kept = [Measure(code, 1 / n, 2 if code == "P5" else n, 1), from_json(Measure, to_json(made))]

    with translation.override("en"):
        for one in (made, *kept):
            assert ("%" in one.shown) == is_told, one
            assert (one.share_value is not None) == is_told
            assert (one.count, one.among) == (1, n), "the numbers stay"
            assert one.shown in ("20%", "1 of 4", "insufficient data")


def a_little_group(community, n):
    """As many members and answers as said, at two meetings; half of them came to each."""
    some = members(community, n)
    for month, came in [(2, some), (3, some[:1])]:
        meeting = held(community, month, present=came, absent=[m for m in some if m not in came])
        said(meeting, some)
    survey(community.meetings.order_by("starts_at").first(), [4] * n)
    return some


@pytest.mark.parametrize(("n", "is_told"), [(4, False), (5, True)])
def test_pages_reports_files_and_boards_tell_no_percentage_of_fewer_than_five(n, is_told, community, sandrine, client):
    """P3 is of possible presences and P6 of replies, at two meetings: they are told of four people."""
    a_little_group(community, n)
    sandrine.language = "en"
    sandrine.save()

    figures = year_of(community).by_code
    with translation.override("en"):
        names = {code: one.name for code, one in figures.items()}
        for code in ("P2", "P4", "P5", "P11", "P11s", "P11a"):
            assert ("%" in figures[code].shown) == is_told, code
    whole = page_of(client, community, sandrine)
    rows = re.findall(r'<th scope="row">\s*(.*?)\s*</th>\s*<td class="num">(.*?)</td>', whole, re.S)
    told = {name.split("<")[0].strip(): figure for name, figure in rows}
    for code in ("P2", "P4", "P5", "P11", "P11s", "P11a"):
        assert ("%" in told[names[code]]) == is_told, code
    exported = client.get(f"/evaluations.csv?annee={YEAR}").content.decode("utf-8-sig")
    (by_name,) = csv.DictReader(io.StringIO(exported))
    assert bool(by_name["Reach in the year (%)"]) == is_told
    assert bool(by_name["Core group (%)"]) == is_told
    assert bool(by_name["Response rate in session (%)"]) == is_told


def test_where_everyone_is_expected_assiduity_says_its_target(client, sandrine):
    twenty = make.a_community("Groupe des Vingt", profile=profiles.Profile.COHORT)
    fifty = make.a_community("Constellation")
    sandrine.language = "en"
    sandrine.save()
    for community in (twenty, fifty):
        make.a_role(sandrine, Role.FACILITATOR, community=community)
        held(community, 2, present=members(community, 6))

    assert "target: 100%" in page_of(client, twenty, sandrine)
    assert "target: 100%" not in page_of(client, fifty, sandrine)
    assert "informative: no target" in page_of(client, fifty, sandrine)
    vitality = client.get(f"/communautes/{twenty.pk}/vitalite/").content.decode()
    assert "target: 100%" in vitality
    assert client.get(f"/evaluations/?annee={YEAR}").content.decode().count("target: 100%") == 1


def test_new_faces_of_a_community_older_than_its_records_are_counted_since_the_first(client, sandrine):
    """One began on paper in 2020 and is recorded since February; the other began with its first meeting."""
    old = make.a_community("Constellation", started_on=dt.date(2020, 1, 1))
    new = make.a_community("Groupe des Trente", started_on=dt.date(YEAR, 2, 10))
    for community in (old, new):
        some = members(community, 6)
        held(community, 2, absent=some[5:], present=some[:5])
        held(community, 4, present=some)

    with translation.override("en"):
        assert "since the first record, of February 10, 2025" in measure(old, "P9").definition
        assert measure(new, "P9").definition.endswith("since the community began.")
    with translation.override("fr-ca"):
        assert "depuis le premier relevé (10 février 2025)" in measure(old, "P9").definition
    assert measure(old, "P9").value == 6


@pytest.fixture
def told(community, ties):
    for month in (2, 3):
        meeting = held(community, month, guests=8, mode="in_person", venue="member")
        meeting.host = Organisation.named("Bibliothèque Le Prévost")
        meeting.save()
        blocks(meeting, ("exchange", 40, 40, make.a_topic(community, objective=ties)))
    return community


def page_of(client, community, person, year=YEAR):
    client.force_login(person)
    return client.get(f"/communautes/{community.pk}/bilans/{year}/").content.decode()


def test_the_report_shows_them_with_definitions(client, told, sandrine):
    sandrine.language = "en"
    sandrine.save()

    page = page_of(client, told, sandrine)

    for words in ("Regular meetings", "2 of 2", "a contribution of its own", "hosted by Bibliothèque Le Prévost",
                  "Time of the meetings, by objective", "n = 1 h 20, in 2 meetings"):  # fmt: skip
        assert words in page


def test_they_are_kept_and_come_back_the_same(told):
    gathered = CommunityYear.gather(told, YEAR, TODAY)

    assert CommunityYear.from_json(json.loads(json.dumps(gathered.to_json()))) == gathered


def test_a_version_published_before_these_figures_opens_without_them(client, told, sandrine):
    figures = CommunityYear.gather(told, YEAR, TODAY).to_json()
    figures["method"] = 1
    del figures["time"]
    del figures["figures"]["around"]
    for turnout in figures["figures"]["turnouts"]:
        del turnout["host"]
    kept = [m for m in figures["figures"]["measures"] if m["code"] not in ("P6", "P6e", "P7")]
    figures["figures"]["measures"] = kept
    sandrine.language = "en"
    sandrine.save()
    told.reports.create(year=YEAR, figures=figures, published_at=timezone.now(), published_by=sandrine)

    page = page_of(client, told, sandrine)

    assert "Attendance per meeting" in page
    assert "Rhythm, trainings" not in page
    assert "Time of the meetings" not in page
    assert "Past breaks that are over are not known" in page


# ------------------------------------------------------------ what is told beside a decline


def test_a_decline_says_what_else_changed(community):
    some = members(community, 10)
    for month in range(1, 7):
        meeting = held(community, month, present=some, mode="in_person")
        meeting.topic_announced_at = meeting.starts_at - dt.timedelta(days=9)
        meeting.save()
    for month in range(7, 10):
        held(community, month, present=some[:2])

    found = year_of(community).decline

    with translation.override("en"):
        assert found.beside == [
            "Topic not announced: 3 of the last three.",
            "The mode changed too: mostly “In person” before, “Online” since.",
        ]


def test_where_nothing_else_changed_a_decline_stands_alone():
    around = [Circumstance("online", is_announced=True)] * 9

    assert decline([15, 16, 14, 17, 16, 12, 8, 5, 4], around=around).beside == []
    assert decline([15, 16, 14, 17, 16, 12, 8, 5, 4]).beside == []
