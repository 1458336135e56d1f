"""Lists as other programs write them: headings by their words, names in any order, and lines that are no person."""

import io

import pytest
from openpyxl import Workbook

from communities.domain.member_import import importing


def columns(*headings, row=()):
    """Field → heading, as recognised."""
    table = ";".join(headings) + "\n" + ";".join(row or ["x"] * len(headings))
    how, _lines = importing.interpret(table.encode())
    return {field: headings[place] for field, place in how.columns.items()}


def people(text):
    return [
        (line["first_name"], line["last_name"])
        for line in importing.read_member_file(text.encode())
        if "kind" not in line
    ]


def workbook(*rows, merged=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


# ------------------------------------------------------------------ headings


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Nom de l’organisme", "organisation"),
        ("Organisme / Organisation", "organisation"),
        ("Nom de l'organisation représentée", "organisation"),
        ("Dans quel organisme travaillez-vous?", "organisation"),
        ("Company", "organisation"),
        ("Titre du poste", "title"),
        ("Fonction au sein de l’organisme", "title"),
        ("Job Title", "title"),
        ("Adresse courriel professionnelle", "email"),
        ("Courriel (obligatoire)", "email"),
        ("À quelle adresse courriel pouvons-nous vous joindre?", "email"),
        ("E-mail Address", "email"),
        ("Tél.", "phone"),
        ("Numéro de téléphone", "phone"),
        ("Mobile phone", "phone"),
        ("Ville de l’organisme", "region"),
        ("Région administrative", "region"),
        ("Langue de correspondance", "language"),
    ],
)
def test_a_heading_is_recognised_by_its_words(heading, field):
    assert columns("Prénom", "Nom", heading)[field] == heading


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Prénom et nom", ("Ève", "Dubé")),
        ("Nom et prénom", ("Dubé", "Ève")),
        ("Nom, prénom", ("Dubé", "Ève")),
        ("Last name, First name", ("Dubé", "Ève")),
        ("First and last name", ("Ève", "Dubé")),
        ("Nom complet du membre", ("Ève", "Dubé")),
        ("Nom du représentant de l’organisme", ("Ève", "Dubé")),
        ("Personne désignée", ("Ève", "Dubé")),
    ],
)
def test_a_heading_says_in_which_order_whole_names_come(heading, name):
    assert people(f"Organisme\t{heading}\nTable\tÈve Dubé") == [name]


@pytest.mark.parametrize(
    "heading",
    ["Adresse postale", "Code postal", "Courriel du supérieur", "Membre depuis", "Statut", "Type d’organisme", "No"],
)
def test_a_heading_about_something_else_is_left_to_the_person(heading):
    how, _lines = importing.interpret(f"Prénom;Nom;{heading}\nÈve;Dubé;valeur".encode())

    assert sorted(how.columns) == ["first_name", "last_name"]
    assert (how.unknown, how.samples[2]) == ([2], ["valeur"])


def test_of_two_headings_for_one_field_the_plainer_is_taken():
    assert columns("Nom", "Prénom", "Courriel du bureau", "Courriel")["email"] == "Courriel"


def test_titles_that_are_civilities_and_extensions_are_not_functions():
    content = "Titre;Prénom;Nom;Poste\nMme;Ève;Dubé;214\nM.;Wei;Roy;\n".encode()

    how, lines = importing.interpret(content)

    assert sorted(how.columns) == ["first_name", "last_name"]
    assert [line["title"] for line in lines] == ["", ""]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("Ève;Dubé;eve@x.quebec\nWei;Roy;wei@x.quebec", {"first_name": 0, "last_name": 1, "email": 2}),
        ("Dubé;Ève;Table;eve.dube@x.quebec", {"first_name": 1, "last_name": 0, "organisation": 2, "email": 3}),
        ("Ève Dubé;Table;514 555-0101;eve@x.quebec", {"full_name": 0, "organisation": 1, "phone": 2, "email": 3}),
        ("Table;Ève;Dubé;edube@x.quebec", {"organisation": 0, "first_name": 1, "last_name": 2, "email": 3}),
        ("Ève Dubé;eve@x.quebec;fr", {"full_name": 0, "email": 1, "language": 2}),
        ("Mme;Ève;Dubé;dube@x.quebec;H2X 1Y4", {"first_name": 1, "last_name": 2, "email": 3}),
    ],
)  # fmt: skip
def test_without_headings_names_are_what_addresses_resemble_and_a_person_is_no_heading(table, found):
    how, _lines = importing.interpret(table.encode())

    assert (how.heading_line, how.columns) == (0, found)


def test_a_long_preamble_and_organisations_named_like_headings_are_passed_over():
    preamble = "Regroupement des organismes\nListe des membres\n\n" + "Au 12 mai;;\n" * 12
    how, lines = importing.interpret(f"{preamble}Nom complet;Courriel;Organisme\nÈve Dubé;e@x.quebec;Ville".encode())

    assert (how.heading_line, len(lines)) == (16, 1)


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Otis, Jean-Guy", ("Jean-Guy", "Otis")),
        ("De La Durantaye, Anne", ("Anne", "De La Durantaye")),
        ("OTIS Jean-Guy", ("Jean-Guy", "Otis")),
        ("Jean-Guy OTIS", ("Jean-Guy", "Otis")),
        ("Mme Ève Dubé (elle)", ("Ève", "Dubé")),
        ("Dr. Wei Roy", ("Wei", "Roy")),
        ("Ève Dubé", ("Ève", "Dubé")),
        ("Nguyễn", ("Nguyễn", "")),
    ],
)
@pytest.mark.parametrize("heading", ["Nom", "Nom complet"])
def test_a_whole_name_is_two(heading, written, name):
    assert people(f"{heading}\tOrganisme\n{written}\tTable") == [name]


def test_what_follows_a_name_is_the_function():
    (line,) = importing.read_member_file("Nom\tOrganisme\nNadia Amrani, directrice générale\tTable".encode())

    assert (line["first_name"], line["last_name"], line["title"]) == ("Nadia", "Amrani", "directrice générale")


def test_addresses_tell_when_nobody_followed_the_heading():
    content = "Nom et prénom;Courriel\nNadia Amrani;nadia.amrani@x.quebec\nWei Roy;\n"

    assert people(content) == [("Nadia", "Amrani"), ("Wei", "Roy")]


# ------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Nadia Amrani <nadia@x.quebec>", "nadia@x.quebec"),
        ("mailto:nadia@x.quebec", "nadia@x.quebec"),
        ("nadia@x.quebec;", "nadia@x.quebec"),
        ("\u200bnadia@x.quebec\u00a0", "nadia@x.quebec"),
        ("Courriel : nadia@x.quebec", "nadia@x.quebec"),
        ("nadia amrani@x.quebec", "nadia amrani@x.quebec"),
    ],
)
def test_an_address_is_taken_out_of_what_surrounds_it_when_it_is_sure(written, address):
    (line,) = importing.read_member_file(f"Nom\tCourriel\nNadia\t{written}".encode())

    assert line["email"] == address


@pytest.mark.parametrize("between", ["; ", " / ", ", ", " ou ", "  ", " et "])
def test_two_addresses_in_a_cell_are_both_kept(between):
    (line,) = importing.read_member_file(f"Nom\tCourriel\nNadia\tn@x.quebec{between}n@y.quebec".encode())

    assert line["emails"] == ["n@x.quebec", "n@y.quebec"]


# ------------------------------------------------------------------ lines that are no person


@pytest.mark.parametrize(
    "row",
    [
        "Total;;25",
        "Sous-total : 12 personnes;;",
        "TOTAL 25;;",
        "Grand total;25;",
        ";Total : 25 membres;",
        "Sous-total Montréal;;12",
        "25 personnes;;",
        "* Membre du comité de pilotage;;",
        "Liste mise à jour en mai;;",
        "Nom complet;Courriel;Organisme",
    ],
)
def test_a_total_or_a_note_is_not_a_person(row):
    content = f"Nom complet;Courriel;Organisme\nÈve Dubé;e@x.quebec;Total Énergie\n{row}\nWei Roy;;Ville\n"

    assert people(content) == [("Ève", "Dubé"), ("Wei", "Roy")]


def test_people_who_look_like_notes_stay_people():
    content = "Nom complet;Courriel;Organisme\nGeneviève Pagé;;\nJean Total;;\nWei Roy;wei@x.quebec;Total Énergie\n"

    assert len(people(content)) == 3


# ------------------------------------------------------------------ merged cells


def test_a_merged_cell_gives_its_value_to_all_its_rows():
    content = workbook(
        ["Liste des membres", None, None],
        ["Nom de l’organisme", "Prénom", "Nom"],
        ["Table de quartier", "Nadia", "Amrani"],
        [None, "Wei", "Roy"],
        [None, "Ève", "Dubé"],
        [None, "Ida", "Côté"],
        merged=["A1:C1", "A3:A5"],
    )

    lines = importing.read_member_file(content)

    assert [line["organisation"] for line in lines] == ["Table de quartier"] * 3 + [""]


def test_headings_merged_over_two_rows_are_read_in_the_second():
    content = workbook(
        ["Prénom", "Nom", "Joindre", None],
        [None, None, "Courriel", "Tél."],
        ["Nadia", "Amrani", "n@x.quebec", "514 555-0101"],
        merged=["A1:A2", "B1:B2", "C1:D1"],
    )

    (line,) = importing.read_member_file(content)

    assert (line["number"], line["first_name"], line["phone"]) == (3, "Nadia", "514 555-0101")
