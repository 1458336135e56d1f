"""Lists read otherwise, chosen line by line, written in the background, and undone."""

import datetime as dt
import re

import pytest
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User, normalised
from communities import tasks
from communities.domain.member_import import import_apply, importing
from communities.domain.member_import.import_apply import writing
from communities.domain.recruitment import recruiting
from communities.models import ImportedLine, MemberImport, Membership, Organisation, Pause, Representation
from meetings.domain.invitations import invitations
from meetings.domain.links import links
from meetings.models import Reply
from outbox.models import Message
from tests import factories as make
from tests.communities.member_import.test_importing import (
    ENGLISH,
    FRENCH,
    HEADINGS,
    apply,
    kept,
    people_in,
    pressed,
    preview_of,
    sent,
    tick,
)
from tests.forms import form_on, on_one_line, submit

HTMX = {"HTTP_HX_REQUEST": "true"}


def received(community, content, by=None, name="membres.csv"):
    return import_apply.receive(
        community, content=content if isinstance(content, bytes) else content.encode(), file_name=name, by=by
    )


def ticked_on_the_page(client, preview):
    """What the page's own script sends when a box is ticked: what the button sends where there is no script."""
    return preview.press(client, "Garder ces choix", **HTMX)


def everything():
    """All that a list may write, as text."""
    return [
        serializers.serialize("json", model.objects.order_by("pk"))
        for model in (User, Membership, Organisation, Pause, Representation)
    ]


def undone(read):
    assert import_apply.ask_to_undo(read)
    import_apply.work(read.pk)
    read.refresh_from_db()
    return dict(read.written.exclude(kept="").values_list("number", "kept"))


# ------------------------------------------------------------------ read in another way


def test_the_encoding_is_corrected_and_the_lines_read_again(signed_in, sandrine, community):
    read = received(community, "Prénom;Nom\nÈve;Dubé".encode("mac_roman"))
    address = f"/importations/{read.pk}/"
    assert read.reading["encoding"] == "cp1252"

    submit(signed_in(sandrine), address, {"encoding": "mac_roman"})

    read.refresh_from_db()
    assert read.lines[0]["first_name"] == "Ève"


def test_a_file_whose_headings_say_nothing_is_kept_until_somebody_says_what_they_are(signed_in, sandrine, community):
    client = signed_in(sandrine)
    upload = SimpleUploadedFile("x.csv", "Qui,Quoi,Joindre\nÈve Dubé,Table,eve@exemple.quebec".encode())
    sent = submit(client, f"/communautes/{community.pk}/personnes/importer/", {"file": upload})
    page = client.get(sent["Location"])
    read = MemberImport.objects.get()
    assert (read.lines, "<details" in page.content.decode()) == ([], True)
    unknown = [(field.label, str(field.help_text)) for field in page.context["form"].unknown]
    assert unknown == [("A · Qui", "Ève Dubé"), ("B · Quoi", "Table")], "the address needs no heading"

    submit(client, page, {"column_0": "full_name"})

    read.refresh_from_db()
    (line,) = read.lines
    assert (line["first_name"], line["last_name"], line["email"]) == ("Ève", "Dubé", "eve@exemple.quebec")


def test_a_file_without_headings_is_read_from_its_first_line(community):
    read = received(community, "Ève;Dubé;eve@exemple.quebec\nWei;Roy;wei@exemple.quebec")

    import_apply.read_again(
        read, importing.Reading(heading_line=0, columns={"first_name": 0, "last_name": 1, "email": 2})
    )

    read.refresh_from_db()
    assert [line["number"] for line in read.lines] == [1, 2]


def test_an_encoding_that_cannot_be_right_is_said_and_changes_nothing(signed_in, sandrine, community):
    read = received(community, FRENCH)
    response = submit(signed_in(sandrine), f"/importations/{read.pk}/", {"encoding": "utf-16-le"})

    assert response.status_code == 422
    read.refresh_from_db()
    assert len(read.lines) == 55


def test_what_was_ticked_on_another_reading_of_the_file_is_not_written(signed_in, sandrine, community):
    client, read = signed_in(sandrine), received(community, FRENCH)
    preview = tick(preview_of(client, read), [2, 3])
    import_apply.read_again(read, importing.Reading(heading_line=3))

    preview.press(client, "apply")

    assert not community.memberships.exists()


def test_an_unknown_column_is_told_with_its_first_values_which_are_never_markup(signed_in, sandrine, community):
    read = received(community, "Prénom;Nom;Rattachement\nÈve;Dubé;<b>Table</b>\nWei;Roy;Ville")
    page = signed_in(sandrine).get(f"/importations/{read.pk}/")
    assert "1 colonne n’a pas été reconnue" in page.content.decode()
    assert "&lt;b&gt;Table&lt;/b&gt; · Ville" in page.content.decode()

    again = submit(signed_in(sandrine), page, {"column_2": "organisation"})

    page = signed_in(sandrine).get(again["Location"]).content.decode()
    read.refresh_from_db()
    assert [line["organisation"] for line in read.lines] == ["<b>Table</b>", "Ville"]
    assert "n’a pas été reconnue" not in page, "somebody said what each is"


def test_ignored_columns_are_not_asked_again_and_two_columns_are_not_one_field(signed_in, sandrine, community):
    read = received(community, "Prénom;Nom;Allergies\nÈve;Dubé;noix")
    client = signed_in(sandrine)

    refused = submit(client, f"/importations/{read.pk}/", {"column_2": "last_name"})
    submit(client, f"/importations/{read.pk}/", {"column_2": "ignore"})

    assert refused.status_code == 422
    assert "correspond déjà" in refused.content.decode()
    assert "pas été reconnue" not in client.get(f"/importations/{read.pk}/").content.decode()


# ------------------------------------------------------------------ chosen line by line


def test_a_bad_address_is_corrected_in_the_preview_and_stays_so(signed_in, sandrine, community):
    content = HEADINGS + "Ève;Dubé;eve at exemple.quebec;;Titre;;fr\r\nWei;Roy;wei@;;;;fr\r\n"
    read = received(community, content)
    client, address = signed_in(sandrine), f"/importations/{read.pk}/"
    page = client.get(address)
    assert "Plutôt <b>eve@exemple.quebec</b>?" in on_one_line(page)

    answer = submit(client, page, {}, button="rather=2", action=f"/importations/{read.pk}/choix/?show=&page=1")
    assert answer["Location"].endswith("#line-2")
    submit(client, address, {"column_4": "region"})

    page = client.get(address)
    assert 'value="eve@exemple.quebec"' in page.content.decode(), "kept when the file is read again"
    assert 'data-n="1"' in re.search(r'id="count-malformed"[^>]*', page.content.decode())[0]
    submit(client, page, {}, button="apply")
    assert set(community.memberships.values_list("user__email", flat=True)) == {"eve@exemple.quebec", None}
    result = client.get(address).content.decode()
    assert "1 personne sans adresse" in result
    assert "Wei Roy" in result


def test_a_correction_that_is_not_one_is_kept_to_be_corrected(signed_in, sandrine, community):
    read = received(community, HEADINGS + "Ève;Dubé;eve at exemple.quebec;;;;fr\r\nWei;Roy;wei@x.quebec;;;;fr\r\n")
    client, address = signed_in(sandrine), f"/importations/{read.pk}/"

    submit(client, address, {"email-2": "<eve>"}, button="Garder ces choix")
    page = client.get(address)
    submit(client, page, {"email-2": "wei@x.quebec"}, button="Garder ces choix")

    assert 'value="&lt;eve&gt;"' in page.content.decode()
    (first, second) = importing.examine(community, MemberImport.objects.get().lines)
    assert (first.email, second.outcome) == ("wei@x.quebec", "twice"), "judged again with the address it now has"


def test_of_two_addresses_one_is_chosen(signed_in, sandrine, community):
    read = received(community, HEADINGS.replace(";", "\t") + "Ève\tDubé\teve@x.quebec; eve@y.quebec\t\t\t\tfr\r\n")
    client, address = signed_in(sandrine), f"/importations/{read.pk}/"
    assert "plusieurs adresses" in client.get(address).content.decode()

    submit(client, address, {"email-2": "eve@y.quebec"}, button="apply")

    assert community.memberships.get().user.email == "eve@y.quebec"


def test_a_chip_says_how_many_of_its_lines_are_ticked(signed_in, sandrine, community):
    read = kept(community, people_in(3))
    client = signed_in(sandrine)

    answer = tick(preview_of(client, read), {2, 4}).ask(client, "").content.decode()

    for page in (answer, client.get(f"/importations/{read.pk}/").content.decode()):
        assert "3 nouvelles personnes" in page
        assert "2 cochées" in page
    assert 'hx-swap-oob="true"' in answer


# ------------------------------------------------------------------ one status for the list


@pytest.mark.parametrize(
    ("status", "result", "statuses"),
    [
        ("active", (2, 3), {"active": 6}),
        ("invited", (2, 2), {"invited": 4, "paused": 1, "active": 1}),
        ("eligible", (2, 1), {"eligible": 4, "paused": 1, "active": 1}),
    ],
)
def test_a_list_is_given_one_status_and_nobody_loses_by_it(
    signed_in, sandrine, nadia, community, status, result, statuses
):
    """Nadia is active; the others are listed as their first name says, or new."""
    for listed in ("paused", "alumni", "eligible"):
        make.a_member(community, make.a_person(listed, "X", email=f"{listed}@x.quebec"), status=listed)
    make.a_person("Zoé", "Côté", email="zoe@x.quebec")
    names = ["Ève", "Zoé", "paused", "alumni", "eligible"]
    content = HEADINGS + "".join(f"{n};X;{normalised(n)}@x.quebec;;;;fr\r\n" for n in names)
    content += "Nadia;Amrani;nadia@exemple.quebec;;;;fr\r\n"
    client = signed_in(sandrine)
    upload = SimpleUploadedFile("x.csv", content.encode())
    sent = submit(client, f"/communautes/{community.pk}/personnes/importer/", {"file": upload})
    submit(client, sent["Location"], {"status": status}, button="all=on")
    before = everything()

    submit(client, sent["Location"], {}, button="apply")

    read = MemberImport.objects.get()
    assert (read.result["added"], read.result["returned"]) == result
    assert community.memberships.counts_by_status() == statuses
    new = community.memberships.get(user__first_name="Ève")
    assert new.joined_on == (timezone.localdate() if status == "active" else None)
    assert undone(read) == {}
    assert everything() == before


def test_the_status_is_changed_on_the_preview(signed_in, sandrine, community):
    make.a_person("P0", "N0", email="p0@x.quebec")
    read = kept(community, people_in(2))
    client, address = signed_in(sandrine), f"/importations/{read.pk}/"
    assert "sera aussi sur cette liste (membre" in client.get(address).content.decode()

    answer = preview_of(client, read).fill({"status": "eligible"}).ask(client, "")
    submit(client, address, {}, button="apply")

    assert answer.headers["HX-Refresh"] == "true", "what each line does is told again"
    assert community.memberships.counts_by_status() == {"eligible": 2}


def test_individuals_are_imported_without_an_organisation(signed_in, sandrine):
    group = make.a_community("Groupe des Trente", profile="individuals")
    make.a_role(sandrine, community=group)
    make.a_member(group, make.a_person("Nadia", "Amrani", email="nadia@x.quebec"))
    read = received(group, HEADINGS + "Ève;Dubé;eve@x.quebec;Table;;;fr\r\nNadia;Amrani;nadia@x.quebec;Ville;;;fr\r\n")
    client = signed_in(sandrine)
    page = client.get(f"/importations/{read.pk}/").content.decode()
    assert "les organisations du fichier ne sont pas importées" in page

    submit(client, f"/importations/{read.pk}/", {}, button="apply")

    assert [x.outcome for x in importing.examine(group, read.lines)] == ["member", "member"]
    assert not Organisation.objects.exists()
    assert not group.memberships.exclude(organisation=None).exists()


# ------------------------------------------------------------------ the commitment of a cohort


@pytest.fixture
def cohort(sandrine):
    group = make.a_community("Groupe des Vingt", profile="cohort")
    make.a_role(sandrine, community=group)
    return group


@pytest.mark.parametrize("status", ["active", "invited"])
def test_people_of_an_imported_cohort_are_asked_to_sign(signed_in, sandrine, cohort, client, status):
    """As accepted applicants are: by a mail that leads to the page where they sign."""
    staff = signed_in(sandrine)
    page = staff.get(f"/communautes/{cohort.pk}/personnes/importer/")
    assert "s’engagent à participer à toutes les rencontres" in page.content.decode()
    upload = SimpleUploadedFile("x.csv", (HEADINGS + "Ève;Dubé;eve@x.quebec;Table;;;fr\r\n").encode())
    sent = submit(staff, page, {"file": upload})
    submit(staff, sent["Location"], {"status": status}, button="apply")
    result = staff.get(sent["Location"]).content.decode()
    members = staff.get(f"/communautes/{cohort.pk}/personnes/").content.decode()
    assert ("engagement non signé" in members) is (status == "active")
    assert ("1 membre n’a pas signé l’engagement" in members) is (status == "active")

    write = re.search(r'href="(/communautes/\d+/personnes/inviter/\?list=\d+)"', result)[1]
    preview = submit(staff, write, {}, button="step=preview")
    assert ("Lire les dates et signer" in preview.content.decode()) is (status == "active")
    submit(staff, preview, {}, button="step=send")

    eve = cohort.memberships.get()
    assert eve.status == status
    invitation = eve.join_invitations.get()
    (mail,) = Message.objects.filter(recipient=eve.user)
    assert mail.key.startswith(f"join:{invitation.pk}")
    assert recruiting.join_cancel_reason(mail) is None
    door = f"/rejoindre/{recruiting.join_token(invitation)}/"
    refused = submit(Client(), door, {"commits": False})
    assert refused.status_code == 422
    submit(Client(), door, {"commits": True})
    eve.refresh_from_db()
    assert (eve.status, eve.commitments.count()) == ("active", 1)
    assert "engagement non signé" not in staff.get(f"/communautes/{cohort.pk}/personnes/").content.decode()
    assert recruiting.join_cancel_reason(mail) is not None, "signed: nothing more is asked"


def test_nobody_is_asked_to_sign_where_nothing_is_to_be_signed(signed_in, sandrine, nadia, community):
    assert list(recruiting.pool(community)) == []
    assert "engagement" not in signed_in(sandrine).get(f"/communautes/{community.pk}/personnes/").content.decode()


# ------------------------------------------------------------------ the other organisation


def test_a_tick_is_kept_as_it_is_made_and_counted(signed_in, sandrine, community):
    read = kept(community, people_in(3))
    client = signed_in(sandrine)

    answer = ticked_on_the_page(client, tick(preview_of(client, read), [2, 4]))

    assert re.search(r'id="kept">\s*Ajouter 2 ', answer.content.decode())
    pressed(client, read, [2, 4])
    assert community.memberships.count() == 2


def test_a_choice_on_one_page_is_written_from_another(signed_in, sandrine, community):
    read = kept(community, people_in(250))
    client = signed_in(sandrine)
    second = preview_of(client, read, "?page=2")
    ticked_on_the_page(client, tick(second, set(range(102, 201))))

    pressed(client, read, range(2, 102))

    assert set(User.objects.filter(email__in=["p199@x.quebec", "p200@x.quebec"]).values_list("email", flat=True)) == {
        "p200@x.quebec"
    }
    assert community.memberships.count() == 249


def test_all_the_lines_of_a_filter_are_unticked_in_one_press(signed_in, sandrine, community):
    read = kept(community, FRENCH)
    client = signed_in(sandrine)

    preview_of(client, read, "?show=letter").press(client, "all=off")

    read.refresh_from_db()
    unticked = [x for x in importing.examine(community, read.lines, read.choices) if not x.is_kept]
    assert {x.name for x in unticked} >= {"Wei Nguy?n", "Gaël Nguy?n"}
    page = on_one_line(client.get(f"/importations/{read.pk}/?show=letter"))
    assert page.count("<tr id=") == 2


def test_the_preview_of_five_thousand_lines_is_cut_into_pages(signed_in, sandrine, community):
    read = kept(community, people_in(5000))
    client = signed_in(sandrine)

    first = on_one_line(client.get(f"/importations/{read.pk}/"))
    last = on_one_line(client.get(f"/importations/{read.pk}/?page=50"))

    assert first.count("<tr id=") == last.count("<tr id=") == 100
    assert len(first) < 300_000
    assert "P4999 N4999" in last


def test_another_organisation_is_kept_or_becomes_the_one_represented_from_today(signed_in, sandrine, nadia, community):
    content = HEADINGS + "Nadia;Amrani;nadia@exemple.quebec;Maison de la famille;;;fr\r\n"
    client, membership = signed_in(sandrine), nadia.memberships.get()
    left = received(community, content)
    page = client.get(f"/importations/{left.pk}/").content.decode()
    assert "Table de quartier Ahuntsic" in page
    pressed(client, left, [])
    membership.refresh_from_db()
    assert membership.organisation.name == "Table de quartier Ahuntsic"

    pressed(client, received(community, content), [2])

    membership.refresh_from_db()
    assert (membership.organisation.name, membership.represents_since) == ("Maison de la famille", timezone.localdate())
    before = membership.representations.get()
    assert (before.organisation.name, before.ends_on) == ("Table de quartier Ahuntsic", timezone.localdate())


# ------------------------------------------------------------------ in the background


def test_a_long_list_is_read_then_written_while_the_page_follows(signed_in, sandrine, community):
    client = signed_in(sandrine)
    address = sent(client, community, people_in(2500))["Location"]
    assert b"import-progress" in client.get(address).content
    tasks.tend_lists()

    read = MemberImport.objects.get()
    pressed(client, read, range(2, 102))
    assert not community.memberships.exists(), "the page answers before anything is written"
    read.refresh_from_db()
    worker = "x"
    MemberImport.objects.filter(pk=read.pk).update(worker=worker, worked_at=timezone.now())
    import_apply._next_chunk(read.pk, worker)
    told = client.get(f"{address}avancement/", **HTMX).content.decode()
    assert 'value="500"' in told
    assert 'max="2500"' in told

    MemberImport.objects.filter(pk=read.pk).update(worked_at=timezone.now() - MemberImport.LEASE * 2)
    tasks.tend_lists()

    assert client.get(f"{address}avancement/", **HTMX).headers["HX-Refresh"] == "true"
    assert community.memberships.count() == 2500


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_stop_an_import(signed_in, sandrine, community, no_broker):
    answer = sent(signed_in(sandrine), community, people_in(5000))

    assert answer.status_code == 302
    assert import_apply.waiting() == [MemberImport.objects.get().pk]


def test_a_worker_killed_midway_leaves_whole_chunks_and_the_next_one_writes_the_rest_once(community, monkeypatch):
    """People without an address, whom no constraint of the database would tell apart."""
    rows = "".join(f"Prénom{n};Nom{n};;;;;fr\r\n" for n in range(1200))
    read = kept(community, (HEADINGS + rows).encode())
    import_apply.ask_to_write(read, 0)
    real, calls = writing._write, []

    def dies_in_the_second_chunk(*args):
        real(*args)
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_write", dies_in_the_second_chunk)
    with pytest.raises(KeyboardInterrupt):
        import_apply.work(read.pk)
    monkeypatch.setattr(writing, "_write", real)
    read.refresh_from_db()
    assert (read.done, community.memberships.count()) == (500, 500)
    assert not import_apply.work(read.pk), "it is still in the hands of the dead worker"

    import_apply.work(read.pk, timezone.now() + MemberImport.LEASE * 2)

    read.refresh_from_db()
    assert (read.state, read.result["added"], community.memberships.count()) == ("applied", 1200, 1200)
    assert User.objects.filter(first_name__startswith="Prénom").count() == 1200


def test_a_worker_that_was_taken_over_writes_nothing_more(community):
    read = kept(community, people_in(600))
    import_apply.ask_to_write(read, 0)
    MemberImport.objects.filter(pk=read.pk).update(worker="another", worked_at=timezone.now())

    with pytest.raises(import_apply.TakenOver):
        import_apply._next_chunk(read.pk, "slow")

    assert not community.memberships.exists()


def test_two_lists_with_the_same_people_make_them_once(community):
    """The second was looked at before the first was written."""
    content = (HEADINGS + "Ève;Dubé;;;;;fr\r\nWei;Roy;wei@x.quebec;;;;fr").encode()
    first, second = kept(community, content), kept(community, content)
    import_apply.ask_to_write(first, 0)
    import_apply.ask_to_write(second, 0)

    import_apply.work(first.pk)
    import_apply.work(second.pk)

    second.refresh_from_db()
    assert community.memberships.count() == 2
    assert (second.result["added"], len(second.skipped)) == (0, 2)


# ------------------------------------------------------------------ afterwards


def test_the_lines_left_out_are_told_and_taken_away_with_their_reasons(signed_in, sandrine, community):
    read = received(community, FRENCH)
    client = signed_in(sandrine)
    pressed(client, read, [2, 3])

    page = client.get(f"/importations/{read.pk}/").content.decode()
    csv = client.get(f"/importations/{read.pk}/lignes-ecartees.csv").content.decode("utf-8-sig")

    assert f"/communautes/{community.pk}/personnes/" in page
    assert csv.count("\n") == 1 + 53
    assert "\n'=1+1;Petit;" in csv
    again = importing.read_member_file(csv.encode())
    assert len(again) == 53, "corrected, the same file comes back"


# ------------------------------------------------------------------ undone


def test_undoing_leaves_everything_exactly_as_before(signed_in, sandrine, nadia, community):
    paused = make.a_member(community, make.a_person("Léo", "Roy", email="leo@exemple.quebec"), joined_on=None)
    paused.become(Membership.Status.PAUSED, on=timezone.localdate() - dt.timedelta(days=40))
    long_gone = make.a_member(
        community, make.a_person("Ida", "Roy", email="ida@exemple.quebec"), status="alumni", left_on=dt.date(2024, 5, 1)
    )
    make.a_person("Zoé", "Côté", email="zoe@exemple.quebec")
    client = signed_in(sandrine)
    before = everything()
    content = HEADINGS + "".join(
        f"{first};{last};{email};{organisation};Titre;Laval;fr\r\n"
        for first, last, email, organisation in [
            ("Nadia", "Amrani", "nadia@exemple.quebec", "Autre organisme"),
            ("Léo", "Roy", "leo@exemple.quebec", ""),
            ("Ida", "Roy", "ida@exemple.quebec", ""),
            ("Zoé", "Côté", "zoe@exemple.quebec", "Un organisme neuf"),
            ("Ève", "Dubé", "eve@exemple.quebec", "Premier"),
            ("Ève", "Dubé", "eve@exemple.quebec", "Second"),
            ("Wei", "Nguyễn", "", ""),
        ]
    )
    read = kept(community, content.encode())
    result = apply(read, set(range(2, 9)))
    assert result == {"added": 3, "returned": 2, "moved": 2, "left_out": 0}
    long_gone.refresh_from_db()
    assert (long_gone.status, long_gone.left_on, long_gone.pauses.get().ends_on) == (
        "active", None, timezone.localdate(),
    )  # fmt: skip

    page = submit(client, f"/importations/{read.pk}/", action=f"/importations/{read.pk}/annuler/", follow=True)

    assert everything() == before
    assert not ImportedLine.objects.exclude(kept="").exists()
    assert page.status_code == 200


def test_the_real_list_undone_leaves_nothing_behind(community):
    before = everything()
    read = received(community, ENGLISH)
    apply(read, {line["number"] for line in read.lines})
    assert everything() != before

    assert undone(read) == {}
    assert everything() == before


def test_who_has_been_used_since_stays_and_it_is_said(signed_in, sandrine, meeting, community):
    names = ["replied", "attended", "signed in", "corrected", "elsewhere", "unlisted", "untouched"]
    content = HEADINGS + "".join(f"{n};X;{n.split()[0]}@x.quebec;Org {n};;;fr\r\n" for n in names)
    read = kept(community, content.encode())
    apply(read, set(range(2, 9)))
    of = {m.user.first_name: m for m in community.memberships.select_related("user")}
    Reply.objects.create(meeting=meeting, membership=of["replied"])
    make.an_attendance(meeting, of["attended"])
    User.objects.filter(pk=of["signed in"].user_id).update(last_login=timezone.now())
    Membership.objects.filter(pk=of["corrected"].pk).update(title="Directrice")
    make.a_member(make.a_community("Sœur"), of["elsewhere"].user)
    of["unlisted"].delete()

    told = undone(read)

    assert told == {2: "used", 3: "used", 4: "used", 5: "changed", 7: "gone"}
    assert set(community.memberships.values_list("user__first_name", flat=True)) == set(names[:4])
    assert set(User.objects.filter(last_name="X").values_list("first_name", flat=True)) == set(names[:6])
    assert set(Organisation.objects.values_list("name", flat=True)) == {f"Org {name}" for name in names[:4]}
    page = signed_in(sandrine).get(f"/importations/{read.pk}/").content.decode()
    assert "replied X" in page


def test_who_was_written_to_stays_even_when_known_from_elsewhere_and_their_link_still_opens(community, meeting):
    """Mail points at the person, not at what they are here."""
    sister = make.a_community("Sœur")
    for first in ("Zoé", "Léo"):
        make.a_member(sister, make.a_person(first, "Côté", email=f"{normalised(first)}@exemple.quebec"))
    ida = make.a_member(community, make.a_person("Ida", "Roy", email="ida@exemple.quebec"), status="alumni")
    content = HEADINGS + "Zoé;Côté;zoe@exemple.quebec;;;;fr\r\nIda;Roy;ida@exemple.quebec;;;;fr\r\n"
    written_to = kept(community, content.encode())
    apply(written_to, {2, 3})
    invitations.invite(meeting)
    zoe = community.memberships.get(user__first_name="Zoé")
    link = links.guest_token(meeting, zoe)
    not_written_to = kept(community, (HEADINGS + "Léo;Côté;leo@exemple.quebec;;;;fr\r\n").encode())
    apply(not_written_to, {2})
    invitations.invite(make.a_meeting(sister))

    assert undone(written_to) == {2: "used", 3: "used"}
    assert undone(not_written_to) == {}, "another community wrote to him"

    ida.refresh_from_db()
    assert ida.status == "active"
    assert set(community.memberships.values_list("user__first_name", flat=True)) == {"Zoé", "Ida"}
    again = kept(community, (content + "Léo;Côté;leo@exemple.quebec;;;;fr\r\n").encode())
    assert apply(again, {2, 3, 4})["added"] == 1
    assert links.guest_of_link(link).membership == zoe
    assert [m.user.first_name for m in invitations.audience(meeting).to_invite] == ["Léo"]


def test_who_was_given_a_role_since_stays(community, philippe, sandrine):
    """A coordinator, whom the list made a member; and a facilitator, who was one already."""
    content = HEADINGS + "".join(f"{u.first_name};{u.last_name};{u.email};;;;fr\r\n" for u in (philippe, sandrine))
    read = kept(community, content.encode())
    apply(read, {2, 3})
    make.a_role(philippe, community=community)

    assert undone(read) == {2: "used"}
    assert [m.user for m in community.memberships.all()] == [philippe]


def test_undoing_twice_or_after_seven_days_does_nothing(signed_in, sandrine, community):
    client = signed_in(sandrine)
    read = kept(community, people_in(2))
    apply(read, {2, 3})
    page = client.get(f"/importations/{read.pk}/")
    undoing = form_on(page, action=f"/importations/{read.pk}/annuler/")
    MemberImport.objects.update(applied_at=timezone.now() - dt.timedelta(days=8))
    undoing.press(client)
    assert community.memberships.count() == 2

    MemberImport.objects.update(applied_at=timezone.now() - dt.timedelta(days=6))
    undoing.press(client)
    assert not community.memberships.exists()
    apply(kept(community, people_in(2)), {2, 3})
    undoing.press(client)

    assert community.memberships.count() == 2, "the second press undoes no other import"


# ------------------------------------------------------------------ forgotten


def test_files_and_lines_are_forgotten_when_they_have_served(community):
    now = timezone.now()
    unapplied, applied, kept_still = (received(community, people_in(n)) for n in (1, 2, 3))
    apply(applied, {2})
    assert applied.source is None
    MemberImport.objects.filter(pk=unapplied.pk).update(read_at=now - dt.timedelta(hours=25))
    MemberImport.objects.filter(pk=applied.pk).update(applied_at=now - dt.timedelta(days=8))

    tasks.tend_lists()

    applied.refresh_from_db()
    assert not MemberImport.objects.filter(pk=unapplied.pk).exists()
    assert (applied.lines, applied.skipped, applied.result["added"]) == ([], [], 1)
    assert not ImportedLine.objects.exists()
    kept_still.refresh_from_db()
    assert kept_still.source


# ------------------------------------------------------------------ in a browser


@pytest.mark.browser
def test_ticks_progress_and_undo_are_followed_on_the_page(open_as, sandrine, community):
    read = kept(community, people_in(600))
    page = open_as(sandrine)
    page.goto(f"/importations/{read.pk}/")
    page.locator("#line-2 input[type=checkbox]").uncheck()
    page.locator("#kept", has_text="599").wait_for()
    page.get_by_role("link", name="Suivante").click()
    page.get_by_role("button", name="Ajouter 599 personnes", exact=True).click()
    page.locator("#import-progress").wait_for()

    tasks.tend_lists()

    page.get_by_role("heading", name="Cette liste est importée").wait_for()
    assert community.memberships.count() == 599
    page.get_by_role("button", name="Annuler cette importation").click()
    page.locator("#import-progress").wait_for()
    tasks.tend_lists()
    page.get_by_role("heading", name="Cette importation est annulée").wait_for()
    assert not community.memberships.exists()
