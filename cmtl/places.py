"""The places of the site, as the rail and the search name them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _


class Place(NamedTuple):
    url_name: str
    label: str
    icon: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


def places(user: Any) -> Iterator[Place]:
    """Five for everyone, and a sixth for the privacy officer."""
    yield Place("evaluations:today", _("Today"), "sun")
    yield Place("meetings:list", _("Meetings"), "calendar")
    yield Place("communities:list", _("Communities"), "messages-square")
    yield Place("evaluations:across", _("Evaluations"), "chart-column")
    yield Place("communities:people", _("People"), "users")
    if user.is_privacy_officer:
        yield Place("communities:privacy_desk", _("Privacy"), "shield")
