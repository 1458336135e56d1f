"""Small words that templates need everywhere."""

import re
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cmtl import encrypted
from cmtl.money import shown
from cmtl.places import places
from cmtl.undoing import undo_of

register = template.Library()
SHORT_HELP = 20  # words, as short as most helps
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")
# what the privacy officer reaches from her desk, and others from « People » or from a link
FROM_THE_DESK = ("destructions", "destruction", "destruction_register", "anonymisations", "anonymisation")
LONG_CRUMB = 18  # letters: beyond, a name is cut short where the line is full
AMONG_PEOPLE = ("organisations", "duplicates", "merge", "destructions")  # pages under the tabs of « People »


register.filter("readable", encrypted.readable)
register.filter("why_empty", encrypted.why_empty)
register.filter("undo_of", undo_of)


@register.filter
def money(cents):
    return shown(cents)


@register.filter
def exact_money(cents):
    return shown(cents, exact=True)


@register.filter
def duration(minutes: int) -> str:
    """« 45 min », « 6 h », « 5 h 30 »."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s") % {"hours": hours, "minutes": f"{rest:02}"}


@register.simple_block_tag(takes_context=True)
def conflict_box(context, content, title="", says=""):
    """The box that tells that somebody else saved in between, around what is stored now."""
    return render_to_string("_conflict_box.html", {"content": content, "title": title, "says": says})


@register.simple_tag
def crumb(label, url_name: str, *args):
    """A page above the one shown, in the trail at the top of it."""
    is_long = ' class="long"' if len(str(label)) > LONG_CRUMB else ""
    return format_html('<li{}><a href="{}">{}</a></li>', mark_safe(is_long), reverse(url_name, args=args), label)


@register.simple_tag
def required_mark(field):
    """« * » beside what must be filled, where something else may stay empty; the first of a form says what it means."""
    required = [one for one in field.form.visible_fields() if one.field.required]
    if not field.field.required or len(required) == len(field.form.visible_fields()):
        return ""
    is_first = field.name == required[0].name and not re.search(r"-[1-9]\d*$", field.form.prefix or "")
    says = format_html(" <small>{}</small>", pgettext("form field", "required")) if is_first else ""
    return format_html('<span class="required" aria-hidden="true">*{}</span>', says)


class Help(NamedTuple):
    first: str
    rest: str


@register.simple_tag
def help_of(field):
    """The help of a field; of a long one, the first sentence is shown and the rest unfolds. What holds a link stays."""
    words = str(field.help_text)
    if len(words.split()) <= SHORT_HELP or "<" in words:
        return Help(words, "")
    return Help(*(SENTENCE_END.split(words, 1) + [""])[:2])


@register.inclusion_tag("_more_details.html")
def more_details(form, *names):
    """The fields rarely filled, folded under « More details »; open where one says something or is wrong."""
    fields = [form[name] for name in names if name in form.fields]
    return {"fields": fields, "is_open": any(field.errors or _says_something(field) for field in fields)}


def _says_something(field) -> bool:
    """More than the form proposes by itself."""
    value = field.value()
    return value not in (None, "", [], False) and str(value) != str(field.field.initial)


@register.simple_block_tag
def written_once(content):
    """`{% written_once as here %}…`: the name of a page goes to the window's title and to the end of the trail."""
    return content


@register.simple_tag(takes_context=True)
def main_navigation(context):
    """The five places of the rail, and a sixth for the privacy officer; the current one is the longest address that
    the page's own begins with."""
    request = context["request"]
    path = request.path
    entries = [
        {"url": place.url, "label": place.label, "icon": place.icon, "is_current": False}
        for place in places(request.user)
    ]
    near = max(
        (p["url"] for p in entries if path.startswith(p["url"]) and (p["url"] != "/" or path == "/")),
        key=len,
        default=_home_of_what_is_shown(context),
    )
    if request.user.is_privacy_officer and request.resolver_match and request.resolver_match.url_name in FROM_THE_DESK:
        near = reverse("communities:privacy_desk")
    for entry in entries:
        entry["is_current"] = entry["url"] == near
    return entries


def _home_of_what_is_shown(context) -> str | None:
    """Where a page whose address begins otherwise belongs: `/sujets/3/` is a page of its community."""
    homes = {
        "meeting": "meetings:list",
        "note": "meetings:list",
        "organisation": "communities:people",
        "community": "communities:list",
        "programme": "communities:list",
    }
    for name, home in homes.items():
        if hasattr(context.get(name), "pk"):  # the site's own `organisation` is a name
            return reverse(home)
    found = context["request"].resolver_match
    return reverse("communities:people") if found and found.url_name in AMONG_PEOPLE else None
