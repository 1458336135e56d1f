"""Forms posted as a browser posts them: every field of the page, with what a person typed in some of them.

    answer = submit(client, reverse("communities:rules", args=[community.pk]), {"rows-0-text": "On s’écoute"})

opens the page, finds the form that has these fields, types, and presses its button. What a person could not do fails
the test: type in a field that the page does not show, choose an option that it does not offer, leave a required field
empty. What a browser does by itself is done too: a select without a selected option sends its first one, a box left
unticked sends nothing, lines end with CRLF, a number or a date in the wrong format is sent empty
(HTML, « constructing the entry list » and « value sanitization algorithm »).

Raw posts stay for what no browser does (attacks) and for repeated or simultaneous clicks: `tests/raw_posts.py`.
"""

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse, QueryDict
from django.test import Client
from selectolax.lexbor import LexborHTMLParser, LexborNode

PRESSED = {"submit", "image"}
NEVER_SENT = {"button", "reset"}
NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?")
DATES = {"date": "%Y-%m-%d", "month": "%Y-%m", "time": "%H:%M", "datetime-local": "%Y-%m-%dT%H:%M"}


class Control:
    """One field or button of a page."""

    def __init__(self, node: LexborNode) -> None:
        attributes = node.attributes
        self.node, self.tag = node, node.tag
        self.name = attributes.get("name") or ""
        default = {"input": "text", "button": "submit"}.get(node.tag, node.tag)
        self.type = (attributes.get("type") or default).lower()
        if self.type == "select" and "multiple" in attributes:
            self.type = "multiple"
        self.is_disabled = "disabled" in attributes or any(
            above.tag == "fieldset" and "disabled" in above.attributes for above in _above(node)
        )
        self.is_ticked = "checked" in attributes
        self.files: list[Any] = []
        self.typed: str | None = None
        self.chosen: list[str] | None = None

    def __repr__(self) -> str:
        return f"<{self.type} {self.name}={self.node.attributes.get('value')!r}>"

    @property
    def words(self) -> str:
        return " ".join(self.node.text(deep=True).split())

    @property
    def is_button(self) -> bool:
        return self.type in PRESSED and self.tag in ("button", "input")

    @property
    def value(self) -> str:
        """Of a box or a button: what it sends."""
        found = self.node.attributes.get("value")
        return ("on" if self.type in ("checkbox", "radio") else "") if found is None else found

    @property
    def options(self) -> dict[str, str]:
        """Of a select, what may be chosen: value to words."""
        return {_option_value(o): _words(o) for o in self.node.css("option") if "disabled" not in o.attributes}

    def sent(self) -> list[Any]:
        if self.type in ("checkbox", "radio"):
            return [self.value] if self.is_ticked else []
        if self.type == "file":
            return self.files
        if self.type in ("select", "multiple"):
            return self._selected()
        return [self._sanitized(self._text())]

    def _selected(self) -> list[str]:
        if self.chosen is not None:
            return self.chosen
        selected = [_option_value(o) for o in self.node.css("option") if "selected" in o.attributes]
        if self.type == "multiple":
            return selected
        return selected[-1:] or list(self.options)[:1]

    def _text(self) -> str:
        if self.typed is not None:
            return self.typed
        return self.node.text(deep=True) if self.tag == "textarea" else self.node.attributes.get("value") or ""

    def _sanitized(self, text: str) -> str:
        if self.tag == "textarea":
            return re.sub(r"\r\n|\r|\n", "\r\n", text)
        if self.type == "hidden":
            return text
        text = re.sub(r"[\r\n]", "", text)
        if self.type in ("number", "range"):
            return text if NUMBER.fullmatch(text) else ""
        if self.type in DATES:
            return _as_date(text, DATES[self.type])
        return text.strip() if self.type in ("email", "url") else text


class Form:
    """A form of a page, to fill and to press."""

    def __init__(self, page: HttpResponse, node: LexborNode, controls: list[Control]) -> None:
        self.page, self.node, self.controls = page, node, controls
        self.attributes = node.attributes
        self.method = (self.attributes.get("method") or "get").lower()
        self.address = page.request["PATH_INFO"]
        query = page.request.get("QUERY_STRING")
        self.here = f"{self.address}?{query}" if query else self.address

    def __repr__(self) -> str:
        return f"<form {self.method} {self.action} {[c for c in self.controls if c.name]}>"

    @property
    def action(self) -> str:
        return urljoin(self.here, self.attributes.get("action") or self.here)

    @property
    def fields(self) -> list[Control]:
        return [c for c in self.controls if not c.is_button and c.type not in NEVER_SENT]

    @property
    def buttons(self) -> list[Control]:
        return [c for c in self.controls if c.is_button]

    def named(self, name: str) -> list[Control]:
        return [c for c in self.fields if c.name == name and not c.is_disabled]

    def add_lines(self, name: str, count: int) -> "Form":
        """What the page's script does when one asks for more lines: the same field, empty, after the last."""
        last = self.named(name)[-1]
        added = [Control(last.node) for _ in range(count)]
        for control in added:
            control.typed = ""
        place = self.controls.index(last) + 1
        self.controls[place:place] = added
        return self

    def fill(self, values: dict[str, Any], *, scripted: dict[str, Any] | None = None) -> "Form":
        """Type `values`, as a person does; `scripted` is what the page's own script writes in hidden fields."""
        for name, value in values.items():
            found = self.named(name)
            assert found, f"no field « {name} » on {self.here}: {sorted({c.name for c in self.fields})}"
            assert found[0].type != "hidden", f"nobody types in the hidden field « {name} » of {self.here}"
            _type(found, value)
        for name, value in (scripted or {}).items():
            for control in self.named(name):
                control.typed = str(value)
        return self

    def leads_to(self, button: Control | None) -> str:
        return urljoin(self.here, (button.node.attributes.get("formaction") if button else None) or self.action)

    def button(self, which: str = "", action: str = "") -> Control | None:
        """By its name, « name=value » or words, and by where it leads; without any, the first one, as Enter does."""
        buttons = [b for b in self.buttons if action in ("", self.leads_to(b))]
        if not which:
            return next((b for b in buttons if not b.is_disabled), None)
        name, equals, value = which.partition("=")
        for control in buttons:
            by_value = control.name == name and (not equals or control.value == value)
            if by_value or which in (control.words, control.node.attributes.get("aria-label"), control.node.id):
                assert not control.is_disabled, f"the button « {which} » of {self.here} is disabled"
                return control
        raise AssertionError(f"no button « {which} » {action} on {self.here}: {[(b.words, b) for b in self.buttons]}")

    @property
    def as_drawn(self) -> tuple:
        """What it sends, where, and its buttons."""
        return self.action, self.data().urlencode(), *((b.name, b.value, b.words) for b in self.buttons)

    def data(self, button: Control | None = None) -> QueryDict:
        """What is sent, in the order of the page."""
        sent = QueryDict(mutable=True)
        for control in self.controls:
            if control is button and control.name:
                sent.appendlist(control.name, control.value)
            elif control.name and not (control.is_button or control.is_disabled or control.type in NEVER_SENT):
                for value in control.sent():
                    sent.appendlist(control.name, value)
        return sent

    def stopped_by(self, button: Control | None = None) -> list[str]:
        """Names of the fields at which a browser would stop, for want of a value."""
        if "novalidate" in self.attributes or (button and "formnovalidate" in button.node.attributes):
            return []
        sent = self.data(button)
        required = [c for c in self.fields if "required" in c.node.attributes and c.name and not c.is_disabled]
        return sorted({c.name for c in required if not any(sent.getlist(c.name))})

    def press(
        self,
        client: Client,
        which: str | Control | None = "",
        *,
        action: str = "",
        checks: bool = True,
        **request: Any,
    ) -> HttpResponse:
        """Press a button, as a browser without script does; `headers={"HX-Request": "true"}` for one with it.
        Without `checks`, as a browser that does not stop at required fields."""
        button = self.button(which, action) if isinstance(which, str) else which
        stopped = self.stopped_by(button) if checks else []
        assert not stopped, f"a browser would ask for {stopped} before leaving {self.here}"
        at = button.node.attributes if button else {}
        address = self.leads_to(button)
        data = dict(self.data(button).lists())
        if (at.get("formmethod") or self.method) == "post":
            request.setdefault("headers", {}).setdefault("Referer", f"http://testserver{self.address}")
            return client.post(address, data, **request)
        return client.get(urlsplit(address).path, data, **request)

    def ask(self, client: Client, which: str) -> HttpResponse:
        """What htmx posts by itself for an element of this form that is no button: every field, and its `hx-vals`."""
        asks = self.node.css_first(f"{which}[hx-post]")
        assert asks is not None, f"nothing at « {which} » asks, on {self.here}"
        data = dict(self.data().lists()) | json.loads(asks.attributes.get("hx-vals") or "{}")
        return client.post(urljoin(self.here, asks.attributes["hx-post"]), data, headers={"HX-Request": "true"})


def forms_on(page: HttpResponse) -> list[Form]:
    """Every form of a page, each with the fields and buttons that it owns, wherever they stand."""
    tree, owned = LexborHTMLParser(page.content.decode()), defaultdict(list)
    for node in tree.css("input, select, textarea, button"):
        owned[_owner(node)].append(Control(node))
    return [Form(page, form, owned[form.id or form.mem_id]) for form in tree.css("form")]


def swapped(page: HttpResponse, part: HttpResponse) -> HttpResponse:
    """The page once htmx has put a part in it: each element with an id takes the place of the one that has it."""
    tree = LexborHTMLParser(page.content.decode())
    for fresh in LexborHTMLParser(part.content.decode()).css("body > [id]"):
        for old in tree.css(f"#{fresh.id}"):
            old.replace_with(fresh)
    page.content = tree.html
    return page


def as_read(page) -> str:
    """What a page says to somebody who reads it, tags left in: entities and spaces that never break are plain."""
    return re.sub(r"\s+", " ", html.unescape(page.content.decode()))


def on_one_line(page) -> str:
    """What a page holds, wherever its template breaks its lines; spaces that never break stay."""
    return re.sub(r"[ \t\r\n]+", " ", page.content.decode()).strip()


def form_on(
    page: HttpResponse,
    names: Iterable[str] = (),
    *,
    button: str = "",
    action: str = "",
    holding: dict[str, Any] | None = None,
) -> Form:
    """The one form of a page that has these fields, this button, this address and these hidden values, each where it
    is given."""
    there = forms_on(page)
    found = [
        form
        for form in there
        if all(form.named(name) for name in names)
        and all(str(value) in form.data().getlist(name) for name, value in (holding or {}).items())
        and (not action or action in [form.action, *(form.leads_to(b) for b in form.buttons)])
        and (not button or _has_button(form, button, action))
    ]
    inside = [form for form in found if any(above.tag == "main" for above in _above(form.node))]
    found = inside or found
    posted = [form for form in found if form.method == "post"]
    found = posted or found
    own = [form for form in found if urlsplit(form.action).path == form.address]
    found = own if len(found) > 1 and own else found
    found = list({form.as_drawn: form for form in found}.values())  # drawn twice, it is one
    asked = [value for value in (list(names), button, action, holding) if value]
    assert found, f"no form with {asked} on {page.status_code} {page.request['PATH_INFO']}: {there}"
    assert len(found) == 1, f"{len(found)} forms with {asked}: say which, on {page.request['PATH_INFO']}: {there}"
    return found[0]


def submit(
    client: Client,
    page: str | HttpResponse,
    values: dict[str, Any] | None = None,
    *,
    button: str = "",
    action: str = "",
    holding: dict[str, Any] | None = None,
    scripted: dict[str, Any] | None = None,
    **request: Any,
) -> HttpResponse:
    """Open a page (or take one that was answered), fill its form, press its button.

    `values` by name of field: words, True or False for a box, a list for several choices, a file to send.
    """
    if isinstance(page, str):
        page = client.get(page)
    form = form_on(page, values or (), button=button, action=action, holding=holding)
    return form.fill(values or {}, scripted=scripted).press(client, button, action=action, **request)


def _type(found: list[Control], value: Any) -> None:
    first = found[0]
    if first.type in ("checkbox", "radio"):
        _tick(found, value)
    elif first.type == "file":
        first.files = list(value) if isinstance(value, list | tuple) else [value]
    elif first.type in ("select", "multiple"):
        chosen = [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]
        missing = [v for v in chosen if v not in first.options]
        assert not missing, f"« {first.name} » does not offer {missing}: {first.options}"
        first.chosen = chosen
    else:
        texts = value if isinstance(value, list | tuple) else [value]
        assert len(texts) <= len(found), f"« {first.name} » has {len(found)} lines, not {len(texts)}"
        for control, text in zip(found, texts, strict=False):
            assert "readonly" not in control.node.attributes, f"« {first.name} » is read only"
            control.typed = str(text)


def _tick(found: list[Control], value: Any) -> None:
    if isinstance(value, bool) and len(found) == 1:
        found[0].is_ticked = value
        return
    wanted = {str(v) for v in value} if isinstance(value, list | tuple | set) else {str(value)}
    missing = wanted - {control.value for control in found}
    assert not missing, f"« {found[0].name} » does not offer {missing}: {[c.value for c in found]}"
    for control in found:
        control.is_ticked = control.value in wanted


def _has_button(form: Form, which: str, action: str) -> bool:
    try:
        return form.button(which, action) is not None
    except AssertionError:
        return False


def _above(node: LexborNode) -> Iterable[LexborNode]:
    while (node := node.parent) is not None:
        yield node


def _owner(node: LexborNode) -> Any:
    """The id of the form that a control belongs to, or its place in memory where it has no id."""
    named = node.attributes.get("form")
    if named is not None:
        return named
    form = next((above for above in _above(node) if above.tag == "form"), None)
    return (form.id or form.mem_id) if form is not None else None


def _words(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split())


def _option_value(option: LexborNode) -> str:
    value = option.attributes.get("value")
    if value is not None:
        return value
    return "" if "value" in option.attributes else _words(option)


def _as_date(text: str, form: str) -> str:
    for accepted in (form, f"{form}:%S", form.replace("T", " "), f"{form.replace('T', ' ')}:%S"):
        try:
            return datetime.strptime(text, accepted).strftime(form)
        except ValueError:
            continue
    return ""
