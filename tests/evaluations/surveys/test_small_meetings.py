"""Meetings too small for an anonymous evaluation: aloud or, once somebody has written, pooled with others."""

import datetime as dt
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from communities.domain.duplicates import merging
from communities.models import Kind
from evaluations.domain.reports.year_answers import year_answers
from evaluations.domain.surveys import aloud, bank, closing, collection, comments, keyring, pooling, questionnaires
from evaluations.models import CommentBatch, Pool, Release, Response, SpokenEvaluation, Survey
from evaluations.tasks import tend_surveys
from meetings.domain.agenda import agendas
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.forms import form_on, submit
from tests.racing import at_once, needs_row_locks

SAID = "Le mot de {}"


def small_meeting(community, members, *, in_favour=True, said=True, **fields):
    """These people come to a meeting of the community, and each writes."""
    now = timezone.now()
    meeting = make.a_meeting(community, now - dt.timedelta(minutes=40), started_at=now, title="Petite", **fields)
    agendas.default_agenda(meeting)
    for member in members:
        make.an_attendance(meeting, member)
    answers = [
        {**ANSWERS, "R1": "4" if in_favour else "1"} | ({"R5B": SAID.format(member.pk)} if said else {})
        for member in members
    ]
    return closed_with(meeting, members, answers)


@pytest.fixture
def people(community):
    return [make.a_member(community) for _ in range(8)]


def shown(client, survey):
    return client.get(reverse("evaluations:survey", args=[survey.meeting_id])).content.decode()


# ------------------------------------------------------------ pooled


def test_a_small_meeting_is_never_told_alone(community, people, sandrine, signed_in):
    survey = small_meeting(community, people[:3])

    assert not Release.objects.exists()
    assert not Response.objects.exists(), "its answers lie in no row of their own"
    assert (survey.pool.n, survey.pool.is_told, len(survey.pool.people)) == (3, False, 3)
    page = shown(signed_in(sandrine), survey)
    assert "En attente d’autres petites rencontres" in page
    assert SAID.format(people[0].pk) not in page


def test_small_meetings_are_told_together_once_enough_people_answered(community, people, sandrine, signed_in):
    first = small_meeting(community, people[:3])
    second = small_meeting(community, people[3:6], in_favour=False)

    pool = Pool.objects.get()
    assert (pool.n, pool.figures["n"], pool.answers, pool.people) == (6, 6, {}, [])
    page = shown(signed_in(sandrine), first)
    assert page.count("3 sur 6") >= 1
    assert "Les petites rencontres de" in page
    assert shown(signed_in(sandrine), second).count(">Petite</a> ·") == 2, "both are named, none alone"
    assert not keyring.has_secret(pool.keyring_name) or pool.keyring_name not in pooling.secrets_in_use()


def test_five_answers_of_three_people_are_three_people(community, people):
    small_meeting(community, people[:3])
    small_meeting(community, people[:3])

    pool = Pool.objects.get()
    assert (pool.n, len(pool.people), pool.is_told) == (6, 3, False)


def test_the_same_person_under_two_records_is_one(community, people, sandrine):
    """Merged between the two meetings: four people answered five times."""
    listed, twin = people[:2]
    small_meeting(community, [listed, *people[2:4]])
    small_meeting(community, [twin, people[4]])
    assert Pool.objects.get().is_told, "the control: unmerged, they are five"
    Pool.objects.all().delete()
    Survey.objects.all().delete()

    small_meeting(community, [listed, *people[2:4]])
    merging.merge(Kind.PERSON, twin.user, listed.user, taken=[], by=sandrine)
    small_meeting(community, [twin, people[4]])

    assert not Pool.objects.get().is_told


def test_a_pool_is_told_once_and_the_next_small_meeting_begins_another(community, people):
    small_meeting(community, people[:3])
    small_meeting(community, people[3:6])
    told = Pool.objects.get().figures

    third = small_meeting(community, people[:2])

    first, second = Pool.objects.order_by("pk")
    assert first.figures == told
    assert (second.n, second.is_told, third.pool) == (2, False, second)


def test_a_version_made_in_the_middle_of_a_year_does_not_split_the_pool(
    community, people, philippe, sandrine, signed_in
):
    questionnaires.questions_of.cache_clear()
    first = small_meeting(community, people[:3])
    item = next(one for one in bank.Sheet("Q-R").items if one.code == "R5A")
    bank.make_version("Q-R", {"R5A": bank.Edit({}, False, item.place)}, philippe, based_on=1)

    second = small_meeting(community, people[3:6], in_favour=False)

    assert (first.questionnaire.version, second.questionnaire.version) == (1, 2)
    pool = Pool.objects.get()
    assert (pool.n, pool.is_told, set(pool.surveys.all())) == (6, True, {first, second})
    assert {told["code"] for told in pool.figures["questions"]} == {"R1", "R2", "R3", "R4"}
    assert "3 sur 6" in shown(signed_in(sandrine), first)
    assert CommentBatch.objects.get().texts, "what was written goes with it, since both were asked"


def test_what_one_of_its_versions_did_not_ask_is_told_of_no_pool(community, people, philippe):
    questionnaires.questions_of.cache_clear()
    small_meeting(community, people[:3])
    item = next(one for one in bank.Sheet("Q-R").items if one.code == "R5B")
    bank.make_version("Q-R", {"R5B": bank.Edit({}, False, item.place)}, philippe, based_on=1)

    small_meeting(community, people[3:6], said=False)

    assert Pool.objects.get().is_told
    assert not Response.objects.exists(), "three people wrote, and everybody knows which"
    assert not CommentBatch.objects.exists()


def test_a_pool_holds_neither_larger_meetings_nor_those_of_others(community, people):
    large = small_meeting(community, people[:6])
    elsewhere = make.a_community()
    theirs = small_meeting(elsewhere, [make.a_member(elsewhere) for _ in range(3)])
    ours = small_meeting(community, people[:3])

    assert (large.pool, large.release.figures["n"]) == (None, 6)
    assert theirs.pool != ours.pool
    assert not Pool.objects.filter(is_told=True).exists()


def test_a_year_adds_pools_up_and_only_whole_ones(community, people):
    surveys = [small_meeting(community, people[:3]).pk, small_meeting(community, people[3:6]).pk]

    assert {answered.n for answered in year_answers(surveys, community)} == {6}
    assert list(year_answers(surveys[:1], community)) == [], "not for one of its meetings alone"


def test_comments_of_a_pool_wait_for_five_as_others_do(community, people):
    small_meeting(community, people[:3])
    small_meeting(community, people[3:5], said=False)
    assert Pool.objects.get().is_told
    comments.release_waiting(community)
    assert not CommentBatch.objects.exists(), "three comments: recognisable"

    small_meeting(community, people[:6])

    assert len(CommentBatch.objects.get().texts) == 9


def test_what_did_not_fill_by_the_end_of_its_year_is_forgotten(community, people):
    survey = small_meeting(community, people[:3])
    name = survey.pool.keyring_name
    tend_surveys()
    assert Pool.objects.exists(), "the year is not over"

    Pool.objects.update(year=timezone.localdate().year - 1)
    still_open = make.a_meeting(community, timezone.now() - dt.timedelta(days=360), started_at=timezone.now())
    open_then = collection.open_for(still_open, by=None)
    Survey.objects.filter(pk=open_then.pk).update(closes_at=timezone.now() + dt.timedelta(days=1))
    if still_open.starts_at.year == timezone.localdate().year - 1:
        tend_surveys()
        assert Pool.objects.exists(), "a survey of that year is open still"
        collection.close(open_then)
    tend_surveys()

    assert not Pool.objects.exists()
    assert not keyring.has_secret(name)
    survey.refresh_from_db()
    assert survey.pool is None


def test_a_lost_secret_starts_another_pool(community, people):
    """Who of the first ones answers again, nobody could tell any more."""
    survey = small_meeting(community, people[:3])
    keyring.destroy(survey.pool.keyring_name)

    small_meeting(community, people[3:6])

    pool = Pool.objects.get()
    assert (pool.n, pool.is_told) == (3, False)


def test_what_a_pool_told_since_the_backup_is_told_again(community, people, django_capture_on_commit_callbacks):
    first = small_meeting(community, people[:3])
    before = Pool.objects.values().get()
    with django_capture_on_commit_callbacks(execute=True):
        small_meeting(community, people[3:6])
    told = Pool.objects.get()
    assert not keyring.has_secret(told.keyring_name)

    Pool.objects.filter(pk=told.pk).update(
        **{name: before[name] for name in ("n", "answers", "people", "figures", "is_told")}
    )
    call_command("replay_releases")

    again = Pool.objects.get()
    assert (again.figures, again.answers, again.people) == (told.figures, {}, [])
    assert first.pool == again


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_two_small_meetings_that_close_at_once_share_one_pool():
    community = make.a_community()
    people = [make.a_member(community) for _ in range(4)]
    surveys = []
    for some in (people[:2], people[2:]):
        meeting, _members = a_room(community, 0)
        for member in some:
            make.an_attendance(meeting, member)
        surveys.append(collection.open_for(meeting, by=None))
        for member in some:
            collection.answer(surveys[-1], member, ANSWERS, in_session=True)

    at_once(*[partial(collection.close, survey) for survey in surveys])

    pool = Pool.objects.get()
    assert (pool.n, len(pool.people), pool.surveys.count()) == (4, 4, 2)


def test_the_secret_of_a_pool_is_not_taken_for_a_key_that_was_forgotten(community, people, monkeypatch):
    survey = small_meeting(community, people[:3])
    monkeypatch.setattr(keyring, "ORPHAN_AFTER", -1)

    closing.put_away_what_is_left()

    assert keyring.has_secret(survey.pool.keyring_name)


# ------------------------------------------------------------ aloud


@pytest.fixture
def four_of_us(community, sandrine):
    meeting, _members = a_room(community, 4, by=sandrine)
    return meeting


def test_aloud_is_offered_before_writing_where_few_are_there(four_of_us, sandrine, signed_in):
    client = signed_in(sandrine)
    page = client.get(reverse("evaluations:survey", args=[four_of_us.pk]))
    assert reverse("evaluations:aloud", args=[four_of_us.pk]) in page.content.decode()

    keyed = {"fingers_3": 1, "fingers_5": 3, "useful": "Le tour de table", "to_change": "Commencer à l’heure"}
    answer = submit(client, reverse("evaluations:aloud", args=[four_of_us.pk]), keyed)

    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Dit de vive voix" in page
    assert "Commencer à l’heure" in page
    assert SpokenEvaluation.objects.get().hands == [0, 0, 1, 0, 3]


def test_it_is_not_offered_to_a_whole_room(community, sandrine, signed_in):
    meeting, _members = a_room(community, 5, by=sandrine)
    client = signed_in(sandrine)

    page = client.get(reverse("evaluations:survey", args=[meeting.pk])).content.decode()

    assert reverse("evaluations:aloud", args=[meeting.pk]) not in page
    answer = client.get(reverse("evaluations:aloud", args=[meeting.pk]), follow=True)
    assert "peut être évaluée par écrit" in answer.content.decode()


def test_after_one_written_answer_it_can_only_be_pooled(four_of_us, sandrine, signed_in):
    client = signed_in(sandrine)
    page = client.get(reverse("evaluations:aloud", args=[four_of_us.pk]))
    survey = collection.open_for(four_of_us, by=sandrine)
    collection.answer(survey, four_of_us.attendances.first().membership, ANSWERS, in_session=True)

    answer = form_on(page, ["useful"]).fill({"useful": "Trop tard"}).press(client)

    assert answer.status_code == 302
    assert "ont répondu par écrit" in client.get(answer["Location"]).content.decode()
    with pytest.raises(ValidationError):
        aloud.key(four_of_us, {"useful": "Trop tard"}, by=sandrine)
    assert not SpokenEvaluation.objects.exists()
    collection.close(survey)
    assert survey.pool.n == 1


def test_a_written_one_that_nobody_answered_gives_way(four_of_us, sandrine):
    collection.open_for(four_of_us, by=sandrine)

    aloud.key(four_of_us, {"useful": "Tout"}, by=sandrine)

    assert not Survey.objects.exists()
    assert SpokenEvaluation.objects.get().useful == "Tout"


def test_what_was_said_aloud_is_followed_by_nothing_written(four_of_us, sandrine, signed_in):
    aloud.key(four_of_us, {"fingers_4": 4}, by=sandrine)
    client = signed_in(sandrine)

    answer = client.post(reverse("evaluations:open_survey", args=[four_of_us.pk]), follow=True)

    assert not Survey.objects.exists()
    assert "évaluée de vive voix" in answer.content.decode()


def test_keying_nothing_is_said_at_the_form_and_removing_is_possible(four_of_us, sandrine, signed_in):
    client, address = signed_in(sandrine), reverse("evaluations:aloud", args=[four_of_us.pk])
    assert submit(client, address, {}).status_code == 422
    aloud.key(four_of_us, {"useful": "Tout"}, by=sandrine)

    submit(client, address, button="forget")

    assert not SpokenEvaluation.objects.exists()
    assert collection.open_for(four_of_us, by=sandrine).is_open
