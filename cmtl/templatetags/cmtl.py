"""Small words that templates need everywhere."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def main_navigation(context):
    """The five places of the top bar; the current one is the longest address the page's own begins with."""
    path = context["request"].path
    entries = [
        ("evaluations:today", _("Today")),
        ("communities:list", _("Communities")),
        ("meetings:list", _("Meetings")),
        ("evaluations:across", _("Evaluations")),
        ("communities:people", _("People")),
    ]
    places = [{"url": reverse(name), "label": label} for name, label in entries]
    near = max(
        (p["url"] for p in places if path.startswith(p["url"]) and (p["url"] != "/" or path == "/")),
        key=len,
        default=None,
    )
    for place in places:
        place["is_current"] = place["url"] == near
    return places
