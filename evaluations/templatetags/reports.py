"""Curves, drawn with attributes alone so that a page and a PDF show the same."""

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.domain.indicators import EASY_SIZE, Turnout, Year, lately

register = template.Library()
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 230, 34, 14, 18, 34
MARGIN = 28  # beside the first and the last dot


@register.inclusion_tag("evaluations/charts/line.svg")
def turnout_chart(figures: Year):
    """People present at each meeting that counts, over the band of the size that is easiest to facilitate."""
    told = [t for t in figures.turnouts if t.present is not None]
    highest, step = _scale(told)

    def y(people: float | None) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - (people or 0) / highest), 1)

    dots = [
        {"x": x, "y": y(t.present), "label_y": y(t.present) - 11, "value": t.present, "day": date_format(t.day, "j N")}
        for x, t in zip(_places(len(told)), told, strict=True)
    ]
    low, high = EASY_SIZE
    return {
        "id": f"turnouts-{figures.year}",
        "title": _("People present at each meeting in %(year)s") % {"year": figures.year},
        "description": "; ".join(_said(t) for t in told),
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "plot_width": WIDTH - RIGHT - LEFT,
        "band_top": y(high),
        "band_height": round(y(low) - y(high), 1),
        "grid": [{"value": v, "y": y(v), "label_y": y(v) + 4} for v in range(0, highest + 1, step)],
        "day_y": HEIGHT - 10,
        "dots": dots,
        "points": " ".join(f"{d['x']},{d['y']}" for d in dots),
        "shows_days": len(dots) <= 12,
    }


def _scale(told: list[Turnout]) -> tuple[int, int]:
    """The height of the curve, in people, and the step of its grid."""
    highest = max([24, *(t.present or 0 for t in told)])
    step = 5 if highest <= 40 else 10 if highest <= 80 else 25
    return -(-highest // step) * step, step


def _places(n: int) -> list[float]:
    """From left to right; one dot alone stands in the middle."""
    if n == 1:
        return [round((LEFT + WIDTH) / 2, 1)]
    first = LEFT + MARGIN
    across = (WIDTH - RIGHT - MARGIN - first) / max(n - 1, 1)
    return [round(first + across * i, 1) for i in range(n)]


def _said(turnout: Turnout) -> str:
    people = ngettext("%(n)s person", "%(n)s people", turnout.present or 0) % {"n": turnout.present}
    return _("%(day)s: %(people)s") % {"day": date_format(turnout.day, "MONTH_DAY_FORMAT"), "people": people}


@register.inclusion_tag("evaluations/charts/sparkline.svg")
def sparkline(turnouts, is_declining=False):
    """The last turnouts, over the same band; hidden from screen readers: the caption says it."""
    width, height, margin = 86, 30, 4
    top = max([24, *turnouts])

    def y(people):
        return round(height - 2 - people * (height - 4) / top, 1)

    step = (width - 2 * margin) / max(len(turnouts) - 1, 1)
    points = [(round(margin + i * step, 1), y(n)) for i, n in enumerate(turnouts)]
    low, high = EASY_SIZE
    return {
        "points": " ".join(f"{x},{y}" for x, y in points),
        "last": points[-1] if points else None,
        "band_top": y(high),
        "band_height": round(y(low) - y(high), 1),
        "is_declining": bool(is_declining),
    }


@register.inclusion_tag("evaluations/_decline.html", takes_context=True)
def decline_alert(context, community):
    """To those who read its figures: that fewer and fewer people come, and where to look."""
    user = context["user"]
    reads = user.has_perm("evaluations.read_figures", community)
    return {
        "community": community,
        "decline": lately.decline_of(community) if reads else None,
    }


@register.filter
def lines(text: str) -> list[str]:
    """One entry per line, without the dashes people begin them with."""
    return [line.strip(" -•–\t") for line in text.splitlines() if line.strip(" -•–\t")]
