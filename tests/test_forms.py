"""`tests.forms` posts what a browser posts, and refuses what a person could not do."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, JsonResponse
from django.urls import path

from tests.forms import form_on, forms_on, submit, swapped

pytestmark = pytest.mark.urls(__name__)
SHOWN = {}


@login_not_required
def page(request, name="page"):
    """A page with the fields of the test; what is sent to it comes back."""
    if request.method == "POST":
        files = {name: one.name for name, one in request.FILES.items()}
        return JsonResponse({"to": request.path, "sent": dict(request.POST.lists()), "files": files})
    if "q" in request.GET:
        return JsonResponse(dict(request.GET.lists()))
    return HttpResponse(f"<main>{SHOWN['html']}</main>")


urlpatterns = [path("<str:name>/", page)]


@pytest.fixture
def shows():
    """`shows("<input name=a>")` puts it in a posted form; whole forms stay as they are."""

    def show(html: str) -> str:
        SHOWN["html"] = html if "<form" in html else f'<form method="post">{html}<button>Envoyer</button></form>'
        return "/page/"

    return show


def sent(client, address, values=None, **options) -> dict:
    return submit(client, address, values, **options).json()["sent"]


@pytest.mark.parametrize(
    ("html", "due"),
    [
        ('<select name="a"><option value="1">Un<option value="2">Deux</select>', {"a": ["1"]}),
        ('<select name="a"><option disabled value="">Choisir<option value="2">Deux</select>', {"a": ["2"]}),
        ('<select name="a"><option>Un<option selected>Deux</select>', {"a": ["Deux"]}),
        ('<select name="a" multiple><option>Un<option>Deux</select>', {}),
        ('<input type="checkbox" name="a">', {}),
        ('<input type="checkbox" name="a" checked>', {"a": ["on"]}),
        ('<input type="radio" name="a" value="1"><input type="radio" name="a" value="2" checked>', {"a": ["2"]}),
        ('<input type="number" name="a" value="1,5">', {"a": [""]}),
        ('<input type="number" name="a" value="1.5">', {"a": ["1.5"]}),
        ('<input type="date" name="a" value="10 novembre">', {"a": [""]}),
        ('<input type="time" name="a" value="13:30:00">', {"a": ["13:30"]}),
        ('<input type="email" name="a" value=" a@b.ca ">', {"a": ["a@b.ca"]}),
        ('<input name="a" value="x" disabled>', {}),
        ('<fieldset disabled><input name="a" value="x"></fieldset><input name="b" value="y">', {"b": ["y"]}),
        ('<input value="sans nom"><button type="button" name="a">Ouvrir</button>', {}),
    ],
)
def test_what_nobody_touched_is_sent_as_a_browser_does(client, shows, html, due):
    assert sent(client, shows(html)) == due


def test_each_end_of_line_leaves_as_two_characters_and_is_read_as_one(client, shows):
    address = shows('<textarea name="a">Un\nDeux</textarea>')

    assert form_on(client.get(address)).data().getlist("a") == ["Un\r\nDeux"]
    assert sent(client, address) == {"a": ["Un\nDeux"]}


def test_a_field_belongs_to_the_form_that_it_names(client, shows):
    address = shows(
        '<form id="one" method="post"><button>Un</button></form>'
        '<form method="post"><input name="b" value="2"><input name="a" value="1" form="one">'
        "<button>Deux</button></form>"
    )

    assert sent(client, address, button="Un") == {"a": ["1"]}
    assert sent(client, address, button="Deux") == {"b": ["2"]}


def test_the_button_pressed_is_sent_alone_and_where_it_says(client, shows):
    address = shows(
        '<form method="post"><button name="do" value="keep">Garder</button>'
        '<button name="do" value="drop" formaction="/ailleurs/">Jeter</button></form>'
    )

    assert submit(client, address).json() == {"to": "/page/", "sent": {"do": ["keep"]}, "files": {}}
    assert submit(client, address, button="Jeter").json()["to"] == "/ailleurs/"
    assert sent(client, address, button="do=drop") == {"do": ["drop"]}


def test_a_form_that_searches_asks_by_its_address(client, shows):
    assert submit(client, shows('<form><input name="q"></form>'), {"q": "père"}).json() == {"q": ["père"]}


def test_what_a_person_types_ticks_chooses_and_joins(client, shows):
    address = shows(
        '<input name="a"><input type="checkbox" name="b"><input type="checkbox" name="c" value="1">'
        '<input type="checkbox" name="c" value="2"><select name="d"><option>x<option>y</select>'
        '<input type="file" name="e">'
    )
    file = SimpleUploadedFile("liste.csv", b"Nom")

    answer = submit(client, address, {"a": "Un", "b": True, "c": ["2"], "d": "y", "e": file}).json()

    assert answer["sent"] == {"a": ["Un"], "b": ["on"], "c": ["2"], "d": ["y"]}
    assert answer["files"] == {"e": "liste.csv"}


@pytest.mark.parametrize(
    ("html", "values", "said"),
    [
        ('<input name="a" required>', {}, "a browser would ask for"),
        ('<input type="checkbox" name="a" required>', {}, "a browser would ask for"),
        ('<input name="a">', {"b": "1"}, "no form with"),
        ('<input type="hidden" name="a">', {"a": "1"}, "nobody types in the hidden field"),
        ('<input name="a" readonly>', {"a": "1"}, "is read only"),
        ('<input name="a" disabled>', {"a": "1"}, "no form with"),
        ('<select name="a"><option>x</select>', {"a": "y"}, "does not offer"),
        (
            '<input type="radio" name="a" value="1"><input type="radio" name="a" value="2">',
            {"a": "3"},
            "does not offer",
        ),
    ],
)
def test_what_a_person_could_not_do_is_refused(client, shows, html, values, said):
    with pytest.raises(AssertionError, match=said):
        submit(client, shows(html), values)


def test_a_browser_told_not_to_check_does_not_stop(client, shows):
    assert sent(client, shows('<form method="post" novalidate><input name="a" required><button>Ok</button></form>'))
    address = shows('<form method="post"><input name="a" required><button formnovalidate>Ok</button></form>')
    assert sent(client, address) == {"a": [""]}


def test_a_disabled_button_or_one_that_is_not_there_cannot_be_pressed(client, shows):
    address = shows('<form method="post"><button disabled>Fermer</button></form>')
    for button in ("Fermer", "Ouvrir"):
        with pytest.raises(AssertionError):
            submit(client, address, button=button)


def test_of_two_forms_one_says_which(client, shows):
    address = shows('<form method="post"><button>Un</button></form><form method="post"><button>Deux</button></form>')

    assert len(forms_on(client.get(address))) == 2
    with pytest.raises(AssertionError, match="say which"):
        submit(client, address)


def a_page(main, at="/la-page/"):
    page = HttpResponse(f"<html><body><main>{main}</main></body></html>")
    page.request = {"PATH_INFO": at, "QUERY_STRING": ""}
    return page


class Sent:
    """A client that keeps what it would send."""

    def post(self, address, data, **request):
        return address, data


def test_of_two_buttons_of_one_name_the_address_decides():
    page = a_page(
        '<form id="g" method="post"></form>'
        '<button form="g" formaction="/nadia/" name="status" value="present">Nadia</button>'
        '<button form="g" formaction="/julien/?mode=online" name="status" value="present">Julien</button>'
    )

    form = form_on(page, button="status=present", action="/julien/?mode=online")

    assert form.press(Sent(), "status=present", action="/julien/?mode=online") == (
        "/julien/?mode=online",
        {"status": ["present"]},
    )
    assert form.press(Sent(), "status=present")[0] == "/nadia/"


def test_of_two_forms_alike_what_they_hold_decides():
    page = a_page(
        '<form method="post"><input type="hidden" name="code" value="a"><input name="why"></form>'
        '<form method="post"><input type="hidden" name="code" value="b"><input name="why"></form>'
    )

    assert form_on(page, ["why"], holding={"code": "b"}).data().getlist("code") == ["b"]


def test_htmx_asks_with_the_fields_of_the_form_and_its_own_words():
    page = a_page(
        '<form method="post"><input name="title" value="Le répit"><button name="step" value="save">Go</button>'
        '<section id="look" hx-post="/regarder/" hx-vals=\'{"step": "look"}\'></section></form>'
    )

    assert form_on(page).ask(Sent(), "#look") == ("/regarder/", {"title": ["Le répit"], "step": "look"})


def test_a_part_takes_its_place_in_the_page():
    page = a_page('<form method="post"><div id="state"></div><input name="text" value="Mes mots"></form>')

    swapped(page, HttpResponse('<div id="state"><button name="resolve" value="mine">Garder</button></div>'))

    assert form_on(page, ["text"], button="resolve=mine").data().getlist("text") == ["Mes mots"]
