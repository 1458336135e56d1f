"""The annual report: what it holds and leaves out, its words, its publication, its races and its pages."""

import contextlib
import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from communities.models import Community, Role
from evaluations.domain.reports import publishing
from evaluations.domain.reports.report import CommunityYear
from evaluations.domain.reports.year_answers import answered
from evaluations.domain.surveys import questionnaires, releases
from evaluations.domain.surveys.questionnaires import Asked
from evaluations.models import AnnualReport, ObjectiveRating, Release, Survey
from meetings.models import Note, Topic
from tests import factories as make
from tests.evaluations.indicators.test_indicators import held, members, survey
from tests.forms import form_on, on_one_line, submit
from tests.racing import needs_row_locks

YEAR = timezone.localdate().year - 1


@pytest.fixture
def year(community, sandrine):
    """A year of Constellation: three meetings, what was kept of them, what people answered."""
    some = members(community, 8)
    topic = make.a_topic(community, "Rejoindre les pères", state=Topic.State.DISCUSSED)
    for month, present in [(2, some), (5, some[:5]), (9, some[:6])]:
        meeting = held(community, month, present=present, year=YEAR, title="Rejoindre les pères isolés")
        make.say_of(meeting, followed_up_at=meeting.ends_at + dt.timedelta(days=1))
        make.a_note(meeting, f"La visite à deux rassure ({month})", kind=Note.Kind.HIGHLIGHT)
        survey(meeting, [4] * len(present))
    Topic.objects.filter(pk=topic.pk).update(discussed_at=meeting.starts_at)
    objective = make.an_objective(community, "Créer des liens de confiance")
    ObjectiveRating.objects.create(objective=objective, year=YEAR, level="reached", comment="On se téléphone.")
    return community


def address(name, community, year=YEAR):
    return reverse(f"evaluations:{name}", args=[community.pk, year])


# ------------------------------------------------------------ what it holds


def test_a_year_comes_back_from_what_is_kept_of_it(year):
    import json

    told = CommunityYear.gather(year, YEAR)

    assert CommunityYear.from_json(json.loads(json.dumps(told.to_json()))) == told


def test_nobody_is_named_or_numbered_in_what_is_kept(year):
    kept = str(CommunityYear.gather(year, YEAR).to_json())

    for membership in year.memberships.select_related("user"):
        assert membership.user.last_name not in kept
    assert "people" not in CommunityYear.gather(year, YEAR).to_json()["figures"]


def test_it_tells_topics_highlights_and_rated_objectives(year):
    told = CommunityYear.gather(year, YEAR)

    assert [t.title for t in told.topics] == ["Rejoindre les pères"]
    assert told.kept[0].highlights == ("La visite à deux rassure (2)",)
    assert [(o.wording, o.level, o.comment) for o in told.objectives] == [
        ("Créer des liens de confiance", "reached", "On se téléphone.")
    ]


def test_what_the_group_has_not_read_stays_in_the_log(year):
    meeting = held(year, 11, year=YEAR)
    make.a_note(meeting, "Tension entre deux membres", kind=Note.Kind.HIGHLIGHT)

    told = CommunityYear.gather(year, YEAR)
    year.minutes_level = Community.MinutesLevel.SYNTHESIS
    shared = CommunityYear.gather(year, YEAR)

    assert "Tension" not in str(told.kept)
    assert told.unshared == 1
    assert "Tension" in str(shared.kept)


def test_actions_and_their_names_never_enter(year):
    make.a_note(year.meetings.first(), "Nadia relance la Table", kind=Note.Kind.ACTION)

    assert "Nadia relance" not in str(CommunityYear.gather(year, YEAR))


def test_gathering_costs_the_same_for_three_meetings_and_for_thirty(year, django_assert_max_num_queries):
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as queries:
            CommunityYear.gather(Community.objects.select_related("programme").get(pk=year.pk), YEAR)
        return len(queries)

    few = cost()
    some = members(year, 6)
    for n in range(27):
        meeting = held(year, n % 12 + 1, present=some, year=YEAR)
        survey(meeting, [3] * 6)
        make.a_note(meeting)

    assert cost() == few + 1  # the numbers of the decline, read where enough meetings were held for one
    assert few <= 43


# ------------------------------------------------------------ no one is found by subtraction


def question(code):
    return questionnaires.current().questions.get(code=code)


def lines(community, code, given):
    told = [releases.released_counts(asked_of(code), [{code: value} for value in some], 5) for some in given]
    return {line.fr: line.number for line in answered(question(code), told, community).lines}


def asked_of(code):
    found = question(code)
    return Asked(code, found.scale, "", tuple((o["value"], o["fr"]) for o in found.options), found.is_required)


def test_an_answer_that_one_meeting_merges_is_merged_over_the_year(community):
    """Twelve people each; at the third meeting one person was not at ease: neither that page nor the year says so."""
    ordinary, with_one = ["1"] * 6 + ["3"] * 3 + ["4"] * 3, ["1"] * 8 + ["3"] + ["4"] * 3

    told = lines(community, "R3", [ordinary, ordinary, with_one])

    assert not any(label.endswith("pas à l’aise") and " / " not in label for label in told)
    assert told["j’ai parlé autant que je le voulais"] == "20"


def test_an_answer_that_every_meeting_tells_is_told(community):
    ordinary = ["1"] * 6 + ["3"] * 3 + ["4"] * 3

    assert list(lines(community, "R3", [ordinary] * 3).values()) == ["18", "0", "9", "9"]


def test_a_survey_adds_to_a_question_only_when_enough_people_answered_it(community):
    some = members(community, 12)
    full, thin = (survey(held(community, month, present=some, year=YEAR), [4] * 12) for month in (2, 5))
    for survey_, n in ((full, 12), (thin, 3)):
        survey_.objective = "Rompre l’isolement"
        said = [{"R1": "4", "R6": "4"}] * n + [{"R1": "4"}] * (12 - n)
        Release.objects.filter(survey=survey_).delete()
        releases.release(survey_, said).save()

    answered = {a.code: a for a in CommunityYear.gather(community, YEAR).answers}

    assert answered["R1"].n == 24
    assert (answered["R6"].n, answered["R6"].agree_low, answered["R6"].agree_high) == (12, 12, 12)


# ------------------------------------------------------------ writing


def words(**changed):
    return {"highlights": "", "context": "", "outcomes": "", "next_year": "", **changed}


def test_a_facilitator_writes_words_and_ratings(year, sandrine, signed_in):
    objective = year.objectives.get()
    client, write = signed_in(sandrine), address("write_report", year)
    rated = {f"objective-{objective.pk}-level": "under_way", f"objective-{objective.pk}-comment": "À suivre."}

    assert submit(client, write, {"highlights": "Une belle année.\nDes liens."}).status_code == 302
    assert submit(client, f"{write}?chapitre=objectives", rated).status_code == 302

    report = AnnualReport.objects.get(community=year, year=YEAR)
    assert (report.highlights, report.published_at) == ("Une belle année.\nDes liens.", None)
    assert ObjectiveRating.objects.get(objective=objective, year=YEAR).level == "under_way"


def test_reading_the_form_writes_nothing(year, sandrine, signed_in):
    assert signed_in(sandrine).get(address("write_report", year)).status_code == 200
    assert not AnnualReport.objects.exists()


def test_two_people_writing_at_once_lose_nothing(year, sandrine, philippe, client):
    client.force_login(philippe)
    his = form_on(client.get(address("write_report", year)), ["highlights"])
    client.force_login(sandrine)
    submit(client, address("write_report", year), {"highlights": "Ce que Sandrine voit."})
    client.force_login(philippe)

    answer = his.fill({"highlights": "Ce que Philippe voit."}).press(client)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ce que Sandrine voit." in page
    assert "Ce que Philippe voit." in page
    assert AnnualReport.objects.get(community=year, year=YEAR).highlights == "Ce que Sandrine voit."
    saved = submit(client, answer, {"highlights": "Ce que nous voyons."})
    assert saved.status_code == 302
    assert AnnualReport.objects.get(community=year, year=YEAR).highlights == "Ce que nous voyons."


def test_the_same_words_sent_twice_are_no_conflict(year):
    for _ in range(2):
        assert publishing.write_report(year, YEAR, 1, 0, words(context="Pareil."), {})
    assert AnnualReport.objects.get(community=year, year=YEAR).edit_version == 1


def test_words_too_long_come_back_with_a_sentence_and_nothing_lost(year, sandrine, signed_in):
    long = "é" * 4001

    write = f"{address('write_report', year)}?chapitre=objectives"

    answer = submit(signed_in(sandrine), write, {"context": long})

    assert answer.status_code == 422
    assert "context" in answer.context["form"].errors
    assert long in answer.content.decode()
    assert not AnnualReport.objects.exists()


# ------------------------------------------------------------ publishing


def test_figures_are_frozen(year, sandrine):
    publishing.publish(year, YEAR, by=sandrine)
    told = publishing.published(year, YEAR).figures

    held(year, 12, present=members(year, 3), year=YEAR)

    from evaluations.domain.reports.report import told_by

    assert told_by(publishing.published(year, YEAR)).to_json() == told
    assert told_by(publishing.published(year, YEAR)).figures.by_code["P1"].n == 3


def test_publishing_twice_does_nothing_more(year, sandrine, philippe):
    first = publishing.publish(year, YEAR, by=sandrine)
    second = publishing.publish(year, YEAR, by=philippe, version=1)

    assert second.pk == first.pk
    assert second.published_by == sandrine
    assert AnnualReport.objects.count() == 1


def test_a_correction_is_a_new_version_that_says_so(year, sandrine, nadia, signed_in):
    publishing.write_report(year, YEAR, 1, 0, words(highlights="Avec une faute."), {})
    publishing.publish(year, YEAR, by=sandrine)
    client = signed_in(sandrine)
    draft = publishing.draft(year, YEAR)
    assert (draft.version, draft.highlights) == (2, "Avec une faute.")
    form = form_on(client.get(address("write_report", year)), ["highlights"]).fill({"highlights": "Sans faute."})
    assert form.stopped_by() == ["correction"]  # what it corrects has to be said
    missing = form.fill({"correction": "  "}).press(client)
    assert missing.status_code == 422
    submit(client, missing, {"correction": "Une coquille au premier constat."})
    assert publishing.published(year, YEAR).highlights == "Avec une faute."

    submit(client, address("before_publishing", year), action=address("publish_report", year))

    page = signed_in(nadia).get(address("report", year)).content.decode()
    assert publishing.published(year, YEAR).version == 2
    assert "Sans faute." in page
    assert "Une coquille au premier constat." in page
    assert "Avec une faute." in signed_in(nadia).get(address("report", year) + "?version=1").content.decode()


def test_an_old_page_publishes_nothing_new(year, sandrine, signed_in):
    """The page of version 1 was left open; version 2 is being written by someone else."""
    client = signed_in(sandrine)
    left_open = form_on(client.get(address("before_publishing", year)), action=address("publish_report", year))
    publishing.publish(year, YEAR, by=sandrine)
    publishing.write_report(year, YEAR, 2, 0, words(correction="Une coquille."), {})

    left_open.press(client)

    assert publishing.published(year, YEAR).version == 1
    assert AnnualReport.objects.filter(published_at=None).count() == 1


def at_once(*actions):
    """Run each in its own thread and connection, released together; what each returned or raised."""
    gate, found = threading.Barrier(len(actions)), [None] * len(actions)

    def run(i, action):
        gate.wait()
        try:
            found[i] = action()
        except Exception as error:
            found[i] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, action)) for i, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def people_and_a_year():
    community = make.a_community("Constellation")
    coordinators = [make.a_person() for _ in range(4)]
    held(community, 2, present=members(community, 3), year=YEAR)
    return community, coordinators


@pytest.mark.django_db(transaction=True)
@needs_row_locks
@pytest.mark.parametrize("is_begun", [True, False])
def test_coordinators_who_publish_at_once_make_one_version(is_begun):
    community, coordinators = people_and_a_year()
    if is_begun:
        publishing.write_report(community, YEAR, 1, 0, words(context="Commencé."), {})

    found = at_once(*[lambda by=by: publishing.publish(community, YEAR, by=by, version=1).pk for by in coordinators])

    assert len(set(found)) == 1, found
    report = AnnualReport.objects.get()
    assert report.published_by in coordinators
    assert (report.version, report.figures["name"]) == (1, "Constellation")


@pytest.mark.django_db(transaction=True)
@needs_row_locks
def test_without_the_claim_the_same_race_makes_several():
    """Negative control: « make the next version, published » is what four people at once turn into a mess."""
    community, coordinators = people_and_a_year()

    def publish_naively(by):
        latest = AnnualReport.objects.filter(community=community, year=YEAR).count()
        figures = CommunityYear.gather(community, YEAR).to_json()
        for version in range(latest + 1, 9):
            with contextlib.suppress(IntegrityError):
                return AnnualReport.objects.create(
                    community=community, year=YEAR, version=version, published_at=timezone.now(), figures=figures
                )
        return None

    at_once(*[lambda by=by: publish_naively(by) for by in coordinators])

    assert AnnualReport.objects.count() > 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="isolation is PostgreSQL's")
def test_figures_are_all_read_at_one_instant(monkeypatch):
    """Someone closes a meeting while the report is being gathered: the frozen figures agree with each other."""
    community, (sandrine, *_others) = people_and_a_year()
    gather = CommunityYear.gather.__func__

    def gather_while_others_work(cls, *args, **kwargs):
        gather(cls, *args, **kwargs)
        at_once(lambda: held(community, 6, present=members(community, 9), year=YEAR))
        return gather(cls, *args, **kwargs)

    monkeypatch.setattr(CommunityYear, "gather", classmethod(gather_while_others_work))
    report = publishing.publish(community, YEAR, by=sandrine)

    kept = CommunityYear.from_json(report.figures).figures
    assert (kept.members, kept.attended) == (3, [3])


# ------------------------------------------------------------ the pages


def test_members_read_what_is_published_and_nothing_before(year, sandrine, nadia, signed_in):
    publishing.write_report(year, YEAR, 1, 0, words(highlights="Encore un brouillon."), {})
    client = signed_in(nadia)
    assert client.get(address("report", year)).status_code == 404
    assert client.get(address("report_pdf", year)).status_code == 404
    assert client.get(address("report_progress", year)).status_code == 404
    assert client.get(address("write_report", year)).status_code == 403
    assert str(YEAR) not in str(client.get(reverse("evaluations:reports", args=[year.pk])).context["lines"])

    publishing.publish(year, YEAR, by=sandrine)

    page = client.get(address("report", year))
    assert page.status_code == 200
    assert "Encore un brouillon." in page.content.decode()


def test_a_draft_of_a_correction_stays_with_those_who_write_it(year, sandrine, nadia, signed_in):
    publishing.publish(year, YEAR, by=sandrine)
    publishing.write_report(year, YEAR, 2, 0, words(highlights="Pas encore.", correction="Une coquille."), {})

    assert signed_in(nadia).get(address("report", year) + "?version=2").status_code == 404
    assert signed_in(sandrine).get(address("report", year) + "?version=2").status_code == 200


def test_strangers_see_nothing(year, sandrine, sam, signed_in):
    publishing.publish(year, YEAR, by=sandrine)

    for name in ("report", "report_pdf", "report_progress", "write_report"):
        assert signed_in(sam).get(address(name, year)).status_code == 404
    assert signed_in(sam).post(address("publish_report", year)).status_code == 404


@pytest.mark.parametrize("asked", [1999, timezone.localdate().year + 1, 99999])
def test_years_that_cannot_be_do_not_exist(asked, community, sandrine, signed_in):
    for name in ("report", "write_report"):
        assert signed_in(sandrine).get(address(name, community, asked)).status_code == 404


@pytest.mark.parametrize("asked", ["0", "-1", "2", "abc", "٣", "9" * 40])
def test_versions_that_are_not_do_not_exist(asked, year, sandrine, signed_in):
    publishing.publish(year, YEAR, by=sandrine)

    assert signed_in(sandrine).get(address("report", year), {"version": asked}).status_code == 404
    assert signed_in(sandrine).get(address("report_pdf", year), {"version": asked}).status_code == 404
    assert signed_in(sandrine).post(address("publish_report", year), {"version": asked}).status_code == 302
    assert AnnualReport.objects.count() == 1


def test_an_empty_year_has_a_page_too(community, sandrine, signed_in):
    page = signed_in(sandrine).get(address("report", community))

    assert page.status_code == 200
    assert " 0 %" not in page.content.decode()


def test_the_list_costs_the_same_for_one_year_and_for_many(year, sandrine, signed_in):
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("evaluations:reports", args=[year.pk])).status_code == 200
        return len(queries)

    client = signed_in(sandrine)
    few = cost()
    for before in range(1, 12):
        AnnualReport.objects.create(community=year, year=YEAR - before, published_at=timezone.now())
        held(year, 3, year=YEAR - before)

    assert cost() == few


# ------------------------------------------------------------ its PDF, as a row


@pytest.fixture
def published(year, sandrine, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return publishing.publish(year, YEAR, by=sandrine)


@pytest.fixture
def drawn(monkeypatch):
    """Drawing stands for itself here: test_pdf draws for real."""
    found = []
    monkeypatch.setattr(publishing, "draw", lambda report: found.append(report.pk) or b"%PDF-1.7 drawn")
    return found


def test_it_is_built_once_however_often_it_is_asked(published, drawn):
    assert publishing.build(published.pk)
    assert not publishing.build(published.pk)
    assert drawn == [published.pk]
    assert not publishing.reports_to_print().exists()


def test_a_draft_has_no_pdf(year, drawn):
    publishing.write_report(year, YEAR, 1, 0, words(), {})

    assert not publishing.build(AnnualReport.objects.get().pk)


def test_what_a_dead_worker_began_is_taken_over(published, drawn):
    now = timezone.now()
    AnnualReport.objects.update(pdf_started_at=now - dt.timedelta(minutes=3))
    assert not publishing.build(published.pk, now)

    assert publishing.build(published.pk, now + publishing.LEASE)


def test_a_worker_that_wakes_up_late_changes_nothing(published, monkeypatch):
    """It was given up for dead while it drew, and another one took over."""

    def draw_slowly(report):
        AnnualReport.objects.update(pdf_started_at=timezone.now() + dt.timedelta(seconds=1))
        return b"%PDF late"

    monkeypatch.setattr(publishing, "draw", draw_slowly)

    assert not publishing.build(published.pk)
    published.refresh_from_db()
    assert (published.pdf_built_at, published.pdf.name) == (None, "")


def test_a_failure_is_said_and_tried_again_later(published, monkeypatch, sandrine, signed_in):
    def fail(report):
        raise RuntimeError("no ink")

    monkeypatch.setattr(publishing, "draw", fail)
    assert not publishing.build(published.pk)

    published.refresh_from_db()
    assert published.pdf_error == "RuntimeError"
    page = signed_in(sandrine).get(address("report", published.community))
    assert not page.context["asks_again"]
    assert publishing.reports_to_print(timezone.now() + publishing.LEASE).exists()


def test_where_pango_is_missing_the_page_says_what_to_install(published, monkeypatch, sandrine, signed_in):
    from cmtl import pdf

    def fail(report):
        raise pdf.PangoMissing

    monkeypatch.setattr(publishing, "draw", fail)
    publishing.build(published.pk)

    page = on_one_line(signed_in(sandrine).get(address("report", published.community)))
    assert "apt-get install libpango-1.0-0" in page


def test_the_page_asks_while_it_is_made_and_stops_when_it_is(published, drawn, nadia, signed_in):
    client = signed_in(nadia)
    waiting = client.get(address("report_progress", published.community), headers={"HX-Request": "true"})
    publishing.build(published.pk)
    ready = client.get(address("report_progress", published.community), headers={"HX-Request": "true"})

    assert b'hx-trigger="every 2s"' in waiting.content
    assert b"hx-trigger" not in ready.content
    assert b"bilan.pdf" in ready.content


def test_the_page_gives_up_asking_after_a_while(published, nadia, signed_in):
    AnnualReport.objects.update(published_at=timezone.now() - dt.timedelta(minutes=6))

    page = signed_in(nadia).get(address("report_progress", published.community), headers={"HX-Request": "true"})

    assert b"hx-trigger" not in page.content


def test_the_pdf_leaves_through_the_rules(published, drawn, nadia, sam, signed_in):
    publishing.build(published.pk)
    url = address("report_pdf", published.community)

    answer = signed_in(nadia).get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 drawn"
    assert "constellation" in answer["Content-Disposition"]
    assert signed_in(sam).get(url).status_code == 404
    nadia.memberships.all().delete()
    assert signed_in(nadia).get(url).status_code == 404


def test_its_name_on_disk_cannot_be_guessed(published, drawn):
    publishing.build(published.pk)
    published.refresh_from_db()

    assert len(published.pdf.name.removeprefix("reports/").removesuffix(".pdf")) >= 32


def test_a_pdf_that_was_lost_is_made_again(published, drawn, nadia, signed_in):
    publishing.build(published.pk)
    published.refresh_from_db()
    published.pdf.storage.delete(published.pdf.name)

    assert signed_in(nadia).get(address("report_pdf", published.community)).status_code == 302
    assert publishing.reports_to_print().filter(pk=published.pk).exists()
    assert publishing.build(published.pk)


def test_a_broker_that_is_down_does_not_stop_a_publication(
    year, sandrine, signed_in, settings, django_capture_on_commit_callbacks, drawn, tmp_path, no_broker
):
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(sandrine)
    form = form_on(client.get(address("before_publishing", year)), action=address("publish_report", year))
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        answer = form.press(client)
    with pytest.raises(OperationalError):
        callbacks[-1]()  # after the mails to members, which say nothing of a broker

    assert answer.status_code == 302
    assert [r.pk for r in publishing.reports_to_print()] == [publishing.published(year, YEAR).pk]
    from evaluations import tasks

    tasks.build_waiting_reports()
    assert drawn == [publishing.published(year, YEAR).pk]


@pytest.mark.django_db(transaction=True)
@needs_row_locks
def test_workers_at_once_draw_one_pdf(settings, tmp_path, drawn):
    settings.MEDIA_ROOT = tmp_path
    community, (sandrine, *_others) = people_and_a_year()
    report = publishing.publish(community, YEAR, by=sandrine)

    found = at_once(*[lambda: publishing.build(report.pk)] * 4)

    assert sorted(found) == [False, False, False, True]
    assert drawn == [report.pk]


def test_an_old_survey_without_answers_is_no_obstacle(year):
    empty = Survey.objects.first()
    Release.objects.filter(survey=empty).delete()

    assert CommunityYear.gather(year, YEAR).figures.satisfaction.n == 11


def test_a_grant_that_ended_still_leaves_its_holder_out_of_past_meetings(community):
    from communities.models import Membership

    before = make.a_person()
    make.a_role(before, Role.FACILITATOR, community=community, ends_on=dt.date(YEAR, 12, 31))
    membership = make.a_member(community, before, status=Membership.Status.ACTIVE)
    held(community, 3, present=[membership, *members(community, 2)], year=YEAR)

    assert CommunityYear.gather(community, YEAR).figures.attended == [2]
