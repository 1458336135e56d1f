"""The pages of the annual evaluation, of improvements, of questions and of what facilitators note: they cost as much
for many as for few, and hold at the narrowest width, in both schemes and by keyboard, with something in them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.domain import improvements
from evaluations.domain.surveys import bank, questionnaires, releases
from evaluations.models import Campaign, CommentBatch, OwnQuestion, Questionnaire, Release, Survey
from meetings.models import Improvement
from tests import factories as make
from tests.crowd import Crowd, Size
from tests.evaluations.campaigns.test_campaigns import CHOSEN
from tests.keyboard import sees_where_it_is, tab_to
from tests.recount import world as recounted
from tests.soundness import sound
from tests.test_flat import MOST, READ, read
from tests.test_permissions import World

PAGES = (
    "across", "add_improvement", "add_own_question", "bell", "campaign", "campaigns", "campaigns_together",
    "improvement", "improvements", "influences", "make_version", "own_questions", "prepare_campaign",
    "preview_campaign", "preview_own_questions", "questionnaire", "questionnaires", "report", "reports",
    "self_assessment", "today", "vitality", "write_report",
)  # fmt: skip
FEW = Size(people=10, pool=2, meetings=10, rows=10)
MORE = Size(people=40, pool=8, meetings=20, rows=25)
A_THOUSAND = Size(people=990, pool=8, meetings=490, rows=90)


@pytest.fixture
def place(db):
    return World()


def grow(crowd: Crowd, size: Size) -> None:
    """More people, meetings that tell what was answered, suggestions, improvements, communities with their years."""
    crowd.grow(size)
    community, lasting = crowd.community, size.rows
    figures = Release.objects.exclude(survey__meeting=None).latest("pk").figures
    untold = Survey.objects.filter(release=None, closed_at__isnull=False).exclude(meeting=None)
    Release.objects.bulk_create(Release(survey=survey, figures=figures) for survey in untold)
    batch = CommentBatch.objects.create(
        community=community, texts=[f"À changer {crowd.count} {n}" for n in range(lasting)]
    )
    Improvement.objects.bulk_create(
        Improvement(community=community, wording=f"Mieux {crowd.count} {n}", state="done" if n % 2 else "accepted",
                    done_on=timezone.localdate() if n % 2 else None, answer="Fait" if n % 2 else "")
        for n in range(lasting)
    )  # fmt: skip
    for one in improvements.to_sort([community])[: lasting // 2]:
        improvements.sort(community, one.ref, "improvement" if len(one.text) % 2 else "thanks", by=crowd.facilitator)
    assert batch.pk
    evaluated(crowd, min(lasting, 30))


def evaluated(crowd: Crowd, n: int) -> None:
    """Other communities of the programme, evaluated last year, and the version of a questionnaire."""
    year, annual = timezone.localdate().year - 1, questionnaires.current(Questionnaire.Code.ANNUAL)
    figures = None
    for _ in range(n):
        other = make.a_community(programme=crowd.community.programme)
        make.an_objective(other)
        make.a_member(other)
        days = {"opens_on": dt.date(year, 11, 4), "closes_on": dt.date(year, 11, 25)}
        campaign = Campaign.objects.create(community=other, year=year, **days)
        closed_at = timezone.now() - dt.timedelta(days=40)
        survey = Survey.objects.create(
            questionnaire=annual, campaign=campaign, threshold=5, closes_at=closed_at, closed_at=closed_at, eligible=9,
            answers_after=6,
        )  # fmt: skip
        if figures is None:
            campaign.survey = survey
            figures = releases.release(survey, [{k: v for k, v in CHOSEN.items() if k[:2] != "M3"}] * 6).figures
        Release.objects.create(survey=survey, figures=figures)
    item = next(one for one in bank.Sheet("Q-R").items if one.code == "R6")
    words = {name: f"{getattr(item.question, name)} {crowd.count}" for name in ("wording_fr", "wording_en")}
    bank.make_version(
        "Q-R", {"R6": bank.Edit(words, True, item.place)}, crowd.facilitator, based_on=questionnaires.current().version
    )


@pytest.mark.parametrize("more", [MORE, pytest.param(A_THOUSAND, marks=pytest.mark.long)], ids=["50", "1000"])
def test_they_ask_as_much_for_many_as_for_few_and_stay_light(place, more, monkeypatch):
    questionnaires.questions_of.cache_clear()
    names = {f"evaluations:{name}" for name in PAGES}
    monkeypatch.setattr("tests.test_flat.READ", {name: line for name, line in READ.items() if name in names})
    crowd = Crowd(place.places["own"], place.people["FA"])
    grow(crowd, FEW)
    read(place, crowd)  # what a process reads once is read
    for_few = read(place, crowd)

    grow(crowd, more)
    read(place, crowd)  # the version that was just made too
    for_many = read(place, crowd)

    assert for_few.keys() >= names
    grown = {name: (n, for_many[name][0]) for name, (n, _size) in for_few.items() if for_many[name][0] > n}
    assert not grown, grown
    assert not {name: size for name, (_n, size) in for_many.items() if size > MOST}


# ------------------------------------------------------------ in a browser


@pytest.mark.browser
def test_a_suggestion_is_sorted_with_the_keyboard_on_the_narrowest_phone_at_night(site, community, sandrine, open_as):
    make.released_comments(
        community, "Plus de pauses", "Commencer à l’heure", "Un micro", "Moins de nouvelles", "Merci"
    )
    page = open_as(sandrine, width=320, height=640)
    page.emulate_media(color_scheme="dark")
    page.goto(reverse("evaluations:improvements", args=[community.pk]))
    assert sound(page) == []

    tab_to(page, "button[name=kind][value=improvement]", most=200)
    assert sees_where_it_is(page)
    page.keyboard.press("Enter")

    expect(page.get_by_text("Une amélioration à étudier").or_(page.locator("#progress-title")).first).to_be_visible()
    assert Improvement.objects.count() == 1
    assert sound(page) == []


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_something_in_them_they_hold_at_each_width_and_in_each_scheme(
    site, programme, sandrine, karim, philippe, open_as, scheme
):
    questionnaires.questions_of.cache_clear()
    told = recounted.build(programme, sandrine, karim)
    open_one, falling = told.communities
    make.released_comments(falling, *(f"Il faudrait {n} fois plus de temps pour parler" for n in range(9)))
    improvements.sort(falling, improvements.to_sort([falling])[0].ref, "improvement", by=sandrine)
    make.an_improvement(falling, "Ouvrir plus tôt", state="done", answer="La salle ouvre à 8 h 50.")
    make.an_influence(falling, sandrine)
    make.an_own_question(falling)
    assert OwnQuestion.objects.exists()
    item = next(one for one in bank.Sheet("Q-R").items if one.code == "R6")
    words = {"wording_fr": "Nous avons avancé vers : {objective}.", "wording_en": "We moved toward: {objective}."}
    bank.make_version("Q-R", {"R6": bank.Edit(words, True, item.place)}, philippe, based_on=1)
    last = timezone.localdate().year - 1
    of_community = ("vitality", "improvements", "own_questions", "preview_own_questions", "influences", "campaigns")
    addresses = [
        *(reverse(f"evaluations:{name}", args=[falling.pk]) for name in of_community),
        *(reverse(f"evaluations:{name}", args=[falling.pk, last]) for name in ("report", "write_report")),
        falling.campaigns.get().get_absolute_url(),
        reverse("evaluations:campaigns_together"),
        reverse("evaluations:across"),
        *(reverse(f"evaluations:{name}", args=["Q-R"]) for name in ("questionnaire", "make_version")),
        reverse("evaluations:today"),
    ]
    for reader, seen in ((philippe, addresses), (sandrine, [reverse("evaluations:self_assessment"), *addresses[:6]])):
        page = open_as(reader)
        page.emulate_media(color_scheme=scheme)
        wrong = {}
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            for address in seen:
                page.goto(address)
                if found := sound(page):
                    wrong[width, address] = found
        assert not wrong, wrong
    assert open_one.pk
