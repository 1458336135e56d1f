"""The bank of questions: read with its history, changed by a version, where the locked ones keep their words."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from evaluations.domain.campaigns import campaigns
from evaluations.domain.campaigns.results import CampaignResults
from evaluations.domain.reports.year_answers import year_answers
from evaluations.domain.surveys import bank, collection, questionnaires
from evaluations.domain.surveys.bank import Edit, Sheet
from evaluations.models import Campaign, Question, Questionnaire
from tests import factories as make
from tests import migrating
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.forms import form_on, on_one_line, submit
from tests.test_undoing import undoing_on

R6 = {"wording_fr": "Nous avons avancé vers : {objective}.", "wording_en": "We moved toward: {objective}."}


@pytest.fixture(autouse=True)
def read_afresh():
    """Versions of a test that is taken back leave numbers that another database may give again."""
    questionnaires.questions_of.cache_clear()


def page_of(code="Q-R", name="questionnaire"):
    return reverse(f"evaluations:{name}", args=[code])


def codes(questionnaire):
    return [question.code for question in questionnaires.questions_of(questionnaire.pk)]


def edit(code, questionnaire="Q-R", **fields):
    item = next(item for item in Sheet(questionnaire).items if item.code == code)
    return {code: Edit(**{"words": {}, "is_asked": item.is_asked, "place": item.place, **fields})}


def make_version(by, edits, code="Q-R"):
    return bank.make_version(code, edits, by, based_on=questionnaires.current(code).version)


# ------------------------------------------------------------ read


def test_sandrine_reads_every_item_in_both_languages_with_its_lock(sandrine, community, signed_in):
    for code in ("Q-R", "Q-M"):
        page = on_one_line(signed_in(sandrine).get(page_of(code)))

        for question in questionnaires.current(code).questions.all():
            assert question.code in page
        assert "verrouillée" in page
        assert "Préparer une version" not in page
    assert "Pas du tout d’accord" in page
    assert "Strongly disagree" in page


def test_it_is_reached_from_the_settings_and_from_evaluations(community, sandrine, signed_in):
    address = reverse("evaluations:questionnaires")

    for where in (reverse("evaluations:survey_settings", args=[community.pk]), reverse("evaluations:across")):
        assert f'href="{address}"' in signed_in(sandrine).get(where).text


def test_a_member_sees_no_way_there(community, nadia, signed_in):
    assert reverse("evaluations:questionnaires") not in signed_in(nadia).get(reverse("evaluations:across")).text
    assert signed_in(nadia).get(reverse("evaluations:questionnaires")).status_code == 403


# ------------------------------------------------------------ made


def test_philippe_makes_a_version_in_the_browser_and_its_history_is_told(community, philippe, signed_in):
    client = signed_in(philippe)

    page = submit(
        client,
        page_of(name="make_version"),
        {f"R6-{name}": words for name, words in R6.items()} | {"R5B-place": "7", "R7-is_asked": False},
        follow=True,
    )

    made = questionnaires.current()
    shown = on_one_line(page)
    assert (made.version, made.made_by) == (2, philippe)
    assert codes(made) == ["R1", "R2", "R3", "R4", "R6", "R5B", "R5A"]
    assert "Nous avons avancé vers" in shown
    assert "Cette rencontre nous a fait avancer vers" in shown, "what it said before"
    assert "n’est plus posée" in shown
    assert "Philippe" in shown
    assert AuditLine.objects.filter(details__part="questionnaire").count() == 1


def test_surveys_opened_from_then_on_use_it_and_open_ones_keep_theirs(community, philippe):
    open_one = collection.open_for(a_room(community, objective="Aller vers les pères")[0], by=None)

    make_version(philippe, edit("R6", words=R6))
    later = collection.open_for(a_room(community, objective="Aller vers les pères")[0], by=None)

    def asked(survey):
        return next(one.wording for one in questionnaires.asked(survey) if one.code == "R6")

    assert asked(open_one) == "Cette rencontre nous a fait avancer vers\u00a0: Aller vers les pères."
    assert asked(later) == "Nous avons avancé vers : Aller vers les pères."


def test_locked_questions_are_not_in_the_form_and_the_domain_refuses_them(community, philippe, signed_in):
    page = signed_in(philippe).get(page_of(name="make_version")).text

    for code in ("R1", "R2", "R3", "R4"):
        assert f'name="{code}-' not in page
        with pytest.raises(ValidationError, match="verrouillée"):
            make_version(philippe, edit(code, words={"wording_fr": "Autrement"}))
    assert Questionnaire.objects.filter(code="Q-R").count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({**R6, "wording_en": "We moved."}, "accolades"),
        ({**R6, "wording_fr": ""}, "deux langues"),
        ({**R6, "wording_fr": "Vers {objectif}."}, "accolades"),
    ],
)
def test_words_that_could_not_be_asked_are_refused(community, philippe, words, said):
    with pytest.raises(ValidationError, match=said):
        make_version(philippe, edit("R6", words=words))


def test_nothing_changed_makes_no_version(community, philippe, signed_in):
    answer = submit(signed_in(philippe), page_of(name="make_version"), {}, follow=True)

    assert "Rien ne diffère" in on_one_line(answer)
    assert questionnaires.current().version == 1


def test_what_was_left_out_comes_back_and_words_follow_their_question(community, philippe):
    make_version(philippe, edit("M19", "Q-M", is_asked=False), "Q-M")
    assert not {"M19", "M19T"} & set(codes(questionnaires.current("Q-M")))

    back = edit("M19", "Q-M", is_asked=True, place=1) | edit("M19T", "Q-M", is_asked=True)
    make_version(philippe, back, "Q-M")

    assert codes(questionnaires.current("Q-M"))[:3] == ["M19", "M19T", "M1"]


def test_two_coordinators_at_once_the_second_sees_both(community, philippe, signed_in):
    other = make.a_person("Odile")
    make.a_role(other, "coordinator", programme=community.programme)
    opened = form_on(signed_in(other).get(page_of(name="make_version")), ["R6-wording_fr"])
    make_version(philippe, edit("R6", words=R6))

    late = opened.fill({"R6-wording_fr": "Autrement vers : {objective}."}).press(signed_in(other))

    assert late.status_code == 409
    assert "Nous avons avancé vers" in on_one_line(late)
    assert "Autrement vers" in on_one_line(late)
    assert questionnaires.current().version == 2


def test_the_second_is_shown_what_was_left_out_and_what_moved(community, philippe, signed_in):
    other = make.a_person("Odile")
    make.a_role(other, "coordinator", programme=community.programme)
    opened = form_on(signed_in(other).get(page_of(name="make_version")), ["R6-wording_fr"])
    make_version(philippe, edit("R7", is_asked=False) | edit("R5B", place=5))

    late = opened.fill({"R6-wording_fr": "Autrement vers : {objective}."}).press(signed_in(other))

    assert late.status_code == 409
    said = {row["label"]: (row["theirs"], row["yours"]) for row in late.context["conflict"]}
    assert said["R7 · Posée"] == ("non", "oui")
    assert said["R5B · Place parmi les questions"] == ("5", "8")
    assert "R7 · Place parmi les questions" not in said, "it has none there"
    assert "R7 · Posée" in on_one_line(late)
    again = form_on(late, ["R6-wording_fr"]).fill({"R7-is_asked": False, "R5B-place": "5"}).press(signed_in(other))
    assert again.status_code == 302
    assert "R7" not in codes(questionnaires.current())


# ------------------------------------------------------------ taken back


def test_a_version_that_nobody_was_asked_is_taken_back_by_one_press(community, philippe, signed_in):
    client = signed_in(philippe)
    page = submit(client, page_of(name="make_version"), {"R7-is_asked": False}, follow=True)

    undoing_on(page).press(client)

    assert questionnaires.current().version == 1
    assert "Version 2" not in on_one_line(client.get(page_of()))
    assert make_version(philippe, edit("R6", words=R6)).version == 3


def test_taking_back_is_undone_too(community, philippe, signed_in):
    client, made = signed_in(philippe), make_version(philippe, edit("R6", words=R6))
    action = reverse("evaluations:take_back_version", args=[made.pk])

    page = submit(client, page_of(), action=action, follow=True)
    assert questionnaires.current().version == 1
    undoing_on(page).press(client)

    assert questionnaires.current() == made


def test_one_that_was_asked_stays(community, philippe, signed_in):
    made = make_version(philippe, edit("R6", words=R6))
    collection.open_for(a_room(community)[0], by=None)

    assert "Retirer cette version" not in on_one_line(signed_in(philippe).get(page_of()))
    with pytest.raises(ValidationError, match="elle reste"):
        bank.take_back(made, philippe)
    assert questionnaires.current() == made


def test_the_first_version_stays(community, philippe):
    with pytest.raises(ValidationError):
        bank.take_back(questionnaires.current(), philippe)


def go_back():
    import_module("evaluations.migrations.0027_taken_back_versions").leave_none_in_use(apps, None)
    Questionnaire.objects.update(taken_back_at=None)  # the column goes, and comes again empty
    questionnaires.questions_of.cache_clear()


def test_going_back_to_former_tables_and_forward_leaves_what_was_taken_back_out_of_use(community, philippe):
    bank.take_back(make_version(philippe, edit("R6", words=R6)), philippe)
    kept = make_version(philippe, edit("M14", "Q-M", is_asked=False), "Q-M")

    go_back()

    assert questionnaires.current("Q-R").version == 1
    assert questionnaires.current("Q-M") == kept, "the neighbour: one that stands"


def test_one_that_was_asked_at_the_same_moment_stays_and_is_not_the_one_in_use(community, philippe):
    made = make_version(philippe, edit("R6", words=R6))
    survey = collection.open_for(a_room(community)[0], by=None)
    Questionnaire.objects.filter(pk=made.pk).update(taken_back_at=timezone.now())

    go_back()

    current = questionnaires.current("Q-R")
    assert survey.questionnaire == made
    assert current.version == 3
    words = [questionnaires.words_of(question) for question in questionnaires.questions_of(current.pk)]
    first = Questionnaire.objects.get(code="Q-R", version=1)
    assert words == [questionnaires.words_of(question) for question in questionnaires.questions_of(first.pk)]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_trip_itself(community, philippe):
    bank.take_back(make_version(philippe, edit("R6", words=R6)), philippe)

    migrating.at(("evaluations", "0018_reminders_sent"))
    migrating.at()

    assert list(Questionnaire.objects.filter(code="Q-R").values_list("version", "taken_back_at")) == [(1, None)]


# ------------------------------------------------------------ compared


def answered_year(community, sandrine, year):
    campaign = make.a_campaign(community, year=year)
    campaigns.open_to_all(campaign, sandrine)
    survey = Campaign.objects.get(pk=campaign.pk).survey
    said = {code: value for code, value in CHOSEN.items() if not code.startswith("M3")} | {"M14": "4"}
    for member in community.memberships.all():
        collection.answer(survey, member, said, in_session=False)
    collection.close(survey)
    return Campaign.objects.get(pk=campaign.pk)


def test_years_whose_wording_changed_say_so_and_are_not_compared(community, sandrine, philippe, signed_in):
    for _ in range(6):
        make.a_member(community)
    answered_year(community, sandrine, 2025)
    words = {"wording_fr": "Grâce au groupe, j’ai eu un outil.", "wording_en": "Thanks to the group, I had a tool."}
    make_version(philippe, edit("M14", "Q-M", words=words), "Q-M")

    campaign = answered_year(community, sandrine, 2026)

    lines = {
        line.shown.told.code: line
        for theme in CampaignResults(campaign).themes(with_facilitation=True)
        for line in theme.lines
    }
    assert (lines["M14"].is_reworded, lines["M14"].before) == (True, "")
    assert (lines["M15"].is_reworded, lines["M15"].before) == (False, "6 sur 6")
    page = on_one_line(signed_in(sandrine).get(campaign.get_absolute_url()))
    assert page.count("La formulation a changé depuis la fois précédente") == 1


def test_a_year_of_meetings_with_two_wordings_says_so(community, philippe):
    said = [{**ANSWERS, "R6": "4"}] * 6
    before = closed_with(*a_room(community, objective="Aller vers"), said)
    make_version(philippe, edit("R6", words=R6))
    after = closed_with(*a_room(community, objective="Aller vers"), said)

    alone = {one.code: one for one in year_answers([before.pk], community)}
    both = {one.code: one for one in year_answers([before.pk, after.pk], community)}

    assert not alone["R6"].is_reworded
    assert (both["R6"].is_reworded, both["R6"].n) == (True, 12)
    assert not both["R2"].is_reworded
    assert "Nous avons avancé" in both["R6"].fr


def test_the_answers_of_an_item_are_the_same_in_every_version(community, philippe):
    made = make_version(philippe, edit("R6", words=R6))

    first, second = (
        Question.objects.get(code="R6", questionnaire=q)
        for q in Questionnaire.objects.filter(code="Q-R").order_by("version")
    )
    assert (first.options, first.scale) == (second.options, second.scale)
    assert codes(made) == ["R1", "R2", "R3", "R4", "R6", "R7", "R5A", "R5B"]
