"""Choosing members: the call, the public form, two readers, decisions, letters, the commitment, and forgetting."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.domain.recruitment import selecting
from communities.models import Application, Commitment, Community, Membership
from communities.models.profiles import AttendancePolicy, Selection
from outbox.models import Message
from tests import factories as make
from tests.forms import form_on, submit


@pytest.fixture
def twenty(community):
    """The community selects, and asks for every meeting."""
    Community.objects.filter(pk=community.pk).update(
        selection=Selection.SELECTED, attendance_policy=AttendancePolicy.COMMITTED
    )
    community.refresh_from_db()
    return community


@pytest.fixture
def call(twenty, sandrine, philippe):
    return make.a_call(twenty, readers=[sandrine, philippe])


@pytest.fixture
def application(call):
    return make.an_application(call)


def scores(application, *values):
    return dict(zip([c.pk for c in application.call.criteria.all()], values, strict=True))


def read_by_both(application, sandrine, philippe, first=(4, 4), second=(4, 4)):
    selecting.score(application, scores(application, *first), by=sandrine)
    selecting.score(application, scores(application, *second), by=philippe)


def form(**more):
    return {
        "first_name": "Rosalie",
        "last_name": "Gagnon",
        "email": "Rosalie@exemple.quebec",
        "organisation": "Maison de la culture",
        "title": "Médiatrice",
        "motivation": "Pour apprendre",
        "language": "fr-ca",
        "commits": True,
        "consents": True,
        **more,
    }


# ------------------------------------------------------------ the call


def test_a_call_is_written_with_its_criteria_and_two_readers(twenty, sandrine, philippe, signed_in):
    client, address = signed_in(sandrine), reverse("communities:create_call", args=[twenty.pk])
    written = {
        "title": "Groupe des Vingt 2027",
        "text": "Six rencontres",
        "opens_on": "2027-01-05",
        "closes_on": "2027-02-05",
        "places": "20",
        "criterion_0": "Motivation",
        "weight_0": "3",
        "criterion_1": "Milieu",
        "weight_1": "1",
    }

    refused = submit(client, address, {**written, "readers": [sandrine.pk]})
    assert refused.status_code == 422
    submit(client, refused, {"readers": [sandrine.pk, philippe.pk]})  # what was typed is still there

    call = twenty.calls.get()
    assert [(c.wording, c.weight) for c in call.criteria.all()] == [("Motivation", 3), ("Milieu", 1)]


def test_criteria_no_longer_change_once_someone_scored(call, application, sandrine, signed_in):
    selecting.score(application, scores(application, 3, 3), by=sandrine)

    shown = signed_in(sandrine).get(reverse("communities:edit_call", args=[call.pk]))

    assert "criterion_0" not in shown.content.decode()


# ------------------------------------------------------------ applying


def test_an_application_sent_twice_is_one_and_is_acknowledged(call, client):
    page = reverse("communities:apply", args=[call.secret])

    applying = form_on(client.get(page), form()).fill(form())
    first, second = applying.press(client), applying.press(client)

    assert (first.status_code, second.status_code) == (200, 200)
    assert Application.objects.get().email == "rosalie@exemple.quebec"
    assert Message.objects.get().to == "rosalie@exemple.quebec"


def test_one_address_applies_once(call, client):
    page = reverse("communities:apply", args=[call.secret])

    submit(client, page, form())
    submit(client, page, form(motivation="Autre"))

    assert Application.objects.get().motivation == "Pour apprendre"


def test_before_and_after_its_days_the_form_says_so_and_takes_nothing(call, client):
    page = reverse("communities:apply", args=[call.secret])
    applying = form_on(client.get(page), form()).fill(form())
    with time_machine.travel(timezone.now() + dt.timedelta(days=40)):
        assert client.get(page).status_code == 410
        assert applying.press(client).status_code == 410
    with time_machine.travel(timezone.now() - dt.timedelta(days=10)):
        assert '<form class="stack"' not in client.get(page).content.decode()
    assert not Application.objects.exists()


def test_the_form_wants_the_commitment_and_the_agreement(call, client):
    page = reverse("communities:apply", args=[call.secret])

    for missing in ("commits", "consents", "motivation"):
        empty = "" if missing == "motivation" else False
        assert submit(client, page, form(**{missing: empty})).status_code == 422


def test_a_flood_of_applications_from_one_place_is_stopped(call, client):
    page = reverse("communities:apply", args=[call.secret])

    applying = form_on(client.get(page), form()).fill(form(consents=False))

    answers = [applying.press(client).status_code for _ in range(21)]

    assert answers[-1] == 429


# ------------------------------------------------------------ reading


def test_no_reader_sees_the_other_before_both_are_done(call, application, sandrine, philippe, client):
    address = application.get_absolute_url()
    selecting.score(application, scores(application, 1, 1), by=philippe)

    client.force_login(sandrine)
    hidden = client.get(address).content.decode()
    assert 'aria-labelledby="scores-title"' not in hidden
    assert "checked" not in hidden.split('class="card form scores"')[1]
    assert client.get(call.get_absolute_url()).context["readings"][0].mean is None

    submit(client, address, score_form(application, 4, 4))
    assert 'aria-labelledby="scores-title"' in client.get(address).content.decode()


def score_form(application, *values):
    return {f"criterion_{pk}": value for pk, value in scores(application, *values).items()}


def test_means_weigh_the_criteria_and_disagreements_are_flagged(application, sandrine, philippe):
    read_by_both(application, sandrine, philippe, first=(4, 1), second=(2, 1))

    reading = selecting.reading_of(application)

    assert reading.mean == pytest.approx(((4 + 2) / 3 + (2 + 2) / 3) / 2)  # weights 1 and 2
    assert reading.disagrees
    assert [line.is_far_apart for line in reading.lines] == [True, False]


def test_scores_no_longer_change_once_all_are_there(application, sandrine, philippe):
    read_by_both(application, sandrine, philippe)

    with pytest.raises(ValidationError):
        selecting.score(application, scores(application, 1, 1), by=sandrine)


def test_only_named_readers_score(application, karim):
    with pytest.raises(PermissionDenied):
        selecting.score(application, scores(application, 1, 1), by=karim)


def test_a_member_named_as_reader_reads_that_call_until_they_leave(call, application, nadia, signed_in):
    client = signed_in(nadia)
    assert client.get(application.get_absolute_url()).status_code == 404
    call.readers.add(nadia)
    shown = client.get(application.get_absolute_url())
    assert shown.status_code == 200
    assert application.email not in shown.content.decode()

    nadia.memberships.get().become("alumni")
    assert client.get(application.get_absolute_url()).status_code == 404


def test_the_table_asks_as_many_questions_for_thirty_applications(call, sandrine, signed_in):
    client = signed_in(sandrine)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(call.get_absolute_url())
        return len(asked)

    for _ in range(3):
        make.an_application(call)
    queries()
    few = queries()
    for _ in range(27):
        make.an_application(call)
    assert queries() == few


# ------------------------------------------------------------ deciding, writing, signing


def test_a_decision_waits_for_all_readers_and_is_kept_with_who_and_when(application, sandrine, philippe):
    with pytest.raises(ValidationError):
        selecting.decide_application(application, "accepted", by=philippe)
    read_by_both(application, sandrine, philippe)

    selecting.decide_application(application, "accepted", by=philippe)

    application.refresh_from_db()
    assert (application.decision, application.decided_by) == ("accepted", philippe)
    assert application.decided_at
    assert not Message.objects.exists()  # the letter waits for its own press


def test_the_accepted_sign_the_dates_of_the_year_before_they_are_members(
    call, application, meeting, sandrine, philippe, signed_in, client
):
    read_by_both(application, sandrine, philippe)
    selecting.decide_application(application, "accepted", by=philippe)
    letters = reverse("communities:letters", args=[call.pk])
    facilitator = signed_in(sandrine)
    assert 'lang="en"' in facilitator.get(letters).content.decode()
    sending = form_on(facilitator.get(letters), ["accepted"]).fill({"accepted": "Bravo !"})
    sending.press(facilitator, "step=send")
    sending.press(facilitator, "step=send")

    letter = Message.objects.get(kind="application-decided")
    membership = Membership.objects.get(user__email=application.email)
    assert "Bravo !" in letter.text
    assert (membership.status, membership.source) == ("invited", "call")
    client.logout()
    page = re.search(r"/rejoindre/[^/\s]+/", letter.text).group(0)
    submit(client, page, {"commits": True})

    membership.refresh_from_db()
    assert membership.status == "active"
    assert Commitment.objects.get().days == [meeting.local_start.date()]
    shown = signed_in(sandrine).get(reverse("communities:calls", args=[call.community_id])).content.decode()
    assert membership.user.full_name in shown


def test_who_waited_is_written_to_again_when_a_place_is_free(call, application, sandrine, philippe):
    read_by_both(application, sandrine, philippe)
    for decision in ("waiting", "accepted"):
        selecting.decide_application(application, decision, by=philippe)
        assert selecting.send_letters(call, {}, by=sandrine) == 1

    assert Message.objects.filter(to=application.email).count() == 2
    with pytest.raises(ValidationError):
        selecting.decide_application(application, "declined", by=philippe)


# ------------------------------------------------------------ forgetting


def test_the_declined_are_erased_after_six_months_with_their_mails(call, application, sandrine, philippe):
    read_by_both(application, sandrine, philippe)
    selecting.decide_application(application, "declined", by=philippe)
    selecting.send_letters(call, {}, by=sandrine)
    waiting = make.an_application(call)

    with time_machine.travel(timezone.now() + dt.timedelta(days=170)):
        assert selecting.forget_old_applications() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=190)):
        assert selecting.forget_old_applications() == 1

    assert list(Application.objects.all()) == [waiting]
    assert not Message.objects.filter(to=application.email).exists()
    call.refresh_from_db()
    assert call.forgotten == 1


def test_a_year_after_a_call_nothing_of_its_applications_is_left(call, application):
    with time_machine.travel(timezone.now() + dt.timedelta(days=400)):
        assert selecting.forget_old_applications() == 1
