"""A programme gives its look to the Word documents of its communities; rules, agendas and questionnaires in Word."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from communities.models import WordTemplate
from tests import factories as make
from tests.forms import submit

OURS = "Concertation Montréal"


def read(answer):
    assert answer.status_code == 200
    return Document(io.BytesIO(answer.content))


def header_of(document) -> str:
    return document.sections[0].header.paragraphs[0].text


def told(document) -> list[str]:
    return [p.text for p in document.paragraphs]


@pytest.fixture
def page(programme):
    return reverse("communities:word_template", args=[programme.pk])


@pytest.fixture
def rules(community):
    make.a_rule(community, text="On s’écoute")
    make.an_objective(community, "Se connaître")
    return reverse("communities:rules_in_word", args=[community.pk])


def test_the_coordination_sends_one_and_the_documents_of_its_programme_take_it(
    signed_in, philippe, nadia, sandrine, page, rules
):
    neighbour = make.a_community("Voisine", programme=make.a_programme("Autre"))
    make.a_member(neighbour, nadia)
    assert header_of(read(signed_in(nadia).get(rules))) == ""
    coordination = signed_in(philippe)

    sent = SimpleUploadedFile("papier.docx", make.a_word_document(OURS))
    answer = submit(coordination, page, {"file": sent}, follow=True)

    assert "papier.docx" in answer.content.decode()
    document = read(signed_in(nadia).get(rules))
    assert header_of(document) == OURS
    assert "regles-de-fonctionnement-constellation.docx" in signed_in(nadia).get(rules)["Content-Disposition"]
    assert {"On s’écoute", "Se connaître"} <= set(told(document))
    assert "Écrivez ici." not in told(document)
    others = reverse("communities:rules_in_word", args=[neighbour.pk])
    assert header_of(read(signed_in(nadia).get(others))) == "", "another programme"


def test_what_cannot_be_one_is_refused_at_the_field_and_the_one_in_use_stays(signed_in, philippe, programme, page):
    make.a_word_template(programme, OURS)

    for content, said in [
        (b"%PDF-1.7", "n’est pas un document Word"),
        (b"0" * 1_000_001, "trop lourd"),
        (b"", "Le fichier est vide"),
    ]:
        answer = submit(signed_in(philippe), page, {"file": SimpleUploadedFile("a.docx", content)})
        assert answer.status_code == 422
        assert said in answer.content.decode()

    assert submit(signed_in(philippe), page).status_code == 422, "nothing was chosen"
    assert bytes(WordTemplate.objects.get().content) == bytes(make.a_word_document(OURS)) or header_of(
        Document(io.BytesIO(bytes(WordTemplate.objects.get().content)))
    )


def test_it_is_downloaded_replaced_and_removed(signed_in, philippe, programme, page, rules):
    make.a_word_template(programme, OURS)
    coordination = signed_in(philippe)
    file = reverse("communities:word_template_file", args=[programme.pk])
    assert header_of(read(coordination.get(file))) == OURS

    submit(coordination, page, {"file": SimpleUploadedFile("b.docx", make.a_word_document("Nouveau"))})
    assert header_of(read(coordination.get(rules))) == "Nouveau"

    submit(coordination, page, action=reverse("communities:remove_word_template", args=[programme.pk]))
    assert header_of(read(coordination.get(rules))) == ""
    assert coordination.get(file).status_code == 404


def test_an_agenda_in_word_is_in_the_language_asked_for(signed_in, sandrine, programme, community):
    make.a_word_template(programme, OURS)
    meeting = make.a_meeting(community, title="Les pères")
    meeting.agenda.create(kind="exchange", title="Tour de table", goal="Se dire bonjour", minutes=20, position=0)
    address = reverse("meetings:agenda_in_word", args=[meeting.pk])

    french, english = (read(signed_in(sandrine).get(address, {"langue": code})) for code in ("fr", "en"))

    assert header_of(french) == OURS
    for document, head in [(french, "Durée"), (english, "Length")]:
        rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
        assert rows[0][2] == head
        assert "Tour de table Se dire bonjour" in rows[1][1]


def test_a_questionnaire_in_word_holds_each_question_in_both_languages(signed_in, philippe):
    document = read(signed_in(philippe).get(reverse("evaluations:questionnaire_in_word", args=["Q-R"])))

    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:2] == ["R1", "R2"]
    words = " ".join(told(document))
    assert "Le temps que j’ai consacré" in words
    assert "must be answered" not in words, "the page is in French, the questions in both"
