"""What those who facilitate said of the six factors, and how each community came to where it is."""

import datetime as dt

from communities.models import Community, StatusChange
from evaluations.demonstration.history import Story
from evaluations.models import Factor, FactorRating

NOTES = {
    Factor.FACILITATION: "Deux personnes se partagent la préparation : la parole circule mieux.",
    Factor.RULES: "Rappelées au début ; la règle sur les caméras est à revoir ensemble.",
    Factor.ENGAGEMENT: "Un noyau fidèle ; les nouvelles personnes prennent encore peu la parole.",
}


def tell(story: Story) -> None:
    """Rated last year and this year, the second time with notes."""
    today = story.now.date()
    by = story.facilitator
    StatusChange.objects.create(
        community=story.community,
        was=Community.Status.LAUNCH,
        became=Community.Status.ACTIVE,
        at=story.now - dt.timedelta(days=600),
        by=by,
        reason="Trois rencontres tenues, le groupe veut continuer.",
    )
    FactorRating.objects.bulk_create(
        FactorRating(
            community=story.community,
            factor=factor,
            level=story.rng.choice((1, 2, 2) if days > 200 else (2, 2, 3)),
            note="" if days > 200 else NOTES.get(factor, ""),
            rated_on=today - dt.timedelta(days=days),
            by=by,
        )
        for days in (380, 30)
        for factor in Factor
    )
