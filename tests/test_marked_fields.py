"""What a form must have is marked, what it rarely needs is folded; nothing typed is ever hidden."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser

from communities.models import Outcome
from tests import factories as make
from tests.forms import form_on, submit

FUNDER = "Fonds régional"


def marks(page: str) -> dict[str, str]:
    """What stands beside the name of each field."""
    labels = LexborHTMLParser(page).css("main .field label, main .field legend")
    found = {}
    for label in labels:
        beside = " ".join(mark.text() for mark in label.css(".required"))
        hidden = "".join(part.text() for part in label.css(".required, .visually-hidden"))
        found[" ".join(label.text().removesuffix(hidden).split())] = " ".join(beside.split())
    return found


def is_folded(page: str) -> bool:
    (details,) = LexborHTMLParser(page).css("details.more-details")
    return "open" not in details.attributes


@pytest.fixture
def adding(community):
    return f"/communautes/{community.pk}/retombees/ajouter/"


def test_the_first_that_is_required_says_what_the_mark_means(sandrine, signed_in, adding):
    page = signed_in(sandrine).get(adding).text

    found = marks(page)
    assert found["Titre"] == "* obligatoire"
    assert found["Type"] == found["Étape"] == "*"
    assert found["Description"] == found["Montant"] == ""
    assert page.count("obligatoire</small>") == 1
    assert "facultatif" not in page


def test_a_form_that_requires_all_or_nothing_bears_no_mark():
    class All(forms.Form):
        name = forms.CharField(label="Nom")
        wish = forms.CharField(label="Souhait")

    class Nothing(All):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            for field in self.fields.values():
                field.required = False

    for form in (All(), Nothing()):
        assert 'class="required"' not in form.render()


def test_of_many_lines_the_first_says_what_the_mark_means():
    class Line(forms.Form):
        day = forms.CharField(label="Jour")
        title = forms.CharField(label="Titre", required=False)

    lines = forms.formset_factory(Line, extra=3)()

    drawn = "".join(line.render() for line in lines)
    assert len(re.findall('class="required"', drawn)) == 3
    assert drawn.count("<small>") == 1


def test_a_group_of_choices_says_it_to_those_who_do_not_see_the_mark(sandrine, signed_in, adding):
    (legend,) = (
        one for one in LexborHTMLParser(signed_in(sandrine).get(adding).text).css("legend") if "attendu" in one.text()
    )

    assert [hidden.text() for hidden in legend.css(".visually-hidden")] == ["obligatoire"]


def test_folded_until_something_is_said(community, sandrine, signed_in, adding):
    client = signed_in(sandrine)
    plain, funded = make.an_outcome(community), make.an_outcome(community, funder=FUNDER)

    folded = {
        name: is_folded(client.get(address).text)
        for name, address in (
            ("new", adding),
            ("plain", reverse("communities:edit_outcome", args=[plain.pk])),
            ("funded", reverse("communities:edit_outcome", args=[funded.pk])),
        )
    }

    assert folded == {"new": True, "plain": True, "funded": False}


def test_what_is_wrong_in_it_opens_it_and_nothing_typed_is_lost(sandrine, signed_in, adding):
    typed = {"title": "Halte mobile", "kind": "project", "funder": FUNDER, "amount": "douze"}

    page = submit(signed_in(sandrine), adding, typed).text

    assert not is_folded(page)
    assert FUNDER in page
    assert not Outcome.objects.exists()


def test_what_stays_folded_is_saved_as_it_was(community, sandrine, signed_in):
    outcome = make.an_outcome(community, funder=FUNDER, amount=1_000_00)
    client = signed_in(sandrine)

    form_on(client.get(reverse("communities:edit_outcome", args=[outcome.pk])), ["title"]).fill(
        {"title": "Halte"}
    ).press(client)

    outcome.refresh_from_db()
    assert (outcome.title, outcome.funder, outcome.amount) == ("Halte", FUNDER, 1_000_00)


def test_a_form_without_any_of_them_draws_no_fold():
    class Bare(forms.Form):
        title = forms.CharField()

    drawn = Template('{% more_details form "territory" "before" %}').render(Context({"form": Bare()}))

    assert "details" not in drawn
