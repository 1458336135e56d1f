"""What a report opens with and draws, with attributes alone so that a page and a PDF show the same."""

from django import template

from evaluations.domain.indicators import EASY_SIZE, lately
from evaluations.domain.reports import diverging, factor_lines, pair_chart, sections, sentences, shares, year_chart
from evaluations.domain.reports.report import CommunityYear
from evaluations.models import AnnualReport

register = template.Library()
PAIRS = {
    "attendance": shares.of_attendance,
    "satisfaction": shares.of_satisfaction,
    "learning": shares.of_learning,
    "vitality": shares.of_vitality,
}
ASKED = {"meetings": diverging.AFTER_MEETINGS, "year": diverging.ONCE_A_YEAR}


@register.simple_tag
def contents_of(told: CommunityYear, report: AnnualReport) -> sections.Contents:
    return sections.contents_of(told, report)


@register.simple_tag
def attendance_of(told: CommunityYear, size: str) -> year_chart.YearChart | None:
    """`size` is `wide` or `narrow`."""
    frame = year_chart.WIDE if size == "wide" else year_chart.NARROW
    return year_chart.draw(told, frame, f"attendance-{size}")


@register.simple_tag
def answers_of(told: CommunityYear, asked: str, size: str) -> diverging.Diverging | None:
    frame = diverging.WIDE if size == "wide" else diverging.NARROW
    return diverging.draw(told, ASKED[asked], frame, f"answers-{asked}-{size}")


@register.simple_tag
def pairs_of(told: CommunityYear, which: str) -> list[pair_chart.PairChart]:
    return [pair_chart.draw(pair) for pair in PAIRS[which](told)]


register.simple_tag(factor_lines.factor_lines, name="factors_of")
register.simple_tag(factor_lines.mission_of, name="mission_of")


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


register.filter("lines", sentences.lines_of)
