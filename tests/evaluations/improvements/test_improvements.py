"""What members suggest is sorted, decided and told to them; and nobody is recognised on the way."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditLine
from communities.domain.privacy import destructions, follow_on
from communities.models import Membership, Role
from evaluations.domain import improvements
from evaluations.domain.archive import Parts
from evaluations.models import CommentBatch, SortedSuggestion, SpokenEvaluation
from evaluations.tasks import forget_old_answers
from evaluations.web.today import Today
from meetings.domain import improvements as telling
from meetings.domain.invitations import invitations
from meetings.domain.links import visitors
from meetings.domain.topics import topics
from meetings.models import Improvement, Invitation, Meeting, Topic
from outbox.domain import mail_types
from outbox.models import Message
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with
from tests.forms import as_read, form_on, forms_on, submit
from tests.racing import at_once, needs_row_locks

State = Improvement.State
SAID = [
    "Faudrait vraiment commencer à l’heure!",
    "Parler de la relève",
    "Merci pour tout",
    "Plus de pauses",
    "Changer de midi",
]


def address_of(community) -> str:
    return reverse("evaluations:improvements", args=[community.pk])


def form_of(page, text):
    """The form of one suggestion."""
    found = [form for form in forms_on(page) if any(c.name == "words" and c._text() == text for c in form.controls)]
    assert len(found) == 1, text
    return found[0]


def sorted_by(client, community, text, button, **typed):
    return form_of(client.get(address_of(community)), text).fill(typed).press(client, button)


def undo(client):
    page = client.get("/")
    return form_on(page, ["key"], button="Annuler").press(client)


@pytest.fixture
def comments(community):
    make.released_comments(make.a_community("Voisine", programme=community.programme), "Chez les voisines")
    return make.released_comments(community, *SAID)


@pytest.fixture
def desk(signed_in, sandrine):
    return signed_in(sandrine)


# ---------------------------------------------------------------- what is on the page


def test_comments_of_two_meetings_come_together_without_meeting_or_day(community, sandrine, signed_in):
    first, people = a_room(community, 6, title="Rejoindre les pères isolés")
    closed_with(first, people, [{**ANSWERS, "R5B": text} for text in SAID[:3]] + [ANSWERS] * 3)
    client = signed_in(sandrine)
    three = as_read(client.get(address_of(community)))
    assert CommentBatch.objects.count() == 0, "a control: they wait in their survey"
    assert not any(text in three for text in SAID[:3])
    second, people = a_room(community, 6, title="Parler aux écoles")

    closed_with(second, people, [{**ANSWERS, "R5B": text} for text in SAID[3:]] + [ANSWERS] * 4)

    page = as_read(client.get(address_of(community)))
    assert CommentBatch.objects.count() == 1
    main = page[page.index("<main") :]
    assert all(text in main for text in SAID)
    assert first.title not in main
    assert second.title not in main
    assert timezone.localdate().isoformat() not in main


def test_under_five_nothing_waits_on_today(community, sandrine):
    meeting, people = a_room(community, 6, by=sandrine)
    closed_with(meeting, people, [{**ANSWERS, "R5B": text} for text in SAID[:4]] + [ANSWERS] * 2)

    assert address_of(community) not in [one.url for one in Today(sandrine).to_do]


def test_today_says_how_many_wait_until_they_are_sorted(community, comments, sandrine, philippe, desk):
    one = next(one for one in Today(sandrine).to_do if one.url == address_of(community))
    assert "5" in one.title

    for suggestion in improvements.to_sort([community]):
        improvements.sort(community, suggestion.ref, "thanks", by=sandrine)

    assert address_of(community) not in [one.url for one in Today(sandrine).to_do]


def test_it_asks_as_many_queries_whatever_their_number(community, comments, desk, django_assert_num_queries):
    desk.get(address_of(community))
    with CaptureQueriesContext(connection) as few:
        desk.get(address_of(community))
    for number in range(3):
        make.released_comments(community, *(f"Autre {number} {n}" for n in range(5)))
        make.an_improvement(community, f"Une de plus {number}")

    with django_assert_num_queries(len(few)):
        desk.get(address_of(community))


# ---------------------------------------------------------------- sorted in one press


def test_one_press_each_and_the_page_empties(community, comments, desk, sandrine):
    sorted_by(desk, community, SAID[0], "kind=improvement")
    sorted_by(desk, community, SAID[1], "kind=topic")
    sorted_by(desk, community, SAID[2], "kind=thanks")

    improvement = Improvement.objects.get()
    assert (improvement.wording, improvement.state, improvement.written_by) == (SAID[0], "considered", sandrine)
    topic = Topic.objects.get()
    assert (topic.title, topic.source, topic.community) == (SAID[1], Topic.Source.SURVEY, community)
    assert {one.text for one in improvements.to_sort([community])} == set(SAID[3:])
    page = as_read(desk.get(address_of(community)))
    assert "3 suggestions déjà triées" in page
    assert "Chez les voisines" not in page
    assert AuditLine.objects.filter(kind="evaluations.sortedsuggestion").count() == 3


def test_it_is_reworded_on_the_way(community, comments, desk):
    sorted_by(desk, community, SAID[0], "kind=topic", words="La ponctualité")

    assert Topic.objects.get().title == "La ponctualité"


def test_a_topic_that_is_there_already_stays_one(community, comments, desk):
    make.a_topic(community, "parler de la Relève")

    sorted_by(desk, community, SAID[1], "kind=topic")

    assert Topic.objects.count() == 1


@pytest.mark.parametrize("kind", ["improvement", "topic", "thanks"])
def test_each_is_undone_in_a_press(community, comments, desk, kind):
    sorted_by(desk, community, SAID[0], f"kind={kind}")
    assert SortedSuggestion.objects.count() == 1

    undo(desk)

    assert not SortedSuggestion.objects.exists()
    assert not Improvement.objects.exists()
    assert not Topic.objects.exists()
    assert len(improvements.to_sort([community])) == 5


def test_it_is_not_undone_once_a_colleague_has_answered_it(community, comments, desk, philippe):
    sorted_by(desk, community, SAID[0], "kind=improvement")
    improvement = Improvement.objects.get()
    his = Client()
    his.force_login(philippe)
    answer = submit(his, improvement.get_absolute_url(), {"wording": "Commencer à midi pile", "state": "accepted"})
    assert answer.status_code == 302

    undo(desk)

    improvement.refresh_from_db()
    assert improvement.state == State.ACCEPTED
    assert SortedSuggestion.objects.count() == 1


def test_the_rest_is_set_aside_and_nothing_that_came_meanwhile(community, comments, desk):
    page = desk.get(address_of(community))
    make.released_comments(community, "Arrivée après")

    form_on(page, ["suggestion"], button="aside").press(desk)

    assert [one.text for one in improvements.to_sort([community])] == ["Arrivée après"]
    undo(desk)
    assert len(improvements.to_sort([community])) == 6


def test_on_an_old_page_the_second_is_told(community, comments, desk, philippe):
    page = desk.get(address_of(community))
    improvements.sort(community, next(o.ref for o in improvements.to_sort([community]) if o.text == SAID[0]), "topic",
                      by=philippe)  # fmt: skip

    form_of(page, SAID[0]).press(desk, "kind=improvement")

    assert not Improvement.objects.exists()
    assert "Quelqu’un vient de trier cette suggestion." in as_read(desk.get(address_of(community)))


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_two_who_sort_the_same_at_once_make_one_thing(community, comments, sandrine, philippe):
    ref = improvements.to_sort([community])[0].ref

    def press(person):
        client = Client()
        client.force_login(person)
        fields = {"suggestion": ref, "kind": "improvement"}
        return lambda: client.post(reverse("evaluations:sort_suggestion", args=[community.pk]), fields).status_code

    assert at_once(press(sandrine), press(philippe)) == [302, 302]
    assert Improvement.objects.count() == 1
    assert SortedSuggestion.objects.count() == 1


def test_the_same_words_said_twice_are_sorted_once(community, comments, desk):
    make.released_comments(community, SAID[0], "Une autre")
    assert len(improvements.to_sort([community])) == 6

    sorted_by(desk, community, SAID[0], "kind=improvement")

    assert Improvement.objects.count() == 1
    assert SAID[0] not in [one.text for one in improvements.to_sort([community])]
    assert [one.text for one, _row in improvements.already_sorted(community)] == [SAID[0]]
    undo(desk)
    assert not SortedSuggestion.objects.exists()
    assert not Improvement.objects.exists()


def test_what_a_small_meeting_said_aloud_is_sorted_too(community, desk, meeting):
    SpokenEvaluation.objects.create(meeting=meeting, fingers_4=3, to_change="Éteindre les téléphones")

    page = as_read(desk.get(address_of(community)))
    sorted_by(desk, community, "Éteindre les téléphones", "kind=topic")

    assert "dite de vive voix" in page
    assert Topic.objects.get().source == Topic.Source.MEETING


# ---------------------------------------------------------------- decided


@pytest.fixture
def improvement(community, comments, sandrine):
    ref = next(one.ref for one in improvements.to_sort([community]) if one.text == SAID[0])
    return improvements.sort(community, ref, "improvement", by=sandrine)


def decide(client, improvement, **said):
    return submit(client, improvement.get_absolute_url(), said)


def test_the_words_of_a_comment_are_never_told_as_they_are(improvement, desk):
    answer = decide(
        desk, improvement, state="done", answer="C’est fait", wording="faudrait vraiment commencer a l’heure"
    )

    assert answer.status_code == 422
    assert "Ce sont encore les mots de la personne" in as_read(answer)
    improvement.refresh_from_db()
    assert improvement.state == State.CONSIDERED

    assert decide(desk, improvement, state="done", answer="C’est fait", wording="La ponctualité").status_code == 302
    improvement.refresh_from_db()
    assert (improvement.state, improvement.done_on) == (State.DONE, timezone.localdate())


def test_rewording_is_not_undone_under_an_answer_that_members_read(improvement, desk):
    decide(desk, improvement, wording="La ponctualité")
    page = desk.get("/")
    decide(desk, improvement, state="done", answer="C’est fait")

    form_on(page, ["key"], button="Annuler").press(desk)

    improvement.refresh_from_db()
    assert (improvement.wording, improvement.state) == ("La ponctualité", State.DONE)


def test_an_answer_is_undone_and_then_is_told_to_nobody(improvement, desk):
    decide(desk, improvement, state="not_kept", answer="La salle n’est pas libre.", wording="La ponctualité")
    assert Improvement.objects.answered().exists()

    undo(desk)

    improvement.refresh_from_db()
    assert (improvement.wording, improvement.state, improvement.answer) == (SAID[0], State.CONSIDERED, "")


def test_while_members_are_told_nothing_they_may_stay(improvement, desk):
    assert decide(desk, improvement, state="accepted", answer="Dès janvier").status_code == 302
    assert decide(desk, improvement, state="not_kept", answer="").status_code == 302

    assert not Improvement.objects.answered().exists()


def test_the_agreement_of_members_is_noted_or_is_said_to_be_missing(improvement, desk):
    decide(desk, improvement, state="accepted", changes_frame=True)
    page = as_read(desk.get(address_of(improvement.community)))
    assert "accord à demander" in page
    assert "leur accord n’est pas encore noté" in page

    wrong = decide(desk, improvement, agreed_count="12")
    assert "Indiquez quel jour" in as_read(wrong)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert "pas encore venu" in as_read(decide(desk, improvement, agreed_on=tomorrow.isoformat()))

    decide(desk, improvement, agreed_on=timezone.localdate().isoformat(), agreed_count="12")

    page = as_read(desk.get(address_of(improvement.community)))
    assert "accord à demander" not in page
    assert "Accord de 12 personnes le" in page


def test_two_who_write_at_once_see_both(improvement, desk, philippe):
    mine = form_on(desk.get(improvement.get_absolute_url()), ["wording"]).fill({"wording": "À midi"})
    his = Client()
    his.force_login(philippe)
    decide(his, improvement, wording="À midi pile")

    answer = mine.press(desk)

    assert answer.status_code == 409
    assert "À midi pile" in as_read(answer)
    assert "À midi" in as_read(answer)
    improvement.refresh_from_db()
    assert improvement.wording == "À midi pile"


def test_one_of_ones_own_is_noted_once(community, desk, sandrine):
    page = desk.get(reverse("evaluations:add_improvement", args=[community.pk]))
    form = form_on(page, ["wording"]).fill({"wording": "Des places pour les poussettes"})

    form.press(desk)
    form.press(desk)

    noted = Improvement.objects.get()
    assert (noted.community, noted.written_by, noted.state) == (community, sandrine, State.CONSIDERED)


def test_removed_its_suggestion_is_to_be_sorted_again_and_undone(improvement, desk, community):
    submit(desk, reverse("evaluations:remove_improvement", args=[improvement.pk]))
    assert len(improvements.to_sort([community])) == 5

    undo(desk)

    assert Improvement.objects.get() == improvement
    assert len(improvements.to_sort([community])) == 4


# ---------------------------------------------------------------- told


@pytest.fixture
def decided(community):
    make.an_improvement(community, "Sans réponse", state="done")
    make.an_improvement(community, "En cours", state="accepted", answer="Bientôt")
    make.an_improvement(make.a_community("Voisine"), "Chez les voisines", state="done", answer="Fait")
    return make.an_improvement(
        community, "Commencer à midi pile", state="done", answer="Nous ouvrons la salle plus tôt.",
        changes_frame=True, agreed_on=dt.date(2026, 11, 3), agreed_count=12,
    )  # fmt: skip


def test_the_next_invitation_tells_it_once_and_only_what_is_answered(meeting, decided, nadia, desk):
    page = desk.get(reverse("meetings:invite", args=[meeting.pk]))
    assert "1 amélioration à laquelle vous avez répondu" in as_read(page)

    submit(desk, reverse("meetings:invite", args=[meeting.pk]), button="step=send")

    mail = Message.objects.get(recipient=nadia)
    for said in (mail.text, mail.html):
        assert "Ce que nous avons changé" in said
        assert "Commencer à midi pile" in said
        assert "Nous ouvrons la salle plus tôt." in said
        assert "Accord de 12 personnes le 3 novembre 2026" in said
        assert not any(other in said for other in ("Sans réponse", "En cours", "Chez les voisines"))
    decided.refresh_from_db()
    assert decided.told_with == meeting
    following = make.a_meeting(meeting.community, timezone.now() + dt.timedelta(days=40))
    invitations.invite(following)
    assert "Ce que nous avons changé" not in Message.objects.filter(recipient=nadia).latest("pk").text


def test_a_page_without_the_box_does_not_leave_out_what_is_answered_meanwhile(meeting, community, nadia, desk):
    shown = desk.get(reverse("meetings:invite", args=[meeting.pk]))
    make.an_improvement(community, "Commencer à midi pile", state="done", answer="Nous ouvrons la salle plus tôt.")

    submit(desk, shown, button="step=send")

    assert "Commencer à midi pile" in Message.objects.get(recipient=nadia).text


def test_someone_who_is_asked_to_join_is_not_told_what_the_group_changed(meeting, decided, nadia, desk):
    candidate = make.a_member(meeting.community, status="invited").user

    submit(desk, reverse("meetings:invite", args=[meeting.pk]), button="step=send")

    assert "Ce que nous avons changé" not in Message.objects.get(recipient=candidate).text
    assert "Ce que nous avons changé" in Message.objects.get(recipient=nadia).text


def test_the_box_leaves_it_out_of_the_mail_and_of_its_preview(meeting, decided, nadia, desk):
    address = reverse("meetings:invite", args=[meeting.pk])
    form = form_on(desk.get(address), ["tells_changes"]).fill({"tells_changes": False})

    preview = form.press(desk, "step=preview")
    assert "Ce que nous avons changé" not in preview.content.decode()
    shown = form_on(desk.get(address), ["tells_changes"]).press(desk, "step=preview")
    assert "Ce que nous avons changé" in shown.content.decode()
    form.press(desk, "step=send")

    assert "Ce que nous avons changé" not in Message.objects.get(recipient=nadia).text
    decided.refresh_from_db()
    assert decided.told_at is None


def test_whoever_joins_late_reads_what_the_others_read(meeting, decided, nadia, community):
    invitations.invite(meeting)
    make.an_improvement(community, "Répondu depuis", state="done", answer="Oui")
    late = make.a_member(community)

    invitations.invite_late()

    mail = Message.objects.get(recipient=late.user)
    assert "Commencer à midi pile" in mail.text
    assert "Répondu depuis" not in mail.text
    assert Improvement.objects.get(wording="Répondu depuis").told_at is None


def test_taken_back_it_has_told_nothing(meeting, decided, nadia, monkeypatch):
    monkeypatch.setattr(mail_types, "WAIT", dt.timedelta(seconds=10))
    invitations.invite(meeting)

    invitations.take_back_invitations(meeting)

    decided.refresh_from_db()
    assert (decided.told_at, decided.told_with) == (None, None)
    invitations.invite(Meeting.objects.get(pk=meeting.pk))
    assert "Commencer à midi pile" in Message.objects.get(recipient=nadia).text


def test_decided_otherwise_it_is_told_again(meeting, decided, nadia, desk):
    invitations.invite(meeting)

    decide(desk, decided, state="not_kept", answer="La salle n’est pas libre.")

    decided.refresh_from_db()
    assert decided.told_at is None


def test_an_invitation_without_anything_to_tell_shows_no_box(meeting, nadia, desk):
    page = desk.get(reverse("meetings:invite", args=[meeting.pk]))

    assert "tells_changes" not in as_read(page)
    submit(desk, page, {"words": "Au plaisir"}, button="step=send")
    assert Invitation.of(Meeting.objects.get(pk=meeting.pk)).tells_changes
    assert "Ce que nous avons changé" not in Message.objects.get(recipient=nadia).text


def test_a_preparatory_meeting_tells_nothing(meeting, decided):
    preparing = make.a_meeting(meeting.community, prepares=meeting)

    assert telling.to_tell(meeting) == [decided]
    assert telling.to_tell(preparing) == []


def test_a_member_reads_the_year_on_their_page_and_whoever_left_does_not(decided, nadia, community):
    last_year = timezone.localdate().replace(day=1, month=1) - dt.timedelta(days=20)
    make.an_improvement(community, "L’an dernier", state="done", answer="Fait", done_on=last_year)
    home = reverse("meetings:space", args=[visitors.visitor_token(nadia)])
    mine = nadia.memberships.get()
    address = reverse("meetings:space_choices", args=[visitors.visitor_token(nadia), mine.pk])
    phone = Client()

    assert "Ce que nous avons changé : 1 réponse" in as_read(phone.get(home)).replace("\xa0", " ")
    page = as_read(phone.get(address))
    assert "Commencer à midi pile" in page
    assert "Nous ouvrons la salle plus tôt." in page
    assert not any(other in page for other in ("Sans réponse", "En cours", "Chez les voisines", "L’an dernier"))

    Membership.objects.filter(pk=mine.pk).update(status="alumni", left_on=timezone.localdate())
    assert "Commencer à midi pile" not in as_read(phone.get(address))


def test_the_report_and_the_archive_offer_what_is_reworded_alone(community, improvement, desk, sandrine):
    ref = next(one.ref for one in improvements.to_sort([community]) if one.text == SAID[3])
    improvements.sort(community, ref, "improvement", "Une pause à mi-chemin", by=sandrine)
    Improvement.objects.update(state="accepted")

    year = timezone.localdate().year
    page = as_read(desk.get(reverse("evaluations:write_report", args=[community.pk, year]) + "?chapitre=next"))

    assert "Une pause à mi-chemin" in page
    assert SAID[0] not in page
    parts = Parts(community, None, "fr-ca")
    assert [row[0] for row in parts._improvements()] == ["Une pause à mi-chemin"]


# ---------------------------------------------------------------- who, and how long


@pytest.mark.parametrize(
    ("role", "status"), [(Role.FACILITATOR, 200), (Role.EXTERNAL, 403), (Role.NOTE_TAKER, 403), (Role.EVALUATOR, 403)]
)
def test_who_reads_them(community, comments, role, status):
    person = make.a_person()
    make.a_role(person, role, community=community)
    browser = Client()
    browser.force_login(person)

    assert browser.get(address_of(community)).status_code == status


def test_members_do_not_and_strangers_find_nothing(community, comments, nadia, sam, signed_in):
    assert signed_in(nadia).get(address_of(community)).status_code == 403
    assert signed_in(sam).get(address_of(community)).status_code == 404


def test_the_words_of_a_comment_go_with_it_and_ours_stay(community, comments, sandrine, improvement):
    ref = next(one.ref for one in improvements.to_sort([community]) if one.text == SAID[3])
    reworded = improvements.sort(community, ref, "improvement", "Une pause à mi-chemin", by=sandrine)
    CommentBatch.objects.filter(community=community).update(released_on=dt.date(2024, 1, 1))

    forget_old_answers()

    assert list(Improvement.objects.all()) == [reworded]
    assert not SortedSuggestion.objects.filter(community=community).exists()


# ---------------------------------------------------------------- worded otherwise at somebody's request


@pytest.fixture
def named_in_a_comment(community, sandrine, karim):
    """Two comments name her; both were sorted, and so was one that does not."""
    camille = make.a_member(community, make.a_person("Camille", "Lavoie")).user
    make.released_comments(community, "Camille Lavoie parle trop longtemps", "Camille Lavoie coupe la parole", *SAID)
    by_text = {one.text: one for one in improvements.to_sort([community])}
    improvements.sort(community, by_text["Camille Lavoie parle trop longtemps"].ref, "improvement", by=sandrine)
    improvements.sort(community, by_text["Camille Lavoie coupe la parole"].ref, "thanks", by=sandrine)
    improvements.sort(community, by_text[SAID[0]].ref, "thanks", by=sandrine)
    return destructions.ask_destruction(camille)


def decide_comments(request, by):
    for passage in follow_on.passages(request, among="evaluations.CommentBatch"):
        follow_on.decide_sentence(request, passage.mark, by=by, becomes=passage.proposed)


def test_a_comment_edited_at_a_request_stays_sorted(community, named_in_a_comment, philippe, desk):
    waiting = {one.text for one in improvements.to_sort([community])}

    decide_comments(named_in_a_comment, philippe)

    assert {one.text for one in improvements.to_sort([community])} == waiting, "none is to be sorted again"
    shown = {one.text: row.kind for one, row in improvements.already_sorted(community)}
    assert shown == {
        "Personne effacée parle trop longtemps": "improvement",
        "Personne effacée coupe la parole": "thanks",
        SAID[0]: "thanks",
    }
    assert SortedSuggestion.objects.count() == 3, "nothing is orphaned"


def test_its_improvement_word_for_word_says_it_otherwise_too_and_is_still_not_told(named_in_a_comment, philippe):
    decide_comments(named_in_a_comment, philippe)

    improvement = Improvement.objects.get()
    assert improvement.wording == "Personne effacée parle trop longtemps"
    assert improvements.is_word_for_word(improvement, improvement.wording)


def test_said_at_more_length_than_an_improvement_may_hold_it_is_cut_and_still_not_told(
    community, named_in_a_comment, philippe
):
    longer = "Quelqu’un parle souvent trop longtemps. " * 30
    for passage in follow_on.passages(named_in_a_comment, among="evaluations.CommentBatch"):
        becomes = longer if "trop longtemps" in passage.sentence else passage.proposed
        follow_on.decide_sentence(named_in_a_comment, passage.mark, by=philippe, becomes=becomes)

    improvement = Improvement.objects.get()
    assert improvement.wording == longer[: Improvement.LONGEST]
    assert improvements.is_word_for_word(improvement, improvement.wording)
    assert improvements.in_our_words([improvement]) == []


def test_an_improvement_in_other_words_keeps_them(named_in_a_comment, philippe):
    Improvement.objects.update(wording="Un tour de parole minuté")

    decide_comments(named_in_a_comment, philippe)

    assert Improvement.objects.get().wording == "Un tour de parole minuté"


def test_two_comments_that_become_one_stay_sorted_once(community, sandrine, philippe, named_in_a_comment):
    same = "Quelqu’un prend beaucoup de place"
    for passage in follow_on.passages(named_in_a_comment, among="evaluations.CommentBatch"):
        follow_on.decide_sentence(named_in_a_comment, passage.mark, by=philippe, becomes=same)

    assert [one.text for one, _row in improvements.already_sorted(community)].count(same) == 1
    assert SortedSuggestion.objects.count() == 2
    assert same not in {one.text for one in improvements.to_sort([community])}


def test_what_was_said_aloud_stays_sorted_too(community, meeting, sandrine, philippe):
    camille = make.a_member(community, make.a_person("Camille", "Lavoie")).user
    SpokenEvaluation.objects.create(meeting=meeting, useful="Camille Lavoie", to_change="Camille Lavoie parle trop")
    improvements.sort(community, improvements.to_sort([community])[0].ref, "thanks", by=sandrine)
    asked = destructions.ask_destruction(camille)

    for passage in follow_on.passages(asked, among="evaluations.SpokenEvaluation"):
        follow_on.decide_sentence(asked, passage.mark, by=philippe, becomes=passage.proposed)

    assert improvements.to_sort([community]) == []
    assert [one.text for one, _row in improvements.already_sorted(community)] == ["Personne effacée parle trop"]


# ---------------------------------------------------------------- a long one becomes a topic

LONG = "Parler de la relève des responsables, " + "et de ce que chacune transmet avant de partir, " * 8 + "sans urgence"


def test_a_long_comment_becomes_a_topic_whose_words_are_all_kept(community, sandrine, nadia, signed_in):
    make.released_comments(community, LONG, *SAID[1:])

    sorted_by(signed_in(sandrine), community, LONG, "kind=topic")

    topic = Topic.objects.get()
    assert len(topic.title) <= 200
    assert topic.title.endswith("…")
    assert f"{LONG} ".startswith(f"{topic.title.removesuffix('…')} "), "it is cut between two words"
    assert topic.description == LONG
    assert "sans urgence" in as_read(signed_in(nadia).get(topic.get_absolute_url()))


def test_two_long_ones_that_begin_alike_are_two_topics_and_one_said_twice_is_one(community, sandrine):
    make.released_comments(community, LONG, LONG.replace("sans urgence", "dès janvier"), *SAID[2:])
    for one in improvements.to_sort([community]):
        if one.text.startswith("Parler"):
            improvements.sort(community, one.ref, "topic", by=sandrine)
    make.released_comments(community, LONG.upper(), LONG + " ", *SAID[2:])
    for one in improvements.to_sort([community]):
        if one.text.lower().startswith("parler"):
            improvements.sort(community, one.ref, "topic", by=sandrine)

    assert {topic.description[-11:] for topic in Topic.objects.all()} == {"ans urgence", "dès janvier"}
    assert Topic.objects.count() == 2


def test_a_word_longer_than_a_title_is_cut(community):
    topic, _is_new = topics.propose(community, "o" * 300, source=Topic.Source.SURVEY)

    assert (len(topic.title), len(topic.description)) == (200, 300)
