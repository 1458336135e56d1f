"""Last year's annual report of each group, published; and this year's, begun for one of them."""

from evaluations.demonstration.history import Story
from evaluations.models import AnnualReport, ObjectiveRating


def rate_objectives(story: Story, year: int) -> None:
    ObjectiveRating.objects.bulk_create(
        ObjectiveRating(objective=objective, year=year, level=told["level"], comment=told["evidence"])
        for objective, told in zip(story.community.objectives.all(), story.group.objectives, strict=True)
    )


def write(story: Story, year: int) -> AnnualReport:
    group = story.group
    return AnnualReport.objects.create(
        community=story.community,
        year=year,
        highlights=group.highlights_of_year,
        context=group.context_of_year,
        outcomes=group.outcomes_of_year,
        next_year=group.next_year,
    )
