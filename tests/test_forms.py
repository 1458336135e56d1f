"""What the suite presses is what a browser would: whose button, which form, what htmx asks and puts back."""

from django.http import HttpResponse

from tests.forms import form_on, swapped


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
