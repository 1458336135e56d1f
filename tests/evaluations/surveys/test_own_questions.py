"""A community's own questions: written, seen as on a phone, asked of members, told; copied from another community."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from communities.models import Objective
from evaluations.domain import settings_export
from evaluations.domain.campaigns import campaigns, links
from evaluations.domain.campaigns.results import CampaignResults
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.year_answers import answers_by_objective
from evaluations.domain.surveys import collection, own_questions, questionnaires
from evaluations.domain.surveys.results import Results
from evaluations.models import Campaign, OwnQuestion, Pool, Survey
from meetings.domain.links import links as meeting_links
from meetings.models import Meeting
from tests import factories as make
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.evaluations.room import ANSWERS, a_room, closed_with, said_in
from tests.forms import form_on, on_one_line, submit
from tests.test_undoing import undoing_on

CHOICE = {"scale": "choice", "choices_fr": "Oui\nNon", "choices_en": "Yes\nNo"}


@pytest.fixture
def neighbour():
    return make.a_community("Voisine")


@pytest.fixture
def objective(community):
    return make.an_objective(community, "Rejoindre les pères isolés")


def page_of(community, name="own_questions"):
    return reverse(f"evaluations:{name}", args=[community.pk])


def add(client, community, **typed):
    typed = {"wording_fr": "Je connais mieux les ressources de mon quartier.", **typed}
    return submit(client, page_of(community, "add_own_question"), typed)


def ballot_of(meeting, member):
    return reverse("evaluations:ballot", args=[meeting_links.guest_token(meeting, member)])


def codes(survey):
    return [one.code for one in questionnaires.asked(survey, in_person=True)]


# ------------------------------------------------------------ written


def test_sandrine_writes_one_tied_to_an_objective_and_reads_it_back(community, objective, sandrine, signed_in):
    client = signed_in(sandrine)

    answer = add(client, community, objective=str(objective.pk), wording_en="I know my neighbourhood better.")

    question = OwnQuestion.objects.get()
    page = on_one_line(client.get(page_of(community)))
    assert (answer.status_code, answer["Location"]) == (302, page_of(community))
    assert (question.number, question.moment, question.scale, question.objective) == (
        1,
        "meeting",
        "agreement",
        objective,
    )
    assert "Je connais mieux les ressources de mon quartier." in page
    assert "Rejoindre les pères isolés" in page
    assert "Plutôt d’accord" in page
    assert AuditLine.objects.filter(community=community.pk, details__part="ownquestion").count() == 1
    assert "1 question" in on_one_line(client.get(reverse("communities:settings", args=[community.pk])))


def test_three_at_most_whoever_presses(community, sandrine, signed_in):
    for wording in ("Un?", "Deux?", "Trois?"):
        add(signed_in(sandrine), community, wording_fr=wording)

    refused = add(signed_in(sandrine), community, wording_fr="Quatre?")

    assert [one.number for one in community.own_questions.all()] == [1, 2, 3]
    assert refused.status_code == 422
    assert "Il y a déjà trois questions" in on_one_line(refused)
    assert "Quatre?" in refused.text, "what was typed stays"
    assert page_of(community, "add_own_question") not in signed_in(sandrine).get(page_of(community)).text
    with pytest.raises(IntegrityError), transaction.atomic():
        make.an_own_question(community, number=4)


def test_the_same_question_with_other_answers_is_refused_and_what_was_typed_stays(community, sandrine, signed_in):
    add(signed_in(sandrine), community, wording_fr="Un?")

    refused = add(signed_in(sandrine), community, wording_fr="Un?", scale="frequency")

    assert refused.status_code == 422
    assert "déjà dans la liste" in on_one_line(refused)
    assert community.own_questions.get().scale == "agreement"


def test_pressed_twice_it_is_added_once(community, sandrine, signed_in):
    add(signed_in(sandrine), community)
    add(signed_in(sandrine), community)

    assert community.own_questions.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"scale": "choice", "choices_fr": "Oui"}, "de deux à quatre réponses"),
        ({"scale": "choice", "choices_fr": "a\nb\nc\nd\ne"}, "de deux à quatre réponses"),
        ({"scale": "choice", "choices_fr": "Oui\nOui"}, "deux fois"),
        ({"scale": "choice", "choices_fr": "Oui\nNon", "choices_en": "Yes"}, "autant de réponses"),
        ({"wording_fr": "Et {expectation}?"}, "sans accolades"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(community, sandrine, signed_in, typed, said):
    answer = add(signed_in(sandrine), community, **typed)

    assert answer.status_code == 422
    assert said in on_one_line(answer)
    assert not OwnQuestion.objects.exists()


def test_only_its_own_objectives_can_be_tied(community, neighbour, sandrine, signed_in):
    theirs = make.an_objective(neighbour, "Autre chose")
    make.an_objective(community, "Atteint déjà", state=Objective.State.REACHED)

    page = signed_in(sandrine).get(page_of(community, "add_own_question")).text

    assert theirs.wording not in page
    assert "Atteint déjà" not in page


def test_two_people_changing_it_see_both(community, sandrine, philippe, signed_in):
    question = make.an_own_question(community)
    address = reverse("evaluations:edit_own_question", args=[question.pk])
    opened = signed_in(sandrine).get(address)
    submit(signed_in(philippe), address, {"wording_fr": "Notre jumelage avance."})

    late = form_on(opened, ["wording_fr"]).fill({"wording_fr": "Notre jumelage recule."}).press(signed_in(sandrine))

    question.refresh_from_db()
    assert late.status_code == 409
    assert question.wording_fr == "Notre jumelage avance."
    assert "Notre jumelage avance." in on_one_line(late)
    assert "Notre jumelage recule." in on_one_line(late)


def test_removing_is_undone_by_one_press(community, sandrine, signed_in):
    question, client = make.an_own_question(community), signed_in(sandrine)
    action = reverse("evaluations:remove_own_question", args=[question.pk])

    page = submit(client, page_of(community), action=action, follow=True)
    assert not OwnQuestion.objects.exists()
    undoing_on(page).press(client)

    assert OwnQuestion.objects.get().wording_fr == question.wording_fr


# ------------------------------------------------------------ seen as on a phone


def test_the_frame_is_the_real_ballot_in_the_language_asked(community, sandrine, signed_in):
    make.an_own_question(community, wording_en="Our twinning brings us closer.")
    make.an_own_question(community, "Une fois l’an", moment="year")
    client = signed_in(sandrine)

    french = client.get(page_of(community, "preview_own_questions"), {"moment": "meeting", "langue": "fr"})
    english = client.get(page_of(community, "preview_own_questions"), {"moment": "meeting", "langue": "en"})

    assert "Notre jumelage nous rapproche." in french.text
    assert "Une fois l’an" not in french.text
    assert "Our twinning brings us closer." in english.text
    assert "Strongly agree" in english.text
    assert french["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in french["Content-Security-Policy"]


# ------------------------------------------------------------ asked and told


def test_six_members_answer_by_their_links_and_its_figure_is_told(community, sandrine, signed_in):
    add(signed_in(sandrine), community, wording_fr="Je referai l’exercice chez moi?", **CHOICE)
    meeting, members = a_room(community, by=sandrine)
    survey = collection.open_for(meeting, by=sandrine)

    for member in members:
        assert submit(Client(), ballot_of(meeting, member), {**ANSWERS, "X1": "1"}).status_code == 302
    assert {said["X1"] for said in said_in(survey)} == {"1"}
    collection.close(survey)

    page = on_one_line(signed_in(sandrine).get(reverse("evaluations:survey", args=[meeting.pk])))
    export = signed_in(sandrine).get(reverse("evaluations:export_results", args=[meeting.pk])).text
    assert "Questions de la communauté" in page
    assert "6 réponses à cette évaluation" in page
    assert "Je referai l’exercice chez moi?" in page
    assert "X1;Je referai l’exercice chez moi?;6;Oui;6" in export.replace(",", ";").replace('"', "")


def test_it_stands_before_the_words_and_nobody_must_answer_it(community):
    make.an_own_question(community)
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)

    assert codes(survey)[-3:] == ["X1", "R5A", "R5B"]
    assert submit(Client(), ballot_of(meeting, members[0]), ANSWERS).status_code == 302
    assert "X1" not in said_in(survey)[0]


def test_under_five_nothing_of_it_is_told_nor_kept_in_the_pool(community, sandrine, signed_in):
    make.an_own_question(community)
    meeting, members = a_room(community)

    survey = closed_with(meeting, members, [{**ANSWERS, "X1": "4"}] * 4)

    assert not Results(survey).is_released
    assert "X1" not in Pool.objects.get().answers
    assert "Notre jumelage" not in signed_in(sandrine).get(survey.get_absolute_url()).text


def test_two_who_said_no_are_not_told_apart(community):
    make.an_own_question(community, **{**CHOICE, "choices_en": ""})
    meeting, members = a_room(community, 10)

    survey = closed_with(meeting, members, [{**ANSWERS, "X1": "1"}] * 8 + [{**ANSWERS, "X1": "2"}] * 2)

    [shown] = Results(survey).own
    assert all(not (group.is_exact and 0 < group.low < 3) for group in shown.told.groups)
    assert shown.told.number_of(["2"]) is None


def test_two_communities_ask_different_questions(community, neighbour):
    make.an_own_question(community, "La nôtre?")
    make.an_own_question(neighbour, "La leur?")

    ours, theirs = (collection.open_for(a_room(place)[0], by=None) for place in (community, neighbour))

    assert [one.wording for one in questionnaires.asked(ours) if one.is_own] == ["La nôtre?"]
    assert [one.wording for one in questionnaires.asked(theirs) if one.is_own] == ["La leur?"]


def test_changing_the_wording_rewrites_nothing_of_what_was_asked(community, sandrine, signed_in):
    question = make.an_own_question(community)
    closed = closed_with(*a_room(community), [{**ANSWERS, "X1": "4"}] * 6)
    open_one = collection.open_for(a_room(community)[0], by=None)

    submit(
        signed_in(sandrine),
        reverse("evaluations:edit_own_question", args=[question.pk]),
        {"wording_fr": "Autre question?", **CHOICE},
    )
    later = collection.open_for(a_room(community)[0], by=None)

    for kept in (closed, open_one):
        assert [o.wording for o in questionnaires.asked(Survey.objects.get(pk=kept.pk)) if o.is_own] == [
            "Notre jumelage nous rapproche."
        ]
    assert Results(Survey.objects.get(pk=closed.pk)).own[0].headline == "6 sur 6"
    assert [o.wording for o in questionnaires.asked(later) if o.is_own] == ["Autre question?"]


def test_ballots_of_one_survey_are_all_of_one_size_own_questions_included(community):
    make.an_own_question(community)
    make.an_own_question(community, "Et?", scale="frequency")
    meeting, members = a_room(community)
    survey = collection.open_for(meeting, by=None)

    collection.answer(survey, members[0], {**ANSWERS, "X1": "4", "X2": "1"}, in_session=True)
    collection.answer(survey, members[1], {"R1": "1"}, in_session=True)

    assert len({len(bytes(ballot.sealed)) for ballot in survey.ballot_box.ballots.all()}) == 1


def test_the_report_tells_it_under_its_objective_and_adds_up_only_the_same_words(
    community, objective, sandrine, signed_in
):
    other = make.an_objective(community, "Partager nos outils")
    question = make.an_own_question(community, objective=objective)
    said = [{**ANSWERS, "X1": "4"}] * 6
    first = closed_with(*a_room(community), said)
    second = closed_with(*a_room(community), said)
    OwnQuestion.objects.filter(pk=question.pk).update(wording_fr="Autrement dit?")
    third = closed_with(*a_room(community), said)

    found = answers_by_objective(community, timezone.localdate().year, [first.pk, second.pk, third.pk])

    assert [(one.fr, one.n, one.agreement) for one in found[objective.pk]] == [
        ("Notre jumelage nous rapproche.", 12, "100\u00a0%"),
        ("Autrement dit?", 6, "100\u00a0%"),
    ]
    assert other.pk not in found
    past = timezone.now() - dt.timedelta(days=5)
    Meeting.objects.update(starts_at=past, started_at=past, ends_at=past + dt.timedelta(hours=1), closed_at=past)
    address = reverse("evaluations:report", args=[community.pk, past.year])
    page = on_one_line(signed_in(sandrine).get(address))
    assert "Notre jumelage nous rapproche." in page
    told = CommunityYear.gather(community, past.year)
    assert CommunityYear.from_json(told.to_json()).objectives == told.objectives


def test_a_community_that_is_copied_takes_its_questions_along(community, philippe):
    make.an_own_question(community, **CHOICE)

    made = settings_export.copy_community(community, uuid.uuid4(), by=philippe)

    assert [one.choices_fr for one in made.own_questions.all()] == ["Oui\nNon"]


# ------------------------------------------------------------ once a year


def a_year(community, sandrine, year, x1):
    campaign = make.a_campaign(community, year=year)
    campaigns.open_to_all(campaign, sandrine)
    campaign = Campaign.objects.select_related("survey").get(pk=campaign.pk)
    said = {code: value for code, value in CHOSEN.items() if not code.startswith("M3")}
    for member in community.memberships.all():
        assert submit(Client(), links.ballot_path(campaign, member), {**said, "X1": x1}).status_code == 302
    collection.close(campaign.survey)
    return Campaign.objects.get(pk=campaign.pk)


def test_once_a_year_it_comes_last_and_compares_where_the_words_are_the_same(community, sandrine, signed_in):
    for _ in range(6):
        make.a_member(community)
    first = make.an_own_question(community, moment="year")
    a_year(community, sandrine, 2024, "4")
    second = a_year(community, sandrine, 2025, "1")
    first.delete()
    make.an_own_question(community, "Tout autre chose?", moment="year")
    third = a_year(community, sandrine, 2026, "4")

    [line] = list(CampaignResults(second).themes(with_facilitation=True))[-1].lines
    [other] = list(CampaignResults(third).themes(with_facilitation=True))[-1].lines
    page = on_one_line(signed_in(sandrine).get(second.get_absolute_url()))

    assert codes(second.survey)[-1] == "X1"
    assert (line.shown.headline, line.before) == ("0 sur 6", "6 sur 6")
    assert other.before == ""
    assert "Questions de la communauté" in page
    assert "Notre jumelage nous rapproche." in on_one_line(
        signed_in(sandrine).get(reverse("evaluations:preview_campaign", args=[second.pk]))
    )


# ------------------------------------------------------------ copied


def test_philippe_copies_those_of_a_community_he_reads_and_undoes_it(community, philippe, signed_in):
    source = make.a_community("Sœur", programme=community.programme)
    make.an_own_question(source, objective=make.an_objective(source, "Le leur"), **CHOICE)
    make.an_own_question(source, "Une autre?")
    make.an_own_question(community, "Une autre?")
    client = signed_in(philippe)

    page = submit(
        client, page_of(community), action=page_of(community, "copy_own_questions"), holding={"source": source.pk},
        follow=True,
    )  # fmt: skip
    copied = community.own_questions.get(number=2)
    assert (copied.wording_fr, copied.choices_en, copied.objective) == (
        "Notre jumelage nous rapproche.",
        "Yes\nNo",
        None,
    )
    assert source.own_questions.count() == 2
    undoing_on(page).press(client)

    assert [one.wording_fr for one in community.own_questions.all()] == ["Une autre?"]


def test_those_of_a_community_she_does_not_read_are_neither_shown_nor_copied(community, neighbour, sandrine, signed_in):
    make.an_own_question(neighbour, "Secrète?")
    client = signed_in(sandrine)
    address = page_of(community, "copy_own_questions")

    assert "Secrète?" not in client.get(page_of(community)).text
    client.post(address, {"source": neighbour.pk})
    client.post(address, {"source": "x"})

    assert not community.own_questions.exists()


def test_only_as_many_as_there_is_room_for(community, sandrine):
    source = make.a_community("Sœur")
    for wording in ("A?", "B?", "C?"):
        make.an_own_question(source, wording)
    make.an_own_question(community, "D?")
    make.an_own_question(community, "E?")

    assert own_questions.copy_from(source, community, by=sandrine) == 1
    with pytest.raises(ValidationError, match="trois questions"):
        own_questions.copy_from(source, community, by=sandrine)
    assert community.own_questions.count() == 3


# ------------------------------------------------------------ how much it costs


def test_the_page_asks_the_database_as_much_for_one_source_as_for_many(community, philippe, signed_in):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page_of(community)).status_code == 200
        return len(asked)

    client = signed_in(philippe)
    make.an_own_question(community, objective=make.an_objective(community))
    make.an_own_question(make.a_community("Première", programme=community.programme), "A?")
    few = cost()
    for name in ("Deuxième", "Troisième", "Quatrième"):
        make.an_own_question(make.a_community(name, programme=community.programme), "B?")
    make.an_own_question(community, "C?", objective=make.an_objective(community))

    assert cost() == few
