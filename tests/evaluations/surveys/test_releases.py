"""One release a survey: made at closing, frozen, and the only thing that figures are read from."""

import datetime as dt

from evaluations.domain.surveys import collection, releases
from evaluations.domain.surveys.questionnaires import END_OF_MEETING_V1, Asked
from evaluations.domain.surveys.releases import Group, Told
from evaluations.domain.surveys.results import Results
from evaluations.models import CommentBatch, Receipt, Release, Response, Survey
from tests import factories as make
from tests.evaluations.room import ANSWERS, a_room, closed_with


def a_question(code):
    fields = next(q for q in END_OF_MEETING_V1 if q["code"] == code)
    options = tuple((o["value"], o["en"]) for o in fields.get("options", []))
    return Asked(code, fields["scale"], fields["wording_en"], options, fields.get("is_required", False))


def of(code, values, threshold=5):
    return releases.released_counts(a_question(code), [{code: value} for value in values], threshold)


def numbers(told):
    return {"".join(group.values): (group.low, group.high) for group in told.groups}


# ------------------------------------------------------------ one question


def test_one_who_disagrees_among_nine_is_told_as_a_range():
    """« 89 % d'accord » of nine answers was exactly one person."""
    assert numbers(of("R2", ["2", *["3"] * 3, *["4"] * 5])) == {"34": (6, 8), "120": (1, 3)}


def test_true_zeros_are_told():
    assert numbers(of("R2", ["3"] * 4 + ["4"] * 5)) == {"1": (0, 0), "2": (0, 0), "3": (4, 4), "4": (5, 5), "0": (0, 0)}


def test_a_question_that_few_had_an_opinion_on_is_kept_back_alone():
    assert of("R2", ["0"] * 3 + ["4"] * 4).groups == ()
    assert of("R6", ["4"] * 4 + [None] * 5).groups == ()


def test_several_choices_stand_each_by_itself():
    told = of("R4", [["1", "2"]] * 6 + [["1"]] * 3)

    assert numbers(told)["1"] == (9, 9)
    assert numbers(told)["2"] == (6, 8)
    assert numbers(told)["3"] == (0, 0)


# ------------------------------------------------------------ a closed survey


def test_under_the_threshold_nothing_is_released(community):
    meeting, members = a_room(community)

    survey = closed_with(meeting, members, [{**ANSWERS, "R5A": "Un sujet", "R5B": "Mieux"}] * 4)

    assert not Release.objects.exists()
    assert not Results(survey).is_released
    assert not CommentBatch.objects.exists()


def test_no_row_holds_two_answers_and_the_receipts_are_gone(community):
    meeting, members = a_room(community)

    survey = closed_with(meeting, members, [{**ANSWERS, "R5B": str(n)} for n in range(5)])

    assert not Receipt.objects.exists()
    assert survey.responses.filter(code="R1").count() == 5
    assert sorted(survey.responses.filter(code="R4").values_list("value", flat=True)) == [["1", "3"]] * 5
    assert not [f.name for f in Response._meta.get_fields() if f.name in ("answers", "membership")]


def test_figures_are_read_from_the_release_and_from_nothing_else(community):
    meeting, members = a_room(community, people=9)
    survey = closed_with(meeting, members, [ANSWERS] * 9)
    before = Results(survey).table()

    Response.objects.all().delete()

    assert Results(survey).table() == before
    assert before


def test_a_second_closing_changes_no_release(community):
    meeting, members = a_room(community, people=9)
    survey = closed_with(meeting, members, [ANSWERS] * 9)
    Release.objects.update(figures={"n": 9, "questions": [], "wishes": ["Le sien"]})

    collection.close(survey)

    assert Release.objects.get().figures["wishes"] == ["Le sien"]


# ------------------------------------------------------------ comments


def met(community, day, comments, people=6):
    """A meeting whose survey was closed, with these comments among its answers."""
    meeting, members = a_room(community, people=people)
    type(meeting).objects.filter(pk=meeting.pk).update(starts_at=meeting.starts_at - dt.timedelta(days=day))
    said = [{**ANSWERS, "R5B": text} for text in comments] + [ANSWERS] * (people - len(comments))
    return closed_with(meeting, members, said)


def texts(community):
    return [batch.texts for batch in CommentBatch.objects.filter(community=community).order_by("pk")]


def test_comments_wait_until_five_can_be_shown_together(community):
    other = make.a_community()
    first = met(community, 60, ["Plus court", "Plus de temps"])
    met(other, 50, ["Ailleurs", "Ailleurs aussi", "Encore"])

    assert Results(first).improvements == []

    met(community, 30, ["Une pause", "Moins de tours", "Le son"])

    assert [sorted(batch) for batch in texts(community)] == [
        ["Le son", "Moins de tours", "Plus court", "Plus de temps", "Une pause"]
    ]
    assert texts(other) == []


def test_the_sixth_comment_does_not_come_alone(community):
    met(community, 60, [f"Commentaire {n}" for n in range(5)])
    last = met(community, 30, ["Le tout dernier"])

    assert sum(map(len, texts(community))) == 5
    assert "Le tout dernier" not in str([batch.texts for batch in Results(last).improvements])
    assert Response.objects.filter(code="R5B").count() == 1


def test_comments_of_a_meeting_under_the_threshold_are_not_taken(community):
    met(community, 60, ["Secret"] * 4, people=4)
    met(community, 30, ["Un", "Deux", "Trois"])

    assert texts(community) == []


# ------------------------------------------------------------ added up


def test_adding_up_tells_together_what_one_meeting_told_together():
    detailed = Told("R2", "agreement", 9, tuple(Group((v,), n, n) for v, n in [("1", 0), ("2", 0), ("3", 4), ("4", 5)]))
    coarse = Told("R2", "agreement", 9, (Group(("3", "4"), 6, 8), Group(("1", "2"), 1, 3)))

    added = releases.added([detailed, coarse])

    assert added.n == 18
    assert added.number_of(("3", "4")) == (15, 17)
    assert added.number_of(("3",)) is None


def test_adding_up_leaves_out_what_one_meeting_did_not_tell():
    told = Told("R1", "steps", 9, (Group(("1", "2"), 0, 0), Group(("3", "4", "5"), 9, 9)))
    silent = Told("R1", "steps", 6, ())

    assert releases.added([told, silent]).n == 9


def test_answers_of_one_person_lie_nowhere_together():
    """Each writes the same number in both texts: by their place, the two must not be found again."""
    together = [{**ANSWERS, "R5A": str(n), "R5B": str(n)} for n in range(40)]

    rows = releases.one_by_one(Survey(), together)
    first, second = ([row.value for row in rows if row.code == code] for code in ("R5A", "R5B"))

    assert sum(a == b for a, b in zip(first, second, strict=True)) <= 6
    assert sum(one["R5A"] == one["R5B"] for one in together) == 40, "the control: side by side, all are found"
