"""The demonstration: the seven groups of the guide, each behaving as the guide says of it."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.domain import audit_chain
from accounts.models import User
from accounts.web.demo import PEOPLE
from communities.models import Community, Membership, Need, Party, Role, RoleAssignment
from evaluations.demonstration.future import stay_current
from evaluations.demonstration.groups import all_groups
from evaluations.demonstration.loading import load
from evaluations.models import AnnualReport, ObjectiveRating, Receipt, Release, Survey
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
    led = RoleAssignment.objects.filter(user=people["animation"], role=Role.FACILITATOR)

    assert {assignment.community.name for assignment in led} == {
        "Constellation",
        "Groupe des Vingt",
        "Les filles et le code",
    }
    assert Community.objects.led_by(people["coordination"]).count() == 7
    assert people["membre"].memberships.get().community.name == "Constellation"
    assert people["vie-privee"].is_privacy_officer
    assert audit_chain.link() > 0
    assert audit_chain.verify().fault is None


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
    late = Meeting.objects.held().get(follow_up__sent_at=None)
    bare = Meeting.objects.planned().filter(title="", starts_at__lt=NOW + dt.timedelta(days=21))

    assert late.community.name == "Les filles et le code"
    assert late.minutes.synthesis
    assert {m.community.name for m in bare} == {"Groupe des Trente", "Les filles et le code"}
    assert Topic.objects.waiting().filter(community=late.community).count() == 6


def test_topics_come_from_the_five_sources(demonstration):
    assert set(Topic.objects.values_list("source", flat=True)) == set(Topic.Source.values)


def test_surveys_are_closed_and_their_counts_agree(demonstration):
    assert Survey.objects.exists()
    assert not Survey.objects.open().exists()
    for survey in Survey.objects.filter(meeting=None):
        assert survey.release.figures["n"] == survey.answers_after <= survey.eligible
    for survey in Survey.objects.exclude(meeting=None):
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


# ------------------------------------------------------------ what the reports say in words

WORDS = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente"
SAID = {word: str(n) for n, word in zip([*range(17), 20, 30], WORDS.split(), strict=True)}
NUMBER = re.compile(rf"\d[\d,]*|\b(?:{'|'.join([*SAID][2:])})\b", re.IGNORECASE)  # « un » is an article first


class Told:
    """One published report: its words, the figures printed beside them, and the registers of its community."""

    def __init__(self, name: str) -> None:
        self.community = community(name)
        self.report = AnnualReport.objects.published().get(community=self.community, year=2025)
        self.year = self.report.figures["figures"]

    @property
    def texts(self) -> str:
        report = self.report
        comments = ObjectiveRating.objects.filter(objective__community=self.community, year=2025)
        words = [report.highlights, report.context, report.outcomes, report.next_year]
        return "\n".join([*words, *comments.values_list("comment", flat=True)])

    def present(self) -> list[int]:
        return [turnout["present"] for turnout in self.year["turnouts"]]

    def trained(self) -> list[int]:
        return [turnout["present"] for turnout in self.year["apart"] if turnout["kind"] == "training"]

    def measure(self, code: str) -> float:
        return next(m["value"] for m in self.year["measures"] if m["code"] == code)

    def partners(self, title: str) -> int:
        return self.community.outcomes.get(title__startswith=title).organisations.count()

    def shared(self) -> Need:
        return self.community.needs.get(met_at__isnull=False)

    def sharing(self) -> int:
        return self.shared().parties.filter(side=Party.Side.NEEDS).count()


def french(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


# What is counted somewhere: the words around the numbers, and where they are counted.
COUNTED = [
    ("Conseils jeunesse d’arrondissement", r"a réuni (\d+) personnes", Told.trained),
    ("Conseils jeunesse d’arrondissement", r"(\d+) personnes à la formation", Told.trained),
    ("Constellation", r"en séance : (\d+) sur (\d+)", lambda t: [t.year["responded"][0], sum(t.year["responded"][:2])]),
    ("Constellation", r"dans les (\w+) régions", lambda t: [len(t.community.record_sheet.regions)]),
    ("Constellation", r"(\w+) organismes de régions voisines", lambda t: [t.partners("Halte mobile")]),
    ("Constellation", r"circule dans (\w+) organismes", lambda t: [t.partners("Gabarit")]),
    ("Les filles et le code", r"(\w+) organisations ont payé", lambda t: [t.sharing()]),
    ("Les filles et le code", r"circule entre (\w+) ateliers", lambda t: [t.partners("Placard")]),
    ("Les filles et le code", r"De (\d+) à (\d+) personnes", lambda t: [min(t.present()), max(t.present())]),
    ("Les filles et le code", r"sur (\d+) membres", lambda t: [t.year["members"]]),
    ("Les filles et le code", r"partagée entre (\w+) organisations", lambda t: [t.partners("Formation")]),
    (
        "Les filles et le code",
        r"à ([\d,]+) \$ chacune plutôt que (\d+) \$",
        lambda t: [t.shared().cost / t.sharing() / 100, t.shared().cost / 100],
    ),
    ("Les filles et le code", r"partagée par (\w+) organisations", lambda t: [t.sharing()]),
    ("Les filles et le code", r"(\w+) besoins restent", lambda t: [t.community.needs.filter(met_at=None).count()]),
    ("Groupe des Trente", r"des (\w+) rencontres", lambda t: [len(t.present())]),
    ("Groupe des Trente", r"En moyenne ([\d,]+) personnes", lambda t: [round(t.measure("P1"), 1)]),
    ("Groupe des Vingt", r"Les (\d+) organisations sont encore là", lambda t: [t.measure("P8")]),
    ("Groupe des Vingt", r"taux de présence de (\d+)", lambda t: [round(100 * t.measure("P3"))]),
]

# What people tell of their work, and that the application counts nowhere.
TOLD_BY_THEM = {
    "Conseils jeunesse d’arrondissement": ["trois arrondissements", "neuf conseils jeunesse"],
    "Constellation": [
        "Trois pratiques",
        "visite à deux",
        "deux visites croisées",
        "deux semaines",
        "deux fois par année",
    ],
    "Consultations auprès des enfants": ["Trois méthodes", "deux adultes", "Deux villes", "deux reprises"],
    "Dossiers environnementaux des villes liées": ["cinq villes", "8 %", "Deux visites", "deuxième"],
    "Les filles et le code": ["douze heures", "Quatre plans"],
    "Groupe des Trente": ["Quatre membres", "Deux ont lancé", "Trois à cinq personnes"],
    "Groupe des Vingt": ["quatorze organisations sur vingt", "quatorze organisations", "trois coproductions"],
}


@pytest.mark.parametrize(
    ("name", "words", "counted"), COUNTED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_number_that_a_report_tells_is_the_one_it_shows(demonstration, name, words, counted):
    told = Told(name)

    found = re.search(words, told.texts)

    assert found, told.texts
    assert [SAID.get(n.lower(), n) for n in found.groups()] == [french(n) for n in counted(told)]


@pytest.mark.parametrize("name", TOLD_BY_THEM)
def test_no_report_tells_a_number_that_nobody_has_checked(demonstration, name):
    rest = Told(name).texts
    for group, words, _counted in COUNTED:
        rest = re.sub(words, "…", rest) if group == name else rest
    for words in TOLD_BY_THEM[name]:
        rest = re.sub(words, "…", rest, flags=re.IGNORECASE)

    assert not NUMBER.findall(rest), rest
    assert "{" not in rest


def test_no_report_tells_a_decline_that_its_figures_do_not(demonstration):
    """« La présence baisse » stood beside 15, 16, 14 and 17 people."""
    telling = {r.community.name for r in AnnualReport.objects.all() if re.search(r"baisse|diminu", r.highlights)}
    declining = {r.community.name for r in AnnualReport.objects.published() if r.figures["figures"]["decline"]}

    assert telling <= declining


def test_the_mails_of_the_demonstration_have_left_but_one(demonstration):
    assert Message.objects.filter(recipient__email=PEOPLE["membre"]).exists()
    assert not Message.objects.waiting().exists()
    assert Message.objects.exclude(failed_at=None).get().about_kind == "meetings.meeting"


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
