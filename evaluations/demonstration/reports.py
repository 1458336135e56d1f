"""Last year's annual report of each group, published; and this year's, begun where the next year is being prepared."""

import datetime as dt

from django.utils import timezone

from evaluations.demonstration.history import ZONE, Story, instant
from evaluations.domain import indicators
from evaluations.domain.reports import publishing
from evaluations.models import AnnualReport, ObjectiveRating

WORDS_TO_MEMBERS = (
    "Merci de votre présence et de votre franchise cette année. Voici en une page ce que vous nous avez dit et ce que "
    "nous en faisons. Il manque quelque chose? Parlez-nous-en à la prochaine rencontre."
)


def write_reports(story: Story) -> None:
    """Their PDF is drawn by the worker, as for any other report."""
    group, year = story.group, timezone.localdate(story.now, ZONE).year
    figures = figures_told(story, year - 1)
    rate_objectives(story, year - 1, figures)
    AnnualReport.objects.create(
        community=story.community,
        year=year - 1,
        highlights=group.highlights_of_year.format(**figures),
        context=group.context_of_year.format(**figures),
        outcomes=group.outcomes_of_year.format(**figures),
        next_year=group.next_year.format(**figures),
        study=group.study,
        to_members=WORDS_TO_MEMBERS,
    )
    report = publishing.publish(story.community, year - 1, by=story.facilitator)
    published_at = min(instant(dt.date(year, 1, 28), 15), story.now - dt.timedelta(days=1))
    AnnualReport.objects.filter(pk=report.pk).update(published_at=published_at)
    if group.begins_report:
        AnnualReport.objects.create(community=story.community, year=year, context=group.context_of_year)


def figures_told(story: Story, year: int) -> dict[str, object]:
    """What a text may say of the year, in braces: as the page shows it beside."""
    found = indicators.of([story.community], year)[story.community.pk]
    in_session, after, _could = found.responded
    return {
        "held": len(found.turnouts),
        "lowest": min(found.attended),
        "highest": max(found.attended),
        "average": found.by_code["P1"].shown,
        "presence": found.by_code["P3"].shown,
        "organisations": found.by_code["P8"].shown if "P8" in found.by_code else "",
        "members": found.members,
        "trained": sum(turnout.present or 0 for turnout in found.apart if turnout.kind == "training"),
        "in_session": in_session,
        "answers": in_session + after,
    }


def rate_objectives(story: Story, year: int, figures: dict[str, object]) -> None:
    ObjectiveRating.objects.bulk_create(
        ObjectiveRating(objective=objective, year=year, level=told["level"], comment=told["evidence"].format(**figures))
        for objective, told in zip(story.community.objectives.all(), story.group.objectives, strict=True)
    )
