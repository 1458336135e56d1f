"""A report written a chapter at a time beside its figures, and what it lacks before it is published."""

import datetime as dt
from collections import Counter

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Action, AuditLine
from cmtl import pdf
from communities.models import Testimonial
from evaluations.domain.reports import proposals, publishing, report
from evaluations.models import AnnualReport, ObjectiveRating, Release
from meetings.models import FollowUp, Meeting
from tests import factories as make
from tests.evaluations.reports.test_pdf import failures, flat_text_of
from tests.evaluations.reports.test_report import YEAR, held, members, words, year  # noqa: F401
from tests.forms import form_on, submit

HTMX = {"HX-Request": "true"}


def chapter(community, key):
    return f"{reverse('evaluations:write_report', args=[community.pk, YEAR])}?chapitre={key}"


def before(community):
    return reverse("evaluations:before_publishing", args=[community.pk, YEAR])


def saved(community):
    return publishing.draft(community, YEAR)


# ------------------------------------------------------------ a chapter at a time


def test_each_chapter_saves_its_words_and_keeps_those_of_the_others(year, sandrine, signed_in):  # noqa: F811
    home = signed_in(sandrine)

    submit(home, chapter(year, "page"), {"highlights": "Une belle année."})
    submit(home, chapter(year, "objectives"), {"context": "Deux salles fermées."})
    submit(home, chapter(year, "outcomes"), {"outcomes": "Un projet commun."})
    submit(home, chapter(year, "next"), {"next_year": "Une rencontre de plus."})

    now = saved(year)
    assert [now.highlights, now.context, now.outcomes, now.next_year] == [
        "Une belle année.",
        "Deux salles fermées.",
        "Un projet commun.",
        "Une rencontre de plus.",
    ]


def test_the_figures_of_the_chapter_stand_beside_its_words(year, sandrine, signed_in):  # noqa: F811
    page = signed_in(sandrine).get(chapter(year, "participation"))

    assert page.context["contents"].chapters[2] == page.context["chapter"]
    assert "Rencontres tenues" in page.content.decode()
    assert "Rien n’est à rédiger dans ce chapitre" in page.content.decode()
    assert "Rencontres tenues" not in signed_in(sandrine).get(chapter(year, "outcomes")).content.decode()


def test_the_old_address_opens_the_first_chapter(year, sandrine, signed_in):  # noqa: F811
    for asked in ("", "?chapitre=rien"):
        page = signed_in(sandrine).get(reverse("evaluations:write_report", args=[year.pk, YEAR]) + asked)
        assert page.context["chapter"].key == "page"


@pytest.mark.parametrize(
    ("press", "to"),
    [("", "objectives"), ("go=next", "next"), ("go=report", "version=1"), ("go=publish", "avant-de-publier")],
)
def test_each_way_out_saves_what_is_typed(year, sandrine, signed_in, press, to):  # noqa: F811
    answer = submit(signed_in(sandrine), chapter(year, "page"), {"highlights": "Une belle année."}, button=press)

    assert answer.status_code == 302
    assert to in answer.url
    assert saved(year).highlights == "Une belle année."


def test_reading_from_chapter_to_chapter_writes_nothing(year, sandrine, signed_in):  # noqa: F811
    home = signed_in(sandrine)
    for key in ("page", "objectives", "participation", "answers", "outcomes", "next"):
        assert submit(home, chapter(year, key)).status_code == 302
        assert submit(home, chapter(year, key), button="go=report", follow=True).status_code == 200

    assert not AnnualReport.objects.exists()


def test_a_correction_is_read_through_before_saying_what_it_corrects(year, sandrine, signed_in):  # noqa: F811
    publishing.publish(year, YEAR, by=sandrine)
    home = signed_in(sandrine)

    assert submit(home, chapter(year, "page"), button="go=next").status_code == 302
    form = form_on(home.get(chapter(year, "next")), ["next_year"]).fill({"next_year": "Autre chose."})
    assert form.press(home, "go=page").status_code == 422, "typed, it is not lost for want of a reason"
    submit(home, chapter(year, "next"), {"next_year": "Autre chose.", "correction": "La suite."})

    assert (saved(year).next_year, saved(year).correction) == ("Autre chose.", "La suite.")


def test_two_who_write_two_chapters_are_no_conflict(year, sandrine, philippe, client):  # noqa: F811
    client.force_login(philippe)
    his = form_on(client.get(chapter(year, "next")), ["next_year"]).fill({"next_year": "Deux rencontres de plus."})
    client.force_login(sandrine)
    submit(client, chapter(year, "page"), {"highlights": "Une belle année."})
    client.force_login(philippe)

    assert his.press(client).status_code == 302

    assert (saved(year).highlights, saved(year).next_year) == ("Une belle année.", "Deux rencontres de plus.")


def test_two_who_rate_one_objective_read_both(year, sandrine, philippe, client):  # noqa: F811
    level = f"objective-{year.objectives.get().pk}-level"
    client.force_login(philippe)
    his = form_on(client.get(chapter(year, "objectives")), [level]).fill({level: "under_way"})
    client.force_login(sandrine)
    submit(client, chapter(year, "objectives"), {level: "to_review"})
    client.force_login(philippe)

    answer = his.press(client)

    assert answer.status_code == 409
    assert "À revoir" in answer.content.decode()
    assert ObjectiveRating.objects.get().level == "to_review"
    assert form_on(answer, [level]).press(client).status_code == 302
    assert ObjectiveRating.objects.get().level == "under_way"


# ------------------------------------------------------------ saved as one types


def typed(home, address, **values):
    form = form_on(home.get(address), list(values)).fill(values)
    return form, form.press(home, headers=HTMX)


def test_what_is_typed_is_saved_and_says_its_hour_alone(year, sandrine, signed_in):  # noqa: F811
    home = signed_in(sandrine)
    lines = AuditLine.objects.count()

    _form, answer = typed(home, chapter(year, "page"), highlights="Une belle")

    assert answer.status_code == 200
    assert "Enregistré à" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert saved(year).highlights == "Une belle"
    assert "Annuler" not in home.get(chapter(year, "page")).content.decode().split("<form")[-2], "no undo of a pause"
    assert AuditLine.objects.count() == lines


def test_the_next_pause_is_saved_over_the_one_before(year, sandrine, signed_in):  # noqa: F811
    home = signed_in(sandrine)
    form, answer = typed(home, chapter(year, "page"), highlights="Une belle")
    shown = {name: answer.context[name] for name in ("version", "edit_version", "seen")}

    again = form.fill({"highlights": "Une belle année."}, scripted=shown).press(home, headers=HTMX)

    assert again.status_code == 200
    assert saved(year).highlights == "Une belle année."


def test_a_colleague_in_the_same_chapter_is_said_and_nothing_is_lost(year, sandrine, philippe, client):  # noqa: F811
    client.force_login(philippe)
    his = form_on(client.get(chapter(year, "page")), ["highlights"]).fill({"highlights": "Ce que Philippe voit."})
    client.force_login(sandrine)
    typed(client, chapter(year, "page"), highlights="Ce que Sandrine voit.")
    client.force_login(philippe)

    answer = his.press(client, headers=HTMX)

    assert answer.status_code == 409
    assert "Voir les deux textes" in answer.content.decode()
    assert saved(year).highlights == "Ce que Sandrine voit."
    both = his.press(client, "go=page")
    assert both.status_code == 409
    assert "Ce que Sandrine voit." in both.content.decode()
    assert "Ce que Philippe voit." in both.content.decode()


def test_too_long_it_is_said_and_not_saved(year, sandrine, signed_in):  # noqa: F811
    _form, answer = typed(signed_in(sandrine), chapter(year, "page"), highlights="é" * 4001)

    assert answer.status_code == 422
    assert "Pas encore enregistré." in answer.content.decode()
    assert not AnnualReport.objects.exists()


def test_a_comment_typed_before_its_level_is_kept(year, sandrine, signed_in):  # noqa: F811
    ObjectiveRating.objects.all().delete()
    comment = f"objective-{year.objectives.get().pk}-comment"
    home = signed_in(sandrine)

    typed(home, chapter(year, "objectives"), **{comment: "Deux projets."})

    assert "Deux projets." in home.get(chapter(year, "objectives")).content.decode()
    draft = home.get(reverse("evaluations:report", args=[year.pk, YEAR])).content.decode()
    assert "non évalué" in draft


# ------------------------------------------------------------ sentences from the figures


def test_a_sentence_is_written_by_a_press_alone_and_at_the_end(year, sandrine, signed_in):  # noqa: F811
    home, address = signed_in(sandrine), chapter(year, "page")
    page = home.get(address)
    sentence = next(one for one in page.context["proposals"] if one.key == "meetings")
    assert sentence.text in page.content.decode()
    assert saved(year).highlights == ""

    answer = submit(home, page, {"highlights": "Une belle année."}, button="take=meetings")

    assert answer.url == address
    assert saved(year).highlights.splitlines() == ["Une belle année.", sentence.text]
    left = home.get(address).context["proposals"]
    assert sentence not in left, "taken already"
    assert left


def test_each_chapter_proposes_two_to_four_from_its_figures(year, sandrine, signed_in):  # noqa: F811
    make.an_outcome(year, "Un projet", happened_on=dt.date(YEAR, 5, 1))
    ObjectiveRating.objects.update(level="to_review")
    for key in ("page", "objectives", "outcomes", "next"):
        found = signed_in(sandrine).get(chapter(year, key)).context["proposals"]
        assert 2 <= len(found) <= 4, key
    for key in ("participation", "answers"):
        assert "proposals" not in signed_in(sandrine).get(chapter(year, key)).context


def test_nothing_is_proposed_of_answers_that_no_release_tells(year, sandrine):  # noqa: F811
    told = report.CommunityYear.gather(year, YEAR)
    assert "satisfaction" in {one.key for one in proposals.proposed(told, "page")}

    Release.objects.all().delete()

    told = report.CommunityYear.gather(year, YEAR)
    assert not {"satisfaction", "learning"} & {one.key for one in proposals.proposed(told, "page")}


def test_a_sentence_whose_figure_went_meanwhile_adds_nothing(year, sandrine, signed_in):  # noqa: F811
    home = signed_in(sandrine)
    form = form_on(home.get(chapter(year, "page")), ["highlights"]).fill({"highlights": "Un."})
    Release.objects.all().delete()

    form.press(home, "take=satisfaction")

    assert saved(year).highlights == "Un."


# ------------------------------------------------------------ before publishing


def test_what_is_missing_is_listed_with_where_to_mend_it(year, sandrine, signed_in):  # noqa: F811
    ObjectiveRating.objects.all().delete()
    late = make.a_meeting(year, starts_at=timezone.now() - dt.timedelta(days=2), title="Jamais close")
    Meeting.objects.filter(pk=late.pk).update(starts_at=held(year, 11, present=[], year=YEAR).starts_at)
    other = make.a_meeting(make.a_community("Voisine"), title="D’ailleurs")
    Meeting.objects.filter(pk=other.pk).update(starts_at=timezone.make_aware(dt.datetime(YEAR, 3, 3, 12)))

    page = signed_in(sandrine).get(before(year)).content.decode()

    assert "Pas encore rédigé\xa0: trois constats de l’année" in page
    assert "n’est pas évalué" in page
    assert "Rien à raconter\xa0: Témoignages" in page
    assert reverse("communities:testimonials", args=[year.pk]) in page
    assert chapter(year, "objectives") in page.replace("&amp;", "&")
    assert "Jamais close" in page
    assert reverse("meetings:detail", args=[late.pk]) in page
    assert "D’ailleurs" not in page


def test_meetings_without_attendance_or_shared_notes_are_named(year, sandrine, signed_in):  # noqa: F811
    silent, logged, shared = (held(year, month, present=[], year=YEAR) for month in (3, 4, 6))
    for meeting, title in ((silent, "Sans présences"), (logged, "Notes gardées"), (shared, "Suivi parti")):
        Meeting.objects.filter(pk=meeting.pk).update(title=title, attendance_confirmed_at=None)
    for meeting in (logged, shared):
        Meeting.objects.filter(pk=meeting.pk).update(guests=4)
        make.a_note(meeting, "On a décidé.", kind="decision")
    FollowUp.objects.create(meeting=shared, sent_at=timezone.now())

    found = signed_in(sandrine).get(before(year)).context["lacks"]

    named = {lack.says: [meeting.title for meeting in lack.meetings] for lack, _where in found if lack.meetings}
    assert "Sans présences" in named["Rencontres dont les présences n’ont pas été notées"]
    left_out = named["Rencontres dont les notes sont laissées de côté\xa0: leur suivi n’est pas parti"]
    assert "Notes gardées" in left_out
    assert "Suivi parti" not in left_out


def test_a_chosen_testimonial_that_nobody_has_read_is_listed(year, sandrine, signed_in):  # noqa: F811
    said = make.a_testimonial(make.a_member(year), "Je suis moins seule.", uses=["accountability"])
    submit(signed_in(sandrine), chapter(year, "outcomes"), {"testimonial": [str(said.pk)]})
    assert "récrit depuis" not in signed_in(sandrine).get(before(year)).content.decode()

    Testimonial.objects.filter(pk=said.pk).update(read_on=None)

    assert "1 témoignage choisi a été récrit depuis" in signed_in(sandrine).get(before(year)).content.decode()


def test_what_is_written_and_rated_is_listed_no_more(year, sandrine, signed_in):  # noqa: F811
    objective = year.objectives.get()
    ratings = {objective.pk: ("reached", "")}
    whole = words(highlights="Un", context="Deux", outcomes="Trois", next_year="Quatre")
    publishing.write_report(year, YEAR, 1, 0, whole, ratings)

    page = signed_in(sandrine).get(before(year)).content.decode()

    assert "Pas encore rédigé" not in page
    assert "évalué" not in page


def test_nothing_of_it_keeps_from_publishing(year, sandrine, signed_in):  # noqa: F811
    home = signed_in(sandrine)
    report_page = home.get(reverse("evaluations:report", args=[year.pk, YEAR])).content.decode()
    assert before(year) in report_page

    submit(home, before(year), action=reverse("evaluations:publish_report", args=[year.pk, YEAR]))

    assert publishing.published(year, YEAR)
    assert home.get(before(year)).url == reverse("evaluations:report", args=[year.pk, YEAR]), "no correction is begun"


# ------------------------------------------------------------ the draft on paper


@pytest.mark.parametrize(("language", "word"), [("fr-ca", "BROUILLON"), ("en", "DRAFT")])
def test_the_draft_bears_its_word_on_each_page_and_stays_accessible(year, language, word):  # noqa: F811
    with translation.override(language):
        template, context = report.pdf_source(year, YEAR, saved(year))
        drawn = pdf.render_pdf(template, context | {"is_draft": True})
        plain = pdf.render_pdf(template, context)

    assert failures(drawn) == []
    added = Counter(flat_text_of(drawn)) - Counter(flat_text_of(plain))
    pages = flat_text_of(plain).count("Page ") + 1  # with the cover, which bears no number
    assert {letter: n for letter, n in added.items() if letter != " "} == {
        letter: n * pages for letter, n in Counter(word).items()
    }


def test_a_draft_taken_away_is_noted_and_never_kept(year, sandrine, nadia, signed_in):  # noqa: F811
    address = reverse("evaluations:draft_report_pdf", args=[year.pk, YEAR])

    answer = signed_in(sandrine).get(address)

    assert answer["Content-Type"] == "application/pdf"
    line = AuditLine.objects.filter(action=Action.EXPORTED).last()
    assert (line.details["what"], line.details["year"], line.community) == ("report_draft", YEAR, year.pk)
    assert not AnnualReport.objects.exists()
    assert signed_in(nadia).get(address).status_code == 403
    assert signed_in(nadia).get(before(year)).status_code == 403
