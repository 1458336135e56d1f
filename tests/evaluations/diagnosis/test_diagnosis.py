"""A decline leads to the five causes of the guide, each with what is known of it and one action in a press; set aside
with a reason, or acted on, one reads later what came of it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from communities.models import Community, DeclineRule, DismissedAlert, Role
from evaluations.domain.diagnosis import acting
from evaluations.domain.diagnosis.board import Diagnosis
from evaluations.domain.indicators import lately
from evaluations.models import OwnQuestion, RetainedCause
from meetings.models import Absence, Attendance, FollowUp, Meeting, Minutes, Topic
from tests import factories as make
from tests.evaluations.today.test_decline_alert import held_with
from tests.forms import as_read, forms_on, submit

CAUSES = ["Le moment", "La satisfaction", "L’engagement", "La dispersion", "Les besoins"]
FALLING, STEADY = [15, 16, 14, 17, 16, 12, 8, 5], [12, 8, 15, 12, 11, 14, 12, 9]


@pytest.fixture
def declining(community):
    held_with(community, FALLING)
    return community


@pytest.fixture
def sister(programme):
    """Of the same programme, and doing as usual."""
    sister = make.a_community("Les filles et le code", programme=programme)
    held_with(sister, STEADY)
    return sister


def page_of(community):
    return reverse("evaluations:diagnosis", args=[community.pk])


def cards_on(page):
    """Name → what its card says."""
    board = as_read(page).partition('<ol class="cause-cards">')[2].partition("</ol>")[0]
    return {re.search(r"<h3>(.*?)</h3>", card)[1].strip(): card for card in re.split(r'(?=<li class="card)', board)[1:]}


def fresh(community):
    return Community.objects.get(pk=community.pk)


def card(community, user, code):
    return next(card for card in Diagnosis(fresh(community), user).cards if card.cause.kind.code == code)


# ------------------------------------------------------------ read


def test_the_five_causes_stand_in_the_order_of_the_guide(signed_in, sandrine, declining, sister):
    make.a_meeting(declining)
    page = signed_in(sandrine).get(page_of(declining))

    assert list(cards_on(page)) == [*CAUSES, "Rien de tout cela?"]
    assert "Une baisse marquée et répétée" in as_read(page)
    assert as_read(page).count("btn-primary") == 1
    first = Diagnosis(declining, sandrine).first
    assert "btn-primary" in cards_on(page)[str(first.cause.kind.name)]


def test_a_neighbour_that_does_as_usual_is_told_so_calmly(signed_in, philippe, declining, sister):
    page = signed_in(philippe).get(page_of(sister))

    assert "Aucune baisse marquée" in as_read(page)
    assert "La règle examine les 3 dernières rencontres" in as_read(page)
    assert list(cards_on(page)) == CAUSES
    assert "btn-primary" not in as_read(page)


def test_a_young_community_is_told_what_the_rule_still_needs(signed_in, sandrine, community):
    held_with(community, [12, 8])

    assert "Il faut encore 4 rencontres régulières" in as_read(signed_in(sandrine).get(page_of(community)))


def test_an_external_evaluator_reads_it_and_is_offered_nothing_to_press(signed_in, declining):
    eve = make.a_person("Eve")
    make.a_role(eve, Role.EVALUATOR, community=declining, ends_on=timezone.localdate() + dt.timedelta(days=30))
    client = signed_in(eve)
    page = client.get(page_of(declining))

    assert list(cards_on(page)) == CAUSES
    assert "btn" not in "".join(cards_on(page).values())
    assert (
        client.post(reverse("evaluations:retain_cause", args=[declining.pk]), {"action": "review"}).status_code == 403
    )


def test_members_note_takers_and_strangers_do_not_read_it(client, nadia, karim, sam, declining):
    for person, status in ((nadia, 403), (karim, 403), (sam, 404)):
        client.force_login(person)
        assert client.get(page_of(declining)).status_code == status


def test_few_meetings_over_long_years_are_a_weak_signal_that_alerts_nobody(signed_in, sandrine, community):
    held_with(community, [16, 15, 17, 9, 8, 6])
    for n, meeting in enumerate(Meeting.objects.order_by("-starts_at")):
        start = timezone.now() - dt.timedelta(days=10 + 180 * n)
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=start, ends_at=start + dt.timedelta(hours=1))

    assert lately.signal_of(community).decline.is_weak
    assert lately.decline_of(community) is None
    client = signed_in(sandrine)
    assert "Un signal faible" in as_read(client.get(page_of(community)))
    assert "Baisse marquée" not in as_read(client.get(community.get_absolute_url()))


def test_it_asks_as_much_for_many_meetings_as_for_few(signed_in, sandrine, community):
    client = signed_in(sandrine)
    counts = []
    for turnouts in ([15, 16, 14, 12, 8, 5], [9, 9, 8]):
        held_with(community, turnouts)
        client.get(page_of(community))
        with CaptureQueriesContext(connection) as asked:
            client.get(page_of(community))
        counts.append(len(asked))

    assert counts[1] <= counts[0]


# ------------------------------------------------------------ what is known


def away(meeting, reasons, *, named=False):
    for reason in reasons:
        line = make.an_attendance(meeting, make.a_member(meeting.community), Attendance.Status.ABSENT)
        Absence.objects.create(attendance=line, reason=reason, is_named=named)


def last_meetings(community, n=3):
    return list(Meeting.objects.held().filter(community=community).order_by("-starts_at")[:n])


def test_reasons_for_absences_are_counted_from_five_people_on(declining, sandrine):
    first, second, third = last_meetings(declining)
    away(first, ["moment", "moment", "forgot"])
    assert not card(declining, sandrine, "moment").facts

    away(second, ["moment", "other", "unforeseen"])
    (line,) = card(declining, sandrine, "moment").facts

    assert "3 des 6 absences expliquées" in line.words
    assert line.is_clue
    away(third, ["moment", "moment"])  # two alone at a meeting are told to nobody
    assert "3 des 6" in card(declining, sandrine, "moment").facts[0].words


def test_a_reason_given_once_is_told_to_nobody(declining, sandrine):
    first, second, _third = last_meetings(declining)
    away(first, ["forgot", "forgot", "moment"])
    away(second, ["other", "other", "other"])

    assert not card(declining, sandrine, "moment").facts


def test_the_group_s_own_words_are_quoted_to_those_who_may_read_them(declining, sandrine, philippe):
    first, second, _third = last_meetings(declining)
    Minutes.write(first, synthesis="Bonne rencontre. Le jeudi soir ne convient plus à la majorité.")
    Minutes.write(second, synthesis="Les discussions partent dans plusieurs directions.")
    FollowUp.write(second, sent_at=timezone.now())
    Community.objects.filter(pk=declining.pk).update(minutes_level=Community.MinutesLevel.SYNTHESIS)

    assert [line.words for line in card(declining, sandrine, "moment").quotes] == [
        "Le jeudi soir ne convient plus à la majorité."
    ]
    assert card(declining, sandrine, "moment").clues == 1
    assert not card(declining, philippe, "moment").quotes  # its follow-up was not sent
    assert card(declining, philippe, "scatter").quotes


def test_topics_asked_for_and_never_discussed_stand_with_how_many_ask(signed_in, sandrine, declining):
    asked, discussed = (make.a_topic(declining, title) for title in ("Une relève pour animer", "Déjà vu"))
    for topic in (asked, discussed):
        for membership in declining.memberships.all()[:5]:
            topic.supports.create(membership=membership)
    Topic.objects.filter(pk=discussed.pk).update(state=Topic.State.DISCUSSED)

    needs = cards_on(signed_in(sandrine).get(page_of(declining)))["Les besoins"]

    assert "Une relève pour animer" in needs
    assert "demandé par 5" in needs
    assert "Déjà vu" not in needs


def test_objectives_that_nobody_reviewed_for_a_year_are_a_clue(declining, sandrine):
    objective = make.an_objective(declining, reviewed_on=timezone.localdate() - dt.timedelta(days=30))
    assert not card(declining, sandrine, "needs").clues

    type(objective).objects.update(reviewed_on=timezone.localdate() - dt.timedelta(days=400))

    assert card(declining, sandrine, "needs").clues == 1


# ------------------------------------------------------------ one action in a press


def press(client, community, action):
    return submit(client, page_of(community), holding={"action": action})


@pytest.mark.parametrize(
    ("action", "cause", "place"),
    [
        ("ask_dates", "moment", "meetings:ask_dates"),
        ("follow_up", "engagement", "evaluations:follow_ups"),
        ("review", "needs", "communities:objectives"),
    ],
)
def test_a_press_leads_to_where_it_is_done_and_is_remembered(signed_in, sandrine, declining, action, cause, place):
    client = signed_in(sandrine)

    answer = press(client, declining, action)

    assert answer.url == reverse(place, args=[declining.pk])
    assert client.get(answer.url).status_code == 200
    kept = RetainedCause.objects.get()
    assert (kept.cause, kept.action, kept.by) == (cause, action, sandrine)
    assert AuditLine.objects.filter(action="settings.changed").exists()


def test_what_concerns_the_next_meeting_leads_to_it(signed_in, sandrine, declining):
    client = signed_in(sandrine)
    assert "Planifier d’abord la prochaine rencontre" in cards_on(client.get(page_of(declining)))["L’engagement"]
    coming = make.a_meeting(declining)

    assert press(client, declining, "co_facilitate").url == reverse("meetings:share", args=[coming.pk])
    assert press(client, declining, "recall").url.startswith(reverse("meetings:edit", args=[coming.pk]))
    assert client.get(reverse("meetings:edit", args=[coming.pk])).content.count(b'id="id_objective"') == 1


def test_a_date_poll_that_is_open_is_shown_rather_than_another_asked(signed_in, sandrine, declining):
    poll = make.a_date_poll(declining)

    moment = cards_on(signed_in(sandrine).get(page_of(declining)))["Le moment"]

    assert poll.get_absolute_url() in moment
    assert "Voir le sondage de dates" in moment


def test_pressed_twice_before_another_meeting_it_is_one(signed_in, sandrine, rita, declining):
    press(signed_in(sandrine), declining, "review")
    press(signed_in(rita), declining, "review")

    assert RetainedCause.objects.get().by == sandrine
    RetainedCause.objects.update(retained_on=timezone.localdate() - dt.timedelta(days=20))
    press(signed_in(rita), declining, "review")
    assert RetainedCause.objects.count() == 2


def test_two_questions_are_added_in_a_press_and_taken_back_in_another(signed_in, sandrine, declining, sister):
    client = signed_in(sandrine)

    answer = press(client, declining, "two_questions")

    assert answer.url == page_of(declining)
    assert declining.own_questions.filter(moment=OwnQuestion.Moment.MEETING).count() == 2
    assert not sister.own_questions.exists()
    page = client.get(answer.url)
    assert "Deux questions seront posées" in as_read(page)
    assert "Voir les deux questions" in cards_on(page)["La satisfaction"]
    submit(client, page, action=reverse("communities:put_back"))
    assert not declining.own_questions.exists()
    assert not RetainedCause.objects.exists()


def test_where_there_is_no_room_it_says_so(signed_in, sandrine, declining):
    for number in (1, 2):
        make.an_own_question(declining, f"Question {number}", number=number)
    client = signed_in(sandrine)

    satisfaction = cards_on(client.get(page_of(declining)))["La satisfaction"]
    client.post(reverse("evaluations:retain_cause", args=[declining.pk]), {"action": "two_questions"})

    assert "il faut d’abord en retirer une ou deux" in satisfaction
    assert reverse("evaluations:own_questions", args=[declining.pk]) in satisfaction
    assert declining.own_questions.count() == 2
    assert not RetainedCause.objects.exists()


def test_whoever_facilitates_by_mandate_adds_no_question(signed_in, declining):
    mandated = make.a_person("Fatou")
    make.a_role(mandated, Role.EXTERNAL, community=declining, ends_on=timezone.localdate() + dt.timedelta(days=30))
    client = signed_in(mandated)
    page = client.get(page_of(declining))

    assert "two_questions" not in "".join(form.data().get("action", "") for form in forms_on(page))
    assert (
        client.post(reverse("evaluations:retain_cause", args=[declining.pk]), {"action": "two_questions"}).status_code
        == 403
    )
    assert press(client, declining, "ask_dates").status_code == 302


# ------------------------------------------------------------ set aside, and what came of it


def set_aside(client, community, reason="La baisse était prévue"):
    action = reverse("communities:dismiss_alert", args=[community.pk])
    return submit(client, page_of(community), {"reason": reason}, action=action, holding={"code": "decline"})


def test_set_aside_with_a_reason_it_alerts_no_more_and_is_taken_up_again(signed_in, sandrine, declining):
    client = signed_in(sandrine)

    answer = set_aside(client, declining)

    assert answer.url == page_of(declining)
    page = client.get(answer.url)
    assert "Une baisse dont l’alerte est écartée" in as_read(page)
    assert "La baisse était prévue" in as_read(page)
    for where in ("/", declining.get_absolute_url(), reverse("evaluations:vitality", args=[declining.pk])):
        assert "Les présences sont passées" not in as_read(client.get(where))
    aside = DismissedAlert.objects.get()
    restore = reverse("communities:restore_alert", args=[aside.pk])
    answer = submit(client, client.get(page_of(declining)), action=restore)  # its « Annuler » was on the page before
    assert answer.url == page_of(declining)
    assert "Les présences sont passées" in as_read(client.get("/"))


def test_a_reason_is_needed(signed_in, sandrine, declining):
    set_aside(signed_in(sandrine), declining, reason="  ")

    assert not DismissedAlert.objects.exists()
    assert lately.decline_of(fresh(declining))


def test_it_comes_back_if_the_next_meeting_is_low_too(signed_in, sandrine, declining):
    set_aside(signed_in(sandrine), declining)
    assert lately.decline_of(fresh(declining)) is None

    one_more(declining, 4)

    assert lately.decline_of(fresh(declining))


def one_more(community, present):
    """Held today."""
    now = timezone.now()
    meeting = make.a_meeting(community, now - dt.timedelta(minutes=90), started_at=now, closed_at=now)
    for membership in community.memberships.all()[:present]:
        make.an_attendance(meeting, membership)


def test_one_reads_later_what_came_of_it(signed_in, sandrine, declining):
    client = signed_in(sandrine)
    press(client, declining, "review")
    RetainedCause.objects.update(retained_on=timezone.localdate() - dt.timedelta(days=3))
    assert "aucune rencontre depuis" in as_read(client.get(page_of(declining)))

    one_more(declining, 14)
    page = as_read(client.get(page_of(declining)))

    assert "Les besoins : Revoir les objectifs" in page
    assert "Sandrine Beaulieu" in page
    assert "1 rencontre depuis : 14 personnes en moyenne, contre 8 auparavant" in page


# ------------------------------------------------------------ the rule's numbers


def rule_of(community):
    return reverse("evaluations:decline_rule", args=[community.pk])


def test_a_community_changes_the_numbers_of_its_rule(signed_in, sandrine, declining, sister):
    client = signed_in(sandrine)
    assert lately.decline_of(declining)

    submit(client, rule_of(declining), {"decline_percent": "50"})

    assert DeclineRule.objects.get().community == declining
    assert lately.decline_of(fresh(declining)) is None
    assert "50 %" in as_read(client.get(page_of(declining)))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"decline_percent": "95"}, "90"),
        ({"decline_last": "1"}, "2"),
        ({"decline_last": "2", "decline_low": "3"}, "Pas plus que les rencontres examinées"),
        ({"decline_fewest_before": "8"}, "Au moins autant que le nombre qui précède"),
    ],
)
def test_out_of_bounds_it_is_refused_at_the_field(signed_in, sandrine, declining, typed, told):
    answer = submit(signed_in(sandrine), rule_of(declining), typed)

    assert answer.status_code == 422
    assert told in as_read(answer)
    assert not DeclineRule.objects.exists()


def test_the_year_s_figures_follow_the_same_rule(declining, sandrine):
    DeclineRule.write(declining, decline_percent=50)
    board = Diagnosis(fresh(declining), sandrine)

    assert all(year.decline is None for year in board.figures.years.values())


def test_each_action_belongs_to_one_cause():
    assert sorted(acting.cause_of(action) for action in RetainedCause.Action) == sorted(
        [*RetainedCause.Cause, RetainedCause.Cause.ENGAGEMENT]
    )
