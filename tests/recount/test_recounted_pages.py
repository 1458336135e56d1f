"""Every measure of parts 2 and 3 of `evaluation.md`, counted again by other code and equal to what the pages show."""

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from communities.models import Community
from evaluations.models import Response, Survey
from meetings.models import Attendance, Meeting, Reply
from tests import factories as make
from tests.recount import answers, world
from tests.recount.answers import Said
from tests.recount.attendance import NAMES, UNKNOWN, YearCounted, read_as_written
from tests.recount.tables import Tables, as_json

CHOSEN_OBJECTIVE = "l’objectif choisi"
OF_SOME = ("R7",)  # asked of those in the room
RANGE = r"\d+ %(?: à \d+ %)?"
WARNING = re.compile(rf"({RANGE}) (.+?) \(n = (\d+)\), contre ({RANGE}) auparavant \(n = (\d+)\)")
WATCHED = {
    "R1": ("3", "4", "5"),
    "R2": ("3", "4"),
    "R3": ("1",),
    "R6": ("3", "4"),
}


# ------------------------------------------------------------ what the pages show


def page_of(client: Client, name: str, *arguments: int) -> LexborHTMLParser:
    answer = client.get(reverse(f"evaluations:{name}", args=arguments))
    assert answer.status_code == 200
    return LexborHTMLParser(answer.content)


def words(node) -> str:
    return read_as_written(node.text(deep=True, separator=" "))


def measures_on(page: LexborHTMLParser) -> dict[str, str]:
    """Code → figure, of the tables of a report."""
    found = {}
    for row in page.css("table.measures tbody tr"):
        name = read_as_written(row.css_first("th").text(deep=False))
        if name in NAMES:
            found[NAMES[name]] = words(row.css_first("td.num").css_first("b, .none"))
    return found


def answers_on(page: LexborHTMLParser) -> dict[str, tuple[int, int, dict[str, str]]]:
    """Wording → n, meetings, and the number of each answer."""
    found = {}
    for block in page.css("div.question"):
        n, meetings = re.search(r"n = (\d+) · (\d+) rencontre", words(block.css_first("p.reading"))).groups()
        lines = {words(row.css_first("th")): words(row.css("td")[-1]) for row in block.css("tbody tr")}
        found[words(block.css_first("h3"))] = (int(n), int(meetings), lines)
    return found


# ------------------------------------------------------------ what is wrong with them


def wrong_measures(tables: Tables, page: LexborHTMLParser, community: int, year: int, today: dt.date) -> list[str]:
    counted, shown = YearCounted(tables, community, year, today).figures(), measures_on(page)
    assert len(shown) > 10, shown
    return [
        f"{year} {code}: the page says {shown.get(code)!r}, counted {counted.get(code)!r}"
        for code in {*counted, *shown}
        if shown.get(code) != counted.get(code)
    ]


def evaluations_of(tables: Tables, counted: YearCounted, pooled: dict[int, list[dict]]) -> list[Said]:
    """Of one year: those told alone, and pools whose meetings were all held that year."""
    surveys = counted.surveys()
    found = [said for survey in surveys if (said := answers.released(tables, survey))]
    ids = {survey["id"] for survey in surveys}
    for pool in tables.pools:
        inside = {survey["id"] for survey in tables.surveys if survey["pool_id"] == pool["id"]}
        if pool["is_told"] and inside <= ids and pool["id"] in pooled:
            found.append(Said.of(pooled[pool["id"]], as_json(pool["figures"])))
    return found


def wrong_answers(tables: Tables, page: LexborHTMLParser, several: list[Said], individuals: bool) -> list[str]:
    """Each question that is told, each of its answers, its n and its number of meetings."""
    shown, wrong = answers_on(page), []
    latest = {row["code"]: row for row in sorted(tables.questions, key=lambda row: row["questionnaire_id"])}
    own = {code for said in several for code in said.told if code.startswith("X")}  # told apart, under their objective
    for code in sorted({code for said in several for code in said.told} - own):
        question, found = latest[code], answers.over(several, code, of_some=code in OF_SOME)
        wording = (individuals and question["individual_fr"]) or question["wording_fr"]
        wording = read_as_written(wording.replace("{objective}", CHOSEN_OBJECTIVE))
        if wording not in shown:
            wrong.append(f"{code} is not on the page")
            continue
        n, meetings, lines = shown.pop(wording)
        if (n, meetings) != (found.n, found.evaluations):
            wrong.append(f"{code}: the page says n = {n} of {meetings}, counted {found.n} of {found.evaluations}")
        for label, number in lines.items():
            count = sum(found.counts[value] for value in answers.values_of(label, question))
            if not answers.is_within(number, count):
                wrong.append(f"{code} {label}: the page says {number}, counted {count}")
    return [*wrong, *(f"on the page and not counted: {wording}" for wording in shown)]


def wrong_signs(tables: Tables, page: LexborHTMLParser, counted: YearCounted, several: list[Said]) -> list[str]:
    """The six signs of vitality: two of presence, four of what members answer."""
    shown = {words(card.css_first("h3")): words(card.css_first("p.value")) for card in page.css("ul.signs li.sign")}
    assert len(shown) == 6
    figures, wrong = counted.figures(), []
    for name, code in (("Présence", "P1"), ("Assiduité", "P3")):
        if shown[name] != figures[code]:
            wrong.append(f"{name}: the page says {shown[name]}, counted {figures[code]}")
    signs = (
        ("Qualité de la participation", several, "R3", ("1", "4")),
        ("Ce que les gens nous disent", several, "R1", answers.WORTH),
        ("Confiance", last_year_asked(tables, counted), "M11", answers.AGREES),
        ("Capacité à trouver des solutions", several, "R4", ("2",)),
    )
    for (name, some, code, values), value in zip(signs, list(shown.values())[2:], strict=True):
        found = answers.over(some, code)
        count = sum(found.counts[one] for one in values)
        if some and not any(any(said.values.values()) for said in some):
            continue  # of the demonstration, whose annual answers were kept by nobody
        if value == UNKNOWN:
            if found.n and all(answers.between(said.told[code], values) for said in some if code in said.told):
                wrong.append(f"{name}: the page says nothing of {found.n} answers")
        elif not found.n or not answers.share_is_within(value, count, found.n):
            wrong.append(f"{name}: the page says {value}, counted {count} of {found.n}")
    return wrong


def last_year_asked(tables: Tables, counted: YearCounted) -> list[Said]:
    own = [row for row in tables.campaigns if row["community_id"] == counted.community["id"]]
    for campaign in sorted(own, key=lambda row: -row["year"]):
        survey = next(row for row in tables.surveys if row["campaign_id"] == campaign["id"])
        if said := answers.released(tables, survey):
            return [said]
    return []


def wrong_warnings(tables: Tables, page: LexborHTMLParser, counted: YearCounted, now: dt.datetime) -> list[str]:
    """Those on the page are those that stand, with the same numbers."""
    since = now - dt.timedelta(days=730)
    regular = [m for m in counted.every if m["kind"] == "regular" and m["closed_at"] and m["starts_at"] >= since]
    survey_of = {row["meeting_id"]: row["id"] for row in tables.surveys if row["meeting_id"]}
    told = {row["survey_id"]: row["figures"]["questions"] for row in tables.releases}
    expected = []
    for code, values in WATCHED.items():
        lines = [one for m in regular for one in told.get(survey_of.get(m["id"]), ()) if one["code"] == code]
        if standing := answers.falls(lines, values):
            expected.append((share_between(*standing[1]), standing[1][2], share_between(*standing[0]), standing[0][2]))
    text = words(page.css_first("section.watch")) if page.css_first("section.watch") else ""
    shown = [(one[0], int(one[2]), one[3], int(one[4])) for one in WARNING.findall(text)]
    shown = list(dict.fromkeys(shown))  # each is said again to whoever sets it aside
    return [] if sorted(shown) == sorted(expected) else [f"warnings: the page says {shown}, counted {expected}"]


def share_between(low: int, high: int, n: int) -> str:
    first, last = (f"{int(100 * one / n + 0.5)} %" for one in (low, high))
    return first if first == last else f"{first} à {last}"


def everything_wrong(client: Client, community, years, pooled) -> list[str]:
    tables, today = Tables(), timezone.localdate()
    individuals = community.is_of_individuals
    wrong, of_year = [], {}
    for year in years:
        counted = of_year[year] = YearCounted(tables, community.pk, year, today)
        several = evaluations_of(tables, counted, pooled)
        page = page_of(client, "report", community.pk, year)
        if counted.held:
            wrong += wrong_measures(tables, page, community.pk, year, today)
            wrong += [f"{year} {one}" for one in wrong_answers(tables, page, several, individuals)]
    shown = next(counted for year, counted in sorted(of_year.items(), reverse=True) if counted.held)
    page = page_of(client, "vitality", community.pk)
    wrong += wrong_signs(tables, page, shown, evaluations_of(tables, shown, pooled))
    wrong += wrong_warnings(tables, page, shown, timezone.now())
    return [f"{community.name}: {one}" for one in wrong]


# ------------------------------------------------------------ the tests


@pytest.fixture
def told(programme, sandrine, karim):
    return world.build(programme, sandrine, karim)


def wrong_in(told, client: Client) -> list[str]:
    this = timezone.localdate().year
    return [
        one
        for community in told.communities
        for one in everything_wrong(client, community, (this - 2, this - 1, this), told.pooled)
    ]


def test_the_pages_show_what_is_counted_again(told, philippe, signed_in):
    client = signed_in(philippe)

    assert "\n".join(wrong_in(told, client)) == ""

    page = page_of(client, "vitality", told.communities[1].pk)  # controls: there is something to be wrong about
    assert len(WARNING.findall(words(page.css_first("section.watch")))) == 2 * 4
    assert told.pooled


PLANTED = {
    "an absence told as a presence": lambda: Attendance.objects.filter(
        pk__in=Attendance.objects.filter(status="absent", meeting__kind="regular")[:1]
    ).update(status="present"),
    "a meeting an hour longer": lambda: Meeting.objects.filter(
        pk__in=Meeting.objects.held().filter(kind="regular")[:1]
    ).update(ends_at=F("ends_at") + dt.timedelta(hours=1)),
    "an answer to R1": lambda: Response.objects.filter(code="R1").update(value="5"),
    "a yes that was a no": lambda: Reply.objects.filter(answer="no").update(answer="yes"),
    "a survey that one more person could answer": lambda: Survey.objects.filter(meeting__kind="regular").update(
        eligible=F("eligible") + 30
    ),
    "trust": lambda: Response.objects.filter(code="M11").update(value="1"),
}


def test_control_one_row_changed_under_the_pages_is_seen(told, philippe, signed_in):
    """What the pages say was read before, what is counted again after: each fault planted in between is found."""
    pages = Remembered(signed_in(philippe))
    assert wrong_in(told, pages) == []
    for name, plant in PLANTED.items():
        with transaction.atomic():
            assert plant(), name
            assert wrong_in(told, pages), name
            transaction.set_rollback(True)


class Remembered:
    """A client that opens each page once, and shows it again as it was."""

    def __init__(self, client: Client) -> None:
        self.client, self.pages = client, {}

    def get(self, address: str):
        if address not in self.pages:
            self.pages[address] = self.client.get(address)
        return self.pages[address]


@pytest.mark.long
def test_the_demonstration_shows_what_is_counted_again(db, signed_in):
    """Its seven groups, over the two years before this one."""
    call_command("load_demo", verbosity=0)
    this = timezone.localdate().year
    wrong = []
    for community in Community.objects.filter(status=Community.Status.ACTIVE):
        reader = make.a_person("Philippe")
        scope = {"programme": community.programme} if community.programme else {"community": community}
        make.a_role(reader, "coordinator", **scope)
        wrong += everything_wrong(signed_in(reader), community, (this - 2, this - 1, this), {})
    assert "\n".join(wrong) == ""
