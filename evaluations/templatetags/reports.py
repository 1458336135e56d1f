"""The curve of a year, drawn with attributes alone so that a page and a PDF show the same."""

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.indicators import EASY_SIZE, Year

register = template.Library()
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 230, 34, 14, 18, 34


@register.inclusion_tag("evaluations/charts/line.svg")
def turnout_chart(figures: Year):
    """People present at each meeting that counts, over the band of the size that is easiest to facilitate."""
    told = [t for t in figures.turnouts if t.present is not None]
    highest = max([24, *(t.present or 0 for t in told)])
    step = 5 if highest <= 40 else 10 if highest <= 80 else 25
    highest = -(-highest // step) * step

    def y(people: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - people / highest), 1)

    inset = LEFT + 28
    across = (WIDTH - RIGHT - 28 - inset) / max(len(told) - 1, 1)
    dots = []
    for i, turnout in enumerate(told):
        x = round(inset + across * i, 1) if len(told) > 1 else round((LEFT + WIDTH) / 2, 1)
        top = y(turnout.present or 0)
        dots.append(
            {"x": x, "y": top, "label_y": top - 11, "value": turnout.present, "day": date_format(turnout.day, "j N")}
        )
    said = "; ".join(
        _("%(day)s: %(people)s")
        % {
            "day": date_format(t.day, "MONTH_DAY_FORMAT"),
            "people": ngettext("%(n)s person", "%(n)s people", t.present or 0) % {"n": t.present},
        }
        for t in told
    )
    low, high = EASY_SIZE
    return {
        "id": f"turnouts-{figures.year}",
        "title": _("People present at each meeting in %(year)s") % {"year": figures.year},
        "description": said,
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


@register.filter
def lines(text: str) -> list[str]:
    """One entry per line, without the dashes people begin them with."""
    return [line.strip(" -•–\t") for line in text.splitlines() if line.strip(" -•–\t")]
