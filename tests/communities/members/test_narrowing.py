"""Long lists of names, narrowed as one types."""

import pytest

from communities.models import Call
from tests import factories as make

pytestmark = pytest.mark.browser
NAMES = ["Nadia Amrani", "Ève Dubé", "Wei Nguyễn", "Éva Roy", *(f"Personne Numéro{n}" for n in range(20))]


@pytest.fixture
def members(community):
    return [make.a_member(community, make.a_person(*name.split(" ", 1))) for name in NAMES]


@pytest.mark.parametrize("width", [1280, 390])
def test_readers_of_a_call_are_found_by_typing(open_as, sandrine, members, width):
    group = members[0].community
    group.selection = "selected"
    group.save()
    page = open_as(sandrine, width=width)
    page.goto(f"/communautes/{group.pk}/appels/nouveau/")
    search = page.get_by_label("Filtrer les noms")
    boxes = page.locator("input[name=readers]:visible")
    everybody = boxes.count()
    assert everybody == 25

    search.fill("ev")
    page.get_by_role("status").filter(has_text="2 personnes").wait_for()
    assert boxes.count() == 2
    page.get_by_label("Ève Dubé").check()
    search.fill("nguyen")
    page.get_by_role("status").filter(has_text="1 personne").wait_for()
    page.get_by_label("Wei Nguyễn").check()
    search.press("Enter")
    search.fill("")
    assert boxes.count() == everybody
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"
    page.get_by_label("Titre * obligatoire", exact=True).fill("Cohorte 2027")
    page.locator("[name=text]").fill("Six rencontres")
    page.locator("[name=closes_on]").fill("2099-01-01")
    page.locator("[name=criterion_0]").fill("Motivation")
    page.locator("main form[method=post] button.btn-primary").first.click()
    page.wait_for_url("**/appels/*/")

    readers = Call.objects.get().readers
    assert set(readers.values_list("first_name", flat=True)) == {"Ève", "Wei"}, "ticked, and hidden since: sent too"


def test_a_long_select_keeps_the_one_chosen(open_as, sandrine, members):
    page = open_as(sandrine)
    page.goto(f"/communautes/{members[0].community_id}/sous-groupes/")
    field, select = page.get_by_label("Filtrer les noms").first, page.locator("select[name=facilitator]")
    select.select_option(label="Wei Nguyễn")

    field.fill("eve dube")

    shown = select.locator("option").all_inner_texts()
    assert {"Wei Nguyễn", "Ève Dubé"} < set(shown)
    assert len(shown) == 3, "and nobody in particular"
    assert select.input_value() == str(members[2].user_id)


def test_a_short_list_has_no_field(open_as, sandrine, community):
    for n in range(4):
        make.a_member(community, make.a_person(f"P{n}"))
    page = open_as(sandrine)
    page.goto(f"/communautes/{community.pk}/sous-groupes/")

    assert page.locator("select[name=facilitator] option").count() == 6
    assert page.get_by_label("Filtrer les noms").count() == 0
