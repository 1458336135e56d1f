"""What had its time goes, and its neighbour stays: consents, requests, anonymous answers, comments, sessions."""

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.domain import sessions
from accounts.models import Action, AuditLine
from cmtl import editing, retention
from communities.domain.members import consents
from communities.domain.privacy import destructions, incidents
from communities.models import Consent, DestructionRequest, Incident, Purpose
from evaluations.domain.surveys import purge, questionnaires
from evaluations.models import CommentBatch, Pool, Questionnaire, Release, Response, Survey
from meetings.domain import recordings
from meetings.models import Recording, RecordingConsent
from outbox.models import Message
from tests import factories as make

NOW = timezone.now()


def ago(days):
    return NOW - dt.timedelta(days=days)


@pytest.fixture
def long_gone(community):
    return make.a_member(community, make.a_person("Maude"), status="alumni", left_on=ago(1100).date())


@pytest.fixture
def gone_lately(community):
    return make.a_member(community, make.a_person("Théo"), status="alumni", left_on=ago(1090).date())


# ---------------------------------------------------------------- consents


def test_consents_go_three_years_after_a_departure(long_gone, gone_lately, nadia):
    member = nadia.memberships.get()
    for one in (long_gone, gone_lately, member):
        consents.give(one, Purpose.PHOTO)
    consents.withdraw_consent(gone_lately, Purpose.PHOTO)
    Consent.objects.update(given_at=ago(2000))

    consents.forget_old_consents(NOW)

    assert set(Consent.objects.values_list("membership", flat=True)) == {gone_lately.pk, member.pk}


def test_whoever_came_back_keeps_their_consents(long_gone):
    consents.give(long_gone, Purpose.PHOTO)
    long_gone.become("active")

    consents.forget_old_consents(NOW)

    assert Consent.objects.count() == 1


def test_what_was_said_of_recordings_goes_with_them(meeting, long_gone, gone_lately, nadia):
    kept = Recording.objects.create(meeting=meeting, purpose="Notes", destroy_on=ago(1200).date())
    for one in (long_gone, gone_lately, nadia.memberships.get()):
        RecordingConsent.objects.create(recording=kept, membership=one, agrees=True, how="self", said_at=ago(1200))

    recordings.forget_consents(NOW)

    assert not kept.consents.filter(membership=long_gone).exists()
    assert kept.consents.count() == 2


# ---------------------------------------------------------------- requests


def a_request(person, **fields):
    return DestructionRequest.objects.create(user=person, words="Effacez tout", asked_at=ago(1300), **fields)


def test_an_answered_request_is_counted_without_its_person_after_three_years(nadia, karim, sam):
    old = a_request(nadia, confirmed_at=ago(1100))
    young = a_request(karim, confirmed_at=ago(1090))
    waiting = a_request(sam)

    destructions.forget_answered(NOW)

    old.refresh_from_db()
    assert (old.user, old.words, old.confirmed_at) == (None, "", ago(1100))
    for one in (young, waiting):
        one.refresh_from_db()
        assert one.user
        assert one.words


def test_a_withdrawn_request_goes_after_three_years(nadia, karim):
    a_request(nadia, cancelled_at=ago(1100))
    young = a_request(karim, cancelled_at=ago(1090))

    destructions.forget_answered(NOW)

    assert list(DestructionRequest.objects.all()) == [young]


# ---------------------------------------------------------------- incidents


def run_on(day):
    with time_machine.travel(dt.datetime.combine(day, dt.time(12), tzinfo=NOW.tzinfo), tick=False):
        return incidents.forget_old_incidents()


@pytest.fixture
def olga(db):
    return make.a_person("Olga", "Responsable", email="olga@exemple.quebec", is_privacy_officer=True)


@pytest.mark.parametrize("known_on", [dt.date(2020, 2, 29), dt.date(2019, 3, 1), dt.date(2023, 6, 15)])
def test_incidents_go_five_years_after_they_were_known_and_not_a_day_before(known_on, olga):
    old, next_day = make.an_incident(known_on=known_on), make.an_incident(known_on=known_on + dt.timedelta(days=1))
    five_years_later = (known_on + dt.timedelta(days=1)).replace(year=known_on.year + 5)
    assert run_on(five_years_later - dt.timedelta(days=25)) == 0  # both are told
    Incident.objects.update(end_told_at=NOW.replace(year=2020))  # as if long ago: their age alone holds them
    assert run_on(five_years_later - dt.timedelta(days=1)) == 0  # five years minus a day
    assert Incident.objects.count() == 2

    gone_on = next(day for n in range(4) if run_on(day := five_years_later + dt.timedelta(days=n)))

    assert gone_on > known_on + dt.timedelta(days=5 * 365)
    assert list(Incident.objects.all()) == [next_day]
    line = AuditLine.objects.get(action=Action.INCIDENT_DESTROYED)
    assert (line.number, line.role) == (str(old.pk), "system")


def test_each_officer_is_told_thirty_days_before_once_and_of_one_incident(olga):
    henri = make.a_person("Henri", "Second", email="henri@exemple.quebec", is_privacy_officer=True)
    due = make.an_incident(known_on=dt.date(2021, 3, 10))
    make.an_incident(known_on=dt.date(2021, 3, 11))
    first = due.ends_on - retention.NOTICE
    run_on(first - dt.timedelta(days=1))
    assert not Message.objects.exists()

    run_on(first)
    run_on(first)

    mails = Message.objects.filter(kind=incidents.ENDS.slug)
    assert {mail.recipient for mail in mails} == {olga, henri}
    assert mails.count() == 2
    assert "12 mars 2026" in mails[0].text
    assert due.information not in mails[0].text
    assert run_on(due.ends_on - dt.timedelta(days=1)) == 0
    assert run_on(due.ends_on) == 1


def test_no_incident_goes_without_a_notice(db):
    """The control: nobody is the officer, nobody is told, and all stays until thirty days after somebody is."""
    known_on = dt.date(2015, 3, 10)
    make.an_incident(known_on=known_on), make.an_incident(known_on=known_on)
    today = dt.date(2026, 1, 10)
    assert run_on(today) == run_on(today + dt.timedelta(days=60)) == 0
    make.a_person("Olga", "Responsable", is_privacy_officer=True)

    assert [run_on(today + dt.timedelta(days=n)) for n in (61, 90, 91)] == [0, 0, 2]


def test_a_day_that_is_corrected_is_told_anew(olga):
    incident = make.an_incident(known_on=dt.date(2021, 3, 10))
    other = make.an_incident(known_on=dt.date(2021, 3, 10))
    run_on(dt.date(2026, 2, 20))
    later = {"known_on": dt.date(2021, 6, 1)}

    incidents.revise(incident, later, shown=editing.seen(incident, later), by=olga)

    incident.refresh_from_db(), other.refresh_from_db()
    assert (incident.end_told_at, other.end_told_at is None) == (None, False)
    assert run_on(dt.date(2026, 5, 10)) == 1  # the other
    assert Message.objects.filter(key__startswith=f"incident-ends:{incident.pk}:").count() == 2


# ---------------------------------------------------------------- evaluations


@pytest.fixture
def questionnaire(db):
    return Questionnaire.objects.filter(code="Q-R").order_by("version").last() or questionnaires.current()


def a_closed_survey(meeting, questionnaire, days):
    survey = Survey.objects.create(
        questionnaire=questionnaire, meeting=meeting, threshold=5, closes_at=ago(days), closed_at=ago(days)
    )
    Release.objects.create(survey=survey, figures={"n": 6, "questions": []})
    for value in range(6):
        Response.objects.create(survey=survey, code="R1", value=value)
    return survey


def test_anonymous_answers_go_after_two_years_and_the_figures_stay(community, questionnaire):
    old = a_closed_survey(make.a_meeting(community, ago(740)), questionnaire, 731)
    young = a_closed_survey(make.a_meeting(make.a_community("Écoles vertes"), ago(740)), questionnaire, 729)
    open_survey = Survey.objects.create(
        questionnaire=questionnaire, meeting=make.a_meeting(community, ago(800)), threshold=5, closes_at=ago(799)
    )
    Response.objects.create(survey=open_survey, code="R1", value=1)

    purge.forget_answers(NOW)

    assert not old.responses.exists()
    assert Release.objects.get(survey=old).figures["n"] == 6
    assert (young.responses.count(), open_survey.responses.count()) == (6, 1)


def test_answers_of_small_meetings_go_two_years_after_their_year(community, questionnaire):
    def a_pool(year):
        pool = Pool.objects.create(
            community=community,
            year=year,
            questionnaire=questionnaire,
            threshold=5,
            keyring_name=f"pool{year}",
            is_told=True,
            figures={"n": 5},
        )
        Response.objects.create(pool=pool, code="R9", value="Plus court")
        return pool

    old, young = a_pool(NOW.year - 3), a_pool(NOW.year - 2)

    purge.forget_answers(NOW)

    assert (old.responses.count(), young.responses.count()) == (0, 1)
    old.refresh_from_db()
    assert old.figures == {"n": 5}


def test_comments_go_two_years_after_they_were_shown(community):
    CommentBatch.objects.create(community=community, texts=["a"] * 5, released_on=ago(732).date())
    young = CommentBatch.objects.create(
        community=make.a_community("Écoles vertes"), texts=["b"] * 5, released_on=ago(728).date()
    )

    purge.forget_comments(NOW)

    assert list(CommentBatch.objects.all()) == [young]


# ---------------------------------------------------------------- sessions


def test_sessions_that_ended_go_with_what_is_known_of_their_device(client, nadia, karim, signed_in):
    store = import_module(settings.SESSION_ENGINE).SessionStore
    kept = {}
    for person in (nadia, karim):
        session = store()
        session["_auth_user_id"] = str(person.pk)
        session.create()
        UserSession.objects.create(user=person, session_key=session.session_key, ip="127.0.0.1", user_agent="Firefox")
        kept[person] = session.session_key
    Session.objects.filter(session_key=kept[nadia]).update(expire_date=NOW - dt.timedelta(seconds=1))

    sessions.forget_ended()

    assert not Session.objects.filter(session_key=kept[nadia]).exists()
    assert Session.objects.filter(session_key=kept[karim]).exists()
    assert list(UserSession.objects.values_list("user", flat=True)) == [karim.pk]
