"""The nine qualities, once a year, for their author alone."""

import datetime as dt
import io
import json
import zipfile

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.domain import erasing
from evaluations.domain import archive, self_assessment
from evaluations.models import SelfAssessment
from evaluations.web.today import Today
from meetings.domain.portal import my_data
from meetings.domain.preparation.self_checklist import QUALITIES
from tests import factories as make
from tests.forms import on_one_line, submit

PAGE = reverse("evaluations:self_assessment")
YEAR = timezone.localdate().year
SECRET = "Je coupe la parole"
# Word for word, but for « l’attention le groupe », which is a slip of the guide.
OF_THE_GUIDE = [
    "Avoir une bonne préparation (maîtriser les sujets et connaître le groupe)",
    "Savoir bien mettre la table (objectif, sujet, règles, etc.)",
    "Avoir une bonne capacité de synthèse pour résumer les interventions et dégager les points clés",
    "Susciter la participation de tout le monde et gérer le temps de parole",
    "Conserver l’attention du groupe sur les objectifs et la recentrer, au besoin",
    "Veiller au respect des règles du groupe et de la confidentialité des échanges",
    "Être à l’écoute du groupe (langage verbal et non verbal)",
    "Faire preuve d’humilité et apporter des ajustements, au besoin",
    "Aimer animer et avoir confiance dans le potentiel de son groupe",
]


def test_it_asks_the_nine_qualities_in_the_words_of_the_guide(sandrine, community, signed_in):
    page = on_one_line(signed_in(sandrine).get(PAGE))

    places = [page.index(quality) for quality in OF_THE_GUIDE]
    assert places == sorted(places)
    assert page.index("Personne d’autre que vous ne lit") < places[0]
    assert all(word in page for word in ("Rarement", "Parfois", "Souvent", "Presque toujours"))


def test_it_is_written_reread_and_written_again(sandrine, community, signed_in):
    client = signed_in(sandrine)

    answer = submit(client, PAGE, {"trust": "4", "trust-example": "Le tour de table", "to_strengthen": SECRET})
    assert answer.status_code == 302
    submit(client, PAGE, {"listening": "2"})

    kept = SelfAssessment.objects.get()
    assert (kept.author, kept.year, kept.to_strengthen) == (sandrine, YEAR, SECRET)
    assert kept.answers == {"trust": [4, "Le tour de table"], "listening": [2, ""]}


def test_in_two_windows_the_older_one_does_not_write_over_the_other_unknowingly(sandrine, community, signed_in):
    client = signed_in(sandrine)
    older = client.get(PAGE)
    submit(client, PAGE, {"to_strengthen": "Écrit dans l’autre fenêtre"})

    refused = submit(client, older, {"to_strengthen": SECRET})

    assert refused.status_code == 422
    assert "dans une autre fenêtre" in on_one_line(refused)
    assert SECRET in refused.text, "what was typed stays"
    assert SelfAssessment.objects.get().to_strengthen == "Écrit dans l’autre fenêtre"
    submit(client, refused)
    assert SelfAssessment.objects.get().to_strengthen == SECRET


def test_pressed_twice_it_is_written_once(sandrine, community, signed_in):
    client = signed_in(sandrine)
    page = client.get(PAGE)

    assert [submit(client, page, {"to_strengthen": SECRET}).status_code for _ in range(2)] == [302, 302]


def test_nothing_is_asked_by_force(sandrine, community, signed_in):
    assert submit(signed_in(sandrine), PAGE, {}).status_code == 302
    assert SelfAssessment.objects.get().answers == {}


def test_last_year_stands_beside_and_earlier_years_below(sandrine, community, signed_in):
    self_assessment.write(sandrine, YEAR - 1, {"trust": (2, "L’atelier de mai")}, "Laisser des silences")
    self_assessment.write(sandrine, YEAR - 3, {"rules": (1, "Le début")}, "")

    page = signed_in(sandrine).get(PAGE).content.decode()

    assert "L’atelier de mai" in page.partition("<details")[0]
    assert "Laisser des silences" in page.partition("<details")[0]
    assert "Le début" in page
    assert page.index(OF_THE_GUIDE[8]) < page.index("L’atelier de mai")


def test_two_who_facilitate_have_each_theirs(sandrine, rita, signed_in):
    self_assessment.write(rita, YEAR, {"trust": (4, "Rita seule")}, "")
    client = signed_in(sandrine)

    assert "Rita seule" not in client.get(PAGE).content.decode()
    submit(client, PAGE, {"trust": "1"})

    assert SelfAssessment.objects.count() == 2
    assert self_assessment.of_year(rita, YEAR).answers == {"trust": [4, "Rita seule"]}


@pytest.mark.parametrize("who", ["philippe", "karim", "nadia", "ada", "sam", "rita"])
def test_nobody_else_reads_it_whatever_their_role(who, sandrine, rita, community, request, signed_in):
    self_assessment.write(sandrine, YEAR, {"trust": (1, SECRET)}, SECRET)
    ours = [PAGE, reverse("meetings:journal"), "/"]
    ours += [reverse(f"evaluations:{name}", args=[community.pk]) for name in ("vitality", "influences", "reports")]
    ours += [reverse("evaluations:write_report", args=[community.pk, YEAR])]
    assert SECRET in signed_in(sandrine).get(PAGE).content.decode(), "control"

    client = signed_in(request.getfixturevalue(who))
    read = [address for address in ours if SECRET in client.get(address).content.decode()]

    assert read == []
    expected = 200 if who == "rita" else 403
    assert client.get(PAGE).status_code == expected


def test_it_is_in_no_archive_and_in_the_file_that_its_author_takes(sandrine, community):
    self_assessment.write(sandrine, YEAR, {"trust": (1, SECRET)}, "")
    made = io.BytesIO()
    archive.write_archive(make.an_archive(community, asked_by=sandrine), made, lambda done, parts: None)

    def holds(content: bytes) -> bool:
        files = zipfile.ZipFile(io.BytesIO(content))
        return any(SECRET.encode() in files.read(name) for name in files.namelist())

    assert not holds(made.getvalue())
    assert not holds(my_data.archive(sandrine, for_another=True))
    assert not any(one.section.name == "self_assessments" for one in my_data.held_about(sandrine, for_another=True))
    mine = my_data.archive(sandrine)
    assert holds(mine)
    (row,) = json.loads(zipfile.ZipFile(io.BytesIO(mine)).read("donnees.json"))["self_assessments"]
    assert (row["year"], row["words"]) == (YEAR, SECRET)


def test_it_goes_with_its_author_and_loses_the_name_of_another(sandrine, rita, nadia, community):
    self_assessment.write(sandrine, YEAR, {"trust": (1, SECRET)}, "")
    self_assessment.write(rita, YEAR, {"trust": (3, f"Avec {nadia.full_name}")}, f"Écouter {nadia.full_name}")

    erasing.erase(nadia)
    erasing.erase(sandrine)

    kept = SelfAssessment.objects.get()
    assert kept.author == rita
    assert nadia.full_name not in f"{kept.answers} {kept.to_strengthen}"
    assert kept.answers["trust"][0] == 3


def test_whoever_facilitates_no_more_rereads_and_writes_no_more(sandrine, community, signed_in):
    self_assessment.write(sandrine, YEAR, {"trust": (1, SECRET)}, "")
    sandrine.role_assignments.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    client = signed_in(sandrine)

    page = client.get(PAGE)

    assert page.status_code == 200
    assert SECRET in page.content.decode()
    assert client.post(PAGE, {"trust": "4"}).status_code == 403


@pytest.mark.parametrize(("month", "is_offered"), [(6, False), (10, False), (11, True), (12, True)])
def test_today_offers_it_at_the_end_of_the_year_until_it_is_written(month, is_offered, sandrine, philippe, community):
    now = timezone.make_aware(dt.datetime(YEAR, month, 15, 10))

    def offered(person):
        return PAGE in [item.url for item in Today(person, now).to_do]

    assert offered(sandrine) == is_offered
    assert not offered(philippe)
    self_assessment.write(sandrine, YEAR, {}, "")
    assert not offered(sandrine)


def test_the_codes_kept_are_those_of_the_qualities_of_the_guide():
    assert [quality.code for quality in QUALITIES] == [
        *("preparation", "setting", "synthesis", "participation", "focus", "rules", "listening", "humility", "trust")
    ]


def test_it_is_in_english_too(sandrine, community, signed_in):
    type(sandrine).objects.filter(pk=sandrine.pk).update(language="en")
    client = signed_in(sandrine)
    client.cookies["django_language"] = "en"

    page = client.get(PAGE, headers={"accept-language": "en"}).content.decode()

    assert "Almost always" in page
    assert "You alone read this page" in page


def test_a_new_year_is_a_new_page(sandrine, community, signed_in):
    submit(signed_in(sandrine), PAGE, {"trust": "4"})

    with time_machine.travel(dt.datetime(YEAR + 1, 2, 1, 15, tzinfo=dt.UTC)):
        submit(signed_in(sandrine), PAGE, {"trust": "2"})

    assert [(one.year, one.answers["trust"][0]) for one in SelfAssessment.objects.order_by("year")] == [
        (YEAR, 4),
        (YEAR + 1, 2),
    ]
