"""What each kind of person finds in the morning."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.domain.charter import operating_rules, proposals
from communities.models import Community, Policies, Role, profiles
from evaluations.domain import self_assessment
from evaluations.models import AnnualReport
from evaluations.web.today import LATE, Today, usual_turnout
from meetings.domain.followup import private_journal
from meetings.models import Attendance, Recording, Reply
from tests import factories as make
from tests.forms import submit


def titles(user) -> list[str]:
    return [item.url for item in Today(user).to_do]


def held(community, days_ago, present=8, **fields):
    start = timezone.now() - dt.timedelta(days=days_ago)
    meeting = make.a_meeting(community, start, started_at=start, closed_at=start + dt.timedelta(hours=1), **fields)
    for _ in range(present):
        make.an_attendance(meeting, make.a_member(community))
    return meeting


def test_someone_nobody_listed_is_told_so(sam, signed_in):
    response = signed_in(sam).get("/")

    assert Today(sam).is_empty
    assert response.status_code == 200


def test_a_facilitator_sees_the_next_meeting_with_what_is_ready(meeting, sandrine, nadia):
    Reply.objects.create(meeting=meeting, membership=nadia.memberships.get(), answer="yes")
    make.a_meeting(meeting.community, timezone.now() + dt.timedelta(days=40))

    following = Today(sandrine).next_meeting

    assert following.meeting == meeting
    assert [step.code for step in following.steps if step.is_done] == ["topic"]
    said = following.turnout
    assert (said.answered, said.invited, said.silent) == (1, 1, 0)


def test_a_meeting_under_way_comes_before_all_others(meeting, sandrine):
    live = make.a_meeting(
        meeting.community, timezone.now() + dt.timedelta(days=5), started_at=timezone.now(), title="En cours"
    )

    assert Today(sandrine).next_meeting.meeting == live


def test_a_follow_up_not_sent_is_late_after_three_days(community, sandrine):
    meeting = held(community, days_ago=5)

    first = Today(sandrine).to_do[0]

    assert first.urgency == LATE
    assert first.url == reverse("meetings:follow_up", args=[meeting.pk])


def test_what_was_done_leaves_the_list(community, sandrine):
    meeting = held(community, days_ago=5, followed_up_at=timezone.now())
    make.a_topic(community, state="discussed", meeting=meeting)
    private_journal.write_journal(meeting, sandrine, "keep")
    self_assessment.write(sandrine, timezone.localdate().year, {}, "À l’écoute")
    make.a_meeting(community, title="Un sujet", invited_at=timezone.now())
    AnnualReport.objects.create(community=community, year=timezone.localdate().year - 1, published_at=timezone.now())

    assert titles(sandrine) == []


def test_where_everyone_committed_one_absence_without_a_word_asks_for_news(sandrine):
    twenty = make.a_community("Groupe des Vingt", profile=profiles.Profile.COHORT)
    make.a_role(sandrine, Role.FACILITATOR, community=twenty)
    old, lately = held(twenty, days_ago=9), held(twenty, days_ago=2)
    for meeting in (old, lately):
        make.an_attendance(meeting, make.a_member(twenty), Attendance.Status.ABSENT)
    make.an_attendance(old, make.a_member(twenty), Attendance.Status.EXCUSED)

    assert titles(sandrine).count(lately.get_absolute_url()) == 1
    assert old.get_absolute_url() not in titles(sandrine)

    lately.attendances.filter(status=Attendance.Status.ABSENT).update(status=Attendance.Status.EXCUSED)
    assert lately.get_absolute_url() not in titles(sandrine)


def test_a_no_is_an_absence_announced_and_asks_for_no_news(sandrine):
    """Recorded absent by hand, or before a no excused: three absent, one of whom had replied no, and one who had
    replied no to another meeting."""
    twenty = make.a_community("Groupe des Vingt", profile=profiles.Profile.COHORT)
    make.a_role(sandrine, Role.FACILITATOR, community=twenty)
    earlier, lately = held(twenty, days_ago=9), held(twenty, days_ago=2)
    said_no, said_yes, silent = (make.a_member(twenty) for _ in range(3))
    for member in (said_no, said_yes, silent):
        make.an_attendance(lately, member, Attendance.Status.ABSENT)
    Reply.objects.create(meeting=lately, membership=said_no, answer="no")
    Reply.objects.create(meeting=lately, membership=said_yes, answer="yes")
    Reply.objects.create(meeting=earlier, membership=silent, answer="no")

    def news():
        return [item.detail for item in Today(sandrine).to_do if item.url == lately.get_absolute_url()]

    assert [told.split(" · ")[1].split(" ")[0] for told in news()] == ["2"]
    lately.attendances.filter(membership__in=[said_yes, silent]).delete()
    assert news() == []


def test_a_meeting_left_open_asks_to_be_closed(community, sandrine):
    meeting = make.a_meeting(community, timezone.now() - dt.timedelta(days=4), started_at=timezone.now())

    assert reverse("meetings:live", args=[meeting.pk]) in titles(sandrine)


def test_topics_chosen_on_the_spot_are_never_asked_for(sandrine):
    thirty = make.a_community("Groupe des Trente", profile=profiles.Profile.INDIVIDUALS)
    make.a_role(sandrine, Role.FACILITATOR, community=thirty)
    make.a_meeting(thirty, invited_at=timezone.now())

    assert reverse("meetings:topics", args=[thirty.pk]) not in titles(sandrine)


def test_a_member_sees_coming_meetings_and_their_own_answer(meeting, nadia):
    Reply.objects.create(meeting=meeting, membership=nadia.memberships.get(), answer="maybe")

    today = Today(nadia)

    assert not today.leads
    assert [(i.meeting, i.answer) for i in today.invitations] == [(meeting, "maybe")]


def test_whoever_takes_notes_finds_the_meetings_they_write_for(community, meeting, karim, signed_in):
    """Karim is the community's note-taker. Another meeting has somebody else's name, and a neighbour is not his."""
    colleague = make.a_person("Ghislaine")
    make.a_role(colleague, Role.NOTE_TAKER, community=community)
    hers = make.a_meeting(community, title="Celle de Ghislaine", note_taker=colleague)
    make.a_meeting(make.a_community(programme=community.programme), title="Chez les voisins")
    make.a_meeting(community, title="Annulée", cancelled_at=timezone.now())

    assert Today(karim).to_write == [meeting]
    assert Today(colleague).to_write == [meeting, hers]

    page = signed_in(karim).get("/").content.decode()
    assert meeting.title in page
    assert "Celle de Ghislaine" not in page
    assert reverse("meetings:live", args=[meeting.pk]) not in page  # in three days: nothing to open yet


def test_during_the_meeting_its_console_is_one_press_away_for_whoever_takes_notes(meeting, karim, signed_in):
    make.under_way_with_a_choice(meeting)

    assert reverse("meetings:live", args=[meeting.pk]) in signed_in(karim).get("/").content.decode()


def test_a_note_taker_without_a_date_is_not_told_that_nobody_listed_them(community, karim, sam):
    assert not Today(karim).is_empty
    assert Today(sam).is_empty


def test_whoever_runs_the_meeting_is_not_shown_it_twice(community, meeting, sandrine):
    meeting.note_taker = sandrine
    meeting.save()

    assert Today(sandrine).next_meeting.meeting == meeting
    assert Today(sandrine).to_write == []


def test_a_coordinator_is_not_given_the_tasks_of_what_they_facilitate_not(community, philippe):
    """Someone who only coordinates sees everything; someone who also facilitates sees their own tasks first."""
    mine = make.a_community("À moi", programme=community.programme)
    make.a_role(philippe, "facilitator", community=mine)

    assert [c.name for c in Today(philippe).own] == ["À moi"]
    assert len(Today(philippe).communities) == 2


def test_usual_turnout_is_the_middle_half_and_needs_three_meetings():
    assert usual_turnout([8, 20]) is None
    assert usual_turnout([8, 11, 12, 13, 15, 20]) == (11, 14)


@pytest.mark.parametrize("person", ["sandrine", "philippe", "nadia", "karim"])
def test_the_page_costs_the_same_for_three_meetings_and_for_thirty(person, request, community, meeting, signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(request.getfixturevalue(person))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    member = make.a_member(community)
    for n in range(3):
        make.an_attendance(held(community, days_ago=5 + n, present=0), member, Attendance.Status.PRESENT)
    make.a_meeting(community, timezone.now() + dt.timedelta(days=4))
    few = cost()
    for n in range(27):
        make.an_attendance(held(community, days_ago=10 + n, present=0), member, Attendance.Status.PRESENT)
        make.a_meeting(community, timezone.now() + dt.timedelta(days=n + 4))

    assert cost() == few
    assert few <= 30  # conversations to hold and asked for, testimonials to read, those who left: one each


def test_objectives_not_reviewed_for_a_year_ask_to_be(community, sandrine, karim):
    today = timezone.localdate()
    make.an_objective(community, reviewed_on=today - dt.timedelta(days=200))
    address = reverse("communities:objectives", args=[community.pk]) + "#revision"
    assert address not in titles(sandrine)

    make.an_objective(community, reviewed_on=today - dt.timedelta(days=370))
    assert address in titles(sandrine)
    assert address not in titles(karim)

    Policies.write(community, objectives_reviewed_every=24)
    assert address not in titles(sandrine)


def test_a_proposed_objective_waits_for_those_who_adopt_then_is_told_to_who_proposed(community, sandrine, nadia):
    proposal = make.a_proposed_objective(community, nadia)
    assert reverse("communities:objectives", args=[community.pk]) in titles(sandrine)
    assert not Today(nadia).to_read

    proposals.decline(proposal, by=sandrine, answer="Pas cette année")

    assert reverse("communities:objectives", args=[community.pk]) not in titles(sandrine)
    (told,) = Today(nadia).to_read
    assert proposal.wording in told.detail


def test_rules_are_to_read_until_one_says_so(community, nadia, signed_in):
    make.a_rules_version(community), make.a_rules_version(community)
    (asked,) = Today(nadia).to_read
    assert asked.url.endswith("#regles")
    assert asked.title in signed_in(nadia).get("/").content.decode()

    operating_rules.acknowledge(nadia.memberships.get())

    assert not Today(nadia).to_read


def test_a_recording_whose_day_has_come_asks_to_be_destroyed(community, sandrine, karim):
    meeting = held(community, days_ago=20, followed_up_at=timezone.now())
    today = timezone.localdate()
    recording = Recording.objects.create(meeting=meeting, purpose="Notes", started_at=timezone.now(), destroy_on=today)
    address = reverse("meetings:recording", args=[meeting.pk])

    assert Today(sandrine).to_do[0].url == address
    assert Today(sandrine).to_do[0].urgency == LATE
    assert address not in titles(karim)

    Recording.objects.filter(pk=recording.pk).update(destroyed_at=timezone.now())
    assert address not in titles(sandrine)


@pytest.mark.parametrize("who", ["sandrine", "philippe", "ada"])
def test_a_recording_is_still_to_destroy_once_its_community_is_archived(who, community, request, signed_in):
    """Nobody leads it any more: whoever did, and the administrator, are asked all the same, and may say it is done."""
    person = request.getfixturevalue(who)
    meeting = held(community, days_ago=40, followed_up_at=timezone.now(), title="Rejoindre les pères isolés")
    due = {"started_at": timezone.now(), "destroy_on": timezone.localdate(), "kept_at": "Portable de l’organisme"}
    recording = Recording.objects.create(meeting=meeting, purpose="Notes", **due)
    Community.objects.filter(pk=community.pk).update(status=Community.Status.ARCHIVED)
    client = signed_in(person)

    (asked,) = Today(person).to_do
    assert asked.title in client.get("/").content.decode()
    page = client.get(asked.url).content.decode()
    assert "Portable de l’organisme" in page
    assert meeting.title not in page, "where it is and until when: nothing of what was said"
    submit(client, asked.url, action=reverse("meetings:destroy_recording", args=[recording.pk]))

    recording.refresh_from_db()
    assert recording.destroyed_by == person
    assert not Today(person).to_do


def test_what_was_noted_is_not_asked_of_whoever_only_coordinates(community, sandrine, philippe):
    """Closing, completing and sending the follow-up are done from the notes: they belong to those who run it."""
    over = held(community, days_ago=5)
    make.a_meeting(community, timezone.now() - dt.timedelta(days=4), started_at=timezone.now())
    drafts = {reverse(f"meetings:{name}", args=[over.pk]) for name in ("follow_up", "complete")}

    assert drafts <= set(titles(sandrine))
    assert not drafts & set(titles(philippe))
    assert not [address for address in titles(philippe) if address.endswith("/animer/")]


def test_whoever_facilitates_by_contract_is_asked_only_what_they_may_do(sam, signed_in):
    """An external facilitator lists nobody, publishes no report, and decides of no end."""
    ends_on, last_year = timezone.localdate() + dt.timedelta(days=20), timezone.now() - dt.timedelta(days=365)
    community = make.a_community("Sœur", ends_on=ends_on)
    make.a_role(sam, Role.EXTERNAL, community=community)
    make.a_meeting(community, last_year, started_at=last_year, closed_at=last_year + dt.timedelta(hours=1))
    self_assessment.write(sam, timezone.localdate().year, {}, "À l’écoute")
    client = signed_in(sam)

    asked = titles(sam)

    assert reverse("meetings:plan", args=[community.pk]) in asked
    assert {address: client.get(address).status_code for address in asked} == dict.fromkeys(asked, 200)
    assert len(asked) == 1
