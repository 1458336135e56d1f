"""The people of a community: who sees what of them, how they are listed and corrected."""

import csv
import io
import re

import pytest
from django.utils import timezone, translation
from playwright.sync_api import expect

from accounts.models import User
from communities.models import Membership, Role
from tests import factories as make
from tests.forms import form_on, on_one_line, submit


@pytest.fixture
def address(community):
    return f"/communautes/{community.pk}/personnes/"


def names(response) -> list[str]:
    return [m.user.full_name for m in response.context["people"]]


# ------------------------------------------------------------------ seeing


def test_members_see_names_and_organisations_and_nothing_more(signed_in, nadia, community, address):
    make.a_member(community, make.a_person("Léa", "Çelik", email="lea@exemple.quebec"), region="Laval", title="agente")
    make.a_member(community, make.a_person("Parti", "Loin"), status="alumni")

    page = signed_in(nadia).get(address)

    html = page.content.decode()
    assert names(page) == ["Nadia Amrani", "Léa Çelik"]
    assert "Table de quartier Ahuntsic" in html
    for hidden in ("lea@exemple.quebec", "Laval", "agente", "nadia@exemple.quebec"):
        assert hidden not in html


def test_an_address_cannot_be_guessed_by_searching(client, nadia, sandrine, community, address):
    make.a_member(community, make.a_person("Léa", "Çelik", email="secret@exemple.quebec"))

    client.force_login(nadia)
    assert names(client.get(address, {"q": "secret@"})) == []
    found = client.get("/personnes/", {"q": "secret@"}).context["people"]
    assert list(found) == []

    client.force_login(sandrine)
    assert names(client.get(address, {"q": "secret@"})) == ["Léa Çelik"]
    assert len(client.get("/personnes/", {"q": "secret@"}).context["people"]) == 1


@pytest.mark.parametrize("search", ["celik", "ÇELIK léa", "escalier", "l’escalier", "gaspesie", "Gaspésie"])
def test_searching_ignores_case_and_accents(signed_in, sandrine, community, address, search):
    person = make.a_person("Léa", "Çelik")
    make.a_member(community, person, organisation="Maison des jeunes L’Escalier", region="Gaspésie")
    make.a_member(community, make.a_person("Wei", "Roy"))

    assert names(signed_in(sandrine).get(address, {"q": search})) == ["Léa Çelik"]


def test_facilitators_filter_by_status(signed_in, sandrine, nadia, community, address):
    make.a_member(community, make.a_person("Léa", "Çelik"), status="invited")
    client = signed_in(sandrine)

    assert names(client.get(address, {"status": "invited"})) == ["Léa Çelik"]
    assert len(names(client.get(address, {"status": "nonsense"}))) == 2


def test_the_list_comes_fifty_at_a_time(signed_in, sandrine, community, address):
    for _ in range(51):
        make.a_member(community)
    client = signed_in(sandrine)

    assert len(names(client.get(address))) == 50
    assert len(names(client.get(address, {"page": 2}))) == 1
    assert len(names(client.get(address, {"page": "x"}))) == 50


def test_a_long_list_is_cut_by_letter_and_a_short_one_is_not(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    for n in range(12):
        make.a_member(community, make.a_person("Ève", f"{'AB'[n % 2]}{n}"))
    assert 'class="letter"' not in client.get(address).content.decode()
    make.a_member(community, make.a_person("Zoé", "Élie"))

    for path in (address, "/personnes/"):
        letters = re.findall(r'class="letter">\s*<th[^>]*>(.)</th>', client.get(path).content.decode())
        assert letters == ["A", "B", "E"]


@pytest.mark.browser
@pytest.mark.parametrize("path", ["{members}", "/personnes/", "/organisations/"])
def test_the_list_follows_what_is_typed_from_all_its_pages(open_as, sandrine, community, address, path):
    for n in range(60):
        make.a_member(community, make.a_person("Ève", f"Roy{n:02}"), organisation=f"Entraide Roy{n:02}")
    page = open_as(sandrine)
    page.goto(path.format(members=address))
    expect(page.get_by_text("Roy58")).to_have_count(0)

    page.get_by_role("searchbox", name="Rechercher").last.press_sequentially("roy58")

    expect(page.locator("table.people tbody tr")).to_have_count(1)
    expect(page.get_by_role("heading", name=re.compile("^1 (personne|organisation)"))).to_be_visible()
    expect(page).to_have_url(re.compile("q=roy58"))
    expect(page.get_by_role("searchbox", name="Rechercher").last).to_be_focused()


def test_roles_are_written_beside_the_name(signed_in, sandrine, nadia, community, address):
    make.a_role(nadia, Role.NOTE_TAKER, community=community)

    (membership,) = signed_in(sandrine).get(address).context["people"]

    assert len(membership.role_labels) == 1


@pytest.mark.parametrize("path", ["/communautes/", "/personnes/", "{members}", "{detail}", "{import}"])
def test_the_number_of_queries_does_not_follow_the_number_of_rows(
    path, client, sandrine, programme, community, django_assert_num_queries, count_queries
):
    from communities.domain.member_import import importing
    from communities.models import MemberImport

    make.a_role(sandrine, Role.COORDINATOR, programme=programme)

    def fill(n):
        for _ in range(n):
            member = make.a_member(community, organisation=f"Organisation {n}{_}")
            make.a_role(member.user, Role.NOTE_TAKER, community=community)
            make.an_objective(community)
            make.a_rule(community)
            make.a_meeting(make.a_community(programme=programme))
            make.a_meeting(community)
        text = "Prénom;Nom;Courriel\n" + "".join(f"P{i};N{i};p{i}@x.quebec\n" for i in range(n))
        return MemberImport.objects.create(
            community=community, file_name="x", lines=importing.read_member_file(text.encode())
        ).get_absolute_url()

    def at(preview):
        addresses = {
            "{members}": f"/communautes/{community.pk}/personnes/",
            "{detail}": f"/communautes/{community.pk}/",
            "{import}": preview,
        }
        return addresses.get(path, path)

    client.force_login(sandrine)
    few = at(fill(3))
    client.get(few)
    with count_queries() as first:
        client.get(few)
    many = at(fill(27))
    with count_queries() as second:
        client.get(many)

    assert len(first) == len(second)
    assert len(second) <= (29 if path == "{detail}" else 20)  # it draws two years of meetings


@pytest.fixture
def count_queries():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


def test_everybody_across_ones_communities_once(signed_in, sandrine, nadia, community):
    other = make.a_community("Autre")
    make.a_role(sandrine, Role.FACILITATOR, community=other)
    make.a_member(other, nadia, organisation="Autre table")
    make.a_member(make.a_community("Ailleurs"), make.a_person("Cachée"))

    (person,) = signed_in(sandrine).get("/personnes/").context["people"]

    assert person == nadia
    assert {m.community.name for m in person.readable} == {"Autre", "Constellation"}


def test_leading_here_shows_no_address_there(signed_in, sandrine, community):
    """Sandrine facilitates one community and is a mere member of another."""
    other = make.a_community("Autre")
    make.a_member(other, sandrine)
    make.a_member(other, make.a_person("Léa", "Çelik", email="lea@exemple.quebec"))
    make.a_member(other, make.a_person("Partie", "Loin"), status="alumni")

    page = signed_in(sandrine).get("/personnes/")

    assert {p.full_name for p in page.context["people"]} == {"Sandrine Beaulieu", "Léa Çelik"}
    assert "lea@exemple.quebec" not in page.content.decode()


def test_an_external_evaluator_and_a_stranger_see_nobody(client, nadia, community, sam):
    evaluator = make.a_person("Université")
    make.a_role(evaluator, Role.EVALUATOR, community=community)

    for person in (evaluator, sam):
        client.force_login(person)
        assert list(client.get("/personnes/").context["people"]) == []


def test_an_administrator_sees_that_a_community_exists_not_what_it_holds(signed_in, ada, nadia, community, address):
    community.purpose = "Ce qui se dit entre nous"
    community.save()
    client = signed_in(ada)

    assert "Ce qui se dit entre nous" not in client.get(community.get_absolute_url()).content.decode()
    assert "nadia@exemple.quebec" not in client.get(address).content.decode()
    assert "nadia@exemple.quebec" not in client.get("/personnes/").content.decode()


# ------------------------------------------------------------------ listing


def a_person(**fields):
    return {
        "first_name": "Léa",
        "last_name": "Çelik",
        "email": "",
        "organisation": "CPE Les Étoiles filantes",
        "title": "éducatrice",
        "region": "Laval",
        "language": "fr-ca",
        "status": "active",
        "source": "referral",
        **fields,
    }


def add(client, address, button="", **fields):
    return submit(client, f"{address}ajouter/", a_person(**fields), button=button)


def test_a_person_without_an_address_is_listed(signed_in, sandrine, community, address):
    response = add(signed_in(sandrine), address)

    membership = community.memberships.get()
    assert response["Location"] == address
    assert membership.user.email is None
    assert membership.organisation.name == "CPE Les Étoiles filantes"
    assert (membership.title, membership.region, membership.source) == ("éducatrice", "Laval", "referral")
    assert membership.joined_on == timezone.localdate()


def test_a_known_address_is_the_same_person(signed_in, sandrine, community, address):
    known = make.a_person("Léa", "Çelik", email="lea@exemple.quebec")

    typed = {"first_name": "Autre nom", "email": " Lea@Exemple.quebec"}
    response = add(signed_in(sandrine), address, "again=1", **typed)

    assert response["Location"] == f"{address}ajouter/"
    assert community.memberships.get().user == known
    known.refresh_from_db()
    assert known.first_name == "Léa"


def test_someone_already_listed_is_said_to_be(signed_in, sandrine, nadia, community, address):
    response = add(signed_in(sandrine), address, email="nadia@exemple.quebec")

    assert response.status_code == 422
    assert "email" in response.context["form"].errors
    assert community.memberships.count() == 1


def test_pressing_twice_lists_once_unless_it_is_somebody_else(signed_in, sandrine, community, address):
    client = signed_in(sandrine)
    adding = form_on(client.get(f"{address}ajouter/"), a_person()).fill(a_person())
    adding.press(client)

    again = adding.press(client)
    assert again.status_code == 422
    assert 'type="checkbox" name="someone_else"' in on_one_line(again)
    assert community.memberships.count() == 1

    submit(client, again, {"someone_else": True})
    assert community.memberships.count() == 2


@pytest.mark.parametrize("status", ["eligible", "invited"])
def test_the_pool_is_not_yet_a_member(signed_in, sandrine, community, address, status):
    add(signed_in(sandrine), address, status=status)

    assert community.memberships.get().joined_on is None


@pytest.mark.parametrize("wrong", [{"first_name": ""}, {"email": "lea at exemple"}])
def test_what_cannot_be_is_said_at_the_field(signed_in, sandrine, community, address, wrong):
    response = add(signed_in(sandrine), address, **wrong)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(wrong)
    assert not community.memberships.exists()


@pytest.mark.parametrize("wrong", [{"status": "queen"}, {"language": "xx"}, {"title": "t" * 121}])
def test_what_the_page_does_not_offer_is_refused_too(signed_in, sandrine, community, address, wrong):
    response = signed_in(sandrine).post(f"{address}ajouter/", a_person(**wrong))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(wrong)
    assert not community.memberships.exists()


# ------------------------------------------------------------------ correcting


def test_a_member_is_paused_and_the_date_is_kept(signed_in, sandrine, nadia):
    membership = nadia.memberships.get()

    submit(signed_in(sandrine), membership.get_absolute_url(), {"status": "paused", "organisation": "Autre table"})

    membership.refresh_from_db()
    assert (membership.status, membership.paused_on) == ("paused", timezone.localdate())
    assert membership.organisation.name == "Autre table"


def test_name_and_address_of_someone_who_never_signed_in_are_corrected(signed_in, sandrine, community):
    membership = make.a_member(community, make.a_person("Wei", "Nguy?n", email=None))

    corrected = {"last_name": "Nguyễn", "email": "Wei@Exemple.quebec"}
    submit(signed_in(sandrine), membership.get_absolute_url(), corrected)

    membership.user.refresh_from_db()
    assert (membership.user.last_name, membership.user.email) == ("Nguyễn", "wei@exemple.quebec")


@pytest.mark.parametrize("why", ["signed in", "role", "elsewhere", "administrator"])
def test_nobody_takes_the_place_of_someone_by_changing_their_address(signed_in, sandrine, community, why):
    person = make.a_person("Léa", "Çelik", email="lea@exemple.quebec", is_staff=why == "administrator")
    membership = make.a_member(community, person)
    if why == "signed in":
        User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    elif why == "role":
        make.a_role(person, Role.FACILITATOR, community=make.a_community())
    elif why == "elsewhere":
        make.a_member(make.a_community(), person)
    client, address = signed_in(sandrine), membership.get_absolute_url()
    offered = form_on(client.get(address), ["status"])
    assert not offered.named("email")

    forged = {"first_name": "Moi", "last_name": "", "email": "moi@exemple.quebec"}
    client.post(address, {**offered.data().dict(), **forged})

    person.refresh_from_db()
    assert (person.first_name, person.email) == ("Léa", "lea@exemple.quebec")


def test_an_address_that_is_someone_elses_is_refused(signed_in, sandrine, nadia, community):
    membership = make.a_member(community, make.a_person("Léa", "Çelik", email=None))

    response = submit(signed_in(sandrine), membership.get_absolute_url(), {"email": "nadia@exemple.quebec"})

    assert response.status_code == 422
    assert "email" in response.context["form"].errors


def test_two_people_correcting_the_same_member_lose_nothing(signed_in, sandrine, nadia):
    membership = nadia.memberships.get()
    client = signed_in(sandrine)
    opened = client.get(membership.get_absolute_url())
    Membership.objects.filter(pk=membership.pk).update(region="Montérégie")

    refused = submit(client, opened, {"region": "Laval"})

    membership.refresh_from_db()
    assert refused.status_code == 409
    assert membership.region == "Montérégie"
    assert "Montérégie" in refused.content.decode()
    assert 'value="Laval"' in refused.content.decode()
    submit(client, refused, {"region": "Laval"})
    membership.refresh_from_db()
    assert membership.region == "Laval"


# ------------------------------------------------------------------ taking away


def test_the_export_is_read_back_by_the_import(signed_in, sandrine, nadia, community, address):
    from communities.domain.member_import import importing

    make.a_member(community, make.a_person("+Léa", "@Çelik"), organisation="-1; ou 2", region="=cmd|' /C calc'!A0")
    client = signed_in(sandrine)

    response = client.get(f"/communautes/{community.pk}/personnes.csv")

    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    with translation.override("fr-ca"):
        assert len(importing.read_member_file(response.content)) == 2


def test_the_export_follows_the_search(signed_in, sandrine, nadia, community):
    make.a_member(community, make.a_person("Léa", "Çelik"), status="invited")

    response = signed_in(sandrine).get(f"/communautes/{community.pk}/personnes.csv", {"status": "invited"})

    assert response.content.decode().count("\r\n") == 2


@pytest.mark.parametrize("who", ["nadia", "karim", "external", "ada"])
def test_only_who_lists_people_takes_the_list_away(client, community, nadia, karim, ada, who):
    external = make.a_person("Eve")
    make.a_role(external, Role.EXTERNAL, community=community)
    client.force_login({"nadia": nadia, "karim": karim, "external": external, "ada": ada}[who])

    assert client.get(f"/communautes/{community.pk}/personnes.csv").status_code == 403
