"""Lists as people really have them: recognised, shown line by line, written once."""

import html
import threading
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from communities import tasks
from communities.domain.member_import import import_apply, importing
from communities.domain.member_import.import_apply import writing
from communities.models import MemberImport, Membership, Organisation
from tests import factories as make
from tests.forms import form_on, on_one_line, submit
from tests.racing import needs_row_locks

FILES = Path(__file__).parent / "files"
FRENCH = (FILES / "membres-constellation.csv").read_bytes()
ENGLISH = (FILES / "members-english-headings.csv").read_bytes()
HEADINGS = "Prénom;Nom;Courriel;Organisation;Fonction;Région;Langue\r\n"


def sent(client, community, content, name="membres.csv"):
    upload = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return submit(client, f"/communautes/{community.pk}/personnes/importer/", {"file": upload})


def examined(community, content):
    return {line.number: line for line in importing.examine(community, importing.read_member_file(content))}


def ticked(community, lines):
    return {line.number for line in importing.examine(community, lines) if line.is_ticked}


def kept(community, content):
    """A list that was read, not yet imported."""
    return MemberImport.objects.create(community=community, file_name="x", lines=importing.read_member_file(content))


def apply(read, numbers):
    """Import these lines and no other; what it wrote, or None when it had been asked for already."""
    choices = {line["number"]: line["number"] in numbers for line in read.lines}
    import_apply.choose(read, read.revision, choices)
    asked = import_apply.ask_to_write(read, read.revision)
    import_apply.work(read.pk)
    read.refresh_from_db()
    return read.result if asked else None


def preview_of(client, read, query=""):
    """The form of the preview; an HTTP response kept from before may be pressed too."""
    page = client.get(f"/importations/{read.pk}/{query}")
    return form_on(page, action=f"/importations/{read.pk}/appliquer/")


def tick(preview, numbers):
    """These lines of the page and no other; where somebody changes organisations, a list stands for the box."""
    for control in preview.named("line"):
        if control.type == "checkbox":
            control.is_ticked = int(control.value) in numbers
        else:
            control.chosen = [v for v in control.options if v and int(v) in numbers] or [""]
    return preview


def pressed(client, read, numbers):
    """The button of the preview, with these lines ticked among all of the first page."""
    return tick(preview_of(client, read), numbers).press(client, "apply")


# ------------------------------------------------------------------ the list of Constellation


def test_every_flaw_of_the_list_is_found_and_counted(community):
    lines = list(examined(community, FRENCH).values())

    assert {count["key"]: count["n"] for count in importing.counted(lines)} == {
        "new": 52,
        "twice": 1,
        "moves": 1,
        "empty": 1,
        "no_address": 1,
        "malformed": 1,
        "formula": 1,
        "letter": 2,
        "namesake": 1,
    }
    assert len(lines) == 55


def test_each_flaw_is_on_its_own_line(community):
    lines = examined(community, FRENCH)
    of = {flag: [n for n, x in lines.items() if flag in (x.outcome, *x.flags)] for flag in importing.LABELS}

    assert lines[9].name == "Léa Çelik"
    assert of["no_address"] == [9]
    assert lines[13].cells["email"] == "jeansebastien.garcia at exemple3.quebec"
    assert of["malformed"] == [13]
    assert of["formula"] == [16]
    assert (of["twice"], lines[22].first) == ([22], 7)
    assert (of["moves"], lines[56].first) == ([56], 11)
    assert of["empty"] == [32]
    assert [lines[n].name for n in of["letter"]] == ["Wei Nguy?n", "Gaël Nguy?n"]
    assert [lines[n].email for n in of["namesake"]] == ["fatou.lefebvre@exemple9.quebec"]


def test_what_is_well_written_is_read_as_written(community):
    lines = examined(community, FRENCH)

    assert lines[4].cells["organisation"] == "Les filles d’à côté; collectif"
    assert lines[5].email == "renee.belanger@exemple6.quebec", "capitals and the space after are not part of an address"
    assert lines[8].cells["region"] == "Montérégie"
    assert lines[23].cells["language"] == "en"


def test_only_what_is_sure_is_ticked(community):
    unticked = [n for n, line in examined(community, FRENCH).items() if not line.is_ticked]

    assert unticked == [16, 22, 32, 56]


def test_the_list_with_english_headings_is_recognised_whatever_its_order(community):
    lines = examined(community, ENGLISH)

    assert len(lines) == 52
    assert {line.outcome for line in lines.values()} == {"new"}
    assert (lines[4].name, lines[4].cells["organisation"]) == ("Ève Dubé", "Les filles d’à côté; collectif")
    assert lines[28].name == "Wei Nguyễn"
    assert lines[19].cells["organisation"] == "Ville de Saguenay, service à la vie communautaire"


def test_through_the_browser_from_the_file_to_the_people(signed_in, sandrine, community):
    client = signed_in(sandrine)
    preview = client.get(sent(client, community, FRENCH)["Location"])
    read = MemberImport.objects.get()
    assert not community.memberships.exists(), "nothing is written before the press"
    assert not Organisation.objects.exists()
    assert 'id="count-letter" data-n="2"' in on_one_line(preview)

    pressed(client, read, ticked(community, read.lines))

    read.refresh_from_db()
    assert read.result == {"added": 51, "returned": 0, "moved": 0, "left_out": 4}
    assert community.memberships.active().count() == 51
    lea = community.memberships.get(user__first_name="Léa", user__last_name="Çelik")
    assert (lea.user.email, lea.joined_on) == (None, timezone.localdate())
    yasmine = User.objects.get(email="yasmine.dube@exemple6.quebec")
    assert (yasmine.language, yasmine.sort_key) == ("en", "dube yasmine")
    assert not yasmine.has_usable_password()
    assert community.memberships.get(user__first_name="Jean-Sébastien").user.email is None
    assert Organisation.objects.filter(name="Maison des jeunes L’Escalier").count() == 1


def test_the_same_list_again_changes_nothing(signed_in, sandrine, community):
    client = signed_in(sandrine)
    for expected in (51, 0):
        sent(client, community, FRENCH)
        read = MemberImport.objects.latest("pk")
        apply(read, ticked(community, read.lines))
        read.refresh_from_db()
        assert read.result["added"] == expected
    again = {count["key"]: count["n"] for count in importing.counted(list(examined(community, FRENCH).values()))}
    assert again["member"] == 51


def test_the_formula_when_ticked_is_kept_as_text_and_leaves_harmless(signed_in, sandrine, community):
    client = signed_in(sandrine)
    sent(client, community, FRENCH)
    apply(MemberImport.objects.get(), {16})

    exported = client.get(f"/communautes/{community.pk}/personnes.csv").content.decode("utf-8-sig")

    assert community.memberships.get().user.first_name == "=1+1"
    assert "\n'=1+1;Petit;" in exported


def test_the_other_organisation_when_ticked_replaces_the_first(community, sandrine):
    read = kept(community, FRENCH)

    result = apply(read, {11, 56})

    assert (result["added"], result["moved"]) == (1, 1)
    assert community.memberships.get().organisation.name == "Autre organisme"


# ------------------------------------------------------------------ people who are known


def one(first="Nadia", last="Amrani", email="", organisation=""):
    return (HEADINGS + f"{first};{last};{email};{organisation};;;fr\r\n").encode()


def test_a_person_known_elsewhere_becomes_a_member_under_their_own_name(community):
    nadia = make.a_person("Nadia", "Amrani", email="nadia@exemple.quebec")
    content = one("N.", "A.", "NADIA@exemple.quebec", "Table")
    (line,) = examined(community, content).values()
    read = kept(community, content)

    apply(read, {2})

    assert line.outcome == "known"
    assert community.memberships.get().user == nadia
    nadia.refresh_from_db()
    assert nadia.first_name == "Nadia"


@pytest.mark.parametrize(
    ("email", "organisation", "outcome"),
    [
        ("nadia@exemple.quebec", "Table de quartier Ahuntsic", "member"),
        ("nadia@exemple.quebec", "TABLE DE QUARTIER AHUNTSIC", "member"),
        ("nadia@exemple.quebec", "", "member"),
        ("", "", "member"),
        ("nadia@exemple.quebec", "Autre", "moves"),
        ("nadia2@exemple.quebec", "", "new"),
    ],
)
def test_a_member_is_recognised_by_address_or_without_one_by_name(community, nadia, email, organisation, outcome):
    (line,) = examined(community, one(email=email, organisation=organisation)).values()

    assert line.outcome == outcome
    assert line.is_ticked is (outcome == "new")


@pytest.mark.parametrize("status", ["eligible", "invited", "paused", "alumni"])
def test_someone_listed_but_not_active_comes_back_only_when_ticked(community, nadia, status):
    membership = nadia.memberships.get()
    membership.become(status)
    content = one(email="nadia@exemple.quebec")
    (line,) = examined(community, content).values()
    read = kept(community, content)

    apply(read, {2})

    assert (line.outcome, line.is_ticked) == ("returns", False)
    membership.refresh_from_db()
    assert membership.status == Membership.Status.ACTIVE


# ------------------------------------------------------------------ files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encodings_separators_and_line_ends(encoding, separator, end):
    text = end.join(["Prénom;Nom;Courriel", "Ève;O’Brien;eve@exemple.quebec"]).replace(";", separator)

    (line,) = importing.read_member_file(text.encode(encoding))

    assert (line["first_name"], line["last_name"], line["email"]) == ("Ève", "O’Brien", "eve@exemple.quebec")


@pytest.mark.parametrize(
    ("headings", "row", "name"),
    [
        ("Nom complet;Adresse courriel", "Ève Dubé;e@x.quebec", ("Ève", "Dubé")),
        ("NOM;COURRIEL", "Ève Dubé;e@x.quebec", ("Ève", "Dubé")),
        ("E-mail Address,Full Name", "e@x.quebec,Ève Dubé", ("Ève", "Dubé")),
        ("Nom de famille ;Prénom(s)", "Dubé;Ève", ("Ève", "Dubé")),
        ("Organisme;Prénom;Nom;Prénom", "X;Ève;Dubé;Autre", ("Ève", "Dubé")),
    ],
)
def test_headings_are_recognised_without_case_accents_or_order(headings, row, name):
    (line,) = importing.read_member_file(f"{headings}\n{row}".encode())

    assert (line["first_name"], line["last_name"]) == name


def test_a_title_may_stand_above_the_headings_and_numbers_are_those_of_the_file():
    lines = importing.read_member_file(
        'Membres 2026;;\n\nPrénom;Nom;Courriel\n"Ève";"Dubé\nLavoie";\nWei;Roy;'.encode()
    )

    assert [(line["number"], line["last_name"]) for line in lines] == [(4, "Dubé Lavoie"), (6, "Roy")]


XLSX = b"PK\x03\x04" + b"\x00" * 60


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \r\n \r\n",
        b"\xef\xbb\xbf",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        XLSX,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 60,
        b"Nom;Courriel\nDub\x00;e@x.quebec",
        bytes(range(256)) * 8,
        b"\xff\xfeN",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"<html><body>Nom</body></html>",
        HEADINGS.encode(),
        (HEADINGS + ";;;;;;\r\n" * 4).encode(),
        (HEADINGS + "Ève;Dubé;;;;;\r\n" * 5001).encode(),
        (HEADINGS + '"' + "x" * 200_000).encode(),
        (HEADINGS + "Ève;Dubé;;;;;\r\n" * 130_000).encode(),
    ],
    ids=[
        "empty",
        "blank",
        "only a mark",
        "PDF",
        "XLSX",
        "XLS",
        "NUL",
        "binary",
        "half UTF-16",
        "PNG",
        "HTML",
        "headings only",
        "empty lines only",
        "5,001 lines",
        "endless cell",
        "over 2 MB",
    ],
)
def test_a_hostile_file_gets_a_sentence_and_writes_nothing(signed_in, sandrine, community, content):
    """At the field, or on the list's own page when it is long enough to be read in the background."""
    client = signed_in(sandrine)
    response = sent(client, community, content)

    if response.status_code == 302:
        tasks.tend_lists()
        read = MemberImport.objects.get()
        assert (read.state, read.lines, read.source) == ("refused", None, None)
        assert read.problem in html.unescape(client.get(response["Location"]).content.decode())
    else:
        assert response.status_code == 422
        assert len(response.context["form"].errors["file"]) == 1
        assert not MemberImport.objects.exists()
    assert not community.memberships.exists()


def test_no_file_at_all(signed_in, sandrine, community):
    client, address = signed_in(sandrine), f"/communautes/{community.pk}/personnes/importer/"
    response = form_on(client.get(address), ["file"]).press(client)

    assert response.status_code == 422


def people_in(n):
    rows = "".join(f"P{i};N{i};p{i}@x.quebec;Org {i % 90};;;fr\r\n" for i in range(n))
    return (HEADINGS + rows).encode()


@pytest.mark.parametrize("n", [1200, pytest.param(5000, marks=pytest.mark.long)])
def test_thousands_of_lines_are_written_chunk_by_chunk(n, community):
    read = kept(community, people_in(n))
    import_apply.ask_to_write(read, 0)
    tasks.work_on_list(read.pk)

    read.refresh_from_db()
    assert (read.done, read.total) == (n, n)
    assert read.result["added"] == community.memberships.count() == read.written.count() == n


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite takes rows in batches")
def test_writing_and_undoing_take_as_many_queries_for_fifty_lines_as_for_five_hundred(community):
    told = {}
    for n in (50, 500):
        read = kept(community, people_in(n))
        import_apply.ask_to_write(read, 0)
        with CaptureQueriesContext(connection) as writing:
            import_apply.work(read.pk)
        read.refresh_from_db()
        assert read.result["added"] == n
        import_apply.ask_to_undo(read)
        with CaptureQueriesContext(connection) as undoing:
            import_apply.work(read.pk)
        assert not User.objects.filter(email__startswith="p1@").exists()
        told[n] = (len(writing), len(undoing))

    assert told[50][0] == told[500][0]
    assert told[500][1] - told[50][1] < 10, "Django deletes a hundred rows at a time"


def test_cells_longer_than_their_columns_are_cut_rather_than_refused(community):
    content = (HEADINGS + ";".join(["é" * 300] * 2 + [""] + ["ô" * 300] * 3 + ["en"])).encode()
    read = kept(community, content)

    apply(read, {2})

    membership = community.memberships.get()
    assert (len(membership.user.first_name), len(membership.organisation.name), len(membership.region)) == (80, 160, 80)


# ------------------------------------------------------------------ once


def test_applying_twice_applies_once(signed_in, sandrine, community):
    client = signed_in(sandrine)
    sent(client, community, FRENCH)
    address = f"/importations/{MemberImport.objects.get().pk}/"

    preview = preview_of(client, MemberImport.objects.get())
    first = tick(preview, [2, 3]).press(client, "apply")
    second = tick(preview, [2, 3, 4]).press(client, "apply")

    assert (first.status_code, second["Location"]) == (302, address)
    assert community.memberships.count() == 2
    assert client.get(address).status_code == 200


def apply_without_claim(read, wanted):
    """What `apply` would be if it only looked whether the list had been applied."""
    if read.asked_at is None:
        lines = [x for x in importing.examine(read.community, read.lines) if x.number in wanted]
        together.wait()
        writing._add(lines, read.community, {})


together = threading.Barrier(2, timeout=10)


@pytest.mark.django_db(transaction=True)
@needs_row_locks
@pytest.mark.parametrize(
    ("press_import", "people", "refused"),
    [(apply, 2, 0), (apply_without_claim, 4, 0)],
    ids=["claimed", "control: only looked at"],
)
def test_two_presses_at_once_import_once(community, press_import, people, refused):
    """People without an address, whom no constraint of the database would tell apart."""
    content = (HEADINGS + "Ève;Dubé;;;;;fr\r\nWei;Roy;;;;;fr").encode()
    read = kept(community, content)
    errors = []

    def press():
        try:
            press_import(MemberImport.objects.select_related("community").get(pk=read.pk), {2, 3})
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()

    assert errors == []
    assert community.memberships.count() == User.objects.count() == people


@pytest.mark.django_db(transaction=True)
@needs_row_locks
def test_the_same_list_into_two_communities_at_once_makes_each_person_once(community):
    sister = make.a_community("Sœur")
    reads = [
        MemberImport.objects.create(community=c, file_name="x", lines=importing.read_member_file(ENGLISH))
        for c in (community, sister)
    ]
    errors = []

    def press(read):
        try:
            apply(read, set(range(2, 60)))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[read]) for read in reads]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()

    assert errors == []
    assert User.objects.count() == 52
    assert (community.memberships.count(), sister.memberships.count()) == (52, 52)


def test_a_failure_in_the_middle_writes_nothing(community, monkeypatch):
    read = kept(community, FRENCH)

    def fails(*args):
        raise ValidationError("no")

    monkeypatch.setattr(writing, "_move", fails)
    with pytest.raises(ValidationError):
        apply(read, ticked(community, read.lines))

    read.refresh_from_db()
    assert (read.applied_at, read.done) == (None, 0)
    assert not community.memberships.exists()


@pytest.mark.parametrize("lines", [["x"], ["-1"], ["9" * 40], ["²"], [32], [16, 9999]])
def test_numbers_that_are_not_lines_do_nothing(signed_in, sandrine, community, lines):
    client = signed_in(sandrine)
    sent(client, community, FRENCH)

    read = MemberImport.objects.get()
    shown = {f"shown-{line.number}": line.as_shown for line in importing.examine(community, read.lines)}
    data = {"line": lines, "revision": 0, **shown, "shown-x": '["cut'}
    response = client.post(f"/importations/{read.pk}/appliquer/", data)

    assert response.status_code == 302
    assert community.memberships.count() == (1 if 16 in lines else 0)
