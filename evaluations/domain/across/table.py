"""The same figures as a table that leaves: numbers as numbers, ranges as they are told, nothing where data are
insufficient."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from evaluations.domain.across.comparing import Across, Line
from evaluations.domain.across.multiples import WORTH, name_of
from evaluations.domain.indicators import INDICATORS

MEASURES = ("P1", "P2", "P3", "P4", "P5", "P8", "P10", "P11s")


def header() -> list[str]:
    return [
        _("Community"), _("Profile"), _("Programme"), _("Year"), _("Meetings"), _("Trainings"), _("Members"),
        _("People reached"),
        *(INDICATORS[code].heading for code in MEASURES),
        name_of(WORTH),
        _("Answers (n)"), _("Annual report"),
    ]  # fmt: skip


def rows(page: Across) -> Iterable[list[Any]]:
    """By profile and by name, as the page shows them."""
    return (_row(line) for _profile, some in page.groups for line in some)


def _row(line: Line) -> list[Any]:
    figures, satisfaction = line.figures, line.figures.satisfaction
    measures = figures.by_code
    return [
        line.community.name,
        str(line.community.get_profile_display()),
        line.community.programme.name if line.community.programme else "",
        figures.year,
        figures.held,
        figures.trainings,
        figures.members,
        len(figures.people),
        *(measures[code].bare if code in measures else None for code in MEASURES),
        satisfaction.share if satisfaction.is_known else None,
        satisfaction.n,
        line.state[1],
    ]
