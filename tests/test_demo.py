"""The demonstration: the seven groups of the guide, each behaving as the guide says of it."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.demo import PEOPLE
from accounts.models import User
from communities.models import Community, Grant, Membership, Role
from evaluations.demonstration.future import stay_current
from evaluations.demonstration.groups import all_groups
from evaluations.demonstration.loading import load
from evaluations.models import AnnualReport, Receipt, Release, Survey
from meetings.models import Attendance, Meeting, Topic
from outbox.models import Message

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # a Monday


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Once for the module, around the transaction of each test, and forgotten after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW):  # invitations are refused to dates that are past by the clock
            load(now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(loaded, db):
    """The database as `load_demo` leaves it on a Monday."""


def community(name: str) -> Community:
    return Community.objects.get(name=name)


def turnouts(name: str) -> list[int]:
    return [m.present for m in community(name).meetings.held().with_turnout().order_by("starts_at")]


def assiduity(name: str) -> float:
    rows = Attendance.objects.filter(meeting__community__name=name)
    return rows.filter(status=Attendance.Status.PRESENT).count() / rows.count()


def test_the_seven_groups_are_there_with_their_people(demonstration):
    members = {c.name: c.member_count for c in Community.objects.with_member_count()}

    assert members == {
        "Conseils jeunesse d’arrondissement": 19,
        "Constellation": 52,
        "Consultations auprès des enfants": 26,
        "Dossiers environnementaux des villes liées": 24,
        "Groupe des Trente": 30,
        "Groupe des Vingt": 20,
        "Les filles et le code": 19,
    }


def test_each_link_of_the_demonstration_opens_on_someone(demonstration):
    people = {who: User.objects.get(email=email) for who, email in PEOPLE.items()}
    led = Grant.objects.filter(user=people["animation"], role=Role.FACILITATOR)

    assert {grant.community.name for grant in led} == {"Constellation", "Groupe des Vingt", "Les filles et le code"}
    assert Community.objects.led_by(people["coordination"]).count() == 7
    assert people["membre"].memberships.get().community.name == "Constellation"


def test_nobody_has_a_real_address(demonstration):
    assert not User.objects.exclude(email=None).exclude(email__endswith="@exemple.quebec").exists()


@pytest.mark.parametrize("group", all_groups(), ids=lambda group: group.name)
def test_each_file_tells_as_many_topics_as_meetings(group):
    assert len(group.topics) == len(group.turnouts)
    assert 2 <= group.meetings_per_year <= 6
    assert all(1 <= n <= group.members for n in group.turnouts)


def test_attendance_swings_as_the_guide_says(demonstration):
    assert {8, 20} <= set(turnouts("Constellation"))
    assert assiduity("Constellation") < 0.35  # 10 to 15 of more than 50 is normal
    assert 0.88 <= assiduity("Groupe des Vingt") <= 0.94


def test_one_group_is_in_marked_and_repeated_decline(demonstration):
    last = turnouts("Les filles et le code")[-4:]

    assert last == [16, 12, 8, 5]


def test_those_who_come_are_not_always_the_same(demonstration):
    *_, before, last = community("Constellation").meetings.held().order_by("starts_at")
    came = [
        set(m.attendances.filter(status=Attendance.Status.PRESENT).values_list("membership", flat=True))
        for m in (before, last)
    ]

    assert came[0] & came[1] < came[0] | came[1]


def test_someone_replaced_leaves_the_organisation_and_its_history(demonstration):
    gone = Membership.objects.filter(
        community__name="Dossiers environnementaux des villes liées", status=Membership.Status.ALUMNI
    )

    assert gone.count() == 4
    for membership in gone:
        heir = membership.organisation.memberships.get(joined_on=membership.left_on)
        assert heir.status == Membership.Status.ACTIVE
        assert not membership.attendances.filter(meeting__starts_at__date__gt=membership.left_on).exists()


def test_one_meeting_can_be_started_now_and_one_comes_this_week(demonstration):
    now, soon = Meeting.objects.upcoming(NOW)[:2]

    assert now.community.name == "Groupe des Vingt"
    assert NOW < now.starts_at <= NOW + dt.timedelta(minutes=10)
    assert now.accepts_check_in(NOW)
    assert soon.community.name == "Constellation"
    assert soon.starts_at - NOW < dt.timedelta(days=5)
    assert soon.local_start.hour == 12
    assert soon.local_start.weekday() < 5
    assert soon.replies.count() == 14
    assert not soon.replies.filter(membership__user__first_name="Nadia").exists()


def test_a_follow_up_is_late_and_a_topic_is_to_choose(demonstration):
    late = Meeting.objects.held().get(followed_up_at=None)
    bare = Meeting.objects.planned().filter(title="", starts_at__lt=NOW + dt.timedelta(days=21))

    assert late.community.name == "Les filles et le code"
    assert late.synthesis
    assert {m.community.name for m in bare} == {"Groupe des Trente", "Les filles et le code"}
    assert Topic.objects.waiting().filter(community=late.community).count() == 6


def test_topics_come_from_the_five_sources(demonstration):
    assert set(Topic.objects.values_list("source", flat=True)) == set(Topic.Source.values)


def test_surveys_are_closed_and_their_counts_agree(demonstration):
    assert Survey.objects.exists()
    assert not Survey.objects.open().exists()
    for survey in Survey.objects.select_related("meeting"):
        answered = survey.answers_in_session + survey.answers_after
        assert survey.responses.filter(code="R1").count() == answered <= survey.eligible
        known = set(survey.questionnaire.questions.values_list("code", flat=True))
        assert {r.code for r in survey.responses.all()} <= known


def test_an_answer_leads_to_nobody(demonstration):
    assert not Receipt.objects.exists()
    assert Release.objects.count() > 20


def test_no_published_report_gives_one_or_two_people_away(demonstration):
    for report in AnnualReport.objects.published():
        for question in report.figures["answers"]:
            for line in question["lines"]:
                likely = set(range(line["low"], line["high"] + 1))
                assert not likely <= {1, 2}, (report, line)
                assert not {line["n"] - number for number in likely} <= {1, 2}, (report, line)


def test_last_year_has_a_published_report_for_each_group(demonstration):
    reports = AnnualReport.objects.published().filter(year=2025)

    assert reports.count() == 7
    assert all(r.highlights and r.outcomes and r.figures for r in reports)
    assert {r.published_at.year for r in reports} == {2026}
    assert AnnualReport.objects.filter(year=2026, published_at=None).count() == 1


def test_the_mails_of_the_demonstration_have_left_but_one(demonstration):
    assert Message.objects.filter(recipient__email=PEOPLE["membre"]).exists()
    assert not Message.objects.waiting().exists()
    assert Message.objects.exclude(failed_at=None).get().reason.startswith("meeting:")


def test_days_later_what_nobody_started_is_ahead_again(demonstration):
    later = NOW + dt.timedelta(days=9)

    days = stay_current(later)

    now, soon = Meeting.objects.upcoming(later)[:2]
    assert days == 9
    assert later < now.starts_at <= later + dt.timedelta(minutes=10)
    assert soon.local_start.hour == 12
    assert soon.local_start.date() == dt.date(2026, 12, 4)
    assert stay_current(later) == 0


def test_what_someone_has_started_is_left_where_it_is(demonstration):
    meeting = Meeting.objects.upcoming(NOW)[0]
    Meeting.objects.filter(pk=meeting.pk).update(started_at=NOW)

    stay_current(timezone.now() + dt.timedelta(days=400))

    meeting.refresh_from_db()
    assert meeting.starts_at < NOW + dt.timedelta(minutes=11)


def test_the_groupe_des_vingt_signed_and_recordings_end_where_children_come(demonstration):
    twenty = community("Groupe des Vingt").memberships.active()
    recorded = community("Consultations auprès des enfants").meetings.all()

    assert not twenty.filter(commitments=None).exists()
    assert recorded.exclude(recording=None).count() == recorded.exclude(recording__destroyed_at=None).count() == 2
    assert recorded.upcoming(NOW).get().children_attend
