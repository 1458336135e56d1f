"""People pasted as one copies them: from Excel, from a mail, from a list typed by hand. One mechanism with files."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from playwright.sync_api import expect

from communities.domain.member_import import import_apply, importing
from communities.models import MemberImport
from tests import factories as make
from tests.communities.member_import.test_importing import apply, people_in
from tests.forms import form_on, on_one_line, submit, swapped

EXCEL = """Prénom\tNom\tCourriel\tOrganisation
Anne\tRoy\tanne.roy@exemple.org\tLes Aînés actifs
Luc\tCôté\tluc.côté@exemple.org\tEntraide Nord
Mai\tTran\tmai.tran@exemple.org\t
"""
MAIL = 'Nadia Amrani <nadia@x.org>; luc.cote@y.org, "Tran, Mai" <mai@z.org>; Rita Lopez'


def read(text):
    return [
        (line["first_name"], line["last_name"], line["email"], line["organisation"])
        for line in importing.read_member_file(text.encode())
        if "kind" not in line
    ]


def pasted(client, community, text, again=None, **request):
    address = f"/communautes/{community.pk}/personnes/importer/" + (f"?list={again.pk}" if again else "")
    return submit(client, address, {"text": text}, **request)


def preview(client, community, text):
    return client.get(pasted(client, community, text)["Location"])


def kept_here(client, page, values, button="Garder ces choix"):
    """What the page's script sends when a field is left."""
    form = form_on(page, values, button="apply").fill(values)
    return form.press(client, button, headers={"HX-Request": "true"}).content.decode()


# ------------------------------------------------------------------ recognised


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_columns_of_excel_are_recognised_with_and_without_their_headings(end):
    people = [
        ("Anne", "Roy", "anne.roy@exemple.org", "Les Aînés actifs"),
        ("Luc", "Côté", "luc.côté@exemple.org", "Entraide Nord"),
        ("Mai", "Tran", "mai.tran@exemple.org", ""),
    ]
    whole = EXCEL.replace("\n", end)

    assert read(whole) == people
    assert read(whole.partition(end)[2]) == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            MAIL,
            [
                ("Nadia", "Amrani", "nadia@x.org", ""),
                ("Luc", "Cote", "luc.cote@y.org", ""),
                ("Mai", "Tran", "mai@z.org", ""),
                ("Rita", "Lopez", "", ""),
            ],
        ),
        (
            "À : Nadia Amrani <nadia@x.org>, Luc Côté <luc@y.org>,\n Mai Tran <mai@z.org>",
            [
                ("Nadia", "Amrani", "nadia@x.org", ""),
                ("Luc", "Côté", "luc@y.org", ""),
                ("Mai", "Tran", "mai@z.org", ""),
            ],
        ),
        (
            "CÔTÉ, Luc (Halte des Rapides) <luc@y.org>\nDE LA TOUR, Anne <anne@y.org>\n"
            "Nadia Amrani (elle) <nadia@x.org>",
            [
                ("Luc", "Côté", "luc@y.org", "Halte des Rapides"),
                ("Anne", "De La Tour", "anne@y.org", ""),
                ("Nadia", "Amrani", "nadia@x.org", ""),
            ],
        ),
        (
            "'nadia@x.org' <nadia@x.org>; luc@y.org<mailto:luc@y.org>; mai@z.org (Mai Tran)",
            [("Nadia", "", "nadia@x.org", ""), ("Luc", "", "luc@y.org", ""), ("Mai", "Tran", "mai@z.org", "")],
        ),
        (
            "Nadia Amrani, Halte des Rapides, nadia@x.org\nLuc Côté, Relais, luc@y.org",
            [("Nadia", "Amrani", "nadia@x.org", "Halte des Rapides"), ("Luc", "Côté", "luc@y.org", "Relais")],
        ),
        (
            "1. Nadia Amrani nadia@x.org\n2. Luc Côté - Halte - luc@y.org\n3. mai at z.org",
            [
                ("Nadia", "Amrani", "nadia@x.org", ""),
                ("Luc", "Côté", "luc@y.org", "Halte"),
                ("", "", "mai at z.org", ""),
            ],
        ),
        (
            "nadia.amrani@x.org\njean-guy.otis2@y.org\ninfo@z.org",
            [
                ("Nadia", "Amrani", "nadia.amrani@x.org", ""),
                ("Jean-Guy", "Otis", "jean-guy.otis2@y.org", ""),
                ("", "", "info@z.org", ""),
            ],
        ),
        ("Courriel\nnadia.amrani@x.org", [("Nadia", "Amrani", "nadia.amrani@x.org", "")]),
        ("Nadia Amrani\nLuc Côté", [("Nadia", "Amrani", "", ""), ("Luc", "Côté", "", "")]),
        (
            "Nom;Courriel\nRoy Anne;Anne <anne@x.org>\nCôté Luc;luc@x.org, luc@y.org",
            [("Roy", "Anne", "anne@x.org", ""), ("Côté", "Luc", "luc@x.org", "")],
        ),
    ],
    ids=[
        "mail", "recipients", "capitals", "repeated", "typed lines", "numbered", "addresses", "one heading", "names",
        "a table stays a table",
    ],
)  # fmt: skip
def test_what_is_copied_from_a_mail_or_typed_is_recognised(text, people):
    assert read(text) == people


@pytest.mark.parametrize("text", ["x" * 59_000, "@" * 59_000, "a@" * 29_000, "(" * 59_000, "a " * 29_000, '"' * 9_999])
def test_a_text_made_to_be_slow_is_refused_at_once(text):
    """It would take minutes, were anything here quadratic: the suite would be stopped."""
    with pytest.raises(ValidationError):
        importing.interpret(text.encode())


# ------------------------------------------------------------------ pasted, looked at, written, undone


def test_what_sandrine_pastes_goes_the_way_of_a_file(signed_in, sandrine, community):
    client = signed_in(sandrine)
    page = preview(client, community, EXCEL)
    assert not community.memberships.exists()
    assert "Ajouter 3 personnes" in on_one_line(page)
    assert "Liste collée" in page.content.decode()

    submit(client, page, {}, button="apply")

    assert set(community.memberships.values_list("user__email", "organisation__name")) == {
        ("anne.roy@exemple.org", "Les Aînés actifs"),
        (None, "Entraide Nord"),
        ("mai.tran@exemple.org", None),
    }
    kept = MemberImport.objects.get()
    assert (kept.source, kept.result["added"]) == (None, 3)
    assert import_apply.ask_to_undo(kept)
    import_apply.work(kept.pk)
    assert not community.memberships.exists()


def test_karim_who_takes_notes_pastes_nobody(signed_in, karim, sam, community):
    address = f"/communautes/{community.pk}/personnes/importer/"

    assert signed_in(karim).get(address).status_code == 403
    assert signed_in(sam).get(address).status_code == 404


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Collez une liste ou choisissez un fichier."),
        ("  \n ", "Collez une liste ou choisissez un fichier."),
        ("Identité\nbonjour à vous deux qui lisez ceci", "Aucune colonne de noms"),
    ],
)
def test_nothing_typed_is_lost_when_a_text_is_refused(signed_in, sandrine, community, text, told):
    response = pasted(signed_in(sandrine), community, text)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert form_on(response, ["text"]).named("text")[0]._text().strip() == text.strip()
    assert not MemberImport.objects.exists()


def test_a_list_is_corrected_where_it_was_pasted_and_cells_corrected_stay(signed_in, sandrine, community):
    client = signed_in(sandrine)
    page = preview(client, community, EXCEL)
    first = MemberImport.objects.get()
    kept_here(client, page, {"first_name-2": "Annie"})
    before = client.get(f"/communautes/{community.pk}/personnes/importer/?list={first.pk}")
    assert "luc.côté@exemple.org" in before.content.decode(), "the text is there, to be gone on with"

    pasted(client, community, EXCEL + "Paul\tGagné\tpaul@exemple.org\tPetits Frères\n", again=first)

    again = MemberImport.objects.get()
    assert (again.pk, len(again.lines), again.lines[0]["first_name"]) == (first.pk, 4, "Annie")
    submit(client, page, {}, button="apply")
    assert not community.memberships.exists(), "a page left open on what was pasted before writes nothing"


def test_a_correction_never_goes_to_another_person_who_takes_the_line(signed_in, sandrine, community):
    """Line 1 had no address: what was written there is Nadia's, not of whoever is put above her."""
    client = signed_in(sandrine)
    page = preview(client, community, "Nadia Amrani\nLuc Côté")
    first = MemberImport.objects.get()
    number = first.lines[0]["number"]
    kept_here(client, page, {f"email-{number}": "nadia@x.org"})
    assert MemberImport.objects.get().lines[0]["email"] == "nadia@x.org"

    pasted(client, community, "Omar Diallo\nNadia Amrani\nLuc Côté", again=first)

    assert [(line["first_name"], line["email"]) for line in MemberImport.objects.get().lines] == [
        ("Omar", ""), ("Nadia", ""), ("Luc", ""),
    ]  # fmt: skip


def test_a_list_of_another_community_is_neither_shown_nor_read_again(signed_in, sandrine, community):
    sister = make.a_community("Sœur")
    theirs = import_apply.receive(sister, content=EXCEL.encode(), file_name="x", by=None)
    client, address = signed_in(sandrine), f"/communautes/{community.pk}/personnes/importer/?list={theirs.pk}"

    assert "anne.roy" not in client.get(address).content.decode()
    pasted(client, community, MAIL, again=theirs)

    theirs.refresh_from_db()
    assert (len(theirs.lines), community.imports.count()) == (3, 1)


# ------------------------------------------------------------------ the preview is the editor


def test_every_cell_is_mended_in_place_and_what_is_said_of_the_line_follows(signed_in, sandrine, nadia, community):
    client = signed_in(sandrine)
    page = preview(client, community, "info@z.org\nnadia@exemple.quebec\nluc@y.org")
    told = kept_here(client, page, {"first_name-1": "Inès", "last_name-1": "Roy", "organisation-1": "Centre 50+"})
    assert 'id="told-1"' in told
    assert 'id="pick-1"' in told, "the line may be ticked, now that somebody is named"
    assert 'id="told-3"' not in told, "the neighbour was not touched"
    assert "Ajouter 2 personnes" in told

    submit(client, client.get(page.request["PATH_INFO"]), {"last_name-3": "Côté"}, button="apply")

    names = set(community.memberships.values_list("user__first_name", "user__last_name", "organisation__name"))
    assert names >= {("Inès", "Roy", "Centre 50+"), ("Luc", "Côté", None)}
    assert community.memberships.count() == 3, "Nadia was a member already"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("luc.côté@exemple.org", "luc.cote@exemple.org"),
        ("luc@gmial.com", "luc@gmail.com"),
        ("luc@hotmail.con", "luc@hotmail.com"),
        ("luc@exemple,org", "luc@exemple.org"),
        ("luc@hotmai.com", "luc@hotmail.com"),
        ("luc@halte-des-rapide.org", "luc@halte-des-rapides.org"),
    ],
)
def test_a_fault_offers_its_correction_in_one_press(signed_in, sandrine, community, typed, meant):
    others = "".join(f"P{n}\tN{n}\tp{n}@halte-des-rapides.org\n" for n in range(3))
    client = signed_in(sandrine)
    page = preview(client, community, f"Prénom\tNom\tCourriel\nLuc\tCôté\t{typed}\n{others}")
    assert f"Plutôt <b>{meant}</b>?" in on_one_line(page)

    told = kept_here(client, page, {}, button="rather=2")

    assert f'value="{meant}"' in told
    assert "Plutôt" not in told
    submit(client, page, {"email-2": meant}, button="apply")
    assert community.memberships.get(user__first_name="Luc").user.email == meant


@pytest.mark.parametrize(
    "address", ["luc@gmail.com", "luc@ymail.com", "luc@mail.com", "luc@exemple.org", "luc@cdeacf.ca"]
)
def test_an_address_that_may_be_right_is_left_alone(signed_in, sandrine, community, address):
    page = preview(signed_in(sandrine), community, f"Luc Côté\t{address}\nAnne Roy\tanne@cdeacf.ca")

    assert "Plutôt" not in page.content.decode()
    assert "à corriger" not in page.content.decode()


def test_one_organisation_is_given_to_all_who_have_none(signed_in, sandrine, community):
    client = signed_in(sandrine)
    page = preview(client, community, EXCEL + "Inès\tRoy\tines@exemple.org\t\n")

    submit(client, page, {"organisation": " Table  de quartier ", "organisation-5": "Ville"}, button="organise")
    submit(client, client.get(page.request["PATH_INFO"]), {}, button="apply")

    found = dict(community.memberships.values_list("user__first_name", "organisation__name"))
    assert found == {"Anne": "Les Aînés actifs", "Luc": "Entraide Nord", "Mai": "Table de quartier", "Inès": "Ville"}


def test_duplicates_and_people_known_are_told(signed_in, sandrine, nadia, community):
    make.a_person("Mai", "Tran", email="mai@z.org")
    page = on_one_line(preview(signed_in(sandrine), community, MAIL + "; NADIA@x.org; nadia@exemple.quebec"))

    counts = dict(re.findall(r'id="count-(\w+)" data-n="(\d+)"', page))
    assert {key: counts[key] for key in ("new", "known", "twice", "member")} == {
        "new": "3", "known": "1", "twice": "1", "member": "1",
    }  # fmt: skip
    assert "Ajouter 4 personnes" in page


def test_only_those_to_correct_are_shown_on_request(signed_in, sandrine, community):
    client = signed_in(sandrine)
    page = preview(client, community, EXCEL)

    shown = on_one_line(client.get(page.request["PATH_INFO"], {"show": "correct"}))

    assert re.findall(r'<tr id="line-(\d+)"', shown) == ["3"]
    assert "1 à corriger" in on_one_line(page)


def test_five_hundred_people_are_pasted_and_written_at_once(signed_in, sandrine, community):
    client = signed_in(sandrine)
    page = preview(client, community, people_in(500).decode().replace(";", "\t"))
    assert "Ajouter 500 personnes" in on_one_line(page)

    submit(client, page, {}, button="apply")

    assert community.memberships.count() == 500


def test_cells_of_lines_that_are_not_there_write_nothing(community, sandrine):
    kept = import_apply.receive(community, content=EXCEL.encode(), file_name="x", by=sandrine)

    import_apply.choose(kept, kept.revision, {}, cells={99: {"first_name": "Zoé"}, 2: {"first_name": "é" * 300}})
    apply(kept, {2, 3, 4})

    assert sorted(len(name) for name in community.memberships.values_list("user__first_name", flat=True)) == [3, 3, 80]


# ------------------------------------------------------------------ two people on one list


def cells_of(kept):
    kept.refresh_from_db()
    return {line["number"]: (line["first_name"], line["last_name"]) for line in kept.lines}


@pytest.fixture
def two_on_one_list(sandrine, philippe, community):
    """Sandrine and Philippe have the same page of the same list before them."""
    hers, his = Client(), Client()
    hers.force_login(sandrine)
    his.force_login(philippe)
    page = preview(hers, community, EXCEL)
    return hers, page, his, his.get(page.request["PATH_INFO"])


@pytest.mark.parametrize("button", ["Garder ces choix", "apply"])
def test_a_tick_leaves_what_a_colleague_corrected_meanwhile(two_on_one_list, community, button):
    hers, her_page, his, his_page = two_on_one_list
    kept_here(hers, her_page, {"first_name-2": "Annie", "last_name-3": "Côté-Roy"})
    kept_here(hers, hers.get(her_page.request["PATH_INFO"]), {"line": ["2", "3"]})

    kept_here(his, his_page, {"line": ["3", "4"], "last_name-2": "Lavoie"}, button=button)

    kept = MemberImport.objects.get()
    assert cells_of(kept) == {2: ("Annie", "Lavoie"), 3: ("Luc", "Côté-Roy"), 4: ("Mai", "Tran")}
    assert kept.choices == {"2": False, "4": False}, "each unticked one line"


def test_the_second_to_write_in_a_cell_is_told_of_the_first_and_writes_over_it_knowingly(two_on_one_list, community):
    hers, her_page, his, his_page = two_on_one_list
    kept_here(hers, her_page, {"first_name-2": "Annie"})

    form = form_on(his_page, ["first_name-2"], button="apply").fill({"first_name-2": "Hanna", "last_name-4": "Trân"})
    answer = form.press(his, "Garder ces choix", headers={"HX-Request": "true"})

    kept = MemberImport.objects.get()
    assert answer.headers["HX-Refresh"] == "true"
    assert cells_of(kept) == {2: ("Annie", "Roy"), 3: ("Luc", "Côté"), 4: ("Mai", "Trân")}
    again = his.get(his_page.request["PATH_INFO"])
    assert "Ligne 2 : une autre personne a écrit « Annie » entre-temps" in on_one_line(again)
    assert "Vous aviez écrit « Hanna »" in on_one_line(again)
    kept_here(his, again, {"first_name-2": "Hanna"})
    assert cells_of(kept)[2] == ("Hanna", "Roy")


def test_what_both_wrote_alike_is_no_conflict(two_on_one_list):
    hers, her_page, his, his_page = two_on_one_list
    kept_here(hers, her_page, {"first_name-2": "Annie"})

    assert "shown-2" in kept_here(his, his_page, {"first_name-2": "Annie"})


def test_nothing_is_imported_while_two_corrections_of_one_cell_wait(two_on_one_list, community):
    hers, her_page, his, his_page = two_on_one_list
    kept_here(hers, her_page, {"first_name-2": "Annie"})

    submit(his, his_page, {"first_name-2": "Hanna"}, button="apply")

    assert not community.memberships.exists()
    submit(his, his.get(his_page.request["PATH_INFO"]), {}, button="apply")
    assert community.memberships.filter(user__first_name="Annie").exists(), "once it was seen, it is written"


def test_what_the_list_makes_of_people_is_not_turned_back_by_a_tick(two_on_one_list, community):
    hers, her_page, his, his_page = two_on_one_list
    kept_here(hers, her_page, {"status": "eligible"})

    submit(his, his_page, {}, button="apply")
    assert not community.memberships.exists(), "he was shown something else"
    kept_here(his, his_page, {"line": ["2"]})

    assert MemberImport.objects.get().status == "eligible"


def test_what_one_wrote_is_changed_back_from_the_same_page(signed_in, sandrine, community):
    """The page follows: what it shows from then on is what was just written."""
    client = signed_in(sandrine)
    page = preview(client, community, EXCEL)
    for name in ("Annie", "Anne"):
        form = form_on(page, ["first_name-2"], button="apply").fill({"first_name-2": name})
        answer = form.press(client, "Garder ces choix", headers={"HX-Request": "true"})
        assert cells_of(MemberImport.objects.get())[2] == (name, "Roy")
        page = swapped(page, answer)


# ------------------------------------------------------------------ in a browser


@pytest.mark.browser
def test_a_paste_is_read_at_once_and_mended_without_leaving_the_page(open_as, sandrine, community):
    page = open_as(sandrine)
    page.goto(f"/communautes/{community.pk}/personnes/importer/")
    paste(page, "#id_text", EXCEL)
    page.wait_for_url(re.compile(r"/importations/\d+/$"))

    page.get_by_role("button", name="Plutôt luc.cote@exemple.org?").click()
    expect(page.get_by_label("Courriel, ligne 3")).to_have_value("luc.cote@exemple.org")
    expect(page.locator("#count-malformed")).to_have_count(0)
    page.get_by_label("Nom, ligne 2", exact=True).fill("Roy-Lavoie")
    page.locator("#line-4 input[type=checkbox]").uncheck()
    page.get_by_role("button", name="Ajouter 2 personnes").click()

    page.get_by_role("heading", name="Cette liste est importée").wait_for()
    assert set(community.memberships.values_list("user__last_name", "user__email")) == {
        ("Roy-Lavoie", "anne.roy@exemple.org"),
        ("Côté", "luc.cote@exemple.org"),
    }


@pytest.mark.browser
def test_two_people_correct_one_list_and_neither_undoes_the_other(open_as, sandrine, philippe, community):
    kept = import_apply.receive(community, content=EXCEL.encode(), file_name="x", by=sandrine)
    hers, his = open_as(sandrine), open_as(philippe)
    for page in (hers, his):
        page.goto(kept.get_absolute_url())

    def write(page, label, text):
        page.wait_for_load_state("networkidle")  # what was answered before is in the page
        with page.expect_response(re.compile("/choix/")):
            page.get_by_label(label, exact=True).fill(text)
            page.keyboard.press("Tab")

    write(hers, "Prénom, ligne 2", "Annie")
    with his.expect_response(re.compile("/choix/")):
        his.locator("#line-4 input[type=checkbox]").uncheck()
    assert cells_of(kept)[2] == ("Annie", "Roy")

    write(his, "Prénom, ligne 2", "Hanna")
    his.get_by_text("une autre personne a écrit « Annie » entre-temps").wait_for()
    write(his, "Prénom, ligne 2", "Hanna")
    assert cells_of(kept)[2] == ("Hanna", "Roy")
    write(his, "Prénom, ligne 2", "Annie")
    assert cells_of(kept)[2] == ("Annie", "Roy"), "and back, from the page as it is"
    assert kept.choices == {"4": False}


def paste(page, where, text):
    """As Ctrl V does: the text comes in, and the page is told that it was pasted; once its scripts listen."""
    page.locator(where).focus()
    page.wait_for_load_state()
    page.evaluate(
        """([where, text]) => {
            const field = document.querySelector(where), clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
            field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
        }""",
        [where, text],
    )
