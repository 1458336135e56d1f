"""Last year's annual report of each group, published; and this year's, begun where the next year is being prepared."""

import datetime as dt

from django.utils import timezone

from evaluations import publishing
from evaluations.demonstration.history import ZONE, Story, instant
from evaluations.models import AnnualReport, ObjectiveRating


def write_reports(story: Story) -> None:
    """Their PDF is drawn by the worker, as for any other report."""
    group, year = story.group, timezone.localdate(story.now, ZONE).year
    rate_objectives(story, year - 1)
    AnnualReport.objects.create(
        community=story.community,
        year=year - 1,
        highlights=group.highlights_of_year,
        context=group.context_of_year,
        outcomes=group.outcomes_of_year,
        next_year=group.next_year,
    )
    report = publishing.publish(story.community, year - 1, by=story.facilitator)
    published_at = min(instant(dt.date(year, 1, 28), 15), story.now - dt.timedelta(days=1))
    AnnualReport.objects.filter(pk=report.pk).update(published_at=published_at)
    if group.begins_report:
        AnnualReport.objects.create(community=story.community, year=year, context=group.context_of_year)


def rate_objectives(story: Story, year: int) -> None:
    ObjectiveRating.objects.bulk_create(
        ObjectiveRating(objective=objective, year=year, level=told["level"], comment=told["evidence"])
        for objective, told in zip(story.community.objectives.all(), story.group.objectives, strict=True)
    )
