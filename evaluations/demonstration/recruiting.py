"""Who waits at the door: a few people of the pool asked to join, what members said on joining, and a call for the
Groupe des Vingt, half read."""

import datetime as dt

from communities.domain.recruitment import recruiting, selecting
from communities.models import Application, Call, Membership, Referral
from evaluations.demonstration.history import Story

SELECTED = "Groupe des Vingt"
SAID = [
    ("Rencontrer des gens qui vivent la même chose que moi", "Dix ans de terrain dans mon quartier"),
    ("Des outils que je puisse utiliser dès la semaine suivante", "Une salle accessible, le midi"),
    ("Comprendre ce que font les autres arrondissements", "Nos fiches d’accueil, à reprendre telles quelles"),
    ("Me sentir moins seule dans mon dossier", "Du temps pour relire ce que préparent les autres"),
    ("Des collègues à appeler quand ça bloque", "Un réseau de bénévoles"),
    ("Comparer nos façons de faire, les ratés aussi", ""),
]
APPLICANTS = [
    (
        "Rosalie",
        "Gendron",
        "Maison de la culture Janine-Sutto",
        "Je coordonne la médiation culturelle et je travaille seule.",
    ),
    ("Idriss", "Benali", "Théâtre des Petits Lanternes", "Nous voulons rejoindre les familles du quartier autrement."),
    ("Chloé", "Vaillancourt", "Centre Turbine", "J’ai des essais à partager, et des erreurs aussi."),
]
CRITERIA = [("Motivation et besoins communs avec le groupe", 3), ("Diversité des milieux", 2), ("Disponibilité", 1)]


def tell(story: Story) -> None:
    community = story.community
    members = list(community.memberships.active().order_by("pk")[: len(SAID)])
    for membership, (expects, brings) in zip(members, SAID, strict=False):
        recruiting.expect(membership, expects, brings)
    if community.is_selective and community.name == SELECTED:
        _call(story)
    elif members:
        _asks_to_join(story, members[0])


def _asks_to_join(story: Story, by: Membership) -> None:
    """One of the eligible people came by a member's link."""
    membership = story.community.memberships.filter(status=Membership.Status.ELIGIBLE).order_by("pk").first()
    if membership:
        Membership.objects.filter(pk=membership.pk).update(source=Membership.Source.REFERRAL)
        made = story.now - dt.timedelta(days=4)
        Referral.objects.create(by=by, made_at=made, used_at=made + dt.timedelta(days=2), membership=membership)


def _call(story: Story) -> None:
    today = story.now.date()
    call = Call.objects.create(
        community=story.community,
        title=f"Groupe des Vingt {today.year + 1}",
        text="Six rencontres dans l’année, entre personnes qui font de la médiation culturelle à Montréal.",
        opens_on=today - dt.timedelta(days=20),
        closes_on=today + dt.timedelta(days=10),
        places=20,
    )
    others = selecting.possible_readers(story.community).exclude(pk=story.facilitator.pk).order_by("pk")
    readers = [story.facilitator, *others[:1]]
    call.readers.set(readers)
    criteria = [call.criteria.create(wording=w, weight=n, position=i) for i, (w, n) in enumerate(CRITERIA)]
    for n, (first, last, organisation, why) in enumerate(APPLICANTS):
        application = Application.objects.create(
            call=call,
            first_name=first,
            last_name=last,
            organisation=organisation,
            motivation=why,
            email=f"{first.lower()}.{last.lower()}@exemple.quebec".replace("é", "e"),
            commits=True,
        )
        for reader in readers[: 2 - n]:
            selecting.score(application, {c.pk: 4 - (i + n) % 3 for i, c in enumerate(criteria)}, by=reader)
