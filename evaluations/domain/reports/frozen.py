"""Figures of years that are over and whose report is published: everywhere those of the report, until a correction.

Where what is recorded differs since, the report's page says it to those who may correct it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cmtl.json_dataclasses import from_json
from communities.models import Community
from evaluations.domain import indicators
from evaluations.domain.indicators import METHOD, Year
from evaluations.domain.reports.report import CommunityYear
from evaluations.models import AnnualReport

Years = Mapping[int, Mapping[int, Year]]  # community → year → its figures


def as_published(counted: Years) -> dict[int, dict[int, Year]]:
    """`counted` (`indicators.over`), but for the years that a report froze; in one query."""
    years = {year for some in counted.values() for year in some}
    published = AnnualReport.objects.published().filter(community__in=counted, year__in=years)
    kept: dict[tuple[int, int], dict] = {}
    for community, year, figures in published.order_by("version").values_list("community", "year", "figures__figures"):
        if figures:
            kept[community, year] = figures  # the last version is in force
    return {
        community: {year: _frozen(live, kept.get((community, year))) for year, live in some.items()}
        for community, some in counted.items()
    }


def _frozen(live: Year, kept: dict | None) -> Year:
    """Its measures, its satisfaction, its response rates, and how many members and meetings. Meetings one by one,
    which are opened, and a decline, which warns today, are what they are now; so are a year that was still going when
    its report was published, and people counted once over communities, of whom no report keeps a list."""
    if kept is None:
        return live
    told: Year = from_json(Year, kept)
    if told.until < dt.date(told.year, 12, 31):
        return live
    return replace(
        live,
        measures=told.measures,
        around=told.around,
        satisfaction=told.satisfaction,
        members=told.members,
        responded=told.responded,
        published_held=(told.held, told.trainings),
    )


@dataclass(frozen=True)
class Difference:
    name: str
    published: str
    now: str


def differences(community: Community, told: CommunityYear) -> list[Difference]:
    """Figures that would be others if the report were published today, in the order of the report. Nothing is compared
    with a report whose measures were made otherwise."""
    if told.method != METHOD:
        return []
    now = indicators.of([community], told.figures.year, in_depth=True)[community.pk]
    pairs = [(_("Meetings held"), str(told.figures.held), str(now.held))]
    pairs += [
        (measure.name, measure.shown, now.by_code[code].shown)
        for code, measure in told.figures.by_code.items()
        if code in now.by_code
    ]
    pairs.append((_("Worth the time given"), told.figures.satisfaction.share, now.satisfaction.share))
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
