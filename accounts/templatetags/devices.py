"""Telling one's own devices apart."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
]


@register.filter
def device(user_agent: str) -> str:
    """« Firefox, Windows »: what a person knows of their browser's long name."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or _("Unknown device")
